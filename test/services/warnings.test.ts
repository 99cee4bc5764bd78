// Warnings: each thing once, within bounds, and anew for what has an end.
import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { silentLog } from '../../src/base/log.ts';
import { Warnings } from '../../src/services/warnings.ts';

function setUp(): { warnings: Warnings; said: string[] } {
  const said: string[] = [];
  const warnings = new Warnings({
    log: silentLog,
    emit: (event) => {
      if (event.type === 'warning') said.push(`${event.warning.code} ${event.warning.text}`);
    },
  });
  return { warnings, said };
}

test('a thing is said once in a run, and sixteen of one code', () => {
  const { warnings, said } = setUp();
  for (let turn = 0; turn < 2; turn += 1)
    for (let number = 0; number < 100; number += 1) warnings.say('one', `${number}`);
  expect(said).toHaveLength(16);
  warnings.say('other', '0');
  expect(said.at(-1)).toBe('other 0');
});

test('each call says its things anew, once, however many calls there were', () => {
  const { warnings, said } = setUp();
  for (let call = 1; call <= 50; call += 1) {
    const warn = warnings.forOneTime();
    for (let turn = 0; turn < 3; turn += 1) warn('device-unavailable', 'No camera.');
    expect(said).toHaveLength(call);
  }
});

test('one call has its bound, and takes nothing from the rest of the run', () => {
  const { warnings, said } = setUp();
  const warn = warnings.forOneTime();
  for (let number = 0; number < 100; number += 1) warn('internal', `${number}`);
  expect(said).toHaveLength(16);
  warnings.say('internal', '0');
  expect(said).toHaveLength(17);
});

// devices.list of the headless interface.
import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { deviceMethods } from '../../cli/rpc/device-methods.ts';

test('what there is, what is missing, and how to get it', async () => {
  const microphone = { id: 'pulse:mic', name: 'Mic', backend: 'pulse', number: 1, isDefault: true } as const;
  const camera = { id: 'camera:0', name: 'Front', kind: 'camera' } as const;
  const methods = deviceMethods(
    () =>
      Promise.resolve({
        audioInputs: [microphone],
        audioOutputs: [],
        missing: [{ what: 'a loudspeaker', reason: 'There is none.', remedy: 'Plug one in.' }],
      }),
    () =>
      Promise.resolve({
        cameras: [camera],
        screens: [],
        missing: [{ what: 'screens', reason: 'There is none.', remedy: 'Plug one in.' }],
      }),
  );
  const rows = await methods['devices.list']!({});
  expect(rows).toMatchObject({ audioInputs: [microphone], audioOutputs: [], cameras: [camera], screens: [] });
  expect((rows as { missing: { what: string }[] }).missing.map(({ what }) => what)).toEqual([
    'a loudspeaker',
    'screens',
  ]);
  await expect(methods['devices.list']!({ odd: 1 })).rejects.toThrow(/odd/);
});

// Says in one line why the tests with a real sound server are skipped, where they are; where they must run, that is a failure.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { REQUIRE_LAN } from '../support/lan-test.ts';
import { alsaUnavailable, pulseUnavailable } from '../support/pulse.ts';

it('this computer can run a sound server of its own for the tests, or says why not', () => {
  const reason = pulseUnavailable() ?? alsaUnavailable();
  if (reason !== undefined) process.stderr.write(`Tests with PulseAudio or ALSA are skipped: ${reason}.\n`);
  if (REQUIRE_LAN) expect(reason).toBeUndefined();
  else expect(reason ?? 'available').toMatch(/^\S.*$/);
});

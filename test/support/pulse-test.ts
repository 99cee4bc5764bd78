// How tests with a real sound server are declared: with their skipping where there is none, unless they must run.

import { describe } from 'vitest';
import { REQUIRE_LAN } from './lan-test.ts';
import { alsaUnavailable, pulseUnavailable } from './pulse.ts';

/** A `describe` whose tests need PulseAudio. test/devices/environment.test.ts says why they are skipped, if they are. */
export function describePulse(name: string, tests: () => void): void {
  describe.runIf(REQUIRE_LAN || pulseUnavailable() === undefined)(name, tests);
}

/** A `describe` whose tests need PulseAudio and programs of ALSA that speak to it. */
export function describeAlsa(name: string, tests: () => void): void {
  describe.runIf(REQUIRE_LAN || (pulseUnavailable() ?? alsaUnavailable()) === undefined)(name, tests);
}

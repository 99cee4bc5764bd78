// How LAN tests are declared: with their skipping where there can be no LAN, and with the nodes' words on failure.

import { afterEach, beforeEach, describe } from 'vitest';
import { forgetClients, transcriptOfClients } from './headless-client.ts';
import { lanAvailable } from './lan.ts';
import { tmuxUnavailable } from './tmux.ts';

/** With this set to 1 it is a failure when LAN tests can't run; CI sets it. */
export const REQUIRE_LAN = process.env['MMCHAT_REQUIRE_LAN'] === '1';

/** A `describe` whose tests need a LAN. test/lan/environment.test.ts says why they are skipped, if they are. */
export function describeLan(name: string, tests: () => void): void {
  describeIf(lanAvailable() === undefined, name, tests);
}

/** A `describe` whose tests need a LAN and tmux. */
export function describeTerminal(name: string, tests: () => void): void {
  describeIf(lanAvailable() === undefined && tmuxUnavailable() === undefined, name, tests);
}

function describeIf(available: boolean, name: string, tests: () => void): void {
  describe.runIf(REQUIRE_LAN || available)(name, { timeout: 300_000 }, () => {
    beforeEach(({ onTestFailed }) => {
      onTestFailed(() => {
        const transcript = transcriptOfClients();
        if (transcript !== '') process.stderr.write(`${transcript}\n`);
      });
    });
    afterEach(() => {
      forgetClients();
    });
    tests();
  });
}

/** One line of measurement in the test's output. */
export function report(what: string, milliseconds: number): void {
  process.stderr.write(`lan: ${what} after ${Math.round(milliseconds)} ms\n`);
}

// Says in one line why the LAN and terminal tests are skipped, where they are; where they must run, that is a failure.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { lanAvailable } from '../support/lan.ts';
import { REQUIRE_LAN } from '../support/lan-test.ts';
import { tmuxUnavailable } from '../support/tmux.ts';

it('this computer can run the tests on a LAN of network namespaces, or says why not', () => {
  const reason = lanAvailable() ?? tmuxUnavailable();
  if (reason !== undefined) process.stderr.write(`LAN and terminal tests are skipped: ${reason}.\n`);
  if (REQUIRE_LAN) expect(reason).toBeUndefined();
  else expect(reason ?? 'available').toMatch(/^\S.*$/);
});

// Text from others that means to take over the terminal stays text: on the screen, in one-shots and in logs.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { line, startChat } from '../support/chat-screen.ts';
import { startHeadless } from '../support/headless-client.ts';
import { createLan } from '../support/lan.ts';
import { describeTerminal } from '../support/lan-test.ts';
import { expectClean, runProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** Each is followed by a word, so that it would be found in what the program wrote to its terminal. */
const ATTACKS = [
  '\u001B]0;title\u0007',
  '\u001B]52;c;ZXZpbA==\u001B\\',
  '\u001B]8;;http://example.org\u001B\\',
  '\u001B[5;31;43m',
  '\u001B[2J\u001B[13;37H',
  '\u001B[?1049l',
  '\u001B[?1003h',
  '\u001BP+q544e\u001B\\',
  '\u001Bc',
  '\u009B31m',
  '\u009D0;title\u009C',
  '\u202E',
  '\u2066',
  '\b\b\b\b\b\b\b\b',
  '\r',
  '\u0007',
  '\u000E',
  '\u0000',
  '\u007F',
];

describeTerminal('hostile text', () => {
  it('does not reach the terminal from messages, names, statuses and rooms', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using folder = await temporaryFolder();
    await using mallory = await startHeadless({ host: lan.host(1), name: 'mallory' });
    await mallory.ready;
    await using alice = await startChat({ host: lan.host(0), name: 'alice', dataDir: folder.path });
    await mallory.waitFor('peer.online', (peer) => peer.name === 'alice', 15_000);
    await alice.waitForScreen(/mallory/);
    const titleBefore = await alice.read('pane_title');

    for (const [index, attack] of ATTACKS.entries()) {
      await mallory.call('chat.send', { text: `look ${attack}PAYLOAD${index}` });
      // The program of mallory may refuse these; whatever it lets through must not harm others.
      for (const change of [{ status: `${attack}STATUS${index}` }, { name: `mal${attack}` }]) {
        await mallory.callAny('profile.set', change).catch(() => undefined);
      }
      await mallory.callAny('rooms.create', { room: `room${index}${attack}` }).catch(() => undefined);
    }
    await mallory.call('chat.send', { text: `all at once ${ATTACKS.join('')} END` });
    await mallory.call('chat.send', { text: 'the last one' });
    const screen = await alice.waitForScreen(line({ text: 'the last one' }));
    expect(screen).toMatch(/PAYLOAD\d+/);
    expect(screen.split('\n')[0]).toMatch(/^ ?mmchat/);
    await alice.typeLine('/msg mallory');
    await alice.typeLine('/people');
    await alice.typeLine('/everyone');
    await alice.waitForScreen(line({ text: 'the last one' }));

    const raw = await alice.rawOutput();
    for (const [index, attack] of ATTACKS.entries()) {
      expect(raw.includes(`${attack}PAYLOAD${index}`), `attack ${index} went through in a message`).toBe(false);
      expect(raw.includes(`${attack}STATUS${index}`), `attack ${index} went through in a status`).toBe(false);
    }
    // eslint-disable-next-line no-control-regex -- looking for them is the point
    expect(raw).not.toMatch(/[\u0000\u000E\u007F-\u009F\u202A-\u202E\u2066-\u2069]/);
    // eslint-disable-next-line no-control-regex -- looking for them is the point
    expect(raw).not.toMatch(/\u001B\](?:0|2|8|52);?[^\u0007\u001B]*(?:title|example|ZXZpbA)/);
    expect(await alice.read('pane_title')).toBe(titleBefore);
    expect(await alice.read('alternate_on')).toBe('1');
    expect(await alice.read('mouse_any_flag')).toBe('0');
    await alice.typeLine('still here');
    await mallory.waitFor('message', (message) => message.text === 'still here');
  });

  it('does not reach it from one-shots either, nor from what the node logs', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using mallory = await startHeadless({ host: lan.host(1), name: 'mallory' });
    await using alice = await startHeadless({ host: lan.host(0), name: 'alice', args: ['--log-level', 'debug'] });
    await Promise.all([mallory.ready, alice.ready]);
    await alice.waitFor('peer.online', (peer) => peer.name === 'mallory', 15_000);
    for (const attack of ATTACKS) {
      await mallory.callAny('profile.set', { name: `mal${attack}`, status: `busy ${attack}` }).catch(() => undefined);
      await mallory.callAny('profile.set', { status: `busy ${attack}` }).catch(() => undefined);
      await mallory.callAny('rooms.create', { room: `room${attack}` }).catch(() => undefined);
      await mallory.call('chat.send', { text: `x${attack}y` });
      const peers = await runProgram(['peers', '--data-dir', alice.dataDir], { host: lan.host(0) });
      expect(peers.code).toBe(0);
      expect(peers.stdout).toContain('mal');
      expectClean(peers.stdout + peers.stderr);
    }
    const said = await runProgram(['say', '--data-dir', alice.dataDir, '--to', `no\u001B[31mbody\u202E`, 'x'], {
      host: lan.host(0),
    });
    expect(said.code).toBe(4);
    expectClean(said.stdout + said.stderr);
    await alice.stop();
    expectClean(alice.stderr);
  });
});

// What one does with messages at a real terminal: formatting, emoji by name, answers, names that are called.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { line, startChat } from '../support/chat-screen.ts';
import { startHeadless } from '../support/headless-client.ts';
import { createLan } from '../support/lan.ts';
import { describeTerminal } from '../support/lan-test.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describeTerminal('messages at a terminal', () => {
  it('are formatted, answered by keys, and call people by name', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using folder = await temporaryFolder();
    await using bob = await startHeadless({ host: lan.host(1), name: 'bob' });
    await bob.ready;
    await using alice = await startChat({ host: lan.host(0), name: 'alice', dataDir: folder.path });
    await bob.waitFor('peer.online', (peer) => peer.name === 'alice', 15_000);
    await alice.waitForScreen(/● bob/, 15_000);

    await alice.typeLine('it is **done** :tada: see `:tada:`');
    const sent = await bob.waitFor('message');
    expect(sent.text).toBe('it is **done** 🎉 see `:tada:`');
    await alice.waitForScreen(line({ author: 'alice', text: 'it is done 🎉 see `:tada:`', delivered: true }));
    // eslint-disable-next-line no-control-regex -- bold
    expect(await alice.capture({ escapes: true })).toMatch(/\u001B\[(?:[\d;]*;)?1(?:;[\d;]*)?m[^\u001B]*done/);

    await alice.sendText('nice :ta');
    await alice.sendKeys('Tab');
    await alice.waitForScreen(/› nice 🌮/u);
    await alice.sendKeys('C-c');

    const question = await bob.call('chat.send', { text: 'who has the microscope?' });
    await bob.call('chat.send', { text: 'anybody?' });
    await alice.waitForScreen(line({ text: 'anybody?' }));
    await alice.sendKeys('C-s', 'Up');
    await alice.waitForScreen(/▌who has the microscope\?/u);
    await alice.sendKeys('r');
    await alice.waitForScreen(/↳ answer to bob: who has the microscope\?/u);
    await alice.typeLine('it is here');
    const answer = await bob.waitFor('message', (one) => one.text === 'it is here');
    expect(answer).toMatchObject({ replyTo: question.id });
    await alice.waitForScreen(/▏bob: who has the microscope\?\n.*it is here/u);

    await alice.typeLine('/room quiet');
    await alice.waitForScreen(/# quiet ─ 1 member/);
    await bob.call('chat.send', { text: 'hello' });
    await bob.call('chat.send', { text: 'and you, @alice?' });
    await alice.waitForScreen(/# everyone +@1 2 /);
  });
});

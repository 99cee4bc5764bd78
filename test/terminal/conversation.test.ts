// Two people at two real terminals on two hosts hold a conversation, and their screens show it.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { line, startChat } from '../support/chat-screen.ts';
import { createLan } from '../support/lan.ts';
import { describeTerminal, report } from '../support/lan-test.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const SIZES = [
  { columns: 100, rows: 28 },
  { columns: 80, rows: 24 },
  { columns: 60, rows: 15 },
];

describeTerminal('a conversation at two terminals', () => {
  it.each(SIZES)('of $columns x $rows: everyone, private, a room', async (size) => {
    await using lan = await createLan({ hosts: 2 });
    await using folderA = await temporaryFolder();
    await using folderB = await temporaryFolder();
    const startMs = performance.now();
    await using alice = await startChat({ host: lan.host(0), name: 'alice', dataDir: folderA.path, ...size });
    await using bob = await startChat({ host: lan.host(1), name: 'bob', dataDir: folderB.path, ...size });
    await alice.waitForScreen(/mmchat/);
    await Promise.all([alice.waitForScreen(/\bbob\b/, 15_000), bob.waitForScreen(/\balice\b/, 15_000)]);
    report(`two terminals of ${size.columns}x${size.rows}: see each other`, performance.now() - startMs);

    await alice.typeLine('good morning everyone');
    await bob.waitForScreen(line({ author: 'alice', text: 'good morning everyone' }));
    await alice.waitForScreen(line({ author: 'alice', text: 'good morning everyone', delivered: true }));
    await bob.typeLine('morning alice');
    await alice.waitForScreen(line({ author: 'bob', text: 'morning alice' }));
    await bob.waitForScreen(line({ author: 'bob', text: 'morning alice', delivered: true }));

    await bob.typeLine('/msg alice a word in private');
    await bob.waitForScreen(line({ text: 'a word in private', delivered: true }));
    // It is not among what was said to everyone; alice opens the conversation with bob to read it.
    expect(await alice.capture()).not.toContain('a word in private');
    await alice.typeLine('/msg bob');
    await alice.waitForScreen(line({ author: 'bob', text: 'a word in private' }));
    expect(await alice.capture()).not.toContain('good morning everyone');
    await alice.typeLine('I am listening');
    await bob.waitForScreen(line({ author: 'alice', text: 'I am listening' }));
    await alice.waitForScreen(line({ author: 'alice', text: 'I am listening', delivered: true }));

    await alice.typeLine('/room lab');
    await alice.waitForScreen(/# ?lab/);
    await bob.typeLine('/room lab');
    await bob.waitForScreen(/# ?lab ─ 2 members/);
    await alice.waitForScreen(/# ?lab ─ 2 members/);
    await alice.typeLine('who wants to solder?');
    await bob.waitForScreen(line({ author: 'alice', text: 'who wants to solder?' }));
    await alice.waitForScreen(line({ text: 'who wants to solder?', delivered: true }));

    await bob.typeLine('/everyone');
    const screen = await bob.waitForScreen(line({ author: 'alice', text: 'good morning everyone' }));
    expect(screen).not.toContain('who wants to solder?');
    expect(screen).not.toContain('a word in private');

    // Leaving is seen at the other terminal.
    await alice.typeLine('/quit');
    expect(await alice.exitCode()).toBe(0);
    await bob.waitForScreen(/alice (?:left|is gone|has left|went|is away)|○ alice/, 3000);
    await bob.typeLine('/quit');
    expect(await bob.exitCode()).toBe(0);
  });
});

// Two people at two real terminals on two hosts call each other: it rings, the bar is there, tones arrive, they hang up.

import '../../src/base/platform.ts';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startChat } from '../support/chat-screen.ts';
import { createLan } from '../support/lan.ts';
import { describeTerminal } from '../support/lan-test.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

describeTerminal('a call at two terminals', () => {
  it('rings, is taken, shows how it goes, and ends', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using folderA = await temporaryFolder();
    await using folderB = await temporaryFolder();
    const size = { columns: 110, rows: 28 };
    const heard = join(folderA.path, 'heard.wav');
    const sound = (out: string): string[] => ['--audio-in', 'tone:440', '--audio-out', `file:${out}`];
    await using alice = await startChat({
      ...{ host: lan.host(0), name: 'alice', dataDir: folderA.path },
      ...{ ...size, args: sound(heard) },
    });
    await using bob = await startChat({
      ...{ host: lan.host(1), name: 'bob', dataDir: folderB.path },
      ...{ ...size, columns: 80, rows: 24, args: sound(join(folderB.path, 'heard.wav')) },
    });
    await Promise.all([alice.waitForScreen(/● bob/, 15_000), bob.waitForScreen(/● alice/, 15_000)]);

    await alice.typeLine('/call bob');
    await alice.waitForScreen(/☎ bob {2}rings there/);
    await bob.waitForScreen(/☎ alice calls you {3}ctrl-y answer {3}ctrl-x refuse/);
    await bob.sendKeys('C-x');
    await alice.waitForScreen(/bob does not want to talk now\./);
    await alice.waitForScreen((screen) => !screen.includes('☎'));

    await alice.typeLine('/call');
    await bob.waitForScreen(/☎ alice calls you/);
    await bob.sendKeys('C-y');
    // The tone is loud all the time: both speak.
    const bar = /☎ bob {2}0:\d\d {2}›you [▅▆▇█] {2}›they [▅▆▇█] .*direct, encrypted/;
    await alice.waitForScreen(bar, 20_000);
    await bob.waitForScreen(/☎ alice {2}0:\d\d .*›they [▅▆▇█]/);
    // What is typed stands where it belongs while the meters move.
    await alice.sendText('typing meanwhile');
    const typing = await alice.waitForScreen(/bob › typing meanwhile/);
    expect(typing.split('\n').filter((row) => row.includes('☎ bob'))).toHaveLength(1);
    await alice.sendKeys('Enter');
    await bob.waitForScreen(/typing meanwhile/);

    await bob.sendKeys('C-o');
    await bob.waitForScreen(/you are muted/);
    await alice.waitForScreen(/they ✗/);
    await alice.typeLine('/call stats');
    await alice.waitForScreen(/Call: bob[\s\S]*round trip [\d.]+ ms[\s\S]*sends \d+ kbit\/s/);
    await alice.sendKeys('C-g');

    await alice.sendKeys('C-x');
    await alice.waitForScreen(/The call with bob has ended, 0:\d\d\./);
    await bob.waitForScreen(/The call with alice has ended, 0:\d\d\./);
    for (const terminal of [alice, bob]) {
      await terminal.typeLine('/quit');
      expect(await terminal.exitCode()).toBe(0);
    }
    // What was heard: 48 kHz, 16 bits, of more than half a second.
    expect((await stat(heard)).size).toBeGreaterThan(48_000);
  });
});

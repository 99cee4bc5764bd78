// Two people at two real terminals see each other's test picture move, type meanwhile, and nothing of it is left behind.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { startChat } from '../support/chat-screen.ts';
import { createLan } from '../support/lan.ts';
import { describeTerminal } from '../support/lan-test.ts';
import { patient } from '../support/patience.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import type { Terminal } from '../support/tmux.ts';

/** At least so many cells of a picture beside each other. */
const PICTURE_ROW = /▀{12}/u;

function pictureRows(screen: string): number[] {
  return screen.split('\n').flatMap((row, y) => (PICTURE_ROW.test(row) ? [y] : []));
}

/** Half blocks with the colours that they have, as the terminal has them. */
function colouredRows(screen: string): string[] {
  return screen.split('\n').filter((row) => row.includes('▀'));
}

/** Waits until the colours are others than those. */
async function moved(terminal: Terminal, before: readonly string[]): Promise<string[]> {
  const deadline = performance.now() + patient(20_000);
  for (;;) {
    const rows = colouredRows(await terminal.capture({ escapes: true }));
    if (rows.length > 0 && rows.join('\n') !== before.join('\n')) return rows;
    if (performance.now() > deadline) throw new Error('The picture does not move.');
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}

describeTerminal('a video call at two terminals', () => {
  it('shows moving pictures in their place, and nothing when it is over', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using folderA = await temporaryFolder();
    await using folderB = await temporaryFolder();
    const args = ['--audio-in', 'tone:440', '--audio-out', 'none', '--video-in', 'pattern'];
    await using alice = await startChat({
      ...{ host: lan.host(0), name: 'alice', dataDir: folderA.path },
      ...{ columns: 80, rows: 24, args },
    });
    await using bob = await startChat({
      ...{ host: lan.host(1), name: 'bob', dataDir: folderB.path },
      ...{ columns: 120, rows: 36, args },
    });
    await Promise.all([alice.waitForScreen(/● bob/, 15_000), bob.waitForScreen(/● alice/, 15_000)]);
    await alice.typeLine('/call bob video');
    await bob.waitForScreen(/☎ alice calls you, with pictures/);
    await bob.sendKeys('C-y');

    const shown = await alice.waitForScreen(
      (screen) => pictureRows(screen).length >= 6 && / bob +you/.test(screen),
      30_000,
    );
    await bob.waitForScreen((screen) => pictureRows(screen).length >= 10 && / alice +you/.test(screen), 30_000);
    // Below the title, above the conversation, beside the list of people.
    expect(pictureRows(shown)[0]).toBe(2);
    expect(pictureRows(shown).at(-1)).toBeLessThan(12);
    for (const row of colouredRows(shown)) expect(row.indexOf('▀')).toBeGreaterThan(row.indexOf('│'));
    let rows: string[] = [];
    for (let changes = 0; changes < 3; changes++) expect((rows = await moved(alice, rows)).join('')).toContain('48;2;');
    await moved(bob, []);
    await alice.waitForScreen(/☎ bob .* ▣/);

    await alice.sendText('typing meanwhile');
    await alice.waitForScreen(/bob › typing meanwhile/);
    await alice.sendKeys('Enter');
    await bob.waitForScreen(/typing meanwhile/);
    expect(pictureRows(await alice.capture()).length).toBeGreaterThanOrEqual(6);

    // A page in its place, and back; another size; hidden, and back.
    await alice.sendKeys('F1');
    await alice.waitForScreen((screen) => screen.includes('Commands') && !screen.includes('▀'));
    await alice.sendKeys('Escape');
    await alice.waitForScreen((screen) => pictureRows(screen).length >= 6);
    await alice.resize(100, 40);
    await alice.waitForScreen((screen) => pictureRows(screen).length >= 14);
    await alice.resize(60, 15);
    await alice.waitForScreen((screen) => colouredRows(screen).length >= 4);
    await alice.resize(50, 12);
    await alice.waitForScreen((screen) => screen.includes('mmchat needs') && !screen.includes('▀'));
    await alice.resize(80, 24);
    await alice.waitForScreen((screen) => pictureRows(screen).length >= 6);
    await alice.typeLine('/pictures off');
    await alice.waitForScreen((screen) => !screen.includes('▀'));
    await alice.typeLine('/pictures on');
    await alice.waitForScreen((screen) => pictureRows(screen).length >= 6);

    await bob.sendKeys('C-v');
    await alice.waitForScreen((screen) => !/ bob +you/.test(screen) && / you/.test(screen));
    await bob.typeLine('/video on');
    await alice.waitForScreen((screen) => / bob +you/.test(screen));

    await alice.sendKeys('C-x');
    for (const terminal of [alice, bob])
      await terminal.waitForScreen((screen) => screen.includes('has ended') && !screen.includes('▀'));
    for (const terminal of [alice, bob]) {
      await terminal.typeLine('/quit');
      expect(await terminal.exitCode()).toBe(0);
      expect(await terminal.leftCursorShown()).toBe(true);
      expect(await terminal.read('alternate_on')).toBe('0');
    }
  });
});

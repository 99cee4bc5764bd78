// The screen itself: sizes that change, pastes, wide characters, no colours where none are wanted, a clean way out.

import '../../src/base/platform.ts';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { COLOUR, line, startChat } from '../support/chat-screen.ts';
import { type HeadlessClient, startHeadless } from '../support/headless-client.ts';
import { createLan, type Lan } from '../support/lan.ts';
import { describeTerminal } from '../support/lan-test.ts';
import { programCommand } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { startTerminal, type Terminal } from '../support/tmux.ts';

interface Setting extends AsyncDisposable {
  readonly lan: Lan;
  readonly terminal: Terminal;
  readonly bob: HeadlessClient;
}

/** Alice at a terminal, bob without a screen, and both see each other. */
async function aliceAndBob(
  options: { columns?: number; rows?: number; environment?: Record<string, string>; bobName?: string } = {},
): Promise<Setting> {
  const { bobName = 'bob', ...terminalOptions } = options;
  const stack = new AsyncDisposableStackLike();
  try {
    const lan = stack.use(await createLan({ hosts: 2 }));
    const folder = stack.use(await temporaryFolder());
    const bob = stack.use(await startHeadless({ host: lan.host(1), name: bobName }));
    await bob.ready;
    const terminal = stack.use(
      await startChat({ host: lan.host(0), name: 'alice', dataDir: folder.path, ...terminalOptions }),
    );
    await bob.waitFor('peer.online', (peer) => peer.name === 'alice', 15_000);
    await terminal.waitForScreen((screen) => screen.includes(bobName), 15_000);
    return { lan, terminal, bob, [Symbol.asyncDispose]: async () => stack[Symbol.asyncDispose]() };
  } catch (error) {
    await stack[Symbol.asyncDispose]();
    throw error;
  }
}

/** Node 20 has no AsyncDisposableStack. */
class AsyncDisposableStackLike implements AsyncDisposable {
  readonly #resources: AsyncDisposable[] = [];

  use<Resource extends AsyncDisposable>(resource: Resource): Resource {
    this.#resources.push(resource);
    return resource;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const resource of this.#resources.reverse()) await resource[Symbol.asyncDispose]();
  }
}

/** Rows that tell of a whole, well drawn screen. */
function expectWellDrawn(screen: string, columns: number): void {
  const rows = screen.split('\n');
  expect(rows[0]).toMatch(/^ ?mmchat/);
  expect(rows.filter((row) => /^ ?mmchat/.test(row))).toHaveLength(1);
  expect(rows.filter((row) => / › | ›$/.test(row))).toHaveLength(1);
  for (const row of rows) expect(stringWidth(row)).toBeLessThanOrEqual(columns);
}

describeTerminal('the screen', () => {
  it('survives being resized while people talk', async () => {
    await using setting = await aliceAndBob({ columns: 100, rows: 28 });
    const { terminal, bob } = setting;
    await bob.call('chat.send', { text: 'before' });
    await terminal.waitForScreen(line({ author: 'bob', text: 'before' }));
    await terminal.sendText('half a thou');

    const sizes = [
      [60, 15],
      [140, 45],
      [80, 24],
      [61, 16],
      [100, 28],
    ] as const;
    for (const [columns, rows] of sizes) {
      await terminal.resize(columns, rows);
      const text = `at ${columns}x${rows}`;
      await bob.call('chat.send', { text });
      await terminal.waitForScreen(
        (screen) => screen.includes(text) && screen.includes('half a thou') && /^ ?mmchat/.test(screen),
      );
      // The input line and its hint are the last two rows, at any size.
      const screen = await terminal.waitForScreen(
        (one) => one.split('\n').findIndex((row) => row.includes('half a thou')) === rows - 2,
      );
      expectWellDrawn(screen, columns);
    }
    await terminal.typeLine('ght');
    const message = await bob.waitFor('message', (one) => one.text === 'half a thought');
    expect(message.from.name).toBe('alice');

    // Too small to draw in: it says so instead of breaking, and comes back.
    await terminal.resize(30, 8);
    await terminal.waitForScreen((screen) => !screen.includes('half a thought'));
    await terminal.resize(100, 28);
    await terminal.waitForScreen(line({ author: 'alice', text: 'half a thought' }));
  });

  it('takes a paste of 50 lines as one message, sent when wanted', async () => {
    await using setting = await aliceAndBob();
    const { terminal, bob } = setting;
    const lines = Array.from({ length: 50 }, (_, index) => `pasted line ${index + 1}`);
    await terminal.paste(lines.join('\n'));
    await terminal.waitForScreen(/50 lines/);
    expect(bob.all('message')).toEqual([]);
    expectWellDrawn(await terminal.capture(), 100);

    await terminal.sendKeys('Enter');
    const message = await bob.waitFor('message');
    expect(message.text).toBe(lines.join('\n'));
    await terminal.waitForScreen(/pasted line 50/);
    await terminal.typeLine('and one more');
    await bob.waitFor('message', (one) => one.text === 'and one more');
    expect(bob.all('message')).toHaveLength(2);
  });

  it('edits emoji and wide characters as whole characters, and keeps its columns', async () => {
    await using setting = await aliceAndBob({ bobName: '日本' });
    const { terminal, bob } = setting;
    await terminal.sendText('a👩‍👩‍👧🇯🇵é');
    await terminal.sendKeys('BSpace', 'BSpace', 'BSpace');
    await terminal.sendText('b日本語');
    await terminal.sendKeys('BSpace', 'Left', 'Left', 'x', 'End', 'Enter');
    expect((await bob.waitFor('message')).text).toBe('abx日本');

    const text = '漢字 👍🏽 ok';
    await bob.call('chat.send', { text });
    const screen = await terminal.waitForScreen(/漢字.*ok/u);
    expectWellDrawn(screen, 100);
    const dividers = screen
      .split('\n')
      .filter((row) => row.includes('│'))
      .map((row) => stringWidth(row.slice(0, row.indexOf('│'))));
    expect(dividers.length).toBeGreaterThan(10);
    expect(new Set(dividers).size).toBe(1);
  });

  it('shows colours, and none with NO_COLOR', async () => {
    {
      await using setting = await aliceAndBob();
      expect(await setting.terminal.capture({ escapes: true })).toMatch(COLOUR);
    }
    await using setting = await aliceAndBob({ environment: { NO_COLOR: '1' } });
    const { terminal, bob } = setting;
    await bob.call('chat.send', { text: 'black and white, @alice' });
    await terminal.waitForScreen(line({ author: 'bob', text: 'black and white' }));
    await terminal.typeLine('/nonsense');
    await terminal.typeLine('seen');
    await terminal.waitForScreen(line({ text: 'seen', delivered: true }));
    expect(await terminal.capture({ escapes: true })).not.toMatch(COLOUR);
    expect(await terminal.rawOutput()).not.toMatch(COLOUR);
  });

  it('ctrl-c twice leaves, says goodbye and gives the terminal back as it was', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using folder = await temporaryFolder();
    await using bob = await startHeadless({ host: lan.host(1), name: 'bob' });
    await bob.ready;
    await using terminal = await startTerminal({
      host: lan.host(0),
      command: ['bash', '--norc', '--noprofile', '-i'],
      environment: { PS1: 'prompt> ', HISTFILE: '' },
    });
    await terminal.waitForScreen(/^prompt>/m);
    await terminal.typeLine('stty -a | md5sum; echo before');
    const before = await terminal.waitForScreen(/^before$/m);
    const settings = /^([0-9a-f]{32}) /m.exec(before)?.[1];
    expect(settings).toBeDefined();

    const command = programCommand(['--name', 'alice', '--data-dir', folder.path]);
    await terminal.typeLine(`${command.join(' ')}; echo "code=$?"`);
    const online = await bob.waitFor('peer.online', (peer) => peer.name === 'alice', 15_000);
    await terminal.waitForScreen(/bob/);
    expect(await terminal.capture()).not.toContain('prompt>');
    expect(await terminal.read('alternate_on')).toBe('1');

    await terminal.sendKeys('C-c');
    await terminal.waitForScreen(/ctrl-c/i);
    await terminal.sendKeys('C-c');
    const screen = await terminal.waitForScreen(/^code=\d+$/m);
    expect(screen).toMatch(/^code=0$/m);
    // What stood there before stands there again, and nothing of the chat is left.
    expect(screen).toMatch(/^before$/m);
    expect(screen).not.toMatch(/mmchat ─|│/);
    expect(await terminal.read('alternate_on')).toBe('0');
    expect(await terminal.read('cursor_flag')).toBe('1');
    await bob.waitFor('peer.offline', (peer) => peer.peerId === online.peerId, 2000);

    await terminal.typeLine('clear; stty -a | md5sum; echo works$((40 + 2))');
    const after = await terminal.waitForScreen(/^works42$/m);
    expect(/^([0-9a-f]{32}) /m.exec(after)?.[1]).toBe(settings);
    // No bracketed paste is left on: bash turns it on for its own prompt only, so a paste arrives unwrapped in cat.
    await terminal.typeLine('cat -v');
    await terminal.paste('pasted\n');
    await terminal.waitForScreen(/^pasted\npasted$/m);
  });

  it('SIGTERM gives the terminal back too', async () => {
    await using setting = await aliceAndBob();
    const { terminal, bob } = setting;
    expect(await terminal.read('alternate_on')).toBe('1');
    await terminal.signal('SIGTERM');
    expect(await terminal.exitCode()).toBe(0);
    expect(await terminal.read('alternate_on')).toBe('0');
    await expect.poll(async () => terminal.leftCursorShown()).toBe(true);
    await bob.waitFor('peer.offline', undefined, 2000);
  });

  it('shows who was killed as gone within 5 s', async () => {
    await using setting = await aliceAndBob();
    const { terminal, bob } = setting;
    await terminal.waitForScreen(/● bob/);
    await bob.kill('SIGKILL');
    await terminal.waitForScreen(/○ bob/, 5000);
  });

  it('Tab completes commands and names', async () => {
    await using setting = await aliceAndBob();
    const { terminal, bob } = setting;
    await terminal.sendText('/ms');
    await terminal.sendKeys('Tab');
    await terminal.sendText('bo');
    await terminal.sendKeys('Tab');
    await terminal.sendText('hello by tab');
    await terminal.sendKeys('Enter');
    expect(await bob.waitFor('message')).toMatchObject({ text: 'hello by tab', to: 'bob' });
    await terminal.typeLine('/help');
    await terminal.waitForScreen(/\/msg/);
  });
});

// The whole UI on a terminal of memory and a node without a network.

import '../../src/base/platform.ts';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runChat } from '../../cli/commands/chat.ts';
import { runChatSession, type TerminalStreams } from '../../cli/ui/chat-session.tsx';
import { MmchatError } from '../../src/index.ts';
import { FakeNode, personOf } from '../support/fake-node.ts';
import { FakeKeyboard, FakeScreen } from '../support/fake-terminal.ts';
import { HOSTILE } from './hostile-text.ts';

interface Run {
  readonly screen: FakeScreen;
  readonly keys: FakeKeyboard;
  readonly node: FakeNode;
  readonly abort: AbortController;
  readonly done: Promise<number>;
}

const runs: Run[] = [];

function run(parts: { columns?: number; rows?: number; node?: FakeNode; env?: Record<string, string> } = {}): Run {
  const screen = new FakeScreen(parts.columns ?? 100, parts.rows ?? 28);
  const keys = new FakeKeyboard();
  const node = parts.node ?? new FakeNode();
  const abort = new AbortController();
  const io = {
    stdin: keys,
    stdout: screen,
    stderr: new PassThrough(),
    env: parts.env ?? {},
  } as unknown as TerminalStreams;
  const done = runChatSession({
    io,
    fallbackName: 'alice',
    discovery: true,
    makeNode: () => Promise.resolve(node),
    signal: abort.signal,
  });
  const started: Run = { screen, keys, node, abort, done };
  done.catch(() => undefined);
  runs.push(started);
  return started;
}

afterEach(async () => {
  for (const { abort, done } of runs.splice(0)) {
    abort.abort();
    await done.catch(() => undefined);
  }
});

describe('the chat on a terminal', () => {
  it('paints before it makes the node', async () => {
    const screen = new FakeScreen(80, 24);
    const abort = new AbortController();
    const painted = Promise.withResolvers<string>();
    const done = runChatSession({
      io: {
        stdin: new FakeKeyboard(),
        stdout: screen,
        stderr: new PassThrough(),
        env: {},
      } as unknown as TerminalStreams,
      fallbackName: 'alice',
      discovery: true,
      makeNode: () => {
        painted.resolve(screen.text);
        return Promise.resolve(new FakeNode());
      },
      signal: abort.signal,
    });
    expect(await painted.promise).toContain('You are alice (change it with /name).  Starting …');
    abort.abort();
    expect(await done).toBe(0);
  });

  it('sends, receives, and shows who has it', async () => {
    const { screen, keys, node } = run();
    await screen.shows('Looking for people on eth0');
    node.meet(personOf('bob'));
    await screen.shows('● bob is here');
    keys.type('hello bob\r');
    await screen.shows((text) => /alice {6}hello bob +·/.test(text));
    expect(node.asked).toEqual(['chat.send {"text":"hello bob"}']);
    node.receive({ kind: 'everyone' }, 'hi @alice 👨‍👩‍👧‍👦', 'id-bob');
    await screen.shows('hi @alice 👨‍👩‍👧‍👦');
    expect(screen.text).toMatch(/│ \d\d:\d\d bob {8}hi @alice/);
  });

  it('loses nothing that was typed before the node is there', async () => {
    const node = new FakeNode();
    const gate = Promise.withResolvers<undefined>();
    node.startGate = gate.promise;
    const { screen, keys } = run({ node });
    await screen.shows('Starting');
    keys.type('early bird\r');
    keys.type('/status soldering\r');
    await screen.shows((text) => /early bird +…/.test(text));
    expect(node.asked).toEqual([]);
    gate.resolve(undefined);
    await vi.waitFor(() =>
      expect(node.asked).toEqual(['chat.send {"text":"early bird"}', 'profile.set {"status":"soldering"}']),
    );
    await screen.shows('Your status is: soldering');
    expect(screen.text.match(/early bird/g)).toHaveLength(1);
  });

  it('counts what is unread elsewhere, marks where it begins, and forgets it when it is read', async () => {
    const { screen, keys, node } = run();
    await screen.shows('Looking for');
    node.meet(personOf('bob'));
    node.setRoom('lunch', true, ['id-bob']);
    node.receive({ kind: 'room', room: 'lunch' }, 'pizza?', 'id-bob');
    node.receive({ kind: 'room', room: 'lunch' }, '@alice pizza?', 'id-bob');
    node.receive({ kind: 'person', peerId: 'id-bob' }, 'psst', 'id-bob');
    await screen.shows((text) => /# lunch +@1 /.test(text) && /● bob +1 /.test(text));
    keys.type('\u000Blun\r');
    await screen.shows('─ new ─');
    expect(screen.text).toMatch(/›# lunch +│/);
    expect(screen.text).toContain('# lunch ─ 2 members ─ bob, you');
  });

  it('takes a paste of many lines as one text', async () => {
    const { screen, keys, node } = run();
    await screen.shows('Looking for');
    node.meet(personOf('bob'));
    keys.type('\u001B[200~one\r\ntwo\r\n\tthree\r\n\u001B[201~');
    await screen.shows('3 lines   enter sends them as one message');
    expect(node.asked).toEqual([]);
    keys.type('\r');
    await screen.shows((text) => /alice {6}one\n.*two\n.*three +·/.test(text));
    expect(node.asked).toEqual(['chat.send {"text":"one\\ntwo\\n\\tthree"}']);
  });

  it('gives back what could not be sent, with the reason', async () => {
    const { screen, keys, node } = run();
    await screen.shows('Looking for');
    node.failure = new MmchatError('too-large', 'The text has 70000 bytes; 65536 are allowed.');
    keys.type('much\r');
    await screen.shows('✗ The text has 70000 bytes');
    await screen.shows('# everyone › much');
    expect(screen.text).not.toContain(' at ');
  });

  it('survives every size, and says when a window is too small', async () => {
    const { screen, node } = run();
    await screen.shows('Looking for');
    for (const text of HOSTILE) node.receive({ kind: 'everyone' }, text, 'id-bob');
    for (const [columns, rows] of [
      [60, 15],
      [80, 24],
      [79, 24],
      [200, 60],
      [61, 16],
      [100, 15],
    ] as const) {
      screen.resize(columns, rows);
      await screen.shows('# everyone ›');
      expect(screen.text.split('\n')).toHaveLength(rows);
    }
    screen.resize(40, 10);
    await screen.shows('mmchat needs');
    screen.resize(10, 3);
    await screen.shows('This');
    screen.resize(80, 24);
    await screen.shows('# everyone ›');
  });

  it('asks before it leaves, and leaves the terminal as it was', async () => {
    const { screen, keys, node, done } = run();
    await screen.shows('Looking for');
    keys.type('half a thought');
    keys.type('\u0003');
    await screen.shows((text) => !text.includes('half a thought'));
    keys.type('\u0003');
    await screen.shows('ctrl-c again to leave');
    expect(screen.alternate).toBe(true);
    keys.type('\u0003');
    expect(await done).toBe(0);
    expect(screen).toMatchObject({ alternate: false, wrapping: true, cursorShown: true });
    expect(screen.written.endsWith('\u001B[?1049l')).toBe(true);
    expect(keys).toMatchObject({ isRaw: false, paused: true });
    expect(keys.listenerCount('data') + screen.listenerCount('resize') + node.listenerCount).toBe(0);
    expect(node.stops).toBeGreaterThan(0);
  });

  it('leaves when asked from outside, and by /quit', async () => {
    const first = run();
    await first.screen.shows('Looking for');
    first.abort.abort();
    expect(await first.done).toBe(0);
    const second = run();
    await second.screen.shows('Looking for');
    second.keys.type('/quit\r');
    expect(await second.done).toBe(0);
    expect(second.screen.alternate).toBe(false);
  });

  it('gives the terminal back before it tells why the node did not start', async () => {
    const node = new FakeNode();
    node.startFailure = new MmchatError('port-in-use', 'Port 9011 is taken.');
    const { screen, done } = run({ node });
    await expect(done).rejects.toThrow('Port 9011 is taken.');
    expect(screen.alternate).toBe(false);
    expect(node.stops).toBeGreaterThan(0);
  });

  it('draws what is typed with few bytes, and everything anew on ctrl-l', async () => {
    const { screen, keys } = run();
    await screen.shows('Looking for');
    keys.type('a');
    await screen.shows('› a');
    const before = screen.written.length;
    keys.type('b');
    await screen.shows('› ab');
    expect(screen.written.length - before).toBeLessThan(300);
    const beforeRedraw = screen.written.length;
    keys.type('\u000C');
    await vi.waitFor(() => expect(screen.written.length - beforeRedraw).toBeGreaterThan(1500));
  });

  it('writes few frames in a flood', async () => {
    const { screen, node } = run();
    await screen.shows('Looking for');
    const before = screen.writes;
    for (let index = 0; index < 2000; index++) node.receive({ kind: 'everyone' }, `flood ${index}`, 'id-bob');
    await screen.shows('flood 1999');
    expect(screen.writes - before).toBeLessThan(20);
  });

  it('has no colours where they are not wanted', async () => {
    const plain = run({ env: { NO_COLOR: '1', TERM: 'xterm-256color' } });
    await plain.screen.shows('Looking for');
    // eslint-disable-next-line no-control-regex -- SGR codes
    expect(plain.screen.written).not.toMatch(/\u001B\[[\d;]*(?:3[0-8]|9[0-7])[;m]/);
    const colourful = run({ env: { COLORTERM: 'truecolor' } });
    await colourful.screen.shows('Looking for');
    expect(colourful.screen.written).toContain('38;2;92;145;255m');
  });

  it('makes links where the terminal knows them, also over several rows, and rings', async () => {
    const url = `https://wiki.lan/${'x'.repeat(90)}`;
    const kitty = run({ env: { TERM: 'xterm-kitty' } });
    await kitty.screen.shows('Looking for');
    kitty.node.receive({ kind: 'everyone' }, `see ${url}. It works`, 'id-bob');
    await kitty.screen.shows('It works');
    expect([...kitty.screen.links].sort()).toEqual(['', url]);
    kitty.node.receive({ kind: 'person', peerId: 'id-bob' }, 'psst', 'id-bob');
    await vi.waitFor(() => expect(kitty.screen.bells).toBe(1));
    const plain = run({ env: { TERM: 'xterm' } });
    await plain.screen.shows('Looking for');
    plain.node.receive({ kind: 'everyone' }, `see ${url}. It works`, 'id-bob');
    await plain.screen.shows('It works');
    expect(plain.screen.links.size).toBe(0);
  });

  it('traces when it was asked to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mmchat-trace-'));
    try {
      const path = join(folder, 'trace');
      const { screen } = run({ env: { MMCHAT_TRACE_FILE: path } });
      await screen.shows('Looking for');
      expect(await readFile(path, 'utf8')).toMatch(/^trace first-paint [\d.]+\ntrace ready [\d.]+\n$/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('runChat', () => {
  it('needs a terminal', async () => {
    const stderr = new PassThrough({ encoding: 'utf8' });
    const io = { stdin: new PassThrough(), stdout: new PassThrough(), stderr, env: {} };
    expect(await runChat({}, io, new AbortController().signal)).toBe(2);
    expect(stderr.read()).toBe('This needs a terminal; without one use `mmchat-p2p headless`.\n');
  });
});

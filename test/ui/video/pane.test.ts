// Pictures on a terminal of memory: in their place, redrawn where frames touch it, gone when they are over.

/* eslint-disable no-control-regex -- sequences for terminals are what is looked for */
import '../../../src/base/platform.ts';
import { PassThrough } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Call, VideoFrame } from '../../../src/index.ts';
import { runChatSession, type TerminalStreams } from '../../../cli/ui/chat-session.tsx';
import { CALL_ID, callOf, callsOf, memberOf } from '../../support/calls.ts';
import { FakeNode, personOf } from '../../support/fake-node.ts';
import { FakeKeyboard, FakeScreen } from '../../support/fake-terminal.ts';

interface Run {
  readonly screen: FakeScreen;
  readonly keys: FakeKeyboard;
  readonly node: FakeNode;
  readonly abort: AbortController;
  readonly done: Promise<number>;
}

const runs: Run[] = [];

afterEach(async () => {
  for (const { abort, done } of runs.splice(0)) {
    abort.abort();
    await done;
  }
});

const call = (change: Partial<Call> = {}): Call =>
  callOf({
    ...{ phase: 'active', mode: 'video', starter: 'id-bob', since: Date.now() },
    destination: { kind: 'person', peerId: 'id-bob' },
    members: [memberOf('bob', { peerId: 'id-bob' })],
    ...change,
  });

function picture(level: number, width = 64, height = 48): VideoFrame {
  return { width, height, rgb: new Uint8Array(width * height * 3).fill(level), atMs: 0 };
}

/** In a call with bob, on a terminal that answers at once. */
async function inCall(env: Record<string, string> = {}, columns = 80, rows = 24): Promise<Run> {
  const screen = new FakeScreen(columns, rows);
  const keys = new FakeKeyboard();
  const node = new FakeNode();
  const abort = new AbortController();
  const io = {
    ...{ stdin: keys, stdout: screen, stderr: new PassThrough() },
    env: { COLORTERM: 'truecolor', TERM: 'xterm-256color', ...env },
  } as unknown as TerminalStreams;
  const done = runChatSession({
    ...{ io, fallbackName: 'alice', discovery: true, signal: abort.signal },
    makeNode: () => Promise.resolve(node),
  });
  const run: Run = { screen, keys, node, abort, done };
  runs.push(run);
  await screen.shows('Looking for people');
  node.meet(personOf('bob'));
  for (let index = 0; index < 30; index++) node.receive({ kind: 'everyone' }, `line ${index}`, 'id-bob');
  node.change({ calls: callsOf(call()) }, { type: 'call-changed', call: call() });
  await vi.waitFor(() => expect(node.outputs.size).toBe(1));
  return run;
}

function show({ node }: Run, frame: VideoFrame, who = 'id-bob'): void {
  for (const output of node.outputs) output.show(who, who, frame);
}

const blocks = (text: string): number => text.split('▀').length - 1;

/** Answers what it is asked, as long as the test lasts. */
async function answering(run: Run, wanted: () => void): Promise<void> {
  await vi.waitFor(() => {
    for (const question of run.screen.questions.splice(0)) if (question === '5n') run.keys.type('\u001B[0n');
    wanted();
  });
}

describe('pictures in the terminal', () => {
  it('have a place above the conversation, while everything else goes on', async () => {
    const run = await inCall();
    const { screen, keys, node } = run;
    show(run, picture(10));
    await answering(run, () => expect(blocks(screen.text)).toBe(24 * 9));
    const rows = screen.text.split('\n');
    expect(rows.findIndex((row) => row.includes('▀'))).toBe(2);
    expect(rows[11]).toMatch(/│ +bob/);
    expect(screen.text).toContain('line 29');
    // Larger pictures would not look any better.
    const sizes = [...node.outputs].map((output) => [output.sizeOf?.('id-bob'), output.sizeOf?.('id-carol')]);
    expect(sizes).toEqual([[{ width: 2 * 24, height: 2 * 18 }, undefined]]);
    keys.type('typed meanwhile');
    await screen.shows('› typed meanwhile');
    show(run, picture(200));
    await answering(run, () => expect(screen.written).toContain('38;2;200;200;200'));
    // A frame that changes the list of people leaves the picture alone.
    const before = screen.written.length;
    node.meet(personOf('carol'));
    await screen.shows('● carol');
    expect(screen.written.slice(before)).not.toContain('▀');
    expect(blocks(screen.text)).toBe(24 * 9);
    node.change({ calls: new Map() }, { type: 'call-ended', call: node.state.calls.get(CALL_ID)!, reason: 'hangup' });
    await screen.shows((text) => !text.includes('▀'));
    expect(screen.text).toContain('line 15');
    expect(node.outputs.size).toBe(0);
  });

  it('give way to pages and other sizes, and come back whole', async () => {
    const run = await inCall();
    const { screen, keys } = run;
    show(run, picture(90));
    show(run, picture(50), 'self-id');
    await answering(run, () => expect(blocks(screen.text)).toBeGreaterThan(24 * 9));
    const whole = blocks(screen.text);
    for (const [there, back] of [
      ['\u001BOP', '\u001BOP'],
      ['\u0014', '\u0014'],
      ['\u0007', '\u0007'],
      ['\u000B', '\u001B'],
    ] as const) {
      keys.type(there);
      await answering(run, () => expect(blocks(screen.text)).toBe(0));
      keys.type(back);
      await answering(run, () => expect(blocks(screen.text)).toBe(whole));
    }
    screen.resize(60, 15);
    await answering(run, () => expect(blocks(screen.text)).toBeGreaterThan(20));
    screen.resize(59, 14);
    await answering(run, () => expect(blocks(screen.text)).toBe(0));
    screen.resize(120, 40);
    await answering(run, () => expect(blocks(screen.text)).toBeGreaterThan(whole));
    keys.type('/pictures off\r');
    await answering(run, () => expect(blocks(screen.text)).toBe(0));
    expect(run.node.outputs.size).toBe(0);
    keys.type('\u001BOQ');
    await vi.waitFor(() => expect(run.node.outputs.size).toBe(1));
    show(run, picture(90));
    await answering(run, () => expect(blocks(screen.text)).toBeGreaterThan(0));
  });

  it('are left out while the terminal takes nothing, and only the newest comes then', async () => {
    const run = await inCall();
    const { screen } = run;
    show(run, picture(1));
    await answering(run, () => expect(blocks(screen.text)).toBe(24 * 9));
    screen.isBusy = true;
    const free = screen.written.length;
    show(run, picture(30));
    // That picture, or a line that changed just before it.
    await answering(run, () => expect(screen.written.length).toBeGreaterThan(free));
    const before = screen.written.length;
    for (let level = 60; level <= 240; level += 30) {
      show(run, picture(level));
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    expect(screen.written.length).toBe(before);
    screen.isBusy = false;
    screen.emit('drain');
    await answering(run, () => expect(screen.written.slice(before)).toContain('38;2;240;240;240'));
    expect(screen.written.slice(before)).not.toContain('38;2;120;120;120');
  });

  it('are made of letters where there are no colours', async () => {
    const run = await inCall({ NO_COLOR: '1' });
    show(run, picture(255));
    await answering(run, () => expect(run.screen.text).toContain('@'.repeat(24)));
    expect(run.screen.text).not.toContain('▀');

    expect(run.screen.written).not.toMatch(/\u001B\[(?:38|48);/);
  });

  it('are pixels where the terminal knows graphics, and are taken away again', async () => {
    const run = await inCall({ TERM: 'xterm-kitty' });
    const { screen, keys } = run;
    show(run, picture(7));
    await vi.waitFor(() => expect(screen.graphics.join('')).toContain('a=q'));
    keys.type('\u001B_Gi=31;O');
    keys.type('K\u001B\\\u001B[?62;c');
    await vi.waitFor(() =>
      expect(screen.graphics.at(-1)).toMatch(/^\u001B_G(?:a=T,f=24,s=64,v=48,i=\d+,p=1,c=24,r=9,C=1,q=2,)?m=0;/u),
    );
    expect(screen.text).not.toContain('▀');
    expect(screen.text).not.toContain('i=31');
    const sent = screen.graphics.slice(1);
    expect(sent.every((one) => one.length < 4096 + 100)).toBe(true);
    keys.type('\u001BOP');
    await vi.waitFor(() => expect(screen.graphics.at(-1)).toContain('a=d,d=I'));
    keys.type('\u001BOP');
    await vi.waitFor(() => expect(screen.graphics.at(-1)).toContain('m=0'));
    run.abort.abort();
    await run.done;
    expect(screen.graphics.at(-1)).toContain('a=d,d=I');
  });

  it.each<Record<string, string>>([
    { TERM: 'linux' },
    { TERM: 'tmux-256color' },
    { TMUX: '/tmp/x' },
    { STY: '1.x' },
    { TERM: 'dumb' },
  ])('ask nothing about graphics where that could be seen: %j', async (env) => {
    const run = await inCall(env);
    show(run, picture(255));
    await answering(run, () => expect(run.screen.text).toMatch(/[▀@]{20}/u));
    expect(run.screen.graphics).toEqual([]);
  });

  it('leave nothing behind, and no answer for the shell', async () => {
    const run = await inCall();
    show(run, picture(99));
    await answering(run, () => expect(blocks(run.screen.text)).toBeGreaterThan(0));
    show(run, picture(200));
    await vi.waitFor(() => expect(run.screen.questions).toContain('5n'));
    run.abort.abort();
    await vi.waitFor(() => expect(run.node.stops).toBe(0));
    run.keys.type('\u001B[0n');
    expect(await run.done).toBe(0);
    expect(run.keys.isRaw).toBe(false);
    expect(run.screen.alternate).toBe(false);
    expect(run.screen.cursorShown).toBe(true);
    expect(run.node.outputs.size).toBe(0);
  });
});

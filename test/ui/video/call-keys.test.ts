// Pictures of a call by keys and commands: one's own, a screen, whether any are shown, and the signs in the call's bar.

import '../../../src/base/platform.ts';
import { expect, test, vi } from 'vitest';
import { MmchatError, type Call, type VideoFrame } from '../../../src/index.ts';
import type { ShareSource } from '../../../cli/ui/ui-state.ts';
import { CALL_ID, callOf, callsOf, memberOf } from '../../support/calls.ts';
import type { FakeNode } from '../../support/fake-node.ts';
import { KEY, setup, type Setup } from '../chat-setup.ts';

const KEYS = { video: '\u0016', share: '\u0012', pictures: '\u001BOQ', enter: '\r' } as const;
const SOURCES: readonly ShareSource[] = [
  { id: 'screen:0', name: 'Screen 1', kind: 'screen' },
  { id: 'window:7', name: 'notes\u001B[2J', kind: 'window' },
];
const FRAME: VideoFrame = { width: 64, height: 48, rgb: new Uint8Array(64 * 48 * 3), atMs: 0 };

function put(node: FakeNode, change: Partial<Call> = {}): void {
  const call = callOf({
    ...{ phase: 'active', mode: 'video', starter: 'id-bob', since: node.now - 161_000 },
    destination: { kind: 'person', peerId: 'id-bob' },
    members: [memberOf('bob', { peerId: 'id-bob' })],
    ...change,
  });
  node.change({ calls: callsOf(call) }, { type: 'call-changed', call });
}

function inCall(options: Parameters<typeof setup>[0] = {}, change: Partial<Call> = {}): Setup {
  const chat = setup({ size: { columns: 120, rows: 28 }, ...options });
  put(chat.node, change);
  return chat;
}

async function asked({ node }: Setup, wanted: string): Promise<void> {
  await vi.waitFor(() => expect(node.asked.at(-1)).toBe(wanted));
}

test('ctrl-v and /video show oneself, and no more', async () => {
  const chat = inCall();
  chat.type(KEYS.video);
  await asked(chat, `calls.mute "${CALL_ID}" {"video":true}`);
  put(chat.node, { videoMuted: true });
  chat.type(KEYS.video);
  await asked(chat, `calls.mute "${CALL_ID}" {"video":false}`);
  chat.type('/video off\r');
  await asked(chat, `calls.mute "${CALL_ID}" {"video":true}`);
  chat.type('/video ON\r');
  await asked(chat, `calls.mute "${CALL_ID}" {"video":false}`);
  put(chat.node);
  chat.type('/video\r');
  await asked(chat, `calls.mute "${CALL_ID}" {"video":true}`);
  const { length } = chat.node.asked;
  chat.type('/video maybe\r');
  await chat.shows(/It works like this: .video \[on\|off\]/);
  expect(chat.node.asked).toHaveLength(length);
});

test('outside of a call nothing is asked for', async () => {
  const chat = setup({ listShareSources: () => Promise.resolve(SOURCES) });
  for (const key of [KEYS.video, KEYS.share]) {
    chat.type(key);
    expect(chat.controller.ui.hint?.text).toBe('you are in no call');
    expect(chat.controller.ui.overlay).toBeUndefined();
  }
  chat.type('/video on\r');
  await chat.shows('/call NAME video begins one with pictures');
  chat.type('/share screen:0\r');
  await chat.shows('You are in no call.');
  expect(chat.node.asked).toEqual([]);
  expect(chat.node.outputs.size).toBe(0);
});

test.each([KEYS.share, '/share\r'])('%j lists what could be shown; one is chosen, and ended again', async (way) => {
  const listed = Promise.withResolvers<readonly ShareSource[]>();
  const chat = inCall({ listShareSources: () => listed.promise });
  chat.type(way);
  await chat.shows('looking for screens …');
  chat.type(KEYS.enter);
  listed.resolve(SOURCES);
  await chat.shows(/window +notes/);
  expect(chat.screen()).not.toContain('\u001B');
  expect(chat.node.asked).toEqual([]);
  chat.type(KEY.down);
  chat.type(KEY.down);
  chat.type(KEYS.enter);
  await asked(chat, `calls.share "${CALL_ID}" "window:7"`);
  expect(chat.screen()).not.toContain('Show to the others');
  put(chat.node, { sharing: 'window:7' });
  chat.type(KEYS.share);
  await asked(chat, `calls.share "${CALL_ID}" null`);
  chat.type('/share off\r');
  await vi.waitFor(() => expect(chat.node.asked).toHaveLength(3));
  await asked(chat, `calls.share "${CALL_ID}" null`);
});

test('who leaves the page shows nothing, also when the list comes later', async () => {
  const listed = Promise.withResolvers<readonly ShareSource[]>();
  const chat = inCall({ listShareSources: () => listed.promise });
  chat.type(KEYS.share);
  await chat.shows('looking for screens …');
  chat.type(KEY.escape);
  listed.resolve(SOURCES);
  await listed.promise;
  await new Promise(setImmediate);
  expect(chat.screen()).not.toContain('Screen 1');
  expect(chat.node.asked).toEqual([]);
});

test('where there is nothing to be shown, or no list, that is said', async () => {
  const empty = inCall({ listShareSources: () => Promise.resolve([]) });
  empty.type(KEYS.share);
  await empty.shows('no screen and no window is there to be shown');
  empty.type(KEYS.enter);
  expect(empty.node.asked).toEqual([]);
  const none = inCall();
  none.type(KEYS.share);
  expect(none.screen()).toContain('screens can not be listed here: /share SOURCE');
});

test('a list that fails is a line in the conversation, which is seen', async () => {
  const failure = new MmchatError('device-unavailable', 'Screens can’t be listed here.');
  const chat = inCall({ listShareSources: () => Promise.reject(failure) });
  chat.type(KEYS.share);
  await chat.shows('Screens can’t be listed here.');
  expect(chat.screen()).not.toContain('looking for screens');
});

test('a source that is unknown is a calm line', async () => {
  const chat = inCall();
  chat.node.failure = new MmchatError('device-unavailable', 'There is no screen called attic.');
  chat.type('/share attic\r');
  await asked(chat, `calls.share "${CALL_ID}" "attic"`);
  await chat.shows('There is no screen called attic.');
  expect(chat.screen()).toMatch(/☎ bob/);
  expect(chat.notices()).toEqual(['There is no screen called attic.']);
});

test.each([
  [KEYS.pictures, KEYS.pictures],
  ['/pictures off\r', '/pictures on\r'],
  ['/pictures\r', '/pictures\r'],
])('%j gives pictures back, %j asks for them again', async (off, on) => {
  const chat = inCall();
  expect(chat.node.outputs.size).toBe(1);
  const [first] = chat.node.outputs;
  first?.show('id-bob', 'bob', FRAME);
  expect(chat.controller.ui.video?.sizes.has('id-bob')).toBe(true);
  chat.type(off);
  await chat.shows('pictures are hidden: F2 shows them again');
  expect(chat.node.outputs.size).toBe(0);
  expect(chat.controller.ui.video).toBeUndefined();
  put(chat.node, { audioMuted: true });
  expect(chat.node.outputs.size).toBe(0);
  chat.type(on);
  await chat.shows('pictures are shown');
  expect(chat.node.outputs.size).toBe(1);
  const call = chat.node.state.calls.get(CALL_ID)!;
  chat.node.change({ calls: new Map() }, { type: 'call-ended', call, reason: 'hangup' });
  expect(chat.node.outputs.size).toBe(0);
  expect(chat.controller.ui.video).toBeUndefined();
});

test('calling with pictures', async () => {
  const chat = setup();
  chat.type('/call bob video\r');
  await asked(chat, 'calls.start "video" {"to":"id-bob"}');
  expect(chat.controller.ui.current).toBe('with:id-bob');
  chat.type('/call video\r');
  await vi.waitFor(() => expect(chat.node.asked).toHaveLength(2));
  expect(chat.node.asked[1]).toBe(chat.node.asked[0]);
  chat.type('/call #lunch break VIDEO\r');
  await asked(chat, 'calls.start "video" {"room":"lunch break"}');
});

test('the bar says from whom pictures come, and which are screens', async () => {
  const chat = inCall({}, { videoMuted: true });
  await chat.shows(/☎ bob/);
  expect(chat.screen()).not.toMatch(/[▣▤]/);
  const [output] = chat.node.outputs;
  output?.show('id-bob', 'bob', FRAME);
  await chat.shows(/☎ bob .*they ▁ ▣/);
  put(chat.node, { videoMuted: true, members: [memberOf('bob', { peerId: 'id-bob', isSharing: true })] });
  await chat.shows(/☎ bob .*they ▁ ▤/);
  expect(chat.screen()).not.toContain('▣');
  output?.hide('id-bob');
  put(chat.node, { videoMuted: true });
  await vi.waitFor(() => expect(chat.screen()).not.toMatch(/[▣▤]/));
});

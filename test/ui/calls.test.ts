// Calls on the screen: what rings, the bar, its keys and commands, the numbers, what is left in the conversation.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { Call, CallMember } from '../../src/index.ts';
import { callLines } from '../../cli/ui/call-bar.ts';
import { callPageLines } from '../../cli/ui/call-page.ts';
import { endText, refusalText } from '../../cli/ui/call-words.ts';
import { lineWidth, plainText } from '../../cli/ui/theme.ts';
import { CALL_ID, callOf as anyCall, callsOf, memberOf as anyMember, peerStatsOf } from '../support/calls.ts';
import { personOf, type FakeNode } from '../support/fake-node.ts';
import { setup, type Setup } from './chat-setup.ts';
import { HOSTILE } from './hostile-text.ts';

const KEYS = { answer: '\u0019', end: '\u0018', mute: '\u000F', numbers: '\u0007' } as const;

const memberOf = (name: string, change: Partial<CallMember> = {}): CallMember =>
  anyMember(name, { peerId: `id-${name}`, ...change });

function callOf(change: Partial<Call> = {}): Call {
  return anyCall({
    destination: { kind: 'person', peerId: 'id-bob' },
    starter: 'id-bob',
    members: [memberOf('bob')],
    ...change,
  });
}

const active = (node: FakeNode, change: Partial<Call> = {}): Call =>
  callOf({ phase: 'active', since: node.now - 161_000, ...change });

function put(node: FakeNode, call: Call): void {
  node.change({ calls: callsOf(...node.state.calls.values(), call) }, { type: 'call-changed', call });
}

function end(node: FakeNode, reason: string): void {
  const call = node.state.calls.get(CALL_ID)!;
  node.change({ calls: new Map() }, { type: 'call-ended', call, reason });
}

async function asked({ node }: Setup, wanted: string): Promise<void> {
  await vi.waitFor(() => expect(node.asked).toContain(wanted));
}

test('it rings: who, how to answer, a bell now and then until one answers', async () => {
  const chat = setup();
  put(chat.node, callOf());
  await chat.shows(/☎ bob calls you {3}ctrl-y answer {3}ctrl-x refuse/);
  expect(chat.bells.count).toBe(1);
  chat.pass(3900);
  expect(chat.bells.count).toBe(1);
  chat.pass(8100);
  expect(chat.bells.count).toBe(4);
  chat.type(KEYS.answer);
  await asked(chat, `calls.accept "${CALL_ID}"`);
  expect(chat.controller.ui.current).toBe('with:id-bob');
  put(chat.node, active(chat.node));
  chat.pass(20_000);
  expect(chat.bells.count).toBe(4);
});

test('calls of somebody can be taken at once', async () => {
  const chat = setup();
  chat.type('/autoanswer bob\r');
  await asked(chat, 'peers.setAutoAnswer "id-bob" true');
  await chat.shows('Calls of bob are taken at once from now on.');
});

test('who wants silence gets it, and nobody blocked rings', async () => {
  const chat = setup();
  chat.type('/silent\r');
  await chat.shows('No bell until you leave');
  put(chat.node, callOf());
  await chat.shows('bob calls you');
  chat.pass(9000);
  expect(chat.bells.count).toBe(0);
  const other = setup();
  other.node.changePerson('id-bob', { blocked: true });
  put(other.node, callOf());
  other.controller.publish();
  expect(other.bells.count).toBe(0);
  expect(other.screen()).not.toContain('calls you');
  end(other.node, 'cancelled');
  expect(other.notices()).toEqual([]);
});

test('refusing and answering by command; a selected file comes first', async () => {
  const chat = setup();
  put(chat.node, callOf());
  chat.type('/reject\r');
  await asked(chat, `calls.reject "${CALL_ID}"`);
  chat.type('/accept\r');
  await asked(chat, `calls.accept "${CALL_ID}"`);
  chat.type(KEYS.end);
  await vi.waitFor(() => expect(chat.node.asked.filter((one) => one.startsWith('calls.reject'))).toHaveLength(2));
});

test('the bar: with whom, how long, who speaks, quality, way, lock, keys', async () => {
  const chat = setup({ size: { columns: 120, rows: 28 } });
  chat.node.callStats = { state: 'active', mode: 'audio', seconds: 161, peers: [peerStatsOf('bob')] };
  chat.node.callLevels = new Map([
    ['self-id', 0.1],
    ['id-bob', 1],
  ]);
  put(chat.node, active(chat.node));
  await chat.shows(
    /☎ bob {2}2:41 {3}you ▁ {2}›they ▇ {3}good {2}direct, encrypted ⚿ +ctrl-o mute {3}ctrl-g numbers {3}ctrl-x hang up/,
  );
  chat.controller.publish();
  const row = chat
    .screen()
    .split('\n')
    .findIndex((line) => line.includes('☎ bob'));
  const messages = chat.controller.snapshot();
  chat.drawn.length = 0;
  chat.pass(1100);
  // A dozen times a second, only this row, and without a frame.
  expect(chat.drawn.length).toBeGreaterThanOrEqual(10);
  expect(chat.drawn.length).toBeLessThanOrEqual(20);
  expect(new Set(chat.drawn.map(([y]) => y))).toEqual(new Set([row]));
  expect(chat.drawn.at(-1)?.[1]).toContain('☎ bob  2:42');
  expect(chat.controller.snapshot()).toBe(messages);
  end(chat.node, 'hangup');
  chat.controller.open('with:id-bob');
  await chat.shows('The call with bob has ended, 2:42.');
  chat.drawn.length = 0;
  chat.pass(5000);
  expect(chat.drawn).toEqual([]);
});

test('meters fall slowly, and a speaker stays marked between words', () => {
  const chat = setup();
  chat.node.callLevels = new Map([['id-bob', 1]]);
  put(chat.node, active(chat.node));
  chat.node.callLevels = new Map([['id-bob', 0]]);
  chat.pass(160);
  expect(chat.controller.ui.call?.levels.get('id-bob')).toMatchObject({ speaking: true });
  expect(chat.controller.ui.call?.levels.get('id-bob')?.level).toBeCloseTo(0.76);
  chat.pass(1000);
  expect(chat.controller.ui.call?.levels.get('id-bob')).toMatchObject({ speaking: false, level: 0 });
});

test('muting is said, by key and by command', async () => {
  const chat = setup();
  put(chat.node, active(chat.node, { members: [memberOf('bob', { audioMuted: true })] }));
  chat.type(KEYS.mute);
  await asked(chat, `calls.mute "${CALL_ID}" {"audio":true}`);
  put(chat.node, active(chat.node, { audioMuted: true, members: [memberOf('bob', { audioMuted: true })] }));
  await chat.shows(/you are muted +they ✗/);
  chat.type('/mute\r');
  await asked(chat, `calls.mute "${CALL_ID}" {"audio":false}`);
  chat.type('/volume bob 150\r');
  await asked(chat, `calls.setVolume "${CALL_ID}" "id-bob" 1.5`);
  await chat.shows('bob is heard at 150 %');
  for (const wrong of ['bob', 'bob 201', 'bob loud', '']) {
    chat.type(`/volume ${wrong}\r`);
    await chat.shows(/It works like this: .volume NAME 0-200/);
  }
  chat.type('/hangup\r');
  await asked(chat, `calls.end "${CALL_ID}"`);
  chat.type(KEYS.end);
  await vi.waitFor(() => expect(chat.node.asked.filter((one) => one.startsWith('calls.end'))).toHaveLength(2));
});

test('calling people and rooms', async () => {
  const chat = setup();
  chat.type('/call\r');
  await chat.shows('Nobody can call everyone');
  chat.type('/call Bob the Great\r');
  await asked(chat, 'calls.start "audio" {"to":"id-Bob the Great"}');
  expect(chat.controller.ui.current).toBe('with:id-Bob the Great');
  chat.type('/call\r');
  await vi.waitFor(() => expect(chat.node.asked).toHaveLength(2));
  expect(chat.node.asked[1]).toBe(chat.node.asked[0]);
  chat.type('/call #lunch break\r');
  await asked(chat, 'calls.start "audio" {"room":"lunch break"}');
  chat.type('/call hardware\r');
  await asked(chat, 'calls.start "audio" {"room":"hardware"}');
  chat.type('/call nobody\r');
  await chat.shows('There is nobody and no room called nobody.');
  chat.type('/hangup\r');
  await chat.shows('There is no call to end.');
  for (const key of [KEYS.answer, KEYS.end, KEYS.mute]) {
    chat.type(key);
    expect(chat.controller.ui.hint?.text).toMatch(/nobody calls you|you are in no call/);
  }
  chat.type('/ca\t');
  expect(chat.controller.ui.input.text).toMatch(/^\/ca/);
});

test('a call that goes on in this room can be joined', async () => {
  const chat = setup();
  const members = [memberOf('bob'), memberOf('dora'), memberOf('Bob the Great')];
  put(chat.node, callOf({ destination: { kind: 'room', room: 'hardware' }, phase: 'open', members }));
  chat.controller.publish();
  expect(chat.screen()).not.toContain('call going on');
  expect(chat.screen()).toMatch(/# hardware +☎/);
  chat.controller.open('room:hardware');
  await chat.shows(/☎ call going on: 3 people {2}bob, dora, Bob the Great +\/call joins/);
});

test('the call of a room: who is in it, as many as there is room for', () => {
  const { node, controller } = setup();
  const names = Array.from({ length: 15 }, (_, index) => `person ${index}`);
  for (const name of names) node.meet(personOf(name));
  const members = names.map((name, index) =>
    memberOf(name, index === 1 ? { phase: 'lost', path: 'link' } : index === 2 ? { phase: 'ringing' } : {}),
  );
  const call = active(node, { destination: { kind: 'room', room: 'hardware' }, members });
  put(node, call);
  const text = (width: number): string => callLines(node.state, controller.ui, width).map(plainText).join('\n');
  expect(text(100)).toMatch(/☎ # hardware .*person 0 ▁ {3}person 1 \?.*\+ \d+ .*link/);
  expect(text(200)).toContain('person 2 …');
  for (const width of [60, 80, 100, 200])
    expect(lineWidth(callLines(node.state, controller.ui, width)[0]!)).toBe(width);
});

test('whatever others are called, lines are as wide as the screen and clean', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...HOSTILE, 'x'.repeat(64), '漢'.repeat(21)),
      fc.constantFrom<Call['phase'][]>('calling', 'ringing', 'incoming', 'open', 'connecting', 'active'),
      fc.integer({ min: 60, max: 140 }),
      fc.boolean(),
      (name, phase, width, room) => {
        const { node, controller } = setup();
        node.meet(personOf(name));
        node.setRoom(name, true);
        const members = [memberOf(name), memberOf('bob')];
        const destination = room ? { kind: 'room' as const, room: name } : callOf().destination;
        put(node, callOf({ phase, starter: `id-${name}`, destination, members, since: 0 }));
        for (const line of callLines(node.state, { ...controller.ui, current: 'with:id-bob' }, width)) {
          expect(lineWidth(line)).toBe(width);
          // eslint-disable-next-line no-control-regex -- what is looked for
          expect(plainText(line)).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202E]/);
        }
      },
    ),
  );
});

test.each([60, 80])('the screen of %i columns keeps its height and its input line', async (columns) => {
  const chat = setup({ size: { columns, rows: columns === 60 ? 15 : 24 } });
  const before = chat.screen().split('\n').length;
  put(chat.node, callOf());
  await chat.shows('ctrl-y answer');
  expect(chat.screen().split('\n')).toHaveLength(before);
  put(chat.node, active(chat.node, { audioMuted: true }));
  await chat.shows(/☎ bob {2}2:41 {2}you are muted/);
  expect(chat.screen().split('\n')).toHaveLength(before);
  for (const row of chat.screen().split('\n')) expect(lineWidth([{ text: row }])).toBeLessThanOrEqual(columns);
  chat.type('hello');
  expect(chat.screen()).toContain('# everyone › hello');
});

test('the numbers of a call', async () => {
  const chat = setup();
  chat.type(KEYS.numbers);
  expect(chat.screen()).toContain('you are in no call');
  chat.type(KEYS.numbers);
  const peer = peerStatsOf('bob', { peerId: 'id-bob' });
  chat.node.callStats = { state: 'active', mode: 'audio', seconds: 161, peers: [peer] };
  put(chat.node, active(chat.node));
  chat.type('/call stats\r');
  await chat.shows('Call: bob');
  const audio = { ...peer.audio, packetsReceived: 1390, packetsLost: 110, packetsConcealed: 82, rttMs: 212 };
  chat.node.callStats = { ...chat.node.callStats, peers: [{ ...peer, path: 'link', encrypted: false, audio }] };
  chat.pass(1100);
  await chat.shows(/bob {3}via the link \(UDP is blocked\) {3}! not encrypted/);
  expect(chat.screen()).toMatch(/active {3}2:42 {3}audio {3}poor/);
  expect(chat.screen()).toContain('round trip 212 ms   jitter 1.5 ms   buffer 20 ms');
  expect(chat.screen()).toMatch(/lost 20.0 % {3}concealed 16.0 %/);
  expect(chat.screen()).toContain('sends 48 kbit/s');
  chat.type('\u001B');
  expect(chat.screen()).not.toContain('Call: bob');
});

test.each([60, 80, 120])(
  'no number of a call is cut at %i columns; whoever has no room is counted',
  async (columns) => {
    const chat = setup({ size: { columns, rows: 24 } });
    const names = ['bob', 'dora', 'erin', 'frank', 'gina', 'henry', 'ivy'];
    for (const name of names) chat.node.meet(personOf(name));
    const large = peerStatsOf('bob');
    const audio = { ...large.audio, packetsSent: 1_234_567, packetsReceived: 1_234_567, packetsLost: 98_765 };
    const video = { ...large.video, framesSent: 1_234_567, framesReceived: 1_234_567, width: 1920, height: 1080 };
    const peers = names.map((name) => peerStatsOf(name, { peerId: `id-${name}`, audio, video }));
    chat.node.callStats = { state: 'active', mode: 'video', seconds: 161, peers: peers.slice(0, 1) };
    put(chat.node, active(chat.node, { mode: 'video', members: names.map((name) => memberOf(name)) }));
    chat.type('/call stats\r');
    await chat.shows('Call: bob');
    const page = (height: number): string[] =>
      callPageLines(chat.node.state, chat.controller.ui, columns, height).map(plainText);
    const alone = page(22);
    expect(alone.join('\n')).not.toContain('…');
    const facts = [
      '98,765 lost, 8 rebuilt, 2 concealed',
      'packets 1,234,567 out',
      '1920x1080',
      '1,234,567 out, 1,234,567 in',
    ];
    for (const fact of facts) expect(alone.join('\n')).toContain(fact);
    chat.node.callStats = { ...chat.node.callStats, peers };
    chat.pass(1100);
    for (let height = 4; height <= 60; height += 1) {
      const rows = page(height);
      expect(rows.length).toBeLessThanOrEqual(height);
      const shown = names.filter((name) => rows.some((row) => row.startsWith(`  ${name} `))).length;
      if (shown < names.length) expect(rows.at(-1)).toContain(`… ${names.length - shown} more`);
      else expect(rows.join('\n')).not.toContain('…');
    }
  },
);

test('what calls leave in the conversation', async () => {
  const chat = setup();
  put(chat.node, callOf());
  end(chat.node, 'cancelled');
  expect(chat.notices()).toEqual(['Missed call from bob.']);
  chat.controller.open('with:id-bob');
  expect(chat.notices()).toEqual(['Missed call from bob.']);
  const den = { destination: { kind: 'room', room: 'hardware' } } as const;
  put(chat.node, callOf(den));
  put(chat.node, callOf({ ...den, phase: 'open' }));
  chat.controller.open('room:hardware');
  expect(chat.notices().at(-1)).toBe('You did not take the call of bob. It goes on: /call joins.');
  put(chat.node, active(chat.node, den));
  chat.node.change({}, { type: 'call-answered', callId: CALL_ID, peerId: 'id-dora', refusal: 'busy' });
  expect(chat.notices().at(-1)).toBe('dora is in another call.');
});

test('an end counts by what the call was until then', () => {
  const chat = setup();
  chat.controller.open('with:id-bob');
  put(chat.node, callOf({ phase: 'ringing', starter: 'self-id' }));
  const call = callOf({ phase: 'connecting', starter: 'self-id' });
  chat.node.change({ calls: new Map() }, { type: 'call-ended', call, reason: 'rejected' });
  expect(chat.notices()).toEqual(['bob does not want to talk now.']);
});

test('every refusal and every end is a sentence', () => {
  const { node } = setup();
  const say = (change: Partial<Call>, reason: string): string | undefined =>
    endText(callOf({ since: node.now - 60_000, ...change }), reason, node.state, node.now);
  for (const code of [
    'busy',
    'rejected',
    'timeout',
    'offline',
    'call-full',
    'lost',
    'blocked',
    'nobody-there',
    'new',
  ]) {
    expect(refusalText('bob', code)).toMatch(/^bob [a-z].*\.$/);
    if (code !== 'new') expect(refusalText('bob', code)).not.toContain('could not take');
    expect(say({ phase: 'ringing' }, code)).toBe(refusalText('bob', code));
  }
  expect(say({ phase: 'calling' }, 'cancelled')).toBe('You hung up before anybody answered.');
  expect(say({ phase: 'active' }, 'lost')).toBe('The call with bob broke off: nothing was heard any more, 1:00.');
  expect(say({ phase: 'incoming' }, 'rejected')).toBe('You refused the call of bob.');
  expect(say({ phase: 'active' }, 'replaced')).toBeUndefined();
  const room = { destination: { kind: 'room', room: 'hardware' } } as const;
  expect(say({ ...room, phase: 'active' }, 'hangup')).toBe('You left the call in # hardware, 1:00.');
  expect(say({ ...room, phase: 'ringing' }, 'timeout')).toBe('Nobody in # hardware answered.');
  expect(say({ ...room, phase: 'open' }, 'hangup')).toBe('The call in # hardware is over.');
});

test('whoever is about to leave a call is told', () => {
  const chat = setup();
  put(chat.node, active(chat.node));
  chat.type('\u0003');
  expect(chat.controller.ui.hint?.text).toBe('that ends the call: ctrl-c again to leave');
});

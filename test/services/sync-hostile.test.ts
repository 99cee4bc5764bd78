// Peers that lie, flood, dawdle and forge: each is bounded, and nobody else suffers.

import '../../src/base/platform.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { MmchatError } from '../../src/base/errors.ts';
import { keyOfPeerId } from '../../src/base/peer-id.ts';
import { ClaimPages, MAX_CLAIM_WEIGHT, MAX_CLAIMED_LOGS } from '../../src/services/sync/claims.ts';
import { countSequences } from '../../src/services/sync/ranges.ts';
import { MAX_SYNC_ENTRIES, MAX_SYNC_LOGS } from '../../src/wire/limits.ts';
import type { SyncEntry, SyncLog, SyncMessage } from '../../src/wire/sync-messages.ts';
import { makeEntry, rangesOfLog } from './sync-journal.ts';
import { hexName, listening, peerIdOf, World, type WorldNode } from './sync-world.ts';

const room = hexName('room');
const roomBytes = Buffer.from(room, 'hex');
const LAST = Number.MAX_SAFE_INTEGER;

type MessageOf<Type extends SyncMessage['type']> = Extract<SyncMessage, { type: Type }>;

function newWorld(): World {
  const world = new World(7);
  onTestFinished(() => world.stop());
  return world;
}

function claim(author: string, log: Partial<SyncLog> = {}): SyncLog {
  return {
    author: keyOfPeerId(author)!,
    logId: Buffer.alloc(16, 1),
    ranges: [{ first: 1, last: 100 }],
    headHash: Buffer.alloc(32, 9),
    forkMark: new Uint8Array(0),
    before: 0,
    old: 0,
    ...log,
  };
}

const tell = (liar: WorldNode, to: WorldNode, logs: readonly SyncLog[], more = false): boolean =>
  liar.say(to, { type: 'logs', conversation: roomBytes, logs, more });

const ofType = <Type extends SyncMessage['type']>(heard: readonly SyncMessage[], type: Type): MessageOf<Type>[] =>
  heard.filter((message): message is MessageOf<Type> => message.type === type);

const entriesIn = (want: MessageOf<'want'>): number =>
  want.logs.reduce((sum, { ranges }) => sum + countSequences(ranges), 0);

/** A liar linked with bob; honest alice may come later. */
function liarAndBob(
  answer?: (liar: WorldNode, bob: WorldNode, message: SyncMessage) => void,
  options = {},
): { world: World; liar: WorldNode; bob: WorldNode; heard: SyncMessage[] } {
  const world = newWorld();
  const heard: SyncMessage[] = [];
  const bob = world.node('bob', options);
  const liar: WorldNode = world.node('liar', { handler: listening(heard, (message) => answer?.(liar, bob, message)) });
  world.join(room, bob, liar);
  world.link(liar, bob);
  return { world, liar, bob, heard };
}

const linkIsDown = (node: WorldNode, other: WorldNode): boolean => !node.links.links.has(other.peerId);

describe('a peer that claims what it does not deliver', () => {
  it('is asked for a little, waited for a little, and then no more', async () => {
    const { world, liar, bob, heard } = liarAndBob();
    tell(liar, bob, [claim(peerIdOf('alice'), { ranges: [{ first: 1, last: LAST }] })]);
    await world.clock.advance(60_000);
    const wants = ofType(heard, 'want');
    expect(wants.length).toBeGreaterThan(0);
    // Two at a time, each given up after ten seconds; what failed is remembered.
    expect(wants.length).toBeLessThanOrEqual(14);
    for (const want of wants) expect(entriesIn(want)).toBeLessThanOrEqual(MAX_SYNC_ENTRIES);
    const asked = wants.flatMap(({ logs }) => logs.flatMap(({ ranges }) => ranges.map(({ first }) => first)));
    expect(new Set(asked).size).toBe(asked.length);
    expect(bob.journal.logs(room)).toEqual([]);
  });

  it('can claim the same again without being asked again', async () => {
    const { world, liar, bob, heard } = liarAndBob();
    const logs = [claim(peerIdOf('alice'), { ranges: [{ first: 1, last: 100 }] })];
    for (let round = 0; round < 10; round++) {
      tell(liar, bob, logs);
      await world.clock.advance(20_000);
    }
    expect(ofType(heard, 'want')).toHaveLength(1);
  });

  it('moves no floor and keeps nobody from the real ones', async () => {
    const { world, liar, bob } = liarAndBob();
    const alice = world.node('alice');
    world.join(room, alice);
    for (let number = 0; number < 50; number++) alice.write(room, `hello ${number}`);
    const { author, logId } = alice.logName(room);
    const everything = { logId: Buffer.from(logId, 'hex'), ranges: [{ first: 1, last: LAST }], before: LAST, old: 0 };
    liar.say(bob, {
      type: 'conversations',
      items: [
        { conversation: roomBytes, fingerprint: Buffer.alloc(16), ageMs: LAST, historyMs: 0 },
        { conversation: Buffer.alloc(16, 5), fingerprint: Buffer.alloc(16), ageMs: 0, historyMs: 0 },
      ],
      reply: true,
    });
    tell(liar, bob, [claim(author, everything)]);
    await world.clock.advance(1_000);
    world.link(alice, bob);
    await world.clock.advance(30_000);
    expect(bob.journal.log(alice.logName(room))?.summary).toMatchObject({
      floor: 1,
      ranges: [{ first: 1, last: 50 }],
    });
    expect(bob.drops.get('sync-not-shared')).toBe(1);
  });

  it('loses its turn when it only trickles', async () => {
    const world = newWorld();
    const alice = world.node('alice');
    const bob = world.node('bob');
    const log = alice.logName(room);
    world.join(room, alice, bob);
    for (let number = 0; number < 200; number++) alice.write(room, `hello ${number}`);
    const entries = alice.journal.log(log)!.entries;
    const liar: WorldNode = world.node('liar', {
      handler: listening([], (message) => {
        if (message.type !== 'want') return;
        let next = (message.logs[0]?.ranges[0]?.first ?? 1) - 1;
        world.clock.every(9_000, () => {
          const { header, signature, body } = entries[next++]!;
          liar.say(bob, {
            type: 'batch',
            id: message.id,
            entries: [{ header, signature, body: body!, bodyGone: false }],
            last: false,
          });
        });
      }),
    });
    world.join(room, liar);
    world.link(liar, bob);
    tell(liar, bob, [claim(log.author, { logId: Buffer.from(log.logId, 'hex'), ranges: [{ first: 1, last: 200 }] })]);
    await world.clock.advance(1_000);
    world.link(alice, bob);
    await world.clock.advance(50_000);
    expect(countSequences(rangesOfLog(bob.journal.log(log)))).toBeLessThan(10);
    await world.clock.advance(30_000);
    expect(countSequences(rangesOfLog(bob.journal.log(log)))).toBe(200);
  });
});

describe('a peer that sends what nobody wants', () => {
  const wrong: Record<string, (log: { author: string; logId: string }) => SyncEntry> = {
    'an entry of another log': ({ author }) =>
      makeEntry({ conversation: room, author, logId: hexName('another') }, undefined, 'x'),
    'an entry of another conversation': (log) => makeEntry({ ...log, conversation: hexName('other') }, undefined, 'x'),
    'a forged signature': (log) => ({
      ...makeEntry({ ...log, conversation: room }, undefined, 'x'),
      signature: Buffer.alloc(64, 1),
    }),
    'another body': (log) => ({ ...makeEntry({ ...log, conversation: room }, undefined, 'x'), body: Buffer.from('y') }),
    'no header': () => ({
      header: Buffer.alloc(9, 255),
      signature: Buffer.alloc(64),
      body: Buffer.alloc(0),
      bodyGone: false,
    }),
  };
  for (const [what, make] of Object.entries(wrong))
    it(`${what}: is dropped`, async () => {
      const log = { author: peerIdOf('alice'), logId: '01'.repeat(16) };
      const { world, liar, bob } = liarAndBob((me, to, message) => {
        if (message.type === 'want') me.say(to, { type: 'batch', id: message.id, entries: [make(log)], last: false });
      });
      tell(liar, bob, [claim(log.author)]);
      await world.clock.advance(1_000);
      expect(linkIsDown(bob, liar)).toBe(true);
      expect(bob.drops.get('bad-frame')).toBe(1);
      expect(bob.journal.logs(room)).toEqual([]);
    });

  it('more than was asked for: is dropped', async () => {
    const log = { conversation: room, author: peerIdOf('alice'), logId: '01'.repeat(16) };
    const entry = makeEntry(log, undefined, 'x');
    const { world, liar, bob } = liarAndBob((me, to, message) => {
      if (message.type !== 'want') return;
      for (let round = 0; round < 3; round++)
        me.say(to, { type: 'batch', id: message.id, entries: Array<SyncEntry>(100).fill(entry), last: false });
    });
    tell(liar, bob, [claim(log.author)]);
    await world.clock.advance(1_000);
    expect(linkIsDown(bob, liar)).toBe(true);
  });

  it('unasked batches: are not looked at', async () => {
    const { world, liar, bob } = liarAndBob();
    const entry = makeEntry({ conversation: room, author: peerIdOf('alice'), logId: '01'.repeat(16) }, undefined, 'x');
    liar.say(bob, { type: 'batch', id: 77, entries: [entry], last: true });
    await world.clock.advance(1_000);
    expect(bob.drops.get('sync-unasked')).toBe(1);
    expect(bob.journal.takes).toBe(0);
    expect(linkIsDown(bob, liar)).toBe(false);
  });

  it('bytes that are no message: is dropped', async () => {
    const { world, liar, bob } = liarAndBob();
    liar.linkTo(bob).pipe.send(new Uint8Array([255, 255, 255]));
    await world.clock.advance(1_000);
    expect(linkIsDown(bob, liar)).toBe(true);
  });
});

describe('a peer that asks too much', () => {
  it('gets no more than one want may ask for', async () => {
    const { world, liar, bob, heard } = liarAndBob();
    for (let number = 0; number < 2_000; number++) bob.write(room, `hello ${number}`);
    const { author, logId } = bob.logName(room);
    liar.say(bob, {
      type: 'want',
      id: 1,
      conversation: roomBytes,
      logs: [
        { author: keyOfPeerId(author)!, logId: Buffer.from(logId, 'hex'), ranges: [{ first: 1, last: LAST }] },
        { author: keyOfPeerId(author)!, logId: Buffer.from(logId, 'hex'), ranges: [{ first: 1, last: LAST }] },
      ],
      bodies: [],
    });
    await world.clock.advance(1_000);
    const batches = ofType(heard, 'batch');
    expect(batches.reduce((sum, { entries }) => sum + entries.length, 0)).toBe(MAX_SYNC_ENTRIES);
    expect(batches.map(({ last }) => last)).toEqual([...batches.slice(1).map(() => false), true]);
  });

  it('gets nothing of conversations that it is not in, not even by the ids of entries', async () => {
    const { world, liar, bob, heard } = liarAndBob();
    const carol = world.node('carol');
    const secret = world.privately(bob, carol);
    for (let number = 0; number < 5; number++) bob.write(secret, `secret ${number}`);
    const entries = bob.journal.log(bob.logName(secret))!.entries;
    const name = { author: keyOfPeerId(bob.peerId)!, logId: Buffer.from(bob.logId, 'hex') };
    const logs = [{ ...name, ranges: [{ first: 1, last: 5 }] }];
    const bodies = entries.map(({ id }) => Buffer.from(id, 'hex'));
    liar.say(bob, { type: 'want', id: 1, conversation: Buffer.from(secret, 'hex'), logs, bodies });
    liar.say(bob, { type: 'want', id: 2, conversation: roomBytes, logs, bodies });
    await world.clock.advance(1_000);
    // The same answer as for what does not exist.
    expect(ofType(heard, 'batch')).toEqual([
      { type: 'batch', id: 1, entries: [], last: true },
      { type: 'batch', id: 2, entries: [], last: true },
    ]);
    const secretBytes = Buffer.from(secret, 'hex');
    liar.say(bob, {
      type: 'conversations',
      items: [{ conversation: secretBytes, fingerprint: Buffer.alloc(16), ageMs: 0, historyMs: 0 }],
      reply: true,
    });
    await world.clock.advance(1_000);
    expect(ofType(heard, 'logs')).toEqual([]);
    for (const { items } of ofType(heard, 'conversations'))
      expect(items.map(({ conversation }) => Buffer.from(conversation).toString('hex'))).toEqual([room]);
  });

  it('many times at once: is dropped', async () => {
    const { world, liar, bob } = liarAndBob();
    for (let number = 0; number < 3_000; number++) bob.write(room, 'x'.repeat(1_000));
    const name = { author: keyOfPeerId(bob.peerId)!, logId: Buffer.from(bob.logId, 'hex') };
    const logs = [{ ...name, ranges: [{ first: 1, last: LAST }] }];
    // It does not read either.
    liar.links.handler = () => new Promise(() => undefined);
    for (let id = 1; id <= 20; id++) liar.say(bob, { type: 'want', id, conversation: roomBytes, logs, bodies: [] });
    await world.clock.advance(10_000);
    expect(linkIsDown(bob, liar)).toBe(true);
  });

  it('without reading: waits in its own buffers', async () => {
    const { world, liar, bob } = liarAndBob();
    for (let number = 0; number < 3_000; number++) bob.write(room, 'x'.repeat(4_000));
    const name = { author: keyOfPeerId(bob.peerId)!, logId: Buffer.from(bob.logId, 'hex') };
    const logs = [{ ...name, ranges: [{ first: 1, last: LAST }] }];
    liar.links.handler = () => new Promise(() => undefined);
    for (let id = 1; id <= 4; id++) liar.say(bob, { type: 'want', id, conversation: roomBytes, logs, bodies: [] });
    await world.clock.advance(60_000);
    expect(linkIsDown(bob, liar)).toBe(false);
    expect(bob.linkTo(liar).pipe.mostQueued).toBeLessThan(400 * 1024);
  });

  it('by offers without end: is read more slowly', async () => {
    const { world, liar, bob, heard } = liarAndBob();
    for (let number = 0; number < 100; number++) bob.write(room, 'x');
    await world.clock.advance(1_000);
    heard.length = 0;
    for (let number = 0; number < 5_000; number++)
      liar.say(bob, { type: 'offer', fingerprint: Buffer.alloc(16, number), reply: true });
    await world.clock.advance(10_000);
    expect(ofType(heard, 'conversations').length).toBeLessThan(250);
    for (let number = 0; number < 1_000; number++)
      liar.say(bob, {
        type: 'conversations',
        items: [{ conversation: roomBytes, fingerprint: Buffer.alloc(16, number), ageMs: 0, historyMs: 0 }],
        reply: true,
      });
    heard.length = 0;
    await world.clock.advance(20_000);
    expect(heard.length).toBeLessThan(500);
  });

  it('to be told the same again: is not told', async () => {
    const { world, liar, bob, heard } = liarAndBob();
    bob.write(room, 'x');
    const items = [{ conversation: roomBytes, fingerprint: Buffer.alloc(16, 1), ageMs: 0, historyMs: 0 }];
    for (let round = 0; round < 20; round++) {
      liar.say(bob, { type: 'conversations', items, reply: false });
      await world.clock.advance(5_000);
    }
    expect(ofType(heard, 'logs')).toHaveLength(1);
  });
});

describe('a peer that tells without end', () => {
  const isKnown = (author: string): boolean => author === peerIdOf('alice');
  const fresh = (number: number, ranges = 1): SyncLog =>
    claim(peerIdOf(`fresh ${number}`), {
      ranges: Array.from({ length: ranges }, (_, at) => ({ first: 2 * at + 1, last: 2 * at + 1 })),
    });

  it('is kept in mind up to a limit, people one knows first', () => {
    const pages = new ClaimPages(isKnown);
    for (let page = 0; page < 40; page++)
      expect(
        pages.add(
          room,
          Array.from({ length: MAX_SYNC_LOGS }, (_, at) => fresh(page * MAX_SYNC_LOGS + at)),
          true,
        ),
      ).toBeUndefined();
    const claims = pages.add(room, [claim(peerIdOf('alice'))], false)!;
    expect(claims).toHaveLength(MAX_CLAIMED_LOGS + 1);
    expect(claims[0]?.author).toBe(peerIdOf('alice'));
  });

  it('in many conversations at once, too', () => {
    const pages = new ClaimPages(isKnown);
    let told = 0;
    for (let conversation = 0; conversation < 30; conversation++)
      for (let page = 0; page < 4; page++) {
        const logs = Array.from({ length: 50 }, (_, at) => fresh(at + 50 * page, 64));
        pages.add(hexName(`room ${conversation}`), logs, true);
        told += logs.length;
      }
    let kept = 0;
    for (let conversation = 0; conversation < 30; conversation++)
      kept += pages.add(hexName(`room ${conversation}`), [], false)!.length;
    expect(kept).toBeLessThan(told);
    expect(kept).toBe(Math.floor(MAX_CLAIM_WEIGHT / 65));
    // What was handed over counts no more.
    expect(pages.add(room, [fresh(1)], false)).toHaveLength(1);
  });

  it('does not get more into the node than that', async () => {
    const { world, liar, bob, heard } = liarAndBob();
    for (let page = 0; page < 60; page++)
      tell(
        liar,
        bob,
        Array.from({ length: 200 }, (_, at) => fresh(page * 200 + at)),
        page < 59,
      );
    await world.clock.advance(60_000);
    const logs = new Set(
      ofType(heard, 'want').flatMap((want) => want.logs.map(({ author }) => Buffer.from(author).toString('hex'))),
    );
    expect(logs.size).toBeGreaterThan(MAX_SYNC_LOGS);
    expect(logs.size).toBeLessThanOrEqual(MAX_CLAIMED_LOGS);
    expect(linkIsDown(bob, liar)).toBe(false);
  });
});

describe('a peer that forges forks', () => {
  it('has a history sent again only a few times', async () => {
    const { world, liar, bob, heard } = liarAndBob();
    const log = { conversation: room, author: peerIdOf('alice'), logId: '01'.repeat(16) };
    for (let number = 0; number < 20; number++) bob.journal.write(log, `hello ${number}`);
    for (let round = 0; round < 100; round++) {
      tell(liar, bob, [claim(log.author, { ranges: [{ first: 1, last: 20 }], forkMark: Buffer.alloc(16, round + 1) })]);
      await world.clock.advance(1_000);
      for (const { id } of ofType(heard, 'want')) liar.say(bob, { type: 'batch', id, entries: [], last: true });
    }
    expect(ofType(heard, 'want').length).toBeLessThanOrEqual(9);
    expect(ofType(heard, 'want').length).toBeGreaterThan(0);
  });
});

describe('a flooded room', () => {
  it('still gives somebody who comes late the last messages of the others', async () => {
    const world = newWorld();
    const [alice, bob] = [world.node('alice'), world.node('bob')];
    world.join(room, alice, bob);
    for (let number = 0; number < 40; number++) alice.write(room, `hello ${number}`);
    for (let number = 0; number < 60; number++) bob.write(room, `hi ${number}`);
    bob.journal.known.add(alice.peerId).add(bob.peerId);
    world.link(alice, bob);
    await world.clock.advance(5_000);
    const flooder = peerIdOf('flooder');
    for (let number = 0; number < 6_000; number++)
      bob.journal.write({ conversation: room, author: flooder, logId: hexName('flood') }, 'buy');
    for (let author = 0; author < 3_000; author++)
      for (let number = 0; number < 2; number++)
        bob.journal.write({ conversation: room, author: peerIdOf(`fresh ${author}`), logId: hexName('flood') }, 'buy');
    world.unlink(alice, bob);
    await world.clock.advance(60_000);
    const late = world.node('late');
    world.join(room, late);
    world.link(late, bob);
    await world.clock.advance(60_000);
    expect(countSequences(rangesOfLog(late.journal.log(alice.logName(room))))).toBeGreaterThanOrEqual(10);
    expect(countSequences(rangesOfLog(late.journal.log(bob.logName(room))))).toBeGreaterThanOrEqual(10);
    const all = late.journal.logs(room).reduce((sum, { ranges }) => sum + countSequences(ranges), 0);
    // The window, and each log's head.
    expect(all).toBeLessThanOrEqual(1_000 + 3_003);
  });

  it('of which one keeps no more than one can, is not fetched over and over', async () => {
    const { world, liar, bob } = liarAndBob();
    const alice = world.node('alice');
    world.join(room, alice);
    const flooder = peerIdOf('flooder');
    for (let number = 0; number < 500; number++)
      alice.journal.write({ conversation: room, author: flooder, logId: hexName('flood') }, 'buy');
    alice.write(room, 'hello');
    bob.journal.refused.add(flooder);
    world.unlink(liar, bob);
    world.link(alice, bob);
    await world.clock.advance(10_000);
    expect(rangesOfLog(bob.journal.log(alice.logName(room)))).toEqual([{ first: 1, last: 1 }]);
    const before = bob.sync.statistics.entriesReceived;
    await world.clock.advance(200_000);
    expect(bob.sync.statistics.entriesReceived).toBe(before);
  });
});

describe('a disk that is full', () => {
  it('ends no link and loses nothing for good', async () => {
    const world = newWorld();
    const [alice, bob] = [world.node('alice'), world.node('bob')];
    world.join(room, alice, bob);
    for (let number = 0; number < 500; number++) alice.write(room, `hello ${number}`);
    bob.journal.failure = new MmchatError('disk-full', 'The disk is full.');
    world.link(alice, bob);
    await world.clock.advance(60_000);
    expect(linkIsDown(bob, alice)).toBe(false);
    expect(bob.journal.takes).toBeLessThan(10);
    bob.journal.failure = undefined;
    await world.clock.advance(600_000);
    expect(rangesOfLog(bob.journal.log(alice.logName(room)))).toEqual([{ first: 1, last: 500 }]);
  });
});

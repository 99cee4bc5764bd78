// Somebody with a proper link lies about what was written and who is here: nothing of it is shown, nobody else suffers.

import '../../src/base/platform.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/base/bytes.ts';
import { createSigner } from '../../src/base/ed25519.ts';
import { keyOfPeerId } from '../../src/base/peer-id.ts';
import { PRESENCE_DEFAULTS } from '../../src/services/presence.ts';
import { privateConversationId, roomConversationId } from '../../src/wire/conversation-id.ts';
import { MAX_DIGEST_ITEMS, MAX_TEXT_BYTES } from '../../src/wire/limits.ts';
import { decodePresenceState, type PeerMessage, type SignedPresence } from '../../src/wire/peer-messages.ts';
import { eventually, type HonestNode, HonestPair, linkEnds, timesShown } from '../support/honest-pair.ts';
import { freshIdentity, longText, RawLog, RawPeer, type RawLink } from '../support/raw-peer.ts';

const pause = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

function flipped(bytes: Uint8Array, at = 0): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

describe('a lying peer', () => {
  let pair: HonestPair;
  let marks = 0;
  const attackers: RawPeer[] = [];

  beforeAll(async () => {
    pair = await HonestPair.start();
  });

  afterEach(async () => {
    await Promise.all(attackers.splice(0).map((peer) => peer.stop()));
    await pair.talk();
  });

  afterAll(() => pair.stop());

  async function attacker(): Promise<RawPeer> {
    const peer = await RawPeer.create();
    attackers.push(peer);
    return peer;
  }

  async function linked(name = 'liar'): Promise<RawLink> {
    const link = await (await attacker()).link(pair.alice.address, name);
    await eventually(pair.alice, name, () => pair.alice.node.state.people.get(link.peer.peerId)?.online);
    return link;
  }

  const entry = (link: RawLink, made: { entry: Extract<PeerMessage, { type: 'entry' }>['entry'] }): void =>
    link.send({ type: 'entry', entry: made.entry });

  /** Everything that the link said before was taken or dropped when this text is shown. */
  async function shownAfter(link: RawLink): Promise<void> {
    const text = `mark ${++marks}`;
    entry(link, new RawLog(link.peer.signer).text(text));
    await eventually(pair.alice, text, () => timesShown(pair.alice, text) === 1);
  }

  async function dropped(link: RawLink): Promise<void> {
    await link.closed();
    await eventually(pair.alice, 'the end of the link', () => linkEnds(pair.alice, link.peer.peerId).length > 0);
    expect(linkEnds(pair.alice, link.peer.peerId)).toEqual(['misbehaved']);
  }

  it('an honest entry is shown and receipted, so the ones below fail for their lies', async () => {
    const link = await linked();
    const made = new RawLog(link.peer.signer).text('an honest text');
    entry(link, made);
    await eventually(pair.alice, 'the text', () => timesShown(pair.alice, 'an honest text') === 1);
    const receipts = await link.peer.waitFor((message) => message.type === 'receipts');
    expect(receipts).toMatchObject({ receipts: [{ first: 1, last: 1 }] });
  });

  it('an entry that somebody else really wrote may come from anybody, and is shown once', async () => {
    const eve = await attacker();
    await eve.link(pair.bob.address, 'eve');
    await eventually(pair.bob, 'eve', () => pair.bob.node.state.people.get(eve.peerId)?.online);
    await pair.bob.node.chat.send({ text: 'only once' });
    const heard = await eve.waitFor((message) => message.type === 'entry');
    await eventually(pair.alice, 'the text', () => timesShown(pair.alice, 'only once') === 1);
    const replay = await linked();
    for (let times = 0; times < 3; times++) replay.send(heard);
    await shownAfter(replay);
    expect(timesShown(pair.alice, 'only once')).toBe(1);
    expect(replay.isOpen).toBe(true);
  });

  it('an entry in another’s name that they never signed drops the link', async () => {
    const forged = await linked();
    const bobsKey = keyOfPeerId(pair.bob.node.status().peerId)!;
    entry(forged, new RawLog(forged.peer.signer).text('said bob', { author: bobsKey }));
    await dropped(forged);
    expect(timesShown(pair.alice, 'said bob')).toBe(0);
    const { messages } = await pair.alice.node.chat.history({});
    expect(messages.filter(({ text }) => text === 'said bob')).toEqual([]);
  });

  it('a changed body, signature or header drops the link', async () => {
    const changes: ((one: { header: Uint8Array; signature: Uint8Array; body: Uint8Array }) => typeof one)[] = [
      (one) => ({ ...one, body: flipped(one.body, 5) }),
      (one) => ({ ...one, body: new Uint8Array(0) }),
      (one) => ({ ...one, signature: flipped(one.signature, 20) }),
      (one) => ({ ...one, signature: new Uint8Array(64) }),
      (one) => ({ ...one, signature: one.signature.subarray(0, 63) }),
      (one) => ({ ...one, header: one.header.subarray(0, one.header.length - 1) }),
      (one) => ({ ...one, header: concatBytes(one.header, new Uint8Array([0xa0, 0x06, 1])) }),
    ];
    for (const [index, change] of changes.entries()) {
      const link = await linked();
      const made = new RawLog(link.peer.signer).text(`changed ${index}`);
      link.send({ type: 'entry', entry: change(made.entry) });
      await dropped(link);
    }
    const texts = pair.alice.events.map((event) => (event.type === 'message-added' ? event.message.text : ''));
    expect(texts.filter((text) => text.startsWith('changed'))).toEqual([]);
  });

  it('a signature for something else is none for an entry', async () => {
    const link = await linked();
    const made = new RawLog(link.peer.signer).text('wrong domain');
    link.send({ type: 'entry', entry: { ...made.entry, signature: link.peer.signer.sign(made.entry.header) } });
    await dropped(link);
  });

  it('an entry of another network drops the link', async () => {
    const link = await linked();
    entry(link, new RawLog(link.peer.signer).text('elsewhere', { network: new Uint8Array(8) }));
    await dropped(link);
  });

  it('a text over the limit drops the link, one at the limit is shown', async () => {
    const link = await linked();
    const log = new RawLog(link.peer.signer);
    const text = longText(MAX_TEXT_BYTES);
    entry(link, log.text(text));
    await eventually(pair.alice, 'the long text', () => timesShown(pair.alice, text) === 1);
    entry(link, log.text(longText(MAX_TEXT_BYTES + 1)));
    await dropped(link);
    expect(timesShown(pair.alice, longText(MAX_TEXT_BYTES + 1))).toBe(0);
  });

  it('the highest order does not stop the conversation', async () => {
    const link = await linked();
    const log = new RawLog(link.peer.signer);
    for (let index = 0; index < 20; index++)
      entry(link, log.text(`highest ${index}`, { order: Number.MAX_SAFE_INTEGER, at: Number.MAX_SAFE_INTEGER }));
    await eventually(pair.alice, 'the last', () => timesShown(pair.alice, 'highest 19') === 1);
    await pair.talk();
    const orders = pair.alice.events.map((event) =>
      event.type === 'message-added' && event.message.author !== link.peer.peerId ? event.message.order : 0,
    );
    expect(Math.max(...orders)).toBeLessThan(2 ** 40);
  });

  it('duplicates are shown once; of a fork both branches, marked, the same to all', async () => {
    const link = await linked();
    const log = new RawLog(link.peer.signer);
    const fork = log.make('fork');
    const first = log.text('first');
    for (let times = 0; times < 3; times++) entry(link, first);
    entry(link, fork);
    entry(link, log.make('broken chain', { previous: new Uint8Array(32) }));
    const second = log.text('second');
    entry(link, second);
    await eventually(pair.alice, 'the second', () => timesShown(pair.alice, 'second') === 1);
    entry(link, first);
    entry(link, fork);
    await shownAfter(link);
    const texts = ['first', 'second', 'fork', 'broken chain'];
    expect(texts.map((text) => timesShown(pair.alice, text))).toEqual([1, 1, 1, 1]);
    expect(link.isOpen).toBe(true);
    await link.peer.waitFor(
      (message) => message.type === 'receipts' && message.receipts.some(({ first, last }) => first === 1 && last === 2),
    );
    const shown = async ({ node }: HonestNode): Promise<[string, boolean][]> => {
      const { messages } = await node.chat.history({});
      return messages
        .filter(({ author, text }) => author === link.peer.peerId && !text.startsWith('mark'))
        .map(({ text, forked }) => [text, forked === true]);
    };
    const atAlice = await shown(pair.alice);
    expect(new Map(atAlice)).toEqual(new Map(texts.map((text) => [text, true])));
    // All compare what they have once a minute, and at once with who comes into a room.
    await pair.bob.node.rooms.create('anywhere');
    await expect.poll(async () => shown(pair.bob)).toEqual(atAlice);
  });

  it('what is not our conversation is dropped quietly, without a receipt', async () => {
    const link = await linked();
    const log = new RawLog(link.peer.signer);
    const bobsKey = keyOfPeerId(pair.bob.node.status().peerId)!;
    const others = [
      roomConversationId('secret'),
      privateConversationId(link.peer.identity.publicKey, bobsKey),
      new Uint8Array(16).fill(9),
    ];
    for (const conversation of others) entry(link, log.make('not for you', { conversation }));
    await shownAfter(link);
    expect(timesShown(pair.alice, 'not for you')).toBe(0);
    const receipts = await link.peer.waitFor((message) => message.type === 'receipts');
    expect(receipts).toMatchObject({ receipts: [{ first: 1 }] });
  });

  it('receipts for what was never sent, or to others, confirm nothing', async () => {
    const link = await linked();
    const before = pair.alice.events.filter(({ type }) => type === 'message-delivered').length;
    const heard = await (async (): Promise<PeerMessage> => {
      await pair.alice.node.chat.send({ text: 'to be receipted' });
      return link.peer.waitFor((message) => message.type === 'entry');
    })();
    expect(heard.type).toBe('entry');
    const common = { conversation: new Uint8Array(16), author: keyOfPeerId(pair.alice.node.status().peerId)! };
    const receipt = { ...common, logId: new Uint8Array(16), first: 1, last: Number.MAX_SAFE_INTEGER };
    for (let times = 0; times < 10; times++)
      link.send({ type: 'receipts', receipts: Array.from({ length: 200 }, () => receipt) });
    await shownAfter(link);
    const after = pair.alice.events.filter(({ type }) => type === 'message-delivered');
    expect(after.slice(before).filter((event) => 'peerId' in event && event.peerId === link.peer.peerId)).toEqual([]);
  });

  describe('about who is here', () => {
    const bobIn = (): { online?: boolean; claimedName?: string } | undefined =>
      pair.alice.node.state.people.get(pair.bob.node.status().peerId);

    async function bobsPresence(): Promise<SignedPresence> {
      const eve = await attacker();
      await eve.link(pair.bob.address, 'eve');
      const bobsKey = keyOfPeerId(pair.bob.node.status().peerId)!;
      const heard = await eve.waitFor(
        (message) =>
          message.type === 'presence' &&
          Buffer.from(decodePresenceState(message.presence.state).author).equals(Buffer.from(bobsKey)),
      );
      if (heard.type !== 'presence') throw new Error('no presence');
      return heard.presence;
    }

    it('a goodbye ends only one’s own link', async () => {
      const link = await linked();
      link.send({ type: 'goodbye' });
      await link.closed();
      await eventually(pair.alice, 'the end', () => linkEnds(pair.alice, link.peer.peerId).includes('goodbye'));
      expect(bobIn()).toMatchObject({ online: true });
    });

    it('another’s presence, replayed old or newer, changes nothing while they are linked', async () => {
      const old = await bobsPresence();
      await pair.bob.node.profile.set({ name: 'robert' });
      await eventually(pair.alice, 'the new name', () => bobIn()?.claimedName === 'robert');
      const link = await linked();
      link.send({ type: 'presence', presence: old });
      await shownAfter(link);
      expect(bobIn()).toMatchObject({ online: true, claimedName: 'robert' });
      await pair.bob.node.profile.set({ name: 'bob' });
      await eventually(pair.alice, 'the old name', () => bobIn()?.claimedName === 'bob');
    });

    it('a forged presence of another drops the link', async () => {
      const link = await linked();
      const author = keyOfPeerId(pair.bob.node.status().peerId)!;
      link.send({ type: 'presence', presence: link.peer.presence({ author, startId: 2 ** 50, name: 'forged' }) });
      await dropped(link);
      expect(bobIn()).toMatchObject({ online: true, claimedName: 'bob' });
    });

    it('a presence over the limit, or of another network, drops the link', async () => {
      for (const change of [{ network: new Uint8Array(8) }, { name: longText(65) }, { status: longText(257) }]) {
        const link = await linked();
        link.send({ type: 'presence', presence: link.peer.presence({ counter: 2, ...change }) });
        await dropped(link);
      }
      const link = await linked();
      link.send({ type: 'presence', presence: { state: new Uint8Array(8_193), signature: new Uint8Array(64) } });
      await dropped(link);
    });

    it('hundreds of made-up people are bounded for each link', async () => {
      const before = pair.alice.node.state.people.size;
      const link = await linked();
      for (let number = 0; number < 500; number++) {
        const signer = createSigner(freshIdentity().seed);
        link.send({ type: 'presence', presence: link.peer.presence({ name: `made up ${number}` }, signer) });
      }
      await shownAfter(link);
      expect(pair.alice.node.state.people.size).toBeLessThanOrEqual(before + 1 + PRESENCE_DEFAULTS.viaPerLink);
      await link.peer.stop();
      await eventually(pair.alice, 'the made-up people to go', () =>
        [...pair.alice.node.state.people.values()].every(({ online, name }) => !online || name === 'bob'),
      );
    });

    it('digests and requests as large as allowed, many times, are only work', async () => {
      const link = await linked();
      const random = (): Uint8Array => freshIdentity().publicKey;
      const items = Array.from({ length: MAX_DIGEST_ITEMS }, () => ({
        author: random(),
        startId: 1,
        counter: 1,
        addresses: ['203.0.113.7:9011'],
      }));
      for (let round = 0; round < 20; round++) {
        await link.write(new Uint8Array([0]));
        link.send({ type: 'digest', items });
        link.send({ type: 'request', authors: Array.from({ length: 1_024 }, () => link.peer.identity.publicKey) });
        await pause(20);
      }
      await pair.talk();
      await shownAfter(link);
    });
  });
});

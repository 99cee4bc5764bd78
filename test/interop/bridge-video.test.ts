// Pictures between old clients and peers, over the bridge: numbers in them tell that they are those that were sent.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import type { VideoFrame } from '../../src/contracts/video.ts';
import { readPatternCounter } from '../../src/media/video/pattern.ts';
import { Bridged, type Peer } from './bridged.ts';
import type { ClassicClient } from './classic-client.ts';
import { showAs, watchAs } from './classic-picture.ts';

const CAMERA = { videoInput: 'pattern:640x480@30', videoOutput: 'none' } as const;
/** Where the numbers of guests begin. */
const GUS = 100_000;
const GIL = 200_000;

/** What a peer sees from now on, by name. */
class Sight {
  readonly frames: { readonly name: string; readonly frame: VideoFrame }[] = [];
  #wake: () => void = () => undefined;

  constructor(peer: Peer) {
    peer.node.calls.showOn({
      show: (who, name, frame) => {
        if (who === peer.node.status().peerId) return;
        this.frames.push({ name, frame });
        this.#wake();
      },
      hide: () => undefined,
    });
  }

  /** The numbers of so many pictures of somebody. */
  async numbersOf(name: string, count: number): Promise<readonly (number | undefined)[]> {
    for (;;) {
      const frames = this.frames.filter((one) => one.name === name);
      if (frames.length >= count) return frames.map(({ frame }) => readPatternCounter(frame));
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

function isOf(first: number): (number: number | undefined) => boolean {
  return (number) => number !== undefined && number >= first && number < first + 40;
}

async function seesPeer(client: ClassicClient, from: string): Promise<void> {
  // The first ones came before the peer knew how much a guest can take.
  await watchAs(client, from, 25);
  const pictures = await watchAs(client, from, 20);
  for (const picture of pictures) {
    expect(picture).toMatchObject({ width: 320, height: 240 });
    expect(picture.counter).toBeLessThan(GUS);
    expect(picture.datagramBytes).toBeLessThan(60_000);
  }
  const counters = pictures.map(({ counter }) => Number(counter));
  expect(counters).toEqual([...counters].sort((a, b) => a - b));
}

test('a guest and a peer see each other', async () => {
  await using world = await Bridged.open();
  const hub = await world.superPeer('hub');
  const pia = await world.peerWith('pia', CAMERA, hub.peer);
  const gus = await world.guest(hub, 'gus');
  await pia.sees('gus@hub');
  const sight = new Sight(pia);

  gus.say({ type: 'call_request', mode: 'video', udp_port: gus.udpPort, to: 'pia' });
  const incoming = await pia.rings();
  expect(incoming.mode).toBe('video');
  await pia.node.calls.accept(incoming.id);
  await gus.until((line) => line.startsWith('{"type":"call_accepted","from":"pia","to":"gus","mode":"video"'));
  await using showing = await showAs(gus, 'pia', GUS);
  await seesPeer(gus, 'pia');
  const numbers = await sight.numbersOf('gus@hub', 20);
  expect(numbers.every(isOf(GUS))).toBe(true);
  // As it came: nothing of it was encoded anew.
  expect(sight.frames[0]?.frame).toMatchObject({ width: 320, height: 240 });
  const { video } = pia.node.calls.stats(incoming.id).peers[0]!;
  expect(video).toMatchObject({ width: 320, height: 240 });
  expect(video.framesReceived).toBeGreaterThanOrEqual(20);
  showing.stop();

  // A picture that is no picture, and one that is far too large, are nobody's harm.
  for (const junk of [Buffer.from('no picture'), Buffer.alloc(60_500, 0xff)])
    gus.stream({ type: 'video_stream', from: 'gus', to: 'pia' }, junk);
  const before = sight.frames.length;
  await using large = await showAs(gus, 'pia', GUS, { width: 800, height: 600 });
  const after = await sight.numbersOf('gus@hub', before + 10);
  expect(after.slice(before).every(isOf(GUS))).toBe(true);
  expect(sight.frames.at(-1)?.frame).toMatchObject({ width: 320, height: 240 });
  large.stop();
  gus.say({ type: 'call_end', to: 'pia' });
  await pia.until('the call is over', () => pia.node.state.calls.size === 0);
});

test('in a room guests and a peer see each other, each under their own name', async () => {
  await using world = await Bridged.open();
  const hub = await world.superPeer('hub');
  const pia = await world.peerWith('pia', CAMERA, hub.peer);
  const [gus, gil] = [await world.guest(hub, 'gus'), await world.guest(hub, 'gil')];
  for (const guest of [gus, gil]) guest.say({ type: 'join_room', room: 'lab' });
  await pia.node.rooms.join('lab');
  const isInLab = (name: string, at: Peer): boolean =>
    [...at.node.state.people.values()].some((one) => one.name === name && one.rooms.includes('lab'));
  await pia.until('both are in the lab', () => ['gus@hub', 'gil@hub'].every((name) => isInLab(name, pia)));
  await hub.peer.until('pia is in the lab', () => isInLab('pia', hub.peer));
  const sight = new Sight(pia);

  gus.say({ type: 'call_request', mode: 'video', udp_port: gus.udpPort, room: 'lab' });
  const incoming = await pia.rings();
  await gil.until((line) => line.startsWith('{"type":"call_request","from":"gus","to":"gil"'));
  await pia.node.calls.accept(incoming.id);
  await gus.until((line) => line.startsWith('{"type":"call_accepted","from":"pia","to":"gus"'));
  gil.say({ type: 'call_accepted', to: 'gus', mode: 'video', udp_port: gil.udpPort });
  await using _gus = await showAs(gus, { room: 'lab' }, GUS);
  await using _gil = await showAs(gil, 'gus', GIL);
  expect((await sight.numbersOf('gus@hub', 10)).every(isOf(GUS))).toBe(true);
  expect((await sight.numbersOf('gil@hub', 10)).every(isOf(GIL))).toBe(true);
  await seesPeer(gus, 'pia');
  const ofGil = await watchAs(gus, 'gil', 10);
  expect(ofGil.map(({ counter }) => counter).every(isOf(GIL))).toBe(true);
  const ofGus = await watchAs(gil, 'gus', 10);
  expect(ofGus.map(({ counter }) => counter).every(isOf(GUS))).toBe(true);
});

// Guests of a super-peer and peers talk with each other: real sockets on both sides.
import '../../src/base/platform.ts';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { FRAME_SAMPLES } from '../../src/media/audio-format.ts';
import { amplitudeAt, medianToneHz, strongestHz } from '../../src/media/goertzel.ts';
import { parseWav } from '../../src/media/wav-format.ts';
import { WavFrames } from '../../src/media/wav-frames.ts';
import { Bridged } from './bridged.ts';
import { classicVoice, receiveFile, sendFile } from './classic-files.ts';
import { hearAs, samplesHeardAs, speakAs } from './classic-sound.ts';

function saysNames(...names: string[]): (line: string) => boolean {
  return (line) => {
    if (!line.startsWith('{"type":"active_list"')) return false;
    const { users } = JSON.parse(line) as { users: string[] };
    return names.every((name) => users.includes(name));
  };
}

/** The first half second, which is loud enough for any tone. */
function framesOf(frames: WavFrames): Float32Array {
  const samples = new Float32Array(50 * FRAME_SAMPLES);
  for (let index = 0; index < 50; index++) samples.set(frames.frame(index), index * FRAME_SAMPLES);
  return samples;
}

test('everyone, private words and rooms cross both ways, and each is seen by the other', async () => {
  await using world = await Bridged.open();
  const hub = await world.superPeer('hub');
  const pia = await world.peer('pia', hub.peer);
  const gus = await world.guest(hub, 'gus');
  gus.say({ type: 'list' });
  await gus.until(saysNames('pia'));
  await pia.sees('gus@hub');
  expect([...pia.node.state.people.values()].find(({ name }) => name === 'gus@hub')).toMatchObject({
    peerId: `${hub.peer.node.state.self.peerId}/gus`,
    via: 'legacy',
    trust: 'new',
  });

  gus.say({ type: 'broadcast', msg: 'hello peers' });
  const said = await pia.hears('hello peers');
  expect(pia.nameOf(said.author)).toBe('gus@hub');
  expect(said.destination).toEqual({ kind: 'everyone' });

  const { id } = await pia.node.chat.send({ text: 'hello guests' });
  await gus.until((line) => line === '{"type":"broadcast","from":"pia","msg":"hello guests"}');
  await pia.until('a receipt of the guest', () =>
    pia.events.some(
      (event) => event.type === 'message-delivered' && event.messageId === id && event.peerId.endsWith('/gus'),
    ),
  );

  gus.say({ type: 'pm', to: 'pia', msg: 'just you' });
  expect((await pia.hears('just you')).destination).toEqual({ kind: 'person', peerId: said.author });
  await pia.node.chat.send({ text: 'only you', to: 'gus@hub' });
  await gus.until((line) => line === '{"type":"pm","from":"pia","msg":"only you"}');
  const [, own] = (await pia.node.chat.history({ with: 'gus@hub' })).messages;
  expect(own).toMatchObject({ text: 'only you', own: true, deliveredTo: [said.author] });
  expect(pia.node.state.warnings.map(({ code }) => code)).toContain('guest-not-private');

  gus.say({ type: 'join_room', room: 'lab' });
  await pia.until('gus is in the lab', () => pia.node.state.people.get(said.author)?.rooms.includes('lab') === true);
  await pia.node.rooms.join('lab');
  gus.say({ type: 'room_msg', room: 'lab', msg: 'in the lab' });
  expect((await pia.hears('in the lab')).destination).toEqual({ kind: 'room', room: 'lab' });
  await pia.node.chat.send({ text: 'here too', room: 'lab' });
  await gus.until((line) => line === '{"type":"room_msg","from":"pia","room":"lab","msg":"here too"}');

  await gus.close();
  await pia.seesNoMore('gus@hub');
  await expect(pia.node.chat.send({ text: 'are you there', to: 'gus@hub' })).rejects.toMatchObject({ code: 'offline' });
});

test('files cross both ways, whole: to one, and to a room', async () => {
  await using world = await Bridged.open();
  const hub = await world.superPeer('hub');
  const pia = await world.peer('pia', hub.peer);
  const gus = await world.guest(hub, 'gus');
  await pia.sees('gus@hub');

  const content = randomBytes(100_001);
  sendFile(gus, { to: 'pia' }, 'plans/../plan.bin', content);
  const received = await pia.receives('plan.bin');
  expect(await readFile(received.path!)).toEqual(content);
  expect(pia.nameOf(received.author)).toBe('gus@hub');
  expect(received.destination).toEqual({ kind: 'person', peerId: received.author });
  // Between the two: nothing for the screen of the super-peer.
  expect(hub.peer.messages.filter(({ kind }) => kind === 'file')).toEqual([]);

  const path = join(world.folder, 'answer.bin');
  const answer = randomBytes(50_000);
  await writeFile(path, answer);
  const { transferId } = await pia.node.files.send(path, { to: 'gus@hub' });
  expect(await receiveFile(gus)).toEqual({
    from: 'pia',
    to: 'gus',
    filename: 'answer.bin',
    size: 50_000,
    content: answer,
  });
  await pia.until('written to the guest', () =>
    pia.events.some((event) => event.type === 'message-delivered' && event.messageId === transferId),
  );

  gus.say({ type: 'join_room', room: 'lab' });
  await pia.node.rooms.join('lab');
  await hub.peer.until('pia is in the lab', () =>
    [...hub.peer.node.state.people.values()].some(({ name, rooms }) => name === 'pia' && rooms.includes('lab')),
  );
  sendFile(gus, { room: 'lab' }, 'all.bin', content);
  expect(await readFile((await pia.receives('all.bin')).path!)).toEqual(content);
  await pia.node.files.send(path, { room: 'lab' });
  expect(await receiveFile(gus)).toMatchObject({ from: 'pia', room: 'lab', filename: 'answer.bin', content: answer });
});

test('a voice note of an old client becomes one of ours, and the other way', async () => {
  await using world = await Bridged.open();
  const hub = await world.superPeer('hub');
  const pia = await world.peer('pia', hub.peer);
  const gus = await world.guest(hub, 'gus');
  await pia.sees('gus@hub');

  sendFile(gus, { to: 'pia' }, 'voice_1764700000.wav', classicVoice(440, 2));
  const note = await pia.receives('voice_1764700000.wav');
  expect(note.kind).toBe('voice');
  expect(pia.messages.find(({ kind }) => kind === 'file')?.file).toMatchObject({ kind: 'voice', durationMs: 2_000 });
  const ours = WavFrames.parse(await readFile(note.path!));
  expect(parseWav(await readFile(note.path!))).toMatchObject({ encoding: 's16', sampleRateHz: 48_000, channels: 1 });
  expect(strongestHz(framesOf(ours), { leastHz: 200, mostHz: 1_000 })).toBeCloseTo(440, -1);

  const tone = await world.peer('tone', hub.peer);
  await tone.sees('gus@hub');
  await tone.node.voice.send(1, { to: 'gus@hub' });
  const got = await receiveFile(gus);
  expect(got.filename).toMatch(/^voice_\d+\.wav$/);
  expect(parseWav(got.content)).toMatchObject({ encoding: 'f64', sampleRateHz: 44_100, channels: 1 });
  expect(strongestHz(framesOf(WavFrames.parse(got.content)), { leastHz: 200, mostHz: 1_000 })).toBeCloseTo(880, -1);
});

test('a text that is too long for peers comes as its beginning, and whole as a file', async () => {
  await using world = await Bridged.open();
  const hub = await world.superPeer('hub');
  const pia = await world.peer('pia', hub.peer);
  const [gus, gil] = [await world.guest(hub, 'gus'), await world.guest(hub, 'gil')];
  await pia.sees('gus@hub', 'gil@hub');
  const text = `${'ä'.repeat(40_000)}the end`;
  gus.say({ type: 'broadcast', msg: text });
  const whole = await gil.until((line) => line.startsWith('{"type":"broadcast"'));
  expect((JSON.parse(whole.at(-1)!) as { msg: string }).msg).toBe(text);
  const received = await pia.receives('text of gus.txt');
  expect(await readFile(received.path!, 'utf8')).toBe(text);
  const [beginning] = pia.messages.filter(({ kind }) => kind === 'text');
  expect(Buffer.byteLength(beginning!.text)).toBeLessThanOrEqual(65_536);
  expect(text.startsWith(beginning!.text.split('\n')[0]!)).toBe(true);
});

test('several super-peers: every guest is seen once, nothing loops or doubles', async () => {
  await using world = await Bridged.open();
  const east = await world.superPeer('east');
  const west = await world.superPeer('west', {}, east.peer);
  await east.peer.sees('west');
  const pia = await world.peer('pia', east.peer, west.peer);
  const gus = await world.guest(east, 'gus');
  const kim = await world.guest(west, 'gus');
  await pia.sees('gus@east', 'gus@west');
  await west.peer.sees('gus@east');
  await east.peer.sees('gus@west');
  gus.say({ type: 'list' });
  await gus.until(saysNames('gus', 'west', 'pia', 'gus_1'));

  gus.say({ type: 'broadcast', msg: 'from the east' });
  const line = '{"type":"broadcast","from":"gus_1","msg":"from the east"}';
  await kim.until((one) => one === line);
  kim.say({ type: 'pm', to: 'gus_1', msg: 'hello namesake' });
  await gus.until((one) => one === '{"type":"pm","from":"gus_1","msg":"hello namesake"}');
  await pia.node.chat.send({ text: 'the last word' });
  const last = '{"type":"broadcast","from":"pia","msg":"the last word"}';
  const before = [...(await kim.until((one) => one === last)), ...(await kim.heard())];
  expect(before.filter((one) => one === line)).toEqual([]);
  await gus.until((one) => one === last);
  expect((await gus.heard()).filter((one) => one.includes('broadcast'))).toEqual([]);
  await pia.hears('from the east');
  expect(pia.messages.filter(({ text }) => text === 'from the east')).toHaveLength(1);
});

test('a guest calls a peer, is called, and both hear each other', async () => {
  await using world = await Bridged.open();
  const hub = await world.superPeer('hub');
  const pia = await world.peer('pia', hub.peer);
  const gus = await world.guest(hub, 'gus');
  await pia.sees('gus@hub');

  gus.say({ type: 'call_request', mode: 'audio', udp_port: gus.udpPort, to: 'pia' });
  const incoming = await pia.rings();
  expect(pia.nameOf(incoming.starter)).toBe('gus@hub');
  await pia.node.calls.accept(incoming.id);
  await gus.until((line) => line.startsWith('{"type":"call_accepted","from":"pia","to":"gus","mode":"audio"'));
  await using talking = speakAs(gus, 'pia', 440);
  expect(await hearAs(gus, 'pia', 5)).toBeCloseTo(880, -1);
  await pia.until('the guest is heard', () => pia.events.some(({ type }) => type === 'call-connected'));
  expect(pia.node.calls.stats(incoming.id).peers).toMatchObject([{ encrypted: false, name: 'gus@hub' }]);
  gus.say({ type: 'call_end', to: 'pia' });
  await pia.until('the call is over', () => pia.node.state.calls.size === 0);
  talking.stop();

  const { callId } = await pia.node.calls.start('audio', { to: 'gus@hub' });
  await gus.until((line) => line.startsWith('{"type":"call_request","from":"pia","to":"gus","mode":"audio"'));
  gus.say({ type: 'call_accepted', to: 'pia', mode: 'audio', udp_port: gus.udpPort });
  await pia.until('the call runs', () => pia.node.state.calls.get(callId)?.phase === 'active');
  await using again = speakAs(gus, 'pia', 440);
  expect(await hearAs(gus, 'pia', 5)).toBeCloseTo(880, -1);
  await pia.node.calls.end(callId);
  await gus.until((line) => line === '{"type":"call_end","from":"pia","to":"gus"}');
  again.stop();
  // What pia heard is in her recording.
  await pia.node.stop();
  const heard = WavFrames.parse(await readFile(pia.recording));
  const samples = new Float32Array(heard.frameCount * FRAME_SAMPLES);
  for (let index = 0; index < heard.frameCount; index++) samples.set(heard.frame(index), index * FRAME_SAMPLES);
  expect(medianToneHz(samples, { leastHz: 200, mostHz: 1_000 })).toBeCloseTo(440, -1);
});

test('the call of a room: guests and a peer hear each other, one stream each', async () => {
  await using world = await Bridged.open();
  const hub = await world.superPeer('hub');
  const pia = await world.peer('pia', hub.peer);
  const [gus, gil] = [await world.guest(hub, 'gus'), await world.guest(hub, 'gil')];
  for (const guest of [gus, gil]) guest.say({ type: 'join_room', room: 'lab' });
  await pia.node.rooms.join('lab');
  await pia.until('both are in the lab', () =>
    ['gus@hub', 'gil@hub'].every((name) =>
      [...pia.node.state.people.values()].some((one) => one.name === name && one.rooms.includes('lab')),
    ),
  );
  await hub.peer.until('pia is in the lab', () =>
    [...hub.peer.node.state.people.values()].some((one) => one.name === 'pia' && one.rooms.includes('lab')),
  );
  gus.say({ type: 'call_request', mode: 'audio', udp_port: gus.udpPort, room: 'lab' });
  const incoming = await pia.rings();
  expect(incoming.destination).toEqual({ kind: 'room', room: 'lab' });
  await gil.until((line) => line.startsWith('{"type":"call_request","from":"gus","to":"gil"'));
  await pia.node.calls.accept(incoming.id);
  await gus.until((line) => line.startsWith('{"type":"call_accepted","from":"pia","to":"gus"'));
  gil.say({ type: 'call_accepted', to: 'gus', mode: 'audio', udp_port: gil.udpPort });
  await using gusTalks = speakAs(gus, { room: 'lab' }, 440);
  // Gil, who says nothing yet, hears both others in one stream: pia's 880 Hz and gus' 440.
  await vi.waitFor(
    async () => {
      const both = await samplesHeardAs(gil, 5);
      expect(amplitudeAt(both, 440, 16_000)).toBeGreaterThan(0.05);
      expect(amplitudeAt(both, 880, 16_000)).toBeGreaterThan(0.05);
    },
    { timeout: 40_000 },
  );
  await using gilTalks = speakAs(gil, 'gus', 600);
  await vi.waitFor(
    async () => {
      const heard = await samplesHeardAs(gus, 5);
      expect(amplitudeAt(heard, 600, 16_000)).toBeGreaterThan(0.05);
      expect(amplitudeAt(heard, 880, 16_000)).toBeGreaterThan(0.05);
      expect(amplitudeAt(heard, 440, 16_000)).toBeLessThan(0.02);
    },
    { timeout: 40_000 },
  );
  expect(
    pia.node.calls
      .stats(incoming.id)
      .peers.map(({ name }) => name)
      .sort(),
  ).toEqual(['gil@hub', 'gus@hub']);
  gil.say({ type: 'call_end', to: 'gus' });
  await pia.until('gil is out of it', () => pia.node.calls.stats(incoming.id).peers.length === 1);
  gusTalks.stop();
  gilTalks.stop();
});

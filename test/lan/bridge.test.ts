// A super-peer, two peers and classic clients on four hosts: they talk, share files both ways, and leave in every way.

import '../../src/base/platform.ts';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import type { HeadlessClient } from '../support/headless-client.ts';
import { startHeadless } from '../support/headless-client.ts';
import { createLan, type LanHost } from '../support/lan.ts';
import { LanGuest } from '../support/lan-guest.ts';
import { describeLan, report } from '../support/lan-test.ts';
import { everybodyMeets, startAll, talks, timed } from '../support/meeting.ts';
import { programCommand, programEnvironment } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** `mmchat-p2p super-peer`, with discovery as everybody has it. */
class SuperPeerProgram implements AsyncDisposable {
  readonly process: ChildProcess;
  readonly ready: Promise<string>;
  stderr = '';

  constructor(host: LanHost, dataDir: string) {
    const [command, ...args] = programCommand(['super-peer', '--name', 'hub', '--data-dir', dataDir]);
    this.process = host.spawn(command, args, { env: programEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
    this.process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ready = once(createInterface(this.process.stdout!), 'line').then(([line]) => String(line));
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = once(this.process, 'exit');
    this.process.kill(signal);
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill('SIGKILL');
  }
}

const comes = (client: HeadlessClient, name: string, since = 0): Promise<unknown> =>
  client.waitFor('peer.online', (peer) => peer.name === name, 20_000, since);
const goes = (client: HeadlessClient, name: string, since: number): Promise<unknown> =>
  client.waitFor('peer.offline', (peer) => peer.name === name, 30_000, since);
const hears = (client: HeadlessClient, text: string): Promise<unknown> =>
  client.waitFor('message', (message) => message.text === text, 15_000);

describeLan('classic clients and peers', () => {
  it('talk to everyone, in private and in rooms, and share files both ways', async () => {
    await using lan = await createLan({ hosts: 4 });
    await using folder = await temporaryFolder();
    await using hub = new SuperPeerProgram(lan.host(0), join(folder.path, 'hub'));
    expect(await hub.ready).toContain('TCP 9009 and UDP 9010');
    await using group = await startAll([
      { host: lan.host(1), name: 'alice' },
      { host: lan.host(2), name: 'bob' },
    ]);
    const [alice, bob] = [group.at(0), group.at(1)];
    await everybodyMeets(group.clients);
    await using gus = new LanGuest(lan.host(3), lan.host(0).address, 'gus');
    await using kim = new LanGuest(lan.host(3), lan.host(0).address, 'kim');
    await gus.sees('kim', 'alice', 'bob');
    await Promise.all([alice, bob].flatMap((peer) => [comes(peer, 'gus@hub'), comes(peer, 'kim@hub')]));

    gus.say({ type: 'broadcast', msg: 'hello everyone' });
    await Promise.all([hears(alice, 'hello everyone'), hears(bob, 'hello everyone')]);
    await kim.hears('gus', (line) => line === '{"type":"broadcast","from":"gus","msg":"hello everyone"}');
    const toAll = await alice.call('chat.send', { text: 'hello guests' });
    for (const guest of [gus, kim])
      await guest.hears('alice', (line) => line === '{"type":"broadcast","from":"alice","msg":"hello guests"}');
    await alice.waitFor('message.delivered', (one) => one.id === toAll.id && one.to === 'gus@hub', 10_000);

    gus.say({ type: 'pm', to: 'alice', msg: 'only for alice' });
    await hears(alice, 'only for alice');
    const toGus = await alice.call('chat.send', { to: 'gus@hub', text: 'only for gus' });
    await gus.hears('alice', (line) => line === '{"type":"pm","from":"alice","msg":"only for gus"}');
    expect(toGus.id).toMatch(/^[0-9a-f]{32}$/);

    gus.say({ type: 'join_room', room: 'lab' });
    await bob.call('rooms.join', { room: 'lab' }).catch(() => bob.call('rooms.create', { room: 'lab' }));
    await bob.waitFor('room.joined', (one) => one.room === 'lab' && one.peer === 'hub', 15_000);
    await bob.call('chat.send', { room: 'lab', text: 'in the lab' });
    await gus.hears('bob', (line) => line === '{"type":"room_msg","from":"bob","room":"lab","msg":"in the lab"}');
    gus.say({ type: 'room_msg', room: 'lab', msg: 'me too' });
    await hears(bob, 'me too');

    const content = randomBytes(300_000);
    gus.sendFile('bob', 'plan.bin', content);
    const got = await bob.waitFor('file.received', (one) => one.name === 'plan.bin', 30_000);
    expect(await readFile(got.path)).toEqual(content);
    const answer = join(folder.path, 'answer.bin');
    await writeFile(answer, content.subarray(0, 100_000));
    await bob.call('files.send', { path: answer, to: 'gus@hub' });
    expect(await gus.receivesFile()).toEqual(content.subarray(0, 100_000));

    // Nothing that was not for them.
    await talks(alice, bob);
    expect(kim.lines.filter((line) => line.includes('only for') || line.includes('in the lab'))).toEqual([]);
    expect(bob.all('message').filter(({ text }) => text.includes('only for'))).toEqual([]);
  });

  it('leave in every way, and nobody stays behind as a ghost', async () => {
    await using lan = await createLan({ hosts: 4 });
    await using folder = await temporaryFolder();
    const dataDir = join(folder.path, 'hub');
    await using hub = new SuperPeerProgram(lan.host(0), dataDir);
    await hub.ready;
    await using group = await startAll([
      { host: lan.host(1), name: 'alice' },
      { host: lan.host(2), name: 'bob' },
    ]);
    const [alice, bob] = [group.at(0), group.at(1)];
    await using gus = new LanGuest(lan.host(3), lan.host(0).address, 'gus');
    await using kim = new LanGuest(lan.host(3), lan.host(0).address, 'kim');
    await Promise.all([comes(alice, 'kim@hub'), comes(alice, 'gus@hub'), comes(alice, 'bob')]);

    for (const how of ['close', 'half-close', 'reset'] as const) {
      const mark = alice.mark();
      gus.leave(how);
      report(`a guest leaves by ${how}: peers know`, await timed(() => goes(alice, 'gus@hub', mark)));
      gus.join(lan.host(0).address);
      await comes(alice, 'gus@hub', mark);
    }

    // A peer's cable: guests see them go, and come again.
    await kim.sees('bob');
    let since = kim.lines.length;
    await lan.host(2).pullCable();
    await kim.hears(
      'bob is gone',
      (line) => line.startsWith('{"type":"active_list"') && !line.includes('"bob"'),
      since,
    );
    since = kim.lines.length;
    await lan.host(2).plugCable();
    await kim.hears('bob is back', (line) => line.startsWith('{"type":"active_list"') && line.includes('"bob"'), since);

    // The super-peer is killed, and comes again with the same key.
    const [mark, ofBob] = [alice.mark(), bob.mark()];
    await hub.kill('SIGKILL');
    await Promise.all([goes(alice, 'gus@hub', mark), goes(bob, 'kim@hub', ofBob)]);
    await gus.hears('the end', (line) => line === '(closed)');
    expect((await alice.call('peers.list')).filter((row) => row.online && row.name.includes('@'))).toEqual([]);
    await using again = new SuperPeerProgram(lan.host(0), dataDir);
    await again.ready;
    since = gus.lines.length;
    gus.join(lan.host(0).address);
    await comes(alice, 'gus@hub', mark);
    gus.say({ type: 'broadcast', msg: 'back again' });
    await Promise.all([hears(alice, 'back again'), hears(bob, 'back again')]);
    expect(alice.all('message').filter(({ text }) => text === 'back again')).toHaveLength(1);

    await again.kill('SIGTERM');
    await gus.hears('the end', (line) => line === '(closed)', since);
    await talks(alice, bob);
  });

  it('also meet at a node that somebody uses: headless --super-peer', async () => {
    await using lan = await createLan({ hosts: 3 });
    await using alice = await startHeadless({ host: lan.host(0), name: 'alice', args: ['--super-peer'] });
    await using bob = await startHeadless({ host: lan.host(1), name: 'bob' });
    await everybodyMeets([alice, bob]);
    await using gus = new LanGuest(lan.host(2), lan.host(0).address, 'gus');
    await gus.sees('alice', 'bob');
    await Promise.all([comes(alice, 'gus@alice'), comes(bob, 'gus@alice')]);
    gus.say({ type: 'pm', to: 'alice', msg: 'you there' });
    await hears(alice, 'you there');
    await alice.call('chat.send', { to: 'gus@alice', text: 'here I am' });
    await gus.hears('alice', (line) => line === '{"type":"pm","from":"alice","msg":"here I am"}');
    await bob.call('chat.send', { text: 'and me' });
    await gus.hears('bob', (line) => line === '{"type":"broadcast","from":"bob","msg":"and me"}');
    gus.say({ type: 'broadcast', msg: 'all of you' });
    await Promise.all([hears(alice, 'all of you'), hears(bob, 'all of you')]);
  });
});

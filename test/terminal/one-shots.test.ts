// The one-shots beside a running node and without one, and every way in which the program can't begin.

import '../../src/base/platform.ts';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startChat } from '../support/chat-screen.ts';
import { type HeadlessClient, startHeadless } from '../support/headless-client.ts';
import { createLan, type Lan, type LanHost } from '../support/lan.ts';
import { describeLan, describeTerminal, report } from '../support/lan-test.ts';
import { everybodyMeets, seesOffline, timed } from '../support/meeting.ts';
import { expectOneSentence, expectSentence, type ProgramResult, runProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

async function aliceAndBob(lan: Lan): Promise<[HeadlessClient, HeadlessClient]> {
  const alice = await startHeadless({ host: lan.host(0), name: 'alice' });
  const bob = await startHeadless({ host: lan.host(1), name: 'bob' });
  await Promise.all([alice.ready, bob.ready]);
  await everybodyMeets([alice, bob]);
  return [alice, bob];
}

describeLan('one-shots', () => {
  it('say and peers use the node that runs', async () => {
    await using lan = await createLan({ hosts: 2 });
    const [first, second] = await aliceAndBob(lan);
    await using alice = first;
    await using bob = second;
    const oneShot = async (...args: string[]): Promise<ProgramResult> => {
      const [command = '', ...rest] = args;
      return runProgram([command, '--data-dir', alice.dataDir, ...rest], { host: lan.host(0) });
    };

    const tookMs = await timed(async () => {
      expect(await oneShot('say', 'hello', 'from a script')).toMatchObject({ code: 0, stderr: '' });
    });
    report('say: spawn to delivered and ended', tookMs);
    expect(await bob.waitFor('message', (one) => one.text === 'hello from a script')).toMatchObject({
      from: { peerId: alice.peerId },
    });
    expect((await oneShot('say', '--to', 'bob', 'for bob only')).code).toBe(0);
    expect(await bob.waitFor('message', (one) => one.text === 'for bob only')).toMatchObject({ to: 'bob' });
    await bob.call('rooms.create', { room: 'lab' });
    await alice.call('rooms.join', { room: 'lab' });
    await bob.waitFor('room.joined');
    expect((await oneShot('say', '--room', 'lab', 'to the lab')).code).toBe(0);
    expect(await bob.waitFor('message', (one) => one.text === 'to the lab')).toMatchObject({ room: 'lab' });

    const unknown = await oneShot('say', '--to', 'nobody', 'x');
    expect(unknown.code).toBe(4);
    expectSentence(unknown.stderr, /nobody/);
    const noRoom = await oneShot('say', '--room', 'nowhere', 'x');
    expect(noRoom.code).toBe(4);
    expectSentence(noRoom.stderr, /nowhere/);
    const tooLarge = await oneShot('say', '--to', 'bob', 'x'.repeat(65_537));
    expect(tooLarge.code).toBe(2);
    expectSentence(tooLarge.stderr, /64|65|long|large/);

    const peers = await oneShot('peers');
    expect(peers).toMatchObject({ code: 0, stderr: '' });
    expect(peers.stdout).toMatch(/bob/);
    expect(peers.stdout).not.toContain('\u001B');
    expect(JSON.parse((await oneShot('peers', '--json')).stdout)).toMatchObject([
      { name: 'bob', peerId: bob.peerId, online: true },
    ]);

    await bob.stop();
    await seesOffline(alice, bob);
    const away = await oneShot('say', '--to', 'bob', 'are you there?');
    // It is kept, and delivered when both meet.
    expect(away.code).toBe(0);
    expect(away.stdout + away.stderr).toMatch(/bob is away/);
    expect((await oneShot('peers')).stdout).toMatch(/bob/);
  });

  it('work without a running node, by one that lives shortly', async () => {
    await using lan = await createLan({ hosts: 2 });
    await using folder = await temporaryFolder();
    await using bob = await startHeadless({ host: lan.host(1), name: 'bob' });
    await bob.ready;
    const host = lan.host(0);
    const said = await runProgram(['say', '--data-dir', folder.path, '--name', 'alice', '--to', 'bob', 'hi'], { host });
    expect(said).toMatchObject({ code: 0, stderr: '' });
    expect(await bob.waitFor('message')).toMatchObject({ text: 'hi', from: { name: 'alice' } });
    await bob.waitFor('peer.offline', (peer) => peer.name === 'alice', 2000);
    const peers = await runProgram(['peers', '--data-dir', folder.path], { host });
    expect(peers.code).toBe(0);
    expect(peers.stdout).toMatch(/bob/);
  });
});

describeTerminal('a program that can not begin says why in one sentence and ends with 2', () => {
  const start = async (host: LanHost, ...args: string[]): Promise<ProgramResult> => runProgram(args, { host });

  it('a second chat or headless on the same data folder', async () => {
    await using lan = await createLan({ hosts: 1 });
    const host = lan.host(0);
    await using running = await startHeadless({ host, name: 'alice' });
    await running.ready;
    const about = /already|in use|running/i;
    expectOneSentence(await start(host, 'headless', '--data-dir', running.dataDir), about);

    await using chat = await startChat({ host, name: 'alice', dataDir: running.dataDir });
    expect(await chat.exitCode()).toBe(2);
    expect(await chat.read('alternate_on')).toBe('0');
    expectSentence((await chat.capture()).replaceAll(/\n(?!$)/g, ' ').trim(), about);

    // The first one is as it was, and when it was killed the folder is free again.
    expect((await running.call('status')).name).toBe('alice');
    await running.kill('SIGKILL');
    await using next = await startHeadless({ host, dataDir: running.dataDir });
    expect((await next.ready).peerId).toBe(running.peerId);
  });

  it('two started at the same moment on one data folder: one of them runs', async () => {
    await using lan = await createLan({ hosts: 1 });
    await using folder = await temporaryFolder();
    await using one = await startHeadless({ host: lan.host(0), name: 'alice', dataDir: folder.path });
    await using two = await startHeadless({ host: lan.host(0), name: 'alice', dataDir: folder.path });
    const outcomes = await Promise.allSettled([one.ready, two.ready]);
    expect(outcomes.map((outcome) => outcome.status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = outcomes[0].status === 'rejected' ? one : two;
    expect((await refused.exited).code).toBe(2);
    expectSentence(refused.stderr, /already|in use|running/i);
  });

  it('a port given by hand that is taken', async () => {
    await using lan = await createLan({ hosts: 1 });
    const host = lan.host(0);
    await using running = await startHeadless({ host, name: 'alice', args: ['--port', '9100'] });
    await running.ready;
    await using folder = await temporaryFolder();
    const args = ['--data-dir', folder.path, '--port', '9100'];
    expectOneSentence(await start(host, 'headless', ...args), /9100/);
    await using chat = await startChat({ host, name: 'bob', dataDir: folder.path, args: ['--port', '9100'] });
    expect(await chat.exitCode()).toBe(2);
    expect(await chat.capture()).toMatch(/9100/);
    expect(await chat.capture()).not.toMatch(/^\s+at /m);
  });

  it('a data folder that can not be written', async () => {
    await using lan = await createLan({ hosts: 1 });
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'a-file');
    await writeFile(file, 'not a folder');
    for (const dataDir of [file, join(file, 'below'), '/proc/mmchat']) {
      expectOneSentence(await start(lan.host(0), 'headless', '--data-dir', dataDir), /data folder|data dir|folder/i);
    }
  });

  it('a corrupt identity key', async () => {
    await using lan = await createLan({ hosts: 1 });
    await using folder = await temporaryFolder();
    {
      await using first = await startHeadless({ host: lan.host(0), name: 'alice', dataDir: folder.path });
      await first.ready;
      await first.stop();
    }
    const keyFile = (await readdir(folder.path)).find((name) => /key|identity/.test(name));
    expect(keyFile).toBeDefined();
    const path = join(folder.path, keyFile ?? '');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    for (const garbage of ['', 'garbage', '\u0000'.repeat(68)]) {
      await writeFile(path, garbage);
      expectOneSentence(await start(lan.host(0), 'headless', '--data-dir', folder.path), /key|identity/i);
    }
    // It is not replaced by a new one: that would be another person.
    await using chat = await startChat({ host: lan.host(0), name: 'alice', dataDir: folder.path });
    expect(await chat.exitCode()).toBe(2);
  });

  it('options and key files that can not be used', async () => {
    await using lan = await createLan({ hosts: 1 });
    await using folder = await temporaryFolder();
    const host = lan.host(0);
    const data = ['--data-dir', join(folder.path, 'data')];
    const short = join(folder.path, 'short.key');
    await writeFile(short, 'too short');
    await mkdir(join(folder.path, 'folder.key'));
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [['--port', 'abc'], /--port/],
      [['--port', '70000'], /--port/],
      [['--colour'], /--colour/],
      [['--name', ''], /--name/],
      [['--name', 'x'.repeat(65)], /name/i],
      [['--name', 'everyone'], /everyone/],
      [['--name', 'a@b'], /@/],
      [['--peer', 'no address at all'], /no address at all|--peer/],
      [['--network-key-file', join(folder.path, 'missing.key')], /missing\.key/],
      [['--network-key-file', short], /16/],
      [['--network-key-file', join(folder.path, 'folder.key')], /folder\.key/],
      [['stray'], /stray/],
    ];
    for (const [args, about] of cases) {
      expectOneSentence(await start(host, 'headless', ...data, ...args), about);
    }
    expectOneSentence(await start(host, 'nonsense'), /nonsense/);
    expectOneSentence(await start(host, 'say'), /TEXT|text/);
    // A chat without a terminal has nothing to draw on.
    expectOneSentence(await start(host, '--data-dir', join(folder.path, 'data')), /terminal/);
  });
});

// History through the program itself: over restarts, between two who are not there together, and on the shell.

import '../../src/base/platform.ts';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type HeadlessClient, startHeadless } from '../support/headless-client.ts';
import { runProgram } from '../support/run-program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const ALONE = ['--interface', 'lo', '--no-mdns', '--port', '0'];

async function start(name: string, dataDir: string, ...peers: HeadlessClient[]): Promise<HeadlessClient> {
  const args = [...ALONE, ...peers.flatMap((peer) => ['--peer', `127.0.0.1:${peer.port}`])];
  const client = await startHeadless({ name, dataDir, args });
  await client.ready;
  await Promise.all(peers.map((peer) => client.waitFor('peer.online', (row) => row.peerId === peer.peerId)));
  return client;
}

test('what was said is there after a restart, and the cursor of a bot goes on where it was', async () => {
  await using folder = await temporaryFolder();
  await using first = await start('alice', folder.path);
  const sent = [];
  for (let number = 0; number < 5; number++) sent.push(await first.call('chat.send', { text: `text ${number}` }));
  const { cursor } = await first.call('chat.since', { limit: 3 });
  await first.stop();
  await using second = await start('alice', folder.path);
  const rows = await second.call('chat.history', {});
  expect(rows.map(({ id }) => id)).toEqual(sent.map(({ id }) => id));
  const rest = await second.call('chat.since', { cursor });
  expect(rest).toMatchObject({ messages: [{ text: 'text 3' }, { text: 'text 4' }], more: false });
  const before = await second.call('chat.history', { before: sent[3]!.id, limit: 2 });
  expect(before.map(({ text }) => text)).toEqual(['text 1', 'text 2']);
  await expect(second.call('chat.since', { cursor: 'nonsense' })).rejects.toMatchObject({ code: -32602 });
  await expect(second.call('chat.message', { id: '0'.repeat(32) })).rejects.toMatchObject({
    code: -32000,
    data: { code: 'no-such-message' },
  });
});

test('edits, reactions and deletions are told on both sides, and are there afterwards', async () => {
  await using one = await temporaryFolder();
  await using two = await temporaryFolder();
  await using alice = await start('alice', one.path);
  await using bob = await start('bob', two.path, alice);
  const { id } = await alice.call('chat.send', { text: 'helo bob', to: 'bob' });
  await bob.waitFor('message', (row) => row.id === id);
  await alice.call('chat.edit', { id, text: 'hello bob' });
  for (const client of [alice, bob])
    expect(await client.waitFor('message.changed', (row) => row.id === id)).toMatchObject({
      text: 'hello bob',
      edited: true,
    });
  await bob.call('chat.react', { id, emoji: ':tada:' });
  expect(await alice.waitFor('message.changed', (row) => row.reactions !== undefined)).toMatchObject({
    reactions: [{ emoji: '\u{1F389}', by: [{ peerId: bob.peerId, name: 'bob' }] }],
  });
  await expect(bob.call('chat.edit', { id, text: 'mine' })).rejects.toMatchObject({ data: { code: 'not-yours' } });
  expect(await bob.call('chat.search', { query: 'hello' })).toMatchObject([{ id }]);
  await alice.call('chat.delete', { id });
  await bob.waitFor('message.changed', (row) => row.deleted === true && row.text === '');
  expect(await bob.call('chat.search', { query: 'hello' })).toEqual([]);
  expect(await bob.call('chat.message', { id })).toMatchObject({ deleted: true, text: '' });
  expect(bob.all('message').filter((row) => row.id === id)).toHaveLength(1);
});

test('who was away gets it once both meet, also when the sender was restarted in between', async () => {
  await using one = await temporaryFolder();
  await using two = await temporaryFolder();
  await using alice = await start('alice', one.path);
  {
    await using bob = await start('bob', two.path, alice);
    await alice.waitFor('peer.online');
    await bob.call('chat.send', { text: 'bye', to: 'alice' });
    await alice.waitFor('message');
    await bob.stop();
    await alice.waitFor('peer.offline');
  }
  const said = await runProgram(['say', '--data-dir', alice.dataDir, '--to', 'bob', 'see you']);
  expect(said).toMatchObject({ code: 0, stderr: '' });
  expect(said.stdout).toMatch(/^bob is away: the message is kept/u);
  await alice.stop();
  await using again = await start('alice', one.path);
  await using bob = await start('bob', two.path, again);
  expect(await bob.waitFor('message', (row) => row.text === 'see you')).toMatchObject({ to: 'bob' });
  await again.waitFor('message.delivered', (row) => row.peerId === bob.peerId);
  expect(await again.call('chat.history', { with: 'bob' })).toMatchObject([{ text: 'bye' }, { state: 'delivered' }]);
});

test('history on the shell: of a running node, and alone without opening a port', async () => {
  await using folder = await temporaryFolder();
  await using alice = await start('alice', folder.path);
  for (const text of ['one', 'two\nlines']) await alice.call('chat.send', { text });
  const expected = /^\S+ \S+ {2}alice {2}one\n\S+ \S+ {2}alice {2}two\n {18}lines\n$/u;
  const history = async (...args: string[]): ReturnType<typeof runProgram> =>
    runProgram(['history', '--data-dir', folder.path, ...args]);
  const ofRunning = await history();
  expect(ofRunning).toMatchObject({ code: 0, stderr: '' });
  expect(ofRunning.stdout).toMatch(expected);
  await alice.stop();
  expect(await history()).toEqual(ofRunning);
  expect(JSON.parse((await history('--json', '--search', 'one')).stdout)).toMatchObject([{ text: 'one' }]);

  const path = join(folder.path, 'export.json');
  expect(await history('--export', path)).toMatchObject({ code: 0, stdout: '' });
  const document = JSON.parse(await readFile(path, 'utf8')) as { room: string; messages: { text: string }[] };
  expect(document.messages.map(({ text }) => text)).toEqual(['one', 'two\nlines']);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await history('--export', path)).toMatchObject({ code: 2, stdout: '' });
});

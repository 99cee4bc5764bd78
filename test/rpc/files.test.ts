// Files and voice notes as the interface has them: methods, rows, notifications.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import type { Message, NodeEvent, NodeState, Transfer } from '../../src/index.ts';
import { fileMethods } from '../../cli/rpc/file-methods.ts';
import { readHistory } from '../../cli/rpc/message-pages.ts';
import { notificationsOf } from '../../cli/rpc/notifications.ts';
import { transferRows } from '../../cli/rpc/transfer-rows.ts';
import { peopleOf, RpcFakeNode, sampleId, sampleMessage, samplePerson, sampleState } from '../support/rpc-fake-node.ts';
import { transfersOf, transferOf } from '../support/transfers.ts';

const people = peopleOf(samplePerson('bob'), samplePerson('carol'));
const HASH = 'ab'.repeat(32);

function stateWith(...transfers: Transfer[]): NodeState {
  return sampleState({ people, transfers: transfersOf(...transfers) });
}

function nodeWith(...transfers: Transfer[]): RpcFakeNode {
  const node = new RpcFakeNode();
  node.state = stateWith(...transfers);
  return node;
}

/** What is told when a transfer that was `before` (or not there) is `after`. */
function told(after: Transfer, before?: Transfer): [string, unknown][] {
  const earlier = before === undefined ? stateWith() : stateWith(before);
  const event: NodeEvent = { type: 'transfer-changed', transfer: after };
  return notificationsOf(event, stateWith(after), earlier).map(({ method, params }) => [method, params]);
}

test('sending, also to everyone, and what of a folder is left out', async () => {
  const node = nodeWith();
  const send = fileMethods(node)['files.send']!;
  expect(await send({ path: '/x/a.pdf', to: 'bob' })).toEqual({ transferId: sampleId(1) });
  expect(await send({ path: '/x/a.pdf', room: 'everyone' })).toEqual({ transferId: sampleId(1) });
  await expect(send({ path: '/x/missing', room: 'den' })).rejects.toMatchObject({ code: 'no-such-file' });
  await expect(send({ path: '/x/a.pdf', to: 'dave' })).rejects.toMatchObject({ code: 'unknown-peer' });
  expect(node.asked).toEqual([
    'files.send /x/a.pdf {"to":"bob"}',
    'files.send /x/a.pdf {"room":"everyone"}',
    'files.send /x/missing {"room":"den"}',
    'files.send /x/a.pdf {"to":"dave"}',
  ]);
  const skipped = [{ path: 'link', reason: 'symlink' as const }];
  node.files.send = async () => ({ transferId: sampleId(3), skipped, skippedCount: 1 });
  expect(await send({ path: '/x/folder', to: 'bob' })).toEqual({ transferId: sampleId(3), skipped, skippedCount: 1 });
});

test('a voice note, and what can be done with a transfer', async () => {
  const node = nodeWith(transferOf(1));
  const methods = fileMethods(node);
  expect(await methods['voice.send']!({ seconds: 2.5, room: 'den' })).toEqual({ transferId: sampleId(2) });
  for (const verb of ['accept', 'reject', 'cancel', 'pause', 'resume'])
    expect(await methods[`files.${verb}`]!({ transferId: sampleId(1) })).toEqual({});
  expect(await methods['voice.play']!({ transferId: sampleId(1) })).toEqual({});
  expect(node.asked).toEqual([
    'voice.send 2.5 {"room":"den"}',
    ...['accept', 'reject', 'cancel', 'pause', 'resume'].map((verb) => `files.${verb} ${sampleId(1)}`),
    `files.play ${sampleId(1)}`,
  ]);
  await expect(methods['files.accept']!({ transferId: sampleId(9) })).rejects.toMatchObject({
    code: 'no-such-transfer',
  });
});

test('rows: who is on the other side, where, how far', async () => {
  const incoming = transferOf(1, { phase: 'active', bytes: 61, bytesPerSecond: 30, via: 'tls' });
  const toBob = transferOf(2, {
    direction: 'outgoing',
    author: 'id-of-alice',
    destination: { kind: 'person', peerId: 'id-of-bob' },
    path: '/x/a.pdf',
    receivers: [{ peerId: 'id-of-bob', phase: 'rejected', bytes: 0 }],
    phase: 'rejected',
    reason: 'rejected',
    reasonText: 'bob does not want it.',
  });
  const toRoom = transferOf(3, {
    direction: 'outgoing',
    author: 'id-of-alice',
    kind: 'folder',
    destination: { kind: 'room', room: 'den' },
    receivers: [
      { peerId: 'id-of-bob', phase: 'done', bytes: 100 },
      { peerId: 'id-of-carol', phase: 'active', bytes: 7 },
    ],
  });
  const node = nodeWith(incoming, toBob, toRoom);
  const rows = transferRows(node.state);
  expect(await fileMethods(node)['files.list']!(undefined)).toEqual(rows);
  expect(rows[0]).toEqual({
    transferId: sampleId(1),
    direction: 'incoming',
    peer: 'bob',
    peerId: 'id-of-bob',
    room: 'everyone',
    kind: 'file',
    name: 'file-1.bin',
    size: 100,
    bytes: 61,
    bytesPerSecond: 30,
    state: 'active',
    via: 'tls',
    at: incoming.at,
  });
  expect(rows[1]).toMatchObject({ direction: 'outgoing', peer: 'bob', peerId: 'id-of-bob', state: 'rejected' });
  expect(rows[1]).toMatchObject({ reason: 'rejected', reasonText: 'bob does not want it.', path: '/x/a.pdf' });
  expect(rows[1]).not.toHaveProperty('room');
  expect(rows[2]).toMatchObject({ room: 'den', kind: 'folder', state: 'offered' });
  expect(rows[2]).not.toHaveProperty('peer');
  expect(rows[2]?.receivers).toEqual([
    { peer: 'bob', peerId: 'id-of-bob', state: 'done', bytes: 100 },
    { peer: 'carol', peerId: 'id-of-carol', state: 'active', bytes: 7 },
  ]);
});

test('an incoming one is told: offered once, then its steps, then received', () => {
  const offered = transferOf(1, { destination: { kind: 'room', room: 'den' } });
  const row = { transferId: sampleId(1), from: 'bob', fromPeerId: 'id-of-bob', room: 'den', kind: 'file', size: 100 };
  expect(told(offered)).toEqual([['file.offered', { ...row, name: 'file-1.bin' }]]);
  // Taken by rule at once: it was offered all the same.
  expect(told({ ...offered, phase: 'active' })).toEqual([['file.offered', { ...row, name: 'file-1.bin' }]]);
  expect(told({ ...offered, phase: 'active' }, offered)).toMatchObject([['file.changed', { state: 'active' }]]);
  expect(told({ ...offered, bytes: 5 }, offered)).toEqual([]);
  const done = { ...offered, phase: 'done' as const, bytes: 100, sha256: HASH, path: '/d/file-1.bin' };
  const received = { ...row, name: 'file-1.bin', sha256: HASH, path: '/d/file-1.bin' };
  expect(told(done, offered)).toEqual([['file.received', received]]);
  expect(told(done, done)).toEqual([]);
  expect(told(done).map(([method]) => method)).toEqual(['file.offered', 'file.received']);
  const between = transferOf(1, { destination: { kind: 'person', peerId: 'id-of-bob' } });
  expect(told(between)[0]?.[1]).not.toHaveProperty('room');
});

test('an outgoing one is not offered to oneself; who has it is told one by one', () => {
  const outgoing = transferOf(1, { direction: 'outgoing', author: 'id-of-alice' });
  expect(told(outgoing)).toEqual([]);
  const receivers = [{ peerId: 'id-of-bob', phase: 'active' as const, bytes: 3 }];
  expect(told({ ...outgoing, receivers }, outgoing)).toMatchObject([
    ['file.changed', { receivers: [{ peer: 'bob', state: 'active' }] }],
  ]);
  expect(told({ ...outgoing, phase: 'done' }, outgoing)).toMatchObject([['file.changed', { state: 'done' }]]);
  const delivered: NodeEvent = { type: 'transfer-delivered', id: sampleId(1), peerId: 'id-of-bob', sha256: HASH };
  const state = stateWith(outgoing);
  expect(notificationsOf(delivered, state, state)).toEqual([
    {
      method: 'file.sent',
      params: { transferId: sampleId(1), to: 'bob', toPeerId: 'id-of-bob', peerId: 'id-of-bob', sha256: HASH },
    },
  ]);
});

test('progress and failures', () => {
  const active = transferOf(1, { phase: 'active', bytes: 50, bytesPerSecond: 25 });
  const state = stateWith(active);
  expect(notificationsOf({ type: 'transfer-progress', transfer: active }, state, state)).toEqual([
    { method: 'file.progress', params: { transferId: sampleId(1), bytes: 50, size: 100, bytesPerSecond: 25 } },
  ]);
  const failed = { ...active, phase: 'failed' as const, reason: 'disk-full', reasonText: 'The disk is full.' };
  expect(told(failed, active)).toEqual([
    ['file.failed', { transferId: sampleId(1), reason: 'disk-full', text: 'The disk is full.' }],
  ]);
  for (const phase of ['rejected', 'cancelled'] as const)
    expect(told({ ...active, phase }, active)).toEqual([['file.failed', { transferId: sampleId(1), reason: phase }]]);
  expect(told(failed, failed)).toEqual([]);
  // Taken again, failed again.
  expect(told(active, failed).map(([method]) => method)).toEqual(['file.changed']);
  const restored: NodeEvent = { type: 'transfers-restored', transfers: [active] };
  expect(notificationsOf(restored, state, stateWith())).toEqual([]);
});

const facts = { kind: 'file' as const, name: 'a.pdf', size: 100, fileCount: 1, modifiedAt: 5 };

test('the message that announces it: told once, and not again because its author signed for the whole', async () => {
  const said = sampleMessage(1, { kind: 'file', text: '', file: facts });
  const held = holding(said);
  expect(notificationsOf({ type: 'message-added', message: said }, held, stateWith())).toMatchObject([
    { method: 'message', params: { kind: 'file', file: { transferId: sampleId(1), name: 'a.pdf', size: 100 } } },
  ]);
  const signed = { ...said, file: { ...facts, sha256: HASH } };
  expect(notificationsOf({ type: 'message-changed', message: signed }, holding(signed), held)).toEqual([]);
  const own = holding({ ...said, own: true });
  expect(notificationsOf({ type: 'message-changed', message: { ...signed, own: true } }, own, own)).toEqual([]);
  const reacted = { ...signed, reactions: [{ emoji: 'x', by: ['id-of-bob'] }] };
  expect(notificationsOf({ type: 'message-changed', message: reacted }, held, held)).toMatchObject([
    { method: 'message.changed', params: { file: { sha256: HASH }, reactions: [{ emoji: 'x' }] } },
  ]);
  const deleted: Message = { ...sampleMessage(1, { kind: 'file', text: '' }), deleted: true };
  expect(notificationsOf({ type: 'message-changed', message: deleted }, held, held)).toMatchObject([
    { method: 'message.changed', params: { kind: 'file', deleted: true } },
  ]);
  const voice = sampleMessage(2, { kind: 'file', text: '', file: { ...facts, kind: 'voice', durationMs: 7000 } });
  expect(notificationsOf({ type: 'message-added', message: voice }, held, held)).toMatchObject([
    { method: 'message', params: { kind: 'voice', file: { durationMs: 7000 } } },
  ]);
  const node = nodeWith();
  node.messages.push(said, sampleMessage(2, { kind: 'join' }), voice);
  const rows = await readHistory(node, {}, { limit: 50, system: false });
  expect(rows.map(({ kind }) => kind)).toEqual(['file', 'voice']);
});

function holding(message: Message): NodeState {
  const { destination } = message;
  const conversations = new Map([['everyone', { key: 'everyone', destination, messages: [message] }]]);
  return sampleState({ people, conversations });
}

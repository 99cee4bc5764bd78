// Coming and going on the classic server, line by line.
import '../../src/base/platform.ts';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ChatRoom, activeList, system } from './chat-room.ts';

test('a join is answered by welcome and list; the others hear of it, then have the list', async () => {
  await using room = await ChatRoom.open();
  const alice = await room.connect('alice');
  alice.say({ type: 'join' });
  expect(await alice.heard()).toEqual([system(`Welcome alice! UDP Port: ${room.udpPort}`), activeList('alice')]);
  const bob = await room.connect('bob');
  bob.say({ type: 'join' });
  expect(await bob.heard()).toEqual([system(`Welcome bob! UDP Port: ${room.udpPort}`), activeList('alice', 'bob')]);
  expect(await alice.heard()).toEqual([system('bob joined the chat.'), activeList('alice', 'bob')]);
});

test('a taken name gets the first free suffix; case and blanks matter', async () => {
  await using room = await ChatRoom.open();
  const welcome = async (name: string): Promise<string | undefined> => {
    const client = await room.connect(name);
    client.say({ type: 'join' });
    return client.next();
  };
  const said = (name: string): string => system(`Welcome ${name}! UDP Port: ${room.udpPort}`);
  expect(await welcome('bob')).toBe(said('bob'));
  expect(await welcome('bob')).toBe(said('bob_1'));
  expect(await welcome('bob_2')).toBe(said('bob_2'));
  expect(await welcome('bob')).toBe(said('bob_3'));
  expect(await welcome('bob_1')).toBe(said('bob_1_1'));
  expect(await welcome('Bob')).toBe(said('Bob'));
  expect(await welcome(' bob ')).toBe(said(' bob '));
  expect(await welcome('__proto__')).toBe(said('__proto__'));
  expect(await welcome('__proto__')).toBe(said('__proto___1'));
  expect(await welcome('constructor')).toBe(said('constructor'));
});

test('who comes back has the name again if it is free, at the end of the list and in no room', async () => {
  await using room = await ChatRoom.open();
  const [bob, alice] = await room.joinAll('bob', 'alice');
  bob.say({ type: 'join_room', room: 'lab' });
  await bob.heard();
  bob.tcp.destroy();
  expect(await alice.until((line) => line.includes('active_list'))).toEqual([
    system('bob left the chat.'),
    activeList('alice'),
  ]);
  const again = await room.join('bob');
  again.say({ type: 'list' });
  expect(await again.heard()).toEqual([activeList('alice', 'bob')]);
  await alice.heard();
  alice.say({ type: 'room_msg', room: 'lab', msg: 'anybody?' });
  await alice.heard();
  expect(await again.heard()).toEqual([]);
});

test('everything before a valid join is ignored without a word', async () => {
  await using room = await ChatRoom.open();
  const alice = await room.connect('alice');
  for (const line of [
    'hello',
    '[]',
    '7',
    'null',
    '{"type":"join"}',
    '{"type":"join","from":""}',
    '{"type":"join","from":null}',
    '{"type":"join","from":0}',
    '{"type":"join","from":false}',
    '{"type":"join","from":["alice"]}',
    '{"type":"list","from":"alice"}',
    '{"type":"broadcast","from":"alice","msg":"x"}',
  ])
    alice.write(`${line}\n`);
  alice.say({ type: 'join' });
  expect(await alice.heard()).toEqual([system(`Welcome alice! UDP Port: ${room.udpPort}`), activeList('alice')]);
});

test('a number is a name, and is on the list as a text', async () => {
  await using room = await ChatRoom.open();
  const seven = await room.connect('7');
  seven.write('{"type":"join","from":7}\n');
  expect(await seven.heard()).toEqual([system(`Welcome 7! UDP Port: ${room.udpPort}`), activeList('7')]);
  seven.write('{"type":"pm","to":7,"msg":"x"}\n{"type":"pm","to":"7","msg":"y"}\n');
  expect(await seven.heard()).toEqual(['{"type":"pm","from":"7","msg":"x"}', system('User 7 not found or offline.')]);
});

test('a second join is an unknown message, and the name stays', async () => {
  await using room = await ChatRoom.open();
  const alice = await room.join('alice');
  alice.write('{"type":"join","from":"carol"}\n');
  expect(await alice.heard()).toEqual([system('Unknown message type: join')]);
  alice.say({ type: 'list' });
  expect(await alice.heard()).toEqual([activeList('alice')]);
});

test('names outside ASCII are escaped on the wire and stay themselves', async () => {
  await using room = await ChatRoom.open();
  const name = 'Zoë 🦊"\\';
  const fox = await room.connect(name);
  fox.say({ type: 'join' });
  const [welcome, list] = await fox.heard();
  expect(welcome).toBe(`{"type":"system","msg":"Welcome Zo\\u00eb \\ud83e\\udd8a\\"\\\\! UDP Port: ${room.udpPort}"}`);
  expect(list).toBe('{"type":"active_list","users":["Zo\\u00eb \\ud83e\\udd8a\\"\\\\"]}');
});

test.each(['end', 'reset', 'destroy'] as const)(
  'leaving by %s frees the name at once and is told to the others',
  async (way) => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    // A whole line before the end counts, half a one does not.
    bob.write('{"type":"broadcast","msg":"bye"}\n{"type":"broadcast","msg":"half');
    await alice.until((line) => line.includes('bye'));
    if (way === 'end') bob.tcp.end();
    else if (way === 'reset') bob.tcp.resetAndDestroy();
    else bob.tcp.destroy();
    expect(await alice.until((line) => line.includes('active_list'))).toEqual([
      system('bob left the chat.'),
      activeList('alice'),
    ]);
    await room.join('bob');
    expect(await alice.heard()).toEqual([system('bob joined the chat.'), activeList('alice', 'bob')]);
  },
);

test('who closes one half still gets the answers to what was said before', async () => {
  await using room = await ChatRoom.open();
  const alice = await room.join('alice');
  alice.write('{"type":"list"}\n{"type":"pm","to":"alice","msg":"note"}\n');
  alice.tcp.end();
  expect(await alice.rest()).toEqual([activeList('alice'), '{"type":"pm","from":"alice","msg":"note"}']);
  if (!alice.tcp.destroyed) await once(alice.tcp, 'close');
});

test('somebody who never joined leaves silently', async () => {
  await using room = await ChatRoom.open();
  const alice = await room.join('alice');
  const nobody = await room.connect('nobody');
  nobody.write('x\n');
  nobody.tcp.end();
  await nobody.rest();
  expect(await alice.heard()).toEqual([]);
});

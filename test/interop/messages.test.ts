// Every message type of the classic protocol after the join, letter by letter.
import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChatRoom, activeList, system } from './chat-room.ts';
import { pythonLine } from './classic-client.ts';

const EVERYBODY = ['alice', 'bob', 'carol'] as const;

/** What alice sends, and what the three of them then hear. */
interface Row {
  readonly about: string;
  readonly sent: string;
  readonly alice?: readonly string[];
  readonly bob?: readonly string[];
  readonly carol?: readonly string[];
}

const MANY_DIGITS = '1234567890'.repeat(20);

// bob and carol are in room lab; bob is in 7 (the number) and in the room null.
const ROWS: readonly Row[] = [
  {
    about: 'broadcast',
    sent: '{"type": "broadcast", "from": "carol", "msg": "héllo 😀", "extra": 1}',
    bob: ['{"type":"broadcast","from":"alice","msg":"h\\u00e9llo \\ud83d\\ude00"}'],
    carol: ['{"type":"broadcast","from":"alice","msg":"h\\u00e9llo \\ud83d\\ude00"}'],
  },
  {
    about: 'broadcast without msg',
    sent: '{"type":"broadcast"}',
    bob: ['{"type":"broadcast","from":"alice","msg":""}'],
    carol: ['{"type":"broadcast","from":"alice","msg":""}'],
  },
  {
    about: 'msg of any type',
    sent: `{"type":"pm","to":"bob","msg":{"b":[1,1.0,1e5,NaN,-Infinity,null,true,${MANY_DIGITS}],"a":{"__proto__":2}}}`,
    bob: [
      `{"type":"pm","from":"alice","msg":{"b":[1,1.0,100000.0,NaN,-Infinity,null,true,${MANY_DIGITS}],"a":{"__proto__":2}}}`,
    ],
  },
  { about: 'msg null', sent: '{"type":"pm","to":"bob","msg":null}', bob: ['{"type":"pm","from":"alice","msg":null}'] },
  { about: 'pm', sent: '{"type":"pm","to":"bob","msg":"hi"}', bob: ['{"type":"pm","from":"alice","msg":"hi"}'] },
  {
    about: 'pm to oneself',
    sent: '{"type":"pm","to":"alice","msg":"hi"}',
    alice: ['{"type":"pm","from":"alice","msg":"hi"}'],
  },
  {
    about: 'pm to nobody',
    sent: '{"type":"pm","to":"dave","msg":"hi"}',
    alice: [system('User dave not found or offline.')],
  },
  { about: 'pm without to', sent: '{"type":"pm","msg":"hi"}', alice: [system('User None not found or offline.')] },
  { about: 'pm to true', sent: '{"type":"pm","to":true}', alice: [system('User True not found or offline.')] },
  { about: 'pm to 1.0', sent: '{"type":"pm","to":1.0}', alice: [system('User 1.0 not found or offline.')] },
  {
    about: 'pm to a list',
    sent: '{"type":"pm","to":["bob",null,{"a":1}],"msg":"hi"}',
    alice: [system("User ['bob', None, {'a': 1}] not found or offline.")],
  },
  {
    about: 'pm to __proto__',
    sent: '{"type":"pm","to":"__proto__"}',
    alice: [system('User __proto__ not found or offline.')],
  },
  { about: 'create_room', sent: '{"type":"create_room","room":"new"}', alice: [system("Room 'new' created.")] },
  {
    about: 'create_room that exists',
    sent: '{"type":"create_room","room":"lab"}',
    alice: [system("Room 'lab' created.")],
  },
  { about: 'create_room does not join', sent: '{"type":"room_msg","room":"new","msg":"x"}' },
  { about: 'create_room without room', sent: '{"type":"create_room"}', alice: [system("Room 'None' created.")] },
  { about: 'create_room 1.0', sent: '{"type":"create_room","room":1.0}', alice: [system("Room '1.0' created.")] },
  { about: 'create_room with a list', sent: '{"type":"create_room","room":[]}' },
  { about: 'join_room with an object', sent: '{"type":"join_room","room":{"a":1}}' },
  {
    about: 'leave_room not in it',
    sent: '{"type":"leave_room","room":"lab"}',
    alice: [system("You left room 'lab'.")],
  },
  { about: 'leave_room unknown', sent: '{"type":"leave_room","room":true}', alice: [system("You left room 'True'.")] },
  {
    about: 'room_msg of somebody outside',
    sent: '{"type":"room_msg","room":"lab","msg":"hi"}',
    bob: ['{"type":"room_msg","from":"alice","room":"lab","msg":"hi"}'],
    carol: ['{"type":"room_msg","from":"alice","room":"lab","msg":"hi"}'],
  },
  { about: 'room_msg to an unknown room', sent: '{"type":"room_msg","room":"nowhere","msg":"hi"}' },
  { about: 'room_msg to a list', sent: '{"type":"room_msg","room":["lab"],"msg":"hi"}' },
  {
    about: 'room_msg to the number',
    sent: '{"type":"room_msg","room":7,"msg":"hi"}',
    bob: ['{"type":"room_msg","from":"alice","room":7,"msg":"hi"}'],
  },
  {
    about: 'the same number otherwise written',
    sent: '{"type":"room_msg","room":7.0,"msg":"hi"}',
    bob: ['{"type":"room_msg","from":"alice","room":7.0,"msg":"hi"}'],
  },
  { about: 'the text is another room', sent: '{"type":"room_msg","room":"7","msg":"hi"}' },
  {
    about: 'null is a room',
    sent: '{"type":"room_msg","msg":"hi"}',
    bob: ['{"type":"room_msg","from":"alice","room":null,"msg":"hi"}'],
  },
  { about: 'list', sent: '{"type":"list"}', alice: [activeList(...EVERYBODY)] },
  { about: 'unknown type', sent: '{"type":"dance"}', alice: [system('Unknown message type: dance')] },
  { about: 'no type', sent: '{}', alice: [system('Unknown message type: None')] },
  { about: 'a type that is a number', sent: '{"type":1.5}', alice: [system('Unknown message type: 1.5')] },
  {
    about: 'a type that is an object',
    sent: '{"type":{"a":[true]}}',
    alice: [system("Unknown message type: {'a': [True]}")],
  },
  { about: 'type __proto__', sent: '{"__proto__":{"type":"list"}}', alice: [system('Unknown message type: None')] },
  {
    about: 'the last of duplicate keys',
    sent: '{"type":"list","type":"dance"}',
    alice: [system('Unknown message type: dance')],
  },
  { about: 'stream_init', sent: '{"type":"stream_init","udp_port":5000}', alice: [system('UDP address registered.')] },
  ...[
    '',
    ',"udp_port":0',
    ',"udp_port":null',
    ',"udp_port":""',
    ',"udp_port":"abc"',
    ',"udp_port":-1',
    ',"udp_port":70000',
  ].map((port): Row => ({
    about: `stream_init ${port}`,
    sent: `{"type":"stream_init"${port}}`,
    alice: [system("Missing 'udp_port' or not registered.")],
  })),
  { about: 'surrounding blanks and CR', sent: '  {"type":"list"} \t\r', alice: [activeList(...EVERYBODY)] },
  ...[
    '',
    ' ',
    'hello',
    '{"type":"list"',
    "{'type':'list'}",
    '[]',
    '7',
    '"list"',
    'null',
    'true',
    '\ufeff{"type":"list"}',
    '['.repeat(5_000),
  ].map((sent): Row => ({ about: `skipped: ${sent.slice(0, 20)}`, sent })),
  // Files
  {
    about: 'file_init to a person',
    sent: '{"type": "file_init", "from": "alice", "filename": "a.txt", "size": 3, "to": "bob"}',
    bob: ['{"type":"file_init","from":"alice","filename":"a.txt","size":3,"to":"bob"}'],
  },
  {
    about: 'file_chunk in a false name',
    sent: '{"type": "file_chunk", "from": "carol", "chunk": "YWJj", "to": "bob"}',
    bob: ['{"type":"file_chunk","from":"alice","chunk":"YWJj","to":"bob"}'],
  },
  {
    about: 'a part without from, with more in it',
    sent: '{"x":1.50,"type":"file_end","filename":"é.txt","to":"bob"}',
    bob: ['{"x":1.5,"type":"file_end","filename":"\\u00e9.txt","to":"bob","from":"alice"}'],
  },
  {
    about: 'a file to a room',
    sent: '{"type":"file_chunk","from":"alice","chunk":"YWJj","room":"lab"}',
    bob: ['{"type":"file_chunk","from":"alice","chunk":"YWJj","room":"lab"}'],
    carol: ['{"type":"file_chunk","from":"alice","chunk":"YWJj","room":"lab"}'],
  },
  {
    about: 'to wins over room',
    sent: '{"type":"file_chunk","from":"alice","to":"bob","room":"lab"}',
    bob: ['{"type":"file_chunk","from":"alice","to":"bob","room":"lab"}'],
  },
  {
    about: 'an empty to does not',
    sent: '{"type":"file_chunk","from":"alice","to":[],"room":7}',
    bob: ['{"type":"file_chunk","from":"alice","to":[],"room":7}'],
  },
  {
    about: 'a file to nobody',
    sent: '{"type":"file_chunk","to":"dave"}',
    alice: [system('User dave not found or offline.')],
  },
  {
    about: 'a file to a list',
    sent: '{"type":"file_chunk","to":[1]}',
    alice: [system('User [1] not found or offline.')],
  },
  { about: 'a file to an unknown room', sent: '{"type":"file_init","room":"nowhere"}' },
  {
    about: 'a file to neither',
    sent: '{"type":"file_init","filename":"a"}',
    alice: [system("File transfer missing 'to' or 'room' field.")],
  },
  ...[
    ['../../etc/passwd', 'passwd'],
    ['/etc/passwd', 'passwd'],
    ['C:\\\\Users\\\\x.txt', 'x.txt'],
    ['a/', 'a'],
    ['../..', 'file'],
    ['a\\u0000b', 'b'],
    ['..', '..'],
  ].map(([written, passed]): Row => ({
    about: `the file name ${written}`,
    sent: `{"type":"file_init","from":"alice","filename":"${written}","to":"bob"}`,
    bob: [`{"type":"file_init","from":"alice","filename":"${passed}","to":"bob"}`],
  })),
  {
    about: 'a file name that is a list with a path in it',
    sent: '{"type":"file_init","from":"alice","filename":["/../x"],"to":"bob"}',
    bob: [`{"type":"file_init","from":"alice","filename":"x']","to":"bob"}`],
  },
  // Calls of two
  {
    about: 'call_request',
    sent: '{"type": "call_request", "from": "alice", "mode": "video", "udp_port": 4000, "to": "bob"}',
    bob: ['{"type":"call_request","from":"alice","mode":"video","udp_port":4000,"to":"bob"}'],
  },
  {
    about: 'a call in a false name',
    sent: '{"type":"call_accepted","from":"carol","to":"bob","mode":"audio","udp_port":4000}',
    bob: ['{"type":"call_accepted","from":"alice","to":"bob","mode":"audio","udp_port":4000}'],
  },
  { about: 'a call to nobody', sent: '{"type":"call_request","to":"dave"}', alice: [system('User dave is offline.')] },
  { about: 'a call without to', sent: '{"type":"call_request"}', alice: [system('User None is offline.')] },
  {
    about: 'a call to a list',
    sent: '{"type":"call_request","to":["bob"]}',
    alice: [system("User ['bob'] is offline.")],
  },
  ...['call_accepted', 'call_rejected', 'call_end'].map((type): Row => ({
    about: `${type} to nobody`,
    sent: `{"type":"${type}","to":"dave"}`,
  })),
];

describe('a line and what everybody hears then', async () => {
  const room = await ChatRoom.open();
  const [alice, bob, carol] = await room.joinAll(...EVERYBODY);
  for (const client of [bob, carol]) client.say({ type: 'join_room', room: 'lab' });
  bob.say({ type: 'join_room', room: 7 });
  bob.say({ type: 'join_room' });

  it('joining a room is answered to oneself alone', async () => {
    expect(await bob.heard()).toEqual(["'lab'", "'7'", "'None'"].map((name) => system(`You joined room ${name}.`)));
    bob.say({ type: 'join_room', room: 'lab' });
    expect(await bob.heard()).toEqual([system("You joined room 'lab'.")]);
    expect(await carol.heard()).toEqual([system("You joined room 'lab'.")]);
  });

  it.each(ROWS.map((row) => [row.about, row] as const))('%s', async (_about, row) => {
    alice.write(`${row.sent}\n`);
    expect(await alice.heard()).toEqual(row.alice ?? []);
    expect(await bob.heard()).toEqual(row.bob ?? []);
    expect(await carol.heard()).toEqual(row.carol ?? []);
  });

  it('bytes that are not UTF-8 are skipped', async () => {
    alice.write(Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d, 0x0a]));
    expect(await alice.heard()).toEqual([]);
  });

  it('a member of a room does not hear itself, and nothing after leaving', async () => {
    bob.say({ type: 'room_msg', room: 'lab', msg: 'hi' });
    expect(await bob.heard()).toEqual([]);
    expect(await carol.heard()).toEqual(['{"type":"room_msg","from":"bob","room":"lab","msg":"hi"}']);
    carol.say({ type: 'leave_room', room: 'lab' });
    expect(await carol.heard()).toEqual([system("You left room 'lab'.")]);
    bob.say({ type: 'room_msg', room: 'lab', msg: 'hi' });
    await bob.heard();
    expect(await carol.heard()).toEqual([]);
  });

  it('the room ends', async () => {
    await room[Symbol.asyncDispose]();
    expect(room.server.status().connections).toBe(0);
  });
});

describe('bytes', () => {
  it('lines may be split and glued anywhere', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    const messages = Array.from({ length: 40 }, (_, index) => `${index} é😀 ${'x'.repeat(index * 7)}`);
    const bytes = Buffer.from(
      messages.map((msg) => `{"type":"pm","to":"bob","msg":${JSON.stringify(msg)}}\n`).join(''),
    );
    const cuts = fc.sample(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 200, maxLength: 200 }), 1)[0] ?? [];
    let from = 0;
    for (const length of cuts) {
      alice.write(bytes.subarray(from, from + length));
      from += length;
      // As packets of their own.
      await new Promise((resolve) => setImmediate(resolve));
    }
    alice.write(bytes.subarray(from));
    await alice.heard();
    expect((await bob.heard()).map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(messages);
  });

  it('lines glued to the join are handled', async () => {
    await using room = await ChatRoom.open();
    const alice = await room.connect('alice');
    alice.write(pythonLine({ type: 'join', from: 'alice' }) + pythonLine({ type: 'list' }));
    expect(await alice.heard()).toEqual([
      system(`Welcome alice! UDP Port: ${room.udpPort}`),
      activeList('alice'),
      activeList('alice'),
    ]);
  });

  it('a line of 1 MiB passes, and so does one of nearly 4 MiB', async () => {
    await using room = await ChatRoom.open();
    const [alice, bob] = await room.joinAll('alice', 'bob');
    for (const length of [2 ** 20, 2 ** 22 - 100]) {
      const msg = 'm'.repeat(length);
      alice.say({ type: 'pm', to: 'bob', msg });
      await alice.heard();
      expect(await bob.next()).toBe(`{"type":"pm","from":"alice","msg":"${msg}"}`);
    }
  });
});

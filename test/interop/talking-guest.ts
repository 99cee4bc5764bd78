// A classic client who calls, as a program of its own, for guests on other hosts. Orders are JSON arrays on stdin; every
// line of the server comes out as it came, and what was heard as `(hears NAME HZ)`.

import { createInterface } from 'node:readline';
import { ClassicClient } from './classic-client.ts';
import { hearAs, speakAs, type Speaking } from './classic-sound.ts';

type Order =
  | readonly ['call', kind: 'call_request' | 'call_accepted', target: Readonly<Record<string, string>>]
  | readonly ['say', message: Readonly<Record<string, unknown>>]
  | readonly ['speak', to: string, hz: number]
  | readonly ['hear', from: string, blocks: number]
  | readonly ['hush'];

const [host = '', name = ''] = process.argv.slice(2);
const client = await ClassicClient.join({ host, tcpPort: 9009, udpPort: 9010 }, name, '0.0.0.0');
const tell = (line: string): void => void process.stdout.write(`${line}\n`);
tell('(joined)');

let speaking: Speaking | undefined;

async function follow(order: Order): Promise<void> {
  switch (order[0]) {
    case 'call':
      client.say({ type: order[1], mode: 'audio', udp_port: client.udpPort, ...order[2] });
      return;
    case 'say':
      client.say(order[1]);
      return;
    case 'speak':
      speaking?.stop();
      speaking = speakAs(client, order[1], order[2]);
      return;
    case 'hear':
      tell(`(hears ${order[1]} ${Math.round((await hearAs(client, order[1], order[2])) ?? 0)})`);
      return;
    case 'hush':
      speaking?.stop();
  }
}

createInterface(process.stdin).on('line', (line) => void follow(JSON.parse(line) as Order));
for (let line = await client.next(); line !== undefined; line = await client.next()) tell(line);
tell('(closed)');

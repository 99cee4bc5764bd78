// A classic client as a program of its own, told what to do line by line: for guests on other hosts. Orders are JSON
// arrays on stdin; every line of the server comes out as it came, `(closed)` at the end.

import { createInterface } from 'node:readline';
import { connect, type Socket } from 'node:net';
import { pythonLine } from './classic-client.ts';

type Order =
  | readonly ['join', host: string, port: number, name: string]
  | readonly ['say', message: Readonly<Record<string, unknown>>]
  | readonly ['leave', how: 'close' | 'half-close' | 'reset'];

let socket: Socket | undefined;
let name = '';

function follow(order: Order): void {
  if (order[0] === 'join') {
    name = order[3];
    socket = connect({ host: order[1], port: order[2], allowHalfOpen: true });
    socket.write(pythonLine({ type: 'join', from: name }));
    createInterface(socket).on('line', (line) => process.stdout.write(`${line}\n`));
    socket.on('error', () => undefined);
    socket.once('close', () => process.stdout.write('(closed)\n'));
    socket.once('end', () => socket?.end());
  } else if (order[0] === 'say') {
    const { type, ...rest } = order[1];
    socket?.write(pythonLine({ type, from: name, ...rest }));
  } else if (order[1] === 'close') socket?.destroy();
  else if (order[1] === 'half-close') socket?.end();
  else socket?.resetAndDestroy();
}

createInterface(process.stdin).on('line', (line) => follow(JSON.parse(line) as Order));

// `mmchat-p2p super-peer` as a program.
import '../../src/base/platform.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { programCommand, programEnvironment } from '../support/program.ts';
import { expectOneSentence, runProgram } from '../support/run-program.ts';
import { activeList, system } from './chat-room.ts';
import { ClassicClient } from './classic-client.ts';

const HERE = ['super-peer', '--bind', '127.0.0.1', '--no-mesh'];

test('it says where it listens, serves, logs, and ends when it is asked to', async () => {
  const [command, ...args] = programCommand([...HERE, '--tcp', '0', '--udp', '0']);
  const program = spawn(command, args, { env: programEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    let log = '';
    program.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
    const [line] = (await once(createInterface(program.stdout), 'line')) as [string];
    const [, tcp, udp] = /^Classic clients can connect: TCP (\d+) and UDP (\d+) on 127\.0\.0\.1\./.exec(line) ?? [];
    const alice = await ClassicClient.connect({ tcpPort: Number(tcp), udpPort: Number(udp) }, 'alice');
    alice.say({ type: 'join' });
    expect(await alice.heard()).toEqual([system(`Welcome alice! UDP Port: ${udp}`), activeList('alice')]);
    const ended = once(program, 'exit');
    program.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(await alice.rest()).toEqual([]);
    expect(log).toMatch(/ info joined name=alice /);
    await alice.close();
  } finally {
    program.kill('SIGKILL');
  }
});

test('an occupied port, a foreign address and a wrong number are one sentence', async () => {
  const holder = createServer();
  holder.listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  expectOneSentence(await runProgram([...HERE, '--tcp', String(port), '--udp', '0']), /TCP port \d+ is in use/);
  holder.close();
  expectOneSentence(
    await runProgram(['super-peer', '--no-mesh', '--bind', '192.0.2.1', '--tcp', '0', '--udp', '0']),
    /no address of this machine/,
  );
  expectOneSentence(await runProgram([...HERE, '--tcp', '70000']), /from 0 to 65535/);
  expectOneSentence(await runProgram([...HERE, '--log-level', 'loud']), /one of error, warn/);
});

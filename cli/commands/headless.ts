// `mmchat-p2p headless`: the whole program without a screen, as JSON-RPC on stdin and stdout.

import {
  cleanLine,
  createNode,
  messageOf,
  resolveDataDir,
  type MmchatNode,
  type NodeOptions,
} from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';
import { ControlSocket } from '../rpc/control-socket.ts';
import type { DoorParts } from '../rpc/open-door.ts';
import { notificationLine } from '../rpc/json-rpc.ts';
import { LineOutput } from '../rpc/line-output.ts';
import { createMethods, statusRow } from '../rpc/methods.ts';
import { notificationsOf } from '../rpc/notifications.ts';
import { RpcSession } from '../rpc/session.ts';

/** The owner of stdout may be slow for a while, but not for ever: then memory would be what grows. */
export const STDOUT_QUEUE_LIMIT_BYTES = 64 * 1024 * 1024;
const FLUSH_MS = 5_000;

/**
 * Resolves with the exit code when the input ended, a client asked for `shutdown`, or `signal` aborted.
 *
 * @throws MmchatError when the node can't start
 */
export async function runHeadless(
  options: NodeOptions,
  io: CliIo,
  signal: AbortSignal,
  parts: DoorParts = { createNode },
): Promise<number> {
  const dataDir = resolveDataDir(options, { environment: io.env });
  const control = await ControlSocket.claim(dataDir);
  let node: MmchatNode | undefined;
  try {
    node = await parts.createNode({ ...options, dataDir });
    return await converse(node, control, io, signal);
  } finally {
    await node?.stop();
    // Last: until here the data folder is ours.
    await control.close();
  }
}

async function converse(node: MmchatNode, control: ControlSocket, io: CliIo, signal: AbortSignal): Promise<number> {
  const stop = Promise.withResolvers<undefined>();
  const finish = (): void => stop.resolve(undefined);
  let exitCode: number = EXIT.done;
  const output = new LineOutput({
    stream: io.stdout,
    limitBytes: STDOUT_QUEUE_LIMIT_BYTES,
    onLost(reason) {
      if (reason === 'overflow') {
        io.stderr.write('mmchat-p2p: nobody reads what this program writes; it stops.\n');
        exitCode = EXIT.failed;
      }
      finish();
    },
  });
  const onFailure = (error: unknown): void => {
    io.stderr.write(`mmchat-p2p: an error of the program itself: ${cleanLine(messageOf(error))}\n`);
  };

  // What happens before `ready` is told right after it: it is always the first line.
  const early: string[] = [];
  let tell = (line: string): void => void early.push(line);
  const unsubscribe = node.on((event, state, before) => {
    for (const { method, params } of notificationsOf(event, state, before)) tell(notificationLine(method, params));
  });
  signal.addEventListener('abort', finish, { once: true });
  try {
    try {
      await node.start({ signal });
    } catch (error) {
      if (signal.aborted) return exitCode;
      throw error;
    }
    output.write(notificationLine('ready', statusRow(node)));
    for (const line of early.splice(0)) output.write(line);
    tell = (line) => output.write(line);

    // Requests that came earlier have been waiting in the pipe.
    const session = new RpcSession({
      input: io.stdin,
      output,
      methods: createMethods(node),
      onShutdown: finish,
      onFailure,
    });
    control.serve(node, { onShutdown: finish, onFailure });
    const reading = session.run().then(finish);
    if (signal.aborted) finish();
    await stop.promise;
    // Goodbyes and the last events are still told; what has no result by then is answered with `stopped`.
    await node.stop();
    session.stop();
    await reading;
    await output.flush(FLUSH_MS);
    return exitCode;
  } finally {
    signal.removeEventListener('abort', finish);
    unsubscribe();
  }
}

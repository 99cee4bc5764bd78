// `mmchat-p2p chat`: the terminal UI. Paints first; only then is the network loaded.

import { createNode, type NodeOptions } from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';
import { runChatSession, type TerminalStreams } from '../ui/chat-session.tsx';

/** Runs until somebody leaves or `signal` aborts; gives the exit code. */
export async function runChat(options: NodeOptions, io: CliIo, signal?: AbortSignal): Promise<number> {
  if (!isTerminal(io)) {
    io.stderr.write('This needs a terminal; without one use `mmchat-p2p headless`.\n');
    return EXIT.unusable;
  }
  return runChatSession({
    io,
    fallbackName: options.name ?? '',
    discovery: options.mdns !== false,
    makeNode: () => createNode(options),
    ...(signal === undefined ? {} : { signal }),
  });
}

function isTerminal(io: CliIo): io is CliIo & TerminalStreams {
  return io.stdin.isTTY === true && io.stdout.isTTY === true;
}

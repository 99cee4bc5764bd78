// `mmchat-p2p chat`: the terminal UI. Paints first; only then is the network loaded.

import { createNode, type NodeOptions } from '../../src/index.ts';
import { runChatSession, type TerminalStreams } from '../ui/chat-session.tsx';

/** Runs until somebody leaves or `signal` aborts; gives the exit code. */
export async function runChat(options: NodeOptions, io: TerminalStreams, signal?: AbortSignal): Promise<number> {
  if (!io.stdin.isTTY || !io.stdout.isTTY) {
    io.stderr.write('The chat needs a terminal; without one use `mmchat-p2p headless`.\n');
    return 2;
  }
  return runChatSession({
    io,
    fallbackName: options.name ?? '',
    discovery: options.mdns !== false,
    makeNode: () => createNode(options),
    ...(signal === undefined ? {} : { signal }),
  });
}

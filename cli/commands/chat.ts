// `mmchat-p2p chat`: the terminal UI. Paints first; only then is the network loaded.

import { createNode, listVideoDevices, resolveDataDir, type MmchatNode, type NodeOptions } from '../../src/index.ts';
import { EXIT, type CliIo } from '../io.ts';
import type { ControlSocket } from '../rpc/control-socket.ts';
import { runChatSession, type TerminalStreams } from '../ui/chat-session.tsx';

/** Runs until somebody leaves or `signal` aborts; gives the exit code. */
export async function runChat(options: NodeOptions, io: CliIo, signal: AbortSignal): Promise<number> {
  if (!isTerminal(io)) {
    io.stderr.write('This needs a terminal; without one use `mmchat-p2p headless`.\n');
    return EXIT.unusable;
  }
  const dataDir = resolveDataDir(options, { environment: io.env });
  const shutdown = new AbortController();
  let control: ControlSocket | undefined;
  const makeNode = async (): Promise<MmchatNode> => {
    const { ControlSocket: Sockets } = await import('../rpc/control-socket.ts');
    const claimed = await Sockets.claim(dataDir);
    control = claimed;
    const node = await createNode({ ...options, dataDir });
    node.on((event) => {
      if (event.type === 'started') claimed.serve(node, { onShutdown: () => shutdown.abort() });
    });
    return node;
  };
  try {
    return await runChatSession({
      io,
      fallbackName: options.name ?? '',
      discovery: options.mdns !== false,
      makeNode,
      listShareSources: async () => (await listVideoDevices({ signal })).screens,
      signal: AbortSignal.any([signal, shutdown.signal]),
    });
  } finally {
    // Last: until here the data folder is ours.
    await control?.close();
  }
}

function isTerminal(io: CliIo): io is CliIo & TerminalStreams {
  return io.stdin.isTTY === true && io.stdout.isTTY === true;
}

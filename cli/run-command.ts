// From the words on the command line to the exit code of the command that they ask for.

import { MmchatError, VERSION, formatLogRecord, type NodeOptions } from '../src/index.ts';
import { nodeOptions, readCommandLine, type CommandLine } from './args.ts';
import { COMMANDS } from './command-table.ts';
import { configFilePath, readConfigFile } from './config-file.ts';
import { EXIT, type CliIo } from './io.ts';
import { didYouMean } from './nearest.ts';

/**
 * Resolves with the exit code.
 *
 * @throws MmchatError when the command can't even begin, `bad-option` when it was written wrongly
 */
export async function runCommand(typed: readonly string[], io: CliIo, signal: AbortSignal): Promise<number> {
  const line = readCommandLine(typed);
  if (line.version) {
    io.stdout.write(`${VERSION}\n`);
    return EXIT.done;
  }
  if (line.help) return showHelp(line.named ? line.command : undefined, io);
  switch (line.command) {
    case 'help':
      return showHelp(line.words[0], io);
    case 'network-key': {
      const { runNetworkKey } = await import('./commands/network-key.ts');
      return runNetworkKey(io);
    }
    case 'chat': {
      const { runChat } = await import('./commands/chat.ts');
      return runChat(await optionsOf(line, io), io, signal);
    }
    case 'headless': {
      const { runHeadless } = await import('./commands/headless.ts');
      const options = await loggingOptionsOf(line, io);
      return runHeadless(options, io, signal);
    }
    case 'say': {
      const { runSay } = await import('./commands/say.ts');
      return runSay(sayArguments(line), await loggingOptionsOf(line, io), io, signal);
    }
    case 'send': {
      const { sendArguments } = await import('./commands/file-arguments.ts');
      const words = sendArguments(line.own, line.words);
      const { runSend } = await import('./commands/send.ts');
      return runSend(words, await loggingOptionsOf(line, io), io, signal);
    }
    case 'receive': {
      const { receiveArguments } = await import('./commands/file-arguments.ts');
      const words = receiveArguments(line.own);
      const { runReceive } = await import('./commands/receive.ts');
      return runReceive(words, await loggingOptionsOf(line, io), io, signal);
    }
    case 'peers': {
      const { runPeers } = await import('./commands/peers.ts');
      return runPeers({ json: line.own['json'] === true }, await loggingOptionsOf(line, io), io, signal);
    }
    case 'history': {
      const { historyArguments } = await import('./commands/history-arguments.ts');
      const words = historyArguments(line.own);
      const { runHistory } = await import('./commands/history.ts');
      return runHistory(words, await loggingOptionsOf(line, io), io, signal);
    }
    case 'super-peer': {
      const { runSuperPeerCommand } = await import('./commands/super-peer.ts');
      return runSuperPeerCommand(await optionsOf(line, io), { mesh: line.own['no-mesh'] === undefined }, io, signal);
    }
    case 'devices': {
      const { devicesArguments, runDevices } = await import('./commands/devices.ts');
      return runDevices(devicesArguments(line.own), io, signal);
    }
    case 'bench': {
      const { runBench } = await import('./commands/bench.ts');
      const { own, words } = line;
      return runBench({ question: words[0], json: own['json'] === true, quick: own['quick'] === true }, io, signal);
    }
  }
}

async function showHelp(about: string | undefined, io: CliIo): Promise<number> {
  const { runHelp } = await import('./commands/help.ts');
  const command = COMMANDS.find((spec) => spec.name === about);
  if (about === undefined || command !== undefined) return runHelp(command, io);
  const hint = didYouMean(
    about,
    COMMANDS.map((spec) => spec.name),
  );
  throw new MmchatError('bad-option', `There is no command ${about}.${hint}`);
}

function sayArguments({ own, words }: CommandLine): { text: string; to?: string; room?: string } {
  const { to, room } = own;
  if (typeof to === 'string' && typeof room === 'string')
    throw new MmchatError('bad-option', 'say takes either --to or --room, not both.');
  return {
    text: words.join(' '),
    ...(typeof to === 'string' && { to }),
    ...(typeof room === 'string' && { room }),
  };
}

async function optionsOf(line: CommandLine, io: CliIo): Promise<NodeOptions> {
  return nodeOptions(line.node, io.env, await readConfigFile(configFilePath(io.env)));
}

/** The same for commands without a screen: their log goes to stderr. */
async function loggingOptionsOf(line: CommandLine, io: CliIo): Promise<NodeOptions> {
  return { log: (record) => io.stderr.write(`${formatLogRecord(record)}\n`), ...(await optionsOf(line, io)) };
}

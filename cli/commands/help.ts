// `mmchat-p2p help`, and the lines it is made of: everything comes from the tables.

import { NODE_OPTION_SPECS, VERSION, type OptionSpec } from '../../src/index.ts';
import {
  COMMANDS,
  DEFAULT_COMMAND,
  GENERAL_OPTIONS,
  type CommandOptionSpec,
  type CommandSpec,
} from '../command-table.ts';
import { configFilePath } from '../config-file.ts';
import { EXIT, type CliIo } from '../io.ts';

export async function runHelp(command: CommandSpec | undefined, io: CliIo): Promise<number> {
  io.stdout.write(command === undefined ? overview(io) : commandPage(command));
  return EXIT.done;
}

/** How an option is written: `--port N`. */
export function writtenOption(option: {
  readonly flag: string;
  readonly value?: string;
  readonly short?: string;
}): string {
  const short = option.short === undefined ? '' : `-${option.short}, `;
  return `${short}--${option.flag}${option.value === undefined ? '' : ` ${option.value}`}`;
}

/** How a command is written: `mmchat-p2p say TEXT`. */
function writtenCommand(command: CommandSpec): string {
  const synopsis = command.synopsis === '' ? '' : ` ${command.synopsis}`;
  return `mmchat-p2p ${command.name}${synopsis}`;
}

function overview(io: CliIo): string {
  return [
    `mmchat-p2p ${VERSION}: chat on a LAN without a server`,
    '',
    'Commands:',
    ...columns(
      COMMANDS.map((command) => [
        `${command.name}${command.synopsis === '' ? '' : ` ${command.synopsis}`}`,
        command.text,
      ]),
    ),
    '',
    `Without a command it is ${DEFAULT_COMMAND}.`,
    '',
    'Options of chat, headless, say, peers and history:',
    ...columns(NODE_OPTION_SPECS.map(optionRow)),
    '',
    'Options of every command:',
    ...columns(GENERAL_OPTIONS.map(plainRow)),
    '',
    'Options may also stand in the environment (MMCHAT_NAME, MMCHAT_PORT, … see README.md) or in the config file',
    `${configFilePath(io.env)}: {"name": "alice", "port": 9011}`,
    'The command line counts more than the environment, the environment more than the file.',
    '',
  ].join('\n');
}

function commandPage(command: CommandSpec): string {
  const lines = [`Usage: ${writtenCommand(command)}`, '', capitalised(command.text), ''];
  if (command.notes.length > 0) lines.push(...command.notes, '');
  const own = [...command.options, ...GENERAL_OPTIONS];
  lines.push('Options:', ...columns(own.map(plainRow)), '');
  if (command.node) lines.push('Options of the node:', ...columns(NODE_OPTION_SPECS.map(optionRow)), '');
  return lines.join('\n');
}

function optionRow(option: OptionSpec): readonly [string, string] {
  return [writtenOption(option), `${option.text} [${option.default}]`];
}

function plainRow(option: CommandOptionSpec): readonly [string, string] {
  return [writtenOption(option), option.text];
}

/** Rows of two columns; a left side that is too long gets a line of its own. */
function columns(rows: readonly (readonly [string, string])[]): string[] {
  const width = 27;
  return rows.flatMap(([left, right]) =>
    left.length < width ? [`  ${left.padEnd(width)}${right}`] : [`  ${left}`, `  ${' '.repeat(width)}${right}`],
  );
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

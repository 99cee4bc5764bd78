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
import { wrapWords } from '../word-wrap.ts';

const LEFT_COLUMNS = 27;
/** Of the terminal, within reason; what is piped is read in one of the usual size. */
const WIDTH = { usual: 80, least: 60, most: 100 } as const;

export async function runHelp(command: CommandSpec | undefined, io: CliIo): Promise<number> {
  const width = Math.max(WIDTH.least, Math.min(WIDTH.most, io.stdout.columns ?? WIDTH.usual));
  io.stdout.write(command === undefined ? overview(io, width) : commandPage(command, width));
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

function overview(io: CliIo, width: number): string {
  const paragraph = (text: string): string[] => wrapWords(text, width);
  const nodeCommands = COMMANDS.filter(({ node }) => node).map(({ name }) => name);
  return [
    `mmchat-p2p ${VERSION}: chat on a LAN without a server`,
    '',
    'Commands:',
    ...columns(
      COMMANDS.map((command) => [
        `${command.name}${command.synopsis === '' ? '' : ` ${command.synopsis}`}`,
        command.text,
      ]),
      width,
    ),
    '',
    `Without a command it is ${DEFAULT_COMMAND}.`,
    '',
    ...paragraph(`Options of ${nodeCommands.slice(0, -1).join(', ')} and ${nodeCommands.at(-1) ?? ''}:`),
    ...columns(NODE_OPTION_SPECS.map(optionRow), width),
    '',
    'Options of every command:',
    ...columns(GENERAL_OPTIONS.map(plainRow), width),
    '',
    ...paragraph(
      'Options may also stand in the environment (MMCHAT_NAME, MMCHAT_PORT, … see README.md) or in the config file.',
    ),
    `  ${configFilePath(io.env)}: {"name": "alice", "port": 9011}`,
    ...paragraph('The command line counts more than the environment, the environment more than the file.'),
    '',
  ].join('\n');
}

function commandPage(command: CommandSpec, width: number): string {
  const paragraph = (text: string): string[] => wrapWords(text, width);
  const lines = [...paragraph(`Usage: ${writtenCommand(command)}`), '', ...paragraph(capitalised(command.text)), ''];
  if (command.notes.length > 0) lines.push(...command.notes.flatMap(paragraph), '');
  const own = [...command.options, ...GENERAL_OPTIONS];
  lines.push('Options:', ...columns(own.map(plainRow), width), '');
  if (command.node) lines.push('Options of the node:', ...columns(NODE_OPTION_SPECS.map(optionRow), width), '');
  return lines.join('\n');
}

function optionRow(option: OptionSpec): readonly [string, string] {
  return [writtenOption(option), `${option.text} [${option.default}]`];
}

function plainRow(option: CommandOptionSpec): readonly [string, string] {
  return [writtenOption(option), option.text];
}

/** Rows of two columns; a left side that is too long gets lines of its own. */
function columns(rows: readonly (readonly [string, string])[], width: number): string[] {
  const indent = ' '.repeat(2 + LEFT_COLUMNS);
  return rows.flatMap(([left, right]) => {
    const texts = wrapWords(right, width - indent.length);
    const isShort = left.length < LEFT_COLUMNS;
    const lefts = isShort
      ? []
      : wrapWords(left, width - 2).map((line, index) => (index === 0 ? `  ${line}` : `    ${line}`));
    return [
      ...lefts,
      ...texts.map((text, index) => (isShort && index === 0 ? `  ${left.padEnd(LEFT_COLUMNS)}${text}` : indent + text)),
    ];
  });
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

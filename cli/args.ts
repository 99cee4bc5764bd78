// From what was typed to a command with its options. node:util's parseArgs cuts the words apart; what is allowed stands
// in the tables, and every refusal is one sentence that says what to do instead.

import { parseArgs, type ParseArgsConfig } from 'node:util';
import { MmchatError, NODE_OPTION_SPECS, parseOptionValue, type NodeOptions } from '../src/index.ts';
import {
  COMMANDS,
  DEFAULT_COMMAND,
  GENERAL_OPTIONS,
  commandSpec,
  type CommandName,
  type CommandSpec,
} from './command-table.ts';
import { didYouMean } from './nearest.ts';

/** Values of node options by field. */
export type OptionFields = Readonly<Record<string, unknown>>;

export interface CommandLine {
  readonly command: CommandName;
  /** The command was written, and is not just the default. */
  readonly named: boolean;
  readonly help: boolean;
  readonly version: boolean;
  /** What stands besides options. */
  readonly words: readonly string[];
  /** The command's own options by flag; a switch is true. */
  readonly own: Readonly<Record<string, string | true>>;
  /** Node options that were given as flags. */
  readonly node: OptionFields;
}

interface Given {
  readonly flag: string;
  /** As typed: `--port`, `-h`. */
  readonly typed: string;
  readonly value: string | undefined;
  readonly inline: boolean;
}

const TAKES_VALUE = new Map<string, boolean>([
  ...GENERAL_OPTIONS.map((option) => [option.flag, option.value !== undefined] as const),
  ...COMMANDS.flatMap((command) => command.options).map((option) => [option.flag, option.value !== undefined] as const),
  ...NODE_OPTION_SPECS.map((option) => [option.flag, option.type !== 'flag'] as const),
]);

/** @throws MmchatError `bad-option` */
export function readCommandLine(typed: readonly string[]): CommandLine {
  const { given, words } = cut(typed);
  for (const option of given) checkShape(option);
  const help = given.some((option) => option.flag === 'help');
  const version = given.some((option) => option.flag === 'version');
  const { command, rest } = chooseCommand(words);
  const spec = commandSpec(command);
  const line = { command, named: words.length > 0, help, version, words: rest };
  if (help || version) return { ...line, own: {}, node: {} };
  for (const option of given) checkBelongs(option, spec);
  checkWords(rest, spec);
  return {
    ...line,
    own: Object.fromEntries(
      given
        .filter((option) => spec.options.some((own) => own.flag === option.flag))
        .map((option) => [option.flag, option.value ?? true]),
    ),
    node: nodeFields(given),
  };
}

/**
 * Flags before environment before config file; what nobody says is left to the node's defaults.
 *
 * @throws MmchatError `bad-option` for a value in the environment
 */
export function nodeOptions(
  flags: OptionFields,
  env: Readonly<Record<string, string | undefined>>,
  config: OptionFields,
): NodeOptions {
  const fields: Record<string, unknown> = { ...config };
  for (const spec of NODE_OPTION_SPECS) {
    const written = env[spec.environment];
    // An empty variable is as good as none: that is how people switch one off for a single command.
    if (written === undefined || written === '' || spec.field in flags) continue;
    fields[spec.field] = parseOptionValue(spec, written, spec.environment);
  }
  return { ...fields, ...flags }; // the specs' types are those of NodeOptions; a test compares them
}

function cut(typed: readonly string[]): { given: readonly Given[]; words: readonly string[] } {
  const options: NonNullable<ParseArgsConfig['options']> = {};
  for (const [flag, takesValue] of TAKES_VALUE) options[flag] = { type: takesValue ? 'string' : 'boolean' };
  for (const { flag, short } of GENERAL_OPTIONS) if (short !== undefined) options[flag] = { type: 'boolean', short };
  // Not strict: its own errors are for programmers. Everything is checked here.
  const { tokens } = parseArgs({ args: [...typed], options, strict: false, allowPositionals: true, tokens: true });
  const given: Given[] = [];
  const words: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind === 'option')
      given.push({
        flag: token.name,
        typed: token.rawName,
        value: token.value,
        inline: token.inlineValue === true,
      });
  }
  return { given, words };
}

function checkShape({ flag, typed, value, inline }: Given): void {
  const takesValue = TAKES_VALUE.get(flag);
  if (takesValue === undefined) {
    const hint = didYouMean(flag, [...TAKES_VALUE.keys()], '--');
    throw bad(`There is no option ${typed}.${hint === '' ? ' --help lists all of them.' : hint}`);
  }
  if (!takesValue && value !== undefined) throw bad(`${typed} takes no value.`);
  if (!takesValue) return;
  if (value === undefined) throw bad(`${typed} wants a value after it.`);
  if (!inline && /^-./.test(value) && value !== '--')
    throw bad(`${typed} wants a value after it, not ${value}. If you mean that, write ${typed}=${value}.`);
  if (!inline && value === '--') throw bad(`${typed} wants a value after it.`);
}

function chooseCommand(words: readonly string[]): { command: CommandName; rest: readonly string[] } {
  const [first, ...rest] = words;
  if (first === undefined) return { command: DEFAULT_COMMAND, rest };
  const command = COMMANDS.find((spec) => spec.name === first);
  if (command !== undefined) return { command: command.name, rest };
  const names = COMMANDS.map((spec) => spec.name);
  const hint = didYouMean(first, names);
  throw bad(`There is no command ${first}.${hint === '' ? ` There are ${names.join(', ')}.` : hint}`);
}

function checkBelongs({ flag, typed }: Given, spec: CommandSpec): void {
  if (spec.options.some((option) => option.flag === flag)) return;
  if (spec.node && NODE_OPTION_SPECS.some((option) => option.flag === flag)) return;
  throw bad(`${spec.name} has no option ${typed}. See mmchat-p2p ${spec.name} --help.`);
}

function checkWords(words: readonly string[], spec: CommandSpec): void {
  if (words.length < spec.words.least) throw bad(`${spec.name} wants a ${spec.words.called}.`);
  if (words.length <= spec.words.most) return;
  const extra = words[spec.words.most] ?? '';
  throw bad(`${spec.name} can't do anything with ${JSON.stringify(extra)}. See mmchat-p2p ${spec.name} --help.`);
}

function nodeFields(given: readonly Given[]): OptionFields {
  const fields: Record<string, unknown> = {};
  for (const { flag, value } of given) {
    const spec = NODE_OPTION_SPECS.find((option) => option.flag === flag);
    if (spec === undefined) continue;
    const parsed = parseOptionValue(spec, value ?? true);
    const before = fields[spec.field];
    fields[spec.field] = spec.type === 'list' ? [...((before ?? []) as string[]), ...(parsed as string[])] : parsed;
  }
  return fields;
}

function bad(sentence: string): MmchatError {
  return new MmchatError('bad-option', sentence);
}

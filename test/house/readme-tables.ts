// The tables of README.md, made from the tables of the program. `--write` puts them between their markers; the test
// beside this file compares.

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { COMMANDS, GENERAL_OPTIONS } from '../../cli/command-table.ts';
import { writtenOption } from '../../cli/commands/help.ts';
import { COMMANDS as SLASH_COMMANDS } from '../../cli/ui/commands/table.ts';
import { KEY_HELP } from '../../cli/ui/help.ts';
import { NODE_OPTION_SPECS } from '../../src/index.ts';

export const README = fileURLToPath(new URL('../../README.md', import.meta.url));

type Row = readonly string[];

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const code = (text: string): string => `\`${text}\``;

/** Content by the name of its markers. */
export function readmeTables(): ReadonlyMap<string, string> {
  const own = COMMANDS.flatMap((command) => command.options.map((option) => ({ command, option })));
  return new Map([
    [
      'keys',
      [
        table(
          ['typed', 'what it does'],
          SLASH_COMMANDS.map(({ name, usage, summary, aliases }) => {
            const also = aliases.length === 0 ? '' : ` (also ${aliases.map((alias) => code(`/${alias}`)).join(', ')})`;
            return [code(`/${name} ${usage}`.trim()), summary + also];
          }),
        ),
        table(
          ['key', 'what it does'],
          KEY_HELP.map(([keys, text]) => [keys, text]),
        ),
      ].join('\n\n'),
    ],
    [
      'commands',
      table(
        ['command', 'what it does'],
        COMMANDS.map(({ name, synopsis, text }) => [code(`mmchat-p2p ${name} ${synopsis}`.trim()), text]),
      ),
    ],
    [
      'command-options',
      table(
        ['option', 'of', 'what it does'],
        [
          ...own.map(({ command, option }) => [code(writtenOption(option)), code(command.name), option.text]),
          ...GENERAL_OPTIONS.map((option) => [code(writtenOption(option)), 'every command', option.text]),
        ],
      ),
    ],
    [
      'node-options',
      table(
        ['option', 'environment', 'config file', 'what it does', 'default'],
        NODE_OPTION_SPECS.map((option) => [
          code(writtenOption(option)),
          code(option.environment),
          code(option.field),
          option.text,
          option.default,
        ]),
      ),
    ],
  ]);
}

/** The text with the content of each marked region replaced. Throws when a region is missing. */
export function withTables(text: string, tables: ReadonlyMap<string, string>): string {
  let result = text;
  for (const [name, content] of tables) {
    const region = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`, 'u');
    if (!region.test(result)) throw new Error(`README.md has no region <!-- ${name} --> … <!-- /${name} -->`);
    result = result.replace(region, (_all, open: string, close: string) => `${open}\n${content}\n\n${close}`);
  }
  return result;
}

/** README.md as it should be, formatted. */
export async function wantedReadme(text: string): Promise<string> {
  return format(withTables(text, readmeTables()), { ...(await resolveConfig(README)), parser: 'markdown' });
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.argv.includes('--write')) {
  await writeFile(README, await wantedReadme(await readFile(README, 'utf8')));
}

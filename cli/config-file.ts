// The config file: the same options as on the command line, by the names of NodeOptions. Written by people, so a
// mistake is answered with a sentence that names the file and the field.

import { open } from 'node:fs/promises';
import path from 'node:path';
import { MmchatError, NODE_OPTION_SPECS, defaultConfigDir, messageOf, parseConfigValue } from '../src/index.ts';
import type { OptionFields } from './args.ts';
import { didYouMean } from './nearest.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A config file is a page, not a book: more is a mistake, and is not read into memory. */
export const CONFIG_FILE_LIMIT_BYTES = 64 * 1024;

export function configFilePath(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const home = env['HOME'];
  const folder = defaultConfigDir({ environment: env, platform, ...(home !== undefined && { home }) });
  return (platform === 'win32' ? path.win32 : path.posix).join(folder, 'config.json');
}

/**
 * What the config file says; no file says nothing. Relative paths in it are relative to its folder.
 *
 * @throws MmchatError `bad-option`
 */
export async function readConfigFile(file: string): Promise<OptionFields> {
  const text = await readText(file);
  if (text === undefined || text.trim() === '') return {};
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch (error) {
    throw new MmchatError('bad-option', `The config file ${file} is not valid JSON.`, { cause: error });
  }
  if (typeof written !== 'object' || written === null || Array.isArray(written))
    throw new MmchatError('bad-option', `The config file ${file} must hold one JSON object, like {"name": "alice"}.`);
  const fields: Record<string, unknown> = {};
  for (const [field, value] of Object.entries(written)) fields[field] = parseField(file, field, value);
  return fields;
}

function parseField(file: string, field: string, value: unknown): unknown {
  const spec = NODE_OPTION_SPECS.find((option) => option.field === field);
  if (spec === undefined) {
    const hint = didYouMean(
      field,
      NODE_OPTION_SPECS.map((option) => option.field),
    );
    throw new MmchatError(
      'bad-option',
      `The config file ${file} has an unknown field ${JSON.stringify(field)}.${hint}`,
    );
  }
  const parsed = parseConfigValue(spec, value, `"${field}" in the config file ${file}`);
  return spec.type === 'path' && typeof parsed === 'string' ? path.resolve(path.dirname(file), parsed) : parsed;
}

async function readText(file: string): Promise<string | undefined> {
  let handle;
  try {
    handle = await open(file, 'r');
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(CONFIG_FILE_LIMIT_BYTES + 1) });
    if (bytesRead <= CONFIG_FILE_LIMIT_BYTES) return buffer.toString('utf8', 0, bytesRead).replace(/^\uFEFF/u, '');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new MmchatError('bad-option', `The config file ${file} can't be read: ${messageOf(error)}.`, {
      cause: error,
    });
  } finally {
    await handle?.close();
  }
  throw new MmchatError('bad-option', `The config file ${file} is larger than ${CONFIG_FILE_LIMIT_BYTES} bytes.`);
}

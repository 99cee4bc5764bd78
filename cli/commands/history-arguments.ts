// What `mmchat-p2p history` was asked, from its options. Pure.

import { MmchatError, type PlaceQuery } from '../../src/index.ts';
import { MESSAGE_LIMIT } from '../rpc/params.ts';

export interface HistoryArguments {
  readonly place: PlaceQuery;
  readonly limit?: number;
  readonly search?: string;
  /** A cursor; empty for the beginning. */
  readonly since?: string;
  readonly json: boolean;
  readonly export?: { readonly path: string; readonly format: 'json' | 'text' };
}

type Given = Readonly<Record<string, string | true>>;

/** Options that can't be given together, each with those that it excludes. */
const EXCLUDES: readonly (readonly [string, readonly string[]])[] = [
  ['with', ['room']],
  ['since', ['with', 'room', 'search']],
  ['export', ['since', 'search', 'limit', 'json']],
];

/** @throws MmchatError `bad-option` */
export function historyArguments(own: Given): HistoryArguments {
  for (const [flag, others] of EXCLUDES) {
    const other = others.find((one) => one in own);
    if (flag in own && other !== undefined) throw bad(`history takes either --${flag} or --${other}, not both.`);
  }
  const text = (flag: string): string | undefined => {
    const value = own[flag];
    return typeof value === 'string' ? value : undefined;
  };
  const [person, room, search, since] = [text('with'), text('room'), text('search'), text('since')];
  if (search?.trim() === '') throw bad('--search wants at least one word.');
  const limit = readLimit(text('limit'));
  const file = readExport(text('export'), text('format'));
  return {
    place: { ...(person === undefined ? {} : { with: person }), ...(room === undefined ? {} : { room }) },
    ...(limit === undefined ? {} : { limit }),
    ...(search === undefined ? {} : { search }),
    ...(since === undefined ? {} : { since }),
    json: own['json'] === true,
    ...(file === undefined ? {} : { export: file }),
  };
}

function readLimit(written: string | undefined): number | undefined {
  if (written === undefined) return undefined;
  const limit = /^\d{1,6}$/u.test(written) ? Number(written) : 0;
  if (limit < 1 || limit > MESSAGE_LIMIT)
    throw bad(`--limit wants a whole number from 1 to ${MESSAGE_LIMIT}; --export FILE writes everything.`);
  return limit;
}

function readExport(path: string | undefined, format: string | undefined): HistoryArguments['export'] {
  if (format !== undefined && format !== 'json' && format !== 'text') throw bad('--format is json or text.');
  if (path === undefined) {
    if (format !== undefined) throw bad('--format belongs to --export FILE; --json prints JSON.');
    return undefined;
  }
  if (path === '') throw bad('--export wants a file name.');
  return { path, format: format ?? (path.endsWith('.json') ? 'json' : 'text') };
}

function bad(sentence: string): MmchatError {
  return new MmchatError('bad-option', sentence);
}

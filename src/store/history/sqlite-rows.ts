// Rows of the database as the rules know them, and back.

import { toHex } from '../../base/bytes.ts';
import type { BodyState, ConversationRecord, SequenceRange, Standing } from '../../contracts/history.ts';
import type { SqlRow } from './sqlite-driver.ts';

// By index; published: only ever add at the end.
const STANDINGS: readonly Standing[] = ['own', 'known', 'stranger'];
const BODY_STATES: readonly BodyState[] = ['here', 'missing', 'deleted', 'expired', 'blocked'];

export const standingNumber = (standing: Standing): number => STANDINGS.indexOf(standing);
export const standingOf = (value: unknown): Standing => STANDINGS[Number(value)] ?? 'stranger';
export const bodyStateNumber = (state: BodyState): number => BODY_STATES.indexOf(state);
export const bodyStateOf = (value: unknown): BodyState => BODY_STATES[Number(value)] ?? 'missing';

/** A value that this column holds in every row; anything else would be a damaged database. */
export function number(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new DamagedRow(column);
  return value;
}

export function text(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new DamagedRow(column);
  return value;
}

export function bytes(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw new DamagedRow(column);
  return value;
}

export function optionalBytes(row: SqlRow, column: string): Uint8Array | undefined {
  return row[column] === null ? undefined : bytes(row, column);
}

export function hex(row: SqlRow, column: string): string {
  return toHex(bytes(row, column));
}

/** The database holds what nobody wrote. */
export class DamagedRow extends Error {
  constructor(column: string) {
    super(`the column ${column} holds something else`);
    this.name = 'DamagedRow';
  }
}

/** Of hex digits. Several times as fast as base/bytes: every row has some. */
export function bytesOf(hexText: string): Uint8Array {
  return Buffer.from(hexText, 'hex');
}

export function rangesToJson(ranges: readonly SequenceRange[]): string {
  return JSON.stringify(ranges.map(({ first, last }) => [first, last]));
}

export function rangesFromJson(json: string): SequenceRange[] {
  return (parseJson(json) as [number, number][]).map(([first, last]) => ({ first, last }));
}

/** All of a conversation but its id and place, which have columns of their own. */
export function recordToJson({ destination, memberSince, roomKey, ended }: ConversationRecord): string {
  return JSON.stringify({
    destination,
    memberSince,
    ...(roomKey === undefined ? {} : { roomKey: toHex(roomKey) }),
    ...(ended === undefined ? {} : { ended }),
  });
}

export function recordFromJson(id: string, place: string, json: string): ConversationRecord {
  const { roomKey, ...rest } = parseJson(json) as Omit<ConversationRecord, 'roomKey'> & { roomKey?: string };
  return { ...rest, id, place, ...(roomKey === undefined ? {} : { roomKey: Buffer.from(roomKey, 'hex') }) };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new DamagedRow('of JSON');
  }
}

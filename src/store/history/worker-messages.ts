// What travels between the history and its worker.

import { MmchatError, type ErrorCode } from '../../base/errors.ts';
import type { NewEntry } from '../../contracts/history.ts';
import type { ServerOptions } from './history-server.ts';
import { packEntries, unpackEntries, type PackedEntries } from './packed-entries.ts';
import type { Call, CallContext } from './verbs.ts';
import type { NumberedCall } from './write-queue.ts';

export type WorkerOptions = ServerOptions;

/** `id` comes back with the answer. */
export type Request =
  | { readonly kind: 'open'; readonly id: number; readonly context: CallContext }
  | { readonly kind: 'call'; readonly id: number; readonly call: Call }
  | { readonly kind: 'write'; readonly calls: readonly PackedCall[] }
  | { readonly kind: 'close'; readonly id: number };

/** A call that writes; what is appended travels apart from its arguments. */
export interface PackedCall {
  readonly id: number;
  readonly call: Call;
  readonly appended?: PackedEntries;
}

/** With the buffers that change hands. */
export function packCalls(calls: readonly NumberedCall[]): { calls: PackedCall[]; buffers: ArrayBuffer[] } {
  const buffers: ArrayBuffer[] = [];
  const packed = calls.map(({ id, call }) => {
    if (call.verb !== 'append') return { id, call };
    const appended = packEntries(call.args[0] as readonly NewEntry[]);
    buffers.push(appended.bytes.buffer);
    return { id, call: { ...call, args: [] }, appended };
  });
  return { calls: packed, buffers };
}

export function unpackCall({ call, appended }: PackedCall): Call {
  return appended === undefined ? call : { ...call, args: [unpackEntries(appended)] };
}

export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
}

export type Answer =
  { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: PlainError };

/** Errors lose their class on the way. */
export function plainError(error: unknown): PlainError {
  if (error instanceof MmchatError) return { code: error.code, message: error.message };
  return { code: 'internal', message: error instanceof Error ? error.message : String(error) };
}

export function errorFrom({ code, message }: PlainError): MmchatError {
  return new MmchatError(code, message);
}

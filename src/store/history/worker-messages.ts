// What travels between the history and its worker.

import { MmchatError, type ErrorCode } from '../../base/errors.ts';
import type { ServerOptions } from './history-server.ts';
import type { Call, CallContext } from './verbs.ts';

export type WorkerOptions = ServerOptions;

/** `id` comes back with the answer. */
export type Request =
  | { readonly kind: 'open'; readonly id: number; readonly context: CallContext }
  | { readonly kind: 'call'; readonly id: number; readonly call: Call }
  | { readonly kind: 'write'; readonly calls: readonly { readonly id: number; readonly call: Call }[] }
  | { readonly kind: 'close'; readonly id: number };

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

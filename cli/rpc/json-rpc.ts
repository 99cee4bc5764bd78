// JSON-RPC 2.0 (https://www.jsonrpc.org/specification): one line of text -> requests, outcomes -> lines. Pure.

export type RpcId = string | number | null;

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: { readonly code: string };
}

export type RpcReply =
  | { readonly jsonrpc: '2.0'; readonly id: RpcId; readonly result: unknown }
  | { readonly jsonrpc: '2.0'; readonly id: RpcId; readonly error: RpcError };

export interface RpcRequest {
  /** Undefined: a notification, which gets no reply whatever happens. */
  readonly id: RpcId | undefined;
  readonly method: string;
  readonly params: unknown;
}

/** A request, or the reply to what isn't one. */
export type RpcItem = { readonly request: RpcRequest } | { readonly refusal: RpcReply };

export interface RpcIncoming {
  /** Whether replies go back as one array. */
  readonly batch: boolean;
  readonly items: readonly RpcItem[];
}

export const PARSE_ERROR = -32_700;
export const INVALID_REQUEST = -32_600;
export const METHOD_NOT_FOUND = -32_601;
export const INVALID_PARAMS = -32_602;
export const FAILED = -32_000;

/** More in one batch are refused: a line of a million commas must not become a million replies. */
export const BATCH_LIMIT = 1000;

/** What one line asks for; undefined when it is empty. Never throws. */
export function parseLine(line: string): RpcIncoming | undefined {
  if (line.trim() === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return single(parseFailure('This line is not JSON.'));
  }
  if (!Array.isArray(value)) return { batch: false, items: [parseItem(value)] };
  if (value.length === 0) return single(errorReply(null, INVALID_REQUEST, 'A batch needs at least one request.'));
  if (value.length > BATCH_LIMIT)
    return single(errorReply(null, INVALID_REQUEST, `A batch has at most ${BATCH_LIMIT} requests.`));
  return { batch: true, items: value.map(parseItem) };
}

export function parseFailure(message: string): RpcReply {
  return errorReply(null, PARSE_ERROR, message);
}

export function resultReply(id: RpcId, result: unknown): RpcReply {
  return { jsonrpc: '2.0', id, result };
}

export function errorReply(id: RpcId, code: number, message: string, dataCode?: string): RpcReply {
  const error = dataCode === undefined ? { code, message } : { code, message, data: { code: dataCode } };
  return { jsonrpc: '2.0', id, error };
}

/** One line, without its line end. */
export function notificationLine(method: string, params: unknown): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params });
}

function single(refusal: RpcReply): RpcIncoming {
  return { batch: false, items: [{ refusal }] };
}

function parseItem(value: unknown): RpcItem {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return refuse(undefined, 'A request is an object.');
  // A map, so that keys like `__proto__` are keys and nothing else.
  const members = new Map<string, unknown>(Object.entries(value));
  const id = members.get('id');
  if (id !== undefined && !isId(id)) return refuse(undefined, '`id` must be a text, a number or null.');
  if (members.get('jsonrpc') !== '2.0') return refuse(id, '`jsonrpc` must be "2.0".');
  const method = members.get('method');
  if (typeof method !== 'string') return refuse(id, '`method` must be a text.');
  return { request: { id, method, params: members.get('params') } };
}

function refuse(id: RpcId | undefined, message: string): RpcItem {
  return { refusal: errorReply(id ?? null, INVALID_REQUEST, message) };
}

function isId(value: unknown): value is RpcId {
  return value === null || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}

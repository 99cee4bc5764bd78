// JSON-RPC 2.0 lines, good and bad.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BATCH_LIMIT, INVALID_REQUEST, PARSE_ERROR, parseLine, type RpcItem } from '../../cli/rpc/json-rpc.ts';

function only(line: string): RpcItem {
  const incoming = parseLine(line);
  expect(incoming?.items).toHaveLength(1);
  return incoming!.items[0]!;
}

function refusal(line: string): { id: unknown; code: number; message: string } {
  const item = only(line);
  if (!('refusal' in item) || !('error' in item.refusal)) throw new Error(`not refused: ${line}`);
  const { id, error } = item.refusal;
  return { id, code: error.code, message: error.message };
}

test('a request, a notification, and params of any kind', () => {
  expect(only('{"jsonrpc":"2.0","id":7,"method":"status"}')).toEqual({
    request: { id: 7, method: 'status', params: undefined },
  });
  expect(only('{"jsonrpc":"2.0","method":"a","params":[1]}')).toEqual({
    request: { id: undefined, method: 'a', params: [1] },
  });
  expect(only('{"jsonrpc":"2.0","method":"a","id":null}')).toMatchObject({ request: { id: null } });
  expect(only('{"jsonrpc":"2.0","method":"a","id":"x"}')).toMatchObject({ request: { id: 'x' } });
});

test('empty lines are nothing', () => {
  for (const line of ['', ' ', '\t', '\r']) expect(parseLine(line)).toBeUndefined();
});

test('what is not JSON is a parse error without an id', () => {
  for (const line of ['{', 'hello', "{'a':1}", '{"jsonrpc":"2.0","id":1,"method":"status"'])
    expect(refusal(line)).toMatchObject({ id: null, code: PARSE_ERROR });
});

test('JSON that is no request is an invalid request, with its id where there is one', () => {
  for (const line of ['1', '"x"', 'null', 'true', '{}', '{"method":"a"}'])
    expect(refusal(line)).toMatchObject({ id: null, code: INVALID_REQUEST });
  expect(refusal('{"jsonrpc":"2.0","id":4}')).toMatchObject({
    id: 4,
    message: expect.stringContaining('`method`') as string,
  });
  expect(refusal('{"jsonrpc":"1.0","id":4,"method":"a"}')).toMatchObject({
    id: 4,
    message: expect.stringContaining('`jsonrpc`') as string,
  });
  expect(refusal('{"jsonrpc":"2.0","id":{},"method":"a"}')).toMatchObject({
    id: null,
    message: expect.stringContaining('`id`') as string,
  });
  expect(refusal('{"jsonrpc":"2.0","id":1e999,"method":"a"}')).toMatchObject({ id: null, code: INVALID_REQUEST });
});

test('batches: each item on its own, bounded, not empty', () => {
  const incoming = parseLine('[{"jsonrpc":"2.0","id":1,"method":"a"},1,[]]');
  expect(incoming?.batch).toBe(true);
  expect(incoming?.items).toHaveLength(3);
  expect(refusal('[]')).toMatchObject({ id: null, code: INVALID_REQUEST });
  expect(refusal(`[${'1,'.repeat(BATCH_LIMIT)}1]`)).toMatchObject({ id: null, code: INVALID_REQUEST });
  expect(parseLine(`[${'1,'.repeat(BATCH_LIMIT - 1)}1]`)?.items).toHaveLength(BATCH_LIMIT);
});

test('keys of prototypes are ordinary keys', () => {
  expect(refusal('{"__proto__":{"jsonrpc":"2.0","method":"status","id":1}}').code).toBe(INVALID_REQUEST);
  only('{"jsonrpc":"2.0","id":1,"method":"a","params":{"__proto__":{"to":"bob"}}}');
  expect(({} as Record<string, unknown>)['to']).toBeUndefined();
});

test('deep nesting breaks nothing', () => {
  const depth = 100_000;
  expect(parseLine(`${'['.repeat(depth)}${']'.repeat(depth)}`)?.items).toHaveLength(1);
});

test('no text makes it throw', () => {
  fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (line) => void parseLine(line)));
});

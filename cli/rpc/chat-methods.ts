// The methods `chat.*`: what was said, is said and is changed.

import { messageRow, type MmchatNode } from '../../src/index.ts';
import { readHistory, readSince, rowsWithinBudget } from './message-pages.ts';
import {
  givenTexts,
  MESSAGE_LIMIT,
  naming,
  notBoth,
  optionalFlag,
  optionalMessageId,
  optionalText,
  ParamsError,
  readFields,
  readLimit,
  readPlace,
  requiredChoice,
  requiredMessageId,
  requiredText,
  type RpcMethod,
} from './params.ts';

const HISTORY_UNLESS_GIVEN = 50;
/** Longer questions find nothing that shorter ones don't. */
const QUERY_LIMIT = 1000;
// What the node says of a name in `with` and `room`.
const PLACE_REFUSALS = { 'bad-name': 'room' } as const;

export function chatMethods(node: MmchatNode): Record<string, RpcMethod> {
  return {
    async 'chat.send'(params) {
      const fields = readFields(params, ['text', 'to', 'room', 'replyTo']);
      notBoth(fields, 'to', 'room');
      const text = requiredText(fields, 'text');
      const replyTo = optionalMessageId(fields, 'replyTo');
      const message = {
        text,
        ...givenTexts(fields, ['to', 'room']),
        ...(replyTo === undefined ? {} : { replyTo }),
      };
      const { id, at } = await naming({ 'bad-text': 'text' }, () => node.chat.send(message));
      return { id, at };
    },

    async 'chat.history'(params) {
      const fields = readFields(params, ['with', 'room', 'before', 'after', 'limit', 'system']);
      notBoth(fields, 'before', 'after');
      const before = optionalMessageId(fields, 'before');
      const after = optionalMessageId(fields, 'after');
      const query = {
        ...readPlace(fields),
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
      };
      const options = { limit: readLimit(fields, HISTORY_UNLESS_GIVEN), system: optionalFlag(fields, 'system') };
      return naming(PLACE_REFUSALS, () => readHistory(node, query, options));
    },

    async 'chat.since'(params) {
      const fields = readFields(params, ['cursor', 'limit', 'system']);
      const cursor = optionalText(fields, 'cursor');
      const options = { limit: readLimit(fields, MESSAGE_LIMIT), system: optionalFlag(fields, 'system') };
      return naming({ 'bad-option': 'cursor' }, () => readSince(node, cursor, options));
    },

    async 'chat.search'(params) {
      const fields = readFields(params, ['query', 'with', 'room', 'limit']);
      const query = requiredText(fields, 'query');
      if (query.trim() === '') throw new ParamsError('`query` must have at least one word.');
      if (query.length > QUERY_LIMIT) throw new ParamsError(`\`query\` must have at most ${QUERY_LIMIT} characters.`);
      const options = { ...readPlace(fields), limit: readLimit(fields, HISTORY_UNLESS_GIVEN) };
      const found = await naming({ ...PLACE_REFUSALS, 'bad-text': 'query', 'bad-option': 'query' }, () =>
        node.chat.search(query, options),
      );
      return rowsWithinBudget(node, found);
    },

    async 'chat.message'(params) {
      const id = requiredMessageId(readFields(params, ['id']), 'id');
      return messageRow(await node.chat.message(id), node.state);
    },

    async 'chat.edit'(params) {
      const fields = readFields(params, ['id', 'text']);
      const id = requiredMessageId(fields, 'id');
      const text = requiredText(fields, 'text');
      await naming({ 'bad-text': 'text' }, () => node.chat.edit(id, text));
      return {};
    },

    async 'chat.delete'(params) {
      const id = requiredMessageId(readFields(params, ['id']), 'id');
      await node.chat.delete(id);
      return {};
    },

    async 'chat.react'(params) {
      const fields = readFields(params, ['id', 'emoji']);
      const id = requiredMessageId(fields, 'id');
      const emoji = requiredText(fields, 'emoji');
      await naming({ 'bad-text': 'emoji' }, () => node.chat.react(id, emoji));
      return {};
    },

    async 'chat.export'(params) {
      const fields = readFields(params, ['with', 'room', 'format', 'path']);
      const place = readPlace(fields);
      const format = requiredChoice(fields, 'format', ['json', 'text']);
      const path = requiredText(fields, 'path');
      if (path === '') throw new ParamsError('`path` must name a file.');
      const query = { ...place, format, path };
      const { path: written, messages } = await naming({ ...PLACE_REFUSALS, 'bad-option': 'path' }, () =>
        node.chat.export(query),
      );
      return { path: written, messages };
    },
  };
}

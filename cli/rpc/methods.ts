// The methods of the interface: params -> verbs of the node -> results. What isn't here answers -32601.

import { MmchatError, type ErrorCode, type MmchatNode } from '../../src/index.ts';
import { notBoth, optionalText, ParamsError, readFields, requiredText } from './params.ts';
import { peerRows, roomRows } from './rows.ts';

export type RpcMethod = (params: unknown) => Promise<unknown>;
export type RpcMethods = ReadonlyMap<string, RpcMethod>;

/** Everything but `shutdown`, which is the session's business. */
export function createMethods(node: MmchatNode): RpcMethods {
  const methods: Record<string, RpcMethod> = {
    async status(params) {
      readFields(params, []);
      return statusRow(node);
    },

    async 'profile.set'(params) {
      const fields = readFields(params, ['name', 'status']);
      const name = optionalText(fields, 'name');
      const status = optionalText(fields, 'status');
      const change = { ...(name === undefined ? {} : { name }), ...(status === undefined ? {} : { status }) };
      await naming({ 'bad-name': 'name', 'bad-text': 'status' }, () => node.profile.set(change));
      return {};
    },

    async 'peers.list'(params) {
      readFields(params, []);
      return peerRows(node.state);
    },

    async 'peers.connect'(params) {
      const address = requiredText(readFields(params, ['address']), 'address');
      await naming({ 'bad-option': 'address' }, () => node.peers.connect(address));
      return {};
    },

    async 'chat.send'(params) {
      const fields = readFields(params, ['text', 'to', 'room', 'replyTo']);
      notBoth(fields, 'to', 'room');
      const text = requiredText(fields, 'text');
      const to = optionalText(fields, 'to');
      const room = optionalText(fields, 'room');
      const replyTo = optionalText(fields, 'replyTo');
      const message = {
        text,
        ...(to === undefined ? {} : { to }),
        ...(room === undefined ? {} : { room }),
        ...(replyTo === undefined ? {} : { replyTo }),
      };
      const { id, at } = await naming({ 'bad-text': 'text' }, () => node.chat.send(message));
      return { id, at };
    },

    async 'rooms.list'(params) {
      readFields(params, []);
      return roomRows(node.state);
    },

    async 'rooms.create'(params) {
      const room = openRoom(params);
      await naming({ 'bad-name': 'room' }, () => node.rooms.create(room));
      return {};
    },

    async 'rooms.join'(params) {
      const room = openRoom(params);
      await naming({ 'bad-name': 'room' }, () => node.rooms.join(room));
      return {};
    },

    async 'rooms.leave'(params) {
      const room = requiredText(readFields(params, ['room']), 'room');
      await naming({ 'bad-name': 'room' }, () => node.rooms.leave(room));
      return {};
    },
  };
  return new Map(Object.entries(methods));
}

/** The result of `status`, and the params of `ready`. */
export function statusRow(node: MmchatNode): ReturnType<MmchatNode['status']> {
  const { version, peerId, name, addresses, udpPort, filePort, dataDir, networkKey } = node.status();
  return { version, peerId, name, addresses, udpPort, filePort, dataDir, networkKey };
}

function openRoom(params: unknown): string {
  const fields = readFields(params, ['room', 'password']);
  // To ignore it would make a room that anybody can read.
  if (fields.has('password')) throw new ParamsError('`password` is not possible yet: all rooms are open.');
  return requiredText(fields, 'room');
}

/** Values that the node itself refuses are bad params too: says which field it was. */
async function naming<Result>(
  fields: Partial<Record<ErrorCode, string>>,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const field = error instanceof MmchatError ? fields[error.code] : undefined;
    if (!(error instanceof MmchatError) || field === undefined) throw error;
    throw new ParamsError(`\`${field}\`: ${error.message}`, error.code);
  }
}

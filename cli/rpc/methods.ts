// The methods of the interface: params -> verbs of the node -> results. What isn't here answers -32601.

import type { MmchatNode } from '../../src/index.ts';
import { deviceMethods } from './device-methods.ts';
import { callMethods } from './call-methods.ts';
import { chatMethods } from './chat-methods.ts';
import { fileMethods } from './file-methods.ts';
import {
  givenTexts,
  naming,
  optionalFlag,
  optionalText,
  optionalTexts,
  ParamsError,
  readFields,
  requiredText,
} from './params.ts';
import type { Fields, RpcMethod } from './params.ts';
import { peerRows, roomRows } from './rows.ts';

export type RpcMethods = ReadonlyMap<string, RpcMethod>;

/** Everything but `shutdown`, which is the session's business. */
export function createMethods(node: MmchatNode): RpcMethods {
  return new Map(
    Object.entries({
      async status(params: unknown) {
        readFields(params, []);
        return statusRow(node);
      },

      async 'profile.set'(params: unknown) {
        const change = givenTexts(readFields(params, ['name', 'status']), ['name', 'status']);
        await naming({ 'bad-name': 'name', 'bad-text': 'status' }, () => node.profile.set(change));
        return {};
      },
      ...peersMethods(node),
      ...chatMethods(node),
      ...roomsMethods(node),
      ...fileMethods(node),
      ...callMethods(node),
      ...deviceMethods(),
    }),
  );
}

/** The result of `status`, and the params of `ready`. */
export function statusRow(node: MmchatNode): ReturnType<MmchatNode['status']> {
  const { version, peerId, name, addresses, udpPort, filePort, dataDir, networkKey } = node.status();
  return { version, peerId, name, addresses, udpPort, filePort, dataDir, networkKey };
}

function peersMethods(node: MmchatNode): Record<string, RpcMethod> {
  const peerOf = (params: unknown): string => requiredText(readFields(params, ['peer']), 'peer');
  return {
    async 'peers.list'(params) {
      readFields(params, []);
      return peerRows(node.state);
    },

    async 'peers.connect'(params) {
      const address = requiredText(readFields(params, ['address']), 'address');
      await naming({ 'bad-option': 'address' }, () => node.peers.connect(address));
      return {};
    },

    async 'peers.verify'(params) {
      return { words: await node.peers.verify(peerOf(params)) };
    },

    async 'peers.trust'(params) {
      await node.peers.trust(peerOf(params));
      return {};
    },

    async 'peers.autoAnswer'(params) {
      const fields = readFields(params, ['peer', 'on']);
      await node.peers.setAutoAnswer(requiredText(fields, 'peer'), optionalFlag(fields, 'on'));
      return {};
    },
    async 'peers.block'(params) {
      await node.peers.block(peerOf(params));
      return {};
    },

    async 'peers.unblock'(params) {
      await node.peers.unblock(peerOf(params));
      return {};
    },
  };
}

function roomsMethods(node: MmchatNode): Record<string, RpcMethod> {
  const refusals = { 'bad-name': 'room', 'bad-option': 'password' } as const;
  return {
    async 'rooms.list'(params) {
      readFields(params, []);
      return roomRows(node.state);
    },

    async 'rooms.create'(params) {
      const { room, options } = roomAndPassword(readFields(params, ['room', 'password']));
      await naming(refusals, () => node.rooms.create(room, options));
      return {};
    },

    async 'rooms.join'(params) {
      const { room, options } = roomAndPassword(readFields(params, ['room', 'password']));
      await naming(refusals, () => node.rooms.join(room, options));
      return {};
    },

    async 'rooms.rekey'(params) {
      const fields = readFields(params, ['room', 'password', 'without']);
      const { room, options } = roomAndPassword(fields);
      const without = optionalTexts(fields, 'without');
      // Without a password the node makes one: the only other value that it can refuse is the room, when it is open.
      const unusable = options.password === undefined ? 'room' : 'password';
      const { password } = await naming({ 'bad-name': 'room', 'bad-option': unusable }, () =>
        node.rooms.rekey(room, { ...options, ...(without === undefined ? {} : { without }) }),
      );
      return { password };
    },

    async 'rooms.suggestPassword'(params) {
      readFields(params, []);
      return { password: await node.rooms.suggestPassword() };
    },

    async 'rooms.judgePassword'(params) {
      const password = requiredText(readFields(params, ['password']), 'password');
      const { weak, text } = await naming({ 'bad-option': 'password' }, () => node.rooms.judgePassword(password));
      return { weak, text };
    },

    async 'rooms.leave'(params) {
      const room = requiredText(readFields(params, ['room']), 'room');
      await naming({ 'bad-name': 'room' }, () => node.rooms.leave(room));
      return {};
    },
  };
}

function roomAndPassword(fields: Fields): { room: string; options: { password?: string } } {
  const room = requiredText(fields, 'room');
  const password = optionalText(fields, 'password');
  // Who gives one wants a closed room; without, it would be an open one.
  if (password?.trim() === '') throw new ParamsError('`password` must not be empty.');
  return { room, options: password === undefined ? {} : { password } };
}

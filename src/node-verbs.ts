// The verbs of the front door, by room of the house: each a few lines from what people say to what services do.

import { checkPersonName } from './state/names.ts';
import { checkStatus } from './state/status.ts';
import { requireHostPort } from './base/host-port.ts';
import type { MmchatNode } from './contracts/node.ts';
import type { Profile } from './contracts/stores.ts';
import type { Parts } from './node-parts.ts';
import { exportConversation } from './services/export.ts';
import type { NodeEvent } from './state/events.ts';
import { foldRoomName } from './state/names.ts';
import type { NodeState, PeerId } from './state/values.ts';

export interface VerbsFrom {
  /** The parts, while they can be used. @throws MmchatError `stopped` */
  readonly live: () => Parts;
  readonly state: () => NodeState;
  readonly emit: (event: NodeEvent) => void;
  readonly saveProfile: (change: Partial<Profile>) => Promise<void>;
}

export function profileVerbs({ live, state, emit, saveProfile }: VerbsFrom): MmchatNode['profile'] {
  return {
    async set(change) {
      const { presence } = live();
      const { self } = state();
      const name = change.name === undefined ? self.name : checkPersonName(change.name);
      const status = change.status === undefined ? (self.status ?? '') : checkStatus(change.status);
      presence.change({ name, status });
      emit({ type: 'self-changed', name, ...(status === '' ? {} : { status }) });
      await saveProfile({ name, status });
    },
  };
}

export function peerVerbs({ live }: VerbsFrom): MmchatNode['peers'] {
  const idOf = (nameOrId: string): PeerId => live().messenger.find(nameOrId).peerId;
  return {
    find: (nameOrId) => live().messenger.find(nameOrId),
    async connect(address) {
      const target = requireHostPort(address);
      const { links, connector } = live();
      await links.dial(target);
      connector.byHand(target);
    },
    verify: async (nameOrId) => live().people.verify(idOf(nameOrId)),
    trust: async (nameOrId) => live().people.trust(idOf(nameOrId)),
    block: async (nameOrId) => live().blocking.block(idOf(nameOrId)),
    unblock: async (nameOrId) => live().blocking.unblock(idOf(nameOrId)),
  };
}

export function chatVerbs({ live, state }: VerbsFrom): MmchatNode['chat'] {
  return {
    send: async (message) => live().messenger.send(message),
    edit: async (id, text) => live().messenger.edit(id, text),
    delete: async (id) => live().chat.delete(id),
    react: async (id, emoji) => live().chat.react(id, emoji),
    async history({ before, after, limit, ...place }) {
      const { archive, messenger } = live();
      return archive.page(messenger.placeOf(place), {
        ...(before === undefined ? {} : { before }),
        ...(after === undefined ? {} : { after }),
        ...(limit === undefined ? {} : { limit }),
      });
    },
    since: async (cursor, limit) => live().archive.since(cursor, limit),
    async search(query, { limit, ...place } = {}) {
      const { archive, messenger } = live();
      const isAnywhere = place.with === undefined && place.room === undefined;
      return archive.search(query, {
        ...(isAnywhere ? {} : { place: messenger.placeOf(place) }),
        ...(limit === undefined ? {} : { limit }),
      });
    },
    message: async (id) => (await live().archive.message(id)).message,
    async export({ format, path, ...place }) {
      const { archive, messenger } = live();
      const key = messenger.placeOf(place);
      return exportConversation({ archive, place: key, query: place, state: state(), format, path });
    },
  };
}

export function roomVerbs({ live, state }: VerbsFrom): MmchatNode['rooms'] {
  const keyOf = async (room: string, password: string | undefined): Promise<Uint8Array | undefined> =>
    password === undefined ? undefined : live().roomKeys.keyOf(password, foldRoomName(room));
  return {
    create: async (room, { password } = {}) => live().rooms.create(room, await keyOf(room, password)),
    join: async (room, { password } = {}) => live().rooms.join(room, await keyOf(room, password)),
    async rekey(room, { password, without = [] } = {}) {
      const { rooms, roomKeys, messenger } = live();
      const chosen = password ?? (await roomKeys.suggestPassword());
      const roomKey = await roomKeys.keyOf(chosen, foldRoomName(room));
      await rooms.rekey(
        room,
        roomKey,
        without.map((nameOrId) => messenger.find(nameOrId).peerId),
      );
      void state;
      return { password: chosen };
    },
    leave: async (room) => live().rooms.leave(room),
    suggestPassword: async () => live().roomKeys.suggestPassword(),
    judgePassword: async (password) => live().roomKeys.judgePassword(password),
  };
}

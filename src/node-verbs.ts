// The verbs of the front door, by room of the house: each a few lines from what people say to what services do.

import { checkPersonName } from './state/names.ts';
import { checkStatus } from './state/status.ts';
import { toHex } from './base/bytes.ts';
import { MmchatError } from './base/errors.ts';
import { requireHostPort } from './base/host-port.ts';
import type { MmchatNode } from './contracts/node.ts';
import type { Profile } from './contracts/stores.ts';
import type { Parts } from './node-parts.ts';
import { destinationOfPlace } from './services/archive.ts';
import { exportConversation } from './services/export.ts';
import { judgePassword } from './services/password-strength.ts';
import { deriveRoomKey, suggestPassword } from './services/room-keys.ts';
import type { NodeEvent } from './state/events.ts';
import { guestPartsOf } from './state/guest-ids.ts';
import type { NodeState, PeerId } from './state/values.ts';
import { writeNewFile } from './store/export-file.ts';

const TEMPORARY_NAME_BYTES = 8;
const EXPORT_PAGE = 500;

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
  const keyHolder = (nameOrId: string): PeerId => {
    const peerId = idOf(nameOrId);
    if (guestPartsOf(peerId) === undefined) return peerId;
    throw new MmchatError('bad-option', 'A guest of a super-peer has no key: there is nothing to verify.');
  };
  return {
    find: (nameOrId) => live().messenger.find(nameOrId),
    async connect(address) {
      const target = requireHostPort(address);
      const { links, connector, people } = live();
      const { peerId } = await links.dial(target);
      if (people.isBlocked(peerId))
        throw new MmchatError('blocked', 'Whoever is there is blocked here; unblock them first.');
      connector.byHand(target);
    },
    verify: async (nameOrId) => live().words.with(keyHolder(nameOrId)),
    trust: async (nameOrId) => live().people.trust(keyHolder(nameOrId)),
    setAutoAnswer: async (nameOrId, on) => live().people.setAnswered(keyHolder(nameOrId), on),
    isAutoAnswered: (peerId) => live().people.isAnswered(peerId),
    async block(nameOrId) {
      const { blocking, history } = live();
      const peerId = idOf(nameOrId);
      await blocking.block(peerId);
      await history.setBlocked(peerId, true);
    },
    // What they said meanwhile is fetched from whoever has it.
    async unblock(nameOrId) {
      const { blocking, history, archive, sync } = live();
      const peerId = idOf(nameOrId);
      await blocking.unblock(peerId);
      await history.setBlocked(peerId, false);
      await archive.reload();
      sync.nudge();
    },
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
      const { archive, messenger, random, clock } = live();
      const key = messenger.placeOf(place);
      const { path: written, result } = await writeNewFile(path, toHex(random.bytes(TEMPORARY_NAME_BYTES)), (append) =>
        exportConversation({
          page: (before) => archive.page(key, { limit: EXPORT_PAGE, ...(before === undefined ? {} : { before }) }),
          destination: destinationOfPlace(key, (folded) => state().rooms.get(folded)?.name),
          format,
          state,
          now: clock.now(),
          append,
        }),
      );
      return { path: written, messages: result };
    },
  };
}

export function roomVerbs({ live, state }: VerbsFrom): MmchatNode['rooms'] {
  const keyOf = async (room: string, password: string | undefined): Promise<Uint8Array | undefined> =>
    password === undefined ? undefined : deriveRoomKey(password, room);
  const warnIfWeak = async (password: string, room: string): Promise<void> => {
    const judgement = await judgePassword(password, [state().self.name, room]);
    if (judgement.weak) live().warnings.say('weak-password', judgement.sentence);
  };
  return {
    async create(room, { password } = {}) {
      await live().rooms.create(room, await keyOf(room, password));
      if (password !== undefined) await warnIfWeak(password, room);
    },
    join: async (room, { password } = {}) => live().rooms.join(room, await keyOf(room, password)),
    async rekey(room, { password, without = [] } = {}) {
      const { rooms, random, messenger } = live();
      const chosen = password ?? (await suggestPassword(random));
      const roomKey = await deriveRoomKey(chosen, room);
      await rooms.rekey(
        room,
        roomKey,
        without.map((nameOrId) => messenger.find(nameOrId).peerId),
      );
      if (password !== undefined) await warnIfWeak(password, room);
      return { password: chosen };
    },
    leave: async (room) => live().rooms.leave(room),
    suggestPassword: async () => suggestPassword(live().random),
    async judgePassword(password) {
      const judgement = await judgePassword(password, [state().self.name]);
      return { weak: judgement.weak, text: judgement.weak ? judgement.sentence : 'This password is good.' };
    },
  };
}

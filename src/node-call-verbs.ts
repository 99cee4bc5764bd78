// The verbs of the front door that have to do with calls: oneself is the actor.

import { MmchatError } from './base/errors.ts';
import type { MmchatNode } from './contracts/node.ts';
import type { VerbsFrom } from './node-verbs.ts';

const ONESELF = '';

export function callVerbs({ live }: VerbsFrom): MmchatNode['calls'] {
  return {
    async start(mode, { to, room }) {
      const { messenger, calls } = live();
      if ((to === undefined) === (room === undefined))
        throw new MmchatError('bad-option', 'A call is for a person or for a room.');
      if (mode === 'video') await calls.ready();
      if (to !== undefined) return calls.start(ONESELF, mode, { peerId: messenger.find(to).peerId });
      const target = messenger.target(undefined, room);
      if (target.destination.kind !== 'room')
        throw new MmchatError('bad-option', 'Nobody can call everyone: a call is for a person or for a room.');
      return calls.start(ONESELF, mode, { conversation: target });
    },
    async accept(callId) {
      const { calls } = live();
      if (calls.stats(ONESELF, callId).mode === 'video') await calls.ready();
      calls.accept(ONESELF, callId);
    },
    reject: async (callId) => live().calls.reject(ONESELF, callId),
    end: async (callId) => live().calls.end(ONESELF, callId),
    mute: async (callId, change) => live().calls.mute(ONESELF, callId, change),
    async setVolume(callId, nameOrId, volume) {
      const { calls, messenger } = live();
      calls.setVolume(ONESELF, callId, messenger.find(nameOrId).peerId, volume);
    },
    share: async (callId, source) => live().calls.share(ONESELF, callId, source),
    showOn: (output) => live().calls.showOn(output),
    stats: (callId) => live().calls.stats(ONESELF, callId),
    levels: (callId) => live().calls.levels(ONESELF, callId),
  };
}

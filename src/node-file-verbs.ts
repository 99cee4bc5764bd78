// The verbs of the front door that have to do with files and voice notes.

import { resolve } from 'node:path';
import { MmchatError } from './base/errors.ts';
import type { MmchatNode } from './contracts/node.ts';
import type { VerbsFrom } from './node-verbs.ts';

export function fileVerbs({ live }: VerbsFrom): MmchatNode['files'] {
  return {
    async send(path, { to, room }) {
      const { messenger, engine, transfers } = live();
      const conversation = messenger.target(to, room);
      const whole = resolve(path);
      const facts = await engine.describe(whole);
      const { id, kept } = transfers.offer(conversation, whole, facts);
      await kept;
      return { transferId: id, skipped: facts.skipped, skippedCount: facts.skippedCount };
    },
    accept: async (id) => live().transfers.accept(id),
    reject: async (id) => live().transfers.reject(id),
    cancel: async (id) => live().transfers.cancel(id),
    pause: async (id) => live().transfers.pause(id),
    resume: async (id) => live().transfers.resume(id),
  };
}

export function voiceVerbs(_from: VerbsFrom): MmchatNode['voice'] {
  const notYet = (): Promise<never> => Promise.reject(new MmchatError('device-unavailable', 'There is no device.'));
  return { send: notYet, play: notYet };
}

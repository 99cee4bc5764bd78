// The verbs of the front door that have to do with files and voice notes.

import { resolve } from 'node:path';
import { MmchatError } from './base/errors.ts';
import type { MmchatNode } from './contracts/node.ts';
import type { VerbsFrom } from './node-verbs.ts';

export function fileVerbs({ live }: VerbsFrom): MmchatNode['files'] {
  return {
    async send(path, { to, room }) {
      const { messenger, engine, transfers } = live();
      const { conversation, toGuest } = messenger.fileTarget(to, room);
      const whole = resolve(path);
      const facts = await engine.describe(whole);
      const { id, kept } = transfers.offer(conversation, whole, facts, toGuest);
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

/** What was recorded stays in the data folder: it can be played here, and fetched by those who come later. */
export function voiceVerbs({ live }: VerbsFrom): MmchatNode['voice'] {
  return {
    async send(seconds, { to, room }, { signal, discard, onLevel } = {}) {
      const { messenger, voiceNotes, engine, transfers, warnings } = live();
      // Whoever it is for is found before anything is recorded.
      messenger.fileTarget(to, room);
      const note = await voiceNotes.record(seconds, {
        signal: AbortSignal.any([signal, discard].filter((one) => one !== undefined)),
        ...(onLevel === undefined ? {} : { onLevel }),
      });
      if (discard?.aborted === true) {
        await note.discard();
        throw new MmchatError('stopped', 'The recording was thrown away.');
      }
      if (note.cutShort !== undefined) warnings.say('device-unavailable', note.cutShort);
      try {
        const facts = await engine.describe(note.path);
        const { durationMs, waveform } = note;
        const { conversation, toGuest } = messenger.fileTarget(to, room);
        const voice = { durationMs, waveform };
        const { id, kept } = transfers.offer(conversation, note.path, facts, { voice, ...toGuest });
        await kept;
        return { transferId: id };
      } catch (error) {
        await note.discard();
        throw error;
      }
    },
    async play(transferId, { signal, onPosition } = {}) {
      const { voiceNotes, transfers } = live();
      await voiceNotes.play(transfers.pathOf(transferId), {
        ...(signal === undefined ? {} : { signal }),
        ...(onPosition === undefined ? {} : { onPosition }),
      });
    },
  };
}

// The verbs of the front door that have to do with files and voice notes.

import { MmchatError } from './base/errors.ts';
import type { MmchatNode } from './contracts/node.ts';
import type { VerbsFrom } from './node-verbs.ts';

export function fileVerbs(_from: VerbsFrom): MmchatNode['files'] {
  const notYet = (): Promise<never> =>
    Promise.reject(new MmchatError('no-such-transfer', 'There is no such transfer.'));
  return { send: notYet, accept: notYet, reject: notYet, cancel: notYet, pause: notYet, resume: notYet };
}

export function voiceVerbs(_from: VerbsFrom): MmchatNode['voice'] {
  const notYet = (): Promise<never> => Promise.reject(new MmchatError('device-unavailable', 'There is no device.'));
  return { send: notYet, play: notYet };
}

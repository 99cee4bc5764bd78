// What people write for a device: `default`, `none`, `tone:440`, `file:PATH`, or a name, id or number of the list.

import { MmchatError } from '../base/errors.ts';
import { TONE_HZ } from '../media/tone.ts';

export type DeviceWish =
  | { readonly kind: 'default' | 'none' }
  | { readonly kind: 'tone'; readonly hz: number }
  | { readonly kind: 'file' | 'loop'; readonly path: string }
  | { readonly kind: 'listed'; readonly name: string };

/** @throws MmchatError `device-unavailable` */
export function readDeviceName(written: string): DeviceWish {
  if (written === '' || written === 'default') return { kind: 'default' };
  if (written === 'none') return { kind: 'none' };
  const [, scheme, rest = ''] = /^(tone|file|loop):(.*)$/su.exec(written) ?? [];
  if (scheme === undefined) return { kind: 'listed', name: written };
  if (scheme === 'tone') {
    const hz = Number(rest);
    if (!/^\d+(?:\.\d+)?$/u.test(rest) || hz < TONE_HZ.least || hz > TONE_HZ.most)
      throw unavailable(`A tone has ${TONE_HZ.least} to ${TONE_HZ.most} hertz, as in tone:440.`);
    return { kind: 'tone', hz };
  }
  if (rest === '' || rest.includes('\0')) throw unavailable(`After ${scheme}: the path of a WAV file is wanted.`);
  return { kind: scheme === 'loop' ? 'loop' : 'file', path: rest };
}

function unavailable(sentence: string): MmchatError {
  return new MmchatError('device-unavailable', sentence);
}

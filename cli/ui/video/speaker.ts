// Who is shown larger: whoever shows a screen, else who speaks. Pure, and calm: it does not hop with every cough.

import type { PeerId } from '../../../src/index.ts';
import type { VideoPerson } from './places.ts';

/** It changes no sooner than this after it has changed. */
export const SPEAKER_HOLD_MS = 2_000;

export interface Speaker {
  readonly who: PeerId;
  readonly since: number;
}

/** The same object as long as nothing changes. */
export function speakerAfter(
  before: Speaker | undefined,
  people: readonly VideoPerson[],
  levels: ReadonlyMap<PeerId, { readonly speaking: boolean }>,
  now: number,
): Speaker | undefined {
  const others = people.filter(({ isOwn }) => !isOwn);
  const known = others.some(({ who }) => who === before?.who) ? before : undefined;
  const isSpeaking = (who: PeerId): boolean => levels.get(who)?.speaking === true;
  const wanted =
    others.find(({ isSharing }) => isSharing)?.who ??
    (known !== undefined && isSpeaking(known.who) ? known.who : others.find(({ who }) => isSpeaking(who))?.who);
  if (wanted === undefined || wanted === known?.who) return known;
  return known !== undefined && now - known.since < SPEAKER_HOLD_MS ? known : { who: wanted, since: now };
}

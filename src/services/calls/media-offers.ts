// Offers of media as they go over the link, and as a media transport gives and takes them.

import { formatHostPort, parseHostPort } from '../../base/host-port.ts';
import { isUnicast, parseIpAddress } from '../../base/ip-address.ts';
import type { HostPort } from '../../contracts/discovery.ts';
import type { MediaDescription } from '../../contracts/media.ts';
import type { MediaOffer } from '../../wire/call-signals.ts';
import { MAX_CANDIDATES, MEDIA_KEY_BYTES, MEDIA_SALT_BYTES } from '../../wire/limits.ts';

/** Who takes part in a call can decode that. */
const SOUND_CODEC = 'opus';

/** @param codecs of pictures, best first. Its key is a copy: `wipeOffer` when it was sent for the last time. */
export function offerOf(
  { key, salt, audioSsrc, videoSsrc, candidates }: MediaDescription,
  codecs: readonly string[],
): MediaOffer {
  return {
    key: key.slice(),
    salt: salt.slice(),
    audioSsrc,
    videoSsrc,
    candidates: candidateTexts(candidates),
    codecs: [SOUND_CODEC, ...codecs],
  };
}

export function wipeOffer({ key, salt }: MediaOffer): void {
  key.fill(0);
  salt.fill(0);
}

/** Only addresses: nobody makes this node ask for names, or send to them. */
export function descriptionOf({ key, salt, audioSsrc, videoSsrc, candidates }: MediaOffer): MediaDescription {
  return { key, salt, audioSsrc, videoSsrc, candidates: candidatesOf(candidates) };
}

export function candidatesOf(texts: readonly string[]): HostPort[] {
  return texts
    .map((text) => parseHostPort(text))
    .filter((address): address is HostPort => address !== undefined && isUnicastAddress(address.host));
}

/** Other addresses, for an `update`: keys and the rest count only in a real offer. */
export function addressesOnly(candidates: readonly HostPort[]): MediaOffer {
  return {
    key: new Uint8Array(MEDIA_KEY_BYTES),
    salt: new Uint8Array(MEDIA_SALT_BYTES),
    audioSsrc: 0,
    videoSsrc: 1,
    candidates: candidateTexts(candidates),
    codecs: [],
  };
}

function candidateTexts(candidates: readonly HostPort[]): string[] {
  return candidates.slice(0, MAX_CANDIDATES).map(formatHostPort);
}

function isUnicastAddress(host: string): boolean {
  const address = parseIpAddress(host);
  return address !== undefined && isUnicast(address);
}

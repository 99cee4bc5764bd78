// How well one hears each other, of what a call's numbers were in the last seconds. Pure.

import type { MmchatNode, PeerId } from '../../src/index.ts';

export type CallStats = ReturnType<MmchatNode['calls']['stats']>;
export type CallPeerStats = CallStats['peers'][number];

export type Quality = 'good' | 'fair' | 'poor';

/** Of one other in a call, over the last few seconds. */
export interface RecentStats {
  readonly stats: CallPeerStats;
  /** Shares of what was to come, 0 to 1: on the way, and of that what could only be guessed. */
  readonly lost: number;
  readonly concealed: number;
  /** Of the packets of pictures. */
  readonly picturesLost: number;
}

/** So many readings, one a second, make what is called recent. */
const READINGS = 6;
const GOOD = { rttMs: 150, concealed: 0.01, lost: 0.1, jitterMs: 30 } as const;
const FAIR = { rttMs: 300, concealed: 0.05, lost: 0.25, jitterMs: 60 } as const;

/** The newest last. */
export type Readings = readonly CallStats[];

export function withReading(readings: Readings, stats: CallStats): Readings {
  return [...readings, stats].slice(-READINGS);
}

export function recentOf(readings: Readings): RecentStats[] {
  const newest = readings.at(-1);
  return (newest?.peers ?? []).map((stats) => recentOfPeer(stats, firstOf(readings, stats.peerId)));
}

/** The first reading of somebody. */
function firstOf(readings: Readings, peerId: PeerId): CallPeerStats | undefined {
  for (const { peers } of readings) {
    const found = peers.find((peer) => peer.peerId === peerId);
    if (found !== undefined) return found;
  }
  return undefined;
}

function recentOfPeer(stats: CallPeerStats, first: CallPeerStats | undefined): RecentStats {
  const { packetsReceived, packetsLost, packetsConcealed } = stats.audio;
  const isNewer = first !== undefined && first !== stats && first.audio.packetsReceived <= packetsReceived;
  const from = isNewer ? first.audio : { packetsReceived: 0, packetsLost: 0, packetsConcealed: 0 };
  const lost = Math.max(0, packetsLost - from.packetsLost);
  const expected = Math.max(0, packetsReceived - from.packetsReceived) + lost;
  const share = (count: number): number => (expected === 0 ? 0 : Math.min(1, Math.max(0, count) / expected));
  const picturesLost = lostOf(stats.video, isNewer ? first.video : undefined);
  return { stats, lost: share(lost), concealed: share(packetsConcealed - from.packetsConcealed), picturesLost };
}

/** Shares of packets, 0 to 1. */
function lostOf(video: CallPeerStats['video'], first: CallPeerStats['video'] | undefined): number {
  const lost = Math.max(0, video.packetsLost - (first?.packetsLost ?? 0));
  const came = Math.max(0, video.packetsReceived - (first?.packetsReceived ?? 0));
  return lost + came === 0 ? 0 : lost / (lost + came);
}

/** Of the one who is heard worst; undefined while nothing was measured. */
export function qualityOf(recent: readonly RecentStats[]): Quality | undefined {
  const measured = recent.filter(({ stats }) => stats.audio.packetsReceived > 0);
  if (measured.length === 0) return undefined;
  if (measured.every((one) => isWithin(one, GOOD))) return 'good';
  return measured.every((one) => isWithin(one, FAIR)) ? 'fair' : 'poor';
}

type Bounds = Readonly<Record<keyof typeof GOOD, number>>;

function isWithin({ stats, lost, concealed }: RecentStats, bounds: Bounds): boolean {
  const { rttMs = 0, jitterMs } = stats.audio;
  return rttMs <= bounds.rttMs && jitterMs <= bounds.jitterMs && lost <= bounds.lost && concealed <= bounds.concealed;
}

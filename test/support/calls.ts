// Calls for tests of what shows them.

import type { Call, CallMember, MmchatNode } from '../../src/index.ts';

export const CALL_ID = 'ca11'.repeat(8);

export function memberOf(name: string, change: Partial<CallMember> = {}): CallMember {
  return {
    peerId: `id-of-${name}`,
    phase: 'connected',
    path: 'udp',
    audioMuted: false,
    videoMuted: false,
    ...change,
  };
}

/** Bob calls, between two. */
export function callOf(change: Partial<Call> = {}): Call {
  return {
    id: CALL_ID,
    destination: { kind: 'person', peerId: 'id-of-bob' },
    starter: 'id-of-bob',
    mode: 'audio',
    phase: 'incoming',
    members: [memberOf('bob', { phase: 'invited' })],
    audioMuted: false,
    videoMuted: false,
    ...change,
  };
}

export function callsOf(...calls: Call[]): ReadonlyMap<string, Call> {
  return new Map(calls.map((call) => [call.id, call]));
}

type PeerStats = ReturnType<MmchatNode['calls']['stats']>['peers'][number];

export function peerStatsOf(name: string, change: Partial<PeerStats> = {}): PeerStats {
  return {
    peerId: `id-of-${name}`,
    name,
    path: 'udp',
    encrypted: true,
    audio: {
      packetsSent: 1000,
      packetsReceived: 990,
      packetsLost: 10,
      packetsRecovered: 8,
      packetsConcealed: 2,
      jitterMs: 1.5,
      rttMs: 11.25,
      bufferMs: 20,
      bitrate: 48_000,
    },
    video: {
      packetsSent: 0,
      packetsReceived: 0,
      packetsLost: 0,
      packetsRecovered: 0,
      packetsConcealed: 0,
      jitterMs: 0,
      bufferMs: 0,
      bitrate: 0,
      framesSent: 0,
      framesReceived: 0,
      framesPerSecond: 0,
      width: 0,
      height: 0,
    },
    ...change,
  };
}

// Calls as the interface shows them: rows of calls, and the numbers of one. Pure.

import {
  shownNameOf,
  type Call,
  type CallMember,
  type CallMode,
  type CallPhase,
  type MmchatNode,
  type NodeState,
  type PeerId,
} from '../../src/index.ts';

type CallStats = ReturnType<MmchatNode['calls']['stats']>;
type MediaStats = CallStats['peers'][number]['audio'];

export interface CallMemberRow {
  readonly peer: string;
  readonly peerId: PeerId;
  readonly state: CallMember['phase'];
  readonly path?: 'udp' | 'link';
  readonly audioMuted: boolean;
  readonly videoMuted: boolean;
  /** What comes from them is a screen or a window. */
  readonly isSharing?: boolean;
}

export interface CallRow {
  readonly callId: string;
  /** The other one, when it is between two; else the room. */
  readonly peer?: string;
  readonly peerId?: PeerId;
  readonly room?: string;
  /** Who started it. */
  readonly from: string;
  readonly fromPeerId: PeerId;
  readonly mode: CallMode;
  readonly state: CallPhase;
  readonly audioMuted: boolean;
  readonly videoMuted: boolean;
  /** The screen or window that one shows. */
  readonly sharing?: string;
  /** When one came into it, by this machine's clock. */
  readonly since?: number;
  readonly members: readonly CallMemberRow[];
}

export interface MediaRow extends Omit<MediaStats, 'rttMs'> {
  /** 0 until it was measured. */
  readonly rttMs: number;
}

export interface VideoRow extends MediaRow {
  readonly framesSent: number;
  readonly framesReceived: number;
  readonly framesPerSecond: number;
  readonly width: number;
  readonly height: number;
}

export interface CallPeerRow {
  readonly peerId: PeerId;
  readonly name: string;
  /** Absent until a way was found. */
  readonly path?: 'udp' | 'link';
  readonly encrypted: boolean;
  readonly audio: MediaRow;
  readonly video: VideoRow;
}

export interface CallStatsRow {
  readonly state: CallPhase;
  readonly mode: CallMode;
  readonly seconds: number;
  readonly peers: readonly CallPeerRow[];
}

export function callRows(state: NodeState): CallRow[] {
  return [...state.calls.values()].map((call) => callRow(call, state));
}

export function callRow(call: Call, state: NodeState): CallRow {
  const { id, destination, starter, mode, phase, audioMuted, videoMuted, sharing, since, members } = call;
  return {
    callId: id,
    ...(destination.kind === 'room'
      ? { room: destination.room }
      : { peer: shownNameOf(destination.peerId, state), peerId: destination.peerId }),
    from: shownNameOf(starter, state),
    fromPeerId: starter,
    mode,
    state: phase,
    audioMuted,
    videoMuted,
    ...(sharing === undefined ? {} : { sharing }),
    ...(since === undefined ? {} : { since }),
    members: members.map((member) => ({
      peer: shownNameOf(member.peerId, state),
      peerId: member.peerId,
      state: member.phase,
      ...(member.path === undefined ? {} : { path: member.path }),
      audioMuted: member.audioMuted,
      videoMuted: member.videoMuted,
      ...(member.isSharing === true ? { isSharing: true } : {}),
    })),
  };
}

export function statsRow({ state, mode, seconds, peers }: CallStats): CallStatsRow {
  return {
    state,
    mode,
    seconds,
    peers: peers.map(({ peerId, name, path, encrypted, audio, video }) => ({
      peerId,
      name,
      ...(path === undefined ? {} : { path }),
      encrypted,
      audio: { ...audio, rttMs: audio.rttMs ?? 0 },
      video: { ...video, rttMs: video.rttMs ?? 0 },
    })),
  };
}

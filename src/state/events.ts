// Everything that can happen in a node, in one union. Services emit these; the reducer turns them into the next state;
// front ends turn some into notifications. Names shown to people come from the state, so events carry ids.

import type { LocalInterface, Message, PeerId, Trust, Via, Warning } from './values.ts';

export type NodeEvent =
  | { readonly type: 'started' }
  | { readonly type: 'stopped' }
  | { readonly type: 'self-changed'; readonly name: string; readonly status?: string }
  | { readonly type: 'interfaces-changed'; readonly interfaces: readonly LocalInterface[] }
  /** A person is known from an earlier run. */
  | {
      readonly type: 'person-remembered';
      readonly peerId: PeerId;
      readonly claimedName: string;
      readonly rooms: readonly string[];
      readonly pinnedAt?: number;
    }
  /** A person said who and where they are (first sight, return or change). */
  | {
      readonly type: 'person-seen';
      readonly peerId: PeerId;
      readonly claimedName: string;
      readonly status?: string;
      readonly rooms: readonly string[];
      readonly via: Via;
      readonly linked: boolean;
    }
  | { readonly type: 'person-gone'; readonly peerId: PeerId; readonly reason: string }
  | { readonly type: 'trust-changed'; readonly peerId: PeerId; readonly trust: Trust; readonly at: number }
  | { readonly type: 'rtt-measured'; readonly peerId: PeerId; readonly rttMs: number }
  | { readonly type: 'own-room-joined'; readonly room: string }
  | { readonly type: 'own-room-left'; readonly room: string }
  | { readonly type: 'message-added'; readonly message: Message }
  | {
      readonly type: 'message-delivered';
      readonly messageId: string;
      readonly conversation: string;
      readonly peerId: PeerId;
    }
  | { readonly type: 'warning'; readonly warning: Warning };

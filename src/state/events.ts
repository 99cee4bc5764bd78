// Everything that can happen in a node, in one union. Services emit these; the reducer turns them into the next state;
// front ends turn some into notifications. Names shown to people come from the state, so events carry ids.

import type { Call, LocalInterface, Message, PeerId, Transfer, Trust, Via, Warning } from './values.ts';

export interface Remembrance {
  readonly peerId: PeerId;
  readonly claimedName: string;
  readonly rooms: readonly string[];
  readonly pinnedAt?: number;
  readonly verified?: boolean;
  readonly blocked?: boolean;
}

export type NodeEvent =
  | { readonly type: 'started' }
  | { readonly type: 'stopped' }
  | { readonly type: 'self-changed'; readonly name: string; readonly status?: string }
  | { readonly type: 'interfaces-changed'; readonly interfaces: readonly LocalInterface[] }
  /** A person is known from an earlier run, or by what they once wrote. */
  | ({ readonly type: 'person-remembered' } & Remembrance)
  /** The same for many at once. */
  | { readonly type: 'people-remembered'; readonly people: readonly Remembrance[] }
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
  /** Trust given or taken by hand, or by talking. (`changed` is not given, it follows: see changed-names.ts.) */
  | { readonly type: 'trust-changed'; readonly peerId: PeerId; readonly trust: Trust; readonly at: number }
  | { readonly type: 'rtt-measured'; readonly peerId: PeerId; readonly rttMs: number }
  | { readonly type: 'blocked-changed'; readonly peerId: PeerId; readonly blocked: boolean }
  | { readonly type: 'own-room-joined'; readonly room: string; readonly closed?: boolean }
  | { readonly type: 'own-room-left'; readonly room: string }
  /** Something was said: now, or while one was away. */
  | { readonly type: 'message-added'; readonly message: Message }
  /** The same for many at once (they come in a crowd when one was away), each author's in their order. */
  | { readonly type: 'messages-added'; readonly messages: readonly Message[] }
  /** Read back from the history of earlier runs: nothing new to anybody. */
  | { readonly type: 'history-loaded'; readonly messages: readonly Message[] }
  /** Edited, deleted, reacted to, or what was missing of it has come: the whole message as it is now. */
  | { readonly type: 'message-changed'; readonly message: Message }
  /** Who is in a room by its log (without oneself): also people that are away, or were never met. */
  | { readonly type: 'room-members'; readonly room: string; readonly members: readonly PeerId[] }
  | {
      readonly type: 'message-delivered';
      readonly messageId: string;
      readonly conversation: string;
      readonly peerId: PeerId;
    }
  /** Transfers of earlier runs: nothing new to anybody. */
  | { readonly type: 'transfers-restored'; readonly transfers: readonly Transfer[] }
  /** A new transfer, or one with another phase. */
  | { readonly type: 'transfer-changed'; readonly transfer: Transfer }
  /** At most four a second for each. */
  | { readonly type: 'transfer-progress'; readonly transfer: Transfer }
  /** One of those who get what one sends has it whole, and as it was signed. */
  | { readonly type: 'transfer-delivered'; readonly id: string; readonly peerId: PeerId; readonly sha256: string }
  /** Not kept any more; the message that announced it is. */
  | { readonly type: 'transfer-forgotten'; readonly id: string }
  /** A new call, or one of which something changed. */
  | { readonly type: 'call-changed'; readonly call: Call }
  /** Somebody said yes, or no with a code: `busy`, `rejected`, `timeout`, `offline`, `call-full` … */
  | { readonly type: 'call-answered'; readonly callId: string; readonly peerId: PeerId; readonly refusal?: string }
  /** The first sound or picture of them has come. */
  | { readonly type: 'call-connected'; readonly callId: string; readonly peerId: PeerId }
  /** For oneself: gone from the state. Codes: `hangup`, `rejected`, `busy`, `timeout`, `cancelled`, `lost`, `offline` … */
  | { readonly type: 'call-ended'; readonly call: Call; readonly reason: string }
  | { readonly type: 'warning'; readonly warning: Warning };

// What one says about the call of a room, to whom it concerns.

import { keyOfPeerId } from '../../base/peer-id.ts';
import { guestPartsOf, hostOf } from '../../state/guest-ids.ts';
import type { PeerId } from '../../state/values.ts';
import type { CallMember as WireMember, CallSignalKind, MediaOffer } from '../../wire/call-signals.ts';
import { MAX_CALL_MEMBERS } from '../../wire/limits.ts';
import type { Conversation } from '../conversations.ts';
import { MOST_SHOWING } from './call-video.ts';
import type { CallBeginning, CallContext } from './call-parts.ts';

export interface RoomCallOptions {
  readonly context: CallContext;
  readonly beginning: CallBeginning;
  readonly conversation: Conversation;
  /** Others of the room who are here; guests too. */
  readonly reachable: () => readonly PeerId[];
  /** Whether oneself is in the room. */
  readonly isMember: () => boolean;
}

export interface RoomWord {
  readonly reason?: string;
  readonly media?: MediaOffer;
  readonly audioMuted?: boolean;
  readonly videoMuted?: boolean;
  readonly isSharing?: boolean;
  /** Of a `present` or `join`: who is in it. */
  readonly members?: readonly PeerId[];
}

export function sayInRoom(
  { context, beginning, conversation }: RoomCallOptions,
  to: PeerId,
  kind: CallSignalKind,
  { members = [], ...word }: RoomWord = {},
): boolean {
  const { callId, mode } = beginning;
  return context.send(to, {
    callId,
    kind,
    mode,
    conversation: conversation.id,
    members: wireMembers(members),
    ...word,
  });
}

export function sayTooManyShow({ actor, warn }: CallContext): void {
  const sentence = `At most ${MOST_SHOWING} people show themselves in one call, and so many do: you are heard, not seen.`;
  if (actor === '') warn('too-many-pictures', sentence);
}

function wireMembers(members: readonly PeerId[]): WireMember[] {
  return members.slice(0, MAX_CALL_MEMBERS).flatMap((peerId) => {
    const author = keyOfPeerId(hostOf(peerId));
    return author === undefined ? [] : { author, guest: guestPartsOf(peerId)?.name ?? '' };
  });
}

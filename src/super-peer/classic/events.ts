// What happens among the guests, for a bridge to another world. Sound and picture do not come this way: they are handed
// on by a plain function.

import type { JsonObject, JsonValue } from './json-value.ts';

export interface GuestFacts {
  /** As the list shows it. */
  readonly name: string;
  /** Its IP address. */
  readonly address: string;
}

export type ClassicEvent =
  | { readonly type: 'guest-joined'; readonly guest: GuestFacts }
  | { readonly type: 'guest-left'; readonly guest: GuestFacts }
  /** To everyone. */
  | { readonly type: 'said'; readonly guest: GuestFacts; readonly msg: JsonValue }
  /** To a remote name. */
  | { readonly type: 'said-privately'; readonly guest: GuestFacts; readonly to: string; readonly msg: JsonValue }
  /** Rooms as the guest wrote them: any JSON value that can be a key. */
  | { readonly type: 'room-created'; readonly guest: GuestFacts; readonly room: JsonValue }
  | { readonly type: 'room-joined'; readonly guest: GuestFacts; readonly room: JsonValue }
  | { readonly type: 'room-left'; readonly guest: GuestFacts; readonly room: JsonValue }
  | { readonly type: 'said-in-room'; readonly guest: GuestFacts; readonly room: JsonValue; readonly msg: JsonValue }
  /** A file_init, file_chunk or file_end to a remote name, or to a room (whose guests have it already). */
  | {
      readonly type: 'file-part';
      readonly guest: GuestFacts;
      readonly target: { readonly to: string } | { readonly room: JsonValue };
      readonly part: JsonObject;
      /** The guest is not read until the result is called: for when the file can't be passed on as fast as it comes. */
      readonly slowDown: () => () => void;
    }
  /**
   * A call_request, call_accepted, call_rejected or call_end to a remote name; `from` is true. What is no request may be
   * to a name that nobody has, a room's perhaps, or to nobody (empty).
   */
  | { readonly type: 'call-signal'; readonly guest: GuestFacts; readonly to: string; readonly signal: JsonObject }
  | {
      readonly type: 'room-call-request';
      readonly guest: GuestFacts;
      readonly room: JsonValue;
      readonly signal: JsonObject;
    };

export type MediaTarget = { readonly to: string } | { readonly room: JsonValue };

/** A datagram of a guest, header and all. Valid during the call only. True: it is dealt with, and goes nowhere else. */
export type ClassicMediaSink = (
  guest: string,
  target: MediaTarget,
  kind: 'audio' | 'video',
  datagram: Buffer,
) => boolean;

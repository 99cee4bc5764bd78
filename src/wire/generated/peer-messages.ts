/* eslint-disable require-yield */

import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';

export interface PeerMessage {
  hello?: Hello;
  presence?: SignedPresence;
  digest?: PresenceDigest;
  request?: PresenceRequest;
  entry?: SignedEntry;
  receipts?: Receipts;
  ping?: Ping;
  pong?: Ping;
  goodbye?: Goodbye;
  proofs?: RoomProofs;
  guests?: Guests;
  guestText?: GuestText;
  guestReceipts?: GuestReceipts;
  call?: CallSignal;
}

export namespace PeerMessage {
  let _codec: Codec<PeerMessage>;

  export const codec = (): Codec<PeerMessage> => {
    if (_codec == null) {
      _codec = message<PeerMessage>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.hello != null) {
            w.uint32(10);
            Hello.codec().encode(obj.hello, w);
          }

          if (obj.presence != null) {
            w.uint32(18);
            SignedPresence.codec().encode(obj.presence, w);
          }

          if (obj.digest != null) {
            w.uint32(26);
            PresenceDigest.codec().encode(obj.digest, w);
          }

          if (obj.request != null) {
            w.uint32(34);
            PresenceRequest.codec().encode(obj.request, w);
          }

          if (obj.entry != null) {
            w.uint32(42);
            SignedEntry.codec().encode(obj.entry, w);
          }

          if (obj.receipts != null) {
            w.uint32(50);
            Receipts.codec().encode(obj.receipts, w);
          }

          if (obj.ping != null) {
            w.uint32(58);
            Ping.codec().encode(obj.ping, w);
          }

          if (obj.pong != null) {
            w.uint32(66);
            Ping.codec().encode(obj.pong, w);
          }

          if (obj.goodbye != null) {
            w.uint32(74);
            Goodbye.codec().encode(obj.goodbye, w);
          }

          if (obj.proofs != null) {
            w.uint32(82);
            RoomProofs.codec().encode(obj.proofs, w);
          }

          if (obj.guests != null) {
            w.uint32(90);
            Guests.codec().encode(obj.guests, w);
          }

          if (obj.guestText != null) {
            w.uint32(98);
            GuestText.codec().encode(obj.guestText, w);
          }

          if (obj.guestReceipts != null) {
            w.uint32(106);
            GuestReceipts.codec().encode(obj.guestReceipts, w);
          }

          if (obj.call != null) {
            w.uint32(114);
            CallSignal.codec().encode(obj.call, w);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {};

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.hello = Hello.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.hello,
                });
                break;
              }
              case 2: {
                obj.presence = SignedPresence.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.presence,
                });
                break;
              }
              case 3: {
                obj.digest = PresenceDigest.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.digest,
                });
                break;
              }
              case 4: {
                obj.request = PresenceRequest.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.request,
                });
                break;
              }
              case 5: {
                obj.entry = SignedEntry.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.entry,
                });
                break;
              }
              case 6: {
                obj.receipts = Receipts.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.receipts,
                });
                break;
              }
              case 7: {
                obj.ping = Ping.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.ping,
                });
                break;
              }
              case 8: {
                obj.pong = Ping.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.pong,
                });
                break;
              }
              case 9: {
                obj.goodbye = Goodbye.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.goodbye,
                });
                break;
              }
              case 10: {
                obj.proofs = RoomProofs.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.proofs,
                });
                break;
              }
              case 11: {
                obj.guests = Guests.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.guests,
                });
                break;
              }
              case 12: {
                obj.guestText = GuestText.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.guestText,
                });
                break;
              }
              case 13: {
                obj.guestReceipts = GuestReceipts.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.guestReceipts,
                });
                break;
              }
              case 14: {
                obj.call = CallSignal.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.call,
                });
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield* Hello.codec().stream(reader, reader.uint32(), `${prefix}.hello`, {
                  limits: opts.limits?.hello,
                });

                break;
              }
              case 2: {
                yield* SignedPresence.codec().stream(reader, reader.uint32(), `${prefix}.presence`, {
                  limits: opts.limits?.presence,
                });

                break;
              }
              case 3: {
                yield* PresenceDigest.codec().stream(reader, reader.uint32(), `${prefix}.digest`, {
                  limits: opts.limits?.digest,
                });

                break;
              }
              case 4: {
                yield* PresenceRequest.codec().stream(reader, reader.uint32(), `${prefix}.request`, {
                  limits: opts.limits?.request,
                });

                break;
              }
              case 5: {
                yield* SignedEntry.codec().stream(reader, reader.uint32(), `${prefix}.entry`, {
                  limits: opts.limits?.entry,
                });

                break;
              }
              case 6: {
                yield* Receipts.codec().stream(reader, reader.uint32(), `${prefix}.receipts`, {
                  limits: opts.limits?.receipts,
                });

                break;
              }
              case 7: {
                yield* Ping.codec().stream(reader, reader.uint32(), `${prefix}.ping`, {
                  limits: opts.limits?.ping,
                });

                break;
              }
              case 8: {
                yield* Ping.codec().stream(reader, reader.uint32(), `${prefix}.pong`, {
                  limits: opts.limits?.pong,
                });

                break;
              }
              case 9: {
                yield* Goodbye.codec().stream(reader, reader.uint32(), `${prefix}.goodbye`, {
                  limits: opts.limits?.goodbye,
                });

                break;
              }
              case 10: {
                yield* RoomProofs.codec().stream(reader, reader.uint32(), `${prefix}.proofs`, {
                  limits: opts.limits?.proofs,
                });

                break;
              }
              case 11: {
                yield* Guests.codec().stream(reader, reader.uint32(), `${prefix}.guests`, {
                  limits: opts.limits?.guests,
                });

                break;
              }
              case 12: {
                yield* GuestText.codec().stream(reader, reader.uint32(), `${prefix}.guestText`, {
                  limits: opts.limits?.guestText,
                });

                break;
              }
              case 13: {
                yield* GuestReceipts.codec().stream(reader, reader.uint32(), `${prefix}.guestReceipts`, {
                  limits: opts.limits?.guestReceipts,
                });

                break;
              }
              case 14: {
                yield* CallSignal.codec().stream(reader, reader.uint32(), `${prefix}.call`, {
                  limits: opts.limits?.call,
                });

                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface PeerMessageHelloVersionFieldEvent {
    field: '$.hello.version';
    value: number;
  }

  export interface PeerMessageHelloInstanceIdFieldEvent {
    field: '$.hello.instanceId';
    value: Uint8Array;
  }

  export interface PeerMessageHelloListenPortFieldEvent {
    field: '$.hello.listenPort';
    value: number;
  }

  export interface PeerMessageHelloProgramFieldEvent {
    field: '$.hello.program';
    value: string;
  }

  export interface PeerMessageHelloConnectionFieldEvent {
    field: '$.hello.connection';
    value: number;
  }

  export interface PeerMessagePresenceStateFieldEvent {
    field: '$.presence.state';
    value: Uint8Array;
  }

  export interface PeerMessagePresenceSignatureFieldEvent {
    field: '$.presence.signature';
    value: Uint8Array;
  }

  export interface PeerMessageDigestItemsAuthorFieldEvent {
    field: '$.digest.items[].author';
    value: Uint8Array;
    index: number;
  }

  export interface PeerMessageDigestItemsStartIdFieldEvent {
    field: '$.digest.items[].startId';
    value: number;
    index: number;
  }

  export interface PeerMessageDigestItemsCounterFieldEvent {
    field: '$.digest.items[].counter';
    value: number;
    index: number;
  }

  export interface PeerMessageDigestItemsAddressesFieldEvent {
    field: '$.digest.items[].addresses[]';
    index: number;
    value: string;
  }

  export interface PeerMessageRequestAuthorsFieldEvent {
    field: '$.request.authors[]';
    index: number;
    value: Uint8Array;
  }

  export interface PeerMessageEntryHeaderFieldEvent {
    field: '$.entry.header';
    value: Uint8Array;
  }

  export interface PeerMessageEntrySignatureFieldEvent {
    field: '$.entry.signature';
    value: Uint8Array;
  }

  export interface PeerMessageEntryBodyFieldEvent {
    field: '$.entry.body';
    value: Uint8Array;
  }

  export interface PeerMessageReceiptsReceiptsConversationFieldEvent {
    field: '$.receipts.receipts[].conversation';
    value: Uint8Array;
    index: number;
  }

  export interface PeerMessageReceiptsReceiptsAuthorFieldEvent {
    field: '$.receipts.receipts[].author';
    value: Uint8Array;
    index: number;
  }

  export interface PeerMessageReceiptsReceiptsLogIdFieldEvent {
    field: '$.receipts.receipts[].logId';
    value: Uint8Array;
    index: number;
  }

  export interface PeerMessageReceiptsReceiptsFirstFieldEvent {
    field: '$.receipts.receipts[].first';
    value: number;
    index: number;
  }

  export interface PeerMessageReceiptsReceiptsLastFieldEvent {
    field: '$.receipts.receipts[].last';
    value: number;
    index: number;
  }

  export interface PeerMessagePingTokenFieldEvent {
    field: '$.ping.token';
    value: number;
  }

  export interface PeerMessagePongTokenFieldEvent {
    field: '$.pong.token';
    value: number;
  }

  export interface PeerMessageProofsProofsFieldEvent {
    field: '$.proofs.proofs[]';
    index: number;
    value: Uint8Array;
  }

  export interface PeerMessageGuestsWholeFieldEvent {
    field: '$.guests.whole';
    value: boolean;
  }

  export interface PeerMessageGuestsHereNameFieldEvent {
    field: '$.guests.here[].name';
    value: string;
    index: number;
  }

  export interface PeerMessageGuestsHereRoomsFieldEvent {
    field: '$.guests.here[].rooms[]';
    index: number;
    value: string;
  }

  export interface PeerMessageGuestsGoneFieldEvent {
    field: '$.guests.gone[]';
    index: number;
    value: string;
  }

  export interface PeerMessageGuestTextIdFieldEvent {
    field: '$.guestText.id';
    value: Uint8Array;
  }

  export interface PeerMessageGuestTextFromFieldEvent {
    field: '$.guestText.from';
    value: string;
  }

  export interface PeerMessageGuestTextToFieldEvent {
    field: '$.guestText.to';
    value: string;
  }

  export interface PeerMessageGuestTextTextFieldEvent {
    field: '$.guestText.text';
    value: string;
  }

  export interface PeerMessageGuestTextAtFieldEvent {
    field: '$.guestText.at';
    value: number;
  }

  export interface PeerMessageGuestReceiptsReceiptsIdFieldEvent {
    field: '$.guestReceipts.receipts[].id';
    value: Uint8Array;
    index: number;
  }

  export interface PeerMessageGuestReceiptsReceiptsGuestsFieldEvent {
    field: '$.guestReceipts.receipts[].guests[]';
    index: number;
    value: string;
  }

  export interface PeerMessageGuestReceiptsReceiptsRefusalFieldEvent {
    field: '$.guestReceipts.receipts[].refusal';
    value: string;
    index: number;
  }

  export interface PeerMessageCallCallIdFieldEvent {
    field: '$.call.callId';
    value: Uint8Array;
  }

  export interface PeerMessageCallKindFieldEvent {
    field: '$.call.kind';
    value: number;
  }

  export interface PeerMessageCallModeFieldEvent {
    field: '$.call.mode';
    value: number;
  }

  export interface PeerMessageCallConversationFieldEvent {
    field: '$.call.conversation';
    value: Uint8Array;
  }

  export interface PeerMessageCallFromGuestFieldEvent {
    field: '$.call.fromGuest';
    value: string;
  }

  export interface PeerMessageCallToGuestFieldEvent {
    field: '$.call.toGuest';
    value: string;
  }

  export interface PeerMessageCallReasonFieldEvent {
    field: '$.call.reason';
    value: string;
  }

  export interface PeerMessageCallMediaKeyFieldEvent {
    field: '$.call.media.key';
    value: Uint8Array;
  }

  export interface PeerMessageCallMediaSaltFieldEvent {
    field: '$.call.media.salt';
    value: Uint8Array;
  }

  export interface PeerMessageCallMediaAudioSsrcFieldEvent {
    field: '$.call.media.audioSsrc';
    value: number;
  }

  export interface PeerMessageCallMediaVideoSsrcFieldEvent {
    field: '$.call.media.videoSsrc';
    value: number;
  }

  export interface PeerMessageCallMediaCandidatesFieldEvent {
    field: '$.call.media.candidates[]';
    index: number;
    value: string;
  }

  export interface PeerMessageCallMediaCodecsFieldEvent {
    field: '$.call.media.codecs[]';
    index: number;
    value: string;
  }

  export interface PeerMessageCallMembersAuthorFieldEvent {
    field: '$.call.members[].author';
    value: Uint8Array;
    index: number;
  }

  export interface PeerMessageCallMembersGuestFieldEvent {
    field: '$.call.members[].guest';
    value: string;
    index: number;
  }

  export interface PeerMessageCallMutedFieldEvent {
    field: '$.call.muted';
    value: number;
  }

  export function encode(obj: Partial<PeerMessage>): Uint8Array {
    return encodeMessage(obj, PeerMessage.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PeerMessage>): PeerMessage {
    return decodeMessage(buf, PeerMessage.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<PeerMessage>,
  ): Generator<
    | PeerMessageHelloVersionFieldEvent
    | PeerMessageHelloInstanceIdFieldEvent
    | PeerMessageHelloListenPortFieldEvent
    | PeerMessageHelloProgramFieldEvent
    | PeerMessageHelloConnectionFieldEvent
    | PeerMessagePresenceStateFieldEvent
    | PeerMessagePresenceSignatureFieldEvent
    | PeerMessageDigestItemsAuthorFieldEvent
    | PeerMessageDigestItemsStartIdFieldEvent
    | PeerMessageDigestItemsCounterFieldEvent
    | PeerMessageDigestItemsAddressesFieldEvent
    | PeerMessageRequestAuthorsFieldEvent
    | PeerMessageEntryHeaderFieldEvent
    | PeerMessageEntrySignatureFieldEvent
    | PeerMessageEntryBodyFieldEvent
    | PeerMessageReceiptsReceiptsConversationFieldEvent
    | PeerMessageReceiptsReceiptsAuthorFieldEvent
    | PeerMessageReceiptsReceiptsLogIdFieldEvent
    | PeerMessageReceiptsReceiptsFirstFieldEvent
    | PeerMessageReceiptsReceiptsLastFieldEvent
    | PeerMessagePingTokenFieldEvent
    | PeerMessagePongTokenFieldEvent
    | PeerMessageProofsProofsFieldEvent
    | PeerMessageGuestsWholeFieldEvent
    | PeerMessageGuestsHereNameFieldEvent
    | PeerMessageGuestsHereRoomsFieldEvent
    | PeerMessageGuestsGoneFieldEvent
    | PeerMessageGuestTextIdFieldEvent
    | PeerMessageGuestTextFromFieldEvent
    | PeerMessageGuestTextToFieldEvent
    | PeerMessageGuestTextTextFieldEvent
    | PeerMessageGuestTextAtFieldEvent
    | PeerMessageGuestReceiptsReceiptsIdFieldEvent
    | PeerMessageGuestReceiptsReceiptsGuestsFieldEvent
    | PeerMessageGuestReceiptsReceiptsRefusalFieldEvent
    | PeerMessageCallCallIdFieldEvent
    | PeerMessageCallKindFieldEvent
    | PeerMessageCallModeFieldEvent
    | PeerMessageCallConversationFieldEvent
    | PeerMessageCallFromGuestFieldEvent
    | PeerMessageCallToGuestFieldEvent
    | PeerMessageCallReasonFieldEvent
    | PeerMessageCallMediaKeyFieldEvent
    | PeerMessageCallMediaSaltFieldEvent
    | PeerMessageCallMediaAudioSsrcFieldEvent
    | PeerMessageCallMediaVideoSsrcFieldEvent
    | PeerMessageCallMediaCandidatesFieldEvent
    | PeerMessageCallMediaCodecsFieldEvent
    | PeerMessageCallMembersAuthorFieldEvent
    | PeerMessageCallMembersGuestFieldEvent
    | PeerMessageCallMutedFieldEvent
  > {
    return streamMessage(buf, PeerMessage.codec(), opts);
  }
}

export interface Hello {
  version: number;
  instanceId: Uint8Array;
  listenPort: number;
  program: string;
  connection: number;
}

export namespace Hello {
  let _codec: Codec<Hello>;

  export const codec = (): Codec<Hello> => {
    if (_codec == null) {
      _codec = message<Hello>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.version != null && obj.version !== 0) {
            w.uint32(8);
            w.uint32(obj.version);
          }

          if (obj.instanceId != null && obj.instanceId.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.instanceId);
          }

          if (obj.listenPort != null && obj.listenPort !== 0) {
            w.uint32(24);
            w.uint32(obj.listenPort);
          }

          if (obj.program != null && obj.program !== '') {
            w.uint32(34);
            w.string(obj.program);
          }

          if (obj.connection != null && obj.connection !== 0) {
            w.uint32(40);
            w.uint32(obj.connection);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            version: 0,
            instanceId: uint8ArrayAlloc(0),
            listenPort: 0,
            program: '',
            connection: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.version = reader.uint32();
                break;
              }
              case 2: {
                obj.instanceId = reader.bytes();
                break;
              }
              case 3: {
                obj.listenPort = reader.uint32();
                break;
              }
              case 4: {
                obj.program = reader.string();
                break;
              }
              case 5: {
                obj.connection = reader.uint32();
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.version`,
                  value: reader.uint32(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.instanceId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.listenPort`,
                  value: reader.uint32(),
                };
                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.program`,
                  value: reader.string(),
                };
                break;
              }
              case 5: {
                yield {
                  field: `${prefix}.connection`,
                  value: reader.uint32(),
                };
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface HelloVersionFieldEvent {
    field: '$.version';
    value: number;
  }

  export interface HelloInstanceIdFieldEvent {
    field: '$.instanceId';
    value: Uint8Array;
  }

  export interface HelloListenPortFieldEvent {
    field: '$.listenPort';
    value: number;
  }

  export interface HelloProgramFieldEvent {
    field: '$.program';
    value: string;
  }

  export interface HelloConnectionFieldEvent {
    field: '$.connection';
    value: number;
  }

  export function encode(obj: Partial<Hello>): Uint8Array {
    return encodeMessage(obj, Hello.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Hello>): Hello {
    return decodeMessage(buf, Hello.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<Hello>,
  ): Generator<
    | HelloVersionFieldEvent
    | HelloInstanceIdFieldEvent
    | HelloListenPortFieldEvent
    | HelloProgramFieldEvent
    | HelloConnectionFieldEvent
  > {
    return streamMessage(buf, Hello.codec(), opts);
  }
}

export interface SignedPresence {
  state: Uint8Array;
  signature: Uint8Array;
}

export namespace SignedPresence {
  let _codec: Codec<SignedPresence>;

  export const codec = (): Codec<SignedPresence> => {
    if (_codec == null) {
      _codec = message<SignedPresence>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.state != null && obj.state.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.state);
          }

          if (obj.signature != null && obj.signature.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.signature);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            state: uint8ArrayAlloc(0),
            signature: uint8ArrayAlloc(0),
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.state = reader.bytes();
                break;
              }
              case 2: {
                obj.signature = reader.bytes();
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.state`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.signature`,
                  value: reader.bytes(),
                };
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface SignedPresenceStateFieldEvent {
    field: '$.state';
    value: Uint8Array;
  }

  export interface SignedPresenceSignatureFieldEvent {
    field: '$.signature';
    value: Uint8Array;
  }

  export function encode(obj: Partial<SignedPresence>): Uint8Array {
    return encodeMessage(obj, SignedPresence.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SignedPresence>): SignedPresence {
    return decodeMessage(buf, SignedPresence.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SignedPresence>,
  ): Generator<SignedPresenceStateFieldEvent | SignedPresenceSignatureFieldEvent> {
    return streamMessage(buf, SignedPresence.codec(), opts);
  }
}

export interface PresenceState {
  author: Uint8Array;
  network: Uint8Array;
  startId: number;
  counter: number;
  name: string;
  status: string;
  rooms: string[];
  capabilities: string[];
}

export namespace PresenceState {
  let _codec: Codec<PresenceState>;

  export const codec = (): Codec<PresenceState> => {
    if (_codec == null) {
      _codec = message<PresenceState>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.author != null && obj.author.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.author);
          }

          if (obj.network != null && obj.network.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.network);
          }

          if (obj.startId != null && obj.startId !== 0) {
            w.uint32(24);
            w.uint64Number(obj.startId);
          }

          if (obj.counter != null && obj.counter !== 0) {
            w.uint32(32);
            w.uint64Number(obj.counter);
          }

          if (obj.name != null && obj.name !== '') {
            w.uint32(42);
            w.string(obj.name);
          }

          if (obj.status != null && obj.status !== '') {
            w.uint32(50);
            w.string(obj.status);
          }

          if (obj.rooms != null && obj.rooms.length > 0) {
            for (const value of obj.rooms) {
              w.uint32(58);
              w.string(value);
            }
          }

          if (obj.capabilities != null && obj.capabilities.length > 0) {
            for (const value of obj.capabilities) {
              w.uint32(66);
              w.string(value);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            author: uint8ArrayAlloc(0),
            network: uint8ArrayAlloc(0),
            startId: 0,
            counter: 0,
            name: '',
            status: '',
            rooms: [],
            capabilities: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.author = reader.bytes();
                break;
              }
              case 2: {
                obj.network = reader.bytes();
                break;
              }
              case 3: {
                obj.startId = reader.uint64Number();
                break;
              }
              case 4: {
                obj.counter = reader.uint64Number();
                break;
              }
              case 5: {
                obj.name = reader.string();
                break;
              }
              case 6: {
                obj.status = reader.string();
                break;
              }
              case 7: {
                if (opts.limits?.rooms != null && obj.rooms.length === opts.limits.rooms) {
                  throw new MaxLengthError('Decode error - repeated field "rooms" had too many elements');
                }

                obj.rooms.push(reader.string());
                break;
              }
              case 8: {
                if (opts.limits?.capabilities != null && obj.capabilities.length === opts.limits.capabilities) {
                  throw new MaxLengthError('Decode error - repeated field "capabilities" had too many elements');
                }

                obj.capabilities.push(reader.string());
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const obj = {
            rooms: 0,
            capabilities: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.author`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.network`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.startId`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.counter`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 5: {
                yield {
                  field: `${prefix}.name`,
                  value: reader.string(),
                };
                break;
              }
              case 6: {
                yield {
                  field: `${prefix}.status`,
                  value: reader.string(),
                };
                break;
              }
              case 7: {
                if (opts.limits?.rooms != null && obj.rooms === opts.limits.rooms) {
                  throw new MaxLengthError('Streaming decode error - repeated field "rooms" had too many elements');
                }

                yield {
                  field: `${prefix}.rooms[]`,
                  index: obj.rooms,
                  value: reader.string(),
                };

                obj.rooms++;

                break;
              }
              case 8: {
                if (opts.limits?.capabilities != null && obj.capabilities === opts.limits.capabilities) {
                  throw new MaxLengthError(
                    'Streaming decode error - repeated field "capabilities" had too many elements',
                  );
                }

                yield {
                  field: `${prefix}.capabilities[]`,
                  index: obj.capabilities,
                  value: reader.string(),
                };

                obj.capabilities++;

                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface PresenceStateAuthorFieldEvent {
    field: '$.author';
    value: Uint8Array;
  }

  export interface PresenceStateNetworkFieldEvent {
    field: '$.network';
    value: Uint8Array;
  }

  export interface PresenceStateStartIdFieldEvent {
    field: '$.startId';
    value: number;
  }

  export interface PresenceStateCounterFieldEvent {
    field: '$.counter';
    value: number;
  }

  export interface PresenceStateNameFieldEvent {
    field: '$.name';
    value: string;
  }

  export interface PresenceStateStatusFieldEvent {
    field: '$.status';
    value: string;
  }

  export interface PresenceStateRoomsFieldEvent {
    field: '$.rooms[]';
    index: number;
    value: string;
  }

  export interface PresenceStateCapabilitiesFieldEvent {
    field: '$.capabilities[]';
    index: number;
    value: string;
  }

  export function encode(obj: Partial<PresenceState>): Uint8Array {
    return encodeMessage(obj, PresenceState.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PresenceState>): PresenceState {
    return decodeMessage(buf, PresenceState.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<PresenceState>,
  ): Generator<
    | PresenceStateAuthorFieldEvent
    | PresenceStateNetworkFieldEvent
    | PresenceStateStartIdFieldEvent
    | PresenceStateCounterFieldEvent
    | PresenceStateNameFieldEvent
    | PresenceStateStatusFieldEvent
    | PresenceStateRoomsFieldEvent
    | PresenceStateCapabilitiesFieldEvent
  > {
    return streamMessage(buf, PresenceState.codec(), opts);
  }
}

export interface DigestItem {
  author: Uint8Array;
  startId: number;
  counter: number;
  addresses: string[];
}

export namespace DigestItem {
  let _codec: Codec<DigestItem>;

  export const codec = (): Codec<DigestItem> => {
    if (_codec == null) {
      _codec = message<DigestItem>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.author != null && obj.author.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.author);
          }

          if (obj.startId != null && obj.startId !== 0) {
            w.uint32(16);
            w.uint64Number(obj.startId);
          }

          if (obj.counter != null && obj.counter !== 0) {
            w.uint32(24);
            w.uint64Number(obj.counter);
          }

          if (obj.addresses != null && obj.addresses.length > 0) {
            for (const value of obj.addresses) {
              w.uint32(34);
              w.string(value);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            author: uint8ArrayAlloc(0),
            startId: 0,
            counter: 0,
            addresses: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.author = reader.bytes();
                break;
              }
              case 2: {
                obj.startId = reader.uint64Number();
                break;
              }
              case 3: {
                obj.counter = reader.uint64Number();
                break;
              }
              case 4: {
                if (opts.limits?.addresses != null && obj.addresses.length === opts.limits.addresses) {
                  throw new MaxLengthError('Decode error - repeated field "addresses" had too many elements');
                }

                obj.addresses.push(reader.string());
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const obj = {
            addresses: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.author`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.startId`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.counter`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 4: {
                if (opts.limits?.addresses != null && obj.addresses === opts.limits.addresses) {
                  throw new MaxLengthError('Streaming decode error - repeated field "addresses" had too many elements');
                }

                yield {
                  field: `${prefix}.addresses[]`,
                  index: obj.addresses,
                  value: reader.string(),
                };

                obj.addresses++;

                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface DigestItemAuthorFieldEvent {
    field: '$.author';
    value: Uint8Array;
  }

  export interface DigestItemStartIdFieldEvent {
    field: '$.startId';
    value: number;
  }

  export interface DigestItemCounterFieldEvent {
    field: '$.counter';
    value: number;
  }

  export interface DigestItemAddressesFieldEvent {
    field: '$.addresses[]';
    index: number;
    value: string;
  }

  export function encode(obj: Partial<DigestItem>): Uint8Array {
    return encodeMessage(obj, DigestItem.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DigestItem>): DigestItem {
    return decodeMessage(buf, DigestItem.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<DigestItem>,
  ): Generator<
    | DigestItemAuthorFieldEvent
    | DigestItemStartIdFieldEvent
    | DigestItemCounterFieldEvent
    | DigestItemAddressesFieldEvent
  > {
    return streamMessage(buf, DigestItem.codec(), opts);
  }
}

export interface PresenceDigest {
  items: DigestItem[];
}

export namespace PresenceDigest {
  let _codec: Codec<PresenceDigest>;

  export const codec = (): Codec<PresenceDigest> => {
    if (_codec == null) {
      _codec = message<PresenceDigest>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.items != null && obj.items.length > 0) {
            for (const value of obj.items) {
              w.uint32(10);
              DigestItem.codec().encode(value, w);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            items: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                if (opts.limits?.items != null && obj.items.length === opts.limits.items) {
                  throw new MaxLengthError('Decode error - repeated field "items" had too many elements');
                }

                obj.items.push(
                  DigestItem.codec().decode(reader, reader.uint32(), {
                    limits: opts.limits?.items$,
                  }),
                );
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const obj = {
            items: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                if (opts.limits?.items != null && obj.items === opts.limits.items) {
                  throw new MaxLengthError('Streaming decode error - repeated field "items" had too many elements');
                }

                for (const evt of DigestItem.codec().stream(reader, reader.uint32(), `${prefix}.items[]`, {
                  limits: opts.limits?.items$,
                })) {
                  yield {
                    ...evt,
                    index: obj.items,
                  };
                }

                obj.items++;

                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface PresenceDigestItemsAuthorFieldEvent {
    field: '$.items[].author';
    value: Uint8Array;
    index: number;
  }

  export interface PresenceDigestItemsStartIdFieldEvent {
    field: '$.items[].startId';
    value: number;
    index: number;
  }

  export interface PresenceDigestItemsCounterFieldEvent {
    field: '$.items[].counter';
    value: number;
    index: number;
  }

  export interface PresenceDigestItemsAddressesFieldEvent {
    field: '$.items[].addresses[]';
    index: number;
    value: string;
  }

  export function encode(obj: Partial<PresenceDigest>): Uint8Array {
    return encodeMessage(obj, PresenceDigest.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PresenceDigest>): PresenceDigest {
    return decodeMessage(buf, PresenceDigest.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<PresenceDigest>,
  ): Generator<
    | PresenceDigestItemsAuthorFieldEvent
    | PresenceDigestItemsStartIdFieldEvent
    | PresenceDigestItemsCounterFieldEvent
    | PresenceDigestItemsAddressesFieldEvent
  > {
    return streamMessage(buf, PresenceDigest.codec(), opts);
  }
}

export interface PresenceRequest {
  authors: Uint8Array[];
}

export namespace PresenceRequest {
  let _codec: Codec<PresenceRequest>;

  export const codec = (): Codec<PresenceRequest> => {
    if (_codec == null) {
      _codec = message<PresenceRequest>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.authors != null && obj.authors.length > 0) {
            for (const value of obj.authors) {
              w.uint32(10);
              w.bytes(value);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            authors: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                if (opts.limits?.authors != null && obj.authors.length === opts.limits.authors) {
                  throw new MaxLengthError('Decode error - repeated field "authors" had too many elements');
                }

                obj.authors.push(reader.bytes());
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const obj = {
            authors: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                if (opts.limits?.authors != null && obj.authors === opts.limits.authors) {
                  throw new MaxLengthError('Streaming decode error - repeated field "authors" had too many elements');
                }

                yield {
                  field: `${prefix}.authors[]`,
                  index: obj.authors,
                  value: reader.bytes(),
                };

                obj.authors++;

                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface PresenceRequestAuthorsFieldEvent {
    field: '$.authors[]';
    index: number;
    value: Uint8Array;
  }

  export function encode(obj: Partial<PresenceRequest>): Uint8Array {
    return encodeMessage(obj, PresenceRequest.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PresenceRequest>): PresenceRequest {
    return decodeMessage(buf, PresenceRequest.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<PresenceRequest>,
  ): Generator<PresenceRequestAuthorsFieldEvent> {
    return streamMessage(buf, PresenceRequest.codec(), opts);
  }
}

export interface SignedEntry {
  header: Uint8Array;
  signature: Uint8Array;
  body: Uint8Array;
}

export namespace SignedEntry {
  let _codec: Codec<SignedEntry>;

  export const codec = (): Codec<SignedEntry> => {
    if (_codec == null) {
      _codec = message<SignedEntry>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.header != null && obj.header.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.header);
          }

          if (obj.signature != null && obj.signature.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.signature);
          }

          if (obj.body != null && obj.body.byteLength > 0) {
            w.uint32(26);
            w.bytes(obj.body);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            header: uint8ArrayAlloc(0),
            signature: uint8ArrayAlloc(0),
            body: uint8ArrayAlloc(0),
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.header = reader.bytes();
                break;
              }
              case 2: {
                obj.signature = reader.bytes();
                break;
              }
              case 3: {
                obj.body = reader.bytes();
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.header`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.signature`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.body`,
                  value: reader.bytes(),
                };
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface SignedEntryHeaderFieldEvent {
    field: '$.header';
    value: Uint8Array;
  }

  export interface SignedEntrySignatureFieldEvent {
    field: '$.signature';
    value: Uint8Array;
  }

  export interface SignedEntryBodyFieldEvent {
    field: '$.body';
    value: Uint8Array;
  }

  export function encode(obj: Partial<SignedEntry>): Uint8Array {
    return encodeMessage(obj, SignedEntry.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SignedEntry>): SignedEntry {
    return decodeMessage(buf, SignedEntry.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SignedEntry>,
  ): Generator<SignedEntryHeaderFieldEvent | SignedEntrySignatureFieldEvent | SignedEntryBodyFieldEvent> {
    return streamMessage(buf, SignedEntry.codec(), opts);
  }
}

export interface Receipt {
  conversation: Uint8Array;
  author: Uint8Array;
  logId: Uint8Array;
  first: number;
  last: number;
}

export namespace Receipt {
  let _codec: Codec<Receipt>;

  export const codec = (): Codec<Receipt> => {
    if (_codec == null) {
      _codec = message<Receipt>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.conversation != null && obj.conversation.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.conversation);
          }

          if (obj.author != null && obj.author.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.author);
          }

          if (obj.logId != null && obj.logId.byteLength > 0) {
            w.uint32(26);
            w.bytes(obj.logId);
          }

          if (obj.first != null && obj.first !== 0) {
            w.uint32(32);
            w.uint64Number(obj.first);
          }

          if (obj.last != null && obj.last !== 0) {
            w.uint32(40);
            w.uint64Number(obj.last);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            conversation: uint8ArrayAlloc(0),
            author: uint8ArrayAlloc(0),
            logId: uint8ArrayAlloc(0),
            first: 0,
            last: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.conversation = reader.bytes();
                break;
              }
              case 2: {
                obj.author = reader.bytes();
                break;
              }
              case 3: {
                obj.logId = reader.bytes();
                break;
              }
              case 4: {
                obj.first = reader.uint64Number();
                break;
              }
              case 5: {
                obj.last = reader.uint64Number();
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.conversation`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.author`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.logId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.first`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 5: {
                yield {
                  field: `${prefix}.last`,
                  value: reader.uint64Number(),
                };
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface ReceiptConversationFieldEvent {
    field: '$.conversation';
    value: Uint8Array;
  }

  export interface ReceiptAuthorFieldEvent {
    field: '$.author';
    value: Uint8Array;
  }

  export interface ReceiptLogIdFieldEvent {
    field: '$.logId';
    value: Uint8Array;
  }

  export interface ReceiptFirstFieldEvent {
    field: '$.first';
    value: number;
  }

  export interface ReceiptLastFieldEvent {
    field: '$.last';
    value: number;
  }

  export function encode(obj: Partial<Receipt>): Uint8Array {
    return encodeMessage(obj, Receipt.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Receipt>): Receipt {
    return decodeMessage(buf, Receipt.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<Receipt>,
  ): Generator<
    | ReceiptConversationFieldEvent
    | ReceiptAuthorFieldEvent
    | ReceiptLogIdFieldEvent
    | ReceiptFirstFieldEvent
    | ReceiptLastFieldEvent
  > {
    return streamMessage(buf, Receipt.codec(), opts);
  }
}

export interface Receipts {
  receipts: Receipt[];
}

export namespace Receipts {
  let _codec: Codec<Receipts>;

  export const codec = (): Codec<Receipts> => {
    if (_codec == null) {
      _codec = message<Receipts>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.receipts != null && obj.receipts.length > 0) {
            for (const value of obj.receipts) {
              w.uint32(10);
              Receipt.codec().encode(value, w);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            receipts: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                if (opts.limits?.receipts != null && obj.receipts.length === opts.limits.receipts) {
                  throw new MaxLengthError('Decode error - repeated field "receipts" had too many elements');
                }

                obj.receipts.push(
                  Receipt.codec().decode(reader, reader.uint32(), {
                    limits: opts.limits?.receipts$,
                  }),
                );
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const obj = {
            receipts: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                if (opts.limits?.receipts != null && obj.receipts === opts.limits.receipts) {
                  throw new MaxLengthError('Streaming decode error - repeated field "receipts" had too many elements');
                }

                for (const evt of Receipt.codec().stream(reader, reader.uint32(), `${prefix}.receipts[]`, {
                  limits: opts.limits?.receipts$,
                })) {
                  yield {
                    ...evt,
                    index: obj.receipts,
                  };
                }

                obj.receipts++;

                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface ReceiptsReceiptsConversationFieldEvent {
    field: '$.receipts[].conversation';
    value: Uint8Array;
    index: number;
  }

  export interface ReceiptsReceiptsAuthorFieldEvent {
    field: '$.receipts[].author';
    value: Uint8Array;
    index: number;
  }

  export interface ReceiptsReceiptsLogIdFieldEvent {
    field: '$.receipts[].logId';
    value: Uint8Array;
    index: number;
  }

  export interface ReceiptsReceiptsFirstFieldEvent {
    field: '$.receipts[].first';
    value: number;
    index: number;
  }

  export interface ReceiptsReceiptsLastFieldEvent {
    field: '$.receipts[].last';
    value: number;
    index: number;
  }

  export function encode(obj: Partial<Receipts>): Uint8Array {
    return encodeMessage(obj, Receipts.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Receipts>): Receipts {
    return decodeMessage(buf, Receipts.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<Receipts>,
  ): Generator<
    | ReceiptsReceiptsConversationFieldEvent
    | ReceiptsReceiptsAuthorFieldEvent
    | ReceiptsReceiptsLogIdFieldEvent
    | ReceiptsReceiptsFirstFieldEvent
    | ReceiptsReceiptsLastFieldEvent
  > {
    return streamMessage(buf, Receipts.codec(), opts);
  }
}

export interface Ping {
  token: number;
}

export namespace Ping {
  let _codec: Codec<Ping>;

  export const codec = (): Codec<Ping> => {
    if (_codec == null) {
      _codec = message<Ping>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.token != null && obj.token !== 0) {
            w.uint32(8);
            w.uint32(obj.token);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            token: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.token = reader.uint32();
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.token`,
                  value: reader.uint32(),
                };
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface PingTokenFieldEvent {
    field: '$.token';
    value: number;
  }

  export function encode(obj: Partial<Ping>): Uint8Array {
    return encodeMessage(obj, Ping.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ping>): Ping {
    return decodeMessage(buf, Ping.codec(), opts);
  }

  export function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Ping>): Generator<PingTokenFieldEvent> {
    return streamMessage(buf, Ping.codec(), opts);
  }
}

export interface Goodbye {}

export namespace Goodbye {
  let _codec: Codec<Goodbye>;

  export const codec = (): Codec<Goodbye> => {
    if (_codec == null) {
      _codec = message<Goodbye>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {};

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export function encode(obj: Partial<Goodbye>): Uint8Array {
    return encodeMessage(obj, Goodbye.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Goodbye>): Goodbye {
    return decodeMessage(buf, Goodbye.codec(), opts);
  }

  export function stream(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Goodbye>): Generator<{}> {
    return streamMessage(buf, Goodbye.codec(), opts);
  }
}

export interface RoomProofs {
  proofs: Uint8Array[];
}

export namespace RoomProofs {
  let _codec: Codec<RoomProofs>;

  export const codec = (): Codec<RoomProofs> => {
    if (_codec == null) {
      _codec = message<RoomProofs>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.proofs != null && obj.proofs.length > 0) {
            for (const value of obj.proofs) {
              w.uint32(10);
              w.bytes(value);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            proofs: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                if (opts.limits?.proofs != null && obj.proofs.length === opts.limits.proofs) {
                  throw new MaxLengthError('Decode error - repeated field "proofs" had too many elements');
                }

                obj.proofs.push(reader.bytes());
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const obj = {
            proofs: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                if (opts.limits?.proofs != null && obj.proofs === opts.limits.proofs) {
                  throw new MaxLengthError('Streaming decode error - repeated field "proofs" had too many elements');
                }

                yield {
                  field: `${prefix}.proofs[]`,
                  index: obj.proofs,
                  value: reader.bytes(),
                };

                obj.proofs++;

                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface RoomProofsProofsFieldEvent {
    field: '$.proofs[]';
    index: number;
    value: Uint8Array;
  }

  export function encode(obj: Partial<RoomProofs>): Uint8Array {
    return encodeMessage(obj, RoomProofs.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoomProofs>): RoomProofs {
    return decodeMessage(buf, RoomProofs.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<RoomProofs>,
  ): Generator<RoomProofsProofsFieldEvent> {
    return streamMessage(buf, RoomProofs.codec(), opts);
  }
}

export interface Guest {
  name: string;
  rooms: string[];
}

export namespace Guest {
  let _codec: Codec<Guest>;

  export const codec = (): Codec<Guest> => {
    if (_codec == null) {
      _codec = message<Guest>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.name != null && obj.name !== '') {
            w.uint32(10);
            w.string(obj.name);
          }

          if (obj.rooms != null && obj.rooms.length > 0) {
            for (const value of obj.rooms) {
              w.uint32(18);
              w.string(value);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            name: '',
            rooms: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.name = reader.string();
                break;
              }
              case 2: {
                if (opts.limits?.rooms != null && obj.rooms.length === opts.limits.rooms) {
                  throw new MaxLengthError('Decode error - repeated field "rooms" had too many elements');
                }

                obj.rooms.push(reader.string());
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const obj = {
            rooms: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.name`,
                  value: reader.string(),
                };
                break;
              }
              case 2: {
                if (opts.limits?.rooms != null && obj.rooms === opts.limits.rooms) {
                  throw new MaxLengthError('Streaming decode error - repeated field "rooms" had too many elements');
                }

                yield {
                  field: `${prefix}.rooms[]`,
                  index: obj.rooms,
                  value: reader.string(),
                };

                obj.rooms++;

                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface GuestNameFieldEvent {
    field: '$.name';
    value: string;
  }

  export interface GuestRoomsFieldEvent {
    field: '$.rooms[]';
    index: number;
    value: string;
  }

  export function encode(obj: Partial<Guest>): Uint8Array {
    return encodeMessage(obj, Guest.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Guest>): Guest {
    return decodeMessage(buf, Guest.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<Guest>,
  ): Generator<GuestNameFieldEvent | GuestRoomsFieldEvent> {
    return streamMessage(buf, Guest.codec(), opts);
  }
}

export interface Guests {
  whole: boolean;
  here: Guest[];
  gone: string[];
}

export namespace Guests {
  let _codec: Codec<Guests>;

  export const codec = (): Codec<Guests> => {
    if (_codec == null) {
      _codec = message<Guests>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.whole != null && obj.whole !== false) {
            w.uint32(8);
            w.bool(obj.whole);
          }

          if (obj.here != null && obj.here.length > 0) {
            for (const value of obj.here) {
              w.uint32(18);
              Guest.codec().encode(value, w);
            }
          }

          if (obj.gone != null && obj.gone.length > 0) {
            for (const value of obj.gone) {
              w.uint32(26);
              w.string(value);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            whole: false,
            here: [],
            gone: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.whole = reader.bool();
                break;
              }
              case 2: {
                if (opts.limits?.here != null && obj.here.length === opts.limits.here) {
                  throw new MaxLengthError('Decode error - repeated field "here" had too many elements');
                }

                obj.here.push(
                  Guest.codec().decode(reader, reader.uint32(), {
                    limits: opts.limits?.here$,
                  }),
                );
                break;
              }
              case 3: {
                if (opts.limits?.gone != null && obj.gone.length === opts.limits.gone) {
                  throw new MaxLengthError('Decode error - repeated field "gone" had too many elements');
                }

                obj.gone.push(reader.string());
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const obj = {
            here: 0,
            gone: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.whole`,
                  value: reader.bool(),
                };
                break;
              }
              case 2: {
                if (opts.limits?.here != null && obj.here === opts.limits.here) {
                  throw new MaxLengthError('Streaming decode error - repeated field "here" had too many elements');
                }

                for (const evt of Guest.codec().stream(reader, reader.uint32(), `${prefix}.here[]`, {
                  limits: opts.limits?.here$,
                })) {
                  yield {
                    ...evt,
                    index: obj.here,
                  };
                }

                obj.here++;

                break;
              }
              case 3: {
                if (opts.limits?.gone != null && obj.gone === opts.limits.gone) {
                  throw new MaxLengthError('Streaming decode error - repeated field "gone" had too many elements');
                }

                yield {
                  field: `${prefix}.gone[]`,
                  index: obj.gone,
                  value: reader.string(),
                };

                obj.gone++;

                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface GuestsWholeFieldEvent {
    field: '$.whole';
    value: boolean;
  }

  export interface GuestsHereNameFieldEvent {
    field: '$.here[].name';
    value: string;
    index: number;
  }

  export interface GuestsHereRoomsFieldEvent {
    field: '$.here[].rooms[]';
    index: number;
    value: string;
  }

  export interface GuestsGoneFieldEvent {
    field: '$.gone[]';
    index: number;
    value: string;
  }

  export function encode(obj: Partial<Guests>): Uint8Array {
    return encodeMessage(obj, Guests.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<Guests>): Guests {
    return decodeMessage(buf, Guests.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<Guests>,
  ): Generator<GuestsWholeFieldEvent | GuestsHereNameFieldEvent | GuestsHereRoomsFieldEvent | GuestsGoneFieldEvent> {
    return streamMessage(buf, Guests.codec(), opts);
  }
}

export interface GuestText {
  id: Uint8Array;
  from: string;
  to: string;
  text: string;
  at: number;
}

export namespace GuestText {
  let _codec: Codec<GuestText>;

  export const codec = (): Codec<GuestText> => {
    if (_codec == null) {
      _codec = message<GuestText>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.id != null && obj.id.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.id);
          }

          if (obj.from != null && obj.from !== '') {
            w.uint32(18);
            w.string(obj.from);
          }

          if (obj.to != null && obj.to !== '') {
            w.uint32(26);
            w.string(obj.to);
          }

          if (obj.text != null && obj.text !== '') {
            w.uint32(34);
            w.string(obj.text);
          }

          if (obj.at != null && obj.at !== 0) {
            w.uint32(40);
            w.uint64Number(obj.at);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            id: uint8ArrayAlloc(0),
            from: '',
            to: '',
            text: '',
            at: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.id = reader.bytes();
                break;
              }
              case 2: {
                obj.from = reader.string();
                break;
              }
              case 3: {
                obj.to = reader.string();
                break;
              }
              case 4: {
                obj.text = reader.string();
                break;
              }
              case 5: {
                obj.at = reader.uint64Number();
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.id`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.from`,
                  value: reader.string(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.to`,
                  value: reader.string(),
                };
                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.text`,
                  value: reader.string(),
                };
                break;
              }
              case 5: {
                yield {
                  field: `${prefix}.at`,
                  value: reader.uint64Number(),
                };
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface GuestTextIdFieldEvent {
    field: '$.id';
    value: Uint8Array;
  }

  export interface GuestTextFromFieldEvent {
    field: '$.from';
    value: string;
  }

  export interface GuestTextToFieldEvent {
    field: '$.to';
    value: string;
  }

  export interface GuestTextTextFieldEvent {
    field: '$.text';
    value: string;
  }

  export interface GuestTextAtFieldEvent {
    field: '$.at';
    value: number;
  }

  export function encode(obj: Partial<GuestText>): Uint8Array {
    return encodeMessage(obj, GuestText.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GuestText>): GuestText {
    return decodeMessage(buf, GuestText.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<GuestText>,
  ): Generator<
    | GuestTextIdFieldEvent
    | GuestTextFromFieldEvent
    | GuestTextToFieldEvent
    | GuestTextTextFieldEvent
    | GuestTextAtFieldEvent
  > {
    return streamMessage(buf, GuestText.codec(), opts);
  }
}

export interface GuestReceipts {
  receipts: GuestReceipt[];
}

export namespace GuestReceipts {
  let _codec: Codec<GuestReceipts>;

  export const codec = (): Codec<GuestReceipts> => {
    if (_codec == null) {
      _codec = message<GuestReceipts>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.receipts != null && obj.receipts.length > 0) {
            for (const value of obj.receipts) {
              w.uint32(10);
              GuestReceipt.codec().encode(value, w);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            receipts: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                if (opts.limits?.receipts != null && obj.receipts.length === opts.limits.receipts) {
                  throw new MaxLengthError('Decode error - repeated field "receipts" had too many elements');
                }

                obj.receipts.push(
                  GuestReceipt.codec().decode(reader, reader.uint32(), {
                    limits: opts.limits?.receipts$,
                  }),
                );
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const obj = {
            receipts: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                if (opts.limits?.receipts != null && obj.receipts === opts.limits.receipts) {
                  throw new MaxLengthError('Streaming decode error - repeated field "receipts" had too many elements');
                }

                for (const evt of GuestReceipt.codec().stream(reader, reader.uint32(), `${prefix}.receipts[]`, {
                  limits: opts.limits?.receipts$,
                })) {
                  yield {
                    ...evt,
                    index: obj.receipts,
                  };
                }

                obj.receipts++;

                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface GuestReceiptsReceiptsIdFieldEvent {
    field: '$.receipts[].id';
    value: Uint8Array;
    index: number;
  }

  export interface GuestReceiptsReceiptsGuestsFieldEvent {
    field: '$.receipts[].guests[]';
    index: number;
    value: string;
  }

  export interface GuestReceiptsReceiptsRefusalFieldEvent {
    field: '$.receipts[].refusal';
    value: string;
    index: number;
  }

  export function encode(obj: Partial<GuestReceipts>): Uint8Array {
    return encodeMessage(obj, GuestReceipts.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GuestReceipts>): GuestReceipts {
    return decodeMessage(buf, GuestReceipts.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<GuestReceipts>,
  ): Generator<
    GuestReceiptsReceiptsIdFieldEvent | GuestReceiptsReceiptsGuestsFieldEvent | GuestReceiptsReceiptsRefusalFieldEvent
  > {
    return streamMessage(buf, GuestReceipts.codec(), opts);
  }
}

export interface GuestReceipt {
  id: Uint8Array;
  guests: string[];
  refusal: string;
}

export namespace GuestReceipt {
  let _codec: Codec<GuestReceipt>;

  export const codec = (): Codec<GuestReceipt> => {
    if (_codec == null) {
      _codec = message<GuestReceipt>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.id != null && obj.id.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.id);
          }

          if (obj.guests != null && obj.guests.length > 0) {
            for (const value of obj.guests) {
              w.uint32(18);
              w.string(value);
            }
          }

          if (obj.refusal != null && obj.refusal !== '') {
            w.uint32(26);
            w.string(obj.refusal);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            id: uint8ArrayAlloc(0),
            guests: [],
            refusal: '',
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.id = reader.bytes();
                break;
              }
              case 2: {
                if (opts.limits?.guests != null && obj.guests.length === opts.limits.guests) {
                  throw new MaxLengthError('Decode error - repeated field "guests" had too many elements');
                }

                obj.guests.push(reader.string());
                break;
              }
              case 3: {
                obj.refusal = reader.string();
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const obj = {
            guests: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.id`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                if (opts.limits?.guests != null && obj.guests === opts.limits.guests) {
                  throw new MaxLengthError('Streaming decode error - repeated field "guests" had too many elements');
                }

                yield {
                  field: `${prefix}.guests[]`,
                  index: obj.guests,
                  value: reader.string(),
                };

                obj.guests++;

                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.refusal`,
                  value: reader.string(),
                };
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface GuestReceiptIdFieldEvent {
    field: '$.id';
    value: Uint8Array;
  }

  export interface GuestReceiptGuestsFieldEvent {
    field: '$.guests[]';
    index: number;
    value: string;
  }

  export interface GuestReceiptRefusalFieldEvent {
    field: '$.refusal';
    value: string;
  }

  export function encode(obj: Partial<GuestReceipt>): Uint8Array {
    return encodeMessage(obj, GuestReceipt.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<GuestReceipt>): GuestReceipt {
    return decodeMessage(buf, GuestReceipt.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<GuestReceipt>,
  ): Generator<GuestReceiptIdFieldEvent | GuestReceiptGuestsFieldEvent | GuestReceiptRefusalFieldEvent> {
    return streamMessage(buf, GuestReceipt.codec(), opts);
  }
}

export interface CallSignal {
  callId: Uint8Array;
  kind: number;
  mode: number;
  conversation: Uint8Array;
  fromGuest: string;
  toGuest: string;
  reason: string;
  media?: MediaOffer;
  members: CallMember[];
  muted: number;
}

export namespace CallSignal {
  let _codec: Codec<CallSignal>;

  export const codec = (): Codec<CallSignal> => {
    if (_codec == null) {
      _codec = message<CallSignal>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.callId != null && obj.callId.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.callId);
          }

          if (obj.kind != null && obj.kind !== 0) {
            w.uint32(16);
            w.uint32(obj.kind);
          }

          if (obj.mode != null && obj.mode !== 0) {
            w.uint32(24);
            w.uint32(obj.mode);
          }

          if (obj.conversation != null && obj.conversation.byteLength > 0) {
            w.uint32(34);
            w.bytes(obj.conversation);
          }

          if (obj.fromGuest != null && obj.fromGuest !== '') {
            w.uint32(42);
            w.string(obj.fromGuest);
          }

          if (obj.toGuest != null && obj.toGuest !== '') {
            w.uint32(50);
            w.string(obj.toGuest);
          }

          if (obj.reason != null && obj.reason !== '') {
            w.uint32(58);
            w.string(obj.reason);
          }

          if (obj.media != null) {
            w.uint32(66);
            MediaOffer.codec().encode(obj.media, w);
          }

          if (obj.members != null && obj.members.length > 0) {
            for (const value of obj.members) {
              w.uint32(74);
              CallMember.codec().encode(value, w);
            }
          }

          if (obj.muted != null && obj.muted !== 0) {
            w.uint32(80);
            w.uint32(obj.muted);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            callId: uint8ArrayAlloc(0),
            kind: 0,
            mode: 0,
            conversation: uint8ArrayAlloc(0),
            fromGuest: '',
            toGuest: '',
            reason: '',
            members: [],
            muted: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.callId = reader.bytes();
                break;
              }
              case 2: {
                obj.kind = reader.uint32();
                break;
              }
              case 3: {
                obj.mode = reader.uint32();
                break;
              }
              case 4: {
                obj.conversation = reader.bytes();
                break;
              }
              case 5: {
                obj.fromGuest = reader.string();
                break;
              }
              case 6: {
                obj.toGuest = reader.string();
                break;
              }
              case 7: {
                obj.reason = reader.string();
                break;
              }
              case 8: {
                obj.media = MediaOffer.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.media,
                });
                break;
              }
              case 9: {
                if (opts.limits?.members != null && obj.members.length === opts.limits.members) {
                  throw new MaxLengthError('Decode error - repeated field "members" had too many elements');
                }

                obj.members.push(
                  CallMember.codec().decode(reader, reader.uint32(), {
                    limits: opts.limits?.members$,
                  }),
                );
                break;
              }
              case 10: {
                obj.muted = reader.uint32();
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const obj = {
            members: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.callId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.kind`,
                  value: reader.uint32(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.mode`,
                  value: reader.uint32(),
                };
                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.conversation`,
                  value: reader.bytes(),
                };
                break;
              }
              case 5: {
                yield {
                  field: `${prefix}.fromGuest`,
                  value: reader.string(),
                };
                break;
              }
              case 6: {
                yield {
                  field: `${prefix}.toGuest`,
                  value: reader.string(),
                };
                break;
              }
              case 7: {
                yield {
                  field: `${prefix}.reason`,
                  value: reader.string(),
                };
                break;
              }
              case 8: {
                yield* MediaOffer.codec().stream(reader, reader.uint32(), `${prefix}.media`, {
                  limits: opts.limits?.media,
                });

                break;
              }
              case 9: {
                if (opts.limits?.members != null && obj.members === opts.limits.members) {
                  throw new MaxLengthError('Streaming decode error - repeated field "members" had too many elements');
                }

                for (const evt of CallMember.codec().stream(reader, reader.uint32(), `${prefix}.members[]`, {
                  limits: opts.limits?.members$,
                })) {
                  yield {
                    ...evt,
                    index: obj.members,
                  };
                }

                obj.members++;

                break;
              }
              case 10: {
                yield {
                  field: `${prefix}.muted`,
                  value: reader.uint32(),
                };
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface CallSignalCallIdFieldEvent {
    field: '$.callId';
    value: Uint8Array;
  }

  export interface CallSignalKindFieldEvent {
    field: '$.kind';
    value: number;
  }

  export interface CallSignalModeFieldEvent {
    field: '$.mode';
    value: number;
  }

  export interface CallSignalConversationFieldEvent {
    field: '$.conversation';
    value: Uint8Array;
  }

  export interface CallSignalFromGuestFieldEvent {
    field: '$.fromGuest';
    value: string;
  }

  export interface CallSignalToGuestFieldEvent {
    field: '$.toGuest';
    value: string;
  }

  export interface CallSignalReasonFieldEvent {
    field: '$.reason';
    value: string;
  }

  export interface CallSignalMediaKeyFieldEvent {
    field: '$.media.key';
    value: Uint8Array;
  }

  export interface CallSignalMediaSaltFieldEvent {
    field: '$.media.salt';
    value: Uint8Array;
  }

  export interface CallSignalMediaAudioSsrcFieldEvent {
    field: '$.media.audioSsrc';
    value: number;
  }

  export interface CallSignalMediaVideoSsrcFieldEvent {
    field: '$.media.videoSsrc';
    value: number;
  }

  export interface CallSignalMediaCandidatesFieldEvent {
    field: '$.media.candidates[]';
    index: number;
    value: string;
  }

  export interface CallSignalMediaCodecsFieldEvent {
    field: '$.media.codecs[]';
    index: number;
    value: string;
  }

  export interface CallSignalMembersAuthorFieldEvent {
    field: '$.members[].author';
    value: Uint8Array;
    index: number;
  }

  export interface CallSignalMembersGuestFieldEvent {
    field: '$.members[].guest';
    value: string;
    index: number;
  }

  export interface CallSignalMutedFieldEvent {
    field: '$.muted';
    value: number;
  }

  export function encode(obj: Partial<CallSignal>): Uint8Array {
    return encodeMessage(obj, CallSignal.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CallSignal>): CallSignal {
    return decodeMessage(buf, CallSignal.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<CallSignal>,
  ): Generator<
    | CallSignalCallIdFieldEvent
    | CallSignalKindFieldEvent
    | CallSignalModeFieldEvent
    | CallSignalConversationFieldEvent
    | CallSignalFromGuestFieldEvent
    | CallSignalToGuestFieldEvent
    | CallSignalReasonFieldEvent
    | CallSignalMediaKeyFieldEvent
    | CallSignalMediaSaltFieldEvent
    | CallSignalMediaAudioSsrcFieldEvent
    | CallSignalMediaVideoSsrcFieldEvent
    | CallSignalMediaCandidatesFieldEvent
    | CallSignalMediaCodecsFieldEvent
    | CallSignalMembersAuthorFieldEvent
    | CallSignalMembersGuestFieldEvent
    | CallSignalMutedFieldEvent
  > {
    return streamMessage(buf, CallSignal.codec(), opts);
  }
}

export interface MediaOffer {
  key: Uint8Array;
  salt: Uint8Array;
  audioSsrc: number;
  videoSsrc: number;
  candidates: string[];
  codecs: string[];
}

export namespace MediaOffer {
  let _codec: Codec<MediaOffer>;

  export const codec = (): Codec<MediaOffer> => {
    if (_codec == null) {
      _codec = message<MediaOffer>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.key != null && obj.key.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.key);
          }

          if (obj.salt != null && obj.salt.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.salt);
          }

          if (obj.audioSsrc != null && obj.audioSsrc !== 0) {
            w.uint32(24);
            w.uint32(obj.audioSsrc);
          }

          if (obj.videoSsrc != null && obj.videoSsrc !== 0) {
            w.uint32(32);
            w.uint32(obj.videoSsrc);
          }

          if (obj.candidates != null && obj.candidates.length > 0) {
            for (const value of obj.candidates) {
              w.uint32(42);
              w.string(value);
            }
          }

          if (obj.codecs != null && obj.codecs.length > 0) {
            for (const value of obj.codecs) {
              w.uint32(50);
              w.string(value);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            key: uint8ArrayAlloc(0),
            salt: uint8ArrayAlloc(0),
            audioSsrc: 0,
            videoSsrc: 0,
            candidates: [],
            codecs: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.key = reader.bytes();
                break;
              }
              case 2: {
                obj.salt = reader.bytes();
                break;
              }
              case 3: {
                obj.audioSsrc = reader.uint32();
                break;
              }
              case 4: {
                obj.videoSsrc = reader.uint32();
                break;
              }
              case 5: {
                if (opts.limits?.candidates != null && obj.candidates.length === opts.limits.candidates) {
                  throw new MaxLengthError('Decode error - repeated field "candidates" had too many elements');
                }

                obj.candidates.push(reader.string());
                break;
              }
              case 6: {
                if (opts.limits?.codecs != null && obj.codecs.length === opts.limits.codecs) {
                  throw new MaxLengthError('Decode error - repeated field "codecs" had too many elements');
                }

                obj.codecs.push(reader.string());
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const obj = {
            candidates: 0,
            codecs: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.key`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.salt`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.audioSsrc`,
                  value: reader.uint32(),
                };
                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.videoSsrc`,
                  value: reader.uint32(),
                };
                break;
              }
              case 5: {
                if (opts.limits?.candidates != null && obj.candidates === opts.limits.candidates) {
                  throw new MaxLengthError(
                    'Streaming decode error - repeated field "candidates" had too many elements',
                  );
                }

                yield {
                  field: `${prefix}.candidates[]`,
                  index: obj.candidates,
                  value: reader.string(),
                };

                obj.candidates++;

                break;
              }
              case 6: {
                if (opts.limits?.codecs != null && obj.codecs === opts.limits.codecs) {
                  throw new MaxLengthError('Streaming decode error - repeated field "codecs" had too many elements');
                }

                yield {
                  field: `${prefix}.codecs[]`,
                  index: obj.codecs,
                  value: reader.string(),
                };

                obj.codecs++;

                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface MediaOfferKeyFieldEvent {
    field: '$.key';
    value: Uint8Array;
  }

  export interface MediaOfferSaltFieldEvent {
    field: '$.salt';
    value: Uint8Array;
  }

  export interface MediaOfferAudioSsrcFieldEvent {
    field: '$.audioSsrc';
    value: number;
  }

  export interface MediaOfferVideoSsrcFieldEvent {
    field: '$.videoSsrc';
    value: number;
  }

  export interface MediaOfferCandidatesFieldEvent {
    field: '$.candidates[]';
    index: number;
    value: string;
  }

  export interface MediaOfferCodecsFieldEvent {
    field: '$.codecs[]';
    index: number;
    value: string;
  }

  export function encode(obj: Partial<MediaOffer>): Uint8Array {
    return encodeMessage(obj, MediaOffer.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MediaOffer>): MediaOffer {
    return decodeMessage(buf, MediaOffer.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<MediaOffer>,
  ): Generator<
    | MediaOfferKeyFieldEvent
    | MediaOfferSaltFieldEvent
    | MediaOfferAudioSsrcFieldEvent
    | MediaOfferVideoSsrcFieldEvent
    | MediaOfferCandidatesFieldEvent
    | MediaOfferCodecsFieldEvent
  > {
    return streamMessage(buf, MediaOffer.codec(), opts);
  }
}

export interface CallMember {
  author: Uint8Array;
  guest: string;
}

export namespace CallMember {
  let _codec: Codec<CallMember>;

  export const codec = (): Codec<CallMember> => {
    if (_codec == null) {
      _codec = message<CallMember>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.author != null && obj.author.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.author);
          }

          if (obj.guest != null && obj.guest !== '') {
            w.uint32(18);
            w.string(obj.guest);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            author: uint8ArrayAlloc(0),
            guest: '',
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.author = reader.bytes();
                break;
              }
              case 2: {
                obj.guest = reader.string();
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }

          return obj;
        },
        function* (reader, length, prefix, opts = {}) {
          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.author`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.guest`,
                  value: reader.string(),
                };
                break;
              }
              default: {
                reader.skipType(tag & 7);
                break;
              }
            }
          }
        },
      );
    }

    return _codec;
  };

  export interface CallMemberAuthorFieldEvent {
    field: '$.author';
    value: Uint8Array;
  }

  export interface CallMemberGuestFieldEvent {
    field: '$.guest';
    value: string;
  }

  export function encode(obj: Partial<CallMember>): Uint8Array {
    return encodeMessage(obj, CallMember.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CallMember>): CallMember {
    return decodeMessage(buf, CallMember.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<CallMember>,
  ): Generator<CallMemberAuthorFieldEvent | CallMemberGuestFieldEvent> {
    return streamMessage(buf, CallMember.codec(), opts);
  }
}

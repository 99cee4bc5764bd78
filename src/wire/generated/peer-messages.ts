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

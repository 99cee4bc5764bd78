import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';

export interface FileMessage {
  state?: CopyState;
  pieces?: NewPieces;
  hashesWanted?: HashesWanted;
  hashes?: PieceHashes;
  open?: ChannelOpen;
  answer?: ChannelAnswer;
  turn?: ChannelTurn;
  data?: ChannelData;
  end?: ChannelEnd;
}

export namespace FileMessage {
  let _codec: Codec<FileMessage>;

  export const codec = (): Codec<FileMessage> => {
    if (_codec == null) {
      _codec = message<FileMessage>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.state != null) {
            w.uint32(10);
            CopyState.codec().encode(obj.state, w);
          }

          if (obj.pieces != null) {
            w.uint32(18);
            NewPieces.codec().encode(obj.pieces, w);
          }

          if (obj.hashesWanted != null) {
            w.uint32(26);
            HashesWanted.codec().encode(obj.hashesWanted, w);
          }

          if (obj.hashes != null) {
            w.uint32(34);
            PieceHashes.codec().encode(obj.hashes, w);
          }

          if (obj.open != null) {
            w.uint32(42);
            ChannelOpen.codec().encode(obj.open, w);
          }

          if (obj.answer != null) {
            w.uint32(50);
            ChannelAnswer.codec().encode(obj.answer, w);
          }

          if (obj.turn != null) {
            w.uint32(58);
            ChannelTurn.codec().encode(obj.turn, w);
          }

          if (obj.data != null) {
            w.uint32(66);
            ChannelData.codec().encode(obj.data, w);
          }

          if (obj.end != null) {
            w.uint32(74);
            ChannelEnd.codec().encode(obj.end, w);
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
                obj.state = CopyState.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.state,
                });
                break;
              }
              case 2: {
                obj.pieces = NewPieces.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.pieces,
                });
                break;
              }
              case 3: {
                obj.hashesWanted = HashesWanted.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.hashesWanted,
                });
                break;
              }
              case 4: {
                obj.hashes = PieceHashes.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.hashes,
                });
                break;
              }
              case 5: {
                obj.open = ChannelOpen.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.open,
                });
                break;
              }
              case 6: {
                obj.answer = ChannelAnswer.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.answer,
                });
                break;
              }
              case 7: {
                obj.turn = ChannelTurn.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.turn,
                });
                break;
              }
              case 8: {
                obj.data = ChannelData.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.data,
                });
                break;
              }
              case 9: {
                obj.end = ChannelEnd.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.end,
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
                yield* CopyState.codec().stream(reader, reader.uint32(), `${prefix}.state`, {
                  limits: opts.limits?.state,
                });

                break;
              }
              case 2: {
                yield* NewPieces.codec().stream(reader, reader.uint32(), `${prefix}.pieces`, {
                  limits: opts.limits?.pieces,
                });

                break;
              }
              case 3: {
                yield* HashesWanted.codec().stream(reader, reader.uint32(), `${prefix}.hashesWanted`, {
                  limits: opts.limits?.hashesWanted,
                });

                break;
              }
              case 4: {
                yield* PieceHashes.codec().stream(reader, reader.uint32(), `${prefix}.hashes`, {
                  limits: opts.limits?.hashes,
                });

                break;
              }
              case 5: {
                yield* ChannelOpen.codec().stream(reader, reader.uint32(), `${prefix}.open`, {
                  limits: opts.limits?.open,
                });

                break;
              }
              case 6: {
                yield* ChannelAnswer.codec().stream(reader, reader.uint32(), `${prefix}.answer`, {
                  limits: opts.limits?.answer,
                });

                break;
              }
              case 7: {
                yield* ChannelTurn.codec().stream(reader, reader.uint32(), `${prefix}.turn`, {
                  limits: opts.limits?.turn,
                });

                break;
              }
              case 8: {
                yield* ChannelData.codec().stream(reader, reader.uint32(), `${prefix}.data`, {
                  limits: opts.limits?.data,
                });

                break;
              }
              case 9: {
                yield* ChannelEnd.codec().stream(reader, reader.uint32(), `${prefix}.end`, {
                  limits: opts.limits?.end,
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

  export interface FileMessageStateTransferIdFieldEvent {
    field: '$.state.transferId';
    value: Uint8Array;
  }

  export interface FileMessageStatePhaseFieldEvent {
    field: '$.state.phase';
    value: number;
  }

  export interface FileMessageStateReasonFieldEvent {
    field: '$.state.reason';
    value: string;
  }

  export interface FileMessageStateHaveFieldEvent {
    field: '$.state.have';
    value: Uint8Array;
  }

  export interface FileMessageStateReplyFieldEvent {
    field: '$.state.reply';
    value: boolean;
  }

  export interface FileMessagePiecesTransferIdFieldEvent {
    field: '$.pieces.transferId';
    value: Uint8Array;
  }

  export interface FileMessagePiecesPiecesFieldEvent {
    field: '$.pieces.pieces[]';
    index: number;
    value: number;
  }

  export interface FileMessageHashesWantedTransferIdFieldEvent {
    field: '$.hashesWanted.transferId';
    value: Uint8Array;
  }

  export interface FileMessageHashesWantedFirstFieldEvent {
    field: '$.hashesWanted.first';
    value: number;
  }

  export interface FileMessageHashesWantedCountFieldEvent {
    field: '$.hashesWanted.count';
    value: number;
  }

  export interface FileMessageHashesTransferIdFieldEvent {
    field: '$.hashes.transferId';
    value: Uint8Array;
  }

  export interface FileMessageHashesFirstFieldEvent {
    field: '$.hashes.first';
    value: number;
  }

  export interface FileMessageHashesHashesFieldEvent {
    field: '$.hashes.hashes';
    value: Uint8Array;
  }

  export interface FileMessageOpenChannelIdFieldEvent {
    field: '$.open.channelId';
    value: Uint8Array;
  }

  export interface FileMessageOpenSecretFieldEvent {
    field: '$.open.secret';
    value: Uint8Array;
  }

  export interface FileMessageOpenTransferIdFieldEvent {
    field: '$.open.transferId';
    value: Uint8Array;
  }

  export interface FileMessageOpenPortFieldEvent {
    field: '$.open.port';
    value: number;
  }

  export interface FileMessageOpenLinkFieldEvent {
    field: '$.open.link';
    value: boolean;
  }

  export interface FileMessageAnswerChannelIdFieldEvent {
    field: '$.answer.channelId';
    value: Uint8Array;
  }

  export interface FileMessageAnswerPortFieldEvent {
    field: '$.answer.port';
    value: number;
  }

  export interface FileMessageAnswerRefusalFieldEvent {
    field: '$.answer.refusal';
    value: string;
  }

  export interface FileMessageTurnChannelIdFieldEvent {
    field: '$.turn.channelId';
    value: Uint8Array;
  }

  export interface FileMessageDataChannelIdFieldEvent {
    field: '$.data.channelId';
    value: Uint8Array;
  }

  export interface FileMessageDataBytesFieldEvent {
    field: '$.data.bytes';
    value: Uint8Array;
  }

  export interface FileMessageEndChannelIdFieldEvent {
    field: '$.end.channelId';
    value: Uint8Array;
  }

  export function encode(obj: Partial<FileMessage>): Uint8Array {
    return encodeMessage(obj, FileMessage.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FileMessage>): FileMessage {
    return decodeMessage(buf, FileMessage.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<FileMessage>,
  ): Generator<
    | FileMessageStateTransferIdFieldEvent
    | FileMessageStatePhaseFieldEvent
    | FileMessageStateReasonFieldEvent
    | FileMessageStateHaveFieldEvent
    | FileMessageStateReplyFieldEvent
    | FileMessagePiecesTransferIdFieldEvent
    | FileMessagePiecesPiecesFieldEvent
    | FileMessageHashesWantedTransferIdFieldEvent
    | FileMessageHashesWantedFirstFieldEvent
    | FileMessageHashesWantedCountFieldEvent
    | FileMessageHashesTransferIdFieldEvent
    | FileMessageHashesFirstFieldEvent
    | FileMessageHashesHashesFieldEvent
    | FileMessageOpenChannelIdFieldEvent
    | FileMessageOpenSecretFieldEvent
    | FileMessageOpenTransferIdFieldEvent
    | FileMessageOpenPortFieldEvent
    | FileMessageOpenLinkFieldEvent
    | FileMessageAnswerChannelIdFieldEvent
    | FileMessageAnswerPortFieldEvent
    | FileMessageAnswerRefusalFieldEvent
    | FileMessageTurnChannelIdFieldEvent
    | FileMessageDataChannelIdFieldEvent
    | FileMessageDataBytesFieldEvent
    | FileMessageEndChannelIdFieldEvent
  > {
    return streamMessage(buf, FileMessage.codec(), opts);
  }
}

export interface CopyState {
  transferId: Uint8Array;
  phase: number;
  reason: string;
  have: Uint8Array;
  reply: boolean;
}

export namespace CopyState {
  let _codec: Codec<CopyState>;

  export const codec = (): Codec<CopyState> => {
    if (_codec == null) {
      _codec = message<CopyState>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.transferId != null && obj.transferId.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.transferId);
          }

          if (obj.phase != null && obj.phase !== 0) {
            w.uint32(16);
            w.uint32(obj.phase);
          }

          if (obj.reason != null && obj.reason !== '') {
            w.uint32(26);
            w.string(obj.reason);
          }

          if (obj.have != null && obj.have.byteLength > 0) {
            w.uint32(34);
            w.bytes(obj.have);
          }

          if (obj.reply != null && obj.reply !== false) {
            w.uint32(40);
            w.bool(obj.reply);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            transferId: uint8ArrayAlloc(0),
            phase: 0,
            reason: '',
            have: uint8ArrayAlloc(0),
            reply: false,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.transferId = reader.bytes();
                break;
              }
              case 2: {
                obj.phase = reader.uint32();
                break;
              }
              case 3: {
                obj.reason = reader.string();
                break;
              }
              case 4: {
                obj.have = reader.bytes();
                break;
              }
              case 5: {
                obj.reply = reader.bool();
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
                  field: `${prefix}.transferId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.phase`,
                  value: reader.uint32(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.reason`,
                  value: reader.string(),
                };
                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.have`,
                  value: reader.bytes(),
                };
                break;
              }
              case 5: {
                yield {
                  field: `${prefix}.reply`,
                  value: reader.bool(),
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

  export interface CopyStateTransferIdFieldEvent {
    field: '$.transferId';
    value: Uint8Array;
  }

  export interface CopyStatePhaseFieldEvent {
    field: '$.phase';
    value: number;
  }

  export interface CopyStateReasonFieldEvent {
    field: '$.reason';
    value: string;
  }

  export interface CopyStateHaveFieldEvent {
    field: '$.have';
    value: Uint8Array;
  }

  export interface CopyStateReplyFieldEvent {
    field: '$.reply';
    value: boolean;
  }

  export function encode(obj: Partial<CopyState>): Uint8Array {
    return encodeMessage(obj, CopyState.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<CopyState>): CopyState {
    return decodeMessage(buf, CopyState.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<CopyState>,
  ): Generator<
    | CopyStateTransferIdFieldEvent
    | CopyStatePhaseFieldEvent
    | CopyStateReasonFieldEvent
    | CopyStateHaveFieldEvent
    | CopyStateReplyFieldEvent
  > {
    return streamMessage(buf, CopyState.codec(), opts);
  }
}

export interface NewPieces {
  transferId: Uint8Array;
  pieces: number[];
}

export namespace NewPieces {
  let _codec: Codec<NewPieces>;

  export const codec = (): Codec<NewPieces> => {
    if (_codec == null) {
      _codec = message<NewPieces>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.transferId != null && obj.transferId.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.transferId);
          }

          if (obj.pieces != null && obj.pieces.length > 0) {
            for (const value of obj.pieces) {
              w.uint32(16);
              w.uint32(value);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            transferId: uint8ArrayAlloc(0),
            pieces: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.transferId = reader.bytes();
                break;
              }
              case 2: {
                if (opts.limits?.pieces != null && obj.pieces.length === opts.limits.pieces) {
                  throw new MaxLengthError('Decode error - repeated field "pieces" had too many elements');
                }

                obj.pieces.push(reader.uint32());
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
            pieces: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.transferId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                if (opts.limits?.pieces != null && obj.pieces === opts.limits.pieces) {
                  throw new MaxLengthError('Streaming decode error - repeated field "pieces" had too many elements');
                }

                yield {
                  field: `${prefix}.pieces[]`,
                  index: obj.pieces,
                  value: reader.uint32(),
                };

                obj.pieces++;

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

  export interface NewPiecesTransferIdFieldEvent {
    field: '$.transferId';
    value: Uint8Array;
  }

  export interface NewPiecesPiecesFieldEvent {
    field: '$.pieces[]';
    index: number;
    value: number;
  }

  export function encode(obj: Partial<NewPieces>): Uint8Array {
    return encodeMessage(obj, NewPieces.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<NewPieces>): NewPieces {
    return decodeMessage(buf, NewPieces.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<NewPieces>,
  ): Generator<NewPiecesTransferIdFieldEvent | NewPiecesPiecesFieldEvent> {
    return streamMessage(buf, NewPieces.codec(), opts);
  }
}

export interface HashesWanted {
  transferId: Uint8Array;
  first: number;
  count: number;
}

export namespace HashesWanted {
  let _codec: Codec<HashesWanted>;

  export const codec = (): Codec<HashesWanted> => {
    if (_codec == null) {
      _codec = message<HashesWanted>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.transferId != null && obj.transferId.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.transferId);
          }

          if (obj.first != null && obj.first !== 0) {
            w.uint32(16);
            w.uint32(obj.first);
          }

          if (obj.count != null && obj.count !== 0) {
            w.uint32(24);
            w.uint32(obj.count);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            transferId: uint8ArrayAlloc(0),
            first: 0,
            count: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.transferId = reader.bytes();
                break;
              }
              case 2: {
                obj.first = reader.uint32();
                break;
              }
              case 3: {
                obj.count = reader.uint32();
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
                  field: `${prefix}.transferId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.first`,
                  value: reader.uint32(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.count`,
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

  export interface HashesWantedTransferIdFieldEvent {
    field: '$.transferId';
    value: Uint8Array;
  }

  export interface HashesWantedFirstFieldEvent {
    field: '$.first';
    value: number;
  }

  export interface HashesWantedCountFieldEvent {
    field: '$.count';
    value: number;
  }

  export function encode(obj: Partial<HashesWanted>): Uint8Array {
    return encodeMessage(obj, HashesWanted.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<HashesWanted>): HashesWanted {
    return decodeMessage(buf, HashesWanted.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<HashesWanted>,
  ): Generator<HashesWantedTransferIdFieldEvent | HashesWantedFirstFieldEvent | HashesWantedCountFieldEvent> {
    return streamMessage(buf, HashesWanted.codec(), opts);
  }
}

export interface PieceHashes {
  transferId: Uint8Array;
  first: number;
  hashes: Uint8Array;
}

export namespace PieceHashes {
  let _codec: Codec<PieceHashes>;

  export const codec = (): Codec<PieceHashes> => {
    if (_codec == null) {
      _codec = message<PieceHashes>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.transferId != null && obj.transferId.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.transferId);
          }

          if (obj.first != null && obj.first !== 0) {
            w.uint32(16);
            w.uint32(obj.first);
          }

          if (obj.hashes != null && obj.hashes.byteLength > 0) {
            w.uint32(26);
            w.bytes(obj.hashes);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            transferId: uint8ArrayAlloc(0),
            first: 0,
            hashes: uint8ArrayAlloc(0),
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.transferId = reader.bytes();
                break;
              }
              case 2: {
                obj.first = reader.uint32();
                break;
              }
              case 3: {
                obj.hashes = reader.bytes();
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
                  field: `${prefix}.transferId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.first`,
                  value: reader.uint32(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.hashes`,
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

  export interface PieceHashesTransferIdFieldEvent {
    field: '$.transferId';
    value: Uint8Array;
  }

  export interface PieceHashesFirstFieldEvent {
    field: '$.first';
    value: number;
  }

  export interface PieceHashesHashesFieldEvent {
    field: '$.hashes';
    value: Uint8Array;
  }

  export function encode(obj: Partial<PieceHashes>): Uint8Array {
    return encodeMessage(obj, PieceHashes.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<PieceHashes>): PieceHashes {
    return decodeMessage(buf, PieceHashes.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<PieceHashes>,
  ): Generator<PieceHashesTransferIdFieldEvent | PieceHashesFirstFieldEvent | PieceHashesHashesFieldEvent> {
    return streamMessage(buf, PieceHashes.codec(), opts);
  }
}

export interface ChannelOpen {
  channelId: Uint8Array;
  secret: Uint8Array;
  transferId: Uint8Array;
  port: number;
  link: boolean;
}

export namespace ChannelOpen {
  let _codec: Codec<ChannelOpen>;

  export const codec = (): Codec<ChannelOpen> => {
    if (_codec == null) {
      _codec = message<ChannelOpen>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.channelId != null && obj.channelId.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.channelId);
          }

          if (obj.secret != null && obj.secret.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.secret);
          }

          if (obj.transferId != null && obj.transferId.byteLength > 0) {
            w.uint32(26);
            w.bytes(obj.transferId);
          }

          if (obj.port != null && obj.port !== 0) {
            w.uint32(32);
            w.uint32(obj.port);
          }

          if (obj.link != null && obj.link !== false) {
            w.uint32(40);
            w.bool(obj.link);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            channelId: uint8ArrayAlloc(0),
            secret: uint8ArrayAlloc(0),
            transferId: uint8ArrayAlloc(0),
            port: 0,
            link: false,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.channelId = reader.bytes();
                break;
              }
              case 2: {
                obj.secret = reader.bytes();
                break;
              }
              case 3: {
                obj.transferId = reader.bytes();
                break;
              }
              case 4: {
                obj.port = reader.uint32();
                break;
              }
              case 5: {
                obj.link = reader.bool();
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
                  field: `${prefix}.channelId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.secret`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.transferId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.port`,
                  value: reader.uint32(),
                };
                break;
              }
              case 5: {
                yield {
                  field: `${prefix}.link`,
                  value: reader.bool(),
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

  export interface ChannelOpenChannelIdFieldEvent {
    field: '$.channelId';
    value: Uint8Array;
  }

  export interface ChannelOpenSecretFieldEvent {
    field: '$.secret';
    value: Uint8Array;
  }

  export interface ChannelOpenTransferIdFieldEvent {
    field: '$.transferId';
    value: Uint8Array;
  }

  export interface ChannelOpenPortFieldEvent {
    field: '$.port';
    value: number;
  }

  export interface ChannelOpenLinkFieldEvent {
    field: '$.link';
    value: boolean;
  }

  export function encode(obj: Partial<ChannelOpen>): Uint8Array {
    return encodeMessage(obj, ChannelOpen.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ChannelOpen>): ChannelOpen {
    return decodeMessage(buf, ChannelOpen.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<ChannelOpen>,
  ): Generator<
    | ChannelOpenChannelIdFieldEvent
    | ChannelOpenSecretFieldEvent
    | ChannelOpenTransferIdFieldEvent
    | ChannelOpenPortFieldEvent
    | ChannelOpenLinkFieldEvent
  > {
    return streamMessage(buf, ChannelOpen.codec(), opts);
  }
}

export interface ChannelAnswer {
  channelId: Uint8Array;
  port: number;
  refusal: string;
}

export namespace ChannelAnswer {
  let _codec: Codec<ChannelAnswer>;

  export const codec = (): Codec<ChannelAnswer> => {
    if (_codec == null) {
      _codec = message<ChannelAnswer>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.channelId != null && obj.channelId.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.channelId);
          }

          if (obj.port != null && obj.port !== 0) {
            w.uint32(16);
            w.uint32(obj.port);
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
            channelId: uint8ArrayAlloc(0),
            port: 0,
            refusal: '',
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.channelId = reader.bytes();
                break;
              }
              case 2: {
                obj.port = reader.uint32();
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
          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.channelId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.port`,
                  value: reader.uint32(),
                };
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

  export interface ChannelAnswerChannelIdFieldEvent {
    field: '$.channelId';
    value: Uint8Array;
  }

  export interface ChannelAnswerPortFieldEvent {
    field: '$.port';
    value: number;
  }

  export interface ChannelAnswerRefusalFieldEvent {
    field: '$.refusal';
    value: string;
  }

  export function encode(obj: Partial<ChannelAnswer>): Uint8Array {
    return encodeMessage(obj, ChannelAnswer.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ChannelAnswer>): ChannelAnswer {
    return decodeMessage(buf, ChannelAnswer.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<ChannelAnswer>,
  ): Generator<ChannelAnswerChannelIdFieldEvent | ChannelAnswerPortFieldEvent | ChannelAnswerRefusalFieldEvent> {
    return streamMessage(buf, ChannelAnswer.codec(), opts);
  }
}

export interface ChannelTurn {
  channelId: Uint8Array;
}

export namespace ChannelTurn {
  let _codec: Codec<ChannelTurn>;

  export const codec = (): Codec<ChannelTurn> => {
    if (_codec == null) {
      _codec = message<ChannelTurn>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.channelId != null && obj.channelId.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.channelId);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            channelId: uint8ArrayAlloc(0),
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.channelId = reader.bytes();
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
                  field: `${prefix}.channelId`,
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

  export interface ChannelTurnChannelIdFieldEvent {
    field: '$.channelId';
    value: Uint8Array;
  }

  export function encode(obj: Partial<ChannelTurn>): Uint8Array {
    return encodeMessage(obj, ChannelTurn.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ChannelTurn>): ChannelTurn {
    return decodeMessage(buf, ChannelTurn.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<ChannelTurn>,
  ): Generator<ChannelTurnChannelIdFieldEvent> {
    return streamMessage(buf, ChannelTurn.codec(), opts);
  }
}

export interface ChannelData {
  channelId: Uint8Array;
  bytes: Uint8Array;
}

export namespace ChannelData {
  let _codec: Codec<ChannelData>;

  export const codec = (): Codec<ChannelData> => {
    if (_codec == null) {
      _codec = message<ChannelData>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.channelId != null && obj.channelId.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.channelId);
          }

          if (obj.bytes != null && obj.bytes.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.bytes);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            channelId: uint8ArrayAlloc(0),
            bytes: uint8ArrayAlloc(0),
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.channelId = reader.bytes();
                break;
              }
              case 2: {
                obj.bytes = reader.bytes();
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
                  field: `${prefix}.channelId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.bytes`,
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

  export interface ChannelDataChannelIdFieldEvent {
    field: '$.channelId';
    value: Uint8Array;
  }

  export interface ChannelDataBytesFieldEvent {
    field: '$.bytes';
    value: Uint8Array;
  }

  export function encode(obj: Partial<ChannelData>): Uint8Array {
    return encodeMessage(obj, ChannelData.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ChannelData>): ChannelData {
    return decodeMessage(buf, ChannelData.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<ChannelData>,
  ): Generator<ChannelDataChannelIdFieldEvent | ChannelDataBytesFieldEvent> {
    return streamMessage(buf, ChannelData.codec(), opts);
  }
}

export interface ChannelEnd {
  channelId: Uint8Array;
}

export namespace ChannelEnd {
  let _codec: Codec<ChannelEnd>;

  export const codec = (): Codec<ChannelEnd> => {
    if (_codec == null) {
      _codec = message<ChannelEnd>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.channelId != null && obj.channelId.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.channelId);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            channelId: uint8ArrayAlloc(0),
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.channelId = reader.bytes();
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
                  field: `${prefix}.channelId`,
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

  export interface ChannelEndChannelIdFieldEvent {
    field: '$.channelId';
    value: Uint8Array;
  }

  export function encode(obj: Partial<ChannelEnd>): Uint8Array {
    return encodeMessage(obj, ChannelEnd.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ChannelEnd>): ChannelEnd {
    return decodeMessage(buf, ChannelEnd.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<ChannelEnd>,
  ): Generator<ChannelEndChannelIdFieldEvent> {
    return streamMessage(buf, ChannelEnd.codec(), opts);
  }
}

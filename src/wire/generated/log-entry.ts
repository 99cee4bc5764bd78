import { decodeMessage, encodeMessage, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';

export interface EntryHeader {
  version: number;
  network: Uint8Array;
  conversation: Uint8Array;
  author: Uint8Array;
  logId: Uint8Array;
  sequence: number;
  previous: Uint8Array;
  order: number;
  at: number;
  kind: number;
  bodyHash: Uint8Array;
}

export namespace EntryHeader {
  let _codec: Codec<EntryHeader>;

  export const codec = (): Codec<EntryHeader> => {
    if (_codec == null) {
      _codec = message<EntryHeader>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.version != null && obj.version !== 0) {
            w.uint32(8);
            w.uint32(obj.version);
          }

          if (obj.network != null && obj.network.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.network);
          }

          if (obj.conversation != null && obj.conversation.byteLength > 0) {
            w.uint32(26);
            w.bytes(obj.conversation);
          }

          if (obj.author != null && obj.author.byteLength > 0) {
            w.uint32(34);
            w.bytes(obj.author);
          }

          if (obj.logId != null && obj.logId.byteLength > 0) {
            w.uint32(42);
            w.bytes(obj.logId);
          }

          if (obj.sequence != null && obj.sequence !== 0) {
            w.uint32(48);
            w.uint64Number(obj.sequence);
          }

          if (obj.previous != null && obj.previous.byteLength > 0) {
            w.uint32(58);
            w.bytes(obj.previous);
          }

          if (obj.order != null && obj.order !== 0) {
            w.uint32(64);
            w.uint64Number(obj.order);
          }

          if (obj.at != null && obj.at !== 0) {
            w.uint32(72);
            w.uint64Number(obj.at);
          }

          if (obj.kind != null && obj.kind !== 0) {
            w.uint32(80);
            w.uint32(obj.kind);
          }

          if (obj.bodyHash != null && obj.bodyHash.byteLength > 0) {
            w.uint32(90);
            w.bytes(obj.bodyHash);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            version: 0,
            network: uint8ArrayAlloc(0),
            conversation: uint8ArrayAlloc(0),
            author: uint8ArrayAlloc(0),
            logId: uint8ArrayAlloc(0),
            sequence: 0,
            previous: uint8ArrayAlloc(0),
            order: 0,
            at: 0,
            kind: 0,
            bodyHash: uint8ArrayAlloc(0),
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
                obj.network = reader.bytes();
                break;
              }
              case 3: {
                obj.conversation = reader.bytes();
                break;
              }
              case 4: {
                obj.author = reader.bytes();
                break;
              }
              case 5: {
                obj.logId = reader.bytes();
                break;
              }
              case 6: {
                obj.sequence = reader.uint64Number();
                break;
              }
              case 7: {
                obj.previous = reader.bytes();
                break;
              }
              case 8: {
                obj.order = reader.uint64Number();
                break;
              }
              case 9: {
                obj.at = reader.uint64Number();
                break;
              }
              case 10: {
                obj.kind = reader.uint32();
                break;
              }
              case 11: {
                obj.bodyHash = reader.bytes();
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
                  field: `${prefix}.network`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.conversation`,
                  value: reader.bytes(),
                };
                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.author`,
                  value: reader.bytes(),
                };
                break;
              }
              case 5: {
                yield {
                  field: `${prefix}.logId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 6: {
                yield {
                  field: `${prefix}.sequence`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 7: {
                yield {
                  field: `${prefix}.previous`,
                  value: reader.bytes(),
                };
                break;
              }
              case 8: {
                yield {
                  field: `${prefix}.order`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 9: {
                yield {
                  field: `${prefix}.at`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 10: {
                yield {
                  field: `${prefix}.kind`,
                  value: reader.uint32(),
                };
                break;
              }
              case 11: {
                yield {
                  field: `${prefix}.bodyHash`,
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

  export interface EntryHeaderVersionFieldEvent {
    field: '$.version';
    value: number;
  }

  export interface EntryHeaderNetworkFieldEvent {
    field: '$.network';
    value: Uint8Array;
  }

  export interface EntryHeaderConversationFieldEvent {
    field: '$.conversation';
    value: Uint8Array;
  }

  export interface EntryHeaderAuthorFieldEvent {
    field: '$.author';
    value: Uint8Array;
  }

  export interface EntryHeaderLogIdFieldEvent {
    field: '$.logId';
    value: Uint8Array;
  }

  export interface EntryHeaderSequenceFieldEvent {
    field: '$.sequence';
    value: number;
  }

  export interface EntryHeaderPreviousFieldEvent {
    field: '$.previous';
    value: Uint8Array;
  }

  export interface EntryHeaderOrderFieldEvent {
    field: '$.order';
    value: number;
  }

  export interface EntryHeaderAtFieldEvent {
    field: '$.at';
    value: number;
  }

  export interface EntryHeaderKindFieldEvent {
    field: '$.kind';
    value: number;
  }

  export interface EntryHeaderBodyHashFieldEvent {
    field: '$.bodyHash';
    value: Uint8Array;
  }

  export function encode(obj: Partial<EntryHeader>): Uint8Array {
    return encodeMessage(obj, EntryHeader.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<EntryHeader>): EntryHeader {
    return decodeMessage(buf, EntryHeader.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<EntryHeader>,
  ): Generator<
    | EntryHeaderVersionFieldEvent
    | EntryHeaderNetworkFieldEvent
    | EntryHeaderConversationFieldEvent
    | EntryHeaderAuthorFieldEvent
    | EntryHeaderLogIdFieldEvent
    | EntryHeaderSequenceFieldEvent
    | EntryHeaderPreviousFieldEvent
    | EntryHeaderOrderFieldEvent
    | EntryHeaderAtFieldEvent
    | EntryHeaderKindFieldEvent
    | EntryHeaderBodyHashFieldEvent
  > {
    return streamMessage(buf, EntryHeader.codec(), opts);
  }
}

export interface TextBody {
  text: string;
  replyTo: Uint8Array;
}

export namespace TextBody {
  let _codec: Codec<TextBody>;

  export const codec = (): Codec<TextBody> => {
    if (_codec == null) {
      _codec = message<TextBody>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.text != null && obj.text !== '') {
            w.uint32(10);
            w.string(obj.text);
          }

          if (obj.replyTo != null && obj.replyTo.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.replyTo);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            text: '',
            replyTo: uint8ArrayAlloc(0),
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.text = reader.string();
                break;
              }
              case 2: {
                obj.replyTo = reader.bytes();
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
                  field: `${prefix}.text`,
                  value: reader.string(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.replyTo`,
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

  export interface TextBodyTextFieldEvent {
    field: '$.text';
    value: string;
  }

  export interface TextBodyReplyToFieldEvent {
    field: '$.replyTo';
    value: Uint8Array;
  }

  export function encode(obj: Partial<TextBody>): Uint8Array {
    return encodeMessage(obj, TextBody.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<TextBody>): TextBody {
    return decodeMessage(buf, TextBody.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<TextBody>,
  ): Generator<TextBodyTextFieldEvent | TextBodyReplyToFieldEvent> {
    return streamMessage(buf, TextBody.codec(), opts);
  }
}

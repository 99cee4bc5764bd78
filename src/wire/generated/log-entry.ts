import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime';
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
  name: string;
  mentions: Uint8Array[];
  guest: string;
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

          if (obj.name != null && obj.name !== '') {
            w.uint32(26);
            w.string(obj.name);
          }

          if (obj.mentions != null && obj.mentions.length > 0) {
            for (const value of obj.mentions) {
              w.uint32(34);
              w.bytes(value);
            }
          }

          if (obj.guest != null && obj.guest !== '') {
            w.uint32(42);
            w.string(obj.guest);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            text: '',
            replyTo: uint8ArrayAlloc(0),
            name: '',
            mentions: [],
            guest: '',
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
              case 3: {
                obj.name = reader.string();
                break;
              }
              case 4: {
                if (opts.limits?.mentions != null && obj.mentions.length === opts.limits.mentions) {
                  throw new MaxLengthError('Decode error - repeated field "mentions" had too many elements');
                }

                obj.mentions.push(reader.bytes());
                break;
              }
              case 5: {
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
          const obj = {
            mentions: 0,
          };

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
              case 3: {
                yield {
                  field: `${prefix}.name`,
                  value: reader.string(),
                };
                break;
              }
              case 4: {
                if (opts.limits?.mentions != null && obj.mentions === opts.limits.mentions) {
                  throw new MaxLengthError('Streaming decode error - repeated field "mentions" had too many elements');
                }

                yield {
                  field: `${prefix}.mentions[]`,
                  index: obj.mentions,
                  value: reader.bytes(),
                };

                obj.mentions++;

                break;
              }
              case 5: {
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

  export interface TextBodyTextFieldEvent {
    field: '$.text';
    value: string;
  }

  export interface TextBodyReplyToFieldEvent {
    field: '$.replyTo';
    value: Uint8Array;
  }

  export interface TextBodyNameFieldEvent {
    field: '$.name';
    value: string;
  }

  export interface TextBodyMentionsFieldEvent {
    field: '$.mentions[]';
    index: number;
    value: Uint8Array;
  }

  export interface TextBodyGuestFieldEvent {
    field: '$.guest';
    value: string;
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
  ): Generator<
    | TextBodyTextFieldEvent
    | TextBodyReplyToFieldEvent
    | TextBodyNameFieldEvent
    | TextBodyMentionsFieldEvent
    | TextBodyGuestFieldEvent
  > {
    return streamMessage(buf, TextBody.codec(), opts);
  }
}

export interface MembershipBody {
  name: string;
}

export namespace MembershipBody {
  let _codec: Codec<MembershipBody>;

  export const codec = (): Codec<MembershipBody> => {
    if (_codec == null) {
      _codec = message<MembershipBody>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.name != null && obj.name !== '') {
            w.uint32(10);
            w.string(obj.name);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            name: '',
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.name = reader.string();
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
                  field: `${prefix}.name`,
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

  export interface MembershipBodyNameFieldEvent {
    field: '$.name';
    value: string;
  }

  export function encode(obj: Partial<MembershipBody>): Uint8Array {
    return encodeMessage(obj, MembershipBody.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<MembershipBody>): MembershipBody {
    return decodeMessage(buf, MembershipBody.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<MembershipBody>,
  ): Generator<MembershipBodyNameFieldEvent> {
    return streamMessage(buf, MembershipBody.codec(), opts);
  }
}

export interface EditBody {
  target: Uint8Array;
  text: string;
  mentions: Uint8Array[];
}

export namespace EditBody {
  let _codec: Codec<EditBody>;

  export const codec = (): Codec<EditBody> => {
    if (_codec == null) {
      _codec = message<EditBody>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.target != null && obj.target.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.target);
          }

          if (obj.text != null && obj.text !== '') {
            w.uint32(18);
            w.string(obj.text);
          }

          if (obj.mentions != null && obj.mentions.length > 0) {
            for (const value of obj.mentions) {
              w.uint32(26);
              w.bytes(value);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            target: uint8ArrayAlloc(0),
            text: '',
            mentions: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.target = reader.bytes();
                break;
              }
              case 2: {
                obj.text = reader.string();
                break;
              }
              case 3: {
                if (opts.limits?.mentions != null && obj.mentions.length === opts.limits.mentions) {
                  throw new MaxLengthError('Decode error - repeated field "mentions" had too many elements');
                }

                obj.mentions.push(reader.bytes());
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
            mentions: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.target`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.text`,
                  value: reader.string(),
                };
                break;
              }
              case 3: {
                if (opts.limits?.mentions != null && obj.mentions === opts.limits.mentions) {
                  throw new MaxLengthError('Streaming decode error - repeated field "mentions" had too many elements');
                }

                yield {
                  field: `${prefix}.mentions[]`,
                  index: obj.mentions,
                  value: reader.bytes(),
                };

                obj.mentions++;

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

  export interface EditBodyTargetFieldEvent {
    field: '$.target';
    value: Uint8Array;
  }

  export interface EditBodyTextFieldEvent {
    field: '$.text';
    value: string;
  }

  export interface EditBodyMentionsFieldEvent {
    field: '$.mentions[]';
    index: number;
    value: Uint8Array;
  }

  export function encode(obj: Partial<EditBody>): Uint8Array {
    return encodeMessage(obj, EditBody.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<EditBody>): EditBody {
    return decodeMessage(buf, EditBody.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<EditBody>,
  ): Generator<EditBodyTargetFieldEvent | EditBodyTextFieldEvent | EditBodyMentionsFieldEvent> {
    return streamMessage(buf, EditBody.codec(), opts);
  }
}

export interface DeleteBody {
  target: Uint8Array;
}

export namespace DeleteBody {
  let _codec: Codec<DeleteBody>;

  export const codec = (): Codec<DeleteBody> => {
    if (_codec == null) {
      _codec = message<DeleteBody>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.target != null && obj.target.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.target);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            target: uint8ArrayAlloc(0),
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.target = reader.bytes();
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
                  field: `${prefix}.target`,
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

  export interface DeleteBodyTargetFieldEvent {
    field: '$.target';
    value: Uint8Array;
  }

  export function encode(obj: Partial<DeleteBody>): Uint8Array {
    return encodeMessage(obj, DeleteBody.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<DeleteBody>): DeleteBody {
    return decodeMessage(buf, DeleteBody.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<DeleteBody>,
  ): Generator<DeleteBodyTargetFieldEvent> {
    return streamMessage(buf, DeleteBody.codec(), opts);
  }
}

export interface ReactionBody {
  target: Uint8Array;
  emoji: string;
  removed: boolean;
}

export namespace ReactionBody {
  let _codec: Codec<ReactionBody>;

  export const codec = (): Codec<ReactionBody> => {
    if (_codec == null) {
      _codec = message<ReactionBody>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.target != null && obj.target.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.target);
          }

          if (obj.emoji != null && obj.emoji !== '') {
            w.uint32(18);
            w.string(obj.emoji);
          }

          if (obj.removed != null && obj.removed !== false) {
            w.uint32(24);
            w.bool(obj.removed);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            target: uint8ArrayAlloc(0),
            emoji: '',
            removed: false,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.target = reader.bytes();
                break;
              }
              case 2: {
                obj.emoji = reader.string();
                break;
              }
              case 3: {
                obj.removed = reader.bool();
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
                  field: `${prefix}.target`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.emoji`,
                  value: reader.string(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.removed`,
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

  export interface ReactionBodyTargetFieldEvent {
    field: '$.target';
    value: Uint8Array;
  }

  export interface ReactionBodyEmojiFieldEvent {
    field: '$.emoji';
    value: string;
  }

  export interface ReactionBodyRemovedFieldEvent {
    field: '$.removed';
    value: boolean;
  }

  export function encode(obj: Partial<ReactionBody>): Uint8Array {
    return encodeMessage(obj, ReactionBody.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<ReactionBody>): ReactionBody {
    return decodeMessage(buf, ReactionBody.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<ReactionBody>,
  ): Generator<ReactionBodyTargetFieldEvent | ReactionBodyEmojiFieldEvent | ReactionBodyRemovedFieldEvent> {
    return streamMessage(buf, ReactionBody.codec(), opts);
  }
}

export interface RoomKeyBody {
  room: string;
  key: Uint8Array;
  replaces: Uint8Array;
  order: number;
}

export namespace RoomKeyBody {
  let _codec: Codec<RoomKeyBody>;

  export const codec = (): Codec<RoomKeyBody> => {
    if (_codec == null) {
      _codec = message<RoomKeyBody>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.room != null && obj.room !== '') {
            w.uint32(10);
            w.string(obj.room);
          }

          if (obj.key != null && obj.key.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.key);
          }

          if (obj.replaces != null && obj.replaces.byteLength > 0) {
            w.uint32(26);
            w.bytes(obj.replaces);
          }

          if (obj.order != null && obj.order !== 0) {
            w.uint32(32);
            w.uint64Number(obj.order);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            room: '',
            key: uint8ArrayAlloc(0),
            replaces: uint8ArrayAlloc(0),
            order: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.room = reader.string();
                break;
              }
              case 2: {
                obj.key = reader.bytes();
                break;
              }
              case 3: {
                obj.replaces = reader.bytes();
                break;
              }
              case 4: {
                obj.order = reader.uint64Number();
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
                  field: `${prefix}.room`,
                  value: reader.string(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.key`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.replaces`,
                  value: reader.bytes(),
                };
                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.order`,
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

  export interface RoomKeyBodyRoomFieldEvent {
    field: '$.room';
    value: string;
  }

  export interface RoomKeyBodyKeyFieldEvent {
    field: '$.key';
    value: Uint8Array;
  }

  export interface RoomKeyBodyReplacesFieldEvent {
    field: '$.replaces';
    value: Uint8Array;
  }

  export interface RoomKeyBodyOrderFieldEvent {
    field: '$.order';
    value: number;
  }

  export function encode(obj: Partial<RoomKeyBody>): Uint8Array {
    return encodeMessage(obj, RoomKeyBody.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<RoomKeyBody>): RoomKeyBody {
    return decodeMessage(buf, RoomKeyBody.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<RoomKeyBody>,
  ): Generator<
    RoomKeyBodyRoomFieldEvent | RoomKeyBodyKeyFieldEvent | RoomKeyBodyReplacesFieldEvent | RoomKeyBodyOrderFieldEvent
  > {
    return streamMessage(buf, RoomKeyBody.codec(), opts);
  }
}

export interface FileBody {
  name: string;
  kind: number;
  size: number;
  manifestBytes: number;
  manifestHash: Uint8Array;
  fileCount: number;
  modifiedAt: number;
  pieceExponent: number;
  hashPieces: boolean;
  durationMs: number;
  waveform: Uint8Array;
  authorName: string;
  guest: string;
  toGuest: string;
}

export namespace FileBody {
  let _codec: Codec<FileBody>;

  export const codec = (): Codec<FileBody> => {
    if (_codec == null) {
      _codec = message<FileBody>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.name != null && obj.name !== '') {
            w.uint32(10);
            w.string(obj.name);
          }

          if (obj.kind != null && obj.kind !== 0) {
            w.uint32(16);
            w.uint32(obj.kind);
          }

          if (obj.size != null && obj.size !== 0) {
            w.uint32(24);
            w.uint64Number(obj.size);
          }

          if (obj.manifestBytes != null && obj.manifestBytes !== 0) {
            w.uint32(32);
            w.uint32(obj.manifestBytes);
          }

          if (obj.manifestHash != null && obj.manifestHash.byteLength > 0) {
            w.uint32(42);
            w.bytes(obj.manifestHash);
          }

          if (obj.fileCount != null && obj.fileCount !== 0) {
            w.uint32(48);
            w.uint32(obj.fileCount);
          }

          if (obj.modifiedAt != null && obj.modifiedAt !== 0) {
            w.uint32(56);
            w.uint64Number(obj.modifiedAt);
          }

          if (obj.pieceExponent != null && obj.pieceExponent !== 0) {
            w.uint32(64);
            w.uint32(obj.pieceExponent);
          }

          if (obj.hashPieces != null && obj.hashPieces !== false) {
            w.uint32(72);
            w.bool(obj.hashPieces);
          }

          if (obj.durationMs != null && obj.durationMs !== 0) {
            w.uint32(80);
            w.uint32(obj.durationMs);
          }

          if (obj.waveform != null && obj.waveform.byteLength > 0) {
            w.uint32(90);
            w.bytes(obj.waveform);
          }

          if (obj.authorName != null && obj.authorName !== '') {
            w.uint32(98);
            w.string(obj.authorName);
          }

          if (obj.guest != null && obj.guest !== '') {
            w.uint32(106);
            w.string(obj.guest);
          }

          if (obj.toGuest != null && obj.toGuest !== '') {
            w.uint32(114);
            w.string(obj.toGuest);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            name: '',
            kind: 0,
            size: 0,
            manifestBytes: 0,
            manifestHash: uint8ArrayAlloc(0),
            fileCount: 0,
            modifiedAt: 0,
            pieceExponent: 0,
            hashPieces: false,
            durationMs: 0,
            waveform: uint8ArrayAlloc(0),
            authorName: '',
            guest: '',
            toGuest: '',
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
                obj.kind = reader.uint32();
                break;
              }
              case 3: {
                obj.size = reader.uint64Number();
                break;
              }
              case 4: {
                obj.manifestBytes = reader.uint32();
                break;
              }
              case 5: {
                obj.manifestHash = reader.bytes();
                break;
              }
              case 6: {
                obj.fileCount = reader.uint32();
                break;
              }
              case 7: {
                obj.modifiedAt = reader.uint64Number();
                break;
              }
              case 8: {
                obj.pieceExponent = reader.uint32();
                break;
              }
              case 9: {
                obj.hashPieces = reader.bool();
                break;
              }
              case 10: {
                obj.durationMs = reader.uint32();
                break;
              }
              case 11: {
                obj.waveform = reader.bytes();
                break;
              }
              case 12: {
                obj.authorName = reader.string();
                break;
              }
              case 13: {
                obj.guest = reader.string();
                break;
              }
              case 14: {
                obj.toGuest = reader.string();
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
                  field: `${prefix}.name`,
                  value: reader.string(),
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
                  field: `${prefix}.size`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.manifestBytes`,
                  value: reader.uint32(),
                };
                break;
              }
              case 5: {
                yield {
                  field: `${prefix}.manifestHash`,
                  value: reader.bytes(),
                };
                break;
              }
              case 6: {
                yield {
                  field: `${prefix}.fileCount`,
                  value: reader.uint32(),
                };
                break;
              }
              case 7: {
                yield {
                  field: `${prefix}.modifiedAt`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 8: {
                yield {
                  field: `${prefix}.pieceExponent`,
                  value: reader.uint32(),
                };
                break;
              }
              case 9: {
                yield {
                  field: `${prefix}.hashPieces`,
                  value: reader.bool(),
                };
                break;
              }
              case 10: {
                yield {
                  field: `${prefix}.durationMs`,
                  value: reader.uint32(),
                };
                break;
              }
              case 11: {
                yield {
                  field: `${prefix}.waveform`,
                  value: reader.bytes(),
                };
                break;
              }
              case 12: {
                yield {
                  field: `${prefix}.authorName`,
                  value: reader.string(),
                };
                break;
              }
              case 13: {
                yield {
                  field: `${prefix}.guest`,
                  value: reader.string(),
                };
                break;
              }
              case 14: {
                yield {
                  field: `${prefix}.toGuest`,
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

  export interface FileBodyNameFieldEvent {
    field: '$.name';
    value: string;
  }

  export interface FileBodyKindFieldEvent {
    field: '$.kind';
    value: number;
  }

  export interface FileBodySizeFieldEvent {
    field: '$.size';
    value: number;
  }

  export interface FileBodyManifestBytesFieldEvent {
    field: '$.manifestBytes';
    value: number;
  }

  export interface FileBodyManifestHashFieldEvent {
    field: '$.manifestHash';
    value: Uint8Array;
  }

  export interface FileBodyFileCountFieldEvent {
    field: '$.fileCount';
    value: number;
  }

  export interface FileBodyModifiedAtFieldEvent {
    field: '$.modifiedAt';
    value: number;
  }

  export interface FileBodyPieceExponentFieldEvent {
    field: '$.pieceExponent';
    value: number;
  }

  export interface FileBodyHashPiecesFieldEvent {
    field: '$.hashPieces';
    value: boolean;
  }

  export interface FileBodyDurationMsFieldEvent {
    field: '$.durationMs';
    value: number;
  }

  export interface FileBodyWaveformFieldEvent {
    field: '$.waveform';
    value: Uint8Array;
  }

  export interface FileBodyAuthorNameFieldEvent {
    field: '$.authorName';
    value: string;
  }

  export interface FileBodyGuestFieldEvent {
    field: '$.guest';
    value: string;
  }

  export interface FileBodyToGuestFieldEvent {
    field: '$.toGuest';
    value: string;
  }

  export function encode(obj: Partial<FileBody>): Uint8Array {
    return encodeMessage(obj, FileBody.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FileBody>): FileBody {
    return decodeMessage(buf, FileBody.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<FileBody>,
  ): Generator<
    | FileBodyNameFieldEvent
    | FileBodyKindFieldEvent
    | FileBodySizeFieldEvent
    | FileBodyManifestBytesFieldEvent
    | FileBodyManifestHashFieldEvent
    | FileBodyFileCountFieldEvent
    | FileBodyModifiedAtFieldEvent
    | FileBodyPieceExponentFieldEvent
    | FileBodyHashPiecesFieldEvent
    | FileBodyDurationMsFieldEvent
    | FileBodyWaveformFieldEvent
    | FileBodyAuthorNameFieldEvent
    | FileBodyGuestFieldEvent
    | FileBodyToGuestFieldEvent
  > {
    return streamMessage(buf, FileBody.codec(), opts);
  }
}

export interface FileRootBody {
  target: Uint8Array;
  hash: Uint8Array;
  piecesHash: Uint8Array;
}

export namespace FileRootBody {
  let _codec: Codec<FileRootBody>;

  export const codec = (): Codec<FileRootBody> => {
    if (_codec == null) {
      _codec = message<FileRootBody>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.target != null && obj.target.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.target);
          }

          if (obj.hash != null && obj.hash.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.hash);
          }

          if (obj.piecesHash != null && obj.piecesHash.byteLength > 0) {
            w.uint32(26);
            w.bytes(obj.piecesHash);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            target: uint8ArrayAlloc(0),
            hash: uint8ArrayAlloc(0),
            piecesHash: uint8ArrayAlloc(0),
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.target = reader.bytes();
                break;
              }
              case 2: {
                obj.hash = reader.bytes();
                break;
              }
              case 3: {
                obj.piecesHash = reader.bytes();
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
                  field: `${prefix}.target`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.hash`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.piecesHash`,
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

  export interface FileRootBodyTargetFieldEvent {
    field: '$.target';
    value: Uint8Array;
  }

  export interface FileRootBodyHashFieldEvent {
    field: '$.hash';
    value: Uint8Array;
  }

  export interface FileRootBodyPiecesHashFieldEvent {
    field: '$.piecesHash';
    value: Uint8Array;
  }

  export function encode(obj: Partial<FileRootBody>): Uint8Array {
    return encodeMessage(obj, FileRootBody.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<FileRootBody>): FileRootBody {
    return decodeMessage(buf, FileRootBody.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<FileRootBody>,
  ): Generator<FileRootBodyTargetFieldEvent | FileRootBodyHashFieldEvent | FileRootBodyPiecesHashFieldEvent> {
    return streamMessage(buf, FileRootBody.codec(), opts);
  }
}

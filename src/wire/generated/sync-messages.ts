import { decodeMessage, encodeMessage, MaxLengthError, message, streamMessage } from 'protons-runtime';
import { alloc as uint8ArrayAlloc } from 'uint8arrays/alloc';
import type { Codec, DecodeOptions } from 'protons-runtime';
import type { Uint8ArrayList } from 'uint8arraylist';

export interface SyncMessage {
  offer?: SyncOffer;
  conversations?: SyncConversations;
  logs?: SyncLogs;
  want?: SyncWant;
  batch?: SyncBatch;
}

export namespace SyncMessage {
  let _codec: Codec<SyncMessage>;

  export const codec = (): Codec<SyncMessage> => {
    if (_codec == null) {
      _codec = message<SyncMessage>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.offer != null) {
            w.uint32(10);
            SyncOffer.codec().encode(obj.offer, w);
          }

          if (obj.conversations != null) {
            w.uint32(18);
            SyncConversations.codec().encode(obj.conversations, w);
          }

          if (obj.logs != null) {
            w.uint32(26);
            SyncLogs.codec().encode(obj.logs, w);
          }

          if (obj.want != null) {
            w.uint32(34);
            SyncWant.codec().encode(obj.want, w);
          }

          if (obj.batch != null) {
            w.uint32(42);
            SyncBatch.codec().encode(obj.batch, w);
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
                obj.offer = SyncOffer.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.offer,
                });
                break;
              }
              case 2: {
                obj.conversations = SyncConversations.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.conversations,
                });
                break;
              }
              case 3: {
                obj.logs = SyncLogs.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.logs,
                });
                break;
              }
              case 4: {
                obj.want = SyncWant.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.want,
                });
                break;
              }
              case 5: {
                obj.batch = SyncBatch.codec().decode(reader, reader.uint32(), {
                  limits: opts.limits?.batch,
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
                yield* SyncOffer.codec().stream(reader, reader.uint32(), `${prefix}.offer`, {
                  limits: opts.limits?.offer,
                });

                break;
              }
              case 2: {
                yield* SyncConversations.codec().stream(reader, reader.uint32(), `${prefix}.conversations`, {
                  limits: opts.limits?.conversations,
                });

                break;
              }
              case 3: {
                yield* SyncLogs.codec().stream(reader, reader.uint32(), `${prefix}.logs`, {
                  limits: opts.limits?.logs,
                });

                break;
              }
              case 4: {
                yield* SyncWant.codec().stream(reader, reader.uint32(), `${prefix}.want`, {
                  limits: opts.limits?.want,
                });

                break;
              }
              case 5: {
                yield* SyncBatch.codec().stream(reader, reader.uint32(), `${prefix}.batch`, {
                  limits: opts.limits?.batch,
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

  export interface SyncMessageOfferFingerprintFieldEvent {
    field: '$.offer.fingerprint';
    value: Uint8Array;
  }

  export interface SyncMessageOfferReplyFieldEvent {
    field: '$.offer.reply';
    value: boolean;
  }

  export interface SyncMessageConversationsItemsConversationFieldEvent {
    field: '$.conversations.items[].conversation';
    value: Uint8Array;
    index: number;
  }

  export interface SyncMessageConversationsItemsFingerprintFieldEvent {
    field: '$.conversations.items[].fingerprint';
    value: Uint8Array;
    index: number;
  }

  export interface SyncMessageConversationsItemsAgeMsFieldEvent {
    field: '$.conversations.items[].ageMs';
    value: number;
    index: number;
  }

  export interface SyncMessageConversationsItemsHistoryMsFieldEvent {
    field: '$.conversations.items[].historyMs';
    value: number;
    index: number;
  }

  export interface SyncMessageConversationsReplyFieldEvent {
    field: '$.conversations.reply';
    value: boolean;
  }

  export interface SyncMessageLogsConversationFieldEvent {
    field: '$.logs.conversation';
    value: Uint8Array;
  }

  export interface SyncMessageLogsLogsAuthorFieldEvent {
    field: '$.logs.logs[].author';
    value: Uint8Array;
    index: number;
  }

  export interface SyncMessageLogsLogsLogIdFieldEvent {
    field: '$.logs.logs[].logId';
    value: Uint8Array;
    index: number;
  }

  export interface SyncMessageLogsLogsRangesFirstFieldEvent {
    field: '$.logs.logs[].ranges[].first';
    value: number;
    index: number;
  }

  export interface SyncMessageLogsLogsRangesLastFieldEvent {
    field: '$.logs.logs[].ranges[].last';
    value: number;
    index: number;
  }

  export interface SyncMessageLogsLogsHeadHashFieldEvent {
    field: '$.logs.logs[].headHash';
    value: Uint8Array;
    index: number;
  }

  export interface SyncMessageLogsLogsForkMarkFieldEvent {
    field: '$.logs.logs[].forkMark';
    value: Uint8Array;
    index: number;
  }

  export interface SyncMessageLogsLogsBeforeFieldEvent {
    field: '$.logs.logs[].before';
    value: number;
    index: number;
  }

  export interface SyncMessageLogsLogsOldFieldEvent {
    field: '$.logs.logs[].old';
    value: number;
    index: number;
  }

  export interface SyncMessageLogsMoreFieldEvent {
    field: '$.logs.more';
    value: boolean;
  }

  export interface SyncMessageWantIdFieldEvent {
    field: '$.want.id';
    value: number;
  }

  export interface SyncMessageWantConversationFieldEvent {
    field: '$.want.conversation';
    value: Uint8Array;
  }

  export interface SyncMessageWantLogsAuthorFieldEvent {
    field: '$.want.logs[].author';
    value: Uint8Array;
    index: number;
  }

  export interface SyncMessageWantLogsLogIdFieldEvent {
    field: '$.want.logs[].logId';
    value: Uint8Array;
    index: number;
  }

  export interface SyncMessageWantLogsRangesFirstFieldEvent {
    field: '$.want.logs[].ranges[].first';
    value: number;
    index: number;
  }

  export interface SyncMessageWantLogsRangesLastFieldEvent {
    field: '$.want.logs[].ranges[].last';
    value: number;
    index: number;
  }

  export interface SyncMessageWantBodiesFieldEvent {
    field: '$.want.bodies[]';
    index: number;
    value: Uint8Array;
  }

  export interface SyncMessageBatchIdFieldEvent {
    field: '$.batch.id';
    value: number;
  }

  export interface SyncMessageBatchEntriesHeaderFieldEvent {
    field: '$.batch.entries[].header';
    value: Uint8Array;
    index: number;
  }

  export interface SyncMessageBatchEntriesSignatureFieldEvent {
    field: '$.batch.entries[].signature';
    value: Uint8Array;
    index: number;
  }

  export interface SyncMessageBatchEntriesBodyFieldEvent {
    field: '$.batch.entries[].body';
    value: Uint8Array;
    index: number;
  }

  export interface SyncMessageBatchEntriesBodyGoneFieldEvent {
    field: '$.batch.entries[].bodyGone';
    value: boolean;
    index: number;
  }

  export interface SyncMessageBatchLastFieldEvent {
    field: '$.batch.last';
    value: boolean;
  }

  export function encode(obj: Partial<SyncMessage>): Uint8Array {
    return encodeMessage(obj, SyncMessage.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncMessage>): SyncMessage {
    return decodeMessage(buf, SyncMessage.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SyncMessage>,
  ): Generator<
    | SyncMessageOfferFingerprintFieldEvent
    | SyncMessageOfferReplyFieldEvent
    | SyncMessageConversationsItemsConversationFieldEvent
    | SyncMessageConversationsItemsFingerprintFieldEvent
    | SyncMessageConversationsItemsAgeMsFieldEvent
    | SyncMessageConversationsItemsHistoryMsFieldEvent
    | SyncMessageConversationsReplyFieldEvent
    | SyncMessageLogsConversationFieldEvent
    | SyncMessageLogsLogsAuthorFieldEvent
    | SyncMessageLogsLogsLogIdFieldEvent
    | SyncMessageLogsLogsRangesFirstFieldEvent
    | SyncMessageLogsLogsRangesLastFieldEvent
    | SyncMessageLogsLogsHeadHashFieldEvent
    | SyncMessageLogsLogsForkMarkFieldEvent
    | SyncMessageLogsLogsBeforeFieldEvent
    | SyncMessageLogsLogsOldFieldEvent
    | SyncMessageLogsMoreFieldEvent
    | SyncMessageWantIdFieldEvent
    | SyncMessageWantConversationFieldEvent
    | SyncMessageWantLogsAuthorFieldEvent
    | SyncMessageWantLogsLogIdFieldEvent
    | SyncMessageWantLogsRangesFirstFieldEvent
    | SyncMessageWantLogsRangesLastFieldEvent
    | SyncMessageWantBodiesFieldEvent
    | SyncMessageBatchIdFieldEvent
    | SyncMessageBatchEntriesHeaderFieldEvent
    | SyncMessageBatchEntriesSignatureFieldEvent
    | SyncMessageBatchEntriesBodyFieldEvent
    | SyncMessageBatchEntriesBodyGoneFieldEvent
    | SyncMessageBatchLastFieldEvent
  > {
    return streamMessage(buf, SyncMessage.codec(), opts);
  }
}

export interface SyncOffer {
  fingerprint: Uint8Array;
  reply: boolean;
}

export namespace SyncOffer {
  let _codec: Codec<SyncOffer>;

  export const codec = (): Codec<SyncOffer> => {
    if (_codec == null) {
      _codec = message<SyncOffer>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.fingerprint != null && obj.fingerprint.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.fingerprint);
          }

          if (obj.reply != null && obj.reply !== false) {
            w.uint32(16);
            w.bool(obj.reply);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            fingerprint: uint8ArrayAlloc(0),
            reply: false,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.fingerprint = reader.bytes();
                break;
              }
              case 2: {
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
                  field: `${prefix}.fingerprint`,
                  value: reader.bytes(),
                };
                break;
              }
              case 2: {
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

  export interface SyncOfferFingerprintFieldEvent {
    field: '$.fingerprint';
    value: Uint8Array;
  }

  export interface SyncOfferReplyFieldEvent {
    field: '$.reply';
    value: boolean;
  }

  export function encode(obj: Partial<SyncOffer>): Uint8Array {
    return encodeMessage(obj, SyncOffer.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncOffer>): SyncOffer {
    return decodeMessage(buf, SyncOffer.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SyncOffer>,
  ): Generator<SyncOfferFingerprintFieldEvent | SyncOfferReplyFieldEvent> {
    return streamMessage(buf, SyncOffer.codec(), opts);
  }
}

export interface SyncConversation {
  conversation: Uint8Array;
  fingerprint: Uint8Array;
  ageMs: number;
  historyMs: number;
}

export namespace SyncConversation {
  let _codec: Codec<SyncConversation>;

  export const codec = (): Codec<SyncConversation> => {
    if (_codec == null) {
      _codec = message<SyncConversation>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.conversation != null && obj.conversation.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.conversation);
          }

          if (obj.fingerprint != null && obj.fingerprint.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.fingerprint);
          }

          if (obj.ageMs != null && obj.ageMs !== 0) {
            w.uint32(24);
            w.uint64Number(obj.ageMs);
          }

          if (obj.historyMs != null && obj.historyMs !== 0) {
            w.uint32(32);
            w.uint64Number(obj.historyMs);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            conversation: uint8ArrayAlloc(0),
            fingerprint: uint8ArrayAlloc(0),
            ageMs: 0,
            historyMs: 0,
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
                obj.fingerprint = reader.bytes();
                break;
              }
              case 3: {
                obj.ageMs = reader.uint64Number();
                break;
              }
              case 4: {
                obj.historyMs = reader.uint64Number();
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
                  field: `${prefix}.fingerprint`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.ageMs`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.historyMs`,
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

  export interface SyncConversationConversationFieldEvent {
    field: '$.conversation';
    value: Uint8Array;
  }

  export interface SyncConversationFingerprintFieldEvent {
    field: '$.fingerprint';
    value: Uint8Array;
  }

  export interface SyncConversationAgeMsFieldEvent {
    field: '$.ageMs';
    value: number;
  }

  export interface SyncConversationHistoryMsFieldEvent {
    field: '$.historyMs';
    value: number;
  }

  export function encode(obj: Partial<SyncConversation>): Uint8Array {
    return encodeMessage(obj, SyncConversation.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncConversation>): SyncConversation {
    return decodeMessage(buf, SyncConversation.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SyncConversation>,
  ): Generator<
    | SyncConversationConversationFieldEvent
    | SyncConversationFingerprintFieldEvent
    | SyncConversationAgeMsFieldEvent
    | SyncConversationHistoryMsFieldEvent
  > {
    return streamMessage(buf, SyncConversation.codec(), opts);
  }
}

export interface SyncConversations {
  items: SyncConversation[];
  reply: boolean;
}

export namespace SyncConversations {
  let _codec: Codec<SyncConversations>;

  export const codec = (): Codec<SyncConversations> => {
    if (_codec == null) {
      _codec = message<SyncConversations>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.items != null && obj.items.length > 0) {
            for (const value of obj.items) {
              w.uint32(10);
              SyncConversation.codec().encode(value, w);
            }
          }

          if (obj.reply != null && obj.reply !== false) {
            w.uint32(16);
            w.bool(obj.reply);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            items: [],
            reply: false,
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
                  SyncConversation.codec().decode(reader, reader.uint32(), {
                    limits: opts.limits?.items$,
                  }),
                );
                break;
              }
              case 2: {
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

                for (const evt of SyncConversation.codec().stream(reader, reader.uint32(), `${prefix}.items[]`, {
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
              case 2: {
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

  export interface SyncConversationsItemsConversationFieldEvent {
    field: '$.items[].conversation';
    value: Uint8Array;
    index: number;
  }

  export interface SyncConversationsItemsFingerprintFieldEvent {
    field: '$.items[].fingerprint';
    value: Uint8Array;
    index: number;
  }

  export interface SyncConversationsItemsAgeMsFieldEvent {
    field: '$.items[].ageMs';
    value: number;
    index: number;
  }

  export interface SyncConversationsItemsHistoryMsFieldEvent {
    field: '$.items[].historyMs';
    value: number;
    index: number;
  }

  export interface SyncConversationsReplyFieldEvent {
    field: '$.reply';
    value: boolean;
  }

  export function encode(obj: Partial<SyncConversations>): Uint8Array {
    return encodeMessage(obj, SyncConversations.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncConversations>): SyncConversations {
    return decodeMessage(buf, SyncConversations.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SyncConversations>,
  ): Generator<
    | SyncConversationsItemsConversationFieldEvent
    | SyncConversationsItemsFingerprintFieldEvent
    | SyncConversationsItemsAgeMsFieldEvent
    | SyncConversationsItemsHistoryMsFieldEvent
    | SyncConversationsReplyFieldEvent
  > {
    return streamMessage(buf, SyncConversations.codec(), opts);
  }
}

export interface SyncRange {
  first: number;
  last: number;
}

export namespace SyncRange {
  let _codec: Codec<SyncRange>;

  export const codec = (): Codec<SyncRange> => {
    if (_codec == null) {
      _codec = message<SyncRange>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.first != null && obj.first !== 0) {
            w.uint32(8);
            w.uint64Number(obj.first);
          }

          if (obj.last != null && obj.last !== 0) {
            w.uint32(16);
            w.uint64Number(obj.last);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            first: 0,
            last: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.first = reader.uint64Number();
                break;
              }
              case 2: {
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
                  field: `${prefix}.first`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 2: {
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

  export interface SyncRangeFirstFieldEvent {
    field: '$.first';
    value: number;
  }

  export interface SyncRangeLastFieldEvent {
    field: '$.last';
    value: number;
  }

  export function encode(obj: Partial<SyncRange>): Uint8Array {
    return encodeMessage(obj, SyncRange.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncRange>): SyncRange {
    return decodeMessage(buf, SyncRange.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SyncRange>,
  ): Generator<SyncRangeFirstFieldEvent | SyncRangeLastFieldEvent> {
    return streamMessage(buf, SyncRange.codec(), opts);
  }
}

export interface SyncLog {
  author: Uint8Array;
  logId: Uint8Array;
  ranges: SyncRange[];
  headHash: Uint8Array;
  forkMark: Uint8Array;
  before: number;
  old: number;
}

export namespace SyncLog {
  let _codec: Codec<SyncLog>;

  export const codec = (): Codec<SyncLog> => {
    if (_codec == null) {
      _codec = message<SyncLog>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.author != null && obj.author.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.author);
          }

          if (obj.logId != null && obj.logId.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.logId);
          }

          if (obj.ranges != null && obj.ranges.length > 0) {
            for (const value of obj.ranges) {
              w.uint32(26);
              SyncRange.codec().encode(value, w);
            }
          }

          if (obj.headHash != null && obj.headHash.byteLength > 0) {
            w.uint32(34);
            w.bytes(obj.headHash);
          }

          if (obj.forkMark != null && obj.forkMark.byteLength > 0) {
            w.uint32(42);
            w.bytes(obj.forkMark);
          }

          if (obj.before != null && obj.before !== 0) {
            w.uint32(48);
            w.uint64Number(obj.before);
          }

          if (obj.old != null && obj.old !== 0) {
            w.uint32(56);
            w.uint64Number(obj.old);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            author: uint8ArrayAlloc(0),
            logId: uint8ArrayAlloc(0),
            ranges: [],
            headHash: uint8ArrayAlloc(0),
            forkMark: uint8ArrayAlloc(0),
            before: 0,
            old: 0,
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
                obj.logId = reader.bytes();
                break;
              }
              case 3: {
                if (opts.limits?.ranges != null && obj.ranges.length === opts.limits.ranges) {
                  throw new MaxLengthError('Decode error - repeated field "ranges" had too many elements');
                }

                obj.ranges.push(
                  SyncRange.codec().decode(reader, reader.uint32(), {
                    limits: opts.limits?.ranges$,
                  }),
                );
                break;
              }
              case 4: {
                obj.headHash = reader.bytes();
                break;
              }
              case 5: {
                obj.forkMark = reader.bytes();
                break;
              }
              case 6: {
                obj.before = reader.uint64Number();
                break;
              }
              case 7: {
                obj.old = reader.uint64Number();
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
            ranges: 0,
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
                  field: `${prefix}.logId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                if (opts.limits?.ranges != null && obj.ranges === opts.limits.ranges) {
                  throw new MaxLengthError('Streaming decode error - repeated field "ranges" had too many elements');
                }

                for (const evt of SyncRange.codec().stream(reader, reader.uint32(), `${prefix}.ranges[]`, {
                  limits: opts.limits?.ranges$,
                })) {
                  yield {
                    ...evt,
                    index: obj.ranges,
                  };
                }

                obj.ranges++;

                break;
              }
              case 4: {
                yield {
                  field: `${prefix}.headHash`,
                  value: reader.bytes(),
                };
                break;
              }
              case 5: {
                yield {
                  field: `${prefix}.forkMark`,
                  value: reader.bytes(),
                };
                break;
              }
              case 6: {
                yield {
                  field: `${prefix}.before`,
                  value: reader.uint64Number(),
                };
                break;
              }
              case 7: {
                yield {
                  field: `${prefix}.old`,
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

  export interface SyncLogAuthorFieldEvent {
    field: '$.author';
    value: Uint8Array;
  }

  export interface SyncLogLogIdFieldEvent {
    field: '$.logId';
    value: Uint8Array;
  }

  export interface SyncLogRangesFirstFieldEvent {
    field: '$.ranges[].first';
    value: number;
    index: number;
  }

  export interface SyncLogRangesLastFieldEvent {
    field: '$.ranges[].last';
    value: number;
    index: number;
  }

  export interface SyncLogHeadHashFieldEvent {
    field: '$.headHash';
    value: Uint8Array;
  }

  export interface SyncLogForkMarkFieldEvent {
    field: '$.forkMark';
    value: Uint8Array;
  }

  export interface SyncLogBeforeFieldEvent {
    field: '$.before';
    value: number;
  }

  export interface SyncLogOldFieldEvent {
    field: '$.old';
    value: number;
  }

  export function encode(obj: Partial<SyncLog>): Uint8Array {
    return encodeMessage(obj, SyncLog.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncLog>): SyncLog {
    return decodeMessage(buf, SyncLog.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SyncLog>,
  ): Generator<
    | SyncLogAuthorFieldEvent
    | SyncLogLogIdFieldEvent
    | SyncLogRangesFirstFieldEvent
    | SyncLogRangesLastFieldEvent
    | SyncLogHeadHashFieldEvent
    | SyncLogForkMarkFieldEvent
    | SyncLogBeforeFieldEvent
    | SyncLogOldFieldEvent
  > {
    return streamMessage(buf, SyncLog.codec(), opts);
  }
}

export interface SyncLogs {
  conversation: Uint8Array;
  logs: SyncLog[];
  more: boolean;
}

export namespace SyncLogs {
  let _codec: Codec<SyncLogs>;

  export const codec = (): Codec<SyncLogs> => {
    if (_codec == null) {
      _codec = message<SyncLogs>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.conversation != null && obj.conversation.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.conversation);
          }

          if (obj.logs != null && obj.logs.length > 0) {
            for (const value of obj.logs) {
              w.uint32(18);
              SyncLog.codec().encode(value, w);
            }
          }

          if (obj.more != null && obj.more !== false) {
            w.uint32(24);
            w.bool(obj.more);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            conversation: uint8ArrayAlloc(0),
            logs: [],
            more: false,
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
                if (opts.limits?.logs != null && obj.logs.length === opts.limits.logs) {
                  throw new MaxLengthError('Decode error - repeated field "logs" had too many elements');
                }

                obj.logs.push(
                  SyncLog.codec().decode(reader, reader.uint32(), {
                    limits: opts.limits?.logs$,
                  }),
                );
                break;
              }
              case 3: {
                obj.more = reader.bool();
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
            logs: 0,
          };

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
                if (opts.limits?.logs != null && obj.logs === opts.limits.logs) {
                  throw new MaxLengthError('Streaming decode error - repeated field "logs" had too many elements');
                }

                for (const evt of SyncLog.codec().stream(reader, reader.uint32(), `${prefix}.logs[]`, {
                  limits: opts.limits?.logs$,
                })) {
                  yield {
                    ...evt,
                    index: obj.logs,
                  };
                }

                obj.logs++;

                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.more`,
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

  export interface SyncLogsConversationFieldEvent {
    field: '$.conversation';
    value: Uint8Array;
  }

  export interface SyncLogsLogsAuthorFieldEvent {
    field: '$.logs[].author';
    value: Uint8Array;
    index: number;
  }

  export interface SyncLogsLogsLogIdFieldEvent {
    field: '$.logs[].logId';
    value: Uint8Array;
    index: number;
  }

  export interface SyncLogsLogsRangesFirstFieldEvent {
    field: '$.logs[].ranges[].first';
    value: number;
    index: number;
  }

  export interface SyncLogsLogsRangesLastFieldEvent {
    field: '$.logs[].ranges[].last';
    value: number;
    index: number;
  }

  export interface SyncLogsLogsHeadHashFieldEvent {
    field: '$.logs[].headHash';
    value: Uint8Array;
    index: number;
  }

  export interface SyncLogsLogsForkMarkFieldEvent {
    field: '$.logs[].forkMark';
    value: Uint8Array;
    index: number;
  }

  export interface SyncLogsLogsBeforeFieldEvent {
    field: '$.logs[].before';
    value: number;
    index: number;
  }

  export interface SyncLogsLogsOldFieldEvent {
    field: '$.logs[].old';
    value: number;
    index: number;
  }

  export interface SyncLogsMoreFieldEvent {
    field: '$.more';
    value: boolean;
  }

  export function encode(obj: Partial<SyncLogs>): Uint8Array {
    return encodeMessage(obj, SyncLogs.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncLogs>): SyncLogs {
    return decodeMessage(buf, SyncLogs.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SyncLogs>,
  ): Generator<
    | SyncLogsConversationFieldEvent
    | SyncLogsLogsAuthorFieldEvent
    | SyncLogsLogsLogIdFieldEvent
    | SyncLogsLogsRangesFirstFieldEvent
    | SyncLogsLogsRangesLastFieldEvent
    | SyncLogsLogsHeadHashFieldEvent
    | SyncLogsLogsForkMarkFieldEvent
    | SyncLogsLogsBeforeFieldEvent
    | SyncLogsLogsOldFieldEvent
    | SyncLogsMoreFieldEvent
  > {
    return streamMessage(buf, SyncLogs.codec(), opts);
  }
}

export interface SyncWantedLog {
  author: Uint8Array;
  logId: Uint8Array;
  ranges: SyncRange[];
}

export namespace SyncWantedLog {
  let _codec: Codec<SyncWantedLog>;

  export const codec = (): Codec<SyncWantedLog> => {
    if (_codec == null) {
      _codec = message<SyncWantedLog>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.author != null && obj.author.byteLength > 0) {
            w.uint32(10);
            w.bytes(obj.author);
          }

          if (obj.logId != null && obj.logId.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.logId);
          }

          if (obj.ranges != null && obj.ranges.length > 0) {
            for (const value of obj.ranges) {
              w.uint32(26);
              SyncRange.codec().encode(value, w);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            author: uint8ArrayAlloc(0),
            logId: uint8ArrayAlloc(0),
            ranges: [],
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
                obj.logId = reader.bytes();
                break;
              }
              case 3: {
                if (opts.limits?.ranges != null && obj.ranges.length === opts.limits.ranges) {
                  throw new MaxLengthError('Decode error - repeated field "ranges" had too many elements');
                }

                obj.ranges.push(
                  SyncRange.codec().decode(reader, reader.uint32(), {
                    limits: opts.limits?.ranges$,
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
            ranges: 0,
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
                  field: `${prefix}.logId`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                if (opts.limits?.ranges != null && obj.ranges === opts.limits.ranges) {
                  throw new MaxLengthError('Streaming decode error - repeated field "ranges" had too many elements');
                }

                for (const evt of SyncRange.codec().stream(reader, reader.uint32(), `${prefix}.ranges[]`, {
                  limits: opts.limits?.ranges$,
                })) {
                  yield {
                    ...evt,
                    index: obj.ranges,
                  };
                }

                obj.ranges++;

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

  export interface SyncWantedLogAuthorFieldEvent {
    field: '$.author';
    value: Uint8Array;
  }

  export interface SyncWantedLogLogIdFieldEvent {
    field: '$.logId';
    value: Uint8Array;
  }

  export interface SyncWantedLogRangesFirstFieldEvent {
    field: '$.ranges[].first';
    value: number;
    index: number;
  }

  export interface SyncWantedLogRangesLastFieldEvent {
    field: '$.ranges[].last';
    value: number;
    index: number;
  }

  export function encode(obj: Partial<SyncWantedLog>): Uint8Array {
    return encodeMessage(obj, SyncWantedLog.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncWantedLog>): SyncWantedLog {
    return decodeMessage(buf, SyncWantedLog.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SyncWantedLog>,
  ): Generator<
    | SyncWantedLogAuthorFieldEvent
    | SyncWantedLogLogIdFieldEvent
    | SyncWantedLogRangesFirstFieldEvent
    | SyncWantedLogRangesLastFieldEvent
  > {
    return streamMessage(buf, SyncWantedLog.codec(), opts);
  }
}

export interface SyncWant {
  id: number;
  conversation: Uint8Array;
  logs: SyncWantedLog[];
  bodies: Uint8Array[];
}

export namespace SyncWant {
  let _codec: Codec<SyncWant>;

  export const codec = (): Codec<SyncWant> => {
    if (_codec == null) {
      _codec = message<SyncWant>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.id != null && obj.id !== 0) {
            w.uint32(8);
            w.uint32(obj.id);
          }

          if (obj.conversation != null && obj.conversation.byteLength > 0) {
            w.uint32(18);
            w.bytes(obj.conversation);
          }

          if (obj.logs != null && obj.logs.length > 0) {
            for (const value of obj.logs) {
              w.uint32(26);
              SyncWantedLog.codec().encode(value, w);
            }
          }

          if (obj.bodies != null && obj.bodies.length > 0) {
            for (const value of obj.bodies) {
              w.uint32(34);
              w.bytes(value);
            }
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            id: 0,
            conversation: uint8ArrayAlloc(0),
            logs: [],
            bodies: [],
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.id = reader.uint32();
                break;
              }
              case 2: {
                obj.conversation = reader.bytes();
                break;
              }
              case 3: {
                if (opts.limits?.logs != null && obj.logs.length === opts.limits.logs) {
                  throw new MaxLengthError('Decode error - repeated field "logs" had too many elements');
                }

                obj.logs.push(
                  SyncWantedLog.codec().decode(reader, reader.uint32(), {
                    limits: opts.limits?.logs$,
                  }),
                );
                break;
              }
              case 4: {
                if (opts.limits?.bodies != null && obj.bodies.length === opts.limits.bodies) {
                  throw new MaxLengthError('Decode error - repeated field "bodies" had too many elements');
                }

                obj.bodies.push(reader.bytes());
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
            logs: 0,
            bodies: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.id`,
                  value: reader.uint32(),
                };
                break;
              }
              case 2: {
                yield {
                  field: `${prefix}.conversation`,
                  value: reader.bytes(),
                };
                break;
              }
              case 3: {
                if (opts.limits?.logs != null && obj.logs === opts.limits.logs) {
                  throw new MaxLengthError('Streaming decode error - repeated field "logs" had too many elements');
                }

                for (const evt of SyncWantedLog.codec().stream(reader, reader.uint32(), `${prefix}.logs[]`, {
                  limits: opts.limits?.logs$,
                })) {
                  yield {
                    ...evt,
                    index: obj.logs,
                  };
                }

                obj.logs++;

                break;
              }
              case 4: {
                if (opts.limits?.bodies != null && obj.bodies === opts.limits.bodies) {
                  throw new MaxLengthError('Streaming decode error - repeated field "bodies" had too many elements');
                }

                yield {
                  field: `${prefix}.bodies[]`,
                  index: obj.bodies,
                  value: reader.bytes(),
                };

                obj.bodies++;

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

  export interface SyncWantIdFieldEvent {
    field: '$.id';
    value: number;
  }

  export interface SyncWantConversationFieldEvent {
    field: '$.conversation';
    value: Uint8Array;
  }

  export interface SyncWantLogsAuthorFieldEvent {
    field: '$.logs[].author';
    value: Uint8Array;
    index: number;
  }

  export interface SyncWantLogsLogIdFieldEvent {
    field: '$.logs[].logId';
    value: Uint8Array;
    index: number;
  }

  export interface SyncWantLogsRangesFirstFieldEvent {
    field: '$.logs[].ranges[].first';
    value: number;
    index: number;
  }

  export interface SyncWantLogsRangesLastFieldEvent {
    field: '$.logs[].ranges[].last';
    value: number;
    index: number;
  }

  export interface SyncWantBodiesFieldEvent {
    field: '$.bodies[]';
    index: number;
    value: Uint8Array;
  }

  export function encode(obj: Partial<SyncWant>): Uint8Array {
    return encodeMessage(obj, SyncWant.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncWant>): SyncWant {
    return decodeMessage(buf, SyncWant.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SyncWant>,
  ): Generator<
    | SyncWantIdFieldEvent
    | SyncWantConversationFieldEvent
    | SyncWantLogsAuthorFieldEvent
    | SyncWantLogsLogIdFieldEvent
    | SyncWantLogsRangesFirstFieldEvent
    | SyncWantLogsRangesLastFieldEvent
    | SyncWantBodiesFieldEvent
  > {
    return streamMessage(buf, SyncWant.codec(), opts);
  }
}

export interface SyncEntry {
  header: Uint8Array;
  signature: Uint8Array;
  body: Uint8Array;
  bodyGone: boolean;
}

export namespace SyncEntry {
  let _codec: Codec<SyncEntry>;

  export const codec = (): Codec<SyncEntry> => {
    if (_codec == null) {
      _codec = message<SyncEntry>(
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

          if (obj.bodyGone != null && obj.bodyGone !== false) {
            w.uint32(32);
            w.bool(obj.bodyGone);
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
            bodyGone: false,
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
              case 4: {
                obj.bodyGone = reader.bool();
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
              case 4: {
                yield {
                  field: `${prefix}.bodyGone`,
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

  export interface SyncEntryHeaderFieldEvent {
    field: '$.header';
    value: Uint8Array;
  }

  export interface SyncEntrySignatureFieldEvent {
    field: '$.signature';
    value: Uint8Array;
  }

  export interface SyncEntryBodyFieldEvent {
    field: '$.body';
    value: Uint8Array;
  }

  export interface SyncEntryBodyGoneFieldEvent {
    field: '$.bodyGone';
    value: boolean;
  }

  export function encode(obj: Partial<SyncEntry>): Uint8Array {
    return encodeMessage(obj, SyncEntry.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncEntry>): SyncEntry {
    return decodeMessage(buf, SyncEntry.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SyncEntry>,
  ): Generator<
    SyncEntryHeaderFieldEvent | SyncEntrySignatureFieldEvent | SyncEntryBodyFieldEvent | SyncEntryBodyGoneFieldEvent
  > {
    return streamMessage(buf, SyncEntry.codec(), opts);
  }
}

export interface SyncBatch {
  id: number;
  entries: SyncEntry[];
  last: boolean;
}

export namespace SyncBatch {
  let _codec: Codec<SyncBatch>;

  export const codec = (): Codec<SyncBatch> => {
    if (_codec == null) {
      _codec = message<SyncBatch>(
        (obj, w, opts = {}) => {
          if (opts.lengthDelimited !== false) {
            w.fork();
          }

          if (obj.id != null && obj.id !== 0) {
            w.uint32(8);
            w.uint32(obj.id);
          }

          if (obj.entries != null && obj.entries.length > 0) {
            for (const value of obj.entries) {
              w.uint32(18);
              SyncEntry.codec().encode(value, w);
            }
          }

          if (obj.last != null && obj.last !== false) {
            w.uint32(24);
            w.bool(obj.last);
          }

          if (opts.lengthDelimited !== false) {
            w.ldelim();
          }
        },
        (reader, length, opts = {}) => {
          const obj: any = {
            id: 0,
            entries: [],
            last: false,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                obj.id = reader.uint32();
                break;
              }
              case 2: {
                if (opts.limits?.entries != null && obj.entries.length === opts.limits.entries) {
                  throw new MaxLengthError('Decode error - repeated field "entries" had too many elements');
                }

                obj.entries.push(
                  SyncEntry.codec().decode(reader, reader.uint32(), {
                    limits: opts.limits?.entries$,
                  }),
                );
                break;
              }
              case 3: {
                obj.last = reader.bool();
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
            entries: 0,
          };

          const end = length == null ? reader.len : reader.pos + length;

          while (reader.pos < end) {
            const tag = reader.uint32();

            switch (tag >>> 3) {
              case 1: {
                yield {
                  field: `${prefix}.id`,
                  value: reader.uint32(),
                };
                break;
              }
              case 2: {
                if (opts.limits?.entries != null && obj.entries === opts.limits.entries) {
                  throw new MaxLengthError('Streaming decode error - repeated field "entries" had too many elements');
                }

                for (const evt of SyncEntry.codec().stream(reader, reader.uint32(), `${prefix}.entries[]`, {
                  limits: opts.limits?.entries$,
                })) {
                  yield {
                    ...evt,
                    index: obj.entries,
                  };
                }

                obj.entries++;

                break;
              }
              case 3: {
                yield {
                  field: `${prefix}.last`,
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

  export interface SyncBatchIdFieldEvent {
    field: '$.id';
    value: number;
  }

  export interface SyncBatchEntriesHeaderFieldEvent {
    field: '$.entries[].header';
    value: Uint8Array;
    index: number;
  }

  export interface SyncBatchEntriesSignatureFieldEvent {
    field: '$.entries[].signature';
    value: Uint8Array;
    index: number;
  }

  export interface SyncBatchEntriesBodyFieldEvent {
    field: '$.entries[].body';
    value: Uint8Array;
    index: number;
  }

  export interface SyncBatchEntriesBodyGoneFieldEvent {
    field: '$.entries[].bodyGone';
    value: boolean;
    index: number;
  }

  export interface SyncBatchLastFieldEvent {
    field: '$.last';
    value: boolean;
  }

  export function encode(obj: Partial<SyncBatch>): Uint8Array {
    return encodeMessage(obj, SyncBatch.codec());
  }

  export function decode(buf: Uint8Array | Uint8ArrayList, opts?: DecodeOptions<SyncBatch>): SyncBatch {
    return decodeMessage(buf, SyncBatch.codec(), opts);
  }

  export function stream(
    buf: Uint8Array | Uint8ArrayList,
    opts?: DecodeOptions<SyncBatch>,
  ): Generator<
    | SyncBatchIdFieldEvent
    | SyncBatchEntriesHeaderFieldEvent
    | SyncBatchEntriesSignatureFieldEvent
    | SyncBatchEntriesBodyFieldEvent
    | SyncBatchEntriesBodyGoneFieldEvent
    | SyncBatchLastFieldEvent
  > {
    return streamMessage(buf, SyncBatch.codec(), opts);
  }
}

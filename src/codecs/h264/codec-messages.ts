// What the program and the child process with the codecs say to each other: a header of fixed length, then a picture.

export const MESSAGE_KINDS = { encode: 1, decode: 2, close: 3, ready: 4, result: 5 } as const;
export type MessageKind = (typeof MESSAGE_KINDS)[keyof typeof MESSAGE_KINDS];

export interface CodecMessage {
  readonly kind: MessageKind;
  /** To encode: wanted; of a result: it is one. */
  readonly isKeyFrame: boolean;
  /** Of a result: whether there is a picture. Of `ready`: whether the library works. */
  readonly isGood: boolean;
  /** Which encoder or decoder. */
  readonly codec: number;
  readonly request: number;
  readonly width: number;
  readonly height: number;
  readonly bitsPerSecond: number;
  readonly framesPerSecond: number;
  readonly atMs: number;
  /** Where the raw picture is, or shall be, in the memory of both; {@link NO_PLACE}: it is the payload. */
  readonly place: number;
  /** Of the picture in that place. */
  readonly pictureBytes: number;
  readonly payload: Uint8Array;
}

export const NO_PLACE = -1;

const HEADER_BYTES = 48;
/** Larger than any picture that is handed over, either way. */
const MAX_PAYLOAD_BYTES = 16 << 20;
const KEY = 1;
const GOOD = 2;
export const NOTHING = new Uint8Array(0);

export function messageOf(kind: MessageKind, codec: number, rest: Partial<CodecMessage> = {}): CodecMessage {
  return {
    kind,
    codec,
    isKeyFrame: false,
    isGood: true,
    request: 0,
    width: 0,
    height: 0,
    bitsPerSecond: 0,
    framesPerSecond: 0,
    atMs: 0,
    place: NO_PLACE,
    pictureBytes: 0,
    payload: NOTHING,
    ...rest,
  };
}

/** The payload follows it as it is, without a copy. */
export function headerOf(message: CodecMessage): Uint8Array {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32LE(message.payload.length, 0);
  header.writeUInt8(message.kind, 4);
  header.writeUInt8((message.isKeyFrame ? KEY : 0) | (message.isGood ? GOOD : 0), 5);
  header.writeUInt32LE(message.codec, 8);
  header.writeUInt32LE(message.request, 12);
  header.writeUInt32LE(message.width, 16);
  header.writeUInt32LE(message.height, 20);
  header.writeUInt32LE(message.bitsPerSecond, 24);
  header.writeUInt32LE(message.framesPerSecond, 28);
  header.writeDoubleLE(message.atMs, 32);
  header.writeInt32LE(message.place, 40);
  header.writeUInt32LE(message.pictureBytes, 44);
  return header;
}

/** Puts messages together again; each is handed on as soon as its last byte is there. */
export class MessageReader {
  readonly #onMessage: (message: CodecMessage) => void;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  readonly #room: ((bytes: number) => Uint8Array) | undefined;
  #headerBytes = 0;
  #payload: Uint8Array | undefined;
  #payloadBytes = 0;

  /** @param room where a payload goes. @default one of its own for each */
  constructor(onMessage: (message: CodecMessage) => void, room?: (bytes: number) => Uint8Array) {
    this.#onMessage = onMessage;
    this.#room = room;
  }

  /**
   * What is handed in may be used for something else afterwards.
   *
   * @throws Error at what is no message: then nothing after it is one
   */
  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#payload === undefined) {
        const part = chunk.subarray(at, at + HEADER_BYTES - this.#headerBytes);
        this.#header.set(part, this.#headerBytes);
        this.#headerBytes += part.length;
        at += part.length;
        if (this.#headerBytes < HEADER_BYTES) return;
        const length = this.#header.readUInt32LE(0);
        if (length > MAX_PAYLOAD_BYTES) throw new Error('a message that is too long');
        // Not from the pool: a picture that is kept would keep all of it.
        this.#payload = this.#room?.(length) ?? Buffer.allocUnsafeSlow(length);
        this.#payloadBytes = 0;
      }
      const part = chunk.subarray(at, at + this.#payload.length - this.#payloadBytes);
      this.#payload.set(part, this.#payloadBytes);
      this.#payloadBytes += part.length;
      at += part.length;
      if (this.#payloadBytes === this.#payload.length) this.#finish(this.#payload);
    }
  }

  #finish(payload: Uint8Array): void {
    const header = this.#header;
    const flags = header.readUInt8(5);
    this.#payload = undefined;
    this.#headerBytes = 0;
    this.#onMessage({
      kind: header.readUInt8(4) as MessageKind,
      isKeyFrame: (flags & KEY) !== 0,
      isGood: (flags & GOOD) !== 0,
      codec: header.readUInt32LE(8),
      request: header.readUInt32LE(12),
      width: header.readUInt32LE(16),
      height: header.readUInt32LE(20),
      bitsPerSecond: header.readUInt32LE(24),
      framesPerSecond: header.readUInt32LE(28),
      atMs: header.readDoubleLE(32),
      place: header.readInt32LE(40),
      pictureBytes: header.readUInt32LE(44),
      payload,
    });
  }
}

// Messages between this program and a child that has to do with pictures: a few words as JSON, and bytes.

export interface PipeMessage {
  readonly head: Readonly<Record<string, unknown>>;
  readonly body: Uint8Array;
}

/** Lengths of head and body. */
const PREFIX_BYTES = 8;
const NOTHING = new Uint8Array(0);
const MAX_HEAD_BYTES = 4_096;
/** Of 4096 by 4096 pixels: more than any camera gives. */
const MAX_BODY_BYTES = 4_096 * 4_096 * 3;

/** To be written one after the other; the body is not copied. */
export function pipeMessage(head: PipeMessage['head'], body?: Uint8Array): Uint8Array[] {
  const words = Buffer.from(JSON.stringify(head));
  const start = Buffer.alloc(PREFIX_BYTES + words.length);
  start.writeUInt32LE(words.length, 0);
  start.writeUInt32LE(body?.length ?? 0, 4);
  words.copy(start, PREFIX_BYTES);
  return body === undefined || body.length === 0 ? [start] : [start, body];
}

/** Puts messages together again. */
export class PipeMessages {
  readonly #onMessage: (message: PipeMessage) => void;
  readonly #room: (bytes: number) => Uint8Array;
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #head = Buffer.alloc(0);
  #body: Uint8Array = NOTHING;
  /** Of the message that is being read. */
  #readBytes = 0;
  #isBroken = false;

  /** @param room where a body goes. @default memory of its own */
  constructor(
    onMessage: (message: PipeMessage) => void,
    room: (bytes: number) => Uint8Array = (bytes) => new Uint8Array(bytes),
  ) {
    this.#onMessage = onMessage;
    this.#room = room;
  }

  /** The other side doesn't keep to the form: nothing is read any more. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.#isBroken;) at += this.#take(bytes.subarray(at));
  }

  /** How many of the bytes belonged to the part that comes next. */
  #take(bytes: Uint8Array): number {
    const parts = [this.#prefix, this.#head, this.#body];
    let from = this.#readBytes;
    const part = parts.find((each) => {
      if (from < each.length) return true;
      from -= each.length;
      return false;
    });
    if (part === undefined) return bytes.length;
    const taken = bytes.subarray(0, part.length - from);
    part.set(taken, from);
    this.#readBytes += taken.length;
    if (this.#readBytes === PREFIX_BYTES) this.#begin();
    else if (this.#readBytes === PREFIX_BYTES + this.#head.length + this.#body.length) this.#finish();
    return taken.length;
  }

  #begin(): void {
    const headBytes = this.#prefix.readUInt32LE(0);
    const bodyBytes = this.#prefix.readUInt32LE(4);
    this.#isBroken = headBytes === 0 || headBytes > MAX_HEAD_BYTES || bodyBytes > MAX_BODY_BYTES;
    if (this.#isBroken) return;
    this.#head = Buffer.alloc(headBytes);
    this.#body = bodyBytes === 0 ? NOTHING : this.#room(bodyBytes);
  }

  #finish(): void {
    const [head, body] = [readHead(this.#head), this.#body];
    this.#head = Buffer.alloc(0);
    this.#body = NOTHING;
    this.#readBytes = 0;
    if (head === undefined) this.#isBroken = true;
    else this.#onMessage({ head, body });
  }
}

function readHead(bytes: Buffer): PipeMessage['head'] | undefined {
  try {
    const read: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof read === 'object' && read !== null ? (read as PipeMessage['head']) : undefined;
  } catch {
    return undefined;
  }
}

/** A number of the head that is a whole one within bounds; undefined: it is none. */
export function numberOf(head: PipeMessage['head'], name: string, most: number): number | undefined {
  const value = head[name];
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : undefined;
}

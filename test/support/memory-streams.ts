// Streams by purpose on the LAN in memory: opening takes a round trip, bytes share their connection with everything else
// that travels on it, and who does not read stops the writer at a window.

import type { StreamPurpose } from '../../src/contracts/links.ts';
import type { OpenedStream, OpenedStreamEvents } from '../../src/net/purpose-stream.ts';
import type { IncomingStream } from '../../src/net/purpose-streams.ts';
import { FrameDecoder } from '../../src/wire/frames.ts';
import type { MemoryChannel } from './memory-channel.ts';

/** What the two kernels and the muxer hold before bytes count as queued. */
export const WINDOW_BYTES = 256 * 1024;

/** What travels: `open` and bytes from the writer, the answer from the reader, `reset` from either. */
export interface StreamItem {
  readonly stream: MemoryStream;
  readonly content: Uint8Array | 'open' | 'accept' | 'refuse' | 'reset';
}

/** Who takes what others open. */
export interface StreamTaker {
  readonly purposes: readonly StreamPurpose[];
  receive(channel: MemoryChannel, purpose: StreamPurpose, stream: IncomingStream): () => void;
}

/** Resolves with the stream, or undefined when the other side takes none of this purpose. */
export function openMemoryStream(
  channel: MemoryChannel,
  purpose: StreamPurpose,
  events: OpenedStreamEvents,
  signal: AbortSignal,
): Promise<OpenedStream | undefined> {
  return new Promise((resolve, reject) => {
    const stream = new MemoryStream(channel, purpose, events, (isAccepted) => resolve(isAccepted ? stream : undefined));
    signal.addEventListener('abort', () => reject(new Error('it was given up')), { once: true });
    channel.putStreamItem({ stream, content: 'open' });
  });
}

/** One direction: whoever opened it writes, the other side reads. */
export class MemoryStream implements OpenedStream, IncomingStream {
  readonly #writer: MemoryChannel;
  readonly #purpose: StreamPurpose;
  readonly #events: OpenedStreamEvents;
  readonly #answered: (isAccepted: boolean) => void;
  readonly #decoder = new FrameDecoder();
  readonly #unread: Uint8Array[] = [];
  #unreadBytes = 0;
  #reader: ((result: IteratorResult<Uint8Array, undefined>) => void) | undefined;
  #isWritten = true;
  #isRead = false;
  #incomingBroke: () => void = () => undefined;

  constructor(
    writer: MemoryChannel,
    purpose: StreamPurpose,
    events: OpenedStreamEvents,
    answered: (isAccepted: boolean) => void,
  ) {
    this.#writer = writer;
    this.#purpose = purpose;
    this.#events = events;
    this.#answered = answered;
  }

  get queuedBytes(): number {
    return Math.max(0, this.#writer.travellingBytes(this) + this.#unreadBytes - WINDOW_BYTES);
  }

  send(bytes: Uint8Array): void {
    if (!this.#isWritten || this.#writer.isClosed) throw new Error('the stream is over');
    this.#writer.putStreamItem({ stream: this, content: bytes });
  }

  abort(): void {
    if (!this.#isWritten) return;
    this.#isWritten = false;
    this.#writer.dropTravelling(this);
    this.#writer.putStreamItem({ stream: this, content: 'reset' });
  }

  /** Something of this stream arrived at this side of the connection. */
  arrived(channel: MemoryChannel, content: StreamItem['content'], taker: StreamTaker): void {
    if (content === 'open') this.#offer(channel, taker);
    else if (content === 'accept' || content === 'refuse') this.#answered(content === 'accept');
    else if (content !== 'reset') this.#push(content);
    else if (channel !== this.#writer) this.#endReading();
    else if (this.#isWritten) {
      this.#isWritten = false;
      this.#events.broke();
    }
  }

  #offer(channel: MemoryChannel, taker: StreamTaker): void {
    this.#isRead = taker.purposes.includes(this.#purpose);
    channel.putStreamItem({ stream: this, content: this.#isRead ? 'accept' : 'refuse' });
    if (this.#isRead) this.#incomingBroke = taker.receive(channel, this.#purpose, this);
  }

  #push(bytes: Uint8Array): void {
    if (!this.#isRead) return;
    for (const frame of this.#decoder.push(bytes)) {
      this.#unread.push(frame);
      this.#unreadBytes += frame.length;
    }
    this.#serve();
  }

  get frames(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => ({ next: () => this.#next() }) };
  }

  #next(): Promise<IteratorResult<Uint8Array, undefined>> {
    return new Promise((resolve) => {
      this.#reader = resolve;
      this.#serve();
    });
  }

  #serve(): void {
    const frame = this.#unread[0];
    if (this.#reader === undefined || (frame === undefined && this.#isRead)) return;
    const reader = this.#reader;
    this.#reader = undefined;
    if (frame === undefined) {
      reader({ done: true, value: undefined });
      return;
    }
    this.#unread.shift();
    this.#unreadBytes -= frame.length;
    reader({ done: false, value: frame });
    if (this.#isWritten) this.#events.moved();
  }

  /** The reading side wants no more. */
  end(): void {
    if (!this.#isRead) return;
    this.#writer.connection.otherOf(this.#writer).putStreamItem({ stream: this, content: 'reset' });
    this.#endReading();
  }

  #endReading(): void {
    this.#isRead = false;
    this.#unread.length = 0;
    this.#unreadBytes = 0;
    this.#incomingBroke();
    this.#serve();
  }
}

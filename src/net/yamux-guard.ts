// Yamux with what it lacks: bounds on what the other end can make us hold. Its decoder collects a data frame of any
// announced length before it looks at the window, and answers every ping even when the answers are not read.
//
//    0        1        2        4           8          12
//   +--------+--------+--------+-----------+-----------+---------------------+
//   | version| type   | flags  | stream id | length    | type 0: length bytes|
//   +--------+--------+--------+-----------+-----------+---------------------+
//
// (https://github.com/hashicorp/yamux/blob/master/spec.md, big-endian)

import type { Connection, MessageStream, StreamMuxerFactory } from '@libp2p/interface';
import { yamux } from '@libp2p/yamux';
import type { Clock } from '../base/clock.ts';
import { systemClock } from '../base/clock.ts';
import { TokenBucket } from '../base/token-bucket.ts';
import { gatherWindowUpdates } from './window-updates.ts';

/** What a stream may send before we read: Yamux's own default, never grown. No frame can rightly be longer. */
const WINDOW_BYTES = 256 * 1024;
const MAX_STREAMS = 32;
/** Written and not taken by the system: one full queue of a link (link-channel.ts), and pings' answers. */
const MAX_UNSENT_BYTES = 12 * 1024 * 1024;
/** Pings and newly opened streams, together. An honest node opens a few and never pings. */
const EXTRAS = { perSecond: 20, burst: 200 };

const HEADER_BYTES = 12;
const TYPE_DATA = 0;
const TYPE_PING = 2;
const FLAG_SYN = 1;

/** Follows the frames of one direction, however the bytes are cut. */
export class YamuxFrameCheck {
  readonly #header = new Uint8Array(HEADER_BYTES);
  readonly #view = new DataView(this.#header.buffer);
  readonly #extras: TokenBucket;
  #headerBytes = 0;
  #bodyBytes = 0;

  constructor(clock: Clock) {
    this.#extras = new TokenBucket(clock, EXTRAS);
  }

  /** What is wrong with these bytes, if anything. Nothing can be said of the bytes after that. */
  push(chunk: Uint8Array): string | undefined {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#bodyBytes > 0) {
        const skipped = Math.min(this.#bodyBytes, chunk.length - offset);
        this.#bodyBytes -= skipped;
        offset += skipped;
        continue;
      }
      const part = chunk.subarray(offset, offset + HEADER_BYTES - this.#headerBytes);
      this.#header.set(part, this.#headerBytes);
      this.#headerBytes += part.length;
      offset += part.length;
      if (this.#headerBytes < HEADER_BYTES) return undefined;
      this.#headerBytes = 0;
      const problem = this.#takeHeader();
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #takeHeader(): string | undefined {
    const type = this.#view.getUint8(1);
    const opens = (this.#view.getUint16(2) & FLAG_SYN) !== 0;
    const length = this.#view.getUint32(8);
    if ((opens || type === TYPE_PING) && !this.#extras.tryTake()) return 'too many pings or new streams';
    if (type !== TYPE_DATA) return undefined;
    if (length > WINDOW_BYTES) return `a Yamux frame of ${length} bytes was announced`;
    this.#bodyBytes = length;
    return undefined;
  }
}

/** By the list of a muxer's streams, which is all that a Connection shows of its muxer. */
const carriers = new WeakMap<object, CountedCarrier>();

interface CountedCarrier {
  readonly carrier: MessageStream;
  writtenBytes: number;
}

/** Bytes of all streams of a connection that wait below the streams because the system does not take them. */
export function unsentBytes(connection: Connection): number {
  return carriers.get(connection.streams)?.carrier.writeBufferLength ?? 0;
}

/** Bytes of all streams of a connection that the system took. */
export function carriedBytes(connection: Connection): number {
  const counted = carriers.get(connection.streams);
  return counted === undefined ? 0 : counted.writtenBytes - counted.carrier.writeBufferLength;
}

function countWrites(carrier: MessageStream): CountedCarrier {
  const counted = { carrier, writtenBytes: 0 };
  const send = carrier.send.bind(carrier);
  carrier.send = (data) => {
    counted.writtenBytes += data.byteLength;
    return send(data);
  };
  return counted;
}

export function guardedYamux(clock: Clock = systemClock): () => StreamMuxerFactory {
  return () => {
    const inner = yamux({
      enableKeepAlive: false,
      maxInboundStreams: MAX_STREAMS,
      maxOutboundStreams: MAX_STREAMS,
      streamOptions: { initialStreamWindowSize: WINDOW_BYTES, maxStreamWindowSize: WINDOW_BYTES },
    })();
    return {
      protocol: inner.protocol,
      createStreamMuxer(carrier) {
        const check = new YamuxFrameCheck(clock);
        let broken = false;
        // Registered before the muxer's own listener, so that it runs first.
        carrier.addEventListener('message', ({ data }) => {
          if (broken) return;
          const problem = check.push(data.subarray());
          if (problem === undefined) return;
          broken = true;
          carrier.abort(new Error(problem));
        });
        carrier.maxWriteBufferLength = MAX_UNSENT_BYTES;
        const counted = countWrites(carrier);
        gatherWindowUpdates(carrier, WINDOW_BYTES);
        const muxer = inner.createStreamMuxer(carrier);
        carriers.set(muxer.streams, counted);
        return muxer;
      },
    };
  };
}

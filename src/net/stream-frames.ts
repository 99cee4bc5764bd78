// A libp2p stream as frames, with backpressure: the stream is paused while whoever reads is busy.
// (libp2p's own async iterator buffers without bound.)

import type { Stream } from '@libp2p/interface';
import { FrameDecoder } from '../wire/frames.ts';

/** Above this much unread data the stream is paused; the other end then stops at its Yamux window. */
const PAUSE_ABOVE_BYTES = 128 * 1024;

/** The chunks of a stream until the other end closes its side or the stream breaks. */
export async function* readChunks(stream: Stream, onBytes: () => void): AsyncGenerator<Uint8Array> {
  const queue: Uint8Array[] = [];
  let queuedBytes = 0;
  let ended = false;
  // An object, because the listeners below change it.
  const flow = { paused: false };
  let wake: (() => void) | undefined;
  const notify = (): void => {
    wake?.();
    wake = undefined;
  };
  const onMessage = (event: { data: { subarray(): Uint8Array } }): void => {
    const chunk = event.data.subarray();
    queue.push(chunk);
    queuedBytes += chunk.length;
    if (queuedBytes > PAUSE_ABOVE_BYTES && !flow.paused && stream.status === 'open') {
      flow.paused = true;
      stream.pause();
    }
    onBytes();
    notify();
  };
  const onEnd = (): void => {
    ended = true;
    notify();
  };
  stream.addEventListener('message', onMessage);
  stream.addEventListener('remoteCloseWrite', onEnd);
  stream.addEventListener('close', onEnd);
  if (stream.status === 'aborted' || stream.status === 'reset' || stream.status === 'closed') ended = true;
  try {
    for (;;) {
      const chunk = queue.shift();
      if (chunk !== undefined) {
        queuedBytes -= chunk.length;
        yield chunk;
        continue;
      }
      if (flow.paused) {
        flow.paused = false;
        resume(stream);
        if (queue.length > 0) continue;
      }
      if (ended) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    stream.removeEventListener('message', onMessage);
    stream.removeEventListener('remoteCloseWrite', onEnd);
    stream.removeEventListener('close', onEnd);
  }
}

/** Also a stream that has closed gives what it held while it was paused. */
function resume(stream: Stream): void {
  try {
    stream.resume();
  } catch {
    // Nothing was held.
  }
}

/** A transform for it-pipe: chunks in, whole frames out. Throws WireError at the first malformed length. */
export function decodeFrames(maxBytes: number): (chunks: AsyncIterable<Uint8Array>) => AsyncGenerator<Uint8Array> {
  return async function* frames(chunks) {
    const decoder = new FrameDecoder(maxBytes);
    for await (const chunk of chunks) yield* decoder.push(chunk);
  };
}

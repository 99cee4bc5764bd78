// A stream as frames: whole, in order, paused while nobody reads, ended when it ends.
import '../../src/base/platform.ts';
import type { Stream } from '@libp2p/interface';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireError } from '../../src/base/errors.ts';
import { StreamFrames, type TakeAtOnce } from '../../src/net/stream-frames.ts';
import { encodeFrame } from '../../src/wire/frames.ts';

const MAX_BYTES = 96 * 1024;

/** A stream as libp2p's: what comes while it is paused comes, at once, when it is resumed. */
class FakeStream extends EventTarget {
  status = 'open';
  remoteWriteStatus = 'writable';
  readableEnded = false;
  paused = false;
  listeners = 0;
  readonly #held: Uint8Array[] = [];

  override addEventListener(...given: Parameters<EventTarget['addEventListener']>): void {
    this.listeners++;
    super.addEventListener(...given);
  }

  override removeEventListener(...given: Parameters<EventTarget['removeEventListener']>): void {
    this.listeners--;
    super.removeEventListener(...given);
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
    while (!this.isPaused() && this.#held.length > 0) this.#dispatch(this.#held.shift()!);
    this.#endIfEmpty();
  }

  /** Asked anew each time: who hears of a chunk may pause. */
  isPaused(): boolean {
    return this.paused;
  }

  bring(chunk: Uint8Array): void {
    if (this.paused) this.#held.push(chunk);
    else this.#dispatch(chunk);
  }

  end(): void {
    this.remoteWriteStatus = 'closed';
    this.dispatchEvent(new Event('remoteCloseWrite'));
    this.#endIfEmpty();
  }

  /** The connection is gone: what came before is still given out. */
  close(): void {
    this.status = 'closed';
    this.remoteWriteStatus = 'closed';
    this.#endIfEmpty();
    this.dispatchEvent(new Event('close'));
  }

  #endIfEmpty(): void {
    if (this.remoteWriteStatus !== 'closed' || this.#held.length > 0 || this.readableEnded) return;
    this.readableEnded = true;
    this.dispatchEvent(new Event('end'));
  }

  #dispatch(chunk: Uint8Array): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data: chunk }));
  }
}

function reading(takeAtOnce?: TakeAtOnce): { stream: FakeStream; frames: StreamFrames } {
  const stream = new FakeStream();
  return { stream, frames: new StreamFrames(stream as unknown as Stream, MAX_BYTES, () => undefined, takeAtOnce) };
}

async function all(frames: StreamFrames): Promise<Uint8Array[]> {
  const read: Uint8Array[] = [];
  for await (const frame of frames) read.push(Uint8Array.from(frame));
  return read;
}

describe('frames of a stream', () => {
  it('come whole and in order, however they were cut, and whoever is first', async () => {
    const payloads = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(payloads, fc.integer({ min: 1, max: 500 }), fc.boolean(), async (sent, cut, readFirst) => {
        const { stream, frames } = reading();
        const early = readFirst ? all(frames) : undefined;
        const bytes = Buffer.concat(sent.map((payload) => encodeFrame(payload)));
        for (let start = 0; start < bytes.length; start += cut) {
          stream.bring(Uint8Array.from(bytes.subarray(start, start + cut)));
          if (start % 3 === 0) await Promise.resolve();
        }
        stream.end();
        expect(await (early ?? all(frames))).toEqual(sent);
      }),
    );
  });

  it('pause the stream while nobody reads, and lose nothing', async () => {
    const { stream, frames } = reading();
    const sent = Array.from({ length: 40 }, (_, index) => new Uint8Array(10_000).fill(index));
    for (const payload of sent) stream.bring(encodeFrame(payload));
    expect(stream.paused).toBe(true);
    const read: Uint8Array[] = [];
    while (read.length < sent.length) read.push((await frames.next()).value!);
    expect(read.map((payload) => [payload.length, payload[0]])).toEqual(sent.map((_, index) => [10_000, index]));
    expect(stream.paused).toBe(false);
  });

  it('end with a WireError at the first malformed length, after what came before it', async () => {
    const { stream, frames } = reading();
    stream.bring(encodeFrame(new Uint8Array([1])));
    stream.bring(new Uint8Array([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
    expect((await frames.next()).value).toEqual(new Uint8Array([1]));
    await expect(frames.next()).rejects.toThrow(WireError);
    expect(stream.listeners).toBe(0);
  });

  it('can be taken at once, slowly or by the reader, and keep their order', async () => {
    const ways = fc.array(fc.constantFrom('at once', 'slowly', 'by the reader'), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(ways, fc.integer({ min: 1, max: 9 }), async (wanted, cut) => {
        const taken: number[] = [];
        let busy = 0;
        const takeAtOnce: TakeAtOnce = (frame) => {
          expect(busy).toBe(0);
          const index = frame[0]!;
          if (wanted[index] === 'by the reader') return false;
          if (wanted[index] === 'at once') {
            taken.push(index);
            return undefined;
          }
          busy++;
          return new Promise((resolve) => {
            setImmediate(() => {
              busy--;
              taken.push(index);
              resolve();
            });
          });
        };
        const { stream, frames } = reading(takeAtOnce);
        const readAll = (async (): Promise<void> => {
          for await (const frame of frames) taken.push(frame[0]!);
        })();
        const bytes = Buffer.concat(wanted.map((_, index) => encodeFrame(new Uint8Array([index]))));
        for (let start = 0; start < bytes.length; start += cut) {
          stream.bring(Uint8Array.from(bytes.subarray(start, start + cut)));
          if (start % 2 === 0) await Promise.resolve();
        }
        stream.end();
        await readAll;
        expect(taken).toEqual(wanted.map((_, index) => index));
      }),
    );
  });

  it('end with what taking one threw', async () => {
    const { stream, frames } = reading(() => {
      throw new WireError('It is no good.');
    });
    const next = frames.next();
    stream.bring(encodeFrame(new Uint8Array([1])));
    await expect(next).rejects.toThrow('It is no good.');
    const slow = reading(() => Promise.reject(new WireError('It is no good.')));
    const later = slow.frames.next();
    slow.stream.bring(encodeFrame(new Uint8Array([1])));
    await expect(later).rejects.toThrow('It is no good.');
    expect([stream.listeners, slow.stream.listeners]).toEqual([0, 0]);
  });

  it('let go of the stream when the reader stops', async () => {
    const { stream, frames } = reading();
    stream.bring(encodeFrame(new Uint8Array([1])));
    for await (const frame of frames) {
      expect(frame).toEqual(new Uint8Array([1]));
      break;
    }
    expect(stream.listeners).toBe(0);
    expect(await frames.next()).toEqual({ done: true, value: undefined });
  });

  it('are complete only if the other end closed its side, also before there was a reader', async () => {
    const sent = Array.from({ length: 40 }, (_, index) => new Uint8Array(10_000).fill(index));
    const ends: ((stream: FakeStream) => void)[] = [(stream) => stream.end(), (stream) => stream.close()];
    for (const [index, end] of ends.entries()) {
      const stream = new FakeStream();
      const wrap = (): StreamFrames => new StreamFrames(stream as unknown as Stream, MAX_BYTES, () => undefined);
      const frames = wrap();
      for (const payload of sent) stream.bring(encodeFrame(payload));
      expect(stream.paused).toBe(true);
      end(stream);
      expect((await all(frames)).map((frame) => [frame.length, frame[0]])).toEqual(sent.map((_, at) => [10_000, at]));
      expect(frames.isComplete).toBe(index === 0);
      const late = wrap();
      expect(await all(late)).toEqual([]);
      expect(late.isComplete).toBe(index === 0);
    }
  });

  it('that came and ended before there was a reader are read', async () => {
    const stream = new FakeStream();
    // As libp2p does while nobody listens.
    stream.paused = true;
    stream.bring(encodeFrame(new Uint8Array([1])));
    stream.end();
    const frames = new StreamFrames(stream as unknown as Stream, MAX_BYTES, () => undefined);
    queueMicrotask(() => stream.resume());
    expect(await all(frames)).toEqual([new Uint8Array([1])]);
    expect(frames.isComplete).toBe(true);
  });
});

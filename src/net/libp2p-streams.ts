// Streams by purpose on libp2p: what they are called there, how one is opened, and how one of the other side is read.

import type { Connection, Stream } from '@libp2p/interface';
import { deadline, type Clock } from '../base/clock.ts';
import type { StreamPurpose } from '../contracts/links.ts';
import { MAX_FRAME_BYTES } from '../wire/frames.ts';
import type { LinkChannel } from './link-channel.ts';
import type { LanLibp2p } from './libp2p-node.ts';
import type { OpenedStream, OpenedStreamEvents } from './purpose-stream.ts';
import type { IncomingStream } from './purpose-streams.ts';
import { StreamFrames } from './stream-frames.ts';

export const STREAM_PROTOCOLS: Readonly<Record<StreamPurpose, string>> = {
  sync: '/mmchat/sync/1',
  file: '/mmchat/file/1',
  media: '/mmchat/media/1',
};
const OPEN_DEADLINE_MS = 10_000;

/** Who takes what others open. */
interface StreamTaker {
  readonly purposes: readonly StreamPurpose[];
  receive(channel: LinkChannel, purpose: StreamPurpose, stream: IncomingStream): () => void;
}

/** From now on others can open what `taker` knows; anything else is an unknown protocol to them. */
export async function handleStreams(
  libp2p: LanLibp2p,
  taker: StreamTaker,
  channelOf: (connection: Connection) => LinkChannel | undefined,
): Promise<void> {
  for (const purpose of taker.purposes)
    await libp2p.handle(
      STREAM_PROTOCOLS[purpose],
      (stream, connection) => {
        const channel = channelOf(connection);
        if (channel === undefined) stream.abort(new Error('not now'));
        else take(stream, purpose, channel, taker);
      },
      { maxInboundStreams: 2, maxOutboundStreams: 2 },
    );
}

function take(stream: Stream, purpose: StreamPurpose, channel: LinkChannel, taker: StreamTaker): void {
  // It may have broken while it was negotiated.
  if (stream.status !== 'open') return;
  const frames = new StreamFrames(stream, MAX_FRAME_BYTES, () => channel.heard());
  const broke = taker.receive(channel, purpose, { frames, end: () => end(stream) });
  stream.addEventListener('close', () => {
    if (stream.status !== 'closed') broke();
  });
}

function end(stream: Stream): void {
  if (stream.status === 'open' && stream.remoteWriteStatus === 'closed') stream.close().catch(() => undefined);
  else stream.abort(new Error('nobody reads it any more'));
}

/** Undefined: the other side does not speak this protocol. */
export async function openStream(
  clock: Clock,
  channel: LinkChannel,
  purpose: StreamPurpose,
  events: OpenedStreamEvents,
  signal: AbortSignal,
): Promise<OpenedStream | undefined> {
  const limit = deadline(clock, OPEN_DEADLINE_MS, signal);
  try {
    const stream = await channel.connection.newStream(STREAM_PROTOCOLS[purpose], { signal: limit.signal });
    return ownStream(stream, events);
  } catch (error) {
    if (error instanceof Error && error.name === 'UnsupportedProtocolError') return undefined;
    throw error;
  } finally {
    limit.done();
  }
}

function ownStream(stream: Stream, events: OpenedStreamEvents): OpenedStream {
  if (stream.status !== 'open') throw new Error('The stream is over already.');
  // The other side writes on its own: what it writes here ends at a window instead of filling the memory.
  stream.pause();
  const moved = (): void => {
    // A stream that is given up becomes idle as well.
    if (stream.status === 'open') events.moved();
  };
  // libp2p's own listener was there first: by then it has sent what it could. (Its onDrain() can't be used: see README.)
  stream.addEventListener('drain', () => queueMicrotask(moved));
  stream.addEventListener('idle', moved);
  stream.addEventListener('close', () => events.broke());
  return {
    get queuedBytes() {
      return stream.writeBufferLength;
    },
    send: (bytes) => void stream.send(bytes),
    abort: () => stream.abort(new Error('what waits on it is given up')),
  };
}

/** Ends those that a link which moved left behind on its old connection. */
export function dropStreams(connection: Connection): void {
  const protocols = Object.values(STREAM_PROTOCOLS);
  for (const stream of [...connection.streams])
    if (protocols.includes(stream.protocol)) stream.abort(new Error('the connection ends'));
}

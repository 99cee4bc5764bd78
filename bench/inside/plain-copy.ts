// The bare way to copy a history: the entries of a file of frames over one libp2p stream, into a plain table.

import type { Libp2p } from 'libp2p';
import { SignatureChecker } from '../../src/base/ed25519.ts';
import { everyoneConversationId } from '../../src/wire/conversation-id.ts';
import { encodeFrame, FrameDecoder, MAX_FRAME_BYTES } from '../../src/wire/frames.ts';
import { decodeEntryHeader, entrySigningBytes } from '../../src/wire/log-entry.ts';
import { decodeSyncMessage, encodeSyncMessage } from '../../src/wire/sync-messages.ts';
import { openStream } from '../processes/bare-libp2p.ts';
import { PlainDatabase } from './plain-database.ts';
import { SampleLog, samplePerson } from './sample-log.ts';
import { SampleTexts } from './sample-texts.ts';

/** As many entries as go well into a frame. */
const FRAME_ENTRIES = 128;
const PEOPLE = 10;

/** So many entries as they travel, signed by ten people in turn. */
export function sampleFrames(count: number): Uint8Array[] {
  const texts = new SampleTexts(1);
  const logs = Array.from({ length: PEOPLE }, (_, number) => {
    const person = samplePerson(number);
    const conversation = everyoneConversationId();
    return new SampleLog({ person, conversation, standing: 'known', deliveredBy: person.peerId, signed: true });
  });
  const entries = Array.from({ length: count }, (_, number) => {
    const entry = logs[number % logs.length]?.write(texts.next(), number + 1, Date.now());
    if (entry === undefined) throw new RangeError('Somebody has to say something.');
    return { header: entry.header, signature: entry.signature, body: entry.body, bodyGone: false };
  });
  const frames: Uint8Array[] = [];
  for (let start = 0; start < count; start += FRAME_ENTRIES) {
    const batch = entries.slice(start, start + FRAME_ENTRIES);
    frames.push(encodeFrame(encodeSyncMessage({ type: 'batch', id: 1, entries: batch, last: false }), MAX_FRAME_BYTES));
  }
  return frames;
}

export async function sendFrames(libp2p: Libp2p, address: string, frames: readonly Uint8Array[]): Promise<void> {
  const stream = await openStream(libp2p, address);
  for (const frame of frames) if (!stream.send(frame)) await stream.onDrain();
}

export interface PlainTaking {
  readonly path: string;
  /** Whether signatures are checked. */
  readonly checked: boolean;
  /** Called with how many entries are on the disk. */
  readonly onKept: (count: number) => void;
}

/** Takes the bytes of such a stream: one transaction for each frame. */
export function plainTaker({ path, checked, onKept }: PlainTaking): (chunk: Uint8Array) => void {
  const database = new PlainDatabase(path);
  const decoder = new FrameDecoder();
  const checker = new SignatureChecker();
  let kept = 0;
  return (chunk) => {
    for (const frame of decoder.push(chunk)) {
      const message = decodeSyncMessage(frame);
      if (message.type !== 'batch') continue;
      for (const { header, signature } of checked ? message.entries : []) {
        const { author } = decodeEntryHeader(header);
        if (!checker.verify(author, entrySigningBytes(header), signature)) throw new Error('A wrong signature.');
      }
      database.append(message.entries);
      kept += message.entries.length;
      onKept(kept);
    }
  };
}

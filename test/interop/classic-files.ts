// Files as the classic client sends and receives them.

import type { ClassicClient } from './classic-client.ts';

const CHUNK_BYTES = 2_048;
const VOICE_RATE_HZ = 44_100;

export function sendFile(
  client: ClassicClient,
  target: { to: string } | { room: string },
  filename: string,
  content: Uint8Array,
): void {
  client.say({ type: 'file_init', filename, size: content.length, ...target });
  for (let start = 0; start < content.length; start += CHUNK_BYTES) {
    const chunk = Buffer.from(content.subarray(start, start + CHUNK_BYTES)).toString('base64');
    client.say({ type: 'file_chunk', chunk, ...target });
  }
  client.say({ type: 'file_end', filename, ...target });
}

export interface ReceivedFile {
  readonly from: string;
  readonly to?: string;
  readonly room?: string;
  readonly filename: string;
  readonly size: number;
  readonly content: Buffer;
}

/** The next file, from its first part to its last. */
export async function receiveFile(client: ClassicClient): Promise<ReceivedFile> {
  const parts: Record<string, unknown>[] = [];
  await client.until((line) => {
    const part = JSON.parse(line) as Record<string, unknown>;
    if (String(part['type']).startsWith('file_')) parts.push(part);
    return part['type'] === 'file_end';
  });
  const { type: _type, ...facts } = parts[0] ?? {};
  const chunks = parts
    .filter(({ type }) => type === 'file_chunk')
    .map(({ chunk }) => Buffer.from(String(chunk), 'base64'));
  return { ...(facts as Omit<ReceivedFile, 'content'>), content: Buffer.concat(chunks) };
}

/** A tone as the classic client records: 64-bit float, mono, 44.1 kHz. */
export function classicVoice(hz: number, seconds: number): Buffer {
  const samples = Math.round(VOICE_RATE_HZ * seconds);
  const wav = Buffer.alloc(44 + samples * 8);
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(3, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(VOICE_RATE_HZ, 24);
  wav.writeUInt32LE(VOICE_RATE_HZ * 8, 28);
  wav.writeUInt16LE(8, 32);
  wav.writeUInt16LE(64, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(samples * 8, 40);
  for (let index = 0; index < samples; index++)
    wav.writeDoubleLE(0.5 * Math.sin((2 * Math.PI * hz * index) / VOICE_RATE_HZ), 44 + index * 8);
  return wav;
}

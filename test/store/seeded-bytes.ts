// Bytes that look random and are the same each time, for programs that know only their name.
import { createCipheriv, createHash } from 'node:crypto';

export function seededBytes(seed: string, length: number): Uint8Array {
  const key = createHash('sha256').update(seed).digest();
  return new Uint8Array(createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length)));
}

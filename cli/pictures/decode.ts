// An image file becomes a small picture: measured, then decoded, then shrunk.

import { open } from 'node:fs/promises';
import { MmchatError } from '../../src/index.ts';
import { decodeGif } from './gif.ts';
import { IMAGE_LIMITS, readImageHeader, type ImageKind, type Pixels } from './image-header.ts';
import { decodeJpeg, quarterTurns } from './jpeg.ts';
import { decodePng } from './png.ts';
import { fitted, shrunk, THUMBNAIL_SIZE, turned } from './thumbnail.ts';

/** @throws MmchatError with a few words that stand in the picture's place */
export async function thumbnailOf(path: string): Promise<Pixels> {
  const bytes = await readBytes(path);
  const { kind } = readImageHeader(bytes);
  const pixels = decode(kind, bytes);
  const turns = kind === 'jpeg' ? quarterTurns(bytes) : 0;
  const { width, height } = THUMBNAIL_SIZE;
  const room = turns % 2 === 1 ? { width: height, height: width } : THUMBNAIL_SIZE;
  return turned(shrunk(pixels, fitted(pixels, room)), turns);
}

/** The file may be another one by now, and larger. */
async function readBytes(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const facts = await file.stat();
    if (!facts.isFile()) throw new MmchatError('no-such-file', 'no file any more');
    if (facts.size > IMAGE_LIMITS.fileBytes) throw new MmchatError('too-large', 'too large to be shown here');
    const buffer = new Uint8Array(facts.size);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await file.close();
  }
}

function decode(kind: ImageKind, bytes: Uint8Array): Pixels {
  switch (kind) {
    case 'png':
      return decodePng(bytes);
    case 'gif':
      return decodeGif(bytes);
    case 'jpeg':
      return decodeJpeg(bytes);
    case 'webp':
      throw new MmchatError('bad-option', 'WebP can’t be shown here yet');
  }
}

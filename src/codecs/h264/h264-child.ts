// The program of the child process that holds the codecs of H.264: what strangers send gets into native code here only.
//
//   h264-child MODULE      messages of codec-messages.ts on descriptor 3, both ways; its end is the end of it all; raw pictures in the
//                          file on descriptor 4 where a message says so

import { Socket } from 'node:net';
import { loadNativeLibrary, type NativeLibrary } from '../../base/node-av-library.ts';
import { MESSAGE_KINDS, MessageReader, NO_PLACE, headerOf, messageOf, type CodecMessage } from './codec-messages.ts';
import { PictureMemory } from './picture-memory.ts';
import { NativeDecoder } from './native-decoder.ts';
import { NativeEncoder } from './native-encoder.ts';

/** More codecs than any call has; the oldest then gives way. */
const MOST_CODECS = 64;
const READ_BYTES = 1 << 20;

class Codecs {
  readonly #native: NativeLibrary;
  readonly #memory = new PictureMemory(4);
  readonly #room = sameRoom();
  readonly #encoders = new Map<number, NativeEncoder>();
  readonly #decoders = new Map<number, NativeDecoder>();

  constructor(native: NativeLibrary) {
    this.#native = native;
  }

  /** One after the other: whoever waits for it knows whose picture it was that ended this process. */
  answer(message: CodecMessage): CodecMessage | undefined {
    const { kind, codec, request } = message;
    if (kind === MESSAGE_KINDS.close) {
      this.#close(codec);
      return undefined;
    }
    try {
      if (kind === MESSAGE_KINDS.encode) {
        const encoder = entry(this.#encoders, codec, () => new NativeEncoder(this.#native));
        const picture = encoder.encode({ ...message, rgb: this.#pictureOf(message) });
        if (picture !== undefined) {
          const { bytes: payload, isKeyFrame, width, height } = picture;
          return messageOf(MESSAGE_KINDS.result, codec, { request, payload, isKeyFrame, width, height });
        }
      }
      if (kind === MESSAGE_KINDS.decode) {
        const decoder = entry(this.#decoders, codec, () => new NativeDecoder(this.#native));
        const hasPlace = message.place !== NO_PLACE;
        const frame = decoder.decode(message.payload, hasPlace ? this.#room : (bytes) => Buffer.allocUnsafeSlow(bytes));
        if (frame !== undefined) {
          const { rgb, width, height } = frame;
          const isPlaced = hasPlace && this.#memory.write(message.place, rgb);
          // What is in the room is gone with the next picture, and the descriptor takes its time.
          const where = isPlaced
            ? { place: message.place, pictureBytes: rgb.length }
            : { payload: hasPlace ? Buffer.from(rgb) : rgb };
          return messageOf(MESSAGE_KINDS.result, codec, { request, ...where, width, height });
        }
      }
    } catch {
      // Nothing that could be shown: that is the answer.
    }
    return messageOf(MESSAGE_KINDS.result, codec, { request, isGood: false });
  }

  #pictureOf({ place, pictureBytes, payload }: CodecMessage): Uint8Array {
    if (place === NO_PLACE) return payload;
    const rgb = this.#room(pictureBytes);
    if (!this.#memory.read(place, rgb)) throw new Error('a picture that is not there');
    return rgb;
  }

  #close(codec: number): void {
    this.#encoders.get(codec)?.close();
    this.#encoders.delete(codec);
    this.#decoders.get(codec)?.close();
    this.#decoders.delete(codec);
  }
}

function entry<Codec extends { close(): void }>(codecs: Map<number, Codec>, key: number, make: () => Codec): Codec {
  const known = codecs.get(key);
  if (known !== undefined) return known;
  const [oldest] = codecs;
  if (codecs.size >= MOST_CODECS && oldest !== undefined) {
    oldest[1].close();
    codecs.delete(oldest[0]);
  }
  const codec = make();
  codecs.set(key, codec);
  return codec;
}

/** At once: nothing of it outlives whom it works for. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Read into one buffer: large pictures would come as hundreds of small ones. The types don't know it yet. */
function openSocket(onBytes: (bytes: Uint8Array) => void): Socket {
  const buffer = Buffer.alloc(READ_BYTES);
  const callback = (count: number): boolean => {
    onBytes(buffer.subarray(0, count));
    return true;
  };
  const options = { fd: 3, readable: true, writable: true, onread: { buffer, callback } };
  return new Socket(options).on('error', end).on('end', end).on('close', end);
}

/** What is asked is answered before the next question is read: one place is enough for all of them. */
function sameRoom(): (bytes: number) => Buffer {
  let room = Buffer.alloc(0);
  return (bytes) => {
    if (room.length < bytes) room = Buffer.allocUnsafeSlow(bytes);
    return room.subarray(0, bytes);
  };
}

async function loadCodecs(modulePath: string): Promise<Codecs | undefined> {
  try {
    const native = await loadNativeLibrary(modulePath);
    const { lib, constants } = native;
    const canEncode = lib.Codec.findEncoderByName(constants.FF_ENCODER_LIBX264) !== null;
    const canDecode = lib.Codec.findDecoder(constants.AV_CODEC_ID_H264) !== null;
    return canEncode && canDecode ? new Codecs(native) : undefined;
  } catch {
    // Not for this platform; nobody needs to know more.
    return undefined;
  }
}

async function main([modulePath = '']: readonly string[]): Promise<void> {
  // A Ctrl-C in the terminal goes to everybody there; the one whom this works for decides.
  process.on('SIGINT', () => undefined);
  // What is sent meanwhile waits in the descriptor.
  const codecs = await loadCodecs(modulePath);
  const reader = new MessageReader((message) => {
    const answer = codecs?.answer(message);
    if (answer !== undefined) say(answer);
  }, sameRoom());
  const socket = openSocket((bytes) => reader.push(bytes));
  const say = (message: CodecMessage): void => {
    socket.cork();
    socket.write(headerOf(message));
    if (message.payload.length > 0) socket.write(message.payload);
    socket.uncork();
  };
  say(messageOf(MESSAGE_KINDS.ready, 0, { isGood: codecs !== undefined }));
  socket.resume();
}

await main(process.argv.slice(2));

// Noise with less to do for each message; what goes over the wire is the same.
//
// By itself it hands the two bytes of a length and the message to the transport as two pieces, and the TCP transport writes
// every piece by itself: two packets, and the other end wakes up twice. And it finds the end of what has come by an
// exception whose stack nobody reads.

import { noise, type NoiseInit } from '@chainsafe/libp2p-noise';
import type { ConnectionEncrypter, MessageStream, SecuredConnection } from '@libp2p/interface';

type EncrypterFactory = (...given: Parameters<ReturnType<typeof noise>>) => ConnectionEncrypter;

export function leanNoise(init: NoiseInit): EncrypterFactory {
  const factory = noise(init);
  return (components) => {
    const encrypter = factory(components) as ConnectionEncrypter;
    const secureInbound = encrypter.secureInbound.bind(encrypter);
    const secureOutbound = encrypter.secureOutbound.bind(encrypter);
    encrypter.secureInbound = async (carrier, options) =>
      endingQuietly(await secureInbound(joiningWrites(carrier), options));
    encrypter.secureOutbound = async (carrier, options) =>
      endingQuietly(await secureOutbound(joiningWrites(carrier), options));
    return encrypter;
  };
}

/** Copying a message costs less than the second system call, also for the largest one (64 KiB). */
function joiningWrites<Carrier extends MessageStream>(carrier: Carrier): Carrier {
  const send = carrier.send.bind(carrier);
  carrier.send = (data) => send(data.subarray());
  return carrier;
}

interface LengthDecoding {
  decoder?: { lengthDecoder?: (bytes: { readonly byteLength: number }) => number };
}

/** After every message Noise asks for the length of the next; a RangeError means that there is none yet. */
const NO_LENGTH_YET = new RangeError('The length of a Noise message has two bytes.');

function endingQuietly<Secured extends SecuredConnection>(secured: Secured): Secured {
  const { decoder } = secured.connection as LengthDecoding;
  const decode = decoder?.lengthDecoder;
  // Not among what the library promises: without it everything works as before.
  if (decoder === undefined || decode === undefined) return secured;
  decoder.lengthDecoder = (bytes) => {
    if (bytes.byteLength < 2) throw NO_LENGTH_YET;
    return decode(bytes);
  };
  return secured;
}

// Noise with one write for each message. By itself it hands the two bytes of a length and the message to the transport as
// two pieces, and the TCP transport writes every piece by itself: two packets, and the other end wakes up twice.

import { noise, type NoiseInit } from '@chainsafe/libp2p-noise';
import type { ConnectionEncrypter, MessageStream } from '@libp2p/interface';

type EncrypterFactory = (...given: Parameters<ReturnType<typeof noise>>) => ConnectionEncrypter;

export function noiseInOneWrite(init: NoiseInit): EncrypterFactory {
  const factory = noise(init);
  return (components) => {
    const encrypter = factory(components) as ConnectionEncrypter;
    const secureInbound = encrypter.secureInbound.bind(encrypter);
    const secureOutbound = encrypter.secureOutbound.bind(encrypter);
    encrypter.secureInbound = (carrier, options) => secureInbound(joiningWrites(carrier), options);
    encrypter.secureOutbound = (carrier, options) => secureOutbound(joiningWrites(carrier), options);
    return encrypter;
  };
}

/** Copying a message costs less than the second system call, also for the largest one (64 KiB). */
function joiningWrites<Carrier extends MessageStream>(carrier: Carrier): Carrier {
  const send = carrier.send.bind(carrier);
  carrier.send = (data) => send(data.subarray());
  return carrier;
}

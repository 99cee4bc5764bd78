// The codecs of this machine. A library is loaded when the first of its kind is asked for.

import { MmchatError, messageOf } from '../base/errors.ts';
import type { AudioCodecs } from '../contracts/codecs.ts';
import { openEchoCanceller } from './echo-canceller.ts';
import { openNoiseSuppressor } from './noise-suppressor.ts';
import { openOpusDecoder } from './opus-decoder.ts';
import { openOpusEncoder } from './opus-encoder.ts';

export function localAudioCodecs(): AudioCodecs {
  return {
    encoder: () => loaded('Opus encoder', openOpusEncoder),
    decoder: () => loaded('Opus decoder', openOpusDecoder),
    echoCanceller: () => loaded('echo canceller', openEchoCanceller),
    noiseSuppressor: () => loaded('noise suppressor', openNoiseSuppressor),
  };
}

async function loaded<Part>(name: string, open: () => Promise<Part>): Promise<Part> {
  try {
    return await open();
  } catch (error) {
    throw new MmchatError('internal', `The ${name} can't be loaded: ${messageOf(error)}`, { cause: error });
  }
}

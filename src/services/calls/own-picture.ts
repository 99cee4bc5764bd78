// One's own camera, screen and pictures of others, as chosen.

import type { VideoCodecName, VideoCodecs, VideoDevices } from '../../contracts/video.ts';
import type { PictureEndpoints } from './call-parts.ts';

export interface OwnPictureParts {
  readonly devices: VideoDevices;
  readonly codecs: VideoCodecs;
  /** As they are chosen now. */
  readonly inputName: () => string;
  readonly outputName: () => string;
}

export function ownPicture({ devices, codecs, inputName, outputName }: OwnPictureParts): PictureEndpoints {
  let known: readonly VideoCodecName[] | undefined;
  let learning: Promise<void> | undefined;
  const learn = async (): Promise<void> => {
    try {
      known = await codecs.available();
    } catch {
      // Then there are none; the next one who asks may have more luck.
      learning = undefined;
    }
  };
  return {
    codecs: () => known ?? codecs.likely,
    learnCodecs: () => (learning ??= learn()),
    encoder: (codec) => codecs.encoder(codec),
    decoder: (codec) => codecs.decoder(codec),
    openInput: () => devices.openInput(inputName()),
    openShare: (source) => devices.openInput(source),
    openOutput: async () => (outputName() === 'none' ? undefined : devices.openOutput(outputName())),
  };
}

// One's own microphone and loudspeaker, as chosen; the default ones while those are away.

import { MmchatError } from '../../base/errors.ts';
import type { AudioDevices } from '../../contracts/audio.ts';
import type { SoundEndpoints } from './call-parts.ts';

export interface OwnSoundParts {
  readonly devices: AudioDevices;
  /** As they are chosen now. */
  readonly inputName: () => string;
  readonly outputName: () => string;
  readonly warn: (sentence: string) => void;
}

/** Chosen on purpose, and no hardware: nothing else is meant. */
const WITHOUT_HARDWARE = /^(?:none$|default$|tone:|file:|loop:)/u;

export function ownSound({ devices, inputName, outputName, warn }: OwnSoundParts): SoundEndpoints {
  const orDefault = async <Device>(name: string, open: (name: string) => Promise<Device>): Promise<Device> => {
    try {
      return await open(name);
    } catch (error) {
      if (!(error instanceof MmchatError) || WITHOUT_HARDWARE.test(name)) throw error;
      const device = await open('default');
      warn(`${error.message} The default device is used instead.`);
      return device;
    }
  };
  return {
    openInput: () => orDefault(inputName(), (name) => devices.openInput(name)),
    openOutput: () => orDefault(outputName(), (name) => devices.openOutput(name)),
  };
}

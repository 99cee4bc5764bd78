// What one way to the hardware offers: PulseAudio, PortAudio, ALSA.

import type { AudioBackendName, AudioInput, AudioOutput, MissingDevice } from '../contracts/audio.ts';

export interface BackendDevice {
  /** What the backend itself calls it. */
  readonly key: string;
  /** For people; cleaned. */
  readonly name: string;
  readonly isDefault: boolean;
}

export interface BackendListing {
  readonly inputs: readonly BackendDevice[];
  readonly outputs: readonly BackendDevice[];
  /** Why this way leads nowhere, if it does. */
  readonly missing: readonly MissingDevice[];
}

export interface AudioBackend {
  readonly name: AudioBackendName;
  /** Never rejects because something is missing, but says so. */
  list(signal?: AbortSignal): Promise<BackendListing>;
  /** @param followsDefault it was asked for as the default: it may move when another device becomes that */
  openInput(device: BackendDevice, followsDefault: boolean): AudioInput;
  openOutput(device: BackendDevice, followsDefault: boolean): AudioOutput;
}

/** More than anybody has; a sound server may be made to say anything. */
export const MAX_LISTED_DEVICES = 64;

// Where sound comes from and where it goes, whatever carries it. Frames are those of media/audio-format.ts: 10 ms, mono,
// 48 kHz, 32-bit floats from -1 to 1; a frame belongs to whoever is handed it. They go from function to function,
// never through events.

export type AudioBackendName = 'pulse' | 'portaudio' | 'alsa' | 'none' | 'tone' | 'file';

export interface AudioDevice {
  /** The same as long as the hardware is: `pulse:alsa_input.usb-...`. */
  readonly id: string;
  /** For people; cleaned. */
  readonly name: string;
  readonly backend: AudioBackendName;
}

export interface ListedAudioDevice extends AudioDevice {
  /** Position in this list, from 1: also accepted where a device is wanted. */
  readonly number: number;
  readonly isDefault: boolean;
}

export interface MissingDevice {
  /** In a few words: `PulseAudio or PipeWire`. */
  readonly what: string;
  /** A sentence. */
  readonly reason: string;
  /** A sentence: what to do to get it. */
  readonly remedy: string;
}

export interface AudioDeviceList {
  readonly audioInputs: readonly ListedAudioDevice[];
  readonly audioOutputs: readonly ListedAudioDevice[];
  /** Empty when there are inputs and outputs. */
  readonly missing: readonly MissingDevice[];
}

export interface AudioInputStart {
  /** Every 10 ms; after a pause of this process several at once. Must not throw. */
  readonly onFrame: (frame: Float32Array) => void;
  /**
   * Once, with a sentence: unplugged, its program ended, it went silent without a word for 5 s. No frame follows; the input has stopped itself.
   * Not after `stop`.
   */
  readonly onLost: (sentence: string) => void;
  /** Its abort is as good as `stop`. */
  readonly signal?: AbortSignal;
}

/** One use of a device: started once, stopped once, then thrown away. */
export interface AudioInput {
  readonly device: AudioDevice;
  /**
   * Resolves with the first frame (at once for `none`, which never gives any, and for a file that ended: silence follows it).
   *
   * @throws MmchatError `device-unavailable`; `stopped` when it was stopped meanwhile
   */
  start(start: AudioInputStart): Promise<void>;
  /** Resolves when nothing of it is left: no timer, no process. May be called at any time, more than once. */
  stop(): Promise<void>;
}

export interface AudioOutputStart {
  /**
   * It plays 5 ms now and has nothing: what is written before this returns is heard at once. Only outputs that need no
   * time of their own ask (`needsMs` is 0). Must not throw.
   */
  readonly onHungry?: () => void;
  /** As of an input. */
  readonly onLost: (sentence: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * One use of a device. The device's clock sets the pace: write whenever `bufferedMs` is below what one can bear
 * (media/output-feeder.ts does that). When nothing is written, it is silent.
 */
export interface AudioOutput {
  readonly device: AudioDevice;
  /** @throws MmchatError `device-unavailable`; `stopped` when it was stopped meanwhile */
  start(start: AudioOutputStart): Promise<void>;
  /** A frame, or half of one. False when more than MAX_OUTPUT_BUFFER_MS wait, or it is not running: then it is dropped. */
  write(samples: Float32Array): boolean;
  /** What was written and is not yet heard, everything on the way to the ear included as far as the device tells. */
  readonly bufferedMs: number;
  /** What has to wait in it at least, so that it has no gaps. Left out: it is not known. */
  readonly needsMs?: number;
  /** What is not yet heard is dropped. Resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** Sound that waits in an output is delay. */
export const MAX_OUTPUT_BUFFER_MS = 500;

/**
 * Devices by name: `default`, an id, a name or a number of the list, `none`; inputs also `tone:HZ`, `file:PATH` (a WAV,
 * played once), `loop:PATH`; outputs also `file:PATH.wav` (what would be heard, in real time).
 */
export interface AudioDevices {
  list(options?: { readonly signal?: AbortSignal }): Promise<AudioDeviceList>;
  /**
   * Finds it; it is started by itself.
   *
   * @throws MmchatError `device-unavailable`, with a sentence that says what is missing and how to get it
   */
  openInput(name: string): Promise<AudioInput>;
  openOutput(name: string): Promise<AudioOutput>;
}

/** Sound files on disk, for those who may not touch it themselves. */
export interface SoundFiles {
  /** @throws MmchatError `no-such-file`, `bad-audio` (too large, unreadable) */
  read(path: string): Promise<Uint8Array>;
  /**
   * Writes a new file that only this user can read; the folder is made when it is missing.
   *
   * @throws MmchatError `file-exists`, `disk-full`, `data-dir`
   */
  writeNew(path: string, bytes: Uint8Array): Promise<void>;
  /** No error when it is gone already. */
  remove(path: string): Promise<void>;
}

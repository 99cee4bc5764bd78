// The media of one call. Sound: what the microphone gives goes encoded once to everybody in it, what comes from them goes
// mixed to the loudspeaker. Pictures have a part of their own, beside it.

import type { Timer } from '../../base/clock.ts';
import { messageOf } from '../../base/errors.ts';
import type { AudioInput, AudioOutput } from '../../contracts/audio.ts';
import type { AudioEncoder, EchoCanceller, NoiseSuppressor } from '../../contracts/codecs.ts';
import type { MediaDescription, MediaPath, PreparedMedia } from '../../contracts/media.ts';
import type { CallPeerStats, VideoStats } from '../../contracts/node.ts';
import { BLOCK_MS, BLOCK_SAMPLES, FRAME_SAMPLES, silentFrame } from '../../media/audio-format.ts';
import { Mixer, VOLUME } from '../../media/call/mixer.ts';
import { BITS_PER_SECOND } from '../../media/call/rate-control.ts';
import { LevelMeter } from '../../media/level-meter.ts';
import { OutputFeeder } from '../../media/output-feeder.ts';
import { guestPartsOf } from '../../state/guest-ids.ts';
import type { PeerId } from '../../state/values.ts';
import type { CallContext } from './call-parts.ts';
import { CallVideo } from './call-video.ts';
import { KeptDevice } from './kept-device.ts';
import { MediaLine } from './media-line.ts';

export interface CallMediaListener {
  /** Something comes from them: for the first time, or again. */
  readonly heard: (peerId: PeerId) => void;
  readonly silent: (peerId: PeerId) => void;
  readonly path: (peerId: PeerId, path: MediaPath | undefined) => void;
  /** Whether oneself shows something, or what, is other than it was. */
  readonly shows: () => void;
}

/** What waits in the loudspeaker: delay, and as long as this process may pause without a gap. It grows when gaps come. */
const OUTPUT_TARGET_MS = { start: 10, most: 60 } as const;
const NOTHING = new Uint8Array(0);
const NO_VIDEO: VideoStats = {
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  packetsRecovered: 0,
  packetsConcealed: 0,
  jitterMs: 0,
  bufferMs: 0,
  bitrate: 0,
  framesSent: 0,
  framesReceived: 0,
  framesPerSecond: 0,
  width: 0,
  height: 0,
};

/** Somebody else's half of the media. */
export interface RemoteMedia {
  readonly description: MediaDescription;
  /** What they can decode. */
  readonly codecs: readonly string[];
}

export class CallMedia {
  /** The pictures. */
  readonly video: CallVideo;
  readonly #context: CallContext;
  readonly #listener: CallMediaListener;
  readonly #lines = new Map<PeerId, MediaLine>();
  readonly #mixer = new Mixer();
  readonly #ownMeter = new LevelMeter();
  readonly #input: KeptDevice<AudioInput>;
  readonly #output: KeptDevice<AudioOutput>;
  #feeder: OutputFeeder | undefined;
  #heardBy: AudioOutput | undefined;
  /** While there is no loudspeaker. */
  #unheard: Timer | undefined;
  #encoder: AudioEncoder | undefined;
  #echo: EchoCanceller | undefined;
  #noise: NoiseSuppressor | undefined;
  /** The last 10 ms of it. */
  readonly #lastHeard = silentFrame();
  #timestamp: number;
  #isMuted = false;
  #isStopped = false;
  #codecs: Promise<void> = Promise.resolve();
  readonly #volumes = new Map<PeerId, number>();

  constructor(context: CallContext, listener: CallMediaListener) {
    this.#context = context;
    this.#listener = listener;
    const { clock, random } = context.parts;
    const { warn } = context;
    this.#timestamp = Math.floor(random.fraction() * 2 ** 31);
    this.video = new CallVideo({
      context,
      changed: () => listener.shows(),
      soundDelayMs: () => this.#heardBy?.bufferedMs ?? 0,
    });
    this.#input = new KeptDevice<AudioInput>({
      clock,
      open: () => context.sound.openInput(),
      begin: (input, onLost) => input.start({ onFrame: (frame) => this.#onFrame(frame), onLost }),
      ended: () => undefined,
      warn: (sentence) => warn('device-unavailable', `${sentence} The call goes on: you hear, and are not heard.`),
    });
    this.#output = new KeptDevice<AudioOutput>({
      clock,
      open: () => context.sound.openOutput(),
      begin: async (output, onLost) => {
        await output.start({ onLost, onHungry: () => this.#feeder?.feed() });
        this.#hearBy(output);
      },
      ended: () => this.#hearNothing(),
      warn: (sentence) => warn('device-unavailable', `${sentence} The call goes on: you don't hear anything.`),
    });
  }

  /** Opens devices and codecs; nobody waits for them. */
  start(): void {
    this.#hearNothing();
    this.#input.start();
    this.#output.start();
    this.#codecs = this.#openCodecs();
  }

  async #openCodecs(): Promise<void> {
    const { codecs, soundOptions } = this.#context.parts;
    try {
      const encoder = await codecs.encoder();
      this.#encoder = encoder;
      if (soundOptions.echoCancellation) this.#echo = await codecs.echoCanceller();
      if (soundOptions.noiseSuppression) this.#noise = await codecs.noiseSuppressor();
    } catch (error) {
      this.#failed(error);
    }
    if (this.#isStopped) this.#closeCodecs();
  }

  /** Media with somebody who was not in it, or is anew. */
  add(peerId: PeerId, prepared: PreparedMedia, remote: RemoteMedia, isControlling: boolean): void {
    this.remove(peerId);
    const { clock, codecs } = this.#context.parts;
    const line = new MediaLine({
      clock,
      decoder: () => codecs.decoder(),
      prepared,
      remote: remote.description,
      isControlling,
      video: (terms) => this.video.add(peerId, { ...terms, codecs: remote.codecs }),
      soundDelayMs: () => this.video.soundDelayMs(),
      listener: {
        heard: () => this.#listener.heard(peerId),
        silent: () => {
          this.video.hide(peerId);
          this.#listener.silent(peerId);
        },
        path: (path) => this.#listener.path(peerId, path),
        reported: () => this.#adapt(),
      },
      failed: (error) => this.#failed(error),
    });
    this.#lines.set(peerId, line);
    this.#mixer.add(peerId, () => line.nextBlock());
    this.#mixer.setVolume(peerId, this.#volumes.get(peerId) ?? VOLUME.normal);
  }

  remove(peerId: PeerId): void {
    this.video.remove(peerId);
    this.#lines.get(peerId)?.close();
    this.#lines.delete(peerId);
    this.#mixer.remove(peerId);
  }

  setMuted(isMuted: boolean): void {
    this.#isMuted = isMuted;
  }

  setVolume(peerId: PeerId, volume: number): void {
    this.#volumes.set(peerId, volume);
    this.#mixer.setVolume(peerId, volume);
  }

  setRemoteCandidates(peerId: PeerId, candidates: MediaDescription['candidates']): void {
    this.#lines.get(peerId)?.setRemoteCandidates(candidates);
  }

  /** Something came from them within the last seconds. */
  isHeard(peerId: PeerId): boolean {
    return this.#lines.get(peerId)?.isHeard === true;
  }

  stats(): CallPeerStats[] {
    return [...this.#lines].map(([peerId, line]) => ({
      peerId,
      name: this.#context.parts.nameOf(peerId),
      ...(line.path === undefined ? {} : { path: line.path.via }),
      // A super-peer hears what its guests hear.
      encrypted: guestPartsOf(peerId) === undefined,
      audio: line.stats,
      video: this.video.statsOf(peerId) ?? NO_VIDEO,
    }));
  }

  levels(): ReadonlyMap<PeerId, number> {
    const levels = new Map<PeerId, number>([[this.#context.ownId, this.#ownMeter.read()]]);
    for (const peerId of this.#mixer.ids) levels.set(peerId, this.#mixer.levelOf(peerId));
    return levels;
  }

  /** Resolves when no device is held any more; everybody else knows at once. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const peerId of [...this.#lines.keys()]) this.remove(peerId);
    this.#feeder?.stop();
    this.#unheard?.cancel();
    await Promise.all([this.#input.stop(), this.#output.stop(), this.video.stop(), this.#codecs]);
    this.#closeCodecs();
  }

  #onFrame(frame: Float32Array): void {
    if (this.#isStopped) return;
    this.#timestamp = (this.#timestamp + FRAME_SAMPLES) >>> 0;
    if (this.#isMuted) {
      this.#ownMeter.read();
      this.#send(NOTHING);
      return;
    }
    const withoutEcho = this.#echo?.process(frame, this.#lastHeard) ?? frame;
    const clean = this.#noise?.process(withoutEcho) ?? withoutEcho;
    this.#ownMeter.push(clean);
    if (this.#encoder !== undefined) this.#send(this.#encoder.encode(clean));
  }

  #send(payload: Uint8Array): void {
    for (const line of this.#lines.values()) line.send(payload, this.#timestamp);
  }

  /** Encoded once for all: as the worst way needs it. */
  #adapt(): void {
    const rates = [...this.#lines.values()].map(({ rate }) => rate);
    this.#encoder?.configure({
      bitsPerSecond: Math.min(BITS_PER_SECOND.most, ...rates.map(({ bitsPerSecond }) => bitsPerSecond)),
      expectedLoss: Math.max(0, ...rates.map(({ expectedLoss }) => expectedLoss)),
    });
  }

  #hearBy(output: AudioOutput): void {
    if (this.#isStopped) return;
    this.#unheard?.cancel();
    this.#heardBy = output;
    this.#feeder = new OutputFeeder({
      clock: this.#context.parts.clock,
      output,
      targetMs: output.needsMs ?? OUTPUT_TARGET_MS.start,
      mostMs: output.needsMs ?? OUTPUT_TARGET_MS.most,
      next: () => this.#mix(),
    });
  }

  /** Levels are shown all the same, and nothing piles up. */
  #hearNothing(): void {
    this.#feeder?.stop();
    this.#feeder = undefined;
    this.#heardBy = undefined;
    this.#unheard?.cancel();
    if (!this.#isStopped) this.#unheard = this.#context.parts.clock.every(BLOCK_MS, () => void this.#mix());
  }

  #mix(): Float32Array {
    const mixed = this.#mixer.nextBlock();
    if (this.#echo !== undefined) {
      this.#lastHeard.copyWithin(0, BLOCK_SAMPLES);
      this.#lastHeard.set(mixed, FRAME_SAMPLES - BLOCK_SAMPLES);
    }
    return mixed;
  }

  #failed(error: unknown): void {
    if (!this.#isStopped) this.#context.warn('internal', messageOf(error));
  }

  #closeCodecs(): void {
    this.#encoder?.close();
    this.#echo?.close();
    this.#noise?.close();
    this.#encoder = this.#echo = this.#noise = undefined;
  }
}

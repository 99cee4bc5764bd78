// A node that calls and is called: the whole program, with devices of the bench or with those of a sound server.

import { systemClock } from '../../src/base/clock.ts';
import type { AudioDevices } from '../../src/contracts/audio.ts';
import { LocalAudioDevices } from '../../src/devices/local-audio-devices.ts';
import { systemEnvironment } from '../../src/environment.ts';
import { buildNode } from '../../src/node.ts';
import type { CallPeerStats, MmchatNode } from '../../src/contracts/node.ts';
import { LOOPBACK } from '../support/loopback.ts';
import { nowMicros } from '../support/stamp.ts';
import { BenchPicture, type PictureTimes } from './bench-picture.ts';
import { BenchSound, type SoundTimes } from './bench-sound.ts';

export interface CallingNodeOptions {
  readonly name: string;
  readonly dataDir: string;
  /** Dialled. */
  readonly ports: readonly number[];
  readonly speaks: 'always' | 'now and then';
  /** With pictures. */
  readonly hasPictures?: boolean;
  /** With devices of a sound server, by their names. */
  readonly pulse?: { readonly env: Readonly<Record<string, string>>; readonly input: string; readonly output: string };
}

const DEADLINE_MS = 20_000;

export class CallingNode {
  readonly #node: MmchatNode;
  readonly #sound: BenchSound;
  readonly #picture: BenchPicture | undefined;
  #underruns = 0;

  constructor({ name, dataDir, ports, speaks, pulse, hasPictures }: CallingNodeOptions) {
    const sound = new BenchSound(speaks);
    this.#sound = sound;
    const picture = hasPictures === true ? new BenchPicture() : undefined;
    this.#picture = picture;
    this.#node = buildNode(
      {
        name,
        dataDir,
        port: 0,
        mdns: false,
        interfaces: [LOOPBACK],
        autoAnswer: true,
        peers: ports.map((port) => `${LOOPBACK}:${port}`),
        // The bench's own, whatever they are called.
        ...(picture === undefined ? {} : { videoOutput: 'bench' }),
        ...(pulse === undefined ? {} : { audioInput: pulse.input, audioOutput: pulse.output }),
      },
      {
        ...systemEnvironment,
        ...(picture === undefined ? {} : { makeVideoDevices: () => picture.devices }),
        makeAudioDevices: (clock) =>
          pulse === undefined ? sound.devices : this.#watched(new LocalAudioDevices({ clock, env: pulse.env })),
      },
    );
  }

  /** How often an output was empty when somebody looked, after it had not been. */
  get underruns(): number {
    return this.#underruns;
  }

  #watched(devices: AudioDevices): AudioDevices {
    return {
      list: () => devices.list(),
      openInput: (name) => devices.openInput(name),
      openOutput: async (name) => {
        const output = await devices.openOutput(name);
        let wasFilled = false;
        const write = output.write.bind(output);
        output.write = (frame) => {
          if (wasFilled && output.bufferedMs === 0) this.#underruns++;
          wasFilled = write(frame);
          return wasFilled;
        };
        return output;
      },
    };
  }

  async start(): Promise<{ port: number; peerId: string }> {
    await this.#node.start();
    const { addresses, peerId } = this.#node.status();
    return { port: Number(/\/tcp\/(\d+)/u.exec(addresses[0] ?? '')?.[1]), peerId };
  }

  async linked(count: number): Promise<void> {
    await this.#until(() => [...this.#node.state.people.values()].filter(({ linked }) => linked).length >= count);
  }

  /** Calls; tells when. Resolves when the other side is heard. */
  async call(peerId: string): Promise<{ atMicros: number; callId: string }> {
    const atMicros = nowMicros();
    const { callId } = await this.#node.calls.start(this.#picture === undefined ? 'audio' : 'video', { to: peerId });
    await this.#until(() => this.#node.state.calls.get(callId)?.phase === 'active');
    return { atMicros, callId };
  }

  async joinRoom(room: string): Promise<void> {
    await this.#node.rooms.join(room);
  }

  /** The first one starts it, all others find it. Resolves when so many others are in it. */
  async joinCall(room: string, others: number, starts: boolean): Promise<void> {
    if (starts) {
      await this.#until(() => (this.#node.state.rooms.get(room)?.members.length ?? 0) >= others);
      await this.#node.calls.start('audio', { room });
    } else await this.#until(() => this.#node.state.calls.size > 0);
    await this.#until(() =>
      [...this.#node.state.calls.values()].some(
        ({ members }) => members.filter(({ phase }) => phase === 'connected').length >= others,
      ),
    );
  }

  stats(): readonly CallPeerStats[] {
    const [call] = this.#node.state.calls.values();
    return call === undefined ? [] : this.#node.calls.stats(call.id).peers;
  }

  async end(): Promise<void> {
    for (const { id } of this.#node.state.calls.values()) await this.#node.calls.end(id);
    await this.ended();
  }

  async ended(): Promise<void> {
    await this.#until(() => this.#node.state.calls.size === 0);
  }

  collectPictures(): PictureTimes {
    return this.#picture?.collect() ?? { sent: [], seen: [] };
  }

  takeStandStillMs(): number {
    return this.#sound.takeStandStillMs();
  }

  collect(): SoundTimes {
    return this.#sound.collect();
  }

  #until(isTrue: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = systemClock.after(DEADLINE_MS, () => {
        off();
        reject(new Error('A call did not come to where it should.'));
      });
      const look = (): void => {
        if (!isTrue()) return;
        off();
        timer.cancel();
        resolve();
      };
      const off = this.#node.subscribe(look);
      look();
    });
  }
}

// Windows by OpenCV, one a person, in a child process. The newest picture of each wins; what the child has not shown is never more than
// two pictures.

import { cleanLine } from '../../base/clean-text.ts';
import type { Clock } from '../../base/clock.ts';
import { MmchatError } from '../../base/errors.ts';
import type { VideoFrame, VideoOutput } from '../../contracts/video.ts';
import type { Environment } from '../commands.ts';
import { DeviceProcess } from '../device-process.ts';
import { openCvChildArguments } from './opencv-process.ts';
import { pipeMessage } from './pipe-messages.ts';

export interface OpenCvWindowsOptions {
  /** The add-on's main file. */
  readonly modulePath: string;
  readonly env: Environment;
  readonly clock: Clock;
  /** Once, with a sentence: no window is there any more. */
  readonly onLost?: ((sentence: string) => void) | undefined;
}

interface Person {
  readonly window: number;
  /** A picture of theirs went to the child. */
  isSent: boolean;
  /** Somebody closed their window: it stays closed until they are hidden. */
  isClosed: boolean;
  waiting: { readonly name: string; readonly frame: VideoFrame } | undefined;
}

/** More people than are in any call. */
const MOST_PEOPLE = 64;
/** Messages that the child has not done yet: one is being shown, one is on its way. */
const MOST_UNDONE = 2;
const NAME_LIMIT = 60;
const OPEN_TIMEOUT_MS = 20_000;

export class OpenCvWindows implements VideoOutput {
  readonly #options: OpenCvWindowsOptions;
  readonly #opened = Promise.withResolvers<undefined>();
  /** By id, in the order of whose turn it is. */
  readonly #people = new Map<string, Person>();
  readonly #toHide = new Set<number>();
  #process: DeviceProcess | undefined;
  #windows = 0;
  /** Pictures that went to the child, and undefined for what it was told besides; each until it is done. */
  readonly #undone: (VideoFrame | undefined)[] = [];
  #dropped = 0;
  #state: 'opening' | 'open' | 'over' = 'opening';
  #reason = '';

  private constructor(options: OpenCvWindowsOptions) {
    this.#options = options;
  }

  /** @throws MmchatError `device-unavailable` */
  static async open(options: OpenCvWindowsOptions): Promise<OpenCvWindows> {
    const windows = new OpenCvWindows(options);
    windows.#start();
    const timer = options.clock.after(OPEN_TIMEOUT_MS, () => windows.#end('it does not answer'));
    try {
      await windows.#opened.promise;
    } catch (error) {
      await windows.stop();
      throw error;
    } finally {
      timer.cancel();
    }
    return windows;
  }

  /** Pictures that newer ones replaced, and those of too many people. */
  get droppedFrames(): number {
    return this.#dropped;
  }

  get pid(): number | undefined {
    return this.#process?.pid;
  }

  show(who: string, name: string, frame: VideoFrame): void {
    if (this.#state !== 'open') return;
    const person = this.#people.get(who) ?? this.#add(who);
    if (person === undefined || person.waiting !== undefined) this.#dropped++;
    if (person === undefined || person.isClosed) {
      frame.release?.();
      return;
    }
    person.waiting?.frame.release?.();
    person.waiting = { name, frame };
    this.#send();
  }

  hide(who: string): void {
    const person = this.#people.get(who);
    this.#people.delete(who);
    if (this.#state !== 'open' || person?.isSent !== true || person.isClosed) return;
    this.#toHide.add(person.window);
    this.#send();
  }

  async stop(): Promise<void> {
    this.#state = 'over';
    this.#people.clear();
    this.#toHide.clear();
    await this.#process?.stop();
  }

  #add(who: string): Person | undefined {
    if (this.#people.size >= MOST_PEOPLE) return undefined;
    const person: Person = { window: ++this.#windows, isSent: false, isClosed: false, waiting: undefined };
    this.#people.set(who, person);
    return person;
  }

  #start(): void {
    const { modulePath, env, clock } = this.#options;
    this.#process = new DeviceProcess({
      file: process.execPath,
      args: [...openCvChildArguments(), 'windows', modulePath],
      asideOfOutput: true,
      env,
      clock,
      onLine: (line) => this.#hear(line),
      onEnd: (how) => this.#end(this.#reason === '' ? how : this.#reason),
    });
  }

  #hear(line: string): void {
    const [word = '', number] = line.split(' ');
    if (word === 'opened' && this.#state === 'opening') {
      this.#state = 'open';
      this.#opened.resolve(undefined);
    } else if (word === 'shown') {
      this.#undone.shift()?.release?.();
      this.#send();
    } else if (word === 'closed') {
      const person = [...this.#people.values()].find(({ window }) => window === Number(number));
      if (person === undefined) return;
      person.isClosed = true;
      person.waiting = undefined;
    } else if (word === 'failed') this.#reason = line.slice('failed '.length);
  }

  /** Windows that go first: they are few, and cost nothing. */
  #send(): void {
    while (this.#undone.length < MOST_UNDONE && this.#state === 'open') {
      const [window] = this.#toHide;
      if (window !== undefined) {
        this.#toHide.delete(window);
        this.#write(pipeMessage({ window, hide: true }), undefined);
        continue;
      }
      const next = [...this.#people].find(([, { waiting }]) => waiting !== undefined);
      if (next === undefined) return;
      const [who, person] = next;
      const { waiting } = person;
      if (waiting === undefined) return;
      person.waiting = undefined;
      person.isSent = true;
      // Behind the others: everybody has a turn.
      this.#people.delete(who);
      this.#people.set(who, person);
      const { width, height, rgb } = waiting.frame;
      const head = { window: person.window, title: titleOf(waiting.name), width, height };
      this.#write(pipeMessage(head, rgb), waiting.frame);
    }
  }

  #write(parts: readonly Uint8Array[], frame: VideoFrame | undefined): void {
    this.#undone.push(frame);
    for (const part of parts) this.#process?.write(part);
  }

  #end(reason: string): void {
    const was = this.#state;
    if (was === 'over') return;
    this.#state = 'over';
    this.#people.clear();
    this.#toHide.clear();
    const sentence = was === 'open' ? 'The windows with the pictures are gone' : 'No window can be opened';
    const error = new MmchatError('device-unavailable', `${sentence} (OpenCV: ${cleanLine(reason)}).`);
    if (was === 'opening') this.#opened.reject(error);
    else this.#options.onLost?.(error.message);
  }
}

function titleOf(name: string): string {
  const clean = cleanLine(name).trim().slice(0, NAME_LIMIT);
  return clean === '' ? 'mmchat-p2p' : clean;
}

// The child process with the codecs: one for all of them, there as long as one of them is open. What it is asked is bounded, and
// when it dies the next question starts another one.

import { spawn, type ChildProcess } from 'node:child_process';
import { Duplex } from 'node:stream';
import type { Clock, Timer } from '../../base/clock.ts';
import { PicturePool } from '../../media/video/picture-pool.ts';
import {
  MESSAGE_KINDS,
  MessageReader,
  NOTHING,
  NO_PLACE,
  headerOf,
  messageOf,
  type CodecMessage,
} from './codec-messages.ts';
import { childArguments } from './find-node-av.ts';
import { MOST_PICTURE_BYTES, PictureMemory, PicturePlaces, openPictureFile } from './picture-memory.ts';

export interface CodecProcessOptions {
  readonly clock: Clock;
  /** Of node-av. */
  readonly modulePath: string;
  /** @default the one of this program */
  readonly childArguments?: readonly string[];
  /** Where raw pictures change hands. @default memory of the system, where it has a folder for that */
  readonly openPictureFile?: () => number | undefined;
}

/** One that uses the process. */
export interface CodecUser {
  /** The process was at work on something of theirs when it ended. */
  readonly onBlamed: () => void;
}

interface Question {
  readonly user: CodecUser;
  readonly resolve: (answer: CodecMessage | undefined) => void;
  /** In the memory of both, until it is answered. */
  readonly place: number;
}

/** Of questions that the process did not take yet. */
const MOST_WAITING_BYTES = 32 << 20;
/** Nothing takes that long but what will never end. The first answer waits until the library is loaded. */
const SILENT_MS = 3_000;
const FIRST_ANSWER_MS = 20_000;
/** After one that died at once; twice as much after each further one. */
const PAUSE_MS = { first: 100, most: 10_000 } as const;
const HEALTHY_MS = 10_000;

export class CodecProcess {
  /** Where answers with pictures are. */
  readonly pool = new PicturePool();
  readonly #options: CodecProcessOptions;
  readonly #users = new Set<CodecUser>();
  /** In the order in which they are answered. */
  readonly #questions = new Map<number, Question>();
  #child: ChildProcess | undefined;
  #pipe: Duplex | undefined;
  #memory: PictureMemory | undefined;
  #places = new PicturePlaces();
  #ready: PromiseWithResolvers<boolean> | undefined;
  #watch: Timer | undefined;
  #isReady = false;
  #request = 0;
  #codec = 0;
  #generation = 0;
  #pauseMs = 0;
  #startedMs = -Infinity;
  #endedMs = -Infinity;

  constructor(options: CodecProcessOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Another number: what codecs of the process knew is gone. */
  get generation(): number {
    return this.#generation;
  }

  /** @returns a number of its own for the codec */
  join(user: CodecUser): number {
    this.#users.add(user);
    return ++this.#codec;
  }

  leave(user: CodecUser, codec: number): void {
    if (!this.#users.delete(user)) return;
    for (const [request, question] of this.#questions) {
      if (question.user !== user) continue;
      // Its answer still comes, and is nobody's.
      this.#questions.set(request, { ...question, resolve: () => undefined });
      question.resolve(undefined);
    }
    if (this.#users.size === 0) this.#stop();
    else this.#write(messageOf(MESSAGE_KINDS.close, codec));
  }

  /** Undefined: there is no answer, because the process died, or may not be started yet, or has too much to do. */
  ask(user: CodecUser, message: Omit<CodecMessage, 'request'>): Promise<CodecMessage | undefined> {
    const isFull = (this.#pipe?.writableLength ?? 0) > MOST_WAITING_BYTES;
    if (!this.#users.has(user) || isFull || !this.#isRunning()) return Promise.resolve(undefined);
    const { promise, resolve } = Promise.withResolvers<CodecMessage | undefined>();
    this.#request = (this.#request + 1) >>> 0;
    const placed = this.#placed({ ...message, request: this.#request });
    this.#questions.set(this.#request, { user, resolve, place: placed.place });
    this.#write(placed);
    if (this.#questions.size === 1) this.#watchOver();
    return promise;
  }

  /** Whether the library works here: tried once. */
  async check(): Promise<boolean> {
    const user: CodecUser = { onBlamed: () => undefined };
    const codec = this.join(user);
    if (!this.#isRunning()) {
      this.leave(user, codec);
      return false;
    }
    this.#watchOver();
    const isGood = (await this.#ready?.promise) === true;
    this.leave(user, codec);
    return isGood;
  }

  /** Starts it where it has to be, and may. */
  #isRunning(): boolean {
    if (this.#child !== undefined) return true;
    if (this.#options.clock.monotonicMs() - this.#endedMs < this.#pauseMs) return false;
    this.#start();
    return true;
  }

  #start(): void {
    const { modulePath, childArguments: program = childArguments() } = this.#options;
    const pictures = (this.#options.openPictureFile ?? openPictureFile)();
    this.#memory = pictures === undefined ? undefined : new PictureMemory(pictures);
    this.#places = new PicturePlaces();
    const child = spawn(process.execPath, [...program, modulePath], {
      env: childEnvironment(),
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', pictures ?? 'ignore'],
      windowsHide: true,
    });
    this.#child = child;
    this.#generation++;
    this.#isReady = false;
    this.#ready = Promise.withResolvers();
    this.#startedMs = this.#options.clock.monotonicMs();
    const pipe = child.stdio[3];
    if (!(pipe instanceof Duplex)) throw new Error('a descriptor of a child is a stream');
    this.#pipe = pipe;
    const reader = new MessageReader((message) => {
      if (child === this.#child) this.#answered(message);
    });
    pipe.on('error', () => undefined);
    pipe.on('data', (bytes: Uint8Array) => {
      try {
        reader.push(bytes);
      } catch {
        child.kill('SIGKILL');
      }
    });
    const end = (): void => {
      if (child === this.#child) this.#ended();
    };
    child.once('error', () => {
      if (child.pid === undefined) end();
    });
    child.once('exit', end);
  }

  #answered(message: CodecMessage): void {
    if (message.kind === MESSAGE_KINDS.ready) {
      this.#isReady = true;
      this.#ready?.resolve(message.isGood);
      // It would never answer anything.
      if (!message.isGood) this.#child?.kill('SIGKILL');
    } else {
      const question = this.#questions.get(message.request);
      this.#questions.delete(message.request);
      if (question !== undefined) {
        question.resolve(this.#taken(message, question));
        this.#places.free(question.place);
      }
    }
    this.#watchOver();
  }

  /** What is to be encoded is put into a place; for what is decoded there is one to come back in. */
  #placed(message: CodecMessage): CodecMessage {
    const memory = this.#memory;
    const place = memory === undefined ? NO_PLACE : this.#places.take();
    if (memory === undefined || place === NO_PLACE) return message;
    if (message.kind !== MESSAGE_KINDS.encode) return { ...message, place };
    const { payload } = message;
    if (memory.write(place, payload)) return { ...message, place, pictureBytes: payload.length, payload: NOTHING };
    this.#places.free(place);
    return message;
  }

  /** The answer with its picture; undefined: it says something of its picture that can't be. */
  #taken(answer: CodecMessage, { place }: Question): CodecMessage | undefined {
    if (answer.place === NO_PLACE) return answer;
    if (answer.place !== place || answer.pictureBytes > MOST_PICTURE_BYTES) return undefined;
    const payload = this.pool.take(answer.pictureBytes);
    return this.#memory?.read(place, payload) === true ? { ...answer, payload } : undefined;
  }

  /** As long as it owes an answer. */
  #watchOver(): void {
    this.#watch?.cancel();
    const owes = this.#questions.size > 0 || !this.#isReady;
    const child = this.#child;
    this.#watch = owes
      ? this.#options.clock.after(this.#isReady ? SILENT_MS : FIRST_ANSWER_MS, () => child?.kill('SIGKILL'))
      : undefined;
  }

  #ended(): void {
    const { clock } = this.#options;
    this.#endedMs = clock.monotonicMs();
    const wasHealthy = this.#endedMs - this.#startedMs >= HEALTHY_MS;
    this.#pauseMs = wasHealthy ? PAUSE_MS.first : Math.min(PAUSE_MS.most, Math.max(PAUSE_MS.first, this.#pauseMs * 2));
    // It works at one after the other, so it was this one.
    const [first] = this.#questions.values();
    this.#forget();
    if (first !== undefined && this.#users.has(first.user)) first.user.onBlamed();
  }

  #stop(): void {
    this.#child?.kill('SIGKILL');
    this.#forget();
  }

  #forget(): void {
    this.#watch?.cancel();
    this.#watch = undefined;
    this.#pipe?.destroy();
    this.#pipe = undefined;
    this.#memory?.close();
    this.#memory = undefined;
    this.#child = undefined;
    this.#ready?.resolve(false);
    const questions = [...this.#questions.values()];
    this.#questions.clear();
    for (const { resolve } of questions) resolve(undefined);
  }

  #write(message: CodecMessage): void {
    const pipe = this.#pipe;
    if (pipe === undefined) return;
    pipe.cork();
    pipe.write(headerOf(message));
    if (message.payload.length > 0) pipe.write(message.payload);
    pipe.uncork();
  }
}

/** It needs nothing of what this program was given; on Windows nothing starts without some. */
function childEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of ['PATH', 'SystemRoot', 'SystemDrive', 'windir', 'TEMP', 'TMP']) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return kept;
}

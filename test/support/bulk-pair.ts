// Two engines of transfers and something to send between them.

import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BulkEngine, BulkEvent, ChannelKey, PieceOptions } from '../../src/contracts/bulk.ts';
import type { SourceFacts, TargetSpec } from '../../src/contracts/transfer-files.ts';
import type { BulkLimits } from '../../src/net/bulk/local-bulk-engine.ts';
import { temporaryFolder, type TemporaryFolder } from './temporary-folder.ts';

export const MIB = 2 ** 20;
export const LOOPBACK = '127.0.0.1';

export type MakeEngine = (limits?: Partial<BulkLimits>) => BulkEngine;
export type EventOf<Type extends BulkEvent['type']> = Extract<BulkEvent, { type: Type }>;

/** Remembers what an engine tells. */
export class Recorder {
  readonly events: BulkEvent[] = [];
  #wake: (() => void)[] = [];

  constructor(engine: BulkEngine) {
    engine.on((event) => {
      this.events.push(event);
      for (const wake of this.#wake.splice(0)) wake();
    });
  }

  of<Type extends BulkEvent['type']>(type: Type): EventOf<Type>[] {
    return this.events.filter((event): event is EventOf<Type> => event.type === type);
  }

  async until<Type extends BulkEvent['type']>(type: Type, count = 1): Promise<EventOf<Type>[]> {
    while (this.of(type).length < count) await new Promise<void>((resolve) => this.#wake.push(resolve));
    return this.of(type);
  }
}

export function freshKey(): ChannelKey {
  return { channelId: randomBytes(16).toString('hex'), secret: new Uint8Array(randomBytes(32)) };
}

export function freshId(): string {
  return randomBytes(16).toString('hex');
}

/** What engines need to know of one transfer. */
export interface Sample {
  readonly transferId: string;
  readonly bytes: Uint8Array;
  readonly file: string;
  readonly facts: SourceFacts;
  readonly options: PieceOptions;
  readonly spec: TargetSpec;
  readonly pieces: number;
}

export class BulkPair {
  readonly source: BulkEngine;
  readonly target: BulkEngine;
  readonly told: { readonly source: Recorder; readonly target: Recorder };
  readonly #folder: TemporaryFolder;
  readonly #others: BulkEngine[] = [];
  readonly #make: MakeEngine;

  private constructor(make: MakeEngine, folder: TemporaryFolder, limits: Partial<BulkLimits>) {
    this.#make = make;
    this.#folder = folder;
    this.source = make(limits);
    this.target = make(limits);
    this.told = { source: new Recorder(this.source), target: new Recorder(this.target) };
  }

  static async start(make: MakeEngine, limits: Partial<BulkLimits> = {}): Promise<BulkPair> {
    const pair = new BulkPair(make, await temporaryFolder(), limits);
    await Promise.all([pair.source.start(), pair.target.start()]);
    return pair;
  }

  get downloads(): string {
    return path.join(this.#folder.path, 'downloads');
  }

  async another(): Promise<BulkEngine> {
    const engine = this.#make();
    this.#others.push(engine);
    await engine.start();
    return engine;
  }

  /** A file, described. */
  async sample(size: number, { hashPieces = false, name = 'sample' } = {}): Promise<Sample> {
    const bytes = new Uint8Array(randomBytes(size));
    const file = path.join(this.#folder.path, name);
    await writeFile(file, bytes);
    const facts = await this.source.describe(file);
    const options = { pieceBytes: MIB, hashPieces };
    const transferId = freshId();
    const { kind, streamBytes, manifestBytes, modifiedAt } = facts;
    const spec = { transferId, folder: this.downloads, kind, name, size, streamBytes, manifestBytes, modifiedAt };
    return { transferId, bytes, file, facts, options, spec, pieces: Math.ceil(size / MIB) };
  }

  /** Both ends open it. */
  async open(sample: Sample): Promise<void> {
    await this.source.openSource(sample.transferId, sample.file, sample.facts, sample.options);
    await this.target.openTarget(sample.spec, sample.options);
  }

  /** A channel on which `from` serves and `to` fetches, dialled by `to`. */
  async join(
    { transferId }: Sample,
    { from = this.source, to = this.target, trusted = true, sourceDials = false } = {},
  ): Promise<string> {
    const key = freshKey();
    const [listener, dialler] = sourceDials ? [to, from] : [from, to];
    listener.listen(key);
    await dialler.dial(key, { host: LOOPBACK, port: listener.port }, { timeoutMs: 10_000 });
    from.serve(key.channelId, transferId);
    to.fetch(key.channelId, transferId, { trusted });
    return key.channelId;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.source, this.target, ...this.#others].map((engine) => engine.stop()));
    await this.#folder[Symbol.asyncDispose]();
  }
}

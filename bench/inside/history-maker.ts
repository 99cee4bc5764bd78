// A data folder in which somebody has talked for years: made in minutes, straight into the database.

import path from 'node:path';
import { systemRandom } from '../../src/base/random.ts';
import { fromHex, toHex } from '../../src/base/bytes.ts';
import { createSigner } from '../../src/base/ed25519.ts';
import type { ConversationRecord } from '../../src/contracts/history.ts';
import { conversationKeyOf, type Destination, type PeerId } from '../../src/state/values.ts';
import { foldRoomName } from '../../src/state/names.ts';
import { openDataDir } from '../../src/store/data-dir.ts';
import { DEFAULT_HISTORY_LIMITS } from '../../src/store/history/accounts.ts';
import { HistoryServer } from '../../src/store/history/history-server.ts';
import { machineName } from '../../src/store/history/machine-name.ts';
import { HISTORY_FILE } from '../../src/store/history/sqlite-history.ts';
import type { Call, VerbName } from '../../src/store/history/verbs.ts';
import { loadOrCreateIdentity } from '../../src/store/identity-file.ts';
import { everyoneConversationId, privateConversationId } from '../../src/wire/conversation-id.ts';
import { SampleLog, samplePerson, type SampleEntry, type SamplePerson } from './sample-log.ts';
import { SampleTexts } from './sample-texts.ts';

export interface HistoryMaking {
  readonly dataDir: string;
  /** Who talked with oneself. */
  readonly people: number;
  /** `public`: all of it to everyone, by others. `mixed`: half of that, half in private conversations, both ways. */
  readonly where: 'public' | 'mixed';
  readonly signed: boolean;
  /** When it was said, evenly; by the clock on the wall. */
  readonly firstAt: number;
  readonly stepMs: number;
}

/** Entries of one transaction. */
const TRANSACTION_ENTRIES = 1_000;

interface Place {
  readonly logs: readonly SampleLog[];
  order: number;
}

export class HistoryMaker {
  readonly peerId: PeerId;
  readonly #making: HistoryMaking;
  readonly #server: HistoryServer;
  readonly #texts = new SampleTexts(1);
  readonly #everyone: Place;
  readonly #privates: readonly Place[];
  #count = 0;

  private constructor(making: HistoryMaking, self: SamplePerson, server: HistoryServer) {
    this.#making = making;
    this.#server = server;
    this.peerId = self.peerId;
    const { signed, firstAt } = making;
    const people = Array.from({ length: making.people }, (_, number) => samplePerson(number));
    const ownLogId = fromHex(server.opening.ownLogId);
    const logOf = (person: SamplePerson, conversation: Uint8Array): SampleLog =>
      person === self
        ? new SampleLog({ person, conversation, signed, logId: ownLogId, standing: 'own', deliveredBy: self.peerId })
        : new SampleLog({ person, conversation, signed, standing: 'known', deliveredBy: person.peerId });
    const place = (destination: Destination, conversation: Uint8Array, writers: readonly SamplePerson[]): Place => {
      const key = conversationKeyOf(destination, foldRoomName);
      const record: ConversationRecord = { id: toHex(conversation), place: key, destination, memberSince: firstAt };
      this.#write('putConversation', [record], firstAt);
      return { order: 0, logs: writers.map((writer) => logOf(writer, conversation)) };
    };
    this.#everyone = place({ kind: 'everyone' }, everyoneConversationId(), people);
    this.#privates = (making.where === 'mixed' ? people : []).map((person) =>
      place(
        { kind: 'person', peerId: person.peerId },
        privateConversationId(self.signer.publicKey, person.signer.publicKey),
        [person, self],
      ),
    );
  }

  static async open(making: HistoryMaking): Promise<HistoryMaker> {
    const { dataDir, firstAt } = making;
    await openDataDir(dataDir);
    const { identity } = await loadOrCreateIdentity(dataDir, systemRandom);
    const server = new HistoryServer(
      { path: path.join(dataDir, HISTORY_FILE), machine: machineName(), limits: DEFAULT_HISTORY_LIMITS },
      { now: firstAt, freshLogId: freshLogId() },
    );
    const self = { name: 'alice', signer: createSigner(identity.seed), peerId: identity.peerId };
    return new HistoryMaker(making, self, server);
  }

  /** So many messages more. */
  add(count: number): void {
    for (let added = 0; added < count; added += TRANSACTION_ENTRIES) {
      const length = Math.min(TRANSACTION_ENTRIES, count - added);
      const entries = Array.from({ length }, () => this.#next());
      this.#write('append', [entries], entries.at(-1)?.at ?? 0);
    }
  }

  close(): void {
    this.#server.close();
  }

  #next(): SampleEntry {
    const { firstAt, stepMs } = this.#making;
    const number = this.#count++;
    const turn = this.#privates.length > 0 ? Math.floor(number / 2) : number;
    const place = number % 2 === 0 ? this.#everyone : (this.#privates[turn % this.#privates.length] ?? this.#everyone);
    const round = place === this.#everyone ? turn : Math.floor(turn / this.#privates.length);
    const log = place.logs[round % place.logs.length];
    if (log === undefined) throw new RangeError('Somebody has to say something.');
    return log.write(this.#texts.next(), ++place.order, firstAt + number * stepMs);
  }

  #write(verb: VerbName, args: Call['args'], now: number): void {
    for (const result of this.#server.write([{ verb, args, context: { now, freshLogId: freshLogId() } }])) {
      if ('error' in result) throw result.error;
      if (!Array.isArray(result.value)) continue;
      const refused = (result.value as { result: string }[]).find((one) => one.result !== 'stored');
      if (refused !== undefined) throw new Error(`A message of the bench was not kept: ${refused.result}.`);
    }
  }
}

function freshLogId(): string {
  return toHex(systemRandom.bytes(16));
}

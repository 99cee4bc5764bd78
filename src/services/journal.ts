// The one way into the history: what comes by a link or from oneself is checked, shown, kept, and confirmed, in this order.
//
//   live:  check → show at once → keep → confirm          (nobody waits for a disk to read a message)
//   sync:  check → keep (signatures are checked there) → show → confirm

import type { Clock, Timer } from '../base/clock.ts';
import type { SignatureChecker } from '../base/ed25519.ts';
import { messageOf, MmchatError, WireError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { AppendOutcome, History, LogName, NewEntry, Standing } from '../contracts/history.ts';
import type { PeerLink } from '../contracts/links.ts';
import type { NodeEvent } from '../state/events.ts';
import type { Message, PeerId } from '../state/values.ts';
import { ENTRY_KIND, type EntryKind, type SignedEntry } from '../wire/log-entry.ts';
import type { SyncEntry } from '../wire/sync-messages.ts';
import type { Conversation, Conversations } from './conversations.ts';
import { EntryCheck, freshMessage, textFields, type CheckedEntry } from './entry-check.ts';
import { contentOf, isShown } from './entry-content.ts';
import { viewOf, type ViewContext } from './message-view.ts';
import type { OwnLog } from './own-log.ts';

export const JOURNAL_LIMITS = {
  /** Entries of live links that wait for the disk; above it links are read more slowly. */
  waiting: 2_000,
  /** Checked in one go before others get their turn. */
  batch: 64,
  /** Shown and not kept (a full disk): remembered, so that they aren't shown twice. */
  unkept: 10_000,
  retryEveryMs: 5_000,
} as const;

/** An own entry on its way. */
export interface WrittenEntry {
  readonly id: string;
  readonly at: number;
  readonly name: LogName;
  readonly sequence: number;
  readonly entry: SignedEntry;
  /** Resolves when it is durable; rejects with `disk-full` or `history`, and is tried again. */
  readonly kept: Promise<void>;
}

export interface JournalParts {
  readonly history: History;
  readonly conversations: Conversations;
  readonly ownLog: OwnLog;
  readonly ownPeerId: PeerId;
  readonly checker: SignatureChecker;
  readonly network: Uint8Array;
  readonly clock: Clock;
  readonly log: Log;
  readonly emit: (event: NodeEvent) => void;
  readonly countDrop: (reason: string) => void;
  readonly view: ViewContext;
  readonly standingOf: (peerId: PeerId) => Standing;
  /** Whether this link's peer takes part in the conversation, too. */
  readonly shares: (link: PeerLink, conversation: Conversation) => boolean;
  /** It is durable here. */
  readonly kept: (entry: CheckedEntry, isNew: boolean) => void;
  /** Somebody else goes on with one's own log: a copied or restored data folder. */
  readonly ownLogContested: () => void;
  /** What a person should know: the disk is full. */
  readonly warn: (code: string, sentence: string) => void;
}

export class Journal {
  readonly #parts: JournalParts;
  readonly #check: EntryCheck;
  readonly #unkept = new Set<string>();
  /** Shown, and on the way to the disk. */
  readonly #showing = new Set<string>();
  /** One's own that could not be kept yet. */
  #retry: NewEntry[] = [];
  #retryTimer: Timer | undefined;
  #ready: Promise<void> = Promise.resolve();
  readonly #keeping = new Set<Promise<unknown>>();
  #waiting = 0;
  #drained = Promise.withResolvers<undefined>();
  #stopped = false;

  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#check = new EntryCheck({ ...parts, isBlocked: parts.view.isBlocked });
  }

  stop(): void {
    this.#stopped = true;
    this.#retryTimer?.cancel();
  }

  /** Resolves when everything that is shown by now is on the disk, or could not be kept. */
  async caughtUp(): Promise<void> {
    if (this.#keeping.size > 0) await Promise.allSettled([...this.#keeping]);
  }

  /** Resolves when nothing is on its way to the disk any more. */
  async settled(): Promise<void> {
    while (this.#keeping.size > 0) await Promise.allSettled([...this.#keeping]);
  }

  /** One's own: signed, shown, on its way to the disk. */
  write(conversation: Conversation, kind: EntryKind, body: Uint8Array, recipients: readonly PeerId[]): WrittenEntry {
    const { ownLog, ownPeerId } = this.#parts;
    const own = ownLog.append(conversation.id, conversation.nextOrder(), kind, body);
    const { id, at, entry } = own;
    const content = contentOf(kind, body);
    const log = conversation.logs.begin(ownPeerId, own.logId);
    log.expect(own.sequence);
    const record: NewEntry = {
      ...own,
      ...entry,
      conversation: conversation.hexId,
      author: ownPeerId,
      kind: ENTRY_KIND[kind],
      ...textFields(kind, content),
      standing: 'own',
      deliveredBy: ownPeerId,
    };
    const checked: CheckedEntry = { conversation, log, author: ownPeerId, own: true, kind, content, record };
    if (isShown(kind)) this.#show(freshMessage(checked, recipients));
    const name = { conversation: conversation.hexId, author: ownPeerId, logId: own.logId };
    return { id, at, entry, name, sequence: own.sequence, kept: this.#keepOwn(checked) };
  }

  async #keepOwn(checked: CheckedEntry): Promise<void> {
    try {
      await this.#keep([checked], true);
    } catch (error) {
      this.#retry.push(checked.record);
      this.#retryTimer ??= this.#parts.clock.every(JOURNAL_LIMITS.retryEveryMs, () => void this.#tryAgain());
      this.#warnOf(error);
      throw error;
    }
  }

  #warnOf(error: unknown): void {
    this.#parts.log.error('entries could not be kept', { error: messageOf(error) });
    if (error instanceof MmchatError && error.code !== 'stopped') this.#parts.warn(error.code, error.message);
  }

  async #tryAgain(): Promise<void> {
    const records = this.#retry;
    this.#retry = [];
    try {
      const outcomes = await this.#parts.history.append(records);
      outcomes.forEach((_, index) => {
        const record = records[index];
        const conversation = this.#parts.conversations.get(record?.conversation ?? '');
        if (record === undefined || conversation === undefined) return;
        conversation.logs.begin(record.author, record.logId).stored(record);
      });
      if (this.#retry.length > 0) return;
      this.#retryTimer?.cancel();
      this.#retryTimer = undefined;
    } catch {
      if (!this.#stopped) this.#retry = [...records, ...this.#retry];
    }
  }

  /**
   * An entry as it was said. Checks and shows it before it returns; a promise asks for patience.
   * @returns what was taken in, to be passed on to others; undefined when it was known or isn't ours
   * @throws WireError when it breaks the rules
   */
  takeLive(link: PeerLink, entry: SignedEntry): { taken: CheckedEntry | undefined; slow: Promise<void> | undefined } {
    const checked = this.#check.check(link, { ...entry, bodyGone: false });
    if (checked === undefined) return { taken: undefined, slow: undefined };
    const { record, log } = checked;
    const { blocked: _blocked, unchecked, ...rest } = record;
    const isNew = !log.has(record.sequence);
    if (
      unchecked !== undefined &&
      !this.#parts.checker.verify(unchecked.publicKey, unchecked.message, record.signature)
    )
      throw new WireError('An entry with a wrong signature.');
    const verified: CheckedEntry = {
      ...checked,
      record: record.blocked === true ? { ...rest, blocked: true } : rest,
    };
    if (isNew) this.#showAtOnce(verified);
    this.#waiting += 1;
    void this.#keep([verified], isNew)
      .catch((error: unknown) => this.#notKept(verified, error))
      .finally(() => {
        this.#showing.delete(verified.record.id);
        this.#oneLess();
      });
    return {
      taken: isNew ? verified : undefined,
      slow: this.#waiting > JOURNAL_LIMITS.waiting ? this.#drained.promise : undefined,
    };
  }

  #showAtOnce(entry: CheckedEntry): void {
    const { conversation, record, log } = entry;
    log.expect(record.sequence);
    this.#showing.add(record.id);
    conversation.seenOrder(record.order);
    if (isShown(entry.kind) && record.blocked !== true && !this.#unkept.delete(record.id))
      this.#show(freshMessage(entry, []));
  }

  #show(message: Message | undefined): void {
    if (message !== undefined) this.#parts.emit({ type: 'message-added', message });
  }

  #notKept({ record, log }: CheckedEntry, error: unknown): void {
    log.settle(record.sequence);
    this.#unkept.add(record.id);
    if (this.#unkept.size > JOURNAL_LIMITS.unkept) {
      const oldest = this.#unkept.values().next();
      if (oldest.done !== true) this.#unkept.delete(oldest.value);
    }
    this.#warnOf(error);
  }

  #oneLess(): void {
    this.#waiting -= 1;
    if (this.#waiting > JOURNAL_LIMITS.waiting / 2) return;
    this.#drained.resolve(undefined);
    this.#drained = Promise.withResolvers();
  }

  /**
   * Entries that somebody else has kept. Resolves when they are durable.
   * @throws WireError (also as a rejection) when they break the rules
   */
  async takeSynced(
    link: PeerLink,
    conversation: string,
    entries: readonly SyncEntry[],
  ): Promise<{ kept: number; refused: number; broken: LogName[] }> {
    let [kept, refused] = [0, 0];
    const broken = new Set<LogName>();
    for (let start = 0; start < entries.length; start += JOURNAL_LIMITS.batch) {
      const batch = entries
        .slice(start, start + JOURNAL_LIMITS.batch)
        .map((entry) => this.#check.check(link, entry))
        .filter((entry) => entry !== undefined);
      if (batch.some((entry) => entry.conversation.hexId !== conversation))
        throw new WireError('An entry of another conversation than the one that was asked for.');
      for (const { log, record } of batch) log.expect(record.sequence);
      try {
        for (const [index, { result, log }] of (await this.#keep(batch, false)).entries()) {
          if (result === 'refused') refused += 1;
          else kept += 1;
          const entry = batch[index];
          if (log !== undefined && entry !== undefined) broken.add(entry.log.summary);
        }
      } finally {
        for (const { log, record } of batch) log.settle(record.sequence);
      }
    }
    return { kept, refused, broken: [...broken] };
  }

  #keep(entries: readonly CheckedEntry[], isShownAlready: boolean): Promise<AppendOutcome[]> {
    const keeping = this.#keepNow(entries, isShownAlready);
    this.#keeping.add(keeping);
    const done = (): void => void this.#keeping.delete(keeping);
    keeping.then(done, done);
    return keeping;
  }

  async #keepNow(entries: readonly CheckedEntry[], isShownAlready: boolean): Promise<AppendOutcome[]> {
    // In the order in which they came, also when the first of them has to wait for its conversation.
    this.#ready = this.#ready.catch(() => undefined).then(() => this.#recordAll(entries));
    await this.#ready;
    const outcomes = await this.#parts.history.append(entries.map(({ record }) => record));
    const fresh: Message[] = [];
    for (const [index, outcome] of outcomes.entries()) {
      const entry = entries[index];
      if (entry === undefined) continue;
      if (outcome.result === 'forged') throw new WireError('An entry with a wrong signature.');
      const message = this.#settle(entry, outcome, isShownAlready);
      if (message !== undefined) fresh.push(message);
    }
    if (fresh.length > 0) this.#parts.emit({ type: 'messages-added', messages: fresh });
    for (const { message, result } of outcomes) if (message !== undefined) this.#showAnew(message, result);
    return outcomes;
  }

  /** What a closed or new conversation is called must be kept before what is said in it. */
  async #recordAll(entries: readonly CheckedEntry[]): Promise<void> {
    for (const { conversation } of entries) {
      if (conversation.recorded) continue;
      await this.#parts.history.putConversation(conversation.record);
      conversation.recorded = true;
    }
  }

  /** The message to be shown, if it wasn't yet. */
  #settle(entry: CheckedEntry, outcome: AppendOutcome, isShownAlready: boolean): Message | undefined {
    const { log, record, conversation, kind } = entry;
    const { result } = outcome;
    if (result === 'refused') {
      log.settle(record.sequence);
      conversation.logs.forgetIfEmpty(record.author, record.logId);
      this.#parts.countDrop('quota');
      return undefined;
    }
    const isNew = result === 'stored';
    if (isNew) {
      log.stored(record, outcome.log);
      conversation.seenOrder(record.order);
    } else log.settle(record.sequence);
    // A second history of the log that one writes in: a restored backup, or a copied data folder.
    if (entry.own && outcome.forked && record.logId === this.#parts.ownLog.logId) this.#parts.ownLogContested();
    this.#parts.kept(entry, isNew);
    const isToBeShown = isNew && !isShownAlready && isShown(kind) && record.blocked !== true;
    if (!isToBeShown || this.#showing.has(record.id) || this.#unkept.delete(record.id)) return undefined;
    return freshMessage(entry, []);
  }

  #showAnew(stored: NonNullable<AppendOutcome['message']>, result: AppendOutcome['result']): void {
    const message = viewOf(stored, this.#parts.view);
    if (message === undefined) return;
    // It may have been out of sight until its body came.
    if (result === 'body-added') this.#parts.emit({ type: 'history-loaded', messages: [message] });
    this.#parts.emit({ type: 'message-changed', message });
  }
}

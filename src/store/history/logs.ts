// All logs that are here, with their state: as many as there are authors, however much they say.

import type { LogName, NewEntry, Standing } from '../../contracts/history.ts';
import { withoutSequence } from './sequence-ranges.ts';
import type { HistoryTables, LogState } from './tables.ts';

export function logKey({ conversation, author, logId }: LogName): string {
  return `${conversation} ${logId} ${author}`;
}

export class Logs {
  readonly #tables: HistoryTables;
  readonly #limit: number;
  readonly #byKey = new Map<string, LogState>();
  readonly #byConversation = new Map<string, Set<LogState>>();
  readonly #changed = new Set<LogState>();

  constructor(tables: HistoryTables, logsPerConversation: number) {
    this.#tables = tables;
    this.#limit = logsPerConversation;
  }

  load(): void {
    this.#byKey.clear();
    this.#byConversation.clear();
    this.#changed.clear();
    for (const log of this.#tables.logs()) this.#keep(log);
  }

  all(): Iterable<LogState> {
    return this.#byKey.values();
  }

  find(name: LogName): LogState | undefined {
    return this.#byKey.get(logKey(name));
  }

  ofConversation(conversation: string): Iterable<LogState> {
    return this.#byConversation.get(conversation) ?? [];
  }

  /** The log that this entry belongs to, with its author's standing; undefined when there is no place for another one. */
  take(entry: NewEntry): LogState | undefined {
    const { conversation, author, logId, standing } = entry;
    const known = this.find(entry);
    if (known === undefined) return this.add({ conversation, author, logId }, standing);
    if (known.standing !== 'own') known.standing = standing;
    return known;
  }

  /** A new log; undefined when it is a stranger's and there are too many in its conversation. */
  add(name: LogName, standing: Standing): LogState | undefined {
    const others = this.#byConversation.get(name.conversation);
    if (standing === 'stranger' && others !== undefined && others.size >= this.#limit && !this.#dropEmpty(others))
      return undefined;
    const log: LogState = {
      name,
      standing,
      floor: 1,
      ranges: [],
      head: { sequence: 0, hash: new Uint8Array(0), order: 0 },
      forkMark: '',
      bytes: 0,
    };
    // At once: entries refer to it.
    this.#tables.saveLog(log);
    this.#keep(log);
    return log;
  }

  changed(log: LogState): void {
    this.#changed.add(log);
  }

  /** One entry of it is no more. */
  forget(log: LogState, sequence: number): void {
    log.ranges = withoutSequence(log.ranges, sequence);
    log.floor = Math.max(log.floor, sequence + 1);
    this.changed(log);
  }

  save(): void {
    for (const log of this.#changed) this.#tables.saveLog(log);
    this.#changed.clear();
  }

  #keep(log: LogState): void {
    this.#byKey.set(logKey(log.name), log);
    const { conversation } = log.name;
    const others = this.#byConversation.get(conversation);
    if (others === undefined) this.#byConversation.set(conversation, new Set([log]));
    else others.add(log);
  }

  // Logs of which nothing came are only somebody's claim that they exist.
  #dropEmpty(logs: Set<LogState>): boolean {
    for (const log of logs) {
      if (log.head.sequence !== 0) continue;
      logs.delete(log);
      this.#byKey.delete(logKey(log.name));
      this.#changed.delete(log);
      this.#tables.deleteLog(log);
      return true;
    }
    return false;
  }
}

// The rows of a history in memory: maps and sorted arrays.

import type { ConversationRecord, SequenceRange, Standing } from '../../contracts/history.ts';
import type { ConversationKey, PeerId } from '../../state/values.ts';
import { MEMBERSHIP_KINDS } from './kinds.ts';
import { compareByOrder, compareOnScreen, compareTexts, shownTime } from './screen-order.ts';
import { searchWords, type SearchTerm } from './search-words.ts';
import { SortedRows } from './sorted-rows.ts';
import {
  isDroppable,
  type ChangingFields,
  type EntryRow,
  type HistoryTables,
  type LogState,
  type MetaName,
  type ScreenPosition,
} from './tables.ts';

const bySequence = (left: EntryRow, right: EntryRow): number =>
  left.sequence - right.sequence || compareTexts(left.id, right.id);
const byArrival = (left: EntryRow, right: EntryRow): number => left.arrival - right.arrival;

export class MemoryTables implements HistoryTables {
  readonly #meta = new Map<MetaName, string>();
  readonly #conversations = new Map<string, ConversationRecord>();
  readonly #logs = new Map<LogState, SortedRows>();
  readonly #carriers = new Map<PeerId, number>();
  readonly #deliveries = new Map<LogState, Map<PeerId, readonly SequenceRange[]>>();
  readonly #byId = new Map<string, EntryRow>();
  readonly #arrivals = new SortedRows(byArrival);
  readonly #pages = new Map<ConversationKey, SortedRows>();
  readonly #changes = new Map<string, Set<EntryRow>>();
  /** Words with a space around each, by what they find. */
  readonly #texts = new Map<EntryRow, string>();
  #lastArrival = 0;

  /** As a copy of the files would be: nothing that happens to one shows in the other. */
  copied(): MemoryTables {
    // In one piece, so that rows stay the same rows everywhere.
    const rows = {
      meta: this.#meta,
      conversations: this.#conversations,
      logs: [...this.#logs].map(([log, sorted]) => [log, sorted.all()] as const),
      carriers: this.#carriers,
      deliveries: this.#deliveries,
      byId: this.#byId,
      arrivals: this.#arrivals.all(),
      pages: [...this.#pages].map(([place, sorted]) => [place, sorted.all()] as const),
      changes: this.#changes,
      texts: this.#texts,
    };
    const copy = new MemoryTables();
    copy.#takeOver(structuredClone<typeof rows>(rows), this.#lastArrival);
    return copy;
  }

  #takeOver(
    rows: {
      meta: Map<MetaName, string>;
      conversations: Map<string, ConversationRecord>;
      logs: (readonly [LogState, readonly EntryRow[]])[];
      carriers: Map<PeerId, number>;
      deliveries: Map<LogState, Map<PeerId, readonly SequenceRange[]>>;
      byId: Map<string, EntryRow>;
      arrivals: readonly EntryRow[];
      pages: (readonly [ConversationKey, readonly EntryRow[]])[];
      changes: Map<string, Set<EntryRow>>;
      texts: Map<EntryRow, string>;
    },
    lastArrival: number,
  ): void {
    for (const [name, value] of rows.meta) this.#meta.set(name, value);
    for (const [id, record] of rows.conversations) this.#conversations.set(id, record);
    for (const [log, sorted] of rows.logs) this.#logs.set(log, SortedRows.of(bySequence, sorted));
    for (const [peerId, bytes] of rows.carriers) this.#carriers.set(peerId, bytes);
    for (const [log, delivered] of rows.deliveries) this.#deliveries.set(log, delivered);
    for (const [id, row] of rows.byId) this.#byId.set(id, row);
    for (const row of rows.arrivals) this.#arrivals.add(row);
    for (const [place, sorted] of rows.pages) for (const row of sorted) this.#page(place).add(row);
    for (const [id, changes] of rows.changes) this.#changes.set(id, changes);
    for (const [row, text] of rows.texts) this.#texts.set(row, text);
    this.#lastArrival = lastArrival;
  }

  // The rules check before they write: nothing to undo in memory.
  begin(): void {}
  commit(): void {}
  rollback(): void {}

  meta(name: MetaName): string | undefined {
    return this.#meta.get(name);
  }

  setMeta(name: MetaName, value: string): void {
    this.#meta.set(name, value);
  }

  conversations(): ConversationRecord[] {
    return [...this.#conversations.values()];
  }

  putConversation(conversation: ConversationRecord): void {
    const before = this.#conversations.get(conversation.id);
    this.#conversations.set(conversation.id, conversation);
    if (before === undefined || before.place === conversation.place) return;
    for (const row of this.#arrivals.all().filter((one) => one.conversation === conversation.id)) {
      if (row.shown) this.#pages.get(row.place)?.delete(row);
      row.place = conversation.place;
      if (row.shown) this.#page(row.place).add(row);
    }
  }

  logs(): LogState[] {
    return [...this.#logs.keys()];
  }

  saveLog(log: LogState): void {
    if (!this.#logs.has(log)) this.#logs.set(log, new SortedRows(bySequence));
  }

  deleteLog(log: LogState): void {
    this.#logs.delete(log);
  }

  carriers(): Map<PeerId, number> {
    return new Map(this.#carriers);
  }

  saveCarrier(peerId: PeerId, bytes: number): void {
    this.#carriers.set(peerId, bytes);
  }

  deliveries(log: LogState): ReadonlyMap<PeerId, readonly SequenceRange[]> {
    return this.#deliveries.get(log) ?? new Map<PeerId, readonly SequenceRange[]>();
  }

  saveDelivery(log: LogState, peerId: PeerId, ranges: readonly SequenceRange[]): void {
    const known = this.#deliveries.get(log);
    if (known === undefined) this.#deliveries.set(log, new Map([[peerId, ranges]]));
    else known.set(peerId, ranges);
  }

  lastArrival(): number {
    return this.#lastArrival;
  }

  insert(row: EntryRow, searchText: string | undefined): void {
    const { hash, previous, header, signature, body } = row;
    Object.assign(row, {
      ...{ hash: compact(hash), previous: compact(previous), header: compact(header), signature: compact(signature) },
      body: body === undefined ? undefined : compact(body),
    });
    this.#byId.set(row.id, row);
    this.#arrive(row);
    this.#logs.get(row.log)?.add(row);
    if (row.shown) this.#page(row.place).add(row);
    this.#noteTarget(row);
    this.setSearchText(row, searchText);
  }

  change(row: EntryRow, { arrival, target, body, ...changes }: Partial<ChangingFields>): void {
    Object.assign(row, changes);
    if (changes.bodyState !== undefined) row.body = body === undefined ? undefined : compact(body);
    if (target !== undefined && target !== row.target) {
      row.target = target;
      this.#noteTarget(row);
    }
    if (arrival === undefined) return;
    this.#arrivals.delete(row);
    row.arrival = arrival;
    this.#arrive(row);
  }

  entry(id: string): EntryRow | undefined {
    return this.#byId.get(id);
  }

  atSequence(log: LogState, sequence: number): EntryRow[] {
    return [...this.inRange(log, { first: sequence, last: sequence })];
  }

  *inRange(log: LogState, { first, last }: SequenceRange): Iterable<EntryRow> {
    for (const row of this.#logs.get(log)?.from((one) => one.sequence >= first) ?? []) {
      if (row.sequence > last) return;
      yield row;
    }
  }

  arrivedAfter(arrival: number): Iterable<EntryRow> {
    return this.#arrivals.from((row) => row.arrival > arrival);
  }

  sequenceAt(log: LogState, time: number): number | undefined {
    return this.#logs
      .get(log)
      ?.all()
      .findLast(({ arrivedAt }) => arrivedAt <= time)?.sequence;
  }

  page(place: ConversationKey, before: ScreenPosition | undefined, limit: number): EntryRow[] {
    return (
      this.#pages.get(place)?.lastBefore((row) => before !== undefined && compareOnScreen(row, before) >= 0, limit) ??
      []
    );
  }

  places(): Iterable<ConversationKey> {
    return this.#pages.keys();
  }

  memberships(place: ConversationKey): EntryRow[] {
    const last = new Map<PeerId, EntryRow>();
    for (const row of this.#pages.get(place)?.all() ?? [])
      if (MEMBERSHIP_KINDS.includes(row.kind)) last.set(row.author, row);
    return [...last.values()];
  }

  hasChanges(target: EntryRow): boolean {
    return this.#changesOf(target).length > 0;
  }

  changes(target: EntryRow, limit: number): EntryRow[] {
    return this.#changesOf(target)
      .sort((left, right) => compareByOrder(right, left))
      .slice(0, limit);
  }

  deletion(target: EntryRow): EntryRow | undefined {
    return this.#changesOf(target).find(({ deletes, author }) => deletes && author === target.author);
  }

  edits(target: EntryRow): EntryRow[] {
    return this.#changesOf(target).filter(({ edits, author }) => edits && author === target.author);
  }

  lastEdit(target: EntryRow): EntryRow | undefined {
    const hasText = ({ editText }: EntryRow): number => (editText === undefined ? 0 : 1);
    return this.edits(target)
      .sort((left, right) => hasText(left) - hasText(right) || compareByOrder(left, right))
      .at(-1);
  }

  setSearchText(row: EntryRow, text: string | undefined): void {
    const words = text === undefined ? [] : searchWords(text);
    if (words.length === 0) this.#texts.delete(row);
    else this.#texts.set(row, ` ${words.join(' ')} `);
  }

  search(terms: readonly SearchTerm[], place: ConversationKey | undefined, limit: number): EntryRow[] {
    const wanted = terms.map(({ words, prefix }) => ` ${words.join(' ')}${prefix ? '' : ' '}`);
    const hits = [...this.#texts].flatMap(([row, text]) =>
      (place === undefined || row.place === place) && wanted.every((one) => text.includes(one)) ? [row] : [],
    );
    return hits.sort((left, right) => shownTime(right) - shownTime(left)).slice(0, limit);
  }

  missingBodies(conversation: string, limit: number): string[] {
    return this.#arrivals
      .all()
      .filter((row) => row.bodyState === 'missing' && row.conversation === conversation)
      .sort((left, right) => compareOnScreen(right, left))
      .slice(0, limit)
      .map(({ id }) => id);
  }

  droppable(standing: Standing, before: number | undefined, limit: number): EntryRow[] {
    return this.#arrivals
      .all()
      .filter((row) => row.standing === standing && isDroppable(row) && row.arrivedAt < (before ?? Infinity))
      .sort((left, right) => left.arrivedAt - right.arrivedAt)
      .slice(0, limit);
  }

  forgetAbove(rowLimit: number): EntryRow[] {
    const forgotten = this.#arrivals.all().slice(0, Math.max(0, this.#arrivals.all().length - rowLimit));
    for (const row of forgotten) {
      this.#byId.delete(row.id);
      this.#arrivals.delete(row);
      this.#logs.get(row.log)?.delete(row);
      this.#pages.get(row.place)?.delete(row);
      this.#texts.delete(row);
      if (row.target !== undefined) this.#changes.get(row.target)?.delete(row);
    }
    return forgotten;
  }

  #arrive(row: EntryRow): void {
    this.#arrivals.add(row);
    this.#lastArrival = row.arrival;
  }

  #page(place: ConversationKey): SortedRows {
    let page = this.#pages.get(place);
    if (page === undefined) this.#pages.set(place, (page = new SortedRows(compareOnScreen)));
    return page;
  }

  #noteTarget(row: EntryRow): void {
    if (row.target === undefined) return;
    const others = this.#changes.get(row.target);
    if (others === undefined) this.#changes.set(row.target, new Set([row]));
    else others.add(row);
  }

  #changesOf(target: EntryRow): EntryRow[] {
    return [...(this.#changes.get(target.id) ?? [])].filter(({ place }) => place === target.place);
  }
}

/** Not a part of the frame that it came in, which would be kept as a whole. */
function compact(bytes: Uint8Array): Uint8Array {
  return bytes.byteLength === bytes.buffer.byteLength ? bytes : Uint8Array.from(bytes);
}

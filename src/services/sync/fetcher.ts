// Fetches what is wanted from all peers together: no log from two at once, a few entries of every log at a time, and from
// somebody else when one does not deliver.

import { fromHex, toHex } from '../../base/bytes.ts';
import { messageOf, WireError } from '../../base/errors.ts';
import type { LogName, LogSummary, SequenceRange } from '../../contracts/history.ts';
import { MAX_SYNC_ENTRIES } from '../../wire/limits.ts';
import { decodeEntryHeader, entryIdOf, sha256 } from '../../wire/log-entry.ts';
import type { SyncEntry, SyncMessage } from '../../wire/sync-messages.ts';
import { Comparisons } from './comparisons.ts';
import { MissingBodies } from './missing-bodies.ts';
import { countSequences, includesSequence, intersectRanges, subtractRanges, type Ranges } from './ranges.ts';
import type { SyncContext } from './sync-parts.ts';
import { floorAfter, logKeyOf, wantedLogs, wireKeyOf, type LogClaim, type WantedLog } from './wanted.ts';
import { wireWanted, type Asked, type LogWork, type PeerWork, type Want } from './work.ts';

export type BatchMessage = Extract<SyncMessage, { type: 'batch' }>;

/** Wants that one peer is to answer at the same time: the next one is on its way while the first is kept. */
const MAX_WANTS = 2;
/** Without an entry for so long, others are asked. */
export const NO_PROGRESS_MS = 10_000;
/** After so long others may be asked too, though entries trickle in. */
const EXCLUSIVE_MS = 60_000;

/** How a want ended: answered, not in time, not to be kept here, or with its link. */
type WantEnd = 'answered' | 'late' | 'failed' | 'gone';

export interface FetcherEvents {
  /** Nothing more is to be fetched of this conversation from this peer, and so many entries came. */
  fetched(work: PeerWork, conversation: string, gained: number): void;
}

export class Fetcher {
  readonly #context: SyncContext;
  readonly #events: FetcherEvents;
  readonly #works = new Set<PeerWork>();
  /** Who is asked for a log, and with how many wants; by conversation and log. */
  readonly #owners = new Map<string, { readonly work: PeerWork; wants: number }>();
  /** By conversation and log. */
  readonly #wantedWhole = new Set<string>();
  readonly #comparisons: Comparisons;
  readonly #bodies: MissingBodies;

  constructor(context: SyncContext, events: FetcherEvents) {
    this.#context = context;
    this.#events = events;
    this.#comparisons = new Comparisons(context.clock);
    this.#bodies = new MissingBodies(context);
  }

  add(work: PeerWork): void {
    this.#works.add(work);
  }

  /** The link is down, or what was asked on it is lost. */
  remove(work: PeerWork): void {
    this.#works.delete(work);
    const conversations = [...work.conversations.keys()];
    for (const conversation of conversations) this.#forget(work, conversation);
    for (const want of [...work.wants.values()]) this.#end(work, want, 'gone');
    for (const conversation of conversations) this.#finishIfIdle(work, conversation);
  }

  /** Something of it is being fetched from anybody, or will be. */
  isBusyWith(conversation: string): boolean {
    return [...this.#works].some((work) => work.isBusyWith(conversation));
  }

  /** Lowers floors because people want more than the usual window. */
  async lowerFloors(floors: readonly (LogName & { readonly floor: number })[]): Promise<void> {
    // A floor of 1 alone may also mean that nothing was decided yet.
    for (const log of floors) if (log.floor === 1) this.#wantedWhole.add(`${log.conversation}/${logKeyOf(log)}`);
    await this.#context.journal.setFloors(floors);
  }

  /** Asks for what is wanted of all that this peer told of a conversation. */
  async plan(work: PeerWork, conversation: string, claims: readonly LogClaim[]): Promise<void> {
    await this.#setFloors(conversation, this.#wanted(work, conversation, claims));
    if (!this.#works.has(work)) return;
    // Looked at again: floors have moved, and entries may have come.
    const wanted = this.#wanted(work, conversation, claims);
    const held = this.#held(conversation);
    const nowMs = this.#context.clock.monotonicMs();
    const logs: LogWork[] = [];
    for (const { claim, low, decisive, lacking, diverged } of wanted) {
      const asked = work.inFlight(conversation, claim.wireKey);
      const todo = subtractRanges(subtractRanges(lacking, work.failed(conversation, claim.key, nowMs)), asked);
      const again = this.#toCompare(work, conversation, claim, diverged, held.get(claim.key)?.ranges ?? []);
      if (todo.length > 0 || again.length > 0) logs.push({ claim, low, decisive, todo, again });
    }
    work.plan(conversation, logs);
    this.pump(work);
    this.#finishIfIdle(work, conversation);
  }

  /** Asks this peer for as much as may be asked at once. */
  pump(work: PeerWork): void {
    while (work.wants.size < MAX_WANTS && this.#works.has(work)) {
      const next = this.#nextLogs(work);
      if (next === undefined) break;
      if (!this.#ask(work, next.conversation, next.asked, [])) return;
    }
    if (work.wants.size === 0 && work.bodiesDue.size > 0)
      void this.#bodies.find(work).then((found) => {
        if (found === undefined) return;
        if (this.#works.has(work)) this.#ask(work, found.conversation, new Map(), found.ids);
        else this.#bodies.ended(found.ids);
      });
  }

  /** @throws WireError for what was not asked for */
  async batch(work: PeerWork, { id, entries, last }: BatchMessage): Promise<void> {
    const want = work.wants.get(id);
    if (want === undefined) {
      // Late: others are asked by now.
      this.#context.countDrop('sync-unasked');
      return;
    }
    this.#check(want, entries);
    const kept = entries.length === 0 || (await this.#keep(work, want, entries));
    if (work.wants.get(id) !== want) return;
    if (last || !kept) this.#end(work, want, kept ? 'answered' : 'failed');
    else {
      this.#arm(work, want);
      if (want.exclusive && this.#context.clock.monotonicMs() - want.askedAtMs > EXCLUSIVE_MS) {
        this.#release(work, want);
        this.#pumpOthers(work, want.conversation);
      }
    }
  }

  #wanted(work: PeerWork, conversation: string, claims: readonly LogClaim[]): WantedLog[] {
    const { journal, options, self, suspects } = this.#context;
    const shared = work.peer.shares(conversation);
    if (shared === undefined) return [];
    return wantedLogs(claims, this.#held(conversation), {
      everything: shared.memberSinceMs === 0,
      self,
      teller: work.peer.link.peerId,
      tellerIsOlder: (work.peer.told(conversation)?.sinceMs ?? Infinity) <= shared.memberSinceMs,
      historyMessages: options.historyMessages,
      isKnown: (author) => journal.isKnown(author),
      isWantedWhole: (key) => this.#wantedWhole.has(`${conversation}/${key}`),
      isSuspect: (key) => suspects.has(conversation, key),
    });
  }

  #forget(work: PeerWork, conversation: string): void {
    for (const { claim, again } of work.forget(conversation))
      if (again.length > 0) this.#comparisons.interrupted(work.peer.link.peerId, conversation, claim);
  }

  #nextLogs(work: PeerWork): { conversation: string; asked: Map<string, Asked> } | undefined {
    for (const conversation of [...work.conversations.keys()]) {
      if (work.peer.shares(conversation) === undefined) {
        this.#forget(work, conversation);
        continue;
      }
      // Somebody else may have something to do too.
      const sharers = [...this.#works].filter((one) => one.conversations.has(conversation)).length;
      const asked = work.take(conversation, this.#held(conversation), sharers, (key) => {
        const owner = this.#owners.get(`${conversation}/${key}`);
        return owner === undefined || owner.work === work;
      });
      this.#finishIfIdle(work, conversation);
      if (asked.size > 0) return { conversation, asked };
    }
    return undefined;
  }

  /** False when it can't be sent. */
  #ask(work: PeerWork, conversation: string, logs: Map<string, Asked>, bodies: readonly string[]): boolean {
    const want: Want = {
      id: work.nextWantId(),
      conversation,
      logs,
      bodies: new Set(bodies),
      askedAtMs: this.#context.clock.monotonicMs(),
      received: 0,
      timer: undefined,
      taking: false,
      exclusive: true,
    };
    work.wants.set(want.id, want);
    work.rotate(conversation);
    for (const { log } of logs.values()) {
      const name = `${conversation}/${log.claim.key}`;
      const owner = this.#owners.get(name) ?? { work, wants: 0 };
      owner.wants++;
      this.#owners.set(name, owner);
    }
    this.#arm(work, want);
    const sent = work.peer.send({
      type: 'want',
      id: want.id,
      conversation: fromHex(conversation),
      logs: Array.from(logs, ([wireKey, asked]) => wireWanted(wireKey, asked)),
      bodies: bodies.map(fromHex),
    });
    if (!sent) this.#end(work, want, 'gone');
    return sent;
  }

  #arm(work: PeerWork, want: Want): void {
    want.timer?.cancel();
    want.timer = this.#context.clock.after(NO_PROGRESS_MS, () => {
      // What waits here to be kept is no fault of theirs.
      if ([...work.wants.values()].some(({ taking }) => taking)) this.#arm(work, want);
      else {
        this.#context.countDrop('sync-late');
        this.#end(work, want, 'late');
      }
    });
  }

  #check(want: Want, entries: readonly SyncEntry[]): void {
    want.received += entries.length;
    if (want.received > MAX_SYNC_ENTRIES) throw new WireError('More entries than anybody asks for.');
    for (const { header: bytes } of entries) {
      const header = decodeEntryHeader(bytes);
      const asked = want.logs.get(wireKeyOf(header));
      if (asked !== undefined && includesSequence(asked.ranges, header.sequence)) {
        asked.received++;
      } else if (want.bodies.size === 0 || !want.bodies.has(entryIdOf(sha256(bytes))))
        throw new WireError('An entry that was not asked for.');
      if (toHex(header.conversation) !== want.conversation) throw new WireError('An entry of another conversation.');
    }
  }

  /** False when it could not be kept, which is no fault of theirs. */
  async #keep(work: PeerWork, want: Want, entries: readonly SyncEntry[]): Promise<boolean> {
    const { journal, statistics, log } = this.#context;
    if (work.peer.shares(want.conversation) === undefined) return false;
    want.taking = true;
    try {
      const { kept, broken } = await journal.take(work.peer.link, want.conversation, entries);
      for (const one of broken) this.#context.suspects.add(want.conversation, logKeyOf(one));
      statistics.entriesReceived += entries.length;
      work.gained.set(want.conversation, (work.gained.get(want.conversation) ?? 0) + kept);
      await this.#setFloors(
        want.conversation,
        Array.from(want.logs.values(), (asked) => asked.log),
      );
      return true;
    } catch (error) {
      if (error instanceof WireError) throw error;
      log.warn('what a peer sent could not be kept', { peer: work.peer.link.peerId, error: messageOf(error) });
      return false;
    } finally {
      want.taking = false;
    }
  }

  async #setFloors(
    conversation: string,
    logs: readonly { readonly claim: LogClaim; readonly low: number; readonly decisive: boolean }[],
  ): Promise<void> {
    const held = this.#held(conversation);
    const floors: (LogName & { floor: number })[] = [];
    for (const { claim, low, decisive } of logs) {
      const here = held.get(claim.key);
      const floor = here === undefined || !decisive ? undefined : floorAfter(here, low);
      if (floor !== undefined) floors.push({ conversation, author: claim.author, logId: claim.logId, floor });
    }
    if (floors.length > 0) await this.#context.journal.setFloors(floors);
  }

  #end(work: PeerWork, want: Want, how: WantEnd): void {
    work.wants.delete(want.id);
    want.timer?.cancel();
    const released = this.#release(work, want);
    this.#bodies.ended(want.bodies);
    this.#sortOut(work, want, how);
    if (released) this.#pumpOthers(work, want.conversation);
    if (want.bodies.size > 0) for (const other of this.#works) if (other.bodiesDue.size > 0) this.pump(other);
    this.pump(work);
    this.#finishIfIdle(work, want.conversation);
  }

  /** What is to be asked for although it is here. */
  #toCompare(work: PeerWork, conversation: string, claim: LogClaim, diverged: boolean, here: Ranges): SequenceRange[] {
    if (diverged && this.#comparisons.begin(work.peer.link.peerId, conversation, claim))
      return intersectRanges(claim.ranges, here);
    const unfinished = work.comparing(conversation, claim.key);
    // That was done, or too often: what remains is as good as it gets.
    if (diverged && unfinished.length === 0 && !work.isComparing(conversation, claim.wireKey))
      this.#context.suspects.delete(conversation, claim.key);
    return unfinished;
  }

  /** What was asked for and has not come is asked for again, or held against them. */
  #sortOut(work: PeerWork, want: Want, how: WantEnd): void {
    const held = this.#held(want.conversation);
    const nowMs = this.#context.clock.monotonicMs();
    const { peerId } = work.peer.link;
    const { suspects } = this.#context;
    for (const { log, ranges, again, received } of want.logs.values()) {
      const { claim } = log;
      const here = held.get(claim.key)?.ranges ?? [];
      const missing = subtractRanges(ranges, here);
      if (again) {
        const isDone = work.comparing(want.conversation, claim.key).length === 0;
        if (how !== 'answered') this.#comparisons.interrupted(peerId, want.conversation, claim);
        else if (isDone) suspects.delete(want.conversation, claim.key);
        continue;
      }
      if (how === 'gone') continue;
      // They are on another branch: what is here is asked of them first, to find where it begins.
      const isSuspect = how === 'answered' && received > 0 && suspects.has(want.conversation, claim.key);
      const compare = isSuspect ? this.#toCompare(work, want.conversation, claim, true, here) : [];
      const progress = countSequences(missing) < countSequences(ranges);
      if (compare.length > 0 || (missing.length > 0 && how === 'answered' && progress))
        work.putBack(want.conversation, log, missing, compare);
      else if (missing.length > 0) work.noteFailed(want.conversation, claim.key, missing, nowMs);
    }
  }

  /** Others may be asked for these logs. True when somebody may wait for that. */
  #release(work: PeerWork, want: Want): boolean {
    if (!want.exclusive) return false;
    want.exclusive = false;
    let released = false;
    for (const { log } of want.logs.values()) {
      const name = `${want.conversation}/${log.claim.key}`;
      const owner = this.#owners.get(name);
      if (owner?.work !== work || --owner.wants > 0) continue;
      this.#owners.delete(name);
      released = true;
    }
    return released;
  }

  #pumpOthers(but: PeerWork, conversation: string): void {
    for (const work of this.#works) if (work !== but && work.conversations.has(conversation)) this.pump(work);
  }

  #finishIfIdle(work: PeerWork, conversation: string): void {
    if (work.isBusyWith(conversation)) return;
    const gained = work.gained.get(conversation) ?? 0;
    work.gained.delete(conversation);
    this.#events.fetched(work, conversation, gained);
  }

  #held(conversation: string): Map<string, LogSummary> {
    return new Map(this.#context.journal.logs(conversation).map((log) => [logKeyOf(log), log]));
  }
}

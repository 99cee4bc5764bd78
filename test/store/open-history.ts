// A history for a test, open, with the conversations of the samples.
import type { AppendResult, History, HistoryLimits, NewEntry, StoredMessage } from '../../src/contracts/history.ts';
import { conversations, EPOCH, textOf } from './sample-history.ts';

export interface HistoryUnderTest {
  /** Not open yet. */
  readonly history: History;
  /** This machine's wall clock. */
  setTime(now: number): void;
  /** The next start over the same data. The one before is closed, or is no more: `crash` says which. */
  again(options?: { readonly crash?: boolean; readonly machine?: string }): Promise<History>;
}

export type MakeHistory = (limits?: Partial<HistoryLimits>) => Promise<HistoryUnderTest>;

export const results = async (history: History, entries: readonly NewEntry[]): Promise<AppendResult[]> =>
  (await history.append(entries)).map(({ result }) => result);
export const textsOf = (messages: readonly StoredMessage[]): (string | undefined)[] =>
  messages.map(({ entry }) => textOf(entry));
export const idsOf = (messages: readonly StoredMessage[]): string[] => messages.map(({ entry }) => entry.id);

/** Opens one with the conversations of the samples. */
export async function openHistory(make: MakeHistory, limits?: Partial<HistoryLimits>): Promise<HistoryUnderTest> {
  const made = await make(limits);
  made.setTime(EPOCH + 1_000_000);
  await made.history.open();
  for (const conversation of conversations) await made.history.putConversation(conversation);
  return made;
}

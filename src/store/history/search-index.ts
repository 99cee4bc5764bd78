// The full-text index (FTS5) and questions to it.

import { searchWords, type SearchTerm } from './search-words.ts';
import type { Database } from './sqlite-driver.ts';
import { number } from './sqlite-rows.ts';

/** Beginnings up to this length have an index of their own (schema-1.ts). */
const INDEXED_PREFIX = 3;
/** Looking for a beginning by its words is quick up to so many; with more of them FTS5 reads all that they find. */
const MAX_PREFIX_WORDS = 200;
const KNOWN_WORDS_LIMIT = 50_000;

/** Of one row. */
export interface SearchText {
  /** Its number. */
  readonly conversation: number;
  readonly words: readonly string[];
}

export class SearchIndex {
  readonly #database: Database;
  /** What this transaction changes: the new text of a row, or that it has none any more. */
  readonly #pending = new Map<number, SearchText | undefined>();
  /** Rows that are in the index, of those that this transaction changes. */
  readonly #replaced = new Set<number>();
  readonly #knownWords = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** @param isThere whether the row has a text already */
  set(row: number, text: SearchText | undefined, isThere: boolean): void {
    if (isThere && !this.#pending.has(row)) this.#replaced.add(row);
    this.#pending.set(row, text);
  }

  isPending(row: number): boolean {
    return this.#pending.has(row);
  }

  /** Before a commit. Ascending: whenever rows go backwards, FTS5 writes out what it has collected. */
  flush(): void {
    if (this.#pending.size === 0) return;
    const rows = [...this.#pending].sort(([left], [right]) => left - right);
    for (const [row] of rows) if (this.#replaced.has(row)) this.#database.run('DELETE FROM texts WHERE rowid = ?', row);
    for (const [row, text] of rows) {
      if (text === undefined) continue;
      this.#database.run(
        'INSERT INTO texts (rowid, conversation, words) VALUES (?, ?, ?)',
        row,
        conversationWord(text.conversation),
        text.words.join(' '),
      );
      for (const word of text.words) this.#noteWord(word);
    }
    this.#pending.clear();
    this.#replaced.clear();
  }

  /** After a transaction that came to nothing. */
  forget(): void {
    this.#pending.clear();
    this.#replaced.clear();
    this.#knownWords.clear();
  }

  /** Rows with all these terms, newest first; of these conversations or of all. */
  find(terms: readonly SearchTerm[], conversations: readonly number[] | undefined, limit: number): number[] {
    const parts = terms.map((term) => this.#condition(term));
    if (conversations !== undefined) {
      const words = conversations.map((conversation) => `"${conversationWord(conversation)}"`);
      parts.unshift(`conversation : (${words.join(' OR ')})`);
    }
    return this.#database
      .all('SELECT rowid FROM texts WHERE texts MATCH ? ORDER BY rowid DESC LIMIT ?', parts.join(' AND '), limit)
      .map((row) => number(row, 'rowid'));
  }

  // Words are letters, digits, marks and emoji only (search-words.ts); in quotation marks none of them is syntax.
  #condition({ words, prefix }: SearchTerm): string {
    const phrase = `"${words.join(' ')}"`;
    const last = words.at(-1) ?? '';
    if (!prefix) return `words : ${phrase}`;
    if (words.length === 1 && lengthOf(last) > INDEXED_PREFIX) {
      const longer = this.#wordsFrom(last);
      if (longer.length <= MAX_PREFIX_WORDS)
        return `words : (${[last, ...longer].map((word) => `"${word}"`).join(' OR ')})`;
    }
    return `words : ${phrase} *`;
  }

  #wordsFrom(beginning: string): string[] {
    // UTF-8 sorts by code point: nothing that begins so comes after it with the highest one added.
    return this.#database
      .all(
        'SELECT word FROM long_words WHERE word > ? AND word < ? LIMIT ?',
        beginning,
        `${beginning}\u{10ffff}`,
        MAX_PREFIX_WORDS + 1,
      )
      .map(({ word }) => String(word));
  }

  #noteWord(word: string): void {
    if (this.#knownWords.has(word) || lengthOf(word) <= INDEXED_PREFIX) return;
    this.#database.run('INSERT OR IGNORE INTO long_words (word) VALUES (?)', word);
    if (this.#knownWords.size >= KNOWN_WORDS_LIMIT) this.#knownWords.clear();
    this.#knownWords.add(word);
  }
}

export function searchTextOf(conversation: number, text: string): SearchText | undefined {
  const words = searchWords(text);
  return words.length === 0 ? undefined : { conversation, words };
}

function conversationWord(conversation: number): string {
  return `c${conversation}`;
}

function lengthOf(word: string): number {
  return [...word].length;
}

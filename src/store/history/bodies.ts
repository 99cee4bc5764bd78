// What becomes of bodies: deleted by their author, replaced by edits, dropped for age or space, blocked. And with them,
// what the search finds.

import type { BodyState } from '../../contracts/history.ts';
import type { Accounts } from './accounts.ts';
import type { Logs } from './logs.ts';
import type { EntryRow, HistoryTables } from './tables.ts';

export class Bodies {
  readonly #tables: HistoryTables;
  readonly #accounts: Accounts;
  readonly #logs: Logs;

  constructor(tables: HistoryTables, accounts: Accounts, logs: Logs) {
    this.#tables = tables;
    this.#accounts = accounts;
    this.#logs = logs;
  }

  /** Takes a body away, if it is here, and says why there is none. */
  drop(row: EntryRow, state: BodyState): void {
    if (row.bodyState === state) return;
    this.#accounts.add(row, -row.bodyCost);
    this.#logs.changed(row.log);
    this.#tables.change(row, { body: undefined, bodyState: state, bodyCost: 0, editText: undefined });
    if (row.shown) this.#refreshSearch(row);
    const target = row.edits ? this.#ownTarget(row) : undefined;
    if (target !== undefined) this.#refreshSearch(target);
  }

  /** A new entry. In whatever order entries come, it ends the same. */
  insert(row: EntryRow, searchText: string | undefined): void {
    // Nearly all are changed by nothing that is here: then the whole work is one insertion.
    const isChanged = this.#tables.hasChanges(row);
    this.#tables.insert(row, row.shown && !isChanged ? searchText : undefined);
    if (isChanged) this.#settleAsTarget(row, searchText);
    this.#settleAsChange(row);
  }

  /** An entry that was here has its body now, or what the body says is known. */
  settle(row: EntryRow, searchText: string | undefined): void {
    this.#settleAsTarget(row, searchText);
    this.#settleAsChange(row);
  }

  #settleAsTarget(row: EntryRow, searchText: string | undefined): void {
    if (this.#tables.deletion(row) !== undefined) this.#delete(row);
    else if (row.shown) this.#refreshSearch(row, searchText);
  }

  #settleAsChange(row: EntryRow): void {
    const target = this.#ownTarget(row);
    if (target === undefined) return;
    if (row.deletes) this.#delete(target);
    else if (target.bodyState === 'deleted') this.drop(row, 'deleted');
    else this.#refreshSearch(target);
  }

  #delete(target: EntryRow): void {
    this.drop(target, 'deleted');
    for (const edit of this.#tables.edits(target)) this.drop(edit, 'deleted');
  }

  /** What an entry changes, if it is here and by the same author. */
  #ownTarget(row: EntryRow): EntryRow | undefined {
    if (row.target === undefined || !(row.deletes || row.edits)) return undefined;
    const target = this.#tables.entry(row.target);
    return target?.place === row.place && target.author === row.author ? target : undefined;
  }

  // Once there is an edit, the own text counts no more: it may have come before or after, and is not kept to be found again.
  #refreshSearch(row: EntryRow, ownText?: string): void {
    if (row.bodyState === 'deleted') {
      this.#tables.setSearchText(row, undefined);
      return;
    }
    const edit = this.#tables.lastEdit(row);
    if (edit !== undefined) this.#tables.setSearchText(row, edit.editText);
    else if (row.bodyState !== 'here') this.#tables.setSearchText(row, undefined);
    else if (ownText !== undefined) this.#tables.setSearchText(row, ownText);
  }
}

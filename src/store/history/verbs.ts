// What can be asked of an open history, by name: so that a call can wait, or travel to a worker.

import type { History } from '../../contracts/history.ts';
import type { HistoryEngine } from './engine.ts';

export type Verbs = Omit<History, 'open' | 'close'>;
export type VerbName = keyof Verbs;
export type VerbArguments<Name extends VerbName> = Parameters<Verbs[Name]>;
export type VerbResult<Name extends VerbName> = Awaited<ReturnType<Verbs[Name]>>;

/** What the caller knows and the engine does not: time and chance are handed in. */
export interface CallContext {
  readonly now: number;
  /** 32 hex digits that nobody has used. */
  readonly freshLogId: string;
}

/** `read` changes nothing; `write` is one step of a transaction; `long` is many transactions, with others in between. */
export type VerbKind = 'read' | 'write' | 'long';

interface Verb<Name extends VerbName> {
  readonly kind: VerbKind;
  run(
    engine: HistoryEngine,
    args: VerbArguments<Name>,
    context: CallContext,
  ): VerbResult<Name> | Generator<void, VerbResult<Name>>;
}

export const VERBS: { readonly [Name in VerbName]: Verb<Name> } = {
  renewOwnLog: { kind: 'write', run: (engine, _args, { freshLogId }) => engine.renewOwnLog(freshLogId) },
  putConversation: { kind: 'write', run: (engine, args) => engine.putConversation(...args) },
  append: { kind: 'write', run: (engine, [entries], { now }) => engine.append(entries, now) },
  setFloors: { kind: 'write', run: (engine, args) => engine.setFloors(...args) },
  noteDelivered: { kind: 'write', run: (engine, args) => engine.noteDelivered(...args) },
  deliveredTo: { kind: 'read', run: (engine, args) => engine.deliveredTo(...args) },
  page: { kind: 'read', run: (engine, args) => engine.page(...args) },
  message: { kind: 'read', run: (engine, args) => engine.message(...args) },
  since: { kind: 'read', run: (engine, args) => engine.since(...args) },
  search: { kind: 'read', run: (engine, args) => engine.search(...args) },
  lastMessages: { kind: 'read', run: (engine, args) => engine.lastMessages(...args) },
  memberships: { kind: 'read', run: (engine, args) => engine.memberships(...args) },
  entries: { kind: 'read', run: (engine, args) => engine.entries(...args) },
  entriesById: { kind: 'read', run: (engine, args) => engine.entriesById(...args) },
  sequencesAt: { kind: 'read', run: (engine, args) => engine.sequencesAt(...args) },
  missingBodies: { kind: 'read', run: (engine, args) => engine.missingBodies(...args) },
  setBlocked: { kind: 'long', run: (engine, args) => engine.setBlocked(...args) },
  expire: { kind: 'long', run: (engine, args) => engine.expire(...args) },
};

/** A call on its way, with what it needs. The arguments fit the verb: only `CalledHistory` makes calls. */
export interface Call {
  readonly verb: VerbName;
  readonly args: readonly unknown[];
  readonly context: CallContext;
}

/** Runs a call that is no `long` one, inside a transaction. */
export function runCall(engine: HistoryEngine, { verb, args, context }: Call): unknown {
  return (VERBS[verb] as Verb<VerbName>).run(engine, args as VerbArguments<VerbName>, context);
}

/** The steps of a `long` call, each to be run in a transaction of its own. */
export function stepsOf(engine: HistoryEngine, call: Call): Generator<void, unknown> {
  return runCall(engine, call) as Generator<void, unknown>;
}

// The methods of a history as calls by name.

import { toHex } from '../../base/bytes.ts';
import type { Clock } from '../../base/clock.ts';
import { MmchatError } from '../../base/errors.ts';
import type { Random } from '../../base/random.ts';
import type { History, HistoryLimits, HistoryOpening } from '../../contracts/history.ts';
import type { Call, VerbArguments, VerbName, VerbResult } from './verbs.ts';

const LOG_ID_BYTES = 16;

export interface HistoryParts {
  readonly clock: Clock;
  readonly random: Random;
  /** What tells this machine from others that may have a copy of the same data. */
  readonly machine: string;
  readonly limits?: Partial<HistoryLimits>;
}

export abstract class CalledHistory implements History {
  readonly #clock: Clock;
  readonly #random: Random;

  constructor({ clock, random }: HistoryParts) {
    this.#clock = clock;
    this.#random = random;
  }

  abstract open(): Promise<HistoryOpening>;
  abstract close(): Promise<void>;
  protected abstract run(call: Call): Promise<unknown>;

  protected now(): number {
    return this.#clock.now();
  }

  protected freshLogId(): string {
    return toHex(this.#random.bytes(LOG_ID_BYTES));
  }

  renewOwnLog(): Promise<string> {
    return this.#call('renewOwnLog', [], this.freshLogId());
  }
  putConversation(...args: VerbArguments<'putConversation'>): Promise<VerbResult<'putConversation'>> {
    return this.#call('putConversation', args);
  }
  append(...args: VerbArguments<'append'>): Promise<VerbResult<'append'>> {
    return this.#call('append', args);
  }
  setFloors(...args: VerbArguments<'setFloors'>): Promise<VerbResult<'setFloors'>> {
    return this.#call('setFloors', args);
  }
  noteDelivered(...args: VerbArguments<'noteDelivered'>): Promise<VerbResult<'noteDelivered'>> {
    return this.#call('noteDelivered', args);
  }
  deliveredTo(...args: VerbArguments<'deliveredTo'>): Promise<VerbResult<'deliveredTo'>> {
    return this.#call('deliveredTo', args);
  }
  page(...args: VerbArguments<'page'>): Promise<VerbResult<'page'>> {
    return this.#call('page', args);
  }
  message(...args: VerbArguments<'message'>): Promise<VerbResult<'message'>> {
    return this.#call('message', args);
  }
  since(...args: VerbArguments<'since'>): Promise<VerbResult<'since'>> {
    return this.#call('since', args);
  }
  search(...args: VerbArguments<'search'>): Promise<VerbResult<'search'>> {
    return this.#call('search', args);
  }
  lastMessages(...args: VerbArguments<'lastMessages'>): Promise<VerbResult<'lastMessages'>> {
    return this.#call('lastMessages', args);
  }
  memberships(...args: VerbArguments<'memberships'>): Promise<VerbResult<'memberships'>> {
    return this.#call('memberships', args);
  }
  entries(...args: VerbArguments<'entries'>): Promise<VerbResult<'entries'>> {
    return this.#call('entries', args);
  }
  entriesById(...args: VerbArguments<'entriesById'>): Promise<VerbResult<'entriesById'>> {
    return this.#call('entriesById', args);
  }
  sequencesAt(...args: VerbArguments<'sequencesAt'>): Promise<VerbResult<'sequencesAt'>> {
    return this.#call('sequencesAt', args);
  }
  missingBodies(...args: VerbArguments<'missingBodies'>): Promise<VerbResult<'missingBodies'>> {
    return this.#call('missingBodies', args);
  }
  setBlocked(...args: VerbArguments<'setBlocked'>): Promise<VerbResult<'setBlocked'>> {
    return this.#call('setBlocked', args);
  }
  expire(...args: VerbArguments<'expire'>): Promise<VerbResult<'expire'>> {
    return this.#call('expire', args);
  }

  #call<Name extends VerbName>(verb: Name, args: VerbArguments<Name>, freshLogId = ''): Promise<VerbResult<Name>> {
    return this.run({ verb, args, context: { now: this.now(), freshLogId } }) as Promise<VerbResult<Name>>;
  }
}

export function stopped(): MmchatError {
  return new MmchatError('stopped', 'The history is closed.');
}

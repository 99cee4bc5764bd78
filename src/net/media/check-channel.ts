// The checks of one session: made with its key, each taken once, answers matched to what was asked.

import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { WireError } from '../../base/errors.ts';
import type { MediaDescription } from '../../contracts/media.ts';
import { decodeCheck, encodeCheck, MEDIA_CHECK_KEY_BYTES, type MediaCheck } from '../../wire/media/media-check.ts';
import { ReplayWindow } from '../../wire/media/replay-window.ts';

const PURPOSE = 'mmchat media check';
const REPLAY_WINDOW = 1024;
/** Checks that wait for their answer: at 60 a second, two seconds' worth. */
const MAX_PENDING = 128;

export interface CheckChannelOptions<Target> {
  readonly clock: Clock;
  readonly controlling: MediaDescription;
  readonly controlled: MediaDescription;
  readonly isControlling: boolean;
  readonly firstTransaction: number;
  /** Of what was asked there. */
  readonly answered: (target: Target, rttMs: number) => void;
}

export class CheckChannel<Target> {
  readonly #options: CheckChannelOptions<Target>;
  readonly #pending = new Map<number, { readonly target: Target; readonly sentAtMs: number }>();
  readonly #window = new ReplayWindow(REPLAY_WINDOW);
  readonly #direction: 0 | 1;
  readonly #remoteSsrc: number;
  #key: KeyObject | undefined;
  #transaction: number;
  #counter = 0;

  constructor(options: CheckChannelOptions<Target>) {
    const { controlling, controlled, isControlling, firstTransaction } = options;
    this.#options = options;
    this.#key = checkKeyOf(controlling, controlled);
    this.#direction = isControlling ? 1 : 0;
    this.#remoteSsrc = (isControlling ? controlled : controlling).audioSsrc;
    this.#transaction = firstTransaction;
  }

  ask(target: Target, nominated: boolean): Uint8Array | undefined {
    if (this.#key === undefined) return undefined;
    const transaction = (this.#transaction = (this.#transaction + 1) >>> 0);
    const sentAtMs = this.#options.clock.monotonicMs();
    if (this.#pending.size >= MAX_PENDING)
      for (const oldest of this.#pending.keys()) {
        this.#pending.delete(oldest);
        break;
      }
    this.#pending.set(transaction, { target, sentAtMs });
    return this.#encode({ kind: 'check', transaction, nominated, stampMs: sentAtMs });
  }

  /** As long as what it answers. */
  answerTo(check: MediaCheck): Uint8Array | undefined {
    const { transaction, nominated, stampMs } = check;
    return this.#encode({ kind: 'answer', transaction, nominated, stampMs });
  }

  #encode(check: Pick<MediaCheck, 'kind' | 'transaction' | 'nominated' | 'stampMs'>): Uint8Array | undefined {
    if (this.#key === undefined) return undefined;
    const own = { ssrc: this.#remoteSsrc, direction: this.#direction, counter: this.#counter++ };
    return encodeCheck({ ...check, ...own }, this.#key);
  }

  /** A check to be answered, or why there is nothing more to do. */
  take(bytes: Uint8Array): MediaCheck | 'answer' | 'forged' | 'replayed' {
    if (this.#key === undefined) return 'forged';
    let check: MediaCheck;
    try {
      check = decodeCheck(bytes, this.#key);
    } catch (error) {
      if (error instanceof WireError) return 'forged';
      throw error;
    }
    // Sent back to its author by somebody who heard it.
    if (check.direction === this.#direction) return 'replayed';
    if (this.#window.check(check.counter) !== 'new') return 'replayed';
    this.#window.mark(check.counter);
    if (check.kind === 'check') return check;
    const asked = this.#pending.get(check.transaction);
    if (asked !== undefined) {
      this.#pending.delete(check.transaction);
      this.#options.answered(asked.target, this.#options.clock.monotonicMs() - asked.sentAtMs);
    }
    return 'answer';
  }

  wipe(): void {
    this.#key = undefined;
    this.#pending.clear();
  }
}

/** Both sides know both masters, and nobody else does. */
function checkKeyOf(controlling: MediaDescription, controlled: MediaDescription): KeyObject {
  const material = Buffer.concat([controlling.key, controlled.key]);
  const salt = Buffer.concat([controlling.salt, controlled.salt]);
  const derived = Buffer.from(hkdfSync('sha256', material, salt, PURPOSE, MEDIA_CHECK_KEY_BYTES));
  const key = createSecretKey(derived);
  for (const secret of [material, salt, derived]) secret.fill(0);
  return key;
}

// What happened, counted by reason: for metrics, and so that whatever was dropped leaves a trace.

export const COUNTER_NAMES = [
  'connections',
  'joins',
  'leaves',
  'lines',
  'broadcasts',
  'private-messages',
  'room-messages',
  'file-parts',
  'call-signals',
  'bytes-in',
  'bytes-out',
  'lists-sent',
  'list-bytes',
  'lists-merged',
  'media-packets-in',
  'media-packets-out',
  'media-bytes-out',
  'media-mixed-blocks',
  // Lines that were skipped
  'skipped-empty',
  'skipped-not-utf8',
  'skipped-not-json',
  'skipped-no-object',
  'skipped-too-long',
  'skipped-abandoned',
  'skipped-before-join',
  'skipped-odd-room',
  'skipped-room-limit',
  // Connections that were closed by the server
  'closed-full',
  'closed-never-joined',
  'closed-stuck',
  'closed-output-limit',
  'accept-errors',
  // Senders that had to wait
  'paused-input-memory',
  'paused-slow-receiver',
  'paused-output-memory',
  // Datagrams that were dropped
  'media-no-header',
  'media-bad-header',
  'media-unknown-sender',
  'media-wrong-address',
  'media-ambiguous-sender',
  'media-no-target',
  'media-queue-full',
  'media-send-errors',
] as const;

export type CounterName = (typeof COUNTER_NAMES)[number];

export class Counters {
  readonly #counts = Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as Record<CounterName, number>;

  add(name: CounterName, count = 1): void {
    this.#counts[name] += count;
  }

  get(name: CounterName): number {
    return this.#counts[name];
  }

  snapshot(): Readonly<Record<CounterName, number>> {
    return { ...this.#counts };
  }
}

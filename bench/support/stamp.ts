// Texts that carry the time of their sending. CLOCK_MONOTONIC, which is behind process.hrtime, is the same for all
// processes of one machine: so whoever receives such a text knows how long it took.

/** Microseconds of a clock that all processes of this machine share. */
export function nowMicros(): number {
  const [seconds, nanos] = process.hrtime();
  return seconds * 1e6 + nanos / 1e3;
}

const STAMP_LENGTH = 18;

/** A text of exactly so many ASCII characters (at least 32) that begins with the time. */
export function stampedText(length: number): string {
  return `${nowMicros().toFixed(1).padStart(STAMP_LENGTH, '0')} `.padEnd(length, 'x');
}

/** How long ago it was stamped; undefined when it is another text. */
export function microsSince(text: string): number | undefined {
  const stamp = text.slice(0, STAMP_LENGTH);
  return /^[0-9]+\.[0-9]$/u.test(stamp) ? nowMicros() - Number(stamp) : undefined;
}

/** Cuts a byte stream into records of a fixed length and gives each as text. */
export class Records {
  readonly #take: (record: string) => void;
  #length: number;
  #rest = Buffer.alloc(0);

  constructor(length: number, take: (record: string) => void) {
    this.#length = length;
    this.#take = take;
  }

  set length(length: number) {
    this.#length = length;
    this.#rest = Buffer.alloc(0);
  }

  push(chunk: Uint8Array): void {
    const bytes =
      this.#rest.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (; start + this.#length <= bytes.length; start += this.#length)
      this.#take(bytes.toString('latin1', start, start + this.#length));
    this.#rest = Buffer.from(bytes.subarray(start));
  }
}

// The last packets as they were sent: what is sent again must be the identical bytes, or one nonce would encrypt two things.

const KEPT_PACKETS = 512;

export class ResendRing {
  readonly #packets: ({ readonly sequence: number; readonly bytes: Uint8Array } | undefined)[] = [];

  keep(sequence: number, bytes: Uint8Array): void {
    this.#packets[sequence % KEPT_PACKETS] = { sequence, bytes };
  }

  get(sequence: number): Uint8Array | undefined {
    const kept = this.#packets[sequence % KEPT_PACKETS];
    return kept?.sequence === sequence ? kept.bytes : undefined;
  }

  clear(): void {
    this.#packets.length = 0;
  }
}

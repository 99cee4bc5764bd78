// How many dials may be in flight: more while they succeed, fewer when nodes that surely are there don't answer in time.
// When twenty nodes of one busy machine start at once, too many handshakes side by side all miss their deadlines, and
// all of that work was for nothing.

export const DIAL_WINDOW = { least: 2, first: 4, most: 8 } as const;

/** `overrun`: no link in time with a node that discovery just heard; `other`: it tells nothing of the load. */
export type DialOutcome = 'linked' | 'overrun' | 'other';

export class DialWindow {
  #size: number = DIAL_WINDOW.first;
  #inFlight = 0;

  /** @param speculative of an address where perhaps nobody is: those leave half of the places to the others */
  isOpen(speculative = false): boolean {
    return this.#inFlight < (speculative ? Math.floor(this.#size / 2) : this.#size);
  }

  begin(): void {
    this.#inFlight++;
  }

  end(outcome: DialOutcome): void {
    this.#inFlight--;
    if (outcome === 'linked') this.#size = Math.min(this.#size + 1, DIAL_WINDOW.most);
    else if (outcome === 'overrun') this.#size = Math.max(Math.floor(this.#size / 2), DIAL_WINDOW.least);
  }
}

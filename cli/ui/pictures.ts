// Which received images have a picture on the screen, and getting it made: what is looked at, one after the other.

import type { FileFacts, NodeState, Transfer } from '../../src/index.ts';
import { messageOf } from '../../src/index.ts';
import type { Pixels } from '../pictures/image-header.ts';
import type { Picture, UiState } from './ui-state.ts';

/** @throws with a few words that stand in the picture's place */
export type ReadPicture = (path: string, signal: AbortSignal) => Promise<Pixels>;

/** Pictures that are kept: each has at most some 23 KB. */
const KEPT = 100;
const WANTED_LIMIT = 20;
const HERE_SOON: ReadonlySet<Transfer['phase']> = new Set(['waiting', 'active', 'paused', 'checking', 'done']);

export interface PictureHost {
  readonly ui: UiState;
  readonly state: NodeState;
  update(change: (ui: UiState) => UiState): void;
  changed(): void;
}

/** Whether a place is kept for it: by its name, as long before it is here nothing else is known. */
export function hasPicture(file: FileFacts, transfer: Transfer | undefined): boolean {
  if (file.kind !== 'file' || transfer?.direction !== 'incoming' || !HERE_SOON.has(transfer.phase)) return false;
  return /\.(?:png|jpe?g|gif|webp)$/i.test(file.name);
}

export class Pictures {
  readonly #host: PictureHost;
  readonly #read: ReadPicture | undefined;
  readonly #stop = new AbortController();
  #busy = false;

  constructor(host: PictureHost, read: ReadPicture | undefined) {
    this.#host = host;
    this.#read = read;
  }

  get canShow(): boolean {
    return this.#read !== undefined;
  }

  /** After each frame: the first of these that is here and not known is read. */
  look(wanted: readonly string[]): void {
    const read = this.#read;
    if (read === undefined || this.#busy || this.#stop.signal.aborted) return;
    const { state, ui } = this.#host;
    const id = wanted.slice(0, WANTED_LIMIT).find((one) => !ui.pictures.has(one) && pathOf(state, one) !== undefined);
    const path = id === undefined ? undefined : pathOf(state, id);
    if (id === undefined || path === undefined) return;
    this.#busy = true;
    read(path, this.#stop.signal)
      .then(
        (pixels): Picture => ({ state: 'ready', pixels }),
        (error: unknown): Picture => ({ state: 'refused', words: messageOf(error) }),
      )
      .then((picture) => {
        this.#busy = false;
        if (this.#stop.signal.aborted) return;
        this.#host.update((now) => ({ ...now, pictures: withPicture(now.pictures, id, picture) }));
        this.#host.changed();
      })
      .catch(() => undefined);
  }

  stop(): void {
    this.#stop.abort();
  }
}

function pathOf({ transfers }: NodeState, id: string): string | undefined {
  const transfer = transfers.get(id);
  return transfer?.direction === 'incoming' && transfer.phase === 'done' ? transfer.path : undefined;
}

function withPicture(known: UiState['pictures'], id: string, picture: Picture): UiState['pictures'] {
  const pictures = new Map([...known, [id, picture]]);
  for (const old of pictures.keys()) {
    if (pictures.size <= KEPT) break;
    pictures.delete(old);
  }
  return pictures;
}

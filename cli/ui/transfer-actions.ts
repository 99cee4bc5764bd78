// What can be done with files: send, take, reject, pause, cancel. Keys and commands come here.

import { stat } from 'node:fs/promises';
import { MmchatError, type ConversationKey, type MmchatNode, type NodeState, type Transfer } from '../../src/index.ts';
import { keyOfMessage, placeOf } from './conversations.ts';
import { displayLine } from './display-width.ts';
import type { MessageActions } from './message-actions.ts';
import { chosenTransfer, canAccept, listedTransfers } from './transfer-lines.ts';
import { hasEnded, sizeText } from '../transfer-text.ts';
import { pathsOf } from './typed-path.ts';
import { withHint, withInput, withOverlay, type Notice, type UiState } from './ui-state.ts';

/** Items of a folder that are named when they are not sent. */
const SKIPPED_NAMED = 3;
/** Pasted texts that may be a path. */
const PATH_LIMIT = 4096;

export interface TransferHost {
  readonly ui: UiState;
  readonly state: NodeState;
  readonly actions: MessageActions;
  update(change: (ui: UiState) => UiState): void;
  changed(): void;
  work(what: (node: MmchatNode) => Promise<void>): void;
  notice(kind: Notice['kind'], text: string, key?: ConversationKey): void;
}

export class TransferActions {
  readonly #host: TransferHost;

  constructor(host: TransferHost) {
    this.#host = host;
  }

  /** @throws MmchatError as files.send */
  async send(node: MmchatNode, key: ConversationKey, written: string): Promise<void> {
    const { with: to, room } = placeOf(node.state, key);
    const target = { ...(to === undefined ? {} : { to }), ...(room === undefined ? {} : { room }) };
    const { skipped, skippedCount } = await node.files.send(await existing(written), target);
    if (skippedCount === 0) return;
    const named = skipped.slice(0, SKIPPED_NAMED).map(({ path, reason }) => `${displayLine(path)} (${reason})`);
    const more = skippedCount - named.length;
    this.#host.notice('warning', `Not sent: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`, key);
  }

  /** The transfer of the selected message, else the newest here that `fits`, else the newest of all. */
  find(fits: (transfer: Transfer) => boolean): Transfer | undefined {
    const { state, ui, actions } = this.#host;
    const selected = actions.selected === undefined ? undefined : state.transfers.get(actions.selected.id);
    if (selected !== undefined && fits(selected)) return selected;
    const fitting = listedTransfers(state).filter(fits);
    return fitting.find((transfer) => keyOfMessage(state, transfer) === ui.current) ?? fitting[0];
  }

  /** A key for one transfer; false when the key means nothing for it. */
  act(transfer: Transfer, key: string): boolean {
    const { id, direction, phase } = transfer;
    const run = (verb: 'accept' | 'reject' | 'cancel' | 'pause' | 'resume'): true => {
      this.#host.work((node) => node.files[verb](id));
      return true;
    };
    if (key === 'a' && canAccept(transfer)) return run('accept');
    if (hasEnded(transfer)) return false;
    if (key === 'x') return run(direction === 'incoming' && phase === 'offered' ? 'reject' : 'cancel');
    if (key === 'p' && phase === 'paused') return run('resume');
    if (key === 'p' && !(direction === 'incoming' && phase === 'offered')) return run('pause');
    return false;
  }

  /** The page with all of them: keys go up and down in it and act. False when the key means something else. */
  actInPage(key: string): boolean {
    const host = this.#host;
    const { overlay, input } = host.ui;
    if (overlay?.kind !== 'transfers' || input.text !== '') return false;
    const transfers = listedTransfers(host.state);
    const chosen = chosenTransfer(transfers, overlay.id);
    const step = { up: -1, down: 1, pageup: -5, pagedown: 5, k: -1, j: 1 }[key];
    if (step !== undefined) {
      const at = chosen === undefined ? 0 : transfers.indexOf(chosen);
      const next = transfers[Math.max(0, Math.min(transfers.length - 1, at + step))];
      host.update((ui) => withOverlay(ui, { kind: 'transfers', id: next?.id }));
      return true;
    }
    if (key === 'escape' || key === 'ctrl-c') {
      host.update((ui) => withOverlay(ui, undefined));
      return true;
    }
    if (!['a', 'x', 'p'].includes(key)) return false;
    // What they act on stays the chosen one when another comes.
    host.update((ui) => withOverlay(ui, { kind: 'transfers', id: chosen?.id }));
    if (chosen !== undefined && !this.act(chosen, key)) {
      const text = hasEnded(chosen) ? 'that one has ended' : 'that can’t be done with this one';
      host.update((ui) => withHint(ui, { kind: 'info', text }));
    }
    return true;
  }

  /** What was pasted is one path of something that is there: then `/file` is put before it. */
  offerPath(pasted: string): void {
    const host = this.#host;
    const { input } = host.ui;
    if (pasted.length > PATH_LIMIT || input.text !== pasted || !/^(?:["'/~]|file:|[A-Za-z]:[\\/])/.test(pasted)) return;
    const look = async (): Promise<void> => {
      const path = await existing(pasted);
      const facts = await stat(path).catch(() => undefined);
      if (facts === undefined || !(facts.isFile() || facts.isDirectory()) || host.ui.input !== input) return;
      const text = `/file ${pasted.trim()}`;
      const what = facts.isDirectory() ? 'this folder' : `this file, ${sizeText(facts.size)}`;
      host.update((ui) =>
        withHint(withInput(ui, { text, cursor: text.length, history: ui.input.history }), {
          kind: 'info',
          text: `enter sends ${what}   ctrl-u empties the line`,
        }),
      );
      host.changed();
    };
    // Whatever is not there is just text.
    look().catch(() => undefined);
  }
}

/** Of what may be meant, the first that is there; nothing there: the likeliest, for the sentence about it. */
async function existing(written: string): Promise<string> {
  const candidates = pathsOf(written);
  for (const path of candidates) {
    const facts = await stat(path).catch(() => undefined);
    if (facts !== undefined) return path;
  }
  const [likeliest] = candidates;
  if (likeliest === undefined) throw new MmchatError('no-such-file', 'No file was named.');
  return likeliest;
}

// Keys on the page of /share.

import type { CallActions } from '../call-actions.ts';
import { withOverlay, type Overlay, type UiState } from '../ui-state.ts';

interface ShareKeyTarget {
  readonly calls: CallActions;
  update(change: (ui: UiState) => UiState): void;
}

const STEPS: Readonly<Record<string, number>> = { up: -1, down: 1, tab: 1, pageup: -10, pagedown: 10 };

/** False when the key is for the line. */
export function actInShare(
  controller: ShareKeyTarget,
  page: Extract<Overlay, { kind: 'share' }>,
  name: string,
): boolean {
  const { sources = [], index } = page;
  const step = STEPS[name];
  if (step !== undefined) {
    const next = Math.max(0, Math.min(sources.length - 1, index + step));
    controller.update((ui) => withOverlay(ui, { ...page, index: next }));
    return true;
  }
  if (name !== 'enter' && name !== 'escape' && name !== 'ctrl-c') return false;
  const chosen = sources[index];
  if (name === 'enter' && chosen === undefined) return true;
  controller.update((ui) => withOverlay(ui, undefined));
  if (name === 'enter' && chosen !== undefined) controller.calls.shareSource(chosen.id);
  return true;
}

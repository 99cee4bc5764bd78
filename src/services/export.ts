// A whole conversation as a file, oldest first. Pages come newest first, and a million messages fit in no memory: the way
// back notes only where pages begin, the way forward reads them again and writes.

import { cleanLine } from '../base/clean-text.ts';
import { MmchatError } from '../base/errors.ts';
import { messageRow, shownNameOf } from '../state/message-row.ts';
import { createTranscript, localTime } from '../state/transcript.ts';
import type { Destination, Message, NodeState } from '../state/values.ts';

export interface ExportPage {
  /** Oldest first. */
  readonly messages: readonly Message[];
  /** There are older ones here. */
  readonly more: boolean;
}

/** Messages right before this one (an id), or the newest. */
export type PageSource = (before: string | undefined) => Promise<ExportPage>;

export interface ExportParts {
  readonly page: PageSource;
  readonly destination: Destination;
  readonly format: 'json' | 'text';
  /** Asked with each message: names are those that are shown now. */
  readonly state: () => NodeState;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly append: (text: string) => Promise<void>;
}

/** Resolves with the number of messages (joins and leaves are written too, and not counted). */
export async function exportConversation(parts: ExportParts): Promise<number> {
  const { append, state, page } = parts;
  const { head, entry, end } = parts.format === 'json' ? jsonDocument(parts) : textDocument(parts);
  await append(head);
  let count = 0;
  let first = true;
  await forward(page, async (message) => {
    if (message.kind === 'text') count += 1;
    await append(entry(message, state(), first));
    first = false;
  });
  await append(end);
  return count;
}

/**
 * Gives every message, oldest first, up to the one that was the newest at the beginning. What comes in between
 * meanwhile is given too when its turn is still to come.
 */
async function forward(source: PageSource, give: (message: Message) => Promise<void>): Promise<void> {
  // Pages to write, the oldest on top, each by the message behind it. What was written ends before `start`.
  const pages: (string | undefined)[] = [undefined];
  let start: string | undefined;
  let end: string | undefined;
  while (pages.length > 0) {
    const before = pages.at(-1);
    const { messages, more } = await source(before);
    end ??= messages.at(-1)?.id;
    const oldest = messages[0];
    const from = start === undefined ? (more ? -1 : 0) : messages.findIndex(({ id }) => id === start);
    if (from < 0 && more && oldest !== undefined) {
      pages.push(oldest.id);
      continue;
    }
    if (from < 0 && start !== undefined)
      throw new MmchatError('history', 'The conversation changed while it was written. Try again.');
    for (const message of messages.slice(Math.max(from, 0))) {
      await give(message);
      if (message.id === end) return;
    }
    start = before;
    pages.pop();
  }
}

interface Document {
  readonly head: string;
  readonly end: string;
  readonly entry: (message: Message, state: NodeState, first: boolean) => string;
}

function jsonDocument({ destination, state, now }: ExportParts): Document {
  const head = { ...placeRow(destination, state()), exportedAt: now, by: labelOf(state().self) };
  return {
    head: `${JSON.stringify(head).slice(0, -1)},"messages":[`,
    entry: (message, current, first) => `${first ? '' : ','}\n${JSON.stringify(messageRow(message, current))}`,
    end: '\n]}\n',
  };
}

function textDocument({ destination, state, now }: ExportParts): Document {
  const line = createTranscript({ places: false });
  const { self } = state();
  const place = placeRow(destination, state());
  const title = 'with' in place ? `Conversation with ${place.with.name} (${place.with.peerId})` : `Room ${place.room}`;
  return {
    head: `${cleanLine(title)}\nWritten ${localTime(now)} by ${cleanLine(self.name)} (${self.peerId})\n\n`,
    entry: (message, current) => line(messageRow(message, current)),
    end: '',
  };
}

interface Label {
  readonly peerId: string;
  readonly name: string;
}

function placeRow(destination: Destination, state: NodeState): { room: string } | { with: Label } {
  switch (destination.kind) {
    case 'everyone':
      return { room: 'everyone' };
    case 'room':
      return { room: destination.room };
    case 'person':
      return { with: { peerId: destination.peerId, name: shownNameOf(destination.peerId, state) } };
  }
}

function labelOf({ peerId, name }: Label): Label {
  return { peerId, name };
}

// A stored entry and everything that changes it, as the message that people see. Pure: the same entries in any order give
// the same view.

import type { StoredEntry, StoredMessage } from '../contracts/history.ts';
import { comparePeerIds } from '../state/peer-order.ts';
import type { Destination, Message, PeerId, Reaction } from '../state/values.ts';
import type { FileRootBody } from '../wire/file-bodies.ts';
import { contentOf, fileFactsOf, isShown, kindName, type EntryContent } from './entry-content.ts';
import { speechOf } from './guest-speech.ts';

/** Different emoji under one message, and people under one emoji, that are shown. */
export const REACTION_LIMITS = { emoji: 32, people: 200 } as const;

export interface ViewContext {
  readonly ownPeerId: PeerId;
  readonly destinationOf: (place: string) => Destination;
  readonly isBlocked: (peerId: PeerId) => boolean;
}

/** Undefined for what isn't shown: unknown kinds, what blocked people wrote, and what is only relayed here. */
export function viewOf(
  { entry, place, changes, deliveredTo }: StoredMessage,
  context: ViewContext,
): Message | undefined {
  const kind = kindName(entry.kind);
  if (!isShown(kind) || context.isBlocked(entry.author)) return undefined;
  const inOrder = [...changes].sort(compareEntries);
  const deleted = entry.bodyState === 'deleted' || inOrder.some((change) => isBy(change, entry, 'delete'));
  const original = deleted ? undefined : readBody(entry);
  const speech = speechOf(
    { author: entry.author, own: entry.author === context.ownPeerId, destination: context.destinationOf(place) },
    original,
  );
  if (speech === undefined || context.isBlocked(speech.author)) return undefined;
  const { own, destination } = speech;
  const edit = deleted
    ? undefined
    : inOrder.findLast((change) => kind === 'text' && isBy(change, entry, 'edit') && change.body !== undefined);
  const content = edit === undefined ? original : (readBody(edit) ?? original);
  const reactions = deleted ? [] : reactionsOf(inOrder, context);
  const recipients = own && destination.kind === 'person' ? [destination.peerId] : deliveredTo;
  return {
    id: entry.id,
    ...speech,
    kind,
    text: content?.text ?? '',
    at: entry.at,
    order: entry.order,
    ...(original?.replyTo === undefined ? {} : { replyTo: original.replyTo }),
    ...(content?.mentions === undefined ? {} : { mentions: content.mentions }),
    ...(edit === undefined ? {} : { edited: true }),
    ...(original?.file === undefined ? {} : { file: fileFactsOf(original.file, rootOf(inOrder, entry)) }),
    ...(deleted ? { deleted: true } : {}),
    ...(reactions.length === 0 ? {} : { reactions }),
    ...(content === undefined && !deleted ? { missing: true } : {}),
    ...(entry.forked ? { forked: true } : {}),
    recipients,
    deliveredTo,
  };
}

/** Screen order. */
export function compareEntries(left: StoredEntry, right: StoredEntry): number {
  if (left.order !== right.order) return left.order - right.order;
  const byAuthor = comparePeerIds(left.author, right.author);
  return byAuthor !== 0 ? byAuthor : left.id < right.id ? -1 : left.id > right.id ? 1 : 0;
}

/** Only its author may edit or delete a message. */
function isBy(change: StoredEntry, entry: StoredEntry, kind: 'edit' | 'delete' | 'file-root'): boolean {
  return change.author === entry.author && kindName(change.kind) === kind;
}

/** What its author signed for; of several the first. */
function rootOf(changes: readonly StoredEntry[], entry: StoredEntry): FileRootBody | undefined {
  const root = changes.find((change) => isBy(change, entry, 'file-root') && change.body !== undefined);
  return root === undefined ? undefined : readBody(root)?.root;
}

function readBody(entry: StoredEntry): EntryContent | undefined {
  if (entry.body === undefined) return undefined;
  try {
    return contentOf(kindName(entry.kind), entry.body);
  } catch {
    // What was kept could be read when it came; a body that can't be is as good as missing.
    return undefined;
  }
}

/** For each person and emoji the last word counts. */
function reactionsOf(changes: readonly StoredEntry[], { isBlocked }: ViewContext): Reaction[] {
  const byEmoji = new Map<string, Set<PeerId>>();
  for (const change of changes) {
    if (kindName(change.kind) !== 'reaction' || isBlocked(change.author)) continue;
    const { emoji, removed } = readBody(change) ?? {};
    if (emoji === undefined || emoji === '') continue;
    const by = byEmoji.get(emoji) ?? new Set<PeerId>();
    if (removed === true) by.delete(change.author);
    else if (by.size < REACTION_LIMITS.people && (byEmoji.has(emoji) || byEmoji.size < REACTION_LIMITS.emoji))
      byEmoji.set(emoji, by.add(change.author));
  }
  return [...byEmoji].filter(([, by]) => by.size > 0).map(([emoji, by]) => ({ emoji, by: [...by] }));
}

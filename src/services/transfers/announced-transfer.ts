// A transfer that is only in the history any more: as it was announced.

import type { History } from '../../contracts/history.ts';
import type { TransferRecord } from '../../contracts/stores.ts';
import type { PeerId } from '../../state/values.ts';
import { toHex } from '../../base/bytes.ts';
import type { Conversations } from '../conversations.ts';
import { contentOf, kindName } from '../entry-content.ts';

const TRANSFER_ID = /^[0-9a-f]{32}$/;

export async function announcedTransfer(
  history: History,
  conversations: Conversations,
  ownPeerId: PeerId,
  id: string,
): Promise<TransferRecord | undefined> {
  const stored = TRANSFER_ID.test(id) ? await history.message(id) : undefined;
  const body = stored?.entry.body;
  if (stored === undefined || body === undefined || kindName(stored.entry.kind) !== 'file') return undefined;
  const { author, conversation, at } = stored.entry;
  const destination = conversations.get(conversation)?.destination;
  if (destination === undefined) return undefined;
  const root = stored.changes
    .filter((change) => change.author === author && kindName(change.kind) === 'file-root')
    .map((change) => (change.body === undefined ? undefined : contentOf('file-root', change.body).root))
    .find((found) => found !== undefined);
  return {
    id,
    direction: author === ownPeerId ? 'outgoing' : 'incoming',
    author,
    conversation,
    destination,
    offer: Buffer.from(body).toString('base64'),
    phase: 'offered',
    at,
    ...(root === undefined ? {} : { root: { hash: toHex(root.hash), piecesHash: toHex(root.piecesHash) } }),
    deliveredTo: [],
  };
}

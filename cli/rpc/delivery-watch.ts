// Which messages have arrived where, as the notifications tell it. Receipts can come before the reply to chat.send.

import type { Door, Unsubscribe } from './door.ts';

export interface DeliveryWatch {
  /** Names of those who have the message, by id. */
  receiversOf(messageId: string): ReadonlyMap<string, string>;
  /** Ids of people who went away since. */
  readonly gone: ReadonlySet<string>;
  readonly subscribe: (listener: () => void) => Unsubscribe;
  stop(): void;
}

export function watchDelivery(door: Door): DeliveryWatch {
  const receivers = new Map<string, Map<string, string>>();
  const gone = new Set<string>();
  const listeners = new Set<() => void>();
  const stop = door.onNotification(({ method, params }) => {
    const { id, to, peerId } = params as { id?: string; to?: string; peerId?: string };
    if (peerId === undefined) return;
    if (method === 'peer.offline') gone.add(peerId);
    if (method === 'peer.online') gone.delete(peerId);
    if (method === 'message.delivered' && id !== undefined) {
      const known = receivers.get(id) ?? new Map<string, string>();
      receivers.set(id, known.set(peerId, to ?? peerId));
    }
    for (const listener of [...listeners]) listener();
  });
  return {
    receiversOf: (messageId) => receivers.get(messageId) ?? new Map<string, string>(),
    gone,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop,
  };
}

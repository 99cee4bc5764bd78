// A node to call methods of, wherever it runs: what the one-shots work with.

import { MmchatError, type MmchatNode } from '../../src/index.ts';
import { createMethods } from './methods.ts';
import { notificationsOf } from './notifications.ts';
import type { RpcNotification } from './rpc-notification.ts';
import { ParamsError } from './params.ts';

export type Unsubscribe = () => void;

export interface Door {
  /** @throws MmchatError with the code that the node gave */
  call(method: string, params?: object): Promise<unknown>;
  onNotification(listener: (notification: RpcNotification) => void): Unsubscribe;
  close(): Promise<void>;
}

/** The methods of a node of this process; whoever made the node stops it. */
export function localDoor(node: MmchatNode): Door {
  const methods = createMethods(node);
  return {
    async call(method, params) {
      const run = methods.get(method);
      if (run === undefined) throw new RangeError(`no method ${method}`);
      try {
        return await run(params);
      } catch (error) {
        throw error instanceof ParamsError ? new MmchatError('bad-option', error.message, { cause: error }) : error;
      }
    },
    onNotification: (listener) =>
      node.on((event, state, before) => {
        for (const notification of notificationsOf(event, state, before)) listener(notification);
      }),
    close: async () => undefined,
  };
}

/** Resolves with whether `isDone` became true in time; looks at once and whenever `subscribe` calls back. */
export async function waitFor(
  subscribe: (listener: () => void) => Unsubscribe,
  isDone: () => boolean,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  if (isDone()) return true;
  if (signal?.aborted === true) return false;
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      unsubscribe();
      signal?.removeEventListener('abort', finish);
      resolve(isDone());
    };
    // A timer that keeps the process alive: nothing else might.
    const timer = setTimeout(finish, timeoutMs);
    signal?.addEventListener('abort', finish, { once: true });
    const unsubscribe = subscribe(() => {
      if (isDone()) finish();
    });
  });
}

// What a process of the bench does after it was started: becomes what the first question names, and answers.

import { answer } from '../support/remote.ts';

const ROLES = {
  'text-sender': async () => (await import('./text-sender.ts')).textSender(),
  'text-receiver': async () => (await import('./text-receiver.ts')).textReceiver(),
  relay: async () => (await import('./relay.ts')).relay(),
  'node-host': async () => (await import('./node-host.ts')).nodeHost(),
  'socket-host': async () => (await import('./socket-host.ts')).socketHost(),
  'history-keeper': async () => (await import('./history-keeper.ts')).historyKeeper(),
  'sync-node': async () => (await import('./sync-node.ts')).syncNode(),
  'file-end': async () => (await import('./file-end.ts')).fileEnd(),
  'plain-copier': async () => (await import('./plain-copier.ts')).plainCopier(),
  'classic-host': async () => (await import('./classic-host.ts')).classicHost(),
  'classic-crowd': async () => (await import('./classic-crowd.ts')).classicCrowd(),
  'plain-relays': async () => (await import('./plain-relays.ts')).plainRelays(),
  'call-sound': async () => (await import('./call-sound.ts')).callSound(),
  'video-work': async () => (await import('./video-work.ts')).videoWork(),
  'call-end': async () => (await import('./call-end.ts')).callEnd(),
};

export type Role = keyof typeof ROLES;

/** Resolves when whoever started this process has gone. */
export async function runBenchChild(): Promise<void> {
  let methods: Readonly<Record<string, unknown>> = {};
  const begin = async (role: Role): Promise<void> => {
    methods = { ...(await ROLES[role]()) };
  };
  await answer((name) =>
    name === 'begin' ? begin : (methods[name] as ((params: never) => Promise<unknown>) | undefined),
  );
}

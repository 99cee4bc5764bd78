// How long a text takes from one node to another while a file goes between the same two at full speed.

import path from 'node:path';
import type { Headless } from './support/headless.ts';
import { LOOPBACK } from './support/loopback.ts';
import { microsSince, stampedText } from './support/stamp.ts';
import type { Workshop } from './support/workshop.ts';

const TEXT_LENGTH = 64;
const PAUSE_MS = 20;

export interface TalkMeanwhile {
  /** Milliseconds from the request on one's standard input to the line on the other's output. */
  readonly quiet: number[];
  readonly meanwhile: number[];
}

/** @param file what is sent, again and again, until there are enough texts */
export async function talkMeanwhile(workshop: Workshop, file: string, texts: number): Promise<TalkMeanwhile> {
  const bob = await workshop.headless(['--name', 'bob', '--port', '0', '--file-port', '0', '--no-mdns']);
  const { port } = await bob.ready();
  const peer = ['--peer', `${LOOPBACK}:${port}`];
  const alice = await workshop.headless(['--name', 'alice', '--port', '0', '--file-port', '0', '--no-mdns', ...peer]);
  await alice.first(({ method }) => method === 'peer.online');
  await bob.first(({ method }) => method === 'peer.online');
  // From somebody known it is saved without asking, however large it is.
  await bob.call('chat.send', { to: 'alice', text: 'hello' });
  const quiet = await pace(workshop, alice, bob, () => texts);
  const meanwhile: number[] = [];
  while (meanwhile.length < texts) {
    const { transferId } = (await alice.call('files.send', { path: path.resolve(file), to: 'bob' })) as {
      transferId: string;
    };
    let isOver = false;
    const ended = alice
      .first(
        ({ method, params }) => /^file\.(sent|failed)$/u.test(method ?? '') && params?.['transferId'] === transferId,
      )
      .finally(() => (isOver = true));
    meanwhile.push(...(await pace(workshop, alice, bob, () => (isOver ? 0 : texts - meanwhile.length))));
    const { method } = await ended;
    if (method !== 'file.sent') throw new Error('The file did not arrive.');
  }
  await alice.stop();
  await bob.stop();
  return { quiet, meanwhile };
}

/** One text after the other, until `left` says that there are enough. */
async function pace(workshop: Workshop, from: Headless, to: Headless, left: () => number): Promise<number[]> {
  const milliseconds: number[] = [];
  while (milliseconds.length < left()) {
    const arrived = new Promise<number>((resolve) => {
      const forget = to.on(({ method, params }) => {
        const micros = method === 'message' ? microsSince(String(params?.['text'])) : undefined;
        if (micros === undefined) return;
        forget();
        resolve(micros / 1_000);
      });
    });
    from.request('chat.send', { to: 'bob', text: stampedText(TEXT_LENGTH) });
    milliseconds.push(await arrived);
    await workshop.sleep(PAUSE_MS);
  }
  return milliseconds;
}

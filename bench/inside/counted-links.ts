// A node whose links count what goes out: bytes of frames with their lengths in front, by what they are for.

import { systemEnvironment } from '../../src/environment.ts';
import type { PeerLink, PeerLinks, PurposeStream } from '../../src/contracts/links.ts';
import type { MmchatNode, NodeOptions } from '../../src/index.ts';
import { buildNode } from '../../src/node.ts';
import { encodeFrame } from '../../src/wire/frames.ts';
import { decodePeerMessage } from '../../src/wire/peer-messages.ts';
import { decodeSyncMessage } from '../../src/wire/sync-messages.ts';

/** Bytes by stream and kind of message: `sync offer`, `link receipts`. */
export type Traffic = Record<string, number>;

export function countedNode(options: NodeOptions): { node: MmchatNode; traffic: Traffic } {
  const traffic: Traffic = {};
  const count = (kind: string, frame: Uint8Array): void => {
    traffic[kind] = (traffic[kind] ?? 0) + encodeFrame(frame).length;
  };
  const makeLinks: (typeof systemEnvironment)['makeLinks'] = (wishes) =>
    countedLinks(systemEnvironment.makeLinks(wishes), count);
  return { node: buildNode(options, { ...systemEnvironment, makeLinks }), traffic };
}

type Count = (kind: string, frame: Uint8Array) => void;

function countedLinks(links: PeerLinks, count: Count): PeerLinks {
  // Links are compared by identity: each gets its sender counted in place.
  links.on((event) => {
    if (event.type === 'up') countLink(event.link, count);
  });
  return links;
}

function countLink(link: PeerLink, count: Count): void {
  countSends(link, (frame) => count(`link ${decodePeerMessage(frame).type}`, frame));
  countSends(link.stream('sync'), (frame) => count(`sync ${decodeSyncMessage(frame).type}`, frame));
}

function countSends(sender: Pick<PurposeStream, 'send'>, count: (frame: Uint8Array) => void): void {
  const send = sender.send.bind(sender);
  sender.send = (frame) => {
    count(frame);
    return send(frame);
  };
}

// A peer that links like an honest one and then tells of thousands of people at addresses that are not there.
//
//   node --import tsx test/support/lying-peer.ts HOST:PORT COUNT [NETWORK...]
//
// It links to HOST:PORT, writes `linked PEER_ID`, tells of COUNT addresses, writes `told COUNT`, and stays linked until
// its input ends. The addresses are spread over the NETWORKs; without any, over documentation and private ones, and
// those that nobody should ever call: loopback, multicast, broadcast, nothing.

import '../../src/base/platform.ts';
import { bytesEqual } from '../../src/base/bytes.ts';
import { formatHostPort, requireHostPort } from '../../src/base/host-port.ts';
import { systemRandom } from '../../src/base/random.ts';
import { MAX_DIGEST_ITEMS, MAX_TOLD_ADDRESSES } from '../../src/wire/limits.ts';
import { decodePresenceState, type DigestItem } from '../../src/wire/peer-messages.ts';
import { RawPeer } from './raw-peer.ts';

const AWKWARD = [
  '203.0.113.0/24',
  '10.99.0.0/16',
  '127.0.0.0/24',
  '224.0.0.0/24',
  '255.255.255.255/32',
  '0.0.0.0/32',
  '2001:db8::/32',
];
/** Room for several digests within what a peer may say in a second. */
const ITEMS_PER_DIGEST = Math.min(MAX_DIGEST_ITEMS, 200);
const HEARTBEAT_MS = 1_000;

/** Address number `index` of a network: the host part counts up and wraps. */
function addressIn(network: string, index: number): string {
  const [base = '', bits = '32'] = network.split('/');
  if (base.includes(':')) return `${base.replace(/::$/, '')}:${(index >> 8).toString(16)}:0:0:0:0:${(index % 256) + 1}`;
  const hosts = 2 ** (32 - Number(bits));
  const numeric = base.split('.').reduce((value, part) => value * 256 + Number(part), 0) + (index % hosts);
  return [24, 16, 8, 0].map((shift) => Math.floor(numeric / 2 ** shift) % 256).join('.');
}

/** COUNT addresses, as many for each made-up person as a digest allows. */
export function* lies(count: number, networks: readonly string[]): Generator<DigestItem> {
  for (let told = 0; told < count; told += MAX_TOLD_ADDRESSES) {
    const addresses: string[] = [];
    for (let index = told; index < Math.min(count, told + MAX_TOLD_ADDRESSES); index++) {
      const network = networks[index % networks.length] ?? '203.0.113.0/24';
      const host = addressIn(network, Math.floor(index / networks.length));
      addresses.push(formatHostPort({ host, port: 9011 + (index % 10) }));
    }
    yield { author: systemRandom.bytes(32), startId: 1, counter: 1, addresses };
  }
}

async function main(target: string, count: number, networks: readonly string[]): Promise<void> {
  const peer = await RawPeer.create();
  const link = await peer.link(requireHostPort(target), 'liar');
  await peer.waitFor((message) => message.type === 'presence');
  process.stdout.write(`linked ${peer.peerId}\n`);
  const heartbeat = setInterval(() => link.push(new Uint8Array([0])), HEARTBEAT_MS);
  let items: DigestItem[] = [];
  for (const item of lies(count, networks.length === 0 ? AWKWARD : networks)) {
    items.push(item);
    if (items.length < ITEMS_PER_DIGEST) continue;
    link.send({ type: 'digest', items });
    items = [];
  }
  if (items.length > 0) link.send({ type: 'digest', items });
  // Our own presence comes back when everything before the request was read.
  link.send({ type: 'request', authors: [peer.identity.publicKey] });
  await peer.waitFor(
    (message) =>
      message.type === 'presence' &&
      bytesEqual(decodePresenceState(message.presence.state).author, peer.identity.publicKey),
    60_000,
  );
  process.stdout.write(`told ${count}\n`);
  for await (const _ of process.stdin);
  clearInterval(heartbeat);
  await peer.stop();
}

const [target, count = '10000', ...networks] = process.argv.slice(2);
if (target === undefined) throw new Error('lying-peer.ts HOST:PORT COUNT [NETWORK...]');
await main(target, Number(count), networks);

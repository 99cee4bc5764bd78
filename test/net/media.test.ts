// Media over real sockets on the loopback: the contract, and what links have to do with it.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { isMediaCheck } from '../../src/wire/media/media-check.ts';
import { MediaCall, mediaContract, packetOf } from '../support/media-contract.ts';
import { startMediaNode, udpMediaWorld } from '../support/udp-media-world.ts';

mediaContract('media over UDP', udpMediaWorld);

describe('media over UDP and links', () => {
  it('a link that comes back is used again', async () => {
    await using world = await udpMediaWorld();
    world.setUdpBlocked(true);
    const call = MediaCall.begin(world);
    await call.overLink();
    await world.cutLink();
    await call.until('no path', () => call.alice.session.path === undefined && call.bob.session.path === undefined);
    await world.alice.links.dial({ host: '127.0.0.1', port: world.bob.links.port });
    await call.overLink();
    await call.gets(call.alice, call.bob, 'by the new link');
    await call.gets(call.bob, call.alice, 'and back');
  });

  it('packets of a call that somebody else brings over their own link are dropped', async () => {
    await using world = await udpMediaWorld();
    const genuine: Buffer[] = [];
    world.relay.change = (bytes, to) => {
      if (to === 0 || isMediaCheck(bytes)) return [bytes];
      genuine.push(Buffer.from(bytes));
      return [];
    };
    const call = MediaCall.begin(world);
    await call.onUdp();
    call.alice.session.send('audio', packetOf('held back'));
    await call.until('a packet', () => genuine.length === 1);
    const carol = await startMediaNode();
    try {
      const link = await carol.links.dial({ host: '127.0.0.1', port: world.bob.links.port });
      link.stream('media').send(genuine[0]!);
      await call.until('the drop', () => world.bob.transport.drops['unknown-ssrc'] === 1);
      expect(call.bob.heard).toEqual([]);
      expect(call.bob.session.counters).toMatchObject({ packetsReceived: 0, forged: 0, replayed: 0 });
      // It was genuine.
      world.relay.send(genuine[0]!, 1);
      await call.until('it', () => call.bob.heard.length === 1);
    } finally {
      await carol.transport.stop();
      await carol.links.stop();
    }
  });
});

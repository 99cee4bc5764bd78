// A classic client, a super-peer and a peer on three hosts: the guest and the peer call each other and hear each other.

import '../../src/base/platform.ts';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { startHeadless } from '../support/headless-client.ts';
import { createLan, type LanHost } from '../support/lan.ts';
import { hearsTone, missesTone, numbersWhen } from '../support/lan-calls.ts';
import { describeLan } from '../support/lan-test.ts';
import { programCommand, programEnvironment } from '../support/program.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const GUEST_PROGRAM = fileURLToPath(new URL('../interop/talking-guest.ts', import.meta.url));
const GUEST_HZ = 440;
const PEER_HZ = 880;

/** A program in a host, whose lines are waited for; they end with their LAN. */
class Lines {
  readonly lines: string[] = [];
  readonly #child: ChildProcess;
  readonly #wakers = new Set<() => void>();

  constructor(host: LanHost, [command, ...args]: readonly [string, ...string[]]) {
    this.#child = host.spawn(command, args, { env: programEnvironment(), stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.#child.stdout! }).on('line', (line) => {
      this.lines.push(line);
      for (const wake of this.#wakers) wake();
    });
  }

  order(...order: readonly unknown[]): void {
    this.#child.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  async until(beginning: string, since = 0): Promise<string> {
    const timeout = AbortSignal.timeout(80_000);
    for (;;) {
      const found = this.lines.slice(since).find((line) => line.startsWith(beginning));
      if (found !== undefined) return found;
      if (timeout.aborted) throw new Error(`no ${beginning} came: ${this.lines.slice(since).join('\n')}`);
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#wakers.delete(wake);
          resolve();
        };
        this.#wakers.add(wake);
        timeout.addEventListener('abort', wake, { once: true });
      });
    }
  }

  /** The tone that this guest hears from somebody, in hertz. */
  async hears(from: string): Promise<number> {
    const since = this.lines.length;
    this.order('hear', from, 5);
    const line = await this.until(`(hears ${from} `, since);
    return Number(/(\d+)\)$/.exec(line)?.[1]);
  }
}

describeLan('a classic client and a peer', () => {
  it('call each other, and both hear the tone of the other', async () => {
    await using folder = await temporaryFolder();
    await using lan = await createLan({ hosts: 3 });
    const hubArgs = ['super-peer', '--name', 'hub', '--data-dir', join(folder.path, 'hub')];
    const hub = new Lines(lan.host(0), programCommand(hubArgs));
    const recording = join(folder.path, 'alice.wav');
    await using alice = await startHeadless({
      host: lan.host(1),
      name: 'alice',
      args: ['--audio-in', `tone:${PEER_HZ}`, '--audio-out', `file:${recording}`],
    });
    await Promise.all([hub.until(''), alice.ready]);
    const command = [process.execPath, '--import', 'tsx', GUEST_PROGRAM, lan.host(0).address, 'gus'] as const;
    const gus = new Lines(lan.host(2), command);
    await gus.until('(joined)');
    const { peerId } = await alice.waitFor('peer.online', ({ name }) => name === 'gus@hub', 20_000);

    // The guest calls.
    gus.order('call', 'call_request', { to: 'alice' });
    const { callId, fromPeerId } = await alice.waitFor('call.incoming', ({ from }) => from === 'gus@hub');
    expect(fromPeerId).toBe(peerId);
    await alice.call('calls.accept', { callId });
    await gus.until('{"type":"call_accepted","from":"alice","to":"gus","mode":"audio"');
    gus.order('speak', 'alice', GUEST_HZ);
    await alice.waitFor('call.connected', (one) => one.callId === callId);
    expect(await gus.hears('alice')).toBeCloseTo(PEER_HZ, -1);
    await hearsTone(recording, GUEST_HZ);
    const { peers } = await numbersWhen(alice, callId, 'sound of the guest', (one) => {
      return (one.peers[0]?.audio.packetsReceived ?? 0) > 50;
    });
    // Up to the super-peer it is; from there on the classic way is not.
    expect(peers).toMatchObject([{ name: 'gus@hub', encrypted: false }]);
    gus.order('say', { type: 'call_end', to: 'alice' });
    const { reason } = await alice.waitFor('call.ended', (one) => one.callId === callId);
    expect(reason).toBe('hangup');
    gus.order('hush');

    // The peer calls.
    const again = await alice.call('calls.start', { mode: 'audio', to: 'gus@hub' });
    await gus.until('{"type":"call_request","from":"alice","to":"gus","mode":"audio"');
    gus.order('call', 'call_accepted', { to: 'alice' });
    await alice.waitFor('call.accepted', (one) => one.callId === again.callId);
    // Of the first call nothing is left at the end of the recording.
    await missesTone(recording, GUEST_HZ);
    gus.order('speak', 'alice', GUEST_HZ);
    await alice.waitFor('call.connected', (one) => one.callId === again.callId);
    expect(await gus.hears('alice')).toBeCloseTo(PEER_HZ, -1);
    await hearsTone(recording, GUEST_HZ);
    await alice.call('calls.end', again);
    await gus.until('{"type":"call_end","from":"alice","to":"gus"}');
  });
});

// Opens a channel at the other side's port.

import { connect, type TLSSocket } from 'node:tls';
import { cleanLine } from '../../base/clean-text.ts';
import { sleep, type Clock } from '../../base/clock.ts';
import { MmchatError, messageOf } from '../../base/errors.ts';
import type { ChannelKey } from '../../contracts/bulk.ts';
import type { HostPort } from '../../contracts/discovery.ts';
import { TLS_OPTIONS, TlsCarrier, type ReadRelay } from './tls-carrier.ts';

/** The socket reads into one buffer of this size, instead of a new one for each record. */
const READ_BYTES = 64 * 1024;
const RETRY_MS = 50;
/** The other side may be full of strangers, or about to listen. Nobody there at all is believed sooner. */
const MAX_TRIES = 10;
const MAX_REFUSALS = 3;

export interface DialParts {
  readonly key: ChannelKey;
  readonly address: HostPort;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** @throws MmchatError `unreachable` */
export async function dialTls(parts: DialParts): Promise<TlsCarrier> {
  const { clock, timeoutMs, signal } = parts;
  const deadlineMs = clock.monotonicMs() + timeoutMs;
  for (let attempt = 1, refusals = 0; ; attempt++) {
    const leftMs = deadlineMs - clock.monotonicMs();
    try {
      return await dialOnce(parts, Math.max(1, leftMs));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ECONNREFUSED') refusals += 1;
      const mayRetry = code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE';
      const waitMs = RETRY_MS * attempt;
      if (!mayRetry || attempt >= MAX_TRIES || refusals >= MAX_REFUSALS || signal.aborted || waitMs >= leftMs)
        throw new MmchatError('unreachable', `No connection for files came about (${cleanLine(messageOf(error))}).`);
      await sleep(clock, waitMs, signal);
    }
  }
}

function dialOnce({ key, address, clock, signal }: DialParts, timeoutMs: number): Promise<TlsCarrier> {
  const relay: ReadRelay = { take: () => undefined };
  return new Promise((resolve, reject) => {
    const options = {
      ...TLS_OPTIONS,
      host: address.host,
      port: address.port,
      pskCallback: () => ({ psk: key.secret, identity: key.channelId }),
      // There are no certificates: knowing the key is the proof.
      checkServerIdentity: () => undefined,
      onread: {
        buffer: new Uint8Array(READ_BYTES),
        callback: (length: number, buffer: Uint8Array) => {
          relay.take(buffer.subarray(0, length));
          return true;
        },
      },
    };
    const socket: TLSSocket = connect(options);
    const timer = clock.after(timeoutMs, () => fail(new Error('it took too long')));
    const onAbort = (): void => fail(new Error('it was called off'));
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener('abort', onAbort);
      socket.off('close', onClose);
    };
    const fail = (error: Error): void => {
      done();
      // Errors that still come are nobody's business.
      socket.on('error', () => undefined);
      socket.destroy();
      reject(error);
    };
    const onClose = (): void => fail(Object.assign(new Error('it was closed'), { code: 'ECONNRESET' }));
    socket.once('error', (error) => fail(error instanceof Error ? error : new Error(messageOf(error))));
    socket.once('close', onClose);
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    socket.once('secureConnect', () => {
      done();
      socket.removeAllListeners('error');
      // Until somebody listens.
      socket.pause();
      resolve(new TlsCarrier(socket, clock, relay));
    });
  });
}

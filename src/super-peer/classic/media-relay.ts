// Sound and picture by UDP: datagrams go to whom they name, byte for byte, if they come from who they say.

import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Counters } from './counters.ts';
import type { ClassicMediaSink } from './events.ts';
import { Guest, type Person } from './guest.ts';
import { listenError } from './listen-error.ts';
import type { ClassicLimits } from './limits.ts';
import { MediaHeaders, type MediaHeader } from './media-header.ts';
import type { MediaSenders } from './media-senders.ts';
import type { NameTable } from './name-table.ts';
import { plainAddress } from './plain-address.ts';
import type { RoomCalls } from './room-calls.ts';
import type { RoomTable } from './room-table.ts';

export interface MediaRelayParts {
  readonly limits: ClassicLimits;
  readonly names: NameTable;
  readonly rooms: RoomTable;
  readonly senders: MediaSenders;
  readonly counters: Counters;
  readonly roomCalls: RoomCalls;
  /** Takes what belongs to calls with people elsewhere. */
  readonly sink: ClassicMediaSink | undefined;
}

const SEPARATOR = 0x7c;
const SOCKET_BUFFER_BYTES = 4 * 1024 * 1024;
/** How full the queue is, is asked once in so many packets: each of them is at most 64 KiB. */
const QUEUE_CHECK_PACKETS = 16;

export class MediaRelay {
  readonly #parts: MediaRelayParts;
  readonly #headers = new MediaHeaders();
  #socket: Socket | undefined;
  #isIpv6 = false;
  #packets = 0;
  #queueFull = false;

  constructor(parts: MediaRelayParts) {
    this.#parts = parts;
  }

  /** Resolves with the port. @throws MmchatError `port-in-use` */
  async start(bind: string, port: number): Promise<number> {
    this.#isIpv6 = bind.includes(':');
    const socket = createSocket({
      type: this.#isIpv6 ? 'udp6' : 'udp4',
      recvBufferSize: SOCKET_BUFFER_BYTES,
      sendBufferSize: SOCKET_BUFFER_BYTES,
      // Only addresses are ever sent to: nothing to look up, and no turn of the event loop to wait.
      lookup: (address, _options, callback) => callback(null, address, this.#isIpv6 ? 6 : 4),
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (error: NodeJS.ErrnoException) => reject(listenError('UDP', port, bind, error)));
      socket.bind({ port, address: bind, exclusive: true }, resolve);
    });
    socket.removeAllListeners('error');
    // Of single packets: nobody there, no route, too large. The next one may pass.
    socket.on('error', () => this.#parts.counters.add('media-send-errors'));
    socket.on('message', (datagram, source) => this.#onDatagram(datagram, source));
    this.#socket = socket;
    return socket.address().port;
  }

  stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    return socket === undefined ? Promise.resolve() : new Promise((resolve) => socket.close(() => resolve()));
  }

  /** To where this guest takes media; says whether that is known. */
  send(guest: Guest, datagram: Buffer, port = guest.media.port): boolean {
    const socket = this.#socket;
    if (port === undefined || socket === undefined) return false;
    const { counters, limits } = this.#parts;
    if (this.#packets++ % QUEUE_CHECK_PACKETS === 0)
      this.#queueFull = socket.getSendQueueSize() > limits.mediaQueueBytes;
    if (this.#queueFull) {
      counters.add('media-queue-full');
      return true;
    }
    const { address } = guest.connection;
    socket.send(datagram, port, this.#isIpv6 && !address.includes(':') ? `::ffff:${address}` : address);
    counters.add('media-packets-out');
    counters.add('media-bytes-out', datagram.length);
    return true;
  }

  #onDatagram(datagram: Buffer, source: RemoteInfo): void {
    const { counters, senders } = this.#parts;
    counters.add('media-packets-in');
    const end = datagram.indexOf(SEPARATOR);
    if (end === -1) return counters.add('media-no-header');
    const header = this.#headers.read(datagram, end);
    if (header === undefined) return counters.add('media-bad-header');
    const sender = senders.find(header.from, plainAddress(source.address), source.port);
    if (typeof sender === 'string') return counters.add(sender);
    this.#relay(sender, header, datagram, end + 1);
  }

  #relay(sender: Guest, header: MediaHeader, datagram: Buffer, payloadAt: number): void {
    const { names, counters } = this.#parts;
    const { kind, to, roomKey } = header;
    const person: Person | undefined = to === undefined ? undefined : names.find(to);
    const { roomCalls, sink } = this.#parts;
    if (sink !== undefined) {
      const target = person === undefined ? { room: header.room ?? null } : { to: person.name };
      if (sink(sender.name, target, kind, datagram)) return;
    }
    if (roomCalls.size > 0 && roomCalls.media(sender, person ?? roomKey, { kind, datagram, payloadAt })) return;
    if (to === undefined) this.#toRoom(sender, header, datagram);
    else if (person instanceof Guest) {
      if (!this.send(person, datagram)) counters.add('media-no-target');
    } else counters.add('media-no-target');
  }

  #toRoom(sender: Guest, { roomKey }: MediaHeader, datagram: Buffer): void {
    if (roomKey === undefined) return this.#parts.counters.add('media-no-target');
    for (const member of this.#parts.rooms.membersByKey(roomKey)) if (member !== sender) this.send(member, datagram);
  }
}

// The classic chat server: TCP for everything, UDP for sound and picture. Old clients can't tell it from the original,
// other than by what no longer goes wrong.

import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Clock, Timer } from '../../base/clock.ts';
import { Emitter } from '../../base/emitter.ts';
import { messageOf } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import { CallSignals } from './call-signals.ts';
import { Connection, type ConnectionParts } from './connection.ts';
import { Counters, type CounterName } from './counters.ts';
import type { ClassicEvent, ClassicMediaSink } from './events.ts';
import { Flusher } from './flusher.ts';
import type { Guest } from './guest.ts';
import { Hub, type ClassicHub } from './hub.ts';
import type { JsonValue } from './json-value.ts';
import { readJsonLine, type UnreadLine } from './json-read.ts';
import { CLASSIC_LIMITS, type ClassicLimits } from './limits.ts';
import { listenError } from './listen-error.ts';
import { ListAnnouncer } from './list-announcer.ts';
import { Lobby } from './lobby.ts';
import { MediaRelay } from './media-relay.ts';
import { MediaSenders } from './media-senders.ts';
import { MemoryBudget } from './memory-budget.ts';
import { NameTable } from './name-table.ts';
import { RoomCalls } from './room-calls.ts';
import { RoomTable } from './room-table.ts';
import { Router } from './router.ts';
import { SAY, systemLine } from './texts.ts';

export interface ClassicServerOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** @default 0.0.0.0, as the original; `::` listens on both families */
  readonly bind?: string;
  /** 0 = any. */
  readonly tcpPort: number;
  readonly udpPort: number;
  readonly limits?: Partial<ClassicLimits>;
  /** Takes what guests stream in calls with people elsewhere. */
  readonly mediaSink?: ClassicMediaSink;
  /** Calls of this room are not the server's: requests for them come as events. */
  readonly takesRoomCalls?: (room: JsonValue) => boolean;
  /** Nor is what this guest answers to that person. */
  readonly takesCallAnswer?: (guest: string, to: string) => boolean;
}

export interface ClassicStatus {
  readonly connections: number;
  readonly guests: number;
  readonly rooms: number;
  readonly roomCalls: number;
  /** Bytes of unfinished lines beyond what is free, and of what waits for slow receivers. */
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly counters: Readonly<Record<CounterName, number>>;
}

const SWEEP_MS = 1_000;
const BACKLOG = 1_024;
/** After so long without a word the system asks whether the other side is still there. */
const KEEP_ALIVE_MS = 60_000;

const SKIPPED: Readonly<Record<UnreadLine, CounterName>> = {
  empty: 'skipped-empty',
  'not-utf8': 'skipped-not-utf8',
  'not-json': 'skipped-not-json',
  'no-object': 'skipped-no-object',
};

export class ClassicServer {
  readonly hub: ClassicHub;
  readonly #options: ClassicServerOptions;
  readonly #limits: ClassicLimits;
  readonly #counters = new Counters();
  readonly #names: NameTable;
  readonly #rooms: RoomTable;
  readonly #roomCalls: RoomCalls;
  readonly #announcer: ListAnnouncer;
  readonly #lobby: Lobby;
  readonly #router: Router;
  readonly #media: MediaRelay;
  readonly #connectionParts: ConnectionParts;
  readonly #connections = new Set<Connection>();
  /** In the order in which they came. */
  readonly #unjoined = new Set<Connection>();
  #server: Server | undefined;
  #sweep: Timer | undefined;
  #tcpPort = 0;
  #udpPort = 0;
  #stopping: Promise<void> | undefined;

  constructor(options: ClassicServerOptions) {
    const { clock, log } = options;
    this.#options = options;
    const limits = (this.#limits = { ...CLASSIC_LIMITS, ...options.limits });
    const counters = this.#counters;
    const flusher = new Flusher(clock);
    const names = (this.#names = new NameTable(limits));
    const rooms = (this.#rooms = new RoomTable(limits));
    const senders = new MediaSenders(names);
    const events = new Emitter<ClassicEvent>((error) =>
      log.error('a listener of the classic server failed', { error: messageOf(error) }),
    );
    const sendMedia = (guest: Guest, datagram: Buffer): void =>
      void this.#media.send(guest, datagram, guest.media.port ?? guest.media.hint);
    const roomCalls = (this.#roomCalls = new RoomCalls({ clock, limits, rooms, counters, flusher, sendMedia }));
    this.#media = new MediaRelay({
      limits,
      names,
      rooms,
      senders,
      counters,
      roomCalls,
      sink: options.mediaSink,
    });
    const announcer = (this.#announcer = new ListAnnouncer({ clock, limits, names, counters, flusher }));
    const udpPort = (): number => this.#udpPort;
    const lobby = { names, rooms, senders, roomCalls, announcer, counters, events, log, udpPort };
    this.#lobby = new Lobby(lobby);
    const calls = new CallSignals({
      names,
      roomCalls,
      events,
      takesRoom: options.takesRoomCalls,
      takesAnswer: options.takesCallAnswer,
    });
    this.#router = new Router({ names, rooms, calls, counters, events });
    this.hub = new Hub({ names, rooms, lobby: this.#lobby, media: this.#media, flusher, events });
    this.#connectionParts = {
      clock,
      limits,
      counters,
      flusher,
      // One may overdraw it by a whole line: with that it is the limit.
      inputBudget: new MemoryBudget(limits.inputBytes - limits.lineBytes),
      outputBudget: new MemoryBudget(limits.outputBytes),
    };
  }

  /** The ports that it listens on. @throws MmchatError `port-in-use`, `bad-option` */
  async start(options: { signal?: AbortSignal } = {}): Promise<{ tcpPort: number; udpPort: number }> {
    const { bind = '0.0.0.0', tcpPort, udpPort, clock, log } = this.#options;
    options.signal?.throwIfAborted();
    try {
      // First: the Welcome names it.
      this.#udpPort = await this.#media.start(bind, udpPort);
      this.#tcpPort = await this.#listen(bind, tcpPort);
      options.signal?.throwIfAborted();
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#sweep = clock.every(SWEEP_MS, () => this.#tidy());
    log.info('the classic server listens', { bind, tcp: this.#tcpPort, udp: this.#udpPort });
    return { tcpPort: this.#tcpPort, udpPort: this.#udpPort };
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#close();
    return this.#stopping;
  }

  status(): ClassicStatus {
    return {
      connections: this.#connections.size,
      guests: this.#names.guests.size,
      rooms: this.#rooms.size,
      roomCalls: this.#roomCalls.size,
      inputBytes: this.#connectionParts.inputBudget.used,
      outputBytes: this.#connectionParts.outputBudget.used,
      counters: this.#counters.snapshot(),
    };
  }

  async #listen(bind: string, port: number): Promise<number> {
    // Half-open: what a client that has closed its half is still owed is sent first.
    const options = { noDelay: true, allowHalfOpen: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS };
    const server = createServer(options, (socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenError('TCP', port, bind, error)));
      server.listen({ port, host: bind, backlog: BACKLOG, exclusive: true }, resolve);
    });
    server.removeAllListeners('error');
    // Too many open files: whoever is here stays, and later ones get in again.
    server.on('error', () => this.#counters.add('accept-errors'));
    return (server.address() as AddressInfo).port;
  }

  #accept(socket: Socket): void {
    this.#counters.add('connections');
    if (this.#connections.size >= this.#limits.connections) {
      this.#counters.add('closed-full');
      socket.on('error', () => undefined);
      socket.end(systemLine(SAY.full), () => socket.destroy());
      return;
    }
    const connection = new Connection(socket, this.#connectionParts);
    this.#connections.add(connection);
    this.#unjoined.add(connection);
    let guest: Guest | undefined;
    connection.open({
      line: (bytes) => {
        this.#counters.add('lines');
        const line = readJsonLine(bytes);
        if (typeof line === 'string') this.#counters.add(SKIPPED[line]);
        else if (guest !== undefined) this.#router.route(guest, line);
        else {
          guest = this.#lobby.join(connection, line.fields);
          if (guest !== undefined) this.#unjoined.delete(connection);
        }
      },
      leave: () => {
        this.#unjoined.delete(connection);
        if (guest !== undefined) this.#lobby.leave(guest);
      },
      close: () => this.#connections.delete(connection),
    });
  }

  /** Who keeps something for too long. */
  #tidy(): void {
    const { clock } = this.#options;
    const { flusher, inputBudget } = this.#connectionParts;
    const nowMs = clock.monotonicMs();
    for (const outbox of flusher.stuckFor(this.#limits.stuckMs)) outbox.giveUp();
    for (const connection of this.#unjoined) {
      if (connection.openedAtMs > nowMs - this.#limits.joinMs) break;
      this.#counters.add('closed-never-joined');
      connection.end();
    }
    if (inputBudget.waiting > 0)
      for (const connection of this.#connections) connection.abandonOldLine(nowMs - this.#limits.lineMs);
  }

  async #close(): Promise<void> {
    this.#sweep?.cancel();
    const server = this.#server;
    const closed = server === undefined ? undefined : new Promise<void>((resolve) => server.close(() => resolve()));
    await Promise.all([...this.#connections].map((connection) => connection.destroy()));
    await this.#media.stop();
    await closed;
    // Last: everybody who left may have started something.
    this.#announcer.stop();
    this.#roomCalls.stop();
    this.#connectionParts.flusher.stop();
  }
}

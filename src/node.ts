// A node: starts and stops the parts in order, and answers the verbs of the front door. What the parts are and how they
// are joined stands in node-parts.ts.

import { join, resolve } from 'node:path';
import { toHex } from './base/bytes.ts';
import { sleep } from './base/clock.ts';
import type { Unsubscribe } from './base/emitter.ts';
import { MmchatError, messageOf } from './base/errors.ts';
import { requireHostPort, type HostAndPort } from './base/host-port.ts';
import type { LocalAddress } from './base/ip-address.ts';
import { createLog, type Log } from './base/log.ts';
import type { History, HistoryOpening } from './contracts/history.ts';
import type { LinkEvent, PeerLinks } from './contracts/links.ts';
import type { MmchatNode, NodeStatus } from './contracts/node.ts';
import type { Profile, TransferRecord } from './contracts/stores.ts';
import { systemEnvironment, type NodeEnvironment } from './environment.ts';
import { buildParts, type Parts } from './node-parts.ts';
import { callVerbs } from './node-call-verbs.ts';
import { fileVerbs, voiceVerbs } from './node-file-verbs.ts';
import { chatVerbs, peerVerbs, profileVerbs, roomVerbs, type VerbsFrom } from './node-verbs.ts';
import { buildSuperPeer } from './node-super-peer.ts';
import type { NodeOptions } from './options.ts';
import type { SuperPeer } from './super-peer/super-peer.ts';
import { Warnings } from './services/warnings.ts';
import { initialState } from './state/initial.ts';
import { checkPersonName, cleanForeignName, NAMELESS } from './state/names.ts';
import { StateHolder, type NodeEventListener } from './state/state-holder.ts';
import type { NodeState } from './state/values.ts';
import { resolveDataDir } from './store/data-dir.ts';
import type { NetworkSecrets } from './store/network-secrets.ts';
import { PROFILE_FORM } from './store/profile-file.ts';
import { VERSION } from './version.ts';

const INSTANCE_ID_BYTES = 8;
/** How long stopping waits for the disk. */
const SETTLE_PATIENCE_MS = 2_000;
const NO_BYTES = new Uint8Array(0);

export function buildNode(options: NodeOptions, environment: NodeEnvironment = systemEnvironment): MmchatNode {
  return new LanNode(options, environment);
}

class LanNode implements MmchatNode {
  readonly #options: NodeOptions;
  readonly #environment: NodeEnvironment;
  readonly #log: Log;
  readonly #holder: StateHolder;
  readonly #warnings: Warnings;
  readonly #dataDir: string;
  readonly #handPeers: readonly HostAndPort[];
  #profile: Profile = PROFILE_FORM.initial;
  #saveProfile: (change: Partial<Profile>) => Promise<void> = () => Promise.resolve();
  #starting: Promise<void> | undefined;
  #parts: Parts | undefined;
  #superPeer: SuperPeer | undefined;
  #stopping: Promise<void> | undefined;

  constructor(options: NodeOptions, environment: NodeEnvironment) {
    this.#options = options;
    this.#environment = environment;
    this.#log = createLog(environment.clock, options.logLevel ?? 'warn', options.log ?? (() => undefined));
    this.#dataDir = resolveDataDir(options);
    this.#handPeers = (options.peers ?? []).map(requireHostPort);
    const name = options.name === undefined ? '' : checkPersonName(options.name);
    this.#holder = new StateHolder(
      initialState({ peerId: '', name }, { closedNetwork: options.networkKeyFile !== undefined }),
      (error) => this.#log.error('a listener failed', { error: messageOf(error) }),
    );
    this.#warnings = new Warnings({ emit: this.#holder.emit, log: this.#log });
  }

  get state(): NodeState {
    return this.#holder.state;
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#holder.subscribe(listener);
  }

  on(listener: NodeEventListener, options: { signal?: AbortSignal } = {}): Unsubscribe {
    return this.#holder.on(listener, options);
  }

  start(options: { signal?: AbortSignal } = {}): Promise<void> {
    this.#starting ??= this.#start(options.signal);
    return this.#starting;
  }

  async #start(signal: AbortSignal | undefined): Promise<void> {
    const { clock, openMemory, readNetworkSecrets } = this.#environment;
    const { networkKeyFile } = this.#options;
    const memory = await openMemory(this.#dataDir, (sentence) => this.#warnings.say('data-dir', sentence));
    const secrets = networkKeyFile === undefined ? undefined : await readNetworkSecrets(networkKeyFile);
    const history = this.#openHistory(toHex(secrets?.networkId ?? NO_BYTES));
    // It is waited for below; until then nobody may complain that nobody listens.
    history.catch(() => undefined);
    const { identity, profiles } = memory;
    const saved = await profiles.load();
    const name = checkPersonName(this.#options.name ?? saved.name ?? this.#userName());
    this.#profile = { ...saved, name, startId: Math.max(saved.startId + 1, clock.now()) };
    const { status } = saved;
    this.#holder.reset(
      initialState(
        { peerId: identity.peerId, name, ...(status === undefined ? {} : { status }) },
        { closedNetwork: secrets !== undefined },
      ),
    );
    this.#saveProfile = async (change) => {
      this.#profile = { ...this.#profile, ...change };
      await profiles.save(this.#profile);
    };
    const opened = await history;
    this.#parts = buildParts({
      options: this.#options,
      environment: this.#environment,
      memory,
      history: opened.history,
      secrets,
      profile: () => this.#profile,
      saveProfile: this.#saveProfile,
      state: () => this.state,
      emit: this.#holder.emit,
      downloads: resolve(this.#options.downloads ?? join(this.#dataDir, 'downloads')),
      autoAccept: ({ destination }) =>
        this.#options.guestsOnly === true
          ? this.#superPeer?.wants(destination) === true
          : this.#options.autoAccept !== false,
      voiceFolder: join(resolve(this.#dataDir), 'voice-notes'),
      log: this.#logOfParts(),
      warnings: this.#warnings,
      interfacesChanged: (links, addresses) => this.#interfacesChanged(links, addresses),
    });
    this.#restore(this.#parts, opened.opening, await memory.transfers.load());
    // First: what can't be served is not announced to anybody.
    await this.#openSuperPeer(this.#parts, signal);
    await this.#open(this.#parts, secrets, signal);
    await this.#saveProfile(this.#options.network === false ? {} : { port: this.#parts.links.port });
    this.#holder.emit({ type: 'started' });
    this.#readBack(this.#parts);
  }

  async #openSuperPeer(parts: Parts, signal: AbortSignal | undefined): Promise<void> {
    if (this.#options.superPeer !== true || this.#options.network === false) return;
    const superPeer = await buildSuperPeer({
      options: this.#options,
      environment: this.#environment,
      parts,
      dataDir: this.#dataDir,
      state: () => this.state,
      log: this.#logOfParts(),
    });
    this.#superPeer = superPeer;
    this.#holder.on((event, state) => superPeer.hear(event, state));
    await superPeer.start(signal === undefined ? {} : { signal });
  }

  async #openHistory(network: string): Promise<{ history: History; opening: HistoryOpening }> {
    const { makeHistory, makeMemoryHistory, clock, random } = this.#environment;
    const options = { dataDir: this.#dataDir, network, clock, random, log: this.#log };
    const history = makeHistory(options);
    try {
      return { history, opening: await history.open() };
    } catch (error) {
      if (!(error instanceof MmchatError) || error.code !== 'no-database') throw error;
      this.#warnings.say(error.code, `${error.message} What is said is kept in memory only, and gone when this ends.`);
      const inMemory = makeMemoryHistory(options);
      return { history: inMemory, opening: await inMemory.open() };
    }
  }

  /** Parts that end in the middle of something say so; that is nothing to warn of. */
  #logOfParts(): Log {
    const log = this.#log;
    return {
      error: (message, facts) => log.error(message, facts),
      warn: (message, facts) => (this.#stopping === undefined ? log.warn(message, facts) : log.debug(message, facts)),
      info: (message, facts) => log.info(message, facts),
      debug: (message, facts) => log.debug(message, facts),
    };
  }

  /** What earlier runs left, before anybody is met. */
  #restore(
    { conversations, ownLog, rooms, transfers }: Parts,
    opening: HistoryOpening,
    kept: readonly TransferRecord[],
  ): void {
    for (const sentence of opening.warnings) this.#warnings.say('history', sentence);
    conversations.load(opening.conversations, opening.logs);
    const own = opening.logs.filter(
      ({ author, logId }) => author === this.state.self.peerId && logId === opening.ownLogId,
    );
    ownLog.open(opening.ownLogId, own);
    rooms.restore(this.#profile.rooms);
    transfers.restore(kept);
  }

  /** What was said in earlier runs, for the first screen: nobody waits for it. */
  #readBack({ archive, members, conversations }: Parts): void {
    const rooms = [...conversations.active()].filter(({ destination }) => destination.kind === 'room');
    const reading = Promise.all([archive.loadRecent(), ...rooms.map((room) => members.load(room))]);
    reading.catch((error: unknown) => {
      // Whoever stops at once doesn't want to read.
      if (this.#stopping === undefined)
        this.#log.warn('the history could not be read back', { error: messageOf(error) });
    });
  }

  async #open(parts: Parts, secrets: NetworkSecrets | undefined, signal: AbortSignal | undefined): Promise<void> {
    const { watcher, links, connector, people, presence, rooms, roundTrip, discovery, multicast, sync, receipts } =
      parts;
    const instanceId = toHex(this.#environment.random.bytes(INSTANCE_ID_BYTES));
    const remembered = await people.load();
    links.on((event) => this.#onLink(parts, event));
    this.#holder.on((event, state, before) => {
      parts.keyChanges.hear(event, state);
      if (event.type === 'blocked-changed' && event.blocked) parts.calls.blocked(event.peerId);
      if (event.type === 'blocked-changed' && !event.blocked) parts.guests.unblocked(event.peerId);
      if (event.type !== 'person-seen' || event.via === 'legacy') return;
      if (state.people.get(event.peerId)?.name !== before.people.get(event.peerId)?.name)
        parts.guests.hostRenamed(event.peerId);
      if (event.linked) people.seen(event);
      this.#warnings.judgeName(state, event.peerId);
      const link = links.links.get(event.peerId);
      const isMoved = state.people.get(event.peerId)?.rooms !== before.people.get(event.peerId)?.rooms;
      if (link === undefined || !isMoved) return;
      receipts.sharesMore(link);
      sync.nudge(link);
      parts.transfers.sharesMore(link);
      parts.calls.sharesMore(link);
    });
    // For looking at history: nothing is opened that others could see.
    if (this.#options.network === false) return;
    watcher.start();
    const signalled = signal === undefined ? {} : { signal };
    await Promise.all([links.start({ instanceId, ...signalled }), parts.engine.start(signalled)]);
    // It wants the number that the links have.
    await parts.media.start(signalled);
    if (this.#options.autoAnswer === true) parts.calls.warmUp();
    this.#interfacesChanged(links, watcher.addresses);
    const { startId, status = '' } = this.#profile;
    presence.start(startId, { name: this.state.self.name, status, rooms: rooms.open });
    roundTrip.start();
    sync.start();
    parts.transfers.start();
    parts.retention.start();
    parts.keyChanges.start();
    connector.start(instanceId);
    for (const address of this.#handPeers) connector.byHand(address);
    if (discovery === undefined) return;
    for (const { peerId, addresses } of remembered) connector.remembered(peerId, addresses);
    discovery.on((event) => {
      if (event.type === 'hint') connector.hint(event.hint);
    });
    const who = secrets === undefined ? { peerId: this.state.self.peerId } : { networkTag: secrets.tag };
    await discovery.start({ instanceId, port: links.port, ...who });
    multicast?.start();
  }

  #interfacesChanged(links: PeerLinks, addresses: readonly LocalAddress[]): void {
    const interfaces = addresses.map(({ name, address }) => ({ name, address }));
    links.setInterfaces(interfaces);
    this.#parts?.media.setInterfaces(interfaces);
    this.#holder.emit({ type: 'interfaces-changed', interfaces });
  }

  #onLink(parts: Parts, event: LinkEvent): void {
    const { blocking, presence, chat, receipts, proofs, sync, connector, roundTrip } = parts;
    switch (event.type) {
      case 'up':
        if (!blocking.admits(event.link)) return;
        connector.linkUp(event.link);
        presence.linkUp(event.link);
        proofs.linkUp(event.link);
        chat.linkUp(event.link);
        receipts.linkUp(event.link);
        parts.guests.linkUp(event.link);
        sync.linkUp(event.link);
        parts.transfers.linkUp(event.link);
        parts.calls.linkUp(event.link);
        roundTrip.measure(event.link);
        return;
      case 'down':
        if (blocking.wasRefused(event.link)) return;
        this.#log.info('a link ended', { peer: event.link.peerId, reason: event.reason });
        sync.linkDown(event.link);
        parts.transfers.linkDown(event.link);
        parts.calls.linkDown(event.link);
        receipts.linkDown(event.link);
        proofs.linkDown(event.link);
        parts.guests.linkDown(event.link);
        parts.guestWords.linkDown(event.link);
        presence.linkDown(event.link, event.reason);
        connector.linkDown(event.link, event.reason);
        return;
      case 'stream-reset':
        if (event.purpose === 'sync') sync.streamReset(event.link);
        else if (event.purpose === 'file') parts.transfers.streamReset(event.link);
        return;
      case 'identity-in-use':
        this.#warnings.identityInUse(event.remote);
        return;
      case 'wrong-version':
        this.#warnings.wrongVersion(event.version);
        return;
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    // A start that failed half-way has told its caller; what it opened is closed here all the same.
    await this.#starting?.catch(() => undefined);
    if (this.#parts === undefined) return;
    const { watcher, links, connector, people, presence, roundTrip, discovery, multicast } = this.#parts;
    const { history, journal, receipts, sync, rooms } = this.#parts;
    watcher.stop();
    multicast?.stop();
    await this.#superPeer?.stop();
    connector.stop();
    rooms.stop();
    sync.stop();
    // Whoever one talks with hears of the end, and nobody waits for devices.
    await Promise.all([this.#parts.calls.stop(), this.#parts.transfers.stop()]);
    this.#parts.retention.stop();
    this.#parts.keyChanges.stop();
    roundTrip.stop();
    // What is on its way to the disk is confirmed before the goodbye, if it gets there in time.
    const settled = new AbortController();
    const settling = journal.settled().finally(() => settled.abort());
    await Promise.race([settling, sleep(this.#environment.clock, SETTLE_PATIENCE_MS, settled.signal)]);
    journal.stop();
    receipts.stop();
    this.#parts.guests.stop();
    presence.stop();
    await Promise.all([discovery?.stop(), links.stop(), people.save(), this.#parts.engine.stop()]);
    await this.#parts.media.stop();
    await history.close();
    this.#holder.emit({ type: 'stopped' });
  }

  /** The parts, while they can be used. */
  get #live(): Parts {
    if (this.#parts === undefined || this.#stopping !== undefined)
      throw new MmchatError('stopped', 'The node is not running.');
    return this.#parts;
  }

  status(): NodeStatus {
    return {
      version: VERSION,
      peerId: this.state.self.peerId,
      name: this.state.self.name,
      addresses: this.#parts?.links.addresses ?? [],
      udpPort: this.#parts?.media.port ?? 0,
      filePort: this.#parts?.engine.port ?? 0,
      dataDir: this.#dataDir,
      networkKey: this.state.closedNetwork,
      ...(this.#superPeer === undefined ? {} : { superPeer: this.#superPeer.status() }),
    };
  }

  readonly profile = profileVerbs(this.#verbs);
  readonly peers = peerVerbs(this.#verbs);
  readonly chat = chatVerbs(this.#verbs);
  readonly rooms = roomVerbs(this.#verbs);
  readonly files = fileVerbs(this.#verbs);
  readonly voice = voiceVerbs(this.#verbs);
  readonly calls = callVerbs(this.#verbs);

  get #verbs(): VerbsFrom {
    return {
      live: () => this.#live,
      state: () => this.state,
      emit: (event) => this.#holder.emit(event),
      saveProfile: (change) => this.#saveProfile(change),
    };
  }

  /** The operating system's user as a name that is allowed. */
  #userName(): string {
    try {
      return cleanForeignName(this.#environment.userName());
    } catch {
      return NAMELESS;
    }
  }
}

// The map of the program: builds every part from the options, starts and stops them in order, and joins services to the
// state. The only file that sees all rooms.

import { userInfo } from 'node:os';
import { isOnLocalSubnet, type LocalAddress } from './base/ip-address.ts';
import { systemClock, type Clock } from './base/clock.ts';
import { createSigner, SignatureChecker } from './base/ed25519.ts';
import { toHex } from './base/bytes.ts';
import { Emitter, type Unsubscribe } from './base/emitter.ts';
import { MmchatError, messageOf } from './base/errors.ts';
import { formatHostPort, parseHostPort, requireHostPort } from './base/host-port.ts';
import { createLog, type Log } from './base/log.ts';
import { systemRandom, type Random } from './base/random.ts';
import type { MmchatNode, NodeStatus } from './contracts/node.ts';
import type { Discovery } from './contracts/discovery.ts';
import type { LinkEvent, PeerLinks } from './contracts/links.ts';
import type { Identity, Profile } from './contracts/stores.ts';
import { LanDiscovery } from './net/discovery.ts';
import { InterfaceWatcher, systemInterfaces, usableAddresses } from './net/interfaces.ts';
import { Libp2pLinks } from './net/libp2p-links.ts';
import { PORTS, type NodeOptions } from './options.ts';
import { Chat } from './services/chat.ts';
import { Connector } from './services/connector.ts';
import { MessageRouter } from './services/message-router.ts';
import { People } from './services/people.ts';
import { Presence } from './services/presence.ts';
import { Rooms } from './services/rooms.ts';
import type { NodeEvent } from './state/events.ts';
import { initialState } from './state/initial.ts';
import { checkPersonName, cleanForeignName, foldName, foldRoomName } from './state/names.ts';
import { reduce } from './state/reducer.ts';
import { findPerson } from './state/selectors.ts';
import { checkStatus } from './state/status.ts';
import type { NodeState, PeerId, Person } from './state/values.ts';
import { openDataDir, resolveDataDir } from './store/data-dir.ts';
import { loadOrCreateIdentity } from './store/identity-file.ts';
import { readNetworkKey } from './store/network-key-file.ts';
import { deriveNetworkSecrets, OPEN_NETWORK, type NetworkSecrets } from './store/network-secrets.ts';
import { peopleStore } from './store/people-file.ts';
import { profileStore } from './store/profile-file.ts';
import { VERSION } from './version.ts';

const PROGRAM = `mmchat-p2p/${VERSION}`;
const INSTANCE_ID_BYTES = 8;
/** With people linked but nobody heard by mDNS for so long, multicast doesn't get through. */
const MULTICAST_VERDICT_MS = 10_000;

/** Everything that exists only while the node runs. */
interface Running {
  readonly profile: Profile;
  readonly links: PeerLinks;
  readonly discovery: Discovery | undefined;
  readonly watcher: InterfaceWatcher;
  readonly presence: Presence;
  readonly chat: Chat;
  readonly rooms: Rooms;
  readonly people: People;
  readonly connector: Connector;
  readonly router: MessageRouter;
  readonly saveProfile: (change: Partial<Profile>) => Promise<void>;
  readonly cancelTimers: () => void;
}

interface Delivery {
  readonly event: NodeEvent;
  readonly state: NodeState;
  readonly before: NodeState;
}

export function buildNode(options: NodeOptions): MmchatNode {
  return new LanNode(options);
}

class LanNode implements MmchatNode {
  readonly #options: NodeOptions;
  readonly #clock: Clock = systemClock;
  readonly #random: Random = systemRandom;
  readonly #log: Log;
  readonly #changes: Emitter<undefined>;
  readonly #events: Emitter<Delivery>;
  readonly #dataDir: string;
  readonly #handPeers: ReturnType<typeof requireHostPort>[];
  #state: NodeState;
  #starting: Promise<void> | undefined;
  #running: Running | undefined;
  #stopping: Promise<void> | undefined;
  readonly #namesakesTold = new Set<PeerId>();

  constructor(options: NodeOptions) {
    this.#options = options;
    this.#log = createLog(this.#clock, options.logLevel ?? 'warn', options.log ?? (() => undefined));
    const onListenerError = (error: unknown): void => this.#log.error('a listener failed', { error: messageOf(error) });
    this.#changes = new Emitter(onListenerError);
    this.#events = new Emitter(onListenerError);
    this.#dataDir = resolveDataDir(options, process.env);
    this.#handPeers = (options.peers ?? []).map(requireHostPort);
    const name = options.name === undefined ? '' : checkPersonName(options.name);
    this.#state = initialState({ peerId: '', name }, { closedNetwork: options.networkKeyFile !== undefined });
  }

  get state(): NodeState {
    return this.#state;
  }

  subscribe(listener: () => void): Unsubscribe {
    return this.#changes.on(listener);
  }

  on(
    listener: (event: NodeEvent, state: NodeState, before: NodeState) => void,
    options: { signal?: AbortSignal } = {},
  ): Unsubscribe {
    return this.#events.on(({ event, state, before }) => listener(event, state, before), options);
  }

  readonly #emit = (event: NodeEvent): void => {
    const before = this.#state;
    this.#state = reduce(before, event);
    if (this.#state !== before) this.#changes.emit(undefined);
    this.#events.emit({ event, state: this.#state, before });
  };

  start(options: { signal?: AbortSignal } = {}): Promise<void> {
    this.#starting ??= this.#start(options.signal);
    return this.#starting;
  }

  async #start(signal: AbortSignal | undefined): Promise<void> {
    await openDataDir(this.#dataDir);
    const warn = (text: string): void => this.#warn('data-dir', text);
    const { identity, warning } = await loadOrCreateIdentity(this.#dataDir, this.#random);
    if (warning !== undefined) warn(warning);
    const secrets = await this.#networkSecrets();
    const profiles = profileStore(this.#dataDir, { clock: this.#clock, warn });
    const saved = await profiles.load();
    const startId = Math.max(saved.startId + 1, this.#clock.now());
    const name = this.#options.name === undefined ? (saved.name ?? userName()) : checkPersonName(this.#options.name);
    let profile: Profile = { ...saved, name, startId };
    const saveProfile = async (change: Partial<Profile>): Promise<void> => {
      profile = { ...profile, ...change };
      await profiles.save(profile);
    };
    this.#state = initialState(
      { peerId: identity.peerId, name, ...(profile.status === undefined ? {} : { status: profile.status }) },
      { closedNetwork: this.#options.networkKeyFile !== undefined },
    );
    const running = this.#build(identity, secrets, profile, saveProfile);
    this.#running = running;
    const instanceId = toHex(this.#random.bytes(INSTANCE_ID_BYTES));
    await this.#open(running, secrets, instanceId, signal);
    await saveProfile({ port: running.links.port });
    this.#emit({ type: 'started' });
  }

  async #networkSecrets(): Promise<NetworkSecrets> {
    const file = this.#options.networkKeyFile;
    return file === undefined ? OPEN_NETWORK : deriveNetworkSecrets(await readNetworkKey(file));
  }

  #build(identity: Identity, secrets: NetworkSecrets, profile: Profile, saveProfile: Running['saveProfile']): Running {
    const { mdns, interfaces: wanted } = this.#options;
    const common = { clock: this.#clock, random: this.#random, log: this.#log };
    const signer = createSigner(identity.seed);
    const checker = new SignatureChecker();
    const listInterfaces = (): readonly LocalAddress[] => usableAddresses(systemInterfaces(), wanted);
    let local: readonly LocalAddress[] = listInterfaces();
    const links = new Libp2pLinks({
      ...common,
      identity,
      prologue: secrets.prologue,
      program: PROGRAM,
      port: {
        ...(this.#options.port === undefined ? {} : { given: this.#options.port }),
        ...(profile.port === undefined ? {} : { lastUsed: profile.port }),
        ...PORTS.link,
      },
      ...(wanted === undefined || wanted.length === 0
        ? {}
        : { acceptFrom: (host: string) => isOnLocalSubnet(host, local) }),
    });
    const router = new MessageRouter({ links, ...common });
    const shared = { ...common, links, router, signer, checker, network: secrets.networkId, emit: this.#emit };
    const presence: Presence = new Presence({
      ...shared,
      formatAddress: formatHostPort,
      parseAddress: parseHostPort,
      told: (peerId, addresses) => connector.told(peerId, addresses),
    });
    const rooms: Rooms = new Rooms({
      emit: this.#emit,
      knownName: (folded) => this.#state.rooms.get(folded)?.name,
      noteMembership: (room, kind) => chat.noteMembership(room, this.#linkedMembers(room), kind),
      changed: (joined) => {
        presence.change({ rooms: joined });
        this.#inBackground('the rooms could not be saved', saveProfile({ rooms: joined }));
      },
    });
    const connector: Connector = new Connector({
      ...common,
      links,
      ownPeerId: identity.peerId,
      isLocal: ({ host }) => isOnLocalSubnet(host, local),
      onHandFailure: (_, error) => this.#warn(error.code, error.message),
    });
    const people = new People({
      ...common,
      store: peopleStore(this.#dataDir, {
        clock: this.#clock,
        warn: (text) => this.#warn('data-dir', text),
      }),
      emit: this.#emit,
      addressesOf: (peerId) => connector.addressesOf(peerId),
    });
    const chat: Chat = new Chat({
      ...shared,
      ownPeerId: identity.peerId,
      inRoom: (room) => rooms.has(room),
      talked: (peerId) => people.pin(peerId),
    });
    const watcher = new InterfaceWatcher({
      clock: this.#clock,
      list: listInterfaces,
      onChange: (addresses) => {
        local = addresses;
        this.#interfacesChanged(links, addresses);
        connector.networkChanged();
      },
    });
    const discovery =
      mdns === false
        ? undefined
        : new LanDiscovery({
            ...common,
            beaconPort: PORTS.beacon,
            ...(wanted === undefined ? {} : { interfaces: wanted }),
          });
    const verdict = this.#clock.every(MULTICAST_VERDICT_MS, () => this.#judgeMulticast(links, discovery));
    return {
      profile,
      links,
      discovery,
      watcher,
      presence,
      chat,
      rooms,
      people,
      connector,
      router,
      saveProfile,
      cancelTimers: () => verdict.cancel(),
    };
  }

  async #open(
    running: Running,
    secrets: NetworkSecrets,
    instanceId: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { links, discovery, watcher, presence, rooms, people, connector, profile } = running;
    const remembered = await people.load();
    rooms.restore(profile.rooms);
    links.on((event) => this.#onLink(running, event));
    await links.start({ instanceId, ...(signal === undefined ? {} : { signal }) });
    presence.start(profile.startId, {
      name: this.#state.self.name,
      status: profile.status ?? '',
      rooms: rooms.joined,
    });
    watcher.start();
    this.#interfacesChanged(links, watcher.addresses);
    connector.start(instanceId);
    for (const address of this.#handPeers) connector.byHand(address);
    if (this.#options.mdns !== false)
      for (const { peerId, addresses } of remembered) connector.remembered(peerId, addresses);
    discovery?.on((event) => {
      if (event.type === 'hint') connector.hint(event.hint);
    });
    await discovery?.start({
      instanceId,
      port: links.port,
      ...(secrets.tag === undefined ? { peerId: this.#state.self.peerId } : { networkTag: secrets.tag }),
    });
  }

  #interfacesChanged(links: PeerLinks, addresses: readonly LocalAddress[]): void {
    const interfaces = addresses.map(({ name, address }) => ({ name, address }));
    links.setInterfaces(interfaces);
    this.#emit({ type: 'interfaces-changed', interfaces });
  }

  #onLink({ presence, chat, connector }: Running, event: LinkEvent): void {
    switch (event.type) {
      case 'up':
        connector.linkUp(event.link);
        presence.linkUp(event.link);
        chat.linkUp(event.link);
        return;
      case 'down':
        this.#log.info('a link ended', { peer: event.link.peerId, reason: event.reason });
        chat.linkDown(event.link);
        presence.linkDown(event.link, event.reason);
        connector.linkDown(event.link, event.reason);
        return;
      case 'identity-in-use':
        this.#warn(
          'identity-in-use',
          `A node at ${formatHostPort(event.remote)} uses the same identity key as this one: a copied data folder? Give one of them a new one with --data-dir.`,
        );
        return;
      case 'wrong-version':
        this.#warn(
          'wrong-version',
          `Somebody here runs another version of mmchat-p2p (protocol ${event.version}); the two can't talk until both are updated.`,
        );
        return;
    }
  }

  #judgeMulticast(links: PeerLinks, discovery: Discovery | undefined): void {
    if (discovery === undefined || links.links.size === 0 || discovery.report().mdnsHeard > 0) return;
    this.#warn(
      'multicast-blocked',
      'People are here, but no mDNS packet of theirs came: this network seems to drop multicast. Others may need --peer HOST:PORT to find you.',
    );
  }

  /** Each code and text once. */
  #warn(code: string, text: string): void {
    this.#log.warn(text, { code });
    if (this.#state.warnings.some((warning) => warning.code === code && warning.text === text)) return;
    this.#emit({ type: 'warning', warning: { code, text } });
  }

  #inBackground(what: string, work: Promise<void>): void {
    work.catch((error: unknown) => this.#warn('data-dir', `${what}: ${messageOf(error)}`));
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    // A start that failed half-way has told its caller; what it opened is closed here all the same.
    await this.#starting?.catch(() => undefined);
    const running = this.#running;
    if (running === undefined) return;
    running.cancelTimers();
    running.watcher.stop();
    running.connector.stop();
    running.chat.stop();
    running.presence.stop();
    await Promise.all([running.discovery?.stop(), running.links.stop(), running.people.save()]);
    this.#emit({ type: 'stopped' });
  }

  /** The parts, while they can be used. */
  get #live(): Running {
    if (this.#running === undefined || this.#stopping !== undefined)
      throw new MmchatError('stopped', 'The node is not running.');
    return this.#running;
  }

  status(): NodeStatus {
    const links = this.#running?.links;
    return {
      version: VERSION,
      peerId: this.#state.self.peerId,
      name: this.#state.self.name,
      addresses: links?.addresses ?? [],
      udpPort: 0,
      filePort: 0,
      dataDir: this.#dataDir,
      networkKey: this.#state.closedNetwork,
    };
  }

  readonly profile: MmchatNode['profile'] = {
    set: async (change) => {
      const { presence, saveProfile } = this.#live;
      const name = change.name === undefined ? this.#state.self.name : checkPersonName(change.name);
      const status = change.status === undefined ? (this.#state.self.status ?? '') : checkStatus(change.status);
      presence.change({ name, status });
      this.#emit({ type: 'self-changed', name, ...(status === '' ? {} : { status }) });
      await saveProfile({ name, status });
    },
  };

  readonly peers: MmchatNode['peers'] = {
    find: (nameOrId) => this.#person(nameOrId),
    connect: async (address) => {
      const target = requireHostPort(address);
      const { links, connector } = this.#live;
      await links.dial(target);
      connector.byHand(target);
    },
  };

  #person(nameOrId: string): Person {
    const person = findPerson(this.#state, nameOrId);
    if (person === undefined)
      throw new MmchatError('unknown-peer', `Nobody called ${cleanForeignName(nameOrId)} is known here.`);
    return person;
  }

  #linkedMembers(room: string): PeerId[] {
    const links = this.#live.links.links;
    return (this.#state.rooms.get(foldRoomName(room))?.members ?? []).filter((peerId) => links.has(peerId));
  }

  readonly chat: MmchatNode['chat'] = {
    send: async ({ text, to, room, replyTo }) => {
      const message = this.#send(text, to, room, replyTo);
      return Promise.resolve({ id: message.id, at: message.at });
    },
  };

  #send(text: string, to: string | undefined, room: string | undefined, replyTo: string | undefined) {
    const { chat, links, rooms } = this.#live;
    if (to !== undefined && room !== undefined)
      throw new MmchatError('bad-option', 'A message goes to a person or to a room, not to both.');
    if (to !== undefined) {
      const person = this.#person(to);
      if (!links.links.has(person.peerId)) throw offline(person);
      return chat.sendToPerson(person.peerId, text, replyTo);
    }
    if (room === undefined) return chat.sendToEveryone(text, replyTo);
    const known = this.#state.rooms.get(foldRoomName(room));
    if (known === undefined) throw new MmchatError('no-such-room', `There is no room called ${room}.`);
    if (!rooms.has(room)) throw new MmchatError('not-in-room', `You are not in ${known.name}; join it first.`);
    return chat.sendToRoom(known.name, this.#linkedMembers(room), text, replyTo);
  }

  readonly rooms: MmchatNode['rooms'] = {
    create: async (room) => Promise.resolve(this.#live.rooms.join(room)),
    join: async (room) => Promise.resolve(this.#live.rooms.join(room)),
    leave: async (room) => Promise.resolve(this.#live.rooms.leave(room)),
  };
}

function offline(person: Person): MmchatError {
  return new MmchatError(
    'offline',
    person.online
      ? `${person.name} is here, but this machine can't reach theirs directly.`
      : `${person.name} is away. Messages for people who are away come with a later version.`,
  );
}

/** The operating system's user as a name that is allowed. */
function userName(): string {
  try {
    return checkPersonName(cleanForeignName(userInfo().username));
  } catch {
    return 'nameless';
  }
}

void foldName;

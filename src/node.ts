// The map of the program: builds every part from the options, starts and stops them in order, and joins services to the
// state. With environment.ts, which makes what touches the machine, the only file that sees all rooms.

import { toHex } from './base/bytes.ts';
import { createSigner, SignatureChecker } from './base/ed25519.ts';
import type { Unsubscribe } from './base/emitter.ts';
import { MmchatError, messageOf } from './base/errors.ts';
import { formatHostPort, parseHostPort, requireHostPort, type HostAndPort } from './base/host-port.ts';
import { isOnLocalSubnet, type LocalAddress } from './base/ip-address.ts';
import { createLog, type Log } from './base/log.ts';
import type { MmchatNode, NodeStatus } from './contracts/node.ts';
import type { LinkEvent, PeerLinks } from './contracts/links.ts';
import type { Profile } from './contracts/stores.ts';
import { systemEnvironment, type NodeEnvironment, type NodeMemory } from './environment.ts';
import { InterfaceWatcher } from './net/interfaces.ts';
import { PORTS, type NodeOptions } from './options.ts';
import { Chat } from './services/chat.ts';
import { Connector } from './services/connector.ts';
import { MessageRouter } from './services/message-router.ts';
import { Messenger } from './services/messenger.ts';
import { MulticastCheck } from './services/multicast-check.ts';
import { People } from './services/people.ts';
import { Presence } from './services/presence.ts';
import { Rooms } from './services/rooms.ts';
import { RoundTrip } from './services/round-trip.ts';
import { Warnings } from './services/warnings.ts';
import { initialState } from './state/initial.ts';
import { checkPersonName, cleanForeignName, NAMELESS } from './state/names.ts';
import { StateHolder, type NodeEventListener } from './state/state-holder.ts';
import { checkStatus } from './state/status.ts';
import type { NodeState } from './state/values.ts';
import { resolveDataDir } from './store/data-dir.ts';
import type { NetworkSecrets } from './store/network-secrets.ts';
import { PROFILE_FORM } from './store/profile-file.ts';
import { VERSION } from './version.ts';

const PROGRAM = `mmchat-p2p/${VERSION}`;
const INSTANCE_ID_BYTES = 8;
const NO_BYTES = new Uint8Array(0);

/** The parts that exist from `start` on. */
type Parts = ReturnType<LanNode['buildParts']>;

export function buildNode(options: NodeOptions, environment: NodeEnvironment = systemEnvironment): MmchatNode {
  return new LanNode(options, environment);
}

function notYet(): Promise<never> {
  return Promise.reject(new MmchatError('internal', 'This comes with the next step.'));
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
  #starting: Promise<void> | undefined;
  #parts: Parts | undefined;
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
    const saveProfile = async (change: Partial<Profile>): Promise<void> => {
      this.#profile = { ...this.#profile, ...change };
      await profiles.save(this.#profile);
    };
    this.#parts = this.buildParts(memory, secrets, saveProfile);
    await this.#open(this.#parts, secrets, signal);
    await saveProfile({ port: this.#parts.links.port });
    this.#holder.emit({ type: 'started' });
  }

  /** Makes all parts and joins them; opens nothing. */
  // eslint-disable-next-line @typescript-eslint/explicit-function-return-type -- the list of parts is its own type
  buildParts(
    { identity, people: peopleStore }: NodeMemory,
    secrets: NetworkSecrets | undefined,
    saveProfile: (change: Partial<Profile>) => Promise<void>,
  ) {
    const { emit } = this.#holder;
    const wanted = this.#options.interfaces ?? [];
    const { clock, random, listAddresses, makeLinks, makeDiscovery } = this.#environment;
    const common = { clock, random, log: this.#log };
    const watcher = new InterfaceWatcher({
      clock,
      list: () => listAddresses(wanted),
      onChange: (addresses) => {
        this.#interfacesChanged(links, addresses);
        connector.networkChanged();
      },
    });
    const isLocal = (host: string): boolean => isOnLocalSubnet(host, watcher.addresses);
    const links = makeLinks({
      ...common,
      identity,
      prologue: secrets?.prologue ?? NO_BYTES,
      program: PROGRAM,
      port: { given: this.#options.port, lastUsed: this.#profile.port, ...PORTS.link },
      ...(wanted.length === 0 ? {} : { acceptFrom: isLocal }),
    });
    const router = new MessageRouter({ links, ...common });
    const connector = new Connector({
      ...common,
      links,
      ownPeerId: identity.peerId,
      isLocal: ({ host }) => isLocal(host),
      onHandFailure: (_, error) => this.#warnings.say(error.code, error.message),
    });
    const people = new People({
      ...common,
      store: peopleStore,
      emit,
      addressesOf: (peerId) => connector.addressesOf(peerId),
    });
    const speaking = {
      ...common,
      links,
      router,
      emit,
      signer: createSigner(identity.seed),
      checker: new SignatureChecker(),
      network: secrets?.networkId ?? NO_BYTES,
    };
    const presence = new Presence({
      ...speaking,
      formatAddress: formatHostPort,
      parseAddress: parseHostPort,
      told: (peerId, addresses) => connector.told(peerId, addresses),
    });
    const chat = new Chat({
      ...speaking,
      ownPeerId: identity.peerId,
      inRoom: (room) => rooms.has(room),
      talked: (peerId) => people.pin(peerId),
    });
    const rooms: Rooms = new Rooms({
      emit,
      knownName: (folded) => this.state.rooms.get(folded)?.name,
      opened: (room) => chat.openRoom(room),
      noteMembership: (room, kind) => chat.noteMembership(room, messenger.linkedMembers(room), kind),
      changed: (joined) => {
        presence.change({ rooms: joined });
        saveProfile({ rooms: joined }).catch((error: unknown) => this.#warnings.say('data-dir', messageOf(error)));
      },
    });
    const roundTrip = new RoundTrip({ ...common, links, router, emit });
    const messenger = new Messenger({ state: () => this.state, links, chat, rooms });
    const discovery =
      this.#options.mdns === false
        ? undefined
        : makeDiscovery({ ...common, beaconPort: PORTS.beacon, interfaces: wanted });
    const multicast =
      discovery &&
      new MulticastCheck({
        clock,
        report: () => discovery.report(),
        linkCount: () => links.links.size,
        onBlocked: () => this.#warnings.multicastBlocked(),
      });
    const services = { connector, people, presence, chat, rooms, roundTrip, messenger };
    return { watcher, links, discovery, multicast, ...services, saveProfile };
  }

  async #open(parts: Parts, secrets: NetworkSecrets | undefined, signal: AbortSignal | undefined): Promise<void> {
    const { watcher, links, connector, people, presence, rooms, roundTrip, discovery, multicast } = parts;
    const instanceId = toHex(this.#environment.random.bytes(INSTANCE_ID_BYTES));
    const remembered = await people.load();
    rooms.restore(this.#profile.rooms);
    links.on((event) => this.#onLink(parts, event));
    this.#holder.on((event, state) => {
      if (event.type !== 'person-seen') return;
      if (event.linked) people.seen(event);
      this.#warnings.judgeName(state, event.peerId);
    });
    watcher.start();
    await links.start({ instanceId, ...(signal === undefined ? {} : { signal }) });
    this.#interfacesChanged(links, watcher.addresses);
    const { startId, status = '' } = this.#profile;
    presence.start(startId, { name: this.state.self.name, status, rooms: rooms.joined });
    roundTrip.start();
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
    this.#holder.emit({ type: 'interfaces-changed', interfaces });
  }

  #onLink({ presence, chat, connector, roundTrip }: Parts, event: LinkEvent): void {
    switch (event.type) {
      case 'up':
        connector.linkUp(event.link);
        presence.linkUp(event.link);
        chat.linkUp(event.link);
        roundTrip.measure(event.link);
        return;
      case 'down':
        this.#log.info('a link ended', { peer: event.link.peerId, reason: event.reason });
        chat.linkDown(event.link);
        presence.linkDown(event.link, event.reason);
        connector.linkDown(event.link, event.reason);
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
    const { watcher, links, connector, people, presence, chat, roundTrip, discovery, multicast } = this.#parts;
    watcher.stop();
    multicast?.stop();
    connector.stop();
    chat.stop();
    roundTrip.stop();
    presence.stop();
    await Promise.all([discovery?.stop(), links.stop(), people.save()]);
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
      udpPort: 0,
      filePort: 0,
      dataDir: this.#dataDir,
      networkKey: this.state.closedNetwork,
    };
  }

  readonly profile: MmchatNode['profile'] = {
    set: async (change) => {
      const { presence, saveProfile } = this.#live;
      const { self } = this.state;
      const name = change.name === undefined ? self.name : checkPersonName(change.name);
      const status = change.status === undefined ? (self.status ?? '') : checkStatus(change.status);
      presence.change({ name, status });
      this.#holder.emit({ type: 'self-changed', name, ...(status === '' ? {} : { status }) });
      await saveProfile({ name, status });
    },
  };

  readonly peers: MmchatNode['peers'] = {
    find: (nameOrId) => this.#live.messenger.find(nameOrId),
    connect: async (address) => {
      const target = requireHostPort(address);
      const { links, connector } = this.#live;
      await links.dial(target);
      connector.byHand(target);
    },
    verify: () => notYet(),
    trust: () => notYet(),
    block: () => notYet(),
    unblock: () => notYet(),
  };

  // Promises, because with a history on disk they will have to wait for it.
  readonly chat: MmchatNode['chat'] = {
    send: async (message) => {
      const { id, at } = this.#live.messenger.send(message);
      return Promise.resolve({ id, at });
    },
    edit: () => notYet(),
    delete: () => notYet(),
    react: () => notYet(),
    history: () => notYet(),
    since: () => notYet(),
    search: () => notYet(),
    message: () => notYet(),
    export: () => notYet(),
  };

  readonly rooms: MmchatNode['rooms'] = {
    create: async (room) => {
      this.#live.rooms.join(room);
      return Promise.resolve();
    },
    join: async (room) => {
      this.#live.rooms.join(room);
      return Promise.resolve();
    },
    leave: async (room) => {
      this.#live.rooms.leave(room);
      return Promise.resolve();
    },
    rekey: () => notYet(),
    suggestPassword: () => notYet(),
    judgePassword: () => notYet(),
  };

  /** The operating system's user as a name that is allowed. */
  #userName(): string {
    try {
      return cleanForeignName(this.#environment.userName());
    } catch {
      return NAMELESS;
    }
  }
}

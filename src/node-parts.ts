// The map of the program: makes every part from the options and joins them; opens nothing. With environment.ts, which
// makes what touches the machine, the only file that sees all rooms.

import { createSigner, SignatureChecker } from './base/ed25519.ts';
import { messageOf } from './base/errors.ts';
import { formatHostPort, parseHostPort } from './base/host-port.ts';
import { isOnLocalSubnet, type LocalAddress } from './base/ip-address.ts';
import type { Log } from './base/log.ts';
import type { History } from './contracts/history.ts';
import type { PeerLink, PeerLinks } from './contracts/links.ts';
import type { Profile, TransferRecord } from './contracts/stores.ts';
import type { NodeEnvironment, NodeMemory } from './environment.ts';
import { InterfaceWatcher } from './net/interfaces.ts';
import { PORTS, type NodeOptions } from './options.ts';
import { Archive, destinationOfPlace } from './services/archive.ts';
import { Calls } from './services/calls/calls.ts';
import { ownPicture } from './services/calls/own-picture.ts';
import { ownSound } from './services/calls/own-sound.ts';
import { Blocking } from './services/blocking.ts';
import { Chat } from './services/chat.ts';
import { Connector } from './services/connector.ts';
import { Conversations, type Conversation } from './services/conversations.ts';
import { GuestWords } from './services/guest-words.ts';
import { Guests } from './services/guests.ts';
import { FingerprintWords } from './services/fingerprint-words.ts';
import { KeyChanges } from './services/key-changes.ts';
import { Journal } from './services/journal.ts';
import { MessageRouter } from './services/message-router.ts';
import type { ViewContext } from './services/message-view.ts';
import { Messenger } from './services/messenger.ts';
import { MulticastCheck } from './services/multicast-check.ts';
import { NewNames } from './services/new-names.ts';
import { OwnLog } from './services/own-log.ts';
import { People } from './services/people.ts';
import { Presence } from './services/presence.ts';
import { Receipts } from './services/receipts.ts';
import { Retention } from './services/retention.ts';
import { RoomMembers } from './services/room-members.ts';
import { RoomProofs } from './services/room-proofs.ts';
import { Rooms } from './services/rooms.ts';
import { RoundTrip } from './services/round-trip.ts';
import { Shared } from './services/shared.ts';
import { Sync } from './services/sync/sync.ts';
import { SyncSource } from './services/sync-source.ts';
import { announcedTransfer } from './services/transfers/announced-transfer.ts';
import { Transfers } from './services/transfers/transfers.ts';
import { VoiceNotes } from './services/voice-notes.ts';
import type { Warnings } from './services/warnings.ts';
import type { NodeEvent } from './state/events.ts';
import { guestPartsOf } from './state/guest-ids.ts';
import { nameOf } from './state/selectors.ts';
import type { NodeState } from './state/values.ts';
import type { NetworkSecrets } from './store/network-secrets.ts';
import { VERSION } from './version.ts';

const PROGRAM = `mmchat-p2p/${VERSION}`;
const NO_BYTES = new Uint8Array(0);

export interface PartsFrom {
  readonly options: NodeOptions;
  readonly environment: NodeEnvironment;
  readonly memory: NodeMemory;
  readonly history: History;
  readonly secrets: NetworkSecrets | undefined;
  readonly profile: () => Profile;
  readonly saveProfile: (change: Partial<Profile>) => Promise<void>;
  readonly state: () => NodeState;
  readonly emit: (event: NodeEvent) => void;
  /** Where received files go, absolute. */
  readonly downloads: string;
  /** Where one's own voice notes are kept, absolute. */
  readonly voiceFolder: string;
  /** Whether an offered file may be saved without asking. */
  readonly autoAccept: (offer: TransferRecord) => boolean;
  readonly log: Log;
  readonly warnings: Warnings;
  readonly interfacesChanged: (links: PeerLinks, addresses: readonly LocalAddress[]) => void;
}

export type Parts = ReturnType<typeof buildParts>;

// eslint-disable-next-line @typescript-eslint/explicit-function-return-type -- the list of parts is its own type
export function buildParts(from: PartsFrom) {
  const { options, environment, memory, history, secrets, state, emit, log, warnings } = from;
  const { clock, random, listAddresses, makeLinks, makeDiscovery } = environment;
  const { identity } = memory;
  const ownPeerId = identity.peerId;
  const network = secrets?.networkId ?? NO_BYTES;
  const wanted = options.interfaces ?? [];
  const common = { clock, random, log };
  const signer = createSigner(identity.seed);
  const checker = new SignatureChecker();

  // Who is where.
  const watcher = new InterfaceWatcher({
    clock,
    list: () => listAddresses(wanted),
    onChange: (addresses) => {
      from.interfacesChanged(links, addresses);
      connector.networkChanged();
    },
  });
  const isLocal = (host: string): boolean => isOnLocalSubnet(host, watcher.addresses);
  const links = makeLinks({
    ...common,
    identity,
    prologue: secrets?.prologue ?? NO_BYTES,
    program: PROGRAM,
    port: { given: options.port, lastUsed: from.profile().port, ...PORTS.link },
    ...(wanted.length === 0 ? {} : { acceptFrom: isLocal }),
  });
  const router = new MessageRouter({ links, ...common });
  const connector: Connector = new Connector({
    ...common,
    links,
    ownPeerId,
    isLocal: ({ host }) => isLocal(host),
    isBlocked: (peerId) => people.isBlocked(peerId),
    onHandFailure: (_, error) => warnings.say(error.code, error.message),
  });
  const people: People = new People({
    ...common,
    store: memory.people,
    emit,
    addressesOf: (peerId) => connector.addressesOf(peerId),
    personOf: (peerId) => state().people.get(peerId),
  });
  const isBlocked = (peerId: string): boolean => people.isBlocked(peerId);
  const isKnown = (peerId: string): boolean => peerId === ownPeerId || people.isKnown(peerId);
  const speaking = { ...common, links, router, emit, signer, checker, network };
  const presence = new Presence({
    ...speaking,
    formatAddress: formatHostPort,
    parseAddress: parseHostPort,
    told: (peerId, addresses) => connector.told(peerId, addresses),
  });

  // What is said.
  const conversations = new Conversations(signer.publicKey, () => clock.now());
  const ownLog = new OwnLog({ signer, clock, network });
  const proofs = new RoomProofs({
    router,
    ownKey: signer.publicKey,
    secret: identity.seed,
    changed: (link) => {
      receipts.sharesMore(link);
      sync.nudge(link);
      transfers.sharesMore(link);
    },
  });
  const shared = new Shared({ ownPeerId, ownKey: signer.publicKey, links, state, conversations, proofs, isBlocked });
  const shares = (link: PeerLink, conversation: Conversation): boolean => shared.with(link, conversation);
  const hears = (link: PeerLink, author: string): boolean => presence.sees(link, author);
  const reachable = (conversation: Conversation): readonly string[] => shared.reachable(conversation);
  const view: ViewContext = {
    ownPeerId,
    isBlocked,
    destinationOf: (place) => destinationOfPlace(place, (folded) => state().rooms.get(folded)?.name),
  };
  const members = new RoomMembers({ history, ownPeerId, emit });
  const newNames = new NewNames({ state, emit });
  const receipts = new Receipts({
    ...common,
    links,
    router,
    history,
    conversations,
    ownKey: signer.publicKey,
    ownPeerId,
    emit,
    shares,
  });
  const journal = new Journal({
    ...common,
    history,
    conversations,
    ownLog,
    ownPeerId,
    checker,
    network,
    emit,
    countDrop: (reason) => router.countDrop(reason),
    view,
    standingOf: (peerId) => (isKnown(peerId) ? 'known' : 'stranger'),
    shares,
    kept: (entry, isNew) => {
      if (!entry.own) receipts.owe(entry.conversation, entry.log, entry.record.sequence);
      if (!isNew) return;
      members.note(entry);
      newNames.note(entry);
      transfers.note(entry);
      void rooms.keyArrived(entry);
    },
    ownLogContested: () => void ownLogRenewed(),
    warn: (code, sentence) => warnings.say(code, sentence),
  });
  const ownLogRenewed = async (): Promise<void> => ownLog.open(await history.renewOwnLog(), []);
  const chat = new Chat({
    ...common,
    links,
    router,
    journal,
    receipts,
    ownPeerId,
    ownName: () => state().self.name,
    isKnown,
    isBlocked,
    shares,
    reachable,
    hears,
    heardFrom: (peerId) => void people.pin(peerId),
    wroteTo: async (peerId) => {
      if (people.pin(peerId)) await people.save();
    },
    message: (id) => archive.message(id),
  });
  const sync = new Sync({
    ...common,
    links,
    self: ownPeerId,
    journal: new SyncSource({ clock, history, conversations, journal, shared, isKnown }),
    countDrop: (reason) => router.countDrop(reason),
    options: {
      ...(options.historyMessages === undefined ? {} : { historyMessages: options.historyMessages }),
      ...(options.historyDays === undefined ? {} : { historyDays: options.historyDays }),
    },
  });
  const archive = new Archive({
    history,
    conversations,
    view,
    state,
    emit,
    caughtUp: () => journal.caughtUp(),
    fetchOlder: ({ hexId }, count) => sync.fetchOlder(hexId, count),
  });
  const rooms: Rooms = new Rooms({
    ...common,
    history,
    conversations,
    members,
    chat: () => chat,
    emit,
    knownName: (folded) => state().rooms.get(folded)?.name,
    reachable,
    whoKnows: (roomKey) => proofs.whoKnows(roomKey),
    closedChanged: ({ hexId, roomKey, ended }) => {
      if (ended || roomKey === undefined) proofs.close(hexId);
      else proofs.open(hexId, roomKey);
    },
    openChanged: (open) => {
      presence.change({ rooms: open });
      return from.saveProfile({ rooms: open }).catch((error: unknown) => warnings.say('data-dir', messageOf(error)));
    },
    entered: (conversation) => {
      sync.nudge();
      void Promise.all([members.load(conversation), archive.loadPlace(conversation.key)]).catch((error: unknown) =>
        log.warn('a room could not be read back', { error: String(error) }),
      );
    },
  });
  const engine = environment.makeBulk({
    ...common,
    port: { ...(options.filePort === undefined ? {} : { given: options.filePort }), ...PORTS.bulk },
  });
  const transfers: Transfers = new Transfers({
    ...common,
    links,
    engine,
    store: memory.transfers,
    chat,
    conversations,
    ownPeerId,
    ownName: () => state().self.name,
    downloads: from.downloads,
    autoAccept: from.autoAccept,
    emit,
    isKnown: (peerId) => people.isKnown(peerId),
    isBlocked,
    shares,
    reachable,
    countDrop: (reason) => router.countDrop(reason),
    freeSpace: environment.freeSpace,
    announced: (id) => announcedTransfer(history, conversations, ownPeerId, id),
  });
  const sound = {
    devices: environment.makeAudioDevices(clock),
    inputName: () => options.audioInput ?? 'default',
    outputName: () => options.audioOutput ?? 'default',
  };
  const voiceNotes = new VoiceNotes({ clock, files: environment.soundFiles, folder: from.voiceFolder, ...sound });
  const media = environment.makeMedia({
    ...common,
    links,
    port: { ...(options.udpPort === undefined ? {} : { given: options.udpPort }), wanted: () => links.port },
  });
  const videoCodecs = environment.makeVideoCodecs();
  const calls = new Calls({
    ...common,
    links,
    router,
    ownPeerId,
    conversations,
    media,
    codecs: environment.makeAudioCodecs(),
    sound: ownSound({ ...sound, warn: (sentence) => warnings.say('device-unavailable', sentence) }),
    picture: ownPicture({
      devices: environment.makeVideoDevices(clock, videoCodecs),
      codecs: videoCodecs,
      inputName: () => options.videoInput ?? 'default',
      outputName: () => options.videoOutput ?? 'none',
    }),
    soundOptions: {
      echoCancellation: options.echoCancellation === true,
      noiseSuppression: options.noiseSuppression === true,
    },
    shares,
    personOf: (peerId) => state().people.get(peerId),
    people: () => state().people.values(),
    isBlocked,
    answers: (from) => options.autoAnswer === true || people.isAnswered(from),
    // Guests have no key that could own a name.
    talkedTo: (peerId) => {
      if (guestPartsOf(peerId) === undefined) people.pin(peerId);
    },
    nameOf: (peerId) => nameOf(state(), peerId),
    emit,
    warner: () => warnings.forOneTime(),
  });
  const guests = new Guests({ ...common, links, router, ownPeerId, state, emit });
  const guestWords = new GuestWords({
    ...common,
    guests,
    links,
    router,
    ownPeerId,
    state,
    emit,
    warn: (code, sentence) => warnings.say(code, sentence),
    isBlocked,
    isKnown,
    message: (id) => archive.message(id),
  });
  const messenger = new Messenger({ state, chat, conversations, rooms, guests, guestWords });
  const blocking = new Blocking({ people, links, router, unblocked: (peerId) => connector.unblocked(peerId) });
  const keyChanges = new KeyChanges({ clock, warnings, state });
  const retention = new Retention({ ...common, history, keepDays: options.keepDays ?? 0 });
  const roundTrip = new RoundTrip({ ...common, links, router, emit });

  const discovery =
    options.mdns === false || options.network === false
      ? undefined
      : makeDiscovery({ ...common, beaconPort: PORTS.beacon, interfaces: wanted });
  const multicast =
    discovery &&
    new MulticastCheck({
      clock,
      report: () => discovery.report(),
      linkCount: () => links.links.size,
      onBlocked: () => warnings.multicastBlocked(),
    });
  const finding = { watcher, links, connector, people, presence, roundTrip, discovery, multicast };
  const talking = {
    history,
    conversations,
    ownLog,
    journal,
    receipts,
    chat,
    sync,
    archive,
    rooms,
    guests,
    guestWords,
    members,
    proofs,
    engine,
    transfers,
    voiceNotes,
    media,
    calls,
    videoCodecs,
  };
  const words = new FingerprintWords(signer.publicKey);
  const caring = { blocking, keyChanges, retention, words, warnings, random, clock };
  return { ...finding, ...talking, ...caring, messenger };
}

// What a node takes from outside of itself: time, chance, memory, and the network. `systemEnvironment` is the real one;
// scenarios hand in a virtual one, and everything else of the program stays the same.

import { rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { systemClock, type Clock } from './base/clock.ts';
import type { LocalAddress } from './base/ip-address.ts';
import { systemRandom, type Random } from './base/random.ts';
import type { Log } from './base/log.ts';
import type { Discovery } from './contracts/discovery.ts';
import type { History } from './contracts/history.ts';
import type { PeerLinks } from './contracts/links.ts';
import type { AudioDevices, SoundFiles } from './contracts/audio.ts';
import type { BulkEngine } from './contracts/bulk.ts';
import type { AudioCodecs } from './contracts/codecs.ts';
import type { MediaTransport } from './contracts/media.ts';
import type { VideoCodecs, VideoDevices } from './contracts/video.ts';
import type { GuestFiles } from './contracts/guest-files.ts';
import type { Identity, PeopleStore, ProfileStore, TransferStore } from './contracts/stores.ts';
import { localAudioCodecs } from './codecs/local-audio-codecs.ts';
import { localVideoCodecs } from './codecs/local-video-codecs.ts';
import { LocalAudioDevices } from './devices/local-audio-devices.ts';
import { DiskSoundFiles } from './devices/sound-files.ts';
import { LocalVideoDevices } from './devices/video/local-video-devices.ts';
import { LanDiscovery, type LanDiscoveryParts } from './net/discovery.ts';
import { WorkerBulkEngine } from './net/bulk/worker-bulk-engine.ts';
import { systemInterfaces, usableAddresses } from './net/interfaces.ts';
import { Libp2pLinks, type LinksOptions } from './net/libp2p-links.ts';
import { UdpMediaTransport, type MediaTransportOptions } from './net/media/udp-media-transport.ts';
import { openDataDir, resolveAddOnsDir } from './store/data-dir.ts';
import { loadOrCreateIdentity } from './store/identity-file.ts';
import { DiskGuestFiles } from './store/guest-files.ts';
import type { ClassicServerOptions } from './super-peer/classic/classic-server.ts';
import type { ClassicPart } from './super-peer/super-peer.ts';
import { MemoryHistory } from './store/history/memory-history.ts';
import { machineName } from './store/history/machine-name.ts';
import { HISTORY_FILE, SqliteHistory } from './store/history/sqlite-history.ts';
import { JsonValueStore } from './store/json-value-store.ts';
import { readNetworkKey } from './store/network-key-file.ts';
import { deriveNetworkSecrets, type NetworkSecrets } from './store/network-secrets.ts';
import { PEOPLE_FILE, PEOPLE_FORM } from './store/people-file.ts';
import { PROFILE_FILE, PROFILE_FORM } from './store/profile-file.ts';
import { freeSpace } from './store/transfers/free-space.ts';
import { TRANSFERS_FILE, TRANSFERS_FORM } from './store/transfers-file.ts';

/** What outlives a run. */
export interface NodeMemory {
  readonly identity: Identity;
  readonly profiles: ProfileStore;
  readonly people: PeopleStore;
  readonly transfers: TransferStore;
}

export interface HistoryOptions {
  readonly dataDir: string;
  /** Id of a closed network in hex; empty in an open one. */
  readonly network: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

export interface BulkOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly port: { readonly given?: number; readonly first: number; readonly last: number };
}

export interface NodeEnvironment {
  readonly clock: Clock;
  readonly random: Random;
  /** What somebody is called who gave no name. */
  readonly userName: () => string;
  /** @throws MmchatError `data-dir`, `corrupt-identity` */
  readonly openMemory: (dataDir: string, warn: (sentence: string) => void) => Promise<NodeMemory>;
  /** @throws MmchatError `bad-network-key` */
  readonly readNetworkSecrets: (file: string) => Promise<NetworkSecrets>;
  /** This machine's addresses now; `wanted` are those that the user chose by name or address. */
  readonly listAddresses: (wanted: readonly string[]) => readonly LocalAddress[];
  /** What was said, on disk. `network` tells histories of closed networks apart. */
  readonly makeHistory: (options: HistoryOptions) => History;
  /** For when there is no database. */
  readonly makeMemoryHistory: (options: HistoryOptions) => History;
  readonly makeLinks: (options: LinksOptions) => PeerLinks;
  readonly makeDiscovery: (parts: LanDiscoveryParts) => Discovery;
  readonly makeBulk: (options: BulkOptions) => BulkEngine;
  /** Before the links start: it takes their stream for media. */
  readonly makeMedia: (options: MediaTransportOptions) => MediaTransport;
  readonly makeAudioDevices: (clock: Clock) => AudioDevices;
  readonly makeAudioCodecs: () => AudioCodecs;
  readonly makeVideoDevices: (clock: Clock, codecs: VideoCodecs) => VideoDevices;
  readonly makeVideoCodecs: () => VideoCodecs;
  readonly soundFiles: SoundFiles;
  /** Where a super-peer keeps what is on its way to or from its guests. */
  readonly makeGuestFiles: (folder: string, random: Random) => GuestFiles;
  readonly removeFile: (path: string) => Promise<void>;
  /** @default the real one */
  readonly makeClassic?: (options: ClassicServerOptions) => ClassicPart;
  /** Of the disk with this folder, or where it will be. */
  readonly freeSpace: (folder: string) => Promise<{ freeBytes: number; totalBytes: number } | undefined>;
}

/** Disk, sockets, and the clock on the wall. */
export const systemEnvironment: NodeEnvironment = {
  clock: systemClock,
  random: systemRandom,
  userName: () => userInfo().username,
  async openMemory(dataDir, warn) {
    await openDataDir(dataDir);
    const { identity, warnings } = await loadOrCreateIdentity(dataDir, systemRandom);
    for (const sentence of warnings) warn(sentence);
    const common = { clock: systemClock, warn };
    return {
      identity,
      profiles: new JsonValueStore({ ...common, path: join(dataDir, PROFILE_FILE), form: PROFILE_FORM }),
      people: new JsonValueStore({ ...common, path: join(dataDir, PEOPLE_FILE), form: PEOPLE_FORM }),
      transfers: new JsonValueStore({ ...common, path: join(dataDir, TRANSFERS_FILE), form: TRANSFERS_FORM }),
    };
  },
  readNetworkSecrets: async (file) => deriveNetworkSecrets(await readNetworkKey(file)),
  listAddresses: (wanted) => usableAddresses(systemInterfaces(), wanted),
  makeHistory: ({ dataDir, network, random, clock }) =>
    new SqliteHistory({
      random,
      clock,
      machine: machineName(),
      path: join(dataDir, network === '' ? HISTORY_FILE : `history-${network}.db`),
    }),
  makeMemoryHistory: ({ random, clock }) => new MemoryHistory({ random, clock, machine: '' }),
  makeLinks: (options) => new Libp2pLinks(options),
  makeDiscovery: (parts) => new LanDiscovery(parts),
  makeBulk: ({ clock, log, port }) => new WorkerBulkEngine({ clock, log, port }),
  makeMedia: (options) => new UdpMediaTransport(options),
  makeAudioCodecs: localAudioCodecs,
  makeAudioDevices: (clock) => new LocalAudioDevices({ clock, env: process.env }),
  makeVideoCodecs: () => localVideoCodecs({ addOnsFolder: resolveAddOnsDir() }),
  makeVideoDevices: (clock, codecs) => new LocalVideoDevices({ clock, codecs, addOnsFolder: resolveAddOnsDir() }),
  soundFiles: new DiskSoundFiles(),
  makeGuestFiles: (folder, random) => new DiskGuestFiles(folder, random),
  removeFile: (path) => rm(path, { force: true }),
  freeSpace,
};

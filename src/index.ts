// The front door: what a program that uses mmchat-p2p may see. Nothing else is public.

import './base/platform.ts';
import type { AudioDeviceList } from './contracts/audio.ts';
import type { VideoDeviceList, VideoDevices } from './contracts/video.ts';
import type { SoundCheckEvent, SoundCheckResult } from './devices/sound-check.ts';
import type { SetupResult, SetupWishes } from './devices/setup/set-up-add-on.ts';
import { systemClock } from './base/clock.ts';
import type { NodeOptions } from './options.ts';
import type { MmchatNode } from './contracts/node.ts';
import type { RunningSuperPeer } from './run-super-peer.ts';
import { resolveAddOnsDir } from './store/data-dir.ts';

export { MmchatError, messageOf, type ErrorCode } from './base/errors.ts';
export { cleanLine, cleanText } from './base/clean-text.ts';
export { LOG_LEVELS, formatLogRecord, type LogLevel, type LogRecord } from './base/log.ts';
export { defaultConfigDir, openDataDir, resolveDataDir } from './store/data-dir.ts';
export { generateNetworkKey } from './store/network-key-file.ts';
export type { AudioDevice, AudioDeviceList, ListedAudioDevice, MissingDevice } from './contracts/audio.ts';
export type { AddOnName } from './base/add-ons.ts';
export type { SetupEvent, SetupPlan, SetupResult } from './devices/setup/set-up-add-on.ts';
export type { VideoDevice, VideoDeviceList } from './contracts/video.ts';
export type { SoundCheckEvent, SoundCheckResult } from './devices/sound-check.ts';
export type {
  HistoryPage,
  HistoryQuery,
  MmchatNode,
  NodeStatus,
  OutgoingMessage,
  PasswordVerdict,
  PlaceQuery,
  SentFile,
  SuperPeerFacts,
} from './contracts/node.ts';
export type { SkippedItem } from './contracts/transfer-files.ts';
export { NODE_OPTION_SPECS, PORTS, type NodeOptions, type OptionSpec } from './options.ts';
export { parseConfigValue, parseOptionValue } from './option-values.ts';
export { tiles } from './media/video/grid.ts';
export { HalfBlocks, type HalfBlocksOptions, type Pane, type TerminalColours } from './media/video/half-blocks.ts';
export { scaled } from './media/video/scale.ts';
export type { VideoFrame } from './media/video/video-frame.ts';
export { emojiOf, shortcodesStarting, type Shortcode } from './services/emoji.ts';
export type { RunningSuperPeer } from './run-super-peer.ts';
export { VERSION } from './version.ts';
export { messageRow, shownNameOf, type MessageRow, type PersonLabel, type ReactionRow } from './state/message-row.ts';
export { createTranscript, type TranscriptOptions } from './state/transcript.ts';
export type * from './state/values.ts';
export type { NodeEvent } from './state/events.ts';

/**
 * Makes a node from options; nothing is opened before `start()`.
 *
 * @throws MmchatError `bad-option` when an option can't be used
 */
export async function createNode(options: NodeOptions = {}): Promise<MmchatNode> {
  const { buildNode } = await import('./node.ts');
  return buildNode(options);
}

/**
 * Starts a super-peer: the classic server, whose clients become guests of the peers' network. Options are those of a
 * node; with `mesh: false` there is no node, and the clients are among themselves.
 *
 * @throws MmchatError `port-in-use`, `bad-option`, and what starting a node throws
 */
export async function startSuperPeer(
  options: NodeOptions & { readonly mesh?: boolean } = {},
  { signal }: { signal?: AbortSignal } = {},
): Promise<RunningSuperPeer> {
  const { mesh, ...rest } = options;
  const { runSuperPeer } = await import('./run-super-peer.ts');
  return runSuperPeer(rest, { mesh: mesh !== false, ...(signal === undefined ? {} : { signal }) });
}

export interface DeviceOptions {
  /** @default process.env: where programs and sound servers are found */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
}

/** What there is to hear and to be heard with, and how to get what is missing. */
export async function listDevices({ env = process.env, signal }: DeviceOptions = {}): Promise<AudioDeviceList> {
  const { LocalAudioDevices } = await import('./devices/local-audio-devices.ts');
  return new LocalAudioDevices({ clock: systemClock, env }).list(signal === undefined ? {} : { signal });
}

/** Cameras, screens and windows that can be shown in calls, and how to get what is missing. */
export async function listVideoDevices({ env = process.env, signal }: DeviceOptions = {}): Promise<VideoDeviceList> {
  const { LocalVideoDevices } = await import('./devices/video/local-video-devices.ts');
  const { localVideoCodecs } = await import('./codecs/local-video-codecs.ts');
  const addOnsFolder = resolveAddOnsDir({ environment: env });
  const common = { clock: systemClock, addOnsFolder };
  const devices: VideoDevices = new LocalVideoDevices({ ...common, env, codecs: localVideoCodecs(common) });
  return devices.list(signal === undefined ? {} : { signal });
}

export interface SoundCheckWishes extends DeviceOptions {
  /** @default 'default' */
  readonly audioIn?: string;
  /** @default 'default' */
  readonly audioOut?: string;
  readonly onEvent: (event: SoundCheckEvent) => void;
}

/** Plays a tone and listens, for five seconds. Never rejects because a device is missing: an event says it. */
export async function checkSound(wishes: SoundCheckWishes): Promise<SoundCheckResult> {
  const { env = process.env, audioIn = 'default', audioOut = 'default', onEvent, signal } = wishes;
  const clock = systemClock;
  const { LocalAudioDevices } = await import('./devices/local-audio-devices.ts');
  const { checkSound: check } = await import('./devices/sound-check.ts');
  const devices = new LocalAudioDevices({ clock, env });
  const names = { inputName: audioIn, outputName: audioOut };
  return check({ clock, devices, ...names, onEvent, ...(signal === undefined ? {} : { signal }) });
}

export type AddOnWishes = Omit<SetupWishes, 'clock' | 'env' | 'addOnsFolder'> & DeviceOptions;

/**
 * Sets up node-av (`video`) or OpenCV (`opencv`) in a folder of its own, after `confirm` said yes to a plan. What was done
 * before is not done again.
 *
 * @throws MmchatError `missing-tools`, `setup-failed`, `stopped`, `busy`, `data-dir`
 */
export async function setUpAddOn({ env = process.env, ...wishes }: AddOnWishes): Promise<SetupResult> {
  const { setUpAddOn: setUp } = await import('./devices/setup/set-up-add-on.ts');
  return setUp({ ...wishes, env, clock: systemClock, addOnsFolder: resolveAddOnsDir({ environment: env }) });
}

// The front door: what a program that uses mmchat-p2p may see. Nothing else is public.

import './base/platform.ts';
import type { AudioDeviceList } from './contracts/audio.ts';
import type { SoundCheckEvent, SoundCheckResult } from './devices/sound-check.ts';
import { systemClock } from './base/clock.ts';
import type { NodeOptions } from './options.ts';
import type { MmchatNode } from './contracts/node.ts';
import type { SuperPeer, SuperPeerOptions } from './super-peer/super-peer.ts';

export { MmchatError, messageOf, type ErrorCode } from './base/errors.ts';
export { cleanLine, cleanText } from './base/clean-text.ts';
export { LOG_LEVELS, formatLogRecord, type LogLevel, type LogRecord } from './base/log.ts';
export { defaultConfigDir, openDataDir, resolveDataDir } from './store/data-dir.ts';
export { generateNetworkKey } from './store/network-key-file.ts';
export type { AudioDevice, AudioDeviceList, ListedAudioDevice, MissingDevice } from './contracts/audio.ts';
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
} from './contracts/node.ts';
export type { SkippedItem } from './contracts/transfer-files.ts';
export {
  NODE_OPTION_SPECS,
  PORTS,
  RESERVED_OPTION_SPECS,
  parseConfigValue,
  parseOptionValue,
  type NodeOptions,
  type OptionSpec,
  type ReservedOptionSpec,
} from './options.ts';
export { emojiOf, shortcodesStarting, type Shortcode } from './services/emoji.ts';
export type { SuperPeer, SuperPeerOptions, SuperPeerStatus } from './super-peer/super-peer.ts';
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
 * Starts a super-peer: the classic server, for clients that know only that.
 *
 * @throws MmchatError `port-in-use`, `bad-option`
 */
export async function startSuperPeer(
  options: SuperPeerOptions = {},
  { signal }: { signal?: AbortSignal } = {},
): Promise<SuperPeer> {
  const { runSuperPeer } = await import('./super-peer/super-peer.ts');
  return runSuperPeer(options, signal);
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

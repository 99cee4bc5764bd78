// The front door: what a program that uses mmchat-p2p may see. Nothing else is public.

import './base/platform.ts';
import type { NodeOptions } from './options.ts';
import type { MmchatNode } from './contracts/node.ts';
import type { SuperPeer, SuperPeerOptions } from './super-peer/super-peer.ts';

export { MmchatError, messageOf, type ErrorCode } from './base/errors.ts';
export { cleanLine, cleanText } from './base/clean-text.ts';
export { LOG_LEVELS, formatLogRecord, type LogLevel, type LogRecord } from './base/log.ts';
export { defaultConfigDir, openDataDir, resolveDataDir } from './store/data-dir.ts';
export { generateNetworkKey } from './store/network-key-file.ts';
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

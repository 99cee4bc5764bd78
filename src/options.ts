// Every option and default, once. From this table come the command line, the config file, the environment names, the
// help texts and the tables in README.md (a test compares them).

import { MmchatError } from './base/errors.ts';
import { LOG_LEVELS, type LogLevel, type LogRecord } from './base/log.ts';

/** Options of a node. Every field may be left out. */
export interface NodeOptions {
  /** @default the last used name, else the name of the operating system's user */
  name?: string;
  /** @default the platform's folder for application data */
  dataDir?: string;
  /** @default DATA_DIR/downloads */
  downloads?: string;
  /** TCP port for links; 0 = any. @default the last used, else the first free of 9011-9020, else any */
  port?: number;
  /** UDP port for calls; 0 = any. @default as port */
  udpPort?: number;
  /** TCP port for transfers; 0 = any. @default the first free of 9021-9030, else any */
  filePort?: number;
  /** Addresses to dial as well: HOST:PORT or multiaddrs. @default [] */
  peers?: readonly string[];
  /** Save offered files at once, within limits; else each waits until somebody takes it. @default true */
  autoAccept?: boolean;
  /** Where voice is taken from, as listed by `devices`; `none`, `tone:HZ`, `file:PATH`, `loop:PATH`. @default 'default' */
  audioInput?: string;
  /** Where it is heard; `none`, `file:PATH.wav`. @default 'default' */
  audioOutput?: string;
  /** Find others by mDNS and beacons. @default true */
  mdns?: boolean;
  /**
   * False: opens nothing on the network, neither to listen nor to dial nor to discover. What is stored can be read and
   * written all the same; what is said waits for a start with a network. For looking at history.
   *
   * @default true
   */
  network?: boolean;
  /** Only these interfaces, by name or address. @default all that are up and not virtual */
  interfaces?: readonly string[];
  /** File with the secret of a closed network. @default none: an open network */
  networkKeyFile?: string;
  /** Messages of a room's past that one gets on coming in. @default 1000 */
  historyMessages?: number;
  /** How far back they may go. @default 30 */
  historyDays?: number;
  /** Days after which what was said is dropped here; 0 = never. @default 0 */
  keepDays?: number;
  /** @default 'warn' */
  logLevel?: LogLevel;
  /** Where log records go. @default nowhere */
  log?: (record: LogRecord) => void;
}

export const PORTS = {
  link: { first: 9011, last: 9020 },
  bulk: { first: 9021, last: 9030 },
  beacon: 9008,
} as const;

export type OptionType = 'text' | 'path' | 'port' | 'count' | 'flag' | 'list' | 'level';

export interface OptionSpec {
  /** Long flag without dashes; a `no-` flag sets its field to false. */
  readonly flag: string;
  readonly short?: string;
  readonly type: OptionType;
  /** What stands for the value in help, e.g. `DIR`. */
  readonly value?: string;
  /** Name in the environment. */
  readonly environment: string;
  /** Name in the config file, and in NodeOptions. */
  readonly field: string;
  readonly text: string;
  readonly default: string;
}

/** The options of every command that runs a node. */
export const NODE_OPTION_SPECS: readonly OptionSpec[] = [
  {
    flag: 'name',
    type: 'text',
    value: 'NAME',
    environment: 'MMCHAT_NAME',
    field: 'name',
    text: 'the name others see',
    default: 'the last used, else your user name',
  },
  {
    flag: 'data-dir',
    type: 'path',
    value: 'DIR',
    environment: 'MMCHAT_DATA_DIR',
    field: 'dataDir',
    text: "the folder of this node's key and memory",
    default: "the platform's data folder",
  },
  {
    flag: 'downloads',
    type: 'path',
    value: 'DIR',
    environment: 'MMCHAT_DOWNLOADS',
    field: 'downloads',
    text: 'where received files are saved',
    default: 'DATA_DIR/downloads',
  },
  {
    flag: 'port',
    type: 'port',
    value: 'N',
    environment: 'MMCHAT_PORT',
    field: 'port',
    text: 'TCP port for links; 0 = any',
    default: 'the last used, else 9011-9020',
  },
  {
    flag: 'udp-port',
    type: 'port',
    value: 'N',
    environment: 'MMCHAT_UDP_PORT',
    field: 'udpPort',
    text: 'UDP port for calls (calls come in a later version); 0 = any',
    default: 'as --port',
  },
  {
    flag: 'file-port',
    type: 'port',
    value: 'N',
    environment: 'MMCHAT_FILE_PORT',
    field: 'filePort',
    text: 'TCP port for file transfers; 0 = any',
    default: '9021-9030',
  },
  {
    flag: 'no-auto-accept',
    type: 'flag',
    environment: 'MMCHAT_NO_AUTO_ACCEPT',
    field: 'autoAccept',
    text: 'offered files wait until you take them',
    default: 'saved at once, within limits',
  },
  {
    flag: 'peer',
    type: 'list',
    value: 'HOST:PORT',
    environment: 'MMCHAT_PEERS',
    field: 'peers',
    text: 'dial this address as well (may be repeated; a multiaddr works too)',
    default: 'none',
  },
  {
    flag: 'no-mdns',
    type: 'flag',
    environment: 'MMCHAT_NO_MDNS',
    field: 'mdns',
    text: 'no discovery, neither mDNS nor beacons: only --peer',
    default: 'discovery on',
  },
  {
    flag: 'interface',
    type: 'list',
    value: 'NAME|IP',
    environment: 'MMCHAT_INTERFACES',
    field: 'interfaces',
    text: 'use only this network interface (may be repeated)',
    default: 'all that are up and not virtual',
  },
  {
    flag: 'network-key-file',
    type: 'path',
    value: 'FILE',
    environment: 'MMCHAT_NETWORK_KEY_FILE',
    field: 'networkKeyFile',
    text: 'closed network: only nodes with the same key can connect',
    default: 'none: an open network',
  },
  {
    flag: 'history-messages',
    type: 'count',
    value: 'N',
    environment: 'MMCHAT_HISTORY_MESSAGES',
    field: 'historyMessages',
    text: "messages of a room's past that you get on coming in (older ones on demand)",
    default: '1000',
  },
  {
    flag: 'history-days',
    type: 'count',
    value: 'N',
    environment: 'MMCHAT_HISTORY_DAYS',
    field: 'historyDays',
    text: 'how many days back they may go',
    default: '30',
  },
  {
    flag: 'keep-days',
    type: 'count',
    value: 'N',
    environment: 'MMCHAT_KEEP_DAYS',
    field: 'keepDays',
    text: 'drop what was said after so many days; 0 = keep it',
    default: '0',
  },
  {
    flag: 'audio-in',
    type: 'text',
    value: 'DEVICE',
    environment: 'MMCHAT_AUDIO_IN',
    field: 'audioInput',
    text: 'record from it: one that `devices` lists, none, tone:HZ, file:PATH, loop:PATH',
    default: 'default',
  },
  {
    flag: 'audio-out',
    type: 'text',
    value: 'DEVICE',
    environment: 'MMCHAT_AUDIO_OUT',
    field: 'audioOutput',
    text: 'play to it: one that `devices` lists, none, file:PATH.wav',
    default: 'default',
  },
  {
    flag: 'log-level',
    type: 'level',
    value: 'LEVEL',
    environment: 'MMCHAT_LOG_LEVEL',
    field: 'logLevel',
    text: `how much to log on stderr: ${LOG_LEVELS.join(', ')}`,
    default: 'warn',
  },
];

/** An option of the fixed headless interface that has no effect yet: accepted with a warning, so that scripts keep working. */
export interface ReservedOptionSpec {
  readonly flag: string;
  readonly value?: string;
  /** Why it has no effect in this version. */
  readonly reason: string;
}

const NO_CALLS = 'calls come in a later version';

export const RESERVED_OPTION_SPECS: readonly ReservedOptionSpec[] = [
  { flag: 'auto-answer', reason: NO_CALLS },
  { flag: 'super-peer', reason: 'the bridge to classic clients comes in a later version' },
  { flag: 'video-in', value: 'DEVICE', reason: NO_CALLS },
  { flag: 'video-out', value: 'DEVICE', reason: NO_CALLS },
];

/**
 * One value as written on the command line or in the environment, as the value of its field.
 *
 * @param called what the sentence of the error calls it
 * @throws MmchatError `bad-option` with a sentence that names the option
 */
export function parseOptionValue(spec: OptionSpec, written: unknown, called = `--${spec.flag}`): unknown {
  const bad = (wanted: string): MmchatError =>
    new MmchatError('bad-option', `${called} wants ${wanted}, not ${JSON.stringify(written ?? null)}.`);
  switch (spec.type) {
    case 'text':
    case 'path':
      if (typeof written !== 'string' || written.trim() === '') throw bad(`a ${spec.value ?? 'text'}`);
      return written;
    case 'port': {
      const port = typeof written === 'string' && /^\d{1,5}$/.test(written) ? Number(written) : written;
      if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65_535)
        throw bad('a port number from 0 to 65535');
      return port;
    }
    case 'count': {
      const count = typeof written === 'string' && /^\d{1,7}$/.test(written) ? Number(written) : written;
      if (typeof count !== 'number' || !Number.isInteger(count) || count < 0 || count > 9_999_999)
        throw bad('a whole number from 0 to 9999999');
      return count;
    }
    case 'list': {
      const items = typeof written === 'string' ? written.split(',') : written;
      if (!Array.isArray(items) || !items.every((item) => typeof item === 'string' && item.trim() !== ''))
        throw bad(`a ${spec.value ?? 'text'}`);
      return (items as string[]).map((item) => item.trim());
    }
    case 'level':
      if (!LOG_LEVELS.includes(written as LogLevel)) throw bad(`one of ${LOG_LEVELS.join(', ')}`);
      return written;
    case 'flag': {
      const on = written === true || written === '1' || written === 'true';
      const off = written === false || written === '0' || written === 'false';
      if (!on && !off) throw bad('1 or 0');
      return spec.flag.startsWith('no-') ? !on : on;
    }
  }
}

/**
 * One value of the config file, which names fields and not flags: `"mdns": false` is what `--no-mdns` says.
 *
 * @throws MmchatError `bad-option`
 */
export function parseConfigValue(spec: OptionSpec, written: unknown, called: string): unknown {
  if (spec.type !== 'flag') return parseOptionValue(spec, written, called);
  if (typeof written === 'boolean') return written;
  throw new MmchatError('bad-option', `${called} wants true or false, not ${JSON.stringify(written ?? null)}.`);
}

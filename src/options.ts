// Every option and default, once. From this table come the command line, the config file, the environment names, the
// help texts and the tables in README.md (a test compares them).

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
  /** Where pictures are taken from, as listed by `devices`; `none`, `pattern[:WxH@FPS]`, `file:PATH`. @default 'default' */
  videoInput?: string;
  /** Where pictures are shown besides the screen of the chat; `none`, `window`, `dir:PATH`. @default 'none' */
  videoOutput?: string;
  /** Take incoming calls at once. @default false */
  autoAnswer?: boolean;
  /** Take what the loudspeaker plays out of what the microphone hears. @default false */
  echoCancellation?: boolean;
  /** Take noise out of what the microphone hears. @default false */
  noiseSuppression?: boolean;
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
  /** Also be a super-peer: the server of the classic chat, its clients guests of everybody. @default false */
  superPeer?: boolean;
  /** Nobody sits at this node: it is there for the guests. @default false */
  guestsOnly?: boolean;
  /** TCP port for classic clients; 0 = any. @default 9009 */
  classicTcpPort?: number;
  /** UDP port for their sound and picture; 0 = any. @default 9010 */
  classicUdpPort?: number;
  /** The address where classic clients connect. @default 0.0.0.0 */
  classicBind?: string;
  /** Classic clients at once. @default 10_000 */
  maxClients?: number;
  /** `HOST:PORT` where Prometheus can ask what the super-peer does. @default nowhere */
  metrics?: string;
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
    text: 'UDP port for sound and pictures of calls; 0 = any',
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
    flag: 'video-in',
    type: 'text',
    value: 'DEVICE',
    environment: 'MMCHAT_VIDEO_IN',
    field: 'videoInput',
    text: 'camera, as listed by devices; none, pattern[:WxH@FPS], file:PATH, opencv:N',
    default: 'default',
  },
  {
    flag: 'video-out',
    type: 'text',
    value: 'DEVICE',
    environment: 'MMCHAT_VIDEO_OUT',
    field: 'videoOutput',
    text: 'also show pictures here: none, window, dir:PATH',
    default: 'none',
  },
  {
    flag: 'auto-answer',
    type: 'flag',
    environment: 'MMCHAT_AUTO_ANSWER',
    field: 'autoAnswer',
    text: 'accept incoming calls at once',
    default: 'they ring',
  },
  {
    flag: 'echo-cancellation',
    type: 'flag',
    environment: 'MMCHAT_ECHO_CANCELLATION',
    field: 'echoCancellation',
    text: 'in calls, take what the loudspeaker plays out of what the microphone hears',
    default: 'off',
  },
  {
    flag: 'noise-suppression',
    type: 'flag',
    environment: 'MMCHAT_NOISE_SUPPRESSION',
    field: 'noiseSuppression',
    text: 'in calls, take noise out of what the microphone hears',
    default: 'off',
  },
  {
    flag: 'super-peer',
    type: 'flag',
    environment: 'MMCHAT_SUPER_PEER',
    field: 'superPeer',
    text: 'also serve clients of the classic chat, who then take part here',
    default: 'off',
  },
  {
    flag: 'tcp',
    type: 'port',
    value: 'N',
    environment: 'MMCHAT_TCP',
    field: 'classicTcpPort',
    text: 'super-peer: TCP port for classic clients; 0 = any',
    default: '9009',
  },
  {
    flag: 'udp',
    type: 'port',
    value: 'N',
    environment: 'MMCHAT_UDP',
    field: 'classicUdpPort',
    text: 'super-peer: UDP port for their sound and picture; they know no other than 9010',
    default: '9010',
  },
  {
    flag: 'bind',
    type: 'text',
    value: 'ADDRESS',
    environment: 'MMCHAT_BIND',
    field: 'classicBind',
    text: 'super-peer: the address where classic clients connect',
    default: '0.0.0.0',
  },
  {
    flag: 'max-clients',
    type: 'count',
    value: 'N',
    environment: 'MMCHAT_MAX_CLIENTS',
    field: 'maxClients',
    text: 'super-peer: classic clients at once',
    default: '10000',
  },
  {
    flag: 'metrics',
    type: 'text',
    value: 'HOST:PORT',
    environment: 'MMCHAT_METRICS',
    field: 'metrics',
    text: 'super-peer: where Prometheus can ask for numbers',
    default: 'nowhere',
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

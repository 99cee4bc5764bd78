// What Prometheus sees: names that people know, made of what the classic server and the bridge count. Pure.

export interface Numbers {
  readonly gauges: Readonly<Record<string, number>>;
  readonly counters: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface MetricDefinition {
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  /** Every value by its label; the empty label for a metric without one. */
  readonly label?: string;
  readonly values: (numbers: Numbers) => Readonly<Record<string, number>>;
}

/** Datagrams and lines that were dropped, connections that were closed. */
const DROP = /^(skipped|closed)-|^accept-errors$/;
const MEDIA_DROPS = [
  'media-no-header',
  'media-bad-header',
  'media-unknown-sender',
  'media-wrong-address',
  'media-ambiguous-sender',
  'media-no-target',
  'media-queue-full',
  'media-send-errors',
];
const BRIDGE_DROPS = ['too-fast', 'files-failed', 'too-many-rooms'];

function classic(name: string): ({ counters }: Numbers) => number {
  return ({ counters }) => counters['classic']?.[name] ?? 0;
}

function gauge(name: string, help: string, of: string): MetricDefinition {
  return { name, help, kind: 'gauge', values: ({ gauges }) => ({ '': gauges[of] ?? 0 }) };
}

function dropsOf({ counters }: Numbers): Record<string, number> {
  const { classic: lines = {}, bridge = {} } = counters;
  const dropped = Object.entries(lines).filter(([name]) => DROP.test(name) || MEDIA_DROPS.includes(name));
  const stopped = Object.entries(bridge).filter(([name]) => BRIDGE_DROPS.includes(name));
  return Object.fromEntries([...dropped, ...stopped.map(([name, count]) => [`bridge-${name}`, count] as const)]);
}

export const METRICS: readonly MetricDefinition[] = [
  gauge('mmchat_clients', 'Classic clients that have joined.', 'guests'),
  gauge('mmchat_connections', 'TCP connections, joined or not.', 'connections'),
  gauge('mmchat_rooms', 'Rooms of classic clients.', 'rooms'),
  gauge('mmchat_room_calls', 'Calls in rooms.', 'roomCalls'),
  {
    name: 'mmchat_queued_bytes',
    help: 'Bytes of unfinished lines (in), and of what waits for slow receivers (out).',
    kind: 'gauge',
    label: 'direction',
    values: ({ gauges }) => ({ in: gauges['inputBytes'] ?? 0, out: gauges['outputBytes'] ?? 0 }),
  },
  {
    name: 'mmchat_messages_total',
    help: 'Messages of classic clients.',
    kind: 'counter',
    label: 'to',
    values: (numbers) => ({
      everyone: classic('broadcasts')(numbers),
      one: classic('private-messages')(numbers),
      room: classic('room-messages')(numbers),
    }),
  },
  {
    name: 'mmchat_relayed_packets_total',
    help: 'Sent to classic clients: datagrams (udp), parts of files (tcp).',
    kind: 'counter',
    label: 'protocol',
    values: (numbers) => ({ udp: classic('media-packets-out')(numbers), tcp: classic('file-parts')(numbers) }),
  },
  {
    name: 'mmchat_relayed_bytes_total',
    help: 'Bytes sent to classic clients.',
    kind: 'counter',
    label: 'protocol',
    values: (numbers) => ({ udp: classic('media-bytes-out')(numbers), tcp: classic('bytes-out')(numbers) }),
  },
  {
    name: 'mmchat_drops_total',
    help: 'Lines, datagrams and connections that were dropped, by reason.',
    kind: 'counter',
    label: 'reason',
    values: dropsOf,
  },
  {
    name: 'mmchat_bridge_total',
    help: 'What crossed between classic clients and peers, and what did not.',
    kind: 'counter',
    label: 'what',
    values: ({ counters }) => counters['bridge'] ?? {},
  },
  {
    name: 'mmchat_classic_total',
    help: 'Everything that the classic server counts.',
    kind: 'counter',
    label: 'what',
    values: ({ counters }) => counters['classic'] ?? {},
  },
];

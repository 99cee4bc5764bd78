// Every command, once: from here come the dispatch in main.ts, the help texts and the tables in README.md.

export interface CommandOptionSpec {
  readonly flag: string;
  /** What stands for the value in help; without it the option is a switch. */
  readonly value?: string;
  readonly text: string;
}

export interface CommandSpec {
  readonly name: string;
  /** What follows the name, as help shows it. */
  readonly synopsis: string;
  readonly text: string;
  /** Takes the options of a node. */
  readonly node: boolean;
  readonly options: readonly CommandOptionSpec[];
  /** Words besides options: how many may come, and what they are called. */
  readonly words: { readonly least: number; readonly most: number; readonly called: string };
  /** Whole lines for its own help page. */
  readonly notes: readonly string[];
}

const NO_WORDS = { least: 0, most: 0, called: '' } as const;

const TABLE = [
  {
    name: 'chat',
    synopsis: '[OPTIONS]',
    text: 'talk in the terminal (this is what runs without a command)',
    node: true,
    options: [],
    words: NO_WORDS,
    notes: ['Inside, /help lists the commands and F1 the keys.'],
  },
  {
    name: 'headless',
    synopsis: '[OPTIONS]',
    text: 'the whole program as JSON-RPC 2.0 on stdin and stdout, for bots and scripts',
    node: true,
    options: [],
    words: NO_WORDS,
    notes: [
      'One JSON object a line. The first line on stdout is the notification `ready`.',
      'End of input, the method `shutdown`, SIGINT or SIGTERM say goodbye and end it with exit code 0.',
    ],
  },
  {
    name: 'say',
    synopsis: '[--to NAME | --room ROOM] TEXT',
    text: 'send one message: to everyone, to one person or to a room',
    node: true,
    options: [
      { flag: 'to', value: 'NAME', text: 'to this person: a name or a peer id' },
      { flag: 'room', value: 'ROOM', text: 'to everybody in this room' },
    ],
    words: { least: 1, most: Number.POSITIVE_INFINITY, called: 'TEXT' },
    notes: [
      'Uses the node that runs on the same data folder; without one it starts a short-lived one.',
      'Exit code: 0 delivered, or kept for somebody who is away; 3 nobody has confirmed it yet; 4 nobody of that name or no such room. What is kept is delivered when both are there again, which needs a running chat or headless.',
      'A text that starts with a dash goes after a lone --; the text - alone is read from stdin.',
    ],
  },
  {
    name: 'send',
    synopsis: '[--to NAME | --room ROOM] PATH...',
    text: 'send files and folders: to everyone, to one person or to a room',
    node: true,
    options: [
      { flag: 'to', value: 'NAME', text: 'to this person: a name or a peer id' },
      { flag: 'room', value: 'ROOM', text: 'to everybody in this room' },
      { flag: 'timeout', value: 'SECONDS', text: 'give up when nothing has moved for so long [60]' },
    ],
    words: { least: 1, most: Number.POSITIVE_INFINITY, called: 'PATH' },
    notes: [
      'Uses the node that runs on the same data folder; without one it starts a short-lived one. Waits until those who are here have it. On a terminal it shows a bar, elsewhere plain lines. Ctrl-c cancels the transfer, on both sides.',
      'Exit code: 0 delivered; 3 nobody took it in time, or not everybody; 4 nobody of that name or no such room.',
    ],
  },
  {
    name: 'receive',
    synopsis: '[--from NAME] [--count N] [--dir DIR]',
    text: 'take what is offered, and print where each file is when it has arrived',
    node: true,
    options: [
      { flag: 'from', value: 'NAME', text: 'only from this person: a name or a peer id' },
      { flag: 'count', value: 'N', text: 'end after so many files or folders' },
      { flag: 'dir', value: 'DIR', text: 'save them here (as --downloads)' },
    ],
    words: NO_WORDS,
    notes: [
      'Uses the node that runs on the same data folder; without one it starts a short-lived one. Paths go to stdout, one a line, everything else to stderr. Without --count it goes on until ctrl-c.',
      'Exit code: 0, or 1 when it was ended before --count was reached.',
    ],
  },
  {
    name: 'peers',
    synopsis: '[--json]',
    text: 'list the people that are here, and those known from before',
    node: true,
    options: [{ flag: 'json', text: 'one JSON array instead of lines for people' }],
    words: NO_WORDS,
    notes: ['Uses the node that runs on the same data folder; without one it starts a short-lived one.'],
  },
  {
    name: 'history',
    synopsis: '[--with NAME | --room ROOM] [--search WORDS]',
    text: 'read what was said: to everyone, with one person or in a room',
    node: true,
    options: [
      { flag: 'with', value: 'NAME', text: 'what was said with this person: a name or a peer id' },
      { flag: 'room', value: 'ROOM', text: 'what was said in this room' },
      { flag: 'limit', value: 'N', text: 'at most so many of the newest, 1 to 1000 [50; 1000 with --since]' },
      { flag: 'search', value: 'WORDS', text: 'only messages with all these words, everywhere or in one place' },
      {
        flag: 'since',
        value: 'CURSOR',
        text: "everything that came or changed since then ('' = ever), with the next cursor",
      },
      { flag: 'json', text: 'JSON instead of lines for people' },
      { flag: 'export', value: 'FILE', text: 'write all of it to a new file' },
      { flag: 'format', value: 'FORMAT', text: 'of that file: json or text [by its name]' },
    ],
    words: NO_WORDS,
    notes: [
      'Uses the node that runs on the same data folder; without one it opens the folder itself, without any network.',
      'Lines are oldest first, times those of this machine. The cursor for --since goes to stderr, with --json into the JSON.',
      'Exit code: 0 also when nothing was found, 4 nobody of that name or no such room.',
    ],
  },
  {
    name: 'network-key',
    synopsis: '',
    text: 'print a fresh key for a closed network',
    node: false,
    options: [],
    words: NO_WORDS,
    notes: ['The key goes to stdout, how to use it to stderr: mmchat-p2p network-key > lab.key'],
  },
  {
    name: 'super-peer',
    synopsis: '[--no-mesh] [OPTIONS]',
    text: 'serve clients of the classic chat (TCP 9009, UDP 9010), who then take part among the peers',
    node: true,
    options: [{ flag: 'no-mesh', text: 'serve classic clients among themselves, without the peers' }],
    words: NO_WORDS,
    notes: [
      'Classic clients connect unchanged. Nothing of theirs is encrypted, and names are whatever they say.',
      'Its own key and memory lie in the folder super-peer of the data folder, unless --data-dir says otherwise.',
      'Where it listens goes to stdout, what happens to stderr, one line each. SIGINT or SIGTERM end it with exit code 0.',
    ],
  },
  {
    name: 'devices',
    synopsis: '[--json | --test | --setup video|opencv]',
    text: 'list microphones, loudspeakers, cameras and screens, and how to get what is missing',
    node: false,
    options: [
      { flag: 'json', text: 'one JSON object instead of lines for people' },
      { flag: 'test', text: 'play a tone and listen, five seconds, with a level meter' },
      { flag: 'input', value: 'DEVICE', text: 'for --test: the microphone [default]' },
      { flag: 'output', value: 'DEVICE', text: 'for --test: the loudspeaker [default]' },
      {
        flag: 'setup',
        value: 'ADDON',
        text: 'set up what pictures need: video (node-av: H.264, cameras, screens) or opencv (windows)',
      },
      { flag: 'yes', text: 'for --setup: don’t ask' },
    ],
    words: NO_WORDS,
    notes: [
      'A DEVICE is default, a number, name or id of the list, or none; without any hardware: tone:HZ, file:PATH (a WAV), loop:PATH as inputs, file:PATH.wav as an output, which records what would be heard.',
      'Exit code of --test: 0 when both worked, 1 otherwise.',
      '--setup looks whether everything is there, says what it will fetch and do, and asks. It installs into the folder addons of the data folder of this system, or into MMCHAT_ADDONS; run again, it goes on where it stopped.',
      'Exit code: 0 it works, 1 it failed or was refused, 2 something is missing, and what to type.',
    ],
  },
  {
    name: 'bench',
    synopsis: '[text | fanout | start | idle | store | sync | file | swarm | superpeer | call | video] [--json]',
    text: 'measure it on this machine, beside plain baselines',
    node: false,
    options: [
      { flag: 'json', text: 'one JSON object a question instead of tables for people' },
      { flag: 'quick', text: 'only a few seconds: to see that it works, not how fast it is' },
    ],
    words: { least: 0, most: 1, called: 'QUESTION' },
    notes: [
      'text: from one process to another; fanout: to everybody in a room; start: from the spawn to the first paint, to ready, to the first link; idle: processor and memory; store: a million kept messages (a gigabyte of temporary files); sync: somebody who comes late; file: a gigabyte to another process (three more of temporary files); swarm: to a room on slow cables (Linux, root); superpeer: the server for classic clients; call: how late and how whole a voice is heard; video: the same of pictures.',
      'Without a question all of them, half an hour.',
      'Everything runs on the loopback interface and in temporary folders. Best when nothing else is running.',
    ],
  },
  {
    name: 'help',
    synopsis: '[COMMAND]',
    text: 'show all commands, or one with its options (as --help and -h)',
    node: false,
    options: [],
    words: { least: 0, most: 1, called: 'COMMAND' },
    notes: [],
  },
] as const satisfies readonly CommandSpec[];

export type CommandName = (typeof TABLE)[number]['name'];

export const COMMANDS: readonly (CommandSpec & { readonly name: CommandName })[] = TABLE;

export const DEFAULT_COMMAND: CommandName = 'chat';

/** Options that every command has. */
export const GENERAL_OPTIONS: readonly (CommandOptionSpec & { readonly short?: string })[] = [
  { flag: 'help', short: 'h', text: 'show help' },
  { flag: 'version', text: 'show the version' },
];

export function commandSpec(name: CommandName): CommandSpec & { readonly name: CommandName } {
  const spec = COMMANDS.find((command) => command.name === name);
  if (spec === undefined) throw new RangeError(`no command ${name}`);
  return spec;
}

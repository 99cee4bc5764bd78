// What may be typed, what comes of it, and that every refusal is one sentence.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { nodeOptions, readCommandLine } from '../../cli/args.ts';
import { COMMANDS, GENERAL_OPTIONS } from '../../cli/command-table.ts';
import { MmchatError, NODE_OPTION_SPECS, type NodeOptions } from '../../src/index.ts';

function refusal(typed: readonly string[]): string {
  try {
    readCommandLine(typed);
  } catch (error) {
    if (error instanceof MmchatError && error.code === 'bad-option') return error.message;
    throw error;
  }
  throw new Error(`accepted: ${typed.join(' ')}`);
}

describe('the command', () => {
  test('is chat when none is written', () => {
    expect(readCommandLine([])).toMatchObject({ command: 'chat', named: false, words: [], node: {} });
    expect(readCommandLine(['--name', 'alice'])).toMatchObject({ command: 'chat', node: { name: 'alice' } });
  });

  test('may stand before or after options', () => {
    const expected = { command: 'headless', named: true, node: { name: 'alice', port: 0 } };
    expect(readCommandLine(['headless', '--name', 'alice', '--port', '0'])).toMatchObject(expected);
    expect(readCommandLine(['--name', 'alice', 'headless', '--port=0'])).toMatchObject(expected);
  });

  test('say keeps its words, also those after a lone --', () => {
    expect(readCommandLine(['say', '--to', 'bob', 'hello', 'there'])).toMatchObject({
      words: ['hello', 'there'],
      own: { to: 'bob' },
    });
    expect(readCommandLine(['say', '--', '--to', '-x'])).toMatchObject({ words: ['--to', '-x'], own: {} });
  });

  test.each(COMMANDS.map((command) => command.name))('%s has help', (name) => {
    expect(readCommandLine([name, '--help'])).toMatchObject({ command: name, named: true, help: true });
    expect(readCommandLine(['-h', name])).toMatchObject({ command: name, help: true });
  });

  test('help and version need nothing else', () => {
    expect(readCommandLine(['-h'])).toMatchObject({ help: true, named: false });
    expect(readCommandLine(['say', '--version'])).toMatchObject({ version: true });
  });
});

describe('node options', () => {
  test('all have their field', () => {
    const typed = [
      '--name=alice',
      '--data-dir=d',
      '--downloads=l',
      '--port=9011',
      '--udp-port=0',
      '--file-port=65535',
      '--no-auto-accept',
      '--peer=10.0.0.2:9011',
      '--peer=10.0.0.3:9011,10.0.0.4:9011',
      '--no-mdns',
      '--interface=eth0',
      '--network-key-file=k',
      '--history-messages=0',
      '--history-days=7',
      '--keep-days=9999999',
      '--audio-in=tone:440',
      '--audio-out=none',
      '--video-in=pattern:320x240@10',
      '--video-out=dir:seen',
      '--auto-answer',
      '--echo-cancellation',
      '--noise-suppression',
      '--super-peer',
      '--tcp=0',
      '--udp=9010',
      '--bind=127.0.0.1',
      '--max-clients=50',
      '--metrics=127.0.0.1:9100',
      '--log-level=debug',
    ];
    const { node } = readCommandLine(['chat', ...typed]);
    expect(node).toEqual({
      name: 'alice',
      dataDir: 'd',
      downloads: 'l',
      port: 9011,
      udpPort: 0,
      filePort: 65535,
      autoAccept: false,
      peers: ['10.0.0.2:9011', '10.0.0.3:9011', '10.0.0.4:9011'],
      mdns: false,
      interfaces: ['eth0'],
      networkKeyFile: 'k',
      historyMessages: 0,
      historyDays: 7,
      keepDays: 9_999_999,
      audioInput: 'tone:440',
      audioOutput: 'none',
      videoInput: 'pattern:320x240@10',
      videoOutput: 'dir:seen',
      autoAnswer: true,
      echoCancellation: true,
      noiseSuppression: true,
      superPeer: true,
      classicTcpPort: 0,
      classicUdpPort: 9010,
      classicBind: '127.0.0.1',
      maxClients: 50,
      metrics: '127.0.0.1:9100',
      logLevel: 'debug',
    });
    expect(Object.keys(node).sort()).toEqual(NODE_OPTION_SPECS.map((spec) => spec.field).sort());
  });

  test('a field of the table is a field of NodeOptions', () => {
    const fields: readonly (keyof NodeOptions)[] = [
      'name',
      'dataDir',
      'downloads',
      'port',
      'udpPort',
      'filePort',
      'autoAccept',
      'peers',
      'mdns',
      'interfaces',
      'networkKeyFile',
      'historyMessages',
      'historyDays',
      'keepDays',
      'audioInput',
      'audioOutput',
      'videoInput',
      'videoOutput',
      'autoAnswer',
      'echoCancellation',
      'noiseSuppression',
      'superPeer',
      'classicTcpPort',
      'classicUdpPort',
      'classicBind',
      'maxClients',
      'metrics',
      'logLevel',
    ];
    expect(NODE_OPTION_SPECS.map((spec) => spec.field)).toEqual(fields);
    expectTypeOf<Exclude<keyof NodeOptions, (typeof fields)[number]>>().toEqualTypeOf<never>();
  });

  test('no flag and no environment name is there twice', () => {
    const flags = [...NODE_OPTION_SPECS, ...GENERAL_OPTIONS].map((option) => option.flag);
    for (const command of COMMANDS) {
      const all = [...(command.node ? flags : []), ...command.options.map((option) => option.flag)];
      expect(new Set(all).size).toBe(all.length);
    }
    const names = NODE_OPTION_SPECS.map((option) => option.environment);
    expect(new Set(names).size).toBe(names.length);
  });

  test('the command line beats the environment, the environment the config file', () => {
    const config = { name: 'from-config', port: 1, logLevel: 'info' };
    const env = { MMCHAT_NAME: 'from-env', MMCHAT_PORT: '2', MMCHAT_NO_MDNS: '1', MMCHAT_PEERS: 'a:1, b:2' };
    expect(nodeOptions({ name: 'from-flag', peers: ['c:3'] }, env, config)).toEqual({
      name: 'from-flag',
      port: 2,
      mdns: false,
      peers: ['c:3'],
      logLevel: 'info',
    });
  });

  test('an empty environment variable is as good as none', () => {
    expect(nodeOptions({}, { MMCHAT_NAME: '', MMCHAT_NO_MDNS: '' }, {})).toEqual({});
    expect(nodeOptions({}, { MMCHAT_NO_MDNS: '0' }, {})).toEqual({ mdns: true });
  });

  test('a bad value in the environment is called by the name of its variable', () => {
    expect(() => nodeOptions({}, { MMCHAT_PORT: 'http' }, {})).toThrow(
      'MMCHAT_PORT wants a port number from 0 to 65535, not "http".',
    );
    // A flag that is given makes the variable irrelevant.
    expect(nodeOptions({ port: 5 }, { MMCHAT_PORT: 'http' }, {})).toEqual({ port: 5 });
  });
});

describe('refusals', () => {
  test.each<[typed: string[], sentence: string]>([
    [['--prot', '9011'], 'There is no option --prot. Did you mean --port?'],
    [['--no-mdsn'], 'There is no option --no-mdsn. Did you mean --no-mdns?'],
    [['--quite-another-thing'], 'There is no option --quite-another-thing. --help lists all of them.'],
    [['-x'], 'There is no option -x. --help lists all of them.'],
    [['headles'], 'There is no command headles. Did you mean headless?'],
    [['--name'], '--name wants a value after it.'],
    [['--name', '--port', '1'], '--name wants a value after it, not --port. If you mean that, write --name=--port.'],
    [['--name', '--', 'say'], '--name wants a value after it.'],
    [['--no-mdns=yes'], '--no-mdns takes no value.'],
    [['--port', '65536'], '--port wants a port number from 0 to 65535, not "65536".'],
    [['--port', '9011x'], '--port wants a port number from 0 to 65535, not "9011x".'],
    [['--port='], '--port wants a port number from 0 to 65535, not "".'],
    [['--name', ' '], '--name wants a NAME, not " ".'],
    [['--peer', 'a:1,,b:2'], '--peer wants a HOST:PORT, not "a:1,,b:2".'],
    [['--log-level', 'loud'], '--log-level wants one of error, warn, info, debug, not "loud".'],
    [['say'], 'say wants a TEXT.'],
    [['say', '--json', 'x'], 'say has no option --json. See mmchat-p2p say --help.'],
    [['network-key', '--name', 'x'], 'network-key has no option --name. See mmchat-p2p network-key --help.'],
    [['headless', 'extra'], 'headless can\'t do anything with "extra". See mmchat-p2p headless --help.'],
    [['help', 'say', 'peers'], 'help can\'t do anything with "peers". See mmchat-p2p help --help.'],
  ])('%j', (typed, sentence) => {
    expect(refusal(typed)).toBe(sentence);
  });

  test('whatever is typed is understood or refused with one sentence', () => {
    const flags = [...NODE_OPTION_SPECS, ...GENERAL_OPTIONS].map((option) => `--${option.flag}`);
    const word = fc.oneof(
      fc.constantFrom(...flags, ...COMMANDS.map((command) => command.name), '--', '-', '--=', '-h='),
      fc.string(),
      fc.string().map((text) => `--${text}`),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (typed) => {
        try {
          readCommandLine(typed);
        } catch (error) {
          expect(error).toBeInstanceOf(MmchatError);
          expect((error as MmchatError).code).toBe('bad-option');
          expect((error as MmchatError).message).toMatch(/[.?]$/u);
        }
      }),
    );
  });
});

// One direction: base <- wire, state <- media <- contracts <- net, store and services <- node.ts <- cli and bench.
// Services meet implementations only through constructors. Checked by `npm run layers`; layers.test.ts plants breaks.

const path = require('node:path');

/** Each room of src/ and the rooms that it may import. */
const ROOMS = {
  base: [],
  wire: ['base'],
  state: ['base'],
  media: ['base', 'wire'],
  contracts: ['base', 'wire', 'state', 'media'],
  net: ['base', 'wire', 'state', 'contracts'],
  codecs: ['base', 'media', 'contracts'],
  devices: ['base', 'media', 'contracts'],
  store: ['base', 'wire', 'state', 'contracts'],
  services: ['base', 'wire', 'state', 'media', 'contracts'],
  'super-peer': ['base', 'state', 'media', 'contracts', 'services'],
};

const roomRules = Object.entries(ROOMS).map(([room, others]) => ({
  name: `${room}-imports-only-${others.join('+') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^(src|cli|test|bench)/', pathNot: [room, ...others].map((name) => `^src/${name}/`) },
}));

/** A library belongs to one room: nobody else may depend on its ways. */
const libraryRule = (packages, home) => ({
  name: `${packages.replace(/[^a-z0-9-]+/g, '-').replace(/^-|-$/g, '')}-only-in-${home.replace(/\W+/g, '-').replace(/-$/, '')}`,
  severity: 'error',
  from: { path: '^(src|cli)/', pathNot: `^${home}` },
  to: { path: [`node_modules/${packages}(/|$)`, `^${packages}(/|$)`] },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    ...roomRules,
    {
      name: 'unknown-room',
      comment: 'A new folder in src/ needs a line in ROOMS.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: Object.keys(ROOMS).map((room) => `^src/${room}/`) },
      to: {},
    },
    {
      name: 'front-ends-use-the-front-door',
      comment: 'platform.ts is the first import of every entry point. Some things can only be measured from inside.',
      severity: 'error',
      from: { path: '^(cli|bench)/', pathNot: '^bench/inside/' },
      to: { path: '^src/', pathNot: ['^src/index\\.ts$', '^src/base/platform\\.ts$'] },
    },
    {
      name: 'the-library-knows-no-front-end',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(cli|test|bench)/' },
    },
    {
      name: 'only-the-terminal-ui-draws',
      comment: 'headless and one-shots must start without ink.',
      severity: 'error',
      from: { path: '^cli/', pathNot: ['^cli/ui/', '^cli/commands/chat\\.tsx?$'] },
      to: { path: '^cli/ui/' },
    },
    {
      name: 'pure-rooms-do-no-io',
      severity: 'error',
      from: { path: '^src/(base|wire|state|media)/' },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|net|dgram|dns|http|https|http2|child_process|tls|worker_threads|timers|os|readline)(/|$)',
      },
    },
    libraryRule('(ink|react)', 'cli/'),
    libraryRule('(libp2p|@libp2p|@chainsafe|@multiformats)', 'src/net/'),
    libraryRule('bonjour-service', 'src/net/'),
    libraryRule('@photostructure/sqlite', 'src/store/'),
    libraryRule('protons-runtime', 'src/wire/'),
    libraryRule('naudiodon', 'src/devices/'),
    libraryRule('node-av', 'src/(codecs/|devices/|base/node-av-library\\.ts)'),
    libraryRule('(libopus-wasm|@ennuicastr|@jitsi|@julusian)', 'src/codecs/'),
  ],
  options: {
    tsConfig: { fileName: path.join(__dirname, '../../tsconfig.json') },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'types', 'default'] },
  },
};

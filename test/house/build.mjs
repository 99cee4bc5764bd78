// Makes dist/ from nothing: dist/lib (the library entry, plain tsc output with types), dist/cli (the program, bundled
// by esbuild because loading ink and libp2p file by file costs half a second) and dist/THIRD-PARTY-NOTICES.

import { spawn } from 'node:child_process';
import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { startUpPatches } from './start-up-patches.mjs';
import { thirdPartyNotices } from './third-party-notices.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = path.join(root, 'dist');
// Made here first and then put in place, so that a program that runs from dist/ finds its files at any moment.
const fresh = path.join(root, `dist-new-${process.pid}`);

/** ink loads these only with DEV=true, and react-devtools-core is no dependency of ours: an empty module in their place. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(build) {
    build.onResolve({ filter: /^(react-devtools-core|\.\/devtools\.js)$/ }, ({ path, importer }) =>
      path.startsWith('./') && !/[\\/]ink[\\/]build[\\/]/.test(importer) ? undefined : { path, namespace: 'empty' },
    );
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {};', loader: 'js' }));
  },
};

/** @returns {Promise<boolean>} whether tsc was content */
function compileLibrary() {
  const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));
  const child = spawn(
    process.execPath,
    [tsc, '-p', path.join(root, 'test/house/tsconfig.lib.json'), '--outDir', path.join(fresh, 'lib')],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });
}

async function bundleProgram() {
  const result = await build({
    absWorkingDir: root,
    // The workers are found by their names: worker-file.ts in src/store/history and src/net/bulk, read-picture.ts in cli.
    entryPoints: {
      main: 'cli/main.ts',
      'history-worker': 'src/store/history/history-worker.ts',
      'bulk-worker': 'src/bulk-worker.ts',
      'picture-worker': 'cli/pictures/picture-worker.ts',
      'portaudio-child': 'src/devices/portaudio-child.ts',
      'opencv-child': 'src/devices/video/opencv-child.ts',
      'h264-child': 'src/codecs/h264/h264-child.ts',
      'node-av-child': 'src/devices/video/node-av-child.ts',
    },
    outdir: path.join(fresh, 'cli'),
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true, // import() becomes a file of its own: help, one-shots and headless never load ink
    format: 'esm',
    platform: 'node',
    target: 'node20',
    jsx: 'automatic',
    // CommonJS packages inside call require() for node's own modules.
    banner: {
      js: "import { createRequire as createRequireForBundle } from 'node:module'; const require = createRequireForBundle(import.meta.url);",
    },
    // Production React: the development one is slower and keeps every update in memory.
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    // One copy of it for all: wrap-ansi would bring an older one, with tables of its own.
    alias: { 'string-width': path.join(root, 'node_modules/string-width/index.js') },
    plugins: [withoutDevtools, startUpPatches],
    loader: { '.node': 'copy' },
    // What brings WebAssembly finds its files beside itself, and is loaded for calls only.
    external: [
      '*.node',
      '@photostructure/sqlite',
      '@julusian/jpeg-turbo',
      'libopus-wasm',
      '@ennuicastr/webrtcaec3.js',
      '@jitsi/rnnoise-wasm',
    ],
    legalComments: 'none', // all of them are in THIRD-PARTY-NOTICES
    logLevel: 'warning',
    metafile: true,
  });
  await writeFile(path.join(fresh, 'THIRD-PARTY-NOTICES'), await thirdPartyNotices(root, result.metafile));
  await chmod(path.join(fresh, 'cli/main.js'), 0o755);
}

/**
 * `--if-older`: npx runs `prepare` once more before its first start in a clone. People should not wait for a build that
 * is there already. (A deleted source goes unnoticed: tests and packing build without this.)
 */
async function isUpToDate() {
  const built = await stat(path.join(dist, 'THIRD-PARTY-NOTICES')).catch(() => undefined);
  if (built === undefined) return false;
  const sources = ['src', 'cli', 'bench', 'package.json', 'package-lock.json', 'tsconfig.json', 'test/house'];
  const times = await Promise.all(sources.map((source) => newestChangeMs(path.join(root, source))));
  return Math.max(...times) < built.mtimeMs;
}

async function newestChangeMs(file) {
  const { mtimeMs } = await stat(file);
  const entries = await readdir(file, { recursive: true }).catch(() => []);
  const times = await Promise.all(entries.map(async (entry) => (await stat(path.join(file, entry))).mtimeMs));
  return Math.max(mtimeMs, ...times);
}

if (process.argv.includes('--if-older') && (await isUpToDate())) process.exit(0);
await mkdir(fresh, { recursive: true });
try {
  const [library, program] = await Promise.allSettled([compileLibrary(), bundleProgram()]);
  if (library.status === 'rejected') console.error(library.reason);
  // What esbuild has against the sources it has said already.
  if (program.status === 'rejected' && program.reason?.errors === undefined) console.error(program.reason);
  if (program.status === 'fulfilled' && library.value === true) {
    await rm(dist, { recursive: true, force: true });
    await rename(fresh, dist);
  } else process.exitCode = 1;
} finally {
  await rm(fresh, { recursive: true, force: true });
}

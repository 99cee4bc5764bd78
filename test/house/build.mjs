// Makes dist/ from nothing: dist/lib (the library entry, plain tsc output with types), dist/cli (the program, bundled
// by esbuild because loading ink and libp2p file by file costs half a second) and dist/THIRD-PARTY-NOTICES.

import { spawn } from 'node:child_process';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { thirdPartyNotices } from './third-party-notices.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const dist = path.join(root, 'dist');

/** ink asks for it only with DEV=true, and it is no dependency of ours: an empty module in its place. */
const withoutDevtools = {
  name: 'without-devtools',
  setup(build) {
    build.onResolve({ filter: /^react-devtools-core$/ }, () => ({ path: 'react-devtools-core', namespace: 'empty' }));
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export default {};', loader: 'js' }));
  },
};

/** @returns {Promise<boolean>} whether tsc was content */
function compileLibrary() {
  const tsc = fileURLToPath(new URL('bin/tsc', import.meta.resolve('typescript/package.json')));
  const child = spawn(process.execPath, [tsc, '-p', path.join(root, 'test/house/tsconfig.lib.json')], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });
}

async function bundleProgram() {
  const result = await build({
    absWorkingDir: root,
    entryPoints: { main: 'cli/main.ts' },
    outdir: 'dist/cli',
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
    plugins: [withoutDevtools],
    loader: { '.node': 'copy' },
    external: ['*.node'],
    legalComments: 'none', // all of them are in THIRD-PARTY-NOTICES
    logLevel: 'warning',
    metafile: true,
  });
  await writeFile(path.join(dist, 'THIRD-PARTY-NOTICES'), await thirdPartyNotices(root, result.metafile));
  await chmod(path.join(dist, 'cli/main.js'), 0o755);
}

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const [library, program] = await Promise.allSettled([compileLibrary(), bundleProgram()]);
if (program.status === 'rejected' && !Array.isArray(program.reason?.errors)) console.error(program.reason);
if (library.status === 'rejected') console.error(library.reason);
if (program.status === 'rejected' || library.status === 'rejected' || !library.value) process.exitCode = 1;

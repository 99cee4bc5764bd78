// Two libraries do work when they are loaded that the first screen does not need; together it was a quarter of the time
// until that screen. In the bundle (only there) it is put off. Each patch names the text that it replaces: when an update
// of the library changes it, the build fails here and says so.

import { readFile } from 'node:fs/promises';
import { fileURLToPath, URL } from 'node:url';

const PATCHES = [
  {
    file: /[\\/]string-width[\\/]index\.js$/,
    from: 'const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;',
    // It asks this about every character outside of ASCII, and building it takes tens of milliseconds.
    to: `import { rgiEmojiRegex } from ${JSON.stringify(fileURLToPath(new URL('lazy-emoji.ts', import.meta.url)))};`,
  },
  {
    file: /[\\/]yoga-wasm-base64-esm\.js$/,
    // It would load its own base64 text through fetch, and with that all of the HTTP client; without fetch it decodes it.
    from: 'var loadYoga = (() => {',
    to: 'var loadYoga = (() => { const fetch = undefined;',
  },
];

export const startUpPatches = {
  name: 'start-up-patches',
  setup(build) {
    for (const { file, from, to } of PATCHES) {
      build.onLoad({ filter: file }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        if (!source.includes(from)) throw new Error(`${path} has changed: look at test/house/start-up-patches.mjs.`);
        return { contents: source.replace(from, () => to), loader: 'js' };
      });
    }
  },
};

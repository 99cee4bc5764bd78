// The licences of everything that the bundle contains, as their authors ask for it.

import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

const LICENCE_FILE = /^(licen[cs]e|copying|notice)([-.].*)?$/i;

/**
 * @param {string} root the project's folder
 * @param {import('esbuild').Metafile} metafile says what went into the bundle
 * @returns {Promise<string>}
 */
export async function thirdPartyNotices(root, metafile) {
  const folders = new Set();
  for (const output of Object.values(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
      const folder = packageFolder(input);
      if (folder !== undefined && bytesInOutput > 0) folders.add(path.resolve(root, folder));
    }
  }
  const sections = new Map();
  for (const folder of folders) {
    const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'));
    sections.set(`${manifest.name} ${manifest.version}`, await licenceText(folder, manifest));
  }
  const parts = [...sections]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `${'='.repeat(80)}\n${name}\n${'-'.repeat(80)}\n${text.trim()}\n`);
  return ['mmchat-p2p contains parts of these packages. Their licences follow.\n', ...parts].join('\n');
}

/** @param {string} input a path as esbuild writes it, with `/` */
function packageFolder(input) {
  const at = input.lastIndexOf('node_modules/');
  if (at === -1) return undefined;
  const start = at + 'node_modules/'.length;
  const [scopeOrName, name] = input.slice(start).split('/');
  return input.slice(0, start) + (scopeOrName?.startsWith('@') ? `${scopeOrName}/${name}` : scopeOrName);
}

async function licenceText(folder, manifest) {
  const files = (await readdir(folder)).filter((name) => LICENCE_FILE.test(name)).sort();
  const texts = await Promise.all(files.map((name) => readFile(path.join(folder, name), 'utf8')));
  const licence = typeof manifest.license === 'string' ? manifest.license : (manifest.license?.type ?? 'not stated');
  return [`Licence: ${licence}`, ...texts.map((text) => text.trim())].join('\n\n');
}

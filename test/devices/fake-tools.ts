// A PATH with an npm, a node-gyp and an OpenCV that are none, and that fail or never end when they are told to.

import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** `fetched` and `compiled` are in the calls, one line each. */
const NPM = `#!/usr/bin/env node
const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const args = process.argv.slice(2);
appendFileSync(process.env.FAKE_CALLS, 'npm ' + args.join(' ') + '\\n');
const folder = args[args.indexOf('--prefix') + 1];
const modules = path.join(folder, 'node_modules');
const write = (file, text) => {
  mkdirSync(path.dirname(path.join(modules, file)), { recursive: true });
  writeFileSync(path.join(modules, file), text);
};
if (process.env.FAKE_NPM === 'fail') {
  write('half.txt', 'x');
  console.error('npm warn something');
  console.error('npm error code ENOTFOUND\\u001b[31m');
  console.error('npm error the rest');
  process.exit(1);
}
if (process.env.FAKE_NPM === 'hang') {
  write('half.txt', 'x');
  require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)', 'grandchild-of-npm'], { stdio: 'inherit' });
  appendFileSync(process.env.FAKE_CALLS, 'hanging\\n');
  setInterval(() => {}, 1000);
} else {
  const name = '@u4/opencv4nodejs/';
  write(name + 'package.json', JSON.stringify({ name: '@u4/opencv4nodejs', version: '7.1.2', main: 'main.js' }));
  write(name + 'binding.gyp', '{"sources": ["cc/one.cc", "cc/two.cc"]}');
  write(name + 'main.js', process.env.FAKE_ADDON === 'broken' ? 'throw new Error("wrong ELF class");' :
    "console.log('prints'); require('./built.js'); module.exports = { version: { major: 4, minor: 6 }, CV_8UC3: 16, Mat: class { release() {} } };");
  write('node-gyp/bin/node-gyp.js', process.env.FAKE_NODE_GYP_PROGRAM);
}
`;

const NODE_GYP = `
const { appendFileSync, writeFileSync } = require('node:fs');
appendFileSync(process.env.FAKE_CALLS, 'node-gyp ' + process.argv.slice(2).join(' ') + ' ' + process.env.OPENCV4NODEJS_DISABLE_AUTOBUILD + '\\n');
console.log('  CXX(target) Release/obj.target/one.o');
if (process.env.FAKE_GYP === 'fail') {
  console.error("main.cc:1:2: fatal error: opencv2/x.hpp: No such file or directory");
  console.error('gyp ERR! not ok');
  process.exit(1);
}
if (process.env.FAKE_GYP === 'hang') {
  appendFileSync(process.env.FAKE_CALLS, 'hanging\\n');
  setInterval(() => {}, 1000);
} else writeFileSync('built.js', '');
`;

const HEADERS = ['opencv_modules', 'highgui', 'videoio', 'face', 'text', 'tracking', 'ximgproc'];

export class FakeTools {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async in(folder: string): Promise<FakeTools> {
    const tools = new FakeTools(folder);
    await mkdir(path.join(folder, 'bin'), { recursive: true });
    await tools.add('npm', NPM);
    for (const name of ['g++', 'make', 'python3', 'apt-get']) await tools.add(name, '#!/bin/sh\nexit 0\n');
    const headers = path.join(folder, 'include');
    await tools.add('pkg-config', `#!/bin/sh\n[ "$1" = --modversion ] && echo 4.6.0 || echo "-I${headers}"\n`);
    await mkdir(path.join(headers, 'opencv2'), { recursive: true });
    for (const name of HEADERS) await writeFile(path.join(headers, 'opencv2', `${name}.hpp`), '');
    await writeFile(tools.#callsFile, '');
    return tools;
  }

  async add(name: string, text: string): Promise<void> {
    await writeFile(path.join(this.folder, 'bin', name), text);
    await chmod(path.join(this.folder, 'bin', name), 0o755);
  }

  async remove(file: string): Promise<void> {
    await rm(path.join(this.folder, file), { recursive: true });
  }

  environment(how: { npm?: 'fail' | 'hang'; gyp?: 'fail' | 'hang'; addOn?: 'broken' } = {}): Record<string, string> {
    return {
      PATH: path.join(this.folder, 'bin'),
      FAKE_CALLS: this.#callsFile,
      FAKE_NPM: how.npm ?? '',
      FAKE_GYP: how.gyp ?? '',
      FAKE_ADDON: how.addOn ?? '',
      FAKE_NODE_GYP_PROGRAM: NODE_GYP,
      // As under npx, which must not lead npm elsewhere.
      npm_config_local_prefix: '/somewhere',
      npm_config_dry_run: 'true',
      NODE_OPTIONS: '--no-such-option',
      SHOWN_TO_NPM: 'yes',
    };
  }

  /** First words of what was run, in order. */
  async calls(): Promise<string[]> {
    return (await this.callLines()).map((line) => line.split(' ')[0] ?? '');
  }

  async callLines(): Promise<string[]> {
    return (await readFile(this.#callsFile, 'utf8')).split('\n').filter((line) => line !== '');
  }

  get #callsFile(): string {
    return path.join(this.folder, 'calls.log');
  }
}

// Setting an add-on up with programs that fail, hang, and are stopped: every branch without network and compiler.

import '../../src/base/platform.ts';
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { ADD_ONS, addOnFolder, findAddOn } from '../../src/base/add-ons.ts';
import { systemClock } from '../../src/base/clock.ts';
import { packageManager, remedyLines } from '../../src/devices/setup/remedies.ts';
import { requirements } from '../../src/devices/setup/requirements.ts';
import {
  setUpAddOn,
  type SetupEvent,
  type SetupPlan,
  type SetupResult,
} from '../../src/devices/setup/set-up-add-on.ts';
import { findNpm, nodeHeaders, toolEnvironment } from '../../src/devices/setup/tools.ts';
import { resolveAddOnsDir } from '../../src/store/data-dir.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { FakeTools } from './fake-tools.ts';

interface Run {
  readonly result: Promise<SetupResult>;
  readonly events: SetupEvent[];
  readonly plans: SetupPlan[];
}

function setUp(folder: string, env: Record<string, string>, signal?: AbortSignal, agrees = true): Run {
  const [events, plans]: [SetupEvent[], SetupPlan[]] = [[], []];
  const result = setUpAddOn({
    name: 'opencv',
    addOnsFolder: path.join(folder, 'addons'),
    env,
    clock: systemClock,
    signal,
    onEvent: (event) => events.push(event),
    confirm: async (plan) => {
      plans.push(plan);
      return agrees;
    },
  });
  return { result, events, plans };
}

const place = (folder: string): string => addOnFolder(path.join(folder, 'addons'), 'opencv');

/** Processes anywhere that were started with this word. */
function running(word: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/u.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word);
    } catch {
      return false;
    }
  });
}

describe('setting up', () => {
  it('looks, asks, fetches, compiles, tries; then it is found, and there already', async () => {
    await using folder = await temporaryFolder();
    const tools = await FakeTools.in(folder.path);
    const { result, events, plans } = setUp(folder.path, tools.environment());
    const done = await result;
    expect(done).toMatchObject({ outcome: 'done', version: 'OpenCV 4.6' });
    const requirementsSeen = events.flatMap((event) => (event.type === 'requirement' ? [event.requirement] : []));
    expect(requirementsSeen.map(({ what }) => what)).toEqual([
      'Node.js 20 or newer',
      'npm',
      '400 MB of free space',
      'C++ compiler',
      'make',
      'Python 3',
      'OpenCV 4 with its headers',
    ]);
    expect(requirementsSeen.every(({ found }) => found !== undefined)).toBe(true);
    expect(plans[0]?.steps).toHaveLength(3);
    expect(plans[0]?.licence).toContain('Apache');
    const lines = await tools.callLines();
    expect(lines[0]).toMatch(/^npm install --prefix \S+ --no-save --ignore-scripts .*@u4\/opencv4nodejs@7\.1\.2$/u);
    expect(lines[1]).toMatch(/^node-gyp rebuild.* 1$/u);
    expect(lines).toHaveLength(2);
    const addOns = path.join(folder.path, 'addons');
    expect(findAddOn('opencv', addOns)).toBe(path.join(place(folder.path), 'node_modules/@u4/opencv4nodejs/main.js'));
    const again = setUp(folder.path, tools.environment());
    expect(await again.result).toMatchObject({ outcome: 'there-already', version: 'OpenCV 4.6' });
    expect(again.plans).toEqual([]);
    expect(await tools.calls()).toHaveLength(2);
  });

  it('does nothing when it is refused', async () => {
    await using folder = await temporaryFolder();
    const tools = await FakeTools.in(folder.path);
    expect(await setUp(folder.path, tools.environment(), undefined, false).result).toEqual({ outcome: 'refused' });
    expect(await tools.calls()).toEqual([]);
    expect(readdirSync(folder.path)).not.toContain('addons');
  });

  it.each([
    ['bin/npm', 'npm', 'sudo apt install npm'],
    ['bin/g++', 'C++ compiler', 'sudo apt install g++'],
    ['bin/make', 'make', 'sudo apt install make'],
    ['bin/python3', 'Python 3', 'sudo apt install python3'],
    ['bin/pkg-config', 'pkg-config, OpenCV 4 with its headers', 'sudo apt install pkg-config libopencv-dev'],
    ['include/opencv2/face.hpp', 'OpenCV 4 with its headers', 'there is no face.hpp'],
  ])('without %s says what to type, and does nothing', async (file, what, remedy) => {
    await using folder = await temporaryFolder();
    const tools = await FakeTools.in(folder.path);
    await tools.remove(file);
    const { result, plans } = setUp(folder.path, tools.environment());
    const error = await result.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'missing-tools' });
    expect(String(error)).toContain(`This is missing: ${what}.`);
    expect(String(error)).toContain(remedy);
    expect(plans).toEqual([]);
    expect(readdirSync(folder.path)).not.toContain('addons');
  });

  it.each([
    [{ npm: 'fail' } as const, /npm: exit code 1: npm error code ENOTFOUND/u, ['npm', 'npm', 'node-gyp']],
    [{ gyp: 'fail' } as const, /node-gyp: exit code 1: main\.cc:1:2: fatal error/u, ['npm', 'node-gyp', 'node-gyp']],
    [{ addOn: 'broken' } as const, /does not load/u, ['npm', 'node-gyp', 'npm', 'node-gyp']],
  ])('that fails by %j says why, and goes on from there', async (how, sentence, calls) => {
    await using folder = await temporaryFolder();
    const tools = await FakeTools.in(folder.path);
    const error = await setUp(folder.path, tools.environment(how)).result.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'setup-failed', message: expect.stringMatching(sentence) as string });
    expect(String(error)).not.toContain('\u001b');
    const log = /is in (\S+)\.$/u.exec(String(error))?.[1] ?? '';
    expect(await readFile(log, 'utf8')).toContain('$ ');
    expect(findAddOn('opencv', path.join(folder.path, 'addons'))).toBeUndefined();
    expect(await setUp(folder.path, tools.environment()).result).toMatchObject({ outcome: 'done' });
    expect(await tools.calls()).toEqual(calls);
    expect(readdirSync(path.join(place(folder.path), 'node_modules'))).not.toContain('half.txt');
  });

  it.each([
    [{ npm: 'hang' } as const, ['npm', 'hanging', 'npm', 'node-gyp'], 3],
    [{ gyp: 'hang' } as const, ['npm', 'node-gyp', 'hanging', 'node-gyp'], 2],
  ])('that is stopped while %j leaves no process, and begins that step anew', async (how, calls, stepsLeft) => {
    await using folder = await temporaryFolder();
    const tools = await FakeTools.in(folder.path);
    const controller = new AbortController();
    const { result } = setUp(folder.path, tools.environment(how), controller.signal);
    const ended = result.catch((thrown: unknown) => thrown);
    await expect.poll(async () => tools.calls()).toContain('hanging');
    controller.abort();
    expect(await ended).toMatchObject({ code: 'stopped' });
    expect(running(folder.path)).toEqual([]);
    expect(running('grandchild-of-npm')).toEqual([]);
    const again = setUp(folder.path, tools.environment());
    expect(await again.result).toMatchObject({ outcome: 'done' });
    expect(again.plans[0]?.steps).toHaveLength(stepsLeft);
    expect(await tools.calls()).toEqual(calls);
    expect(readdirSync(place(folder.path))).not.toContain('setup.lock');
  });

  it('waits for nobody: another setup is told, one that died is not minded', async () => {
    await using folder = await temporaryFolder();
    const tools = await FakeTools.in(folder.path);
    await mkdir(place(folder.path), { recursive: true });
    const lock = path.join(place(folder.path), 'setup.lock');
    await writeFile(lock, String(process.pid));
    await expect(setUp(folder.path, tools.environment()).result).rejects.toMatchObject({ code: 'busy' });
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await writeFile(lock, String(pid));
    expect(await setUp(folder.path, tools.environment()).result).toMatchObject({ outcome: 'done' });
  });

  it('names a folder that can’t be written', async () => {
    await using folder = await temporaryFolder();
    const tools = await FakeTools.in(folder.path);
    await writeFile(path.join(folder.path, 'addons'), 'a file');
    const { result } = setUp(folder.path, tools.environment());
    await expect(result).rejects.toMatchObject({ code: 'data-dir' });
  });
});

it('what is half set up is not found', async () => {
  await using folder = await temporaryFolder();
  const modules = path.join(place(folder.path), 'node_modules/@u4/opencv4nodejs');
  await mkdir(modules, { recursive: true });
  await writeFile(path.join(modules, 'index.js'), '');
  expect(findAddOn('opencv', path.join(folder.path, 'addons'))).toBeUndefined();
});

it('the versions are those of package.json', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { peerDependencies } = JSON.parse(text) as { peerDependencies: Record<string, string> };
  for (const { packageName, version } of Object.values(ADD_ONS)) expect(peerDependencies[packageName]).toBe(version);
});

it('programs get what they need, and nothing that leads npm elsewhere', () => {
  const env = toolEnvironment({
    PATH: '/bin',
    HTTPS_PROXY: 'http://proxy',
    npm_config_registry: 'https://registry.example/',
    npm_config_local_prefix: '/a',
    npm_package_name: 'x',
    NODE_OPTIONS: '--import tsx',
    OPENCV4NODEJS_AUTOBUILD_FLAGS: 'x',
  });
  expect(Object.keys(env).toSorted()).toEqual(['HTTPS_PROXY', 'LC_ALL', 'PATH', 'npm_config_registry']);
  expect(env['PATH']).toBe(`${path.dirname(process.execPath)}:/bin`);
});

it('on Windows npm is run without a shell', async () => {
  await using folder = await temporaryFolder();
  const script = path.join(folder.path, 'npm-cli.js');
  await writeFile(script, '');
  expect(findNpm({ npm_execpath: script }, 'win32')).toEqual({ file: process.execPath, args: [script] });
});

it('headers of another Node.js are not taken', async () => {
  await using folder = await temporaryFolder();
  const include = path.join(folder.path, 'include/node');
  await mkdir(include, { recursive: true });
  const text = '#define NODE_MAJOR_VERSION 20\n#define NODE_MINOR_VERSION 1\n#define NODE_PATCH_VERSION 2\n';
  await writeFile(path.join(include, 'node_version.h'), text);
  const program = path.join(folder.path, 'bin/node');
  expect(nodeHeaders(program, '20.1.2')).toBe(folder.path);
  expect(nodeHeaders(program, '20.1.3')).toBeUndefined();
  expect(nodeHeaders('/nowhere/bin/node', '20.1.2')).toBeUndefined();
});

it('every package manager has its own line', () => {
  expect(packageManager('darwin', () => true)).toBe('brew');
  expect(packageManager('win32', () => true)).toBe('choco');
  expect(packageManager('linux', (program) => program === 'dnf')).toBe('dnf');
  expect(packageManager('linux', () => false)).toBe('apt');
  expect(remedyLines('brew', ['compiler', 'make', 'opencv'])).toEqual([
    'xcode-select --install',
    'brew install opencv',
  ]);
  expect(remedyLines('choco', ['opencv', 'python'])).toEqual(['choco install opencv python']);
  expect(remedyLines('apt', ['compiler', 'compiler'])).toEqual(['sudo apt install g++']);
});

it('systems that node-av has nothing for are told so', async () => {
  await using folder = await temporaryFolder();
  const { env } = { env: (await FakeTools.in(folder.path)).environment() };
  const parts = { env, platform: 'freebsd', arch: 'x64', folder: folder.path } as const;
  const missing = (await requirements('video', parts)).filter(({ found }) => found === undefined);
  expect(missing).toMatchObject([
    { what: 'a system that node-av knows', advice: expect.stringContaining('linux-x64') as string },
  ]);
  const windows = { ...parts, platform: 'win32', env: { ...env, npm_execpath: '' } } as const;
  const advice = (await requirements('opencv', windows)).flatMap((each) => each.advice ?? []);
  expect(advice.join(' ')).toContain('OPENCV_INCLUDE_DIR');
});

it('MMCHAT_ADDONS names another folder', () => {
  const at = { platform: 'linux', home: '/home/x' } as const;
  expect(resolveAddOnsDir({ ...at, environment: {} })).toBe('/home/x/.local/share/mmchat-p2p/addons');
  expect(resolveAddOnsDir({ ...at, environment: { MMCHAT_ADDONS: '/a/b' } })).toBe('/a/b');
});

it('node-av is found where the setup put it, by the codecs and the devices, once it is ready', async () => {
  await using folder = await temporaryFolder();
  const module = path.join(addOnFolder(folder.path, 'video'), 'node_modules/node-av');
  await mkdir(path.join(module, 'dist/lib'), { recursive: true });
  const facts = { name: 'node-av', version: '6.1.1', type: 'module', exports: { './lib': './dist/lib/index.js' } };
  await writeFile(path.join(module, 'package.json'), JSON.stringify(facts));
  await writeFile(path.join(module, 'dist/lib/index.js'), 'export {};');
  // A program that Node.js finds no node-av for.
  const program = path.join(folder.path, 'program');
  await mkdir(program);
  await build({
    stdin: {
      contents: `
        import { findNodeAv as ofCodecs } from './src/codecs/h264/find-node-av.ts';
        import { findNodeAv as ofDevices } from './src/devices/video/node-av-process.ts';
        const [folder] = process.argv.slice(2);
        const found = [ofCodecs(folder), ofDevices(folder)].map((one) => one ?? null);
        console.log(JSON.stringify(found));`,
      resolveDir: process.cwd(),
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: path.join(program, 'find.mjs'),
  });
  const found = (...words: string[]): unknown =>
    JSON.parse(spawnSync(process.execPath, [path.join(program, 'find.mjs'), ...words], { encoding: 'utf8' }).stdout);
  expect(found(folder.path)).toEqual([null, null]);
  await writeFile(path.join(addOnFolder(folder.path, 'video'), 'ready.json'), '{}');
  const there = path.join(module, 'dist/lib/index.js');
  expect(found(folder.path)).toEqual([there, there]);
  expect(found()).toEqual([null, null]);
});

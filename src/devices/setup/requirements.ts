// What has to be there before an add-on can be set up. Nothing is changed by looking.

import { existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import path from 'node:path';
import type { AddOnName } from '../../base/add-ons.ts';
import { askCommand } from '../ask-command.ts';
import { findCommand, type Environment } from '../commands.ts';
import { ADD_ON_FACTS } from './add-on-facts.ts';
import type { Tool } from './remedies.ts';
import { findNpm } from './tools.ts';

export interface Requirement {
  /** For people: `C++ compiler`. */
  readonly what: string;
  /** Where it is, or which one; undefined: it is missing. */
  readonly found: string | undefined;
  /** What a package manager could bring. */
  readonly tool?: Tool;
  /** Where none could: what else to do. */
  readonly advice?: string;
}

export interface RequirementParts {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Where the add-on would be. */
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}

/** A few of the headers that only a complete OpenCV with its extra modules has. */
const OPENCV_HEADERS = [
  'opencv_modules.hpp',
  'highgui.hpp',
  'videoio.hpp',
  'face.hpp',
  'text.hpp',
  'tracking.hpp',
  'ximgproc.hpp',
];
const OPENCV_VARIABLES = ['OPENCV_INCLUDE_DIR', 'OPENCV_LIB_DIR', 'OPENCV_BIN_DIR'];
/** For which node-av has binaries. */
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64', 'win32-x64', 'win32-arm64'];

export async function requirements(name: AddOnName, parts: RequirementParts): Promise<Requirement[]> {
  const npm = findNpm(parts.env, parts.platform);
  const general: Requirement[] = [
    { what: 'Node.js 20 or newer', found: process.version },
    { what: 'npm', found: npm === undefined ? undefined : (npm.args[0] ?? npm.file), tool: 'npm' },
    await freeSpace(name, parts.folder),
  ];
  if (name === 'opencv') return [...general, ...(await forCompiling(parts))];
  const system = `${parts.platform}-${parts.arch}`;
  const advice = `node-av has binaries for ${PLATFORMS.join(', ')} only.`;
  return [
    ...general,
    { what: 'a system that node-av knows', found: PLATFORMS.includes(system) ? system : undefined, advice },
  ];
}

async function forCompiling(parts: RequirementParts): Promise<Requirement[]> {
  const { env, platform } = parts;
  const first = (...names: string[]): string | undefined =>
    names.map((name) => findCommand(name, env)).find((file) => file !== undefined);
  // There, node-gyp itself looks for Visual Studio, and says what it wants.
  if (platform === 'win32')
    return [...pythonOf(first('python.exe', 'python3.exe', 'py.exe'), env), ...openCvByVariables(env)];
  return [
    { what: 'C++ compiler', found: first('g++', 'c++', 'clang++'), tool: 'compiler' },
    { what: 'make', found: first('make', 'gmake'), tool: 'make' },
    ...pythonOf(first('python3', 'python'), env),
    ...(await openCvHeaders(parts)),
  ];
}

function pythonOf(found: string | undefined, env: Environment): Requirement[] {
  const chosen = [env['npm_config_python'], env['PYTHON']].find((each) => each !== undefined && each !== '');
  return [{ what: 'Python 3', found: chosen ?? found, tool: 'python' }];
}

function openCvByVariables(env: Environment): Requirement[] {
  const isSet = OPENCV_VARIABLES.every((name) => env[name] !== undefined && existsSync(env[name]));
  const advice = `${OPENCV_VARIABLES.join(', ')} have to name the folders of OpenCV (as C:\\tools\\opencv\\build\\include, …\\x64\\vc16\\lib, …\\x64\\vc16\\bin).`;
  return [{ what: 'OpenCV', found: isSet ? env['OPENCV_INCLUDE_DIR'] : undefined, tool: 'opencv', advice }];
}

async function openCvHeaders(parts: RequirementParts): Promise<Requirement[]> {
  const what = 'OpenCV 4 with its headers';
  const given = parts.env['OPENCV_INCLUDE_DIR'];
  if (given !== undefined && given !== '') return [completeness(what, given, 'as OPENCV_INCLUDE_DIR says')];
  const pkgConfig = findCommand('pkg-config', parts.env) ?? findCommand('pkgconf', parts.env);
  if (pkgConfig === undefined)
    return [
      { what: 'pkg-config', found: undefined, tool: 'pkg-config' },
      { what, found: undefined, tool: 'opencv' },
    ];
  const ask = (word: string): ReturnType<typeof askCommand> =>
    askCommand(pkgConfig, [word, 'opencv4'], {
      env: parts.env,
      ...(parts.signal === undefined ? {} : { signal: parts.signal }),
    });
  const [version, flags] = [await ask('--modversion'), await ask('--cflags-only-I')];
  if (!version.ok || !flags.ok) return [{ what, found: undefined, tool: 'opencv' }];
  const folders = flags.text
    .split(/\s+/u)
    .filter((word) => word.startsWith('-I'))
    .map((word) => word.slice(2));
  const folder = folders.find((each) => existsSync(path.join(each, 'opencv2'))) ?? '/usr/include/opencv4';
  return [completeness(what, folder, version.text.trim())];
}

/** Packages that leave out the extra modules look the same from afar: then the compiler would stop after minutes. */
function completeness(what: string, folder: string, told: string): Requirement {
  const missing = OPENCV_HEADERS.filter((header) => !existsSync(path.join(folder, 'opencv2', header)));
  if (missing.length === 0) return { what, found: `${told} in ${folder}`, tool: 'opencv' };
  const advice = `In ${path.join(folder, 'opencv2')} there is no ${missing.join(', ')}: it has to be OpenCV with its extra modules (contrib).`;
  return { what, found: undefined, tool: 'opencv', advice };
}

async function freeSpace(name: AddOnName, folder: string): Promise<Requirement> {
  const { neededBytes } = ADD_ON_FACTS[name];
  const what = `${neededBytes / 1e6} MB of free space`;
  for (let place = path.resolve(folder); ; place = path.dirname(place)) {
    try {
      const { bavail, bsize } = await statfs(place);
      const freeBytes = bavail * bsize;
      const advice = `The disk with ${place} has ${Math.floor(freeBytes / 1e6)} MB; MMCHAT_ADDONS names another folder.`;
      return { what, found: freeBytes < neededBytes ? undefined : `${Math.floor(freeBytes / 1e6)} MB`, advice };
    } catch {
      // A disk that doesn't say may have enough.
      if (path.dirname(place) === place) return { what, found: 'unknown' };
    }
  }
}

// Rules about files that no other tool checks.

import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { VERSION } from '../../src/index.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const LINE_LIMIT = 400;

const NOT_OURS = new Set(['.git', 'node_modules', 'dist', 'coverage']);

/** Every file of the project. Not asked from git: the rules also hold for a copy without it. */
const files = readdirSync(root, { withFileTypes: true })
  .filter((entry) => !NOT_OURS.has(entry.name) && !entry.name.startsWith('dist-new-'))
  .flatMap((entry) =>
    entry.isDirectory()
      ? readdirSync(path.join(root, entry.name), { recursive: true, encoding: 'utf8' }).map((file) =>
          path.posix.join(entry.name, file.replaceAll(path.sep, '/')),
        )
      : [entry.name],
  )
  .filter((file) => !file.endsWith('.tgz') && statSync(path.join(root, file)).isFile());

const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const sources = files.filter((file) => /^(?:src|cli|bench|test)\/.*\.tsx?$/u.test(file));
const isGenerated = (file: string): boolean => file.startsWith('src/wire/generated/');

test('the files of the project are found', () => {
  expect(files).toContain('package.json');
  expect(sources.length).toBeGreaterThan(10);
});

test('every folder of src, cli and bench has a README.md', () => {
  const folders = new Set(sources.filter((file) => !file.startsWith('test/')).map((file) => path.posix.dirname(file)));
  folders.delete('src/wire/generated');
  const without = [...folders].filter((folder) => !files.includes(`${folder}/README.md`));
  expect(without).toEqual([]);
});

test(`no file of src and cli is longer than ${LINE_LIMIT} lines`, () => {
  const long = sources
    .filter((file) => /^(?:src|cli)\//u.test(file) && !isGenerated(file))
    .filter((file) => read(file).split('\n').length > LINE_LIMIT + 1);
  expect(long).toEqual([]);
});

test('the first line of every source file says what lives there', () => {
  const without = sources.filter((file) => {
    if (isGenerated(file)) return false;
    const [first, second] = read(file).split('\n');
    return !/^(?:\/\/ |\/\*\*? )\S/u.test((first?.startsWith('#!') === true ? second : first) ?? '');
  });
  expect(without).toEqual([]);
});

test('nothing speaks of the machine that it was written on', () => {
  // Put together here, so that this file does not find itself.
  const private_ = new RegExp(['work', 'root'].map((folder) => `/${folder}/`).join('|'), 'u');
  expect(files.filter((file) => private_.test(read(file)))).toEqual([]);
});

test('the lock file names no registry, so that everybody installs from their own', () => {
  const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string }> };
  expect(Object.values(lock.packages).filter((entry) => entry.resolved?.startsWith('http'))).toEqual([]);
});

test('the lock file is complete for every platform, so that `npm ci` accepts it', () => {
  const lock = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>;
  };
  const locked = new Set(Object.keys(lock.packages).map((key) => key.slice(key.lastIndexOf('node_modules/'))));
  const wanted = Object.values(lock.packages).flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}));
  expect(wanted.filter((name) => !locked.has(`node_modules/${name}`))).toEqual([]);
});

test('one version: package.json, package-lock.json, src/version.ts and CHANGELOG.md', () => {
  const manifest = JSON.parse(read('package.json')) as { version: string };
  const lock = JSON.parse(read('package-lock.json')) as { version: string };
  expect({ manifest: manifest.version, lock: lock.version }).toEqual({ manifest: VERSION, lock: VERSION });
  expect(read('CHANGELOG.md')).toContain(`\n## ${VERSION}`);
});

// Small values on disk: whole, also after a crash; broken ones kept aside.
import '../../src/base/platform.ts';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock, type Clock } from '../../src/base/clock.ts';
import { JsonValueStore, VALUE_LIMIT_BYTES } from '../../src/store/json-value-store.ts';
import { MemoryValueStore } from '../../src/store/memory-value-store.ts';
import { startProgram } from './child-program.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { describeValueStore } from './value-store-contract.ts';

const clock: Clock = { ...systemClock, now: () => Date.UTC(2030, 0, 2, 3, 4, 5, 6) };

function storeAt(path: string, warnings: string[] = []): JsonValueStore<number> {
  const parse = (json: unknown): number => {
    if (typeof json !== 'number') throw new TypeError('not a number');
    return json;
  };
  return new JsonValueStore({
    path,
    form: { what: 'number', initial: 0, parse },
    clock,
    warn: (sentence) => warnings.push(sentence),
  });
}

describeValueStore('JsonValueStore', async () => {
  const path = join(await temporaryFolder(), 'value.json');
  return { store: storeAt(path), reopen: () => storeAt(path) };
});

describeValueStore('MemoryValueStore', () => {
  const store = new MemoryValueStore(0);
  return Promise.resolve({ store, reopen: () => store });
});

describe('JsonValueStore', () => {
  it('keeps its file to its owner and nothing beside it', async () => {
    const folder = await temporaryFolder();
    await storeAt(join(folder, 'value.json')).save(5);
    expect(await readdir(folder)).toEqual(['value.json']);
    expect((await stat(join(folder, 'value.json'))).mode & 0o777).toBe(0o600);
  });

  it.each(['', '{', '[]', 'null', '7', '{"version":1,"value":"x"}', '{"version":2,"value":7}', '\u0000'.repeat(100)])(
    'sets %j aside, says so, and starts anew',
    async (text) => {
      const folder = await temporaryFolder();
      const path = join(folder, 'value.json');
      await writeFile(path, text);
      const warnings: string[] = [];
      const store = storeAt(path, warnings);
      expect(await store.load()).toBe(0);
      expect(warnings).toEqual([
        `The number in ${path} could not be read and starts anew; the broken file is kept as ${path}.broken-20300102T030405Z.`,
      ]);
      expect(await readFile(`${path}.broken-20300102T030405Z`, 'utf8')).toBe(text);
      await store.save(3);
      expect(await store.load()).toBe(3);
    },
  );

  it('has a bound in both directions', async () => {
    const path = join(await temporaryFolder(), 'value.json');
    const warnings: string[] = [];
    const texts = new JsonValueStore<string>({
      path,
      form: { what: 'text', initial: '', parse: String },
      clock,
      warn: (sentence) => warnings.push(sentence),
    });
    await texts.save('kept');
    await expect(texts.save('x'.repeat(VALUE_LIMIT_BYTES))).rejects.toMatchObject({ code: 'too-large' });
    expect(await texts.load()).toBe('kept');
    await writeFile(path, JSON.stringify({ version: 1, value: 'x'.repeat(VALUE_LIMIT_BYTES) }));
    expect(await texts.load()).toBe('');
    expect(warnings.length).toBe(1);
  });

  it('says what can’t be read or written, and goes on when it can be again', async () => {
    const folder = join(await temporaryFolder(), 'data');
    const path = join(folder, 'value.json');
    const store = storeAt(path);
    const saves = await Promise.allSettled([store.save(1), store.save(2), store.save(3)]);
    expect(saves.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    await expect(store.save(4)).rejects.toMatchObject({ code: 'data-dir' });
    await mkdir(folder);
    await store.save(5);
    expect(await store.load()).toBe(5);
    await rm(path);
    await mkdir(path);
    await expect(store.load()).rejects.toMatchObject({ code: 'data-dir' });
  });

  it('leaves a whole file when the process is killed in the middle of saving', async () => {
    const folder = await temporaryFolder();
    for (let round = 0; round < 4; round++) {
      const path = join(folder, `value-${round}.json`);
      const child = startProgram(new URL('./value-saver.ts', import.meta.url), [path]);
      let printed = '';
      for await (const chunk of child.stdout.setEncoding('utf8')) {
        printed += String(chunk);
        // At another place of the work each time.
        if (printed.split('\n').length > 5 + round * 3) break;
      }
      const exited = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
      child.kill('SIGKILL');
      await exited;
      const { value } = JSON.parse(await readFile(path, 'utf8')) as { value: { count: number; filling: string } };
      const lastTold = Number(printed.trimEnd().split('\n').at(-1));
      expect(value.count).toBeGreaterThanOrEqual(lastTold);
      expect(value.filling.length).toBe((value.count * 7919) % 100_000);
    }
  }, 60_000);
});

// What every ValueStore promises.
import { describe, expect, it } from 'vitest';
import type { ValueStore } from '../../src/contracts/stores.ts';

/** `open` gives a store of numbers that starts at 0; `reopen` one that sees what the last one saved, as after a restart. */
export function describeValueStore(
  name: string,
  open: () => Promise<{ store: ValueStore<number>; reopen: () => ValueStore<number> }>,
): void {
  describe(`${name} as a ValueStore`, () => {
    it('starts with the initial value', async () => {
      expect(await (await open()).store.load()).toBe(0);
    });

    it('gives back what was saved last', async () => {
      const { store, reopen } = await open();
      await store.save(1);
      expect(await store.load()).toBe(1);
      await store.save(2);
      expect(await reopen().load()).toBe(2);
    });

    it('ends with the last of many saved at once', async () => {
      const { store, reopen } = await open();
      const saves = Array.from({ length: 50 }, (_, index) => store.save(index + 1));
      await Promise.all(saves);
      expect(await reopen().load()).toBe(50);
    });

    it('has saved what a save resolved for, also in the middle of others', async () => {
      const { store, reopen } = await open();
      const seen: number[] = [];
      await Promise.all(
        Array.from({ length: 20 }, async (_, index) => {
          await store.save(index + 1);
          seen.push(await reopen().load());
        }),
      );
      expect(seen.every((value, index) => value >= index + 1)).toBe(true);
      await store.save(100);
      expect(await reopen().load()).toBe(100);
    });
  });
}

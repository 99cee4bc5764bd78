// The README says what the program does.

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { README, readmeTables, wantedReadme, withTables } from './readme-tables.ts';

test('the tables of README.md come from the tables of the program', async () => {
  const text = await readFile(README, 'utf8');
  expect(text, 'to write them: npm run readme').toBe(await wantedReadme(text));
});

test('a missing region is noticed', () => {
  expect(() => withTables('# nothing', readmeTables())).toThrow(/no region <!-- [a-z-]+ -->/u);
});

test('the README says how to run and how to test', async () => {
  const text = await readFile(README, 'utf8');
  expect(text).toContain('npm install && npx mmchat-p2p');
  expect(text).toContain('npm install && npm test');
});

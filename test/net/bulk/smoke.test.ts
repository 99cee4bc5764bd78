import '../../../src/base/platform.ts';
import { writeFile } from 'node:fs/promises';
import { randomBytes, createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import { systemRandom } from '../../../src/base/random.ts';
import { LocalBulkEngine } from '../../../src/net/bulk/local-bulk-engine.ts';
import { plainFiles, contentOf } from '../../support/plain-files.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test.each([[false, 'tls'], [true, 'tls'],[false,'link'],[true,'link']] as const)('whole %s %s', async (hashPieces, way) => {
  await using folder = await temporaryFolder();
  const parts = { files: plainFiles, clock: systemClock, random: systemRandom, port: 0 };
  const a = new LocalBulkEngine(parts), b = new LocalBulkEngine(parts);
  await a.start(); await b.start();
  const bytes = randomBytes(5_300_001);
  const file = folder.path + '/f';
  await writeFile(file, bytes);
  const id = '00'.repeat(16);
  const facts = await a.describe(file);
  const options = { pieceBytes: 2 ** 20, hashPieces };
  await a.openSource(id, file, facts, options);
  await b.openTarget({ transferId: id, folder: folder.path + '/in', ...facts }, options);
  const events: unknown[] = [];
  const done = new Promise<void>((resolve) => { let n = 0; b.on((e) => { events.push(e); if (e.type === 'piece-received' && ++n === 6) resolve(); }); });
  a.on((e) => events.push(e));
  const key = { channelId: 'ab'.repeat(16), secret: randomBytes(32) };
  if (way === 'tls') { a.listen(key); await b.dial(key, { host: '127.0.0.1', port: a.port }, { timeoutMs: 5000 }); }
  else {
    const x = a.attach(key.channelId, async (bytes) => { await y.feed(bytes); return true; });
    const y = b.attach(key.channelId, async (bytes) => { await x.feed(bytes); return true; });
  }
  a.serve(key.channelId, id); b.fetch(key.channelId, id, { trusted: true });
  b.request(key.channelId, 0, 6);
  await done;
  const sha = createHash('sha256').update(bytes).digest('hex');
  expect(Buffer.from(await a.sealSource(id)).toString('hex')).toBe(sha);
  expect(Buffer.from(await b.sealTarget(id)).toString('hex')).toBe(sha);
  const { path } = await b.finishTarget(id);
  expect(Buffer.compare(await contentOf(path), bytes)).toBe(0);
  await a.stop(); await b.stop();
  console.log(JSON.stringify(events).slice(0, 1500));
});

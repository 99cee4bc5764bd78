// Memory of pictures: used again when it was given back, by everybody who had it, and never twice at once.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PicturePool, sharedFrame } from '../../../src/media/video/picture-pool.ts';
import type { VideoFrame } from '../../../src/media/video/video-frame.ts';

it('memory that was given back is used again, and never by two', () => {
  const steps = fc.array(fc.record({ release: fc.boolean(), which: fc.nat(), size: fc.constantFrom(12, 48, 300) }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(steps, (all) => {
      const pool = new PicturePool();
      const out: VideoFrame[] = [];
      for (const { release, which, size } of all) {
        if (release && out.length > 0) {
          const [frame] = out.splice(which % out.length, 1);
          frame?.release?.();
          // Whoever does so twice harms nobody.
          if (which % 3 === 0) frame?.release?.();
          continue;
        }
        const rgb = pool.take(size);
        expect(rgb.length).toBe(size);
        expect(out.some((frame) => frame.rgb === rgb)).toBe(false);
        out.push(pool.frame({ width: size / 3, height: 1, rgb, atMs: 0 }));
      }
    }),
  );
});

it('one after the other needs one', () => {
  const pool = new PicturePool();
  const seen = new Set<Uint8Array>();
  for (let index = 0; index < 100; index++) {
    const rgb = pool.take(300);
    seen.add(rgb);
    pool.frame({ width: 10, height: 10, rgb, atMs: index }).release?.();
  }
  expect(seen.size).toBe(1);
});

it('keeps no more than a few, however many came back', () => {
  const pool = new PicturePool();
  const bytes = 1 << 20;
  const rooms = Array.from({ length: 40 }, () => pool.take(bytes));
  for (const room of rooms) pool.give(room);
  const again = Array.from({ length: 40 }, () => pool.take(bytes));
  expect(again.filter((room) => rooms.includes(room)).length).toBe(12);
});

it('a picture for several is given back by the last of them', () => {
  let released = 0;
  const release = (): void => {
    released++;
  };
  const frame = { width: 1, height: 1, rgb: new Uint8Array(3), atMs: 0, release };
  const shared = sharedFrame(frame, 3);
  shared.release?.();
  shared.release?.();
  expect(released).toBe(0);
  shared.release?.();
  expect(released).toBe(1);
  sharedFrame(frame, 1).release?.();
  expect(released).toBe(2);
  sharedFrame(frame, 0);
  expect(released).toBe(3);
  const plain = { width: 1, height: 1, rgb: new Uint8Array(3), atMs: 0 };
  expect(sharedFrame(plain, 2)).toBe(plain);
});

// Pictures as of a camera: somebody moves a little in front of a wall, with the noise of a sensor.

import type { VideoFrame } from '../../../src/media/video/video-frame.ts';

export function naturalFrame(index: number, { width, height }: { width: number; height: number }): VideoFrame {
  const rgb = new Uint8Array(width * height * 3);
  const headX = width * (0.5 + 0.03 * Math.sin(index / 6));
  const headY = height * (0.45 + 0.02 * Math.cos(index / 9));
  let seed = (index * 7919 + 17) >>> 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      const noise = ((seed >>> 24) - 128) / 16;
      const isHead = ((x - headX) / (width * 0.14)) ** 2 + ((y - headY) / (height * 0.28)) ** 2 < 1;
      const isBody = !isHead && y > height * 0.7 && Math.abs(x - headX) < width * 0.3;
      const light = 1 - 0.4 * (x / width) + 0.1 * Math.sin(y / 15);
      const [red, green, blue] = isHead ? [205, 160, 135] : isBody ? [50, 70, 120] : [170, 170, 160];
      const detail = isHead ? 14 * Math.sin((x - headX) / 3) * Math.cos((y - headY) / 4) : 0;
      rgb[at] = clamped(red * light + noise + detail);
      rgb[at + 1] = clamped(green * light + noise + detail);
      rgb[at + 2] = clamped(blue * light + noise + detail);
    }
  return { width, height, rgb, atMs: 0 };
}

function clamped(value: number): number {
  return Math.max(0, Math.min(255, Math.round(value)));
}

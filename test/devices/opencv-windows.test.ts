// Windows by the real OpenCV on a display without a screen: what is seen in them, and what becomes of them.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { localVideoCodecs } from '../../src/codecs/local-video-codecs.ts';
import type { VideoOutput } from '../../src/contracts/video.ts';
import { LocalVideoDevices } from '../../src/devices/video/local-video-devices.ts';
import { OpenCvBackend } from '../../src/devices/video/opencv-backend.ts';
import { patternFrame, readPatternCounter } from '../../src/media/video/pattern.ts';
import { XDisplay, xvfbUnavailable } from '../support/x-display.ts';
import { OPENCV_MODULE, REQUIRE_OPENCV, openCvChildren } from './opencv-sample.ts';

const clock = systemClock;
const SIZE = { width: 320, height: 240 };
const canRun = OPENCV_MODULE !== undefined && xvfbUnavailable() === undefined;

async function openWindow(display: string, onLost?: (sentence: string) => void): Promise<VideoOutput> {
  const env = { ...process.env, DISPLAY: display, WAYLAND_DISPLAY: undefined };
  const backend = new OpenCvBackend({ clock, env, addOnsFolder: undefined, modulePath: OPENCV_MODULE ?? '' });
  const devices = new LocalVideoDevices({ clock, codecs: localVideoCodecs(), backends: [backend] });
  return devices.openOutput('window', onLost === undefined ? {} : { onLost });
}

/** Shows frames until the picture of that window says the number of one of them. */
async function seenCounter(
  display: XDisplay,
  output: VideoOutput,
  who: string,
  name: string,
  from: number,
): Promise<number> {
  let index = from;
  let seen = 0;
  await expect
    .poll(async () => {
      output.show(who, name, patternFrame(index++, SIZE));
      const window = (await display.windows()).find(({ title }) => title === name);
      if (window === undefined) return false;
      seen = readPatternCounter(await display.pixels(window)) ?? 0;
      return seen > from;
    })
    .toBe(true);
  return seen;
}

async function titles(display: XDisplay): Promise<string[]> {
  return (await display.windows()).map(({ title }) => title).toSorted();
}

describe.runIf(REQUIRE_OPENCV || canRun)('windows of the real OpenCV', () => {
  it('show a moving picture, one window a person, until they are hidden', async () => {
    await using display = await XDisplay.start();
    const output = await openWindow(display.name);
    expect(await titles(display)).toEqual([]);
    const first = await seenCounter(display, output, 'a', 'Alice', 100);
    const later = await seenCounter(display, output, 'a', 'Alice', first + 100);
    expect(later).toBeGreaterThan(first + 100);
    const [window] = await display.windows();
    expect(window).toMatchObject({ title: 'Alice', ...SIZE });
    output.show('b', 'Bob\u001b]0;x\u0007 ☃', patternFrame(1, SIZE));
    await expect.poll(async () => titles(display)).toEqual(['Alice', 'Bob␛]0;x␇ ☃']);
    output.hide('a');
    await expect.poll(async () => titles(display)).toEqual(['Bob␛]0;x␇ ☃']);
    output.hide('b');
    output.hide('nobody');
    await expect.poll(async () => titles(display)).toEqual([]);
    // The last window is not the end of it.
    await seenCounter(display, output, 'a', 'Alice', 500);
    await output.stop();
    await output.stop();
    expect(openCvChildren()).toEqual([]);
    await expect.poll(async () => titles(display)).toEqual([]);
  });

  it('stay closed when somebody closes them, until another call', async () => {
    await using display = await XDisplay.start();
    const output = await openWindow(display.name);
    await seenCounter(display, output, 'a', 'Alice', 1);
    await seenCounter(display, output, 'b', 'Bob', 1);
    const window = (await display.windows()).find(({ title }) => title === 'Bob');
    await display.closeByHand(window!);
    let index = 100;
    const show = (): void => {
      output.show('a', 'Alice', patternFrame(index, SIZE));
      output.show('b', 'Bob', patternFrame(index++, SIZE));
    };
    await expect
      .poll(async () => {
        show();
        return titles(display);
      })
      .toEqual(['Alice']);
    for (let round = 0; round < 20; round++) {
      await seenCounter(display, output, 'a', 'Alice', index);
      show();
    }
    expect(await titles(display)).toEqual(['Alice']);
    output.hide('b');
    await seenCounter(display, output, 'b', 'Bob', 1);
    expect(await titles(display)).toEqual(['Alice', 'Bob']);
    await output.stop();
    expect(openCvChildren()).toEqual([]);
  });

  it.each(['the process', 'the display'])('are lost once with %s', async (what) => {
    const display = await XDisplay.start();
    const sentences: string[] = [];
    const output = await openWindow(display.name, (sentence) => sentences.push(sentence));
    await seenCounter(display, output, 'a', 'Alice', 1);
    if (what === 'the process') process.kill(openCvChildren()[0]!, 'SIGKILL');
    else await display[Symbol.asyncDispose]();
    await expect.poll(() => sentences.length).toBe(1);
    expect(sentences[0]).toMatch(/^The windows with the pictures are gone \(OpenCV: .+\)\.$/u);
    output.show('a', 'Alice', patternFrame(2, SIZE));
    output.hide('a');
    await output.stop();
    expect(sentences.length).toBe(1);
    expect(openCvChildren()).toEqual([]);
    await display[Symbol.asyncDispose]();
  });

  it('are not even tried where the display does not answer', async () => {
    await expect(openWindow(':4711')).rejects.toMatchObject({
      code: 'device-unavailable',
      message: 'The screen :4711 does not answer, so no window can be opened.',
    });
    expect(openCvChildren()).toEqual([]);
  });
});

// What FFmpeg is to open for a wish: its format, address and options on each platform.

import path from 'node:path';
import { MmchatError } from '../../base/errors.ts';
import { cleanLine } from '../../base/clean-text.ts';
import type { VideoDevice } from '../../contracts/video.ts';
import type { Environment } from '../commands.ts';
import { MAX_DEVICE_NAME_LENGTH } from './video-backend.ts';

export interface CaptureSource {
  readonly device: VideoDevice;
  /** FFmpeg's name of the way in; undefined: it finds out by itself. */
  readonly format: string | undefined;
  readonly url: string;
  readonly options: Readonly<Record<string, string>>;
  /**
   * `camera`: comes at its own pace, with the size and rate that are asked for where it can. `grab`: is there whenever
   * somebody looks. `file`: by its timestamps.
   */
  readonly pace: 'camera' | 'grab' | 'file';
}

const MOST_SIDE = 16_384;

export function fileSource(written: string): CaptureSource {
  const absolute = path.resolve(written);
  const name = shownName(written);
  return {
    device: { id: `file:${written}`, name, kind: 'file' },
    format: undefined,
    // A path, whatever it looks like; and what a playlist names is not fetched from anywhere.
    url: `file:${absolute}`,
    options: { protocol_whitelist: 'file' },
    pace: 'file',
  };
}

/** @param key what FFmpeg calls it: `/dev/video0`, a name on macOS and Windows */
export function cameraSource(device: VideoDevice, key: string, platform: NodeJS.Platform): CaptureSource {
  const common = { device, options: {}, pace: 'camera' } as const;
  if (platform === 'darwin') return { ...common, format: 'avfoundation', url: `${key}:none` };
  if (platform === 'win32') return { ...common, format: 'dshow', url: `video=${key}` };
  return { ...common, format: 'v4l2', url: key };
}

/** Test pictures of FFmpeg, at their own pace. Not for people: it is in no list and no help. */
export function synthesizedSource(graph: string): CaptureSource {
  const device: VideoDevice = { id: `lavfi:${graph}`, name: shownName(graph), kind: 'pattern' };
  return { device, format: 'lavfi', url: graph, options: {}, pace: 'file' };
}

interface Region {
  readonly width: number;
  readonly height: number;
  readonly x: number;
  readonly y: number;
}

/**
 * `screen:N`, `screen:N:WxH+X+Y`, `window:ID` (X11). Undefined: it is none of these.
 *
 * @throws MmchatError `device-unavailable` at one that can't be
 */
export function screenSource(written: string, env: Environment, platform: NodeJS.Platform): CaptureSource | undefined {
  const [, screen, ...area] = /^screen:(\d{1,2})(?::(\d{1,5})x(\d{1,5})\+(\d{1,5})\+(\d{1,5}))?$/u.exec(written) ?? [];
  const window = /^window:(0x[\da-f]{1,8}|\d{1,10})$/iu.exec(written)?.[1];
  if (screen === undefined && window === undefined) {
    if (!/^(?:screen|window):/u.test(written)) return undefined;
    throw unavailable(
      'A screen is written as screen:0, a part of it as screen:0:800x600+100+50, and a window of X11 as window:0x1400003.',
    );
  }
  const region = area[0] === undefined ? undefined : regionOf(area.map(Number));
  const kind = window === undefined ? 'screen' : 'window';
  const common = { device: { id: written, name: written, kind }, pace: 'grab' } as const;
  if (platform === 'win32') return { ...common, format: 'gdigrab', ...gdiTarget(region, screen, window) };
  if (platform === 'darwin') {
    if (region !== undefined || window !== undefined)
      throw unavailable('On macOS only a whole screen can be shown, as in screen:0.');
    return {
      ...common,
      format: 'avfoundation',
      url: `Capture screen ${screen ?? '0'}:none`,
      options: {},
      pace: 'camera',
    };
  }
  const display = env['DISPLAY'] ?? '';
  if (display === '') throw unavailable(`There is no screen of X11 here. ${screenRemedy()}`);
  const url = /\.\d+$/u.test(display) ? display.replace(/\.\d+$/u, `.${screen ?? '0'}`) : `${display}.${screen ?? '0'}`;
  const options: Record<string, string> = { draw_mouse: window === undefined ? '1' : '0' };
  if (window !== undefined) options['window_id'] = String(Number(window));
  if (region !== undefined) {
    options['video_size'] = `${region.width}x${region.height}`;
    options['grab_x'] = String(region.x);
    options['grab_y'] = String(region.y);
  }
  return { ...common, format: 'x11grab', url, options };
}

export function screenRemedy(): string {
  return 'Set DISPLAY to an X11 display; what runs under Wayland alone can’t be shared.';
}

export function shownName(written: string): string {
  return cleanLine(written).trim().slice(0, MAX_DEVICE_NAME_LENGTH);
}

function gdiTarget(
  region: Region | undefined,
  screen: string | undefined,
  window: string | undefined,
): Pick<CaptureSource, 'url' | 'options'> {
  if (window !== undefined) return { url: `hwnd=${Number(window)}`, options: {} };
  if (screen !== '0') throw unavailable('On Windows there is one screen, screen:0, that spans all of them.');
  if (region === undefined) return { url: 'desktop', options: {} };
  const { width, height, x, y } = region;
  return {
    url: 'desktop',
    options: { video_size: `${width}x${height}`, offset_x: String(x), offset_y: String(y) },
  };
}

function regionOf([width = 0, height = 0, x = 0, y = 0]: readonly number[]): Region {
  if (width < 16 || height < 16 || width > MOST_SIDE || height > MOST_SIDE)
    throw unavailable('A part of a screen has at least 16x16 pixels, as in screen:0:800x600+100+50.');
  return { width, height, x, y };
}

function unavailable(sentence: string): MmchatError {
  return new MmchatError('device-unavailable', sentence);
}

// The part of @u4/opencv4nodejs that is used, and how it is loaded: only in a child process, because it prints, and because what goes
// wrong in OpenCV ends the process that it is in.

import { createRequire } from 'node:module';
import path from 'node:path';

export interface Mat {
  readonly rows: number;
  readonly cols: number;
  readonly channels: number;
  readonly depth: number;
  readonly empty: boolean;
  resize(rows: number, columns: number, scaleX: number, scaleY: number, interpolation: number): Mat;
  cvtColor(code: number): Mat;
  getData(): Buffer;
  /** Always, and once: the garbage collector would end the process. */
  release(): void;
}

export interface VideoCapture {
  readAsync(): Promise<Mat>;
  get(property: number): number;
  set(property: number, value: number): boolean;
  release(): void;
}

export interface OpenCv {
  readonly version: { readonly major: number; readonly minor: number };
  readonly Mat: new (data: Buffer, rows: number, columns: number, type: number) => Mat;
  readonly VideoCapture: new (source: string | number) => VideoCapture;
  readonly imshow: (window: string, picture: Mat) => void;
  readonly waitKey: (delayMs: number) => number;
  readonly namedWindow: (window: string, flags: number) => void;
  readonly setWindowTitle: (window: string, title: string) => void;
  readonly resizeWindow: (window: string, width: number, height: number) => void;
  readonly getWindowProperty: (window: string, property: number) => number;
  readonly destroyWindow: (window: string) => void;
  readonly CV_8U: number;
  readonly CV_8UC3: number;
  readonly COLOR_BGR2RGB: number;
  readonly COLOR_RGB2BGR: number;
  readonly COLOR_BGRA2RGB?: number;
  readonly COLOR_GRAY2RGB?: number;
  readonly INTER_AREA: number;
  readonly CAP_PROP_FPS: number;
  readonly CAP_PROP_FRAME_WIDTH: number;
  readonly CAP_PROP_FRAME_HEIGHT: number;
  readonly WINDOW_NORMAL: number;
  readonly WINDOW_KEEPRATIO: number;
  readonly WINDOW_GUI_NORMAL: number;
  readonly WND_PROP_VISIBLE: number;
}

export function loadOpenCv(modulePath: string): OpenCv {
  // Its own account of memory is what the garbage collector stumbles over; and it would look for an OpenCV to build.
  process.env['OPENCV4NODEJS_DISABLE_EXTERNAL_MEM_TRACKING'] = '1';
  process.env['OPENCV4NODEJS_DISABLE_AUTOBUILD'] = '1';
  // It reads settings from the package.json of the folder that it is started in.
  process.chdir(path.dirname(modulePath));
  return createRequire(import.meta.url)(modulePath) as OpenCv;
}

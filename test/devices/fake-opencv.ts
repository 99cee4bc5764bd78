// An OpenCV that is none: pictures that are all of one colour, windows that are lines in a file. It prints and misbehaves as told.

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * What stands in the file that a capture opens: `frames 10` and it ends, `crash 3` after so many, `silent`, `wrong` is no picture. Windows
 * crash, or never answer, when the file `windows` in the folder says so; else what they do is in `windows.log`.
 */
const MODULE = `
const fs = require('node:fs');
const path = require('node:path');
console.log('the library prints');
console.error('and complains');
const read = (name) => { try { return fs.readFileSync(path.join(__dirname, name), 'utf8'); } catch { return ''; } };
const note = (line) => fs.appendFileSync(path.join(__dirname, 'windows.log'), line + '\\n');
class Mat {
  constructor(data, rows, cols) { Object.assign(this, { data, rows, cols, channels: 3, depth: 0, empty: rows === 0 }); }
  resize(rows, cols) { return new Mat(Buffer.alloc(rows * cols * 3, this.data[0]), rows, cols); }
  cvtColor() { return new Mat(Buffer.from(this.data), this.rows, this.cols); }
  getData() { return this.data; }
  release() { if (this.isReleased) process.abort(); this.isReleased = true; }
}
class VideoCapture {
  constructor(source) {
    this.words = typeof source === 'number' ? ['silent'] : fs.readFileSync(source, 'utf8').split(' ');
    if (this.words[0] === 'refuse') throw new Error('VideoCapture::New - failed\\n to open \\u001b[31mcapture');
    this.count = 0;
  }
  async readAsync() {
    const [how, most] = this.words;
    if (how === 'silent') await new Promise(() => setInterval(() => undefined, 1000));
    if (how === 'wrong') return Object.assign(new Mat(Buffer.alloc(12), 2, 2), { depth: 5 });
    if (this.count++ >= Number(most)) {
      if (how === 'crash') process.kill(process.pid, 'SIGSEGV');
      return new Mat(Buffer.alloc(0), 0, 0);
    }
    return new Mat(Buffer.alloc(64 * 48 * 3, this.count), 48, 64);
  }
  get() { return 50; }
  set() { return true; }
  release() {}
}
const open = new Set();
const closed = () => read('closed').split('\\n');
module.exports = {
  Mat, VideoCapture, version: { major: 4, minor: 0 }, CV_8U: 0, CV_8UC3: 16, COLOR_BGR2RGB: 4, COLOR_RGB2BGR: 4, INTER_AREA: 3,
  CAP_PROP_FPS: 5, CAP_PROP_FRAME_WIDTH: 3, CAP_PROP_FRAME_HEIGHT: 4, WINDOW_NORMAL: 0, WINDOW_KEEPRATIO: 0, WINDOW_GUI_NORMAL: 16,
  WND_PROP_VISIBLE: 4,
  imshow(name, mat) {
    if (read('windows') === 'crash') process.abort();
    if (read('windows') === 'hang') for (;;);
    note('show ' + name + ' ' + mat.cols + 'x' + mat.rows + ' ' + mat.data[0]);
  },
  waitKey: () => -1,
  namedWindow: (name) => { open.add(name); note('open ' + name); },
  setWindowTitle: (name, title) => note('title ' + name + ' ' + title),
  resizeWindow: () => undefined,
  getWindowProperty: (name) => (open.has(name) && !closed().includes(name) ? 1 : 0),
  destroyWindow: (name) => { open.delete(name); note('destroy ' + name); },
};
`;

export class FakeOpenCv {
  readonly modulePath: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.modulePath = path.join(folder, 'opencv.cjs');
  }

  static async in(folder: string): Promise<FakeOpenCv> {
    const fake = new FakeOpenCv(folder);
    await writeFile(fake.modulePath, MODULE);
    return fake;
  }

  /** @returns the path of a "video" */
  async video(how: string): Promise<string> {
    const file = path.join(this.#folder, 'video.avi');
    await writeFile(file, how);
    return file;
  }

  async tellWindows(how: 'crash' | 'hang'): Promise<void> {
    await writeFile(path.join(this.#folder, 'windows'), how);
  }

  async closeWindow(number: number): Promise<void> {
    await writeFile(path.join(this.#folder, 'closed'), `mmchat-p2p ${number}\n`);
  }

  async windowLines(): Promise<string[]> {
    const text = await readFile(path.join(this.#folder, 'windows.log'), 'utf8').catch(() => '');
    return text.split('\n').filter((line) => line !== '');
  }
}

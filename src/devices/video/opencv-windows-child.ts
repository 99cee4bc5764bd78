// In the child process: one window a person, until it is closed.

import { numberOf, type PipeMessage } from './pipe-messages.ts';
import type { OpenCv } from './opencv-module.ts';

const LOOK_PERIOD_MS = 15;
/** Looks after the last window was closed: before, it is not gone. */
const LAST_LOOKS = 20;
/** Windows of a library that doesn't answer must not hold the others. */
const EVENTS_MS = 1;
const MOST = 1 << 30;
const MOST_SIDE = 4_096;

export class OpenCvWindows {
  readonly #openCv: OpenCv;
  readonly #say: (line: string) => void;
  /** Titles by number of a window. */
  readonly #titles = new Map<number, string>();
  /** Pictures for them may still be on their way; no number comes again. */
  readonly #closedByHand = new Set<number>();
  #timer: NodeJS.Timeout | undefined;
  #looksWithout = 0;

  /** @param say `shown` for each message that was done, `closed NUMBER` when somebody closed one */
  constructor(openCv: OpenCv, say: (line: string) => void) {
    this.#openCv = openCv;
    this.#say = say;
  }

  receive({ head, body }: PipeMessage): void {
    const number = numberOf(head, 'window', MOST);
    const [width, height] = [numberOf(head, 'width', MOST_SIDE), numberOf(head, 'height', MOST_SIDE)];
    if (number !== undefined) {
      if (head['hide'] === true) this.#close(number);
      else if (width !== undefined && height !== undefined && body.length > 0 && body.length === width * height * 3)
        this.#show(number, typeof head['title'] === 'string' ? head['title'] : '', { width, height, body });
    }
    this.#say('shown');
  }

  #show(number: number, title: string, picture: { width: number; height: number; body: Uint8Array }): void {
    const { Mat, CV_8UC3, COLOR_RGB2BGR, imshow, waitKey } = this.#openCv;
    const { width, height, body } = picture;
    const name = nameOf(number);
    // OpenCV would open it again.
    if (this.#closedByHand.has(number) || (this.#titles.has(number) && this.#isClosedByHand(number))) return;
    if (!this.#titles.has(number)) this.#open(name, width, height);
    if (this.#titles.get(number) !== title) this.#openCv.setWindowTitle(name, title);
    this.#titles.set(number, title);
    const rgb = new Mat(Buffer.from(body.buffer, body.byteOffset, body.length), height, width, CV_8UC3);
    const mat = rgb.cvtColor(COLOR_RGB2BGR);
    rgb.release();
    imshow(name, mat);
    mat.release();
    waitKey(EVENTS_MS);
    this.#timer ??= setInterval(() => this.#look(), LOOK_PERIOD_MS);
  }

  #open(name: string, width: number, height: number): void {
    const { WINDOW_NORMAL, WINDOW_KEEPRATIO, WINDOW_GUI_NORMAL, namedWindow, resizeWindow } = this.#openCv;
    namedWindow(name, WINDOW_NORMAL | WINDOW_KEEPRATIO | WINDOW_GUI_NORMAL);
    resizeWindow(name, width, height);
  }

  /** Windows live by being looked after; one that is gone was closed by somebody. */
  #look(): void {
    this.#openCv.waitKey(EVENTS_MS);
    this.#looksWithout = this.#titles.size > 0 ? 0 : this.#looksWithout + 1;
    if (this.#looksWithout > LAST_LOOKS) {
      clearInterval(this.#timer);
      this.#timer = undefined;
      this.#looksWithout = 0;
    }
    for (const number of this.#titles.keys()) this.#isClosedByHand(number);
  }

  #isClosedByHand(number: number): boolean {
    const { getWindowProperty, WND_PROP_VISIBLE } = this.#openCv;
    if (getWindowProperty(nameOf(number), WND_PROP_VISIBLE) >= 1) return false;
    this.#close(number);
    this.#closedByHand.add(number);
    this.#say(`closed ${number}`);
    return true;
  }

  #close(number: number): void {
    if (!this.#titles.delete(number)) return;
    try {
      this.#openCv.destroyWindow(nameOf(number));
    } catch {
      // Some of the libraries under OpenCV have forgotten it by then.
    }
    this.#openCv.waitKey(EVENTS_MS);
  }
}

/** Titles may be the same for two people, and change. */
function nameOf(number: number): string {
  return `mmchat-p2p ${number}`;
}

// The controller in front of a fake node, without a terminal: keys in, screens as text and calls of verbs out.

import { vi } from 'vitest';
import { ChatController } from '../../cli/ui/controller.ts';
import { KeyParser } from '../../cli/ui/keys.ts';
import type { ScreenSize } from '../../cli/ui/layout.ts';
import type { ReadPicture } from '../../cli/ui/pictures.ts';
import { plainText } from '../../cli/ui/theme.ts';
import { viewOf, type ShareSource } from '../../cli/ui/ui-state.ts';
import { FakeNode, personOf } from '../support/fake-node.ts';

export interface Setup {
  readonly node: FakeNode;
  readonly controller: ChatController;
  readonly quits: { count: number };
  readonly bells: { count: number };
  /** Rows that were drawn by themselves: where, and what. */
  readonly drawn: (readonly [number, string])[];
  readonly type: (text: string) => void;
  readonly notices: () => string[];
  /** Lets so much time pass, with what is due in it. */
  readonly pass: (ms: number) => void;
  /** What is on the screen now. */
  readonly screen: () => string;
  /** Until the screen shows this. */
  readonly shows: (wanted: string | RegExp) => Promise<void>;
}

export const KEY = {
  up: '\u001B[A',
  down: '\u001B[B',
  pageUp: '\u001B[5~',
  pageDown: '\u001B[6~',
  escape: '\u001B',
  ctrlS: '\u0013',
  ctrlUp: '\u001B[1;5A',
} as const;

interface SetupOptions {
  readonly size?: ScreenSize;
  readonly node?: FakeNode;
  readonly readPicture?: ReadPicture;
  readonly listShareSources?: () => Promise<readonly ShareSource[]>;
}

export function setup(options: SetupOptions = {}): Setup {
  const { size = { columns: 100, rows: 28 }, node = new FakeNode() } = options;
  const quits = { count: 0 };
  const bells = { count: 0 };
  const drawn: (readonly [number, string])[] = [];
  const timers = new Set<{ at: number; callback: () => void }>();
  const controller = new ChatController({
    size,
    fallbackName: 'alice',
    readPicture: options.readPicture,
    listShareSources: options.listShareSources,
    discovery: true,
    quit: () => {
      quits.count++;
    },
    redraw: () => undefined,
    drawRow: (y, line) => void drawn.push([y, plainText(line)]),
    drawPictures: () => undefined,
    pictureSizeOf: () => undefined,
    bell: () => {
      bells.count++;
    },
    now: () => node.now,
    // Frames are due at once; what waits longer comes when a test lets time pass.
    after: (delayMs, callback) => {
      if (delayMs <= 33) {
        queueMicrotask(callback);
        return () => undefined;
      }
      const timer = { at: node.now + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  });
  for (const name of ['bob', 'Bob the Great', 'dora']) node.meet(personOf(name));
  node.setRoom('hardware', true, ['id-bob']);
  node.setRoom('lunch break', false);
  controller.attach(node);
  controller.started(node);
  const parser = new KeyParser();
  const screen = (): string =>
    controller.layout
      .screenOf(controller.snapshot())
      .rows.map((row) => plainText(row).trimEnd())
      .join('\n');
  return {
    node,
    controller,
    quits,
    bells,
    drawn,
    type: (text) => controller.handle([...parser.feed(text), ...parser.flush()]),
    pass: (ms) => {
      const until = node.now + ms;
      for (;;) {
        const [next] = [...timers].filter(({ at }) => at <= until).sort((left, right) => left.at - right.at);
        if (next === undefined) break;
        timers.delete(next);
        node.now = Math.max(node.now, next.at);
        next.callback();
      }
      node.now = until;
    },
    notices: () => viewOf(controller.ui, controller.ui.current).notices.map(({ text }) => text),
    screen,
    shows: (wanted) =>
      vi.waitFor(() => {
        const text = screen();
        if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) return;
        throw new Error(`The screen does not show ${String(wanted)} but:\n${text}`);
      }),
  };
}

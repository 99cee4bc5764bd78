// Received images in the conversation: a place of fixed height, filled when the picture is made.

import '../../src/base/platform.ts';
import { describe, expect, it, vi } from 'vitest';
import type { Transfer } from '../../src/index.ts';
import type { Pixels } from '../../cli/pictures/image-header.ts';
import { halfBlockLines } from '../../cli/ui/half-blocks.ts';
import type { ReadPicture } from '../../cli/ui/pictures.ts';
import { showsPictures, terminalLookOf } from '../../cli/ui/terminal-look.ts';
import { lineWidth, paintLine, plainText } from '../../cli/ui/theme.ts';
import { setup, type Setup } from './chat-setup.ts';

const RED_BLUE: Pixels = { width: 2, height: 2, rgb: Uint8Array.from([255, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 255]) };
const LARGE: Pixels = { width: 160, height: 48, rgb: new Uint8Array(160 * 48 * 3).fill(90) };

/** bob sends an image, and it is here. */
function imageFrom(chat: Setup, name: string, change: Partial<Transfer> = {}): Transfer {
  const file = { kind: 'file', name, size: 5000, fileCount: 1, modifiedAt: 0 } as const;
  const { id } = chat.node.receive({ kind: 'everyone' }, '', 'id-bob', { kind: 'file', file });
  const transfer: Transfer = {
    ...{
      id,
      direction: 'incoming',
      author: 'id-bob',
      destination: { kind: 'everyone' },
      kind: 'file',
      name,
      size: 5000,
    },
    ...{ phase: 'done', bytes: 5000, bytesPerSecond: 0, receivers: [], at: 0, path: `/downloads/${name}` },
    ...change,
  };
  put(chat, transfer);
  return transfer;
}

function put({ node }: Setup, transfer: Transfer): void {
  const transfers = new Map([...node.state.transfers, [transfer.id, transfer]]);
  node.change({ transfers }, { type: 'transfer-changed', transfer });
}

const rowOf = (chat: Setup, wanted: string): number =>
  chat
    .screen()
    .split('\n')
    .findIndex((line) => line.includes(wanted));

describe('a picture', () => {
  it('stands below its file, and nothing moves when it comes', async () => {
    for (const [size, rows] of [
      [{ columns: 80, rows: 24 }, 8],
      [{ columns: 60, rows: 15 }, 5],
      [{ columns: 120, rows: 40 }, 12],
    ] as const) {
      const made = Promise.withResolvers<Pixels>();
      const reads: string[] = [];
      const chat = setup({
        size,
        readPicture: (path) => {
          reads.push(path);
          return made.promise;
        },
      });
      const transfer = imageFrom(chat, 'photo.JPG', { phase: 'active' });
      chat.node.receive({ kind: 'everyone' }, 'nice', 'id-dora');
      await chat.shows('nice');
      const [file, next] = [rowOf(chat, '📎'), rowOf(chat, 'nice')];
      expect(next - file).toBe(rows + 1);
      expect(reads).toEqual([]);
      put(chat, transfer);
      put(chat, { ...transfer, phase: 'done' });
      await vi.waitFor(() => expect(reads).toEqual(['/downloads/photo.JPG']));
      made.resolve(LARGE);
      await chat.shows('▀▀▀▀▀▀▀▀▀▀');
      expect([rowOf(chat, '📎'), rowOf(chat, 'nice')]).toEqual([file, next]);
      const shown = chat
        .screen()
        .split('\n')
        .filter((line) => line.includes('▀'));
      expect(shown.length).toBeLessThanOrEqual(rows);
      expect(shown.length).toBeGreaterThan(2);
    }
  });

  it('that can’t be shown says why in its place, cleaned', async () => {
    const chat = setup({ readPicture: () => Promise.reject(new Error('too large\u001B[2J: 60000 x 60000')) });
    imageFrom(chat, 'a.png');
    await chat.shows('(too large');
    expect(chat.screen()).not.toContain('\u001B');
  });

  it('is made only of what is looked at, one at a time, each once', async () => {
    let running = 0;
    let most = 0;
    const reads: string[] = [];
    const readPicture: ReadPicture = async (path) => {
      reads.push(path);
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running--;
      return RED_BLUE;
    };
    const chat = setup({ readPicture });
    for (let index = 0; index < 30; index++) imageFrom(chat, `p${index}.gif`);
    await vi.waitFor(() => expect(reads).toContain('/downloads/p29.gif'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(most).toBe(1);
    expect(reads.length).toBeLessThan(8);
    expect(new Set(reads).size).toBe(reads.length);
  });

  it('has no place for other files, own ones, what was rejected, nor in terminals without many colours', async () => {
    const reads: string[] = [];
    const read: ReadPicture = (path) => {
      reads.push(path);
      return Promise.resolve(RED_BLUE);
    };
    const chat = setup({ readPicture: read });
    imageFrom(chat, 'a.pdf');
    imageFrom(chat, 'b.png', { phase: 'offered' });
    imageFrom(chat, 'c.png', { direction: 'outgoing', author: 'self-id' });
    imageFrom(chat, 'd.png', { phase: 'rejected' });
    await chat.shows('d.png');
    expect(rowOf(chat, 'd.png') - rowOf(chat, 'a.pdf')).toBe(3);
    const plain = setup();
    imageFrom(plain, 'a.png');
    imageFrom(plain, 'b.png');
    await plain.shows('b.png');
    expect(rowOf(plain, 'b.png') - rowOf(plain, 'a.png')).toBe(1);
    expect(reads).toEqual([]);
  });
});

describe('half blocks', () => {
  it('show two pixels in a cell, in the colours that the terminal has', () => {
    const [line] = halfBlockLines(RED_BLUE, 40, 8);
    expect(plainText(line!)).toBe('▀▀');
    const painted = (colours: 'true' | '256' | '16' | 'none'): string =>
      paintLine(line!, { colours, signs: 'unicode', links: false });
    expect(painted('true')).toBe('\u001B[38;2;255;0;0;48;2;0;0;255m▀▀\u001B[0m');
    expect(painted('256')).toBe('\u001B[38;5;196;48;5;21m▀▀\u001B[0m');
    expect(painted('16')).toBe('  ');
    expect(painted('none')).toBe('  ');
  });

  it('never take more room than there is', () => {
    for (const [columns, rows] of [
      [1, 1],
      [41, 5],
      [200, 12],
    ] as const) {
      const lines = halfBlockLines(LARGE, columns, rows);
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect(lineWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  it('need many colours and UTF-8', () => {
    const shows = (env: Record<string, string>): boolean => showsPictures(terminalLookOf(env));
    expect(shows({ TERM: 'xterm-256color' })).toBe(true);
    expect(shows({ COLORTERM: 'truecolor' })).toBe(true);
    expect(shows({ COLORTERM: 'truecolor', NO_COLOR: '1' })).toBe(false);
    expect(shows({ TERM: 'xterm' })).toBe(false);
    expect(shows({ TERM: 'xterm-256color', LANG: 'de_DE.ISO-8859-1' })).toBe(false);
  });
});

// Files, folders and voice notes on the screen: in the conversation, in the line above the input, on their page, by command.

import '../../src/base/platform.ts';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Destination, FileFacts, Message, NodeEvent, Transfer } from '../../src/index.ts';
import * as fc from 'fast-check';
import { textWidth } from '../../cli/ui/display-width.ts';
import { plainText } from '../../cli/ui/theme.ts';
import type { FakeNode } from '../support/fake-node.ts';
import { anyText, FORBIDDEN, HOSTILE } from './hostile-text.ts';
import { KEY, setup, type Setup } from './chat-setup.ts';

const EVERYONE: Destination = { kind: 'everyone' };
const BOB: Destination = { kind: 'person', peerId: 'id-bob' };
const CTRL_T = '\u0014';

interface Sent {
  readonly message: Message;
  readonly transfer: Transfer;
}

/** A file appears in the conversation, with its transfer; from oneself without an author. */
function sendFile(
  node: FakeNode,
  change: { author?: string; destination?: Destination; file?: Partial<FileFacts>; transfer?: Partial<Transfer> } = {},
): Sent {
  const { author, destination = EVERYONE } = change;
  const file: FileFacts = {
    kind: 'file',
    name: 'schematic-v3.pdf',
    size: 2_100_000,
    fileCount: 1,
    modifiedAt: 0,
    ...change.file,
  };
  const message = node.receive(destination, '', author, { kind: 'file', file });
  const transfer: Transfer = {
    id: message.id,
    direction: author === undefined ? 'outgoing' : 'incoming',
    author: author ?? 'self-id',
    destination,
    kind: file.kind,
    name: file.name,
    size: file.size,
    phase: 'offered',
    bytes: 0,
    bytesPerSecond: 0,
    receivers: [],
    at: message.at,
    ...change.transfer,
  };
  put(node, transfer);
  return { message, transfer };
}

function put(
  node: FakeNode,
  transfer: Transfer,
  type: 'transfer-changed' | 'transfer-progress' = 'transfer-changed',
): void {
  const transfers = new Map([...node.state.transfers, [transfer.id, transfer]]);
  node.change({ transfers }, { type, transfer } satisfies NodeEvent);
}

function row(chat: Setup, part: string): string {
  chat.controller.publish();
  return (
    chat
      .screen()
      .split('\n')
      .find((line) => line.includes(part)) ?? ''
  );
}

async function calls({ node }: Setup, ...expected: string[]): Promise<void> {
  await vi.waitFor(() => expect(node.asked).toEqual(expected));
}

const ACTIVE = { phase: 'active', bytes: 1_281_000, bytesPerSecond: 409_500 } as const;

describe('a file in the conversation', () => {
  it('says what has become of it, in the same row at the same place', () => {
    const chat = setup({ size: { columns: 120, rows: 28 } });
    const { transfer } = sendFile(chat.node, { author: 'id-bob' });
    const rowOf = (change: Partial<Transfer>): string => {
      put(chat.node, { ...transfer, ...change });
      return row(chat, '📎');
    };
    const start = /bob {8}📎 schematic-v3\.pdf {2}2\.1 MB {2}(.*)$/;
    const said = (change: Partial<Transfer>): string | undefined => start.exec(rowOf(change))?.[1]?.trim();
    expect(said({})).toBe('offered: /accept or /reject');
    expect(said({ phase: 'waiting' })).toBe('waiting for its turn');
    expect(said(ACTIVE)).toBe('61 %  410 kB/s  0:02 left');
    expect(said({ ...ACTIVE, bytesPerSecond: 0 })).toBe('61 %');
    expect(said({ ...ACTIVE, phase: 'paused' })).toBe('61 % paused');
    expect(said({ ...ACTIVE, bytes: 2_100_000 })).toBe('99 %  410 kB/s  0:00 left');
    expect(said({ phase: 'checking' })).toBe('checking …');
    expect(said({ phase: 'done' })).toBe('✓ saved');
    expect(said({ phase: 'rejected' })).toBe('rejected');
    expect(said({ phase: 'cancelled' })).toBe('cancelled');
    expect(said({ phase: 'failed', reason: 'disk-full' })).toBe('✗ the disk is full');
    chat.node.changePerson('id-bob', { online: false });
    expect(said({ phase: 'waiting' })).toBe('waiting for bob');
  });

  it('of one’s own has delivery marks and says who has it', () => {
    const chat = setup();
    chat.controller.open('with:id-bob');
    const { message, transfer } = sendFile(chat.node, { destination: BOB });
    expect(row(chat, '📎')).toMatch(/alice {6}📎 schematic-v3\.pdf {2}2\.1 MB {2}waiting for bob +·$/);
    chat.node.deliver(message.id, 'id-bob');
    put(chat.node, { ...transfer, phase: 'done', receivers: [{ peerId: 'id-bob', phase: 'done', bytes: 1 }] });
    expect(row(chat, '📎')).toMatch(/✓ bob has it +✓✓$/);
  });

  it('fits into narrow windows, whatever it is called, and every state keeps its row', () => {
    const chat = setup({ size: { columns: 60, rows: 15 } });
    const name = 'a-very-long-name-of-a-schematic-that-nobody-can-read-漢字漢字.final.v12.pdf';
    const { transfer } = sendFile(chat.node, { author: 'id-bob', file: { name } });
    const phases = [
      'offered',
      'waiting',
      'active',
      'paused',
      'checking',
      'done',
      'rejected',
      'cancelled',
      'failed',
    ] as const;
    const starts = phases.map((phase) => {
      put(chat.node, { ...transfer, phase, bytes: 5, bytesPerSecond: 1 });
      const line = row(chat, '📎');
      expect(textWidth(line)).toBeLessThanOrEqual(60);
      return /📎 (.*?) {2}2\.1 MB/.exec(line)?.[1];
    });
    expect(new Set(starts).size).toBe(1);
    expect(starts[0]).toMatch(/^a-very.*….*\.pdf$/);
  });

  it('can be a folder, or be there without anything being known of it', () => {
    const chat = setup();
    const file = { kind: 'folder', name: 'boards', fileCount: 12 } as const;
    const { message } = sendFile(chat.node, { author: 'id-bob', file });
    expect(row(chat, '📁')).toContain('📁 boards  2.1 MB, 12 files');
    chat.node.change({ transfers: new Map() }, { type: 'transfer-forgotten', id: message.id });
    expect(row(chat, '📁').trimEnd()).toMatch(/12 files$/);
    chat.node.receive(EVERYONE, 'thanks', undefined, { replyTo: message.id });
    expect(row(chat, '▏bob')).toContain('▏bob: 📁 boards');
  });

  it('shows no control characters of its name', () => {
    const chat = setup();
    sendFile(chat.node, { author: 'id-bob', file: { name: 'a\u001B[2Jb\u202Egnp.exe\u0007' } });
    // eslint-disable-next-line no-control-regex -- those that must not be there
    expect(row(chat, '📎')).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E]/);
  });

  it('counts as unread and rings when it is private, like a message', () => {
    const chat = setup();
    chat.controller.open('room:hardware');
    sendFile(chat.node, { author: 'id-dora' });
    expect(chat.bells.count).toBe(0);
    sendFile(chat.node, { author: 'id-bob', destination: BOB });
    expect(chat.bells.count).toBe(1);
    expect(row(chat, '● bob')).toMatch(/● bob +1/);
  });

  it('that has failed is told with its sentence, once', () => {
    const chat = setup();
    const { transfer } = sendFile(chat.node, { author: 'id-bob' });
    const failed = { ...transfer, phase: 'failed', reason: 'disk-full', reasonText: 'The disk is full.' } as const;
    put(chat.node, failed);
    put(chat.node, failed);
    expect(chat.notices()).toEqual([
      'schematic-v3.pdf from bob has not arrived: The disk is full. /accept tries again.',
    ]);
  });
});

describe('a voice note', () => {
  const file = { kind: 'voice', durationMs: 7400, waveform: [0, 60, 140, 255, 200, 90, 20] } as const;

  it('has a waveform and a length, and is played in place by p', async () => {
    const chat = setup();
    const { message } = sendFile(chat.node, { author: 'id-bob', file, transfer: { phase: 'done' } });
    expect(row(chat, 'voice note')).toContain('▁▂▄▇▆▃▁ 0:07  voice note, /play');
    const gate = Promise.withResolvers<undefined>();
    chat.node.recordGate = gate.promise;
    chat.type(KEY.ctrlS);
    expect(row(chat, 'voice note')).toContain('voice note, p to play');
    expect(chat.screen()).toContain('p play   r answer');
    chat.type('p');
    await chat.shows('▶ 0:00 of 0:07  p to stop');
    gate.resolve(undefined);
    await calls(chat, `voice.play "${message.id}"`);
    await chat.shows('0:07  voice note');
  });

  it('is played by /play, the last one that is here, and stopped by it', async () => {
    const chat = setup();
    const here = sendFile(chat.node, { author: 'id-bob', file, transfer: { phase: 'done' } });
    sendFile(chat.node, { author: 'id-bob', file });
    chat.node.recordGate = new Promise(() => undefined);
    chat.type('/play\r');
    await chat.shows('▶ 0:00 of 0:07');
    chat.type('/play\r');
    await calls(chat, `voice.play "${here.message.id}"`);
  });

  it('is recorded with its level on the screen until a key', async () => {
    const chat = setup();
    chat.node.levels = [0.9];
    chat.node.recordGate = new Promise(() => undefined);
    chat.type('/voice 10\r');
    await chat.shows('● recording for # everyone  0:00 of 0:10  ▇');
    chat.pass(3000);
    await chat.shows('0:03 of 0:10');
    expect(chat.screen()).toContain('any key stops and sends   esc throws it away');
    chat.type('x');
    await calls(chat, 'voice.send 10 {}');
    expect(chat.controller.ui).toMatchObject({ recording: undefined, input: { text: '' } });
  });

  it('is thrown away by esc', async () => {
    const chat = setup();
    chat.node.recordGate = new Promise(() => undefined);
    chat.controller.open('with:id-bob');
    chat.type('/voice\r');
    await chat.shows('of 0:30');
    chat.type(KEY.escape);
    await vi.waitFor(() => expect(chat.notices()).toEqual(['The voice note is thrown away: nothing was sent.']));
    expect(chat.node.asked).toEqual([]);
  });

  it('is not recorded for longer than it may be', async () => {
    const chat = setup();
    chat.type('/voice 31\r');
    await vi.waitFor(() => expect(chat.notices()[0]).toContain('/voice 10'));
    expect(chat.controller.ui.recording).toBeUndefined();
  });
});

describe('what is under way', () => {
  it('takes the place of the line above the input, when it lasts', async () => {
    const chat = setup();
    const before = chat.screen().split('\n');
    const { transfer } = sendFile(chat.node, { author: 'id-bob', transfer: ACTIVE });
    expect(chat.screen()).not.toContain('⇅');
    chat.pass(500);
    await chat.shows(/⇅ schematic-v3\.pdf ← bob {2}▕█+. +▏ 61 % {2}410 kB\/s {2}0:02 left +ctrl-t transfers/);
    expect(chat.screen().split('\n')).toHaveLength(before.length);
    expect(chat.screen().split('\n').at(-2)).toBe(before.at(-2));
    put(chat.node, { ...transfer, phase: 'done' });
    chat.pass(500);
    await chat.shows('⇅ done');
    chat.pass(1500);
    await vi.waitFor(() => expect(chat.screen()).not.toContain('⇅'));
  });

  it('that is over in a moment is not shown', () => {
    const chat = setup();
    const { transfer } = sendFile(chat.node, { author: 'id-bob', transfer: ACTIVE });
    chat.pass(300);
    put(chat.node, { ...transfer, phase: 'done' });
    chat.pass(5000);
    chat.controller.publish();
    expect(chat.screen()).not.toContain('⇅');
  });

  it('is a few characters of the header in a low window', async () => {
    const chat = setup({ size: { columns: 60, rows: 15 } });
    sendFile(chat.node, { author: 'id-bob', transfer: ACTIVE });
    chat.pass(500);
    await chat.shows(/^mmchat alice .* ⇅ 61 %/);
    expect(chat.screen()).not.toContain('ctrl-t transfers');
  });

  it('is drawn at most four times a second', async () => {
    const chat = setup();
    const { transfer } = sendFile(chat.node, { author: 'id-bob', transfer: ACTIVE });
    chat.pass(1000);
    chat.controller.publish();
    await new Promise(setImmediate);
    let frames = 0;
    chat.controller.subscribe(() => frames++);
    for (let step = 1; step <= 100; step++) {
      put(chat.node, { ...transfer, bytes: transfer.bytes + step }, 'transfer-progress');
      chat.pass(10);
      await Promise.resolve();
    }
    expect(frames).toBeGreaterThanOrEqual(3);
    expect(frames).toBeLessThanOrEqual(4);
  });

  it('is named when somebody wants to leave', () => {
    const chat = setup();
    sendFile(chat.node, { author: 'id-bob', transfer: ACTIVE });
    chat.type('\u0003');
    expect(chat.screen()).toContain('a transfer is under way, it goes on later: ctrl-c again to leave');
  });
});

describe('the page of transfers', () => {
  it('lists all, newest first, and acts on the chosen one by keys', async () => {
    const chat = setup();
    const one = sendFile(chat.node, { author: 'id-bob', file: { name: 'one' }, transfer: ACTIVE });
    const two = sendFile(chat.node, {
      author: 'id-dora',
      destination: { kind: 'room', room: 'hardware' },
      file: { name: 'two' },
    });
    const three = sendFile(chat.node, { destination: BOB, file: { name: 'three' }, transfer: { phase: 'paused' } });
    chat.type(CTRL_T);
    const names = chat.screen().match(/one {2}from|two {2}from|three {2}to/g);
    expect(names).toEqual(['three  to', 'two  from', 'one  from']);
    expect(chat.screen()).toContain('two  from dora in # hardware');
    expect(chat.screen()).toContain('p go on   x cancel');
    chat.type('p');
    chat.type(KEY.down);
    expect(chat.screen()).toContain('a take   x reject');
    chat.type('a');
    chat.type('x');
    // A new one does not move what keys act on.
    sendFile(chat.node, { author: 'id-bob', file: { name: 'four' } });
    chat.type(KEY.down);
    chat.type('p');
    chat.type('x');
    await calls(
      chat,
      `files.resume "${three.transfer.id}"`,
      `files.accept "${two.transfer.id}"`,
      `files.reject "${two.transfer.id}"`,
      `files.pause "${one.transfer.id}"`,
      `files.cancel "${one.transfer.id}"`,
    );
    chat.type(KEY.escape);
    expect(chat.controller.ui.overlay).toBeUndefined();
  });

  it('says so when there is nothing, and when a key means nothing', () => {
    const chat = setup();
    chat.type('/transfers\r');
    expect(chat.screen()).toContain('nothing was sent or received yet');
    sendFile(chat.node, { author: 'id-bob', transfer: { phase: 'done', path: '/home/alice/downloads/x.pdf' } });
    chat.type('p');
    expect(chat.screen()).toContain('✓ saved  /home/alice/downloads/x.pdf');
    expect(chat.screen()).toContain('that one has ended');
    chat.type('hello');
    expect(chat.controller.ui.overlay).toBeUndefined();
    expect(chat.controller.ui.input.text).toBe('hello');
  });

  it('holds thousands in any window', () => {
    const chat = setup({ size: { columns: 60, rows: 15 } });
    for (let index = 0; index < 3000; index++) sendFile(chat.node, { author: 'id-bob', file: { name: `f${index}` } });
    chat.type(CTRL_T);
    for (let step = 0; step < 20; step++) chat.type(KEY.pageDown);
    expect(chat.screen().split('\n')).toHaveLength(15);
    expect(chat.screen()).toContain('f2899');
  });
});

describe('whatever files are called', () => {
  it('every row fits and nothing of it reaches the terminal, in any window and phase', () => {
    const phases = ['offered', 'active', 'done', 'failed', 'checking'] as const;
    fc.assert(
      fc.property(
        fc.array(fc.oneof(anyText, fc.constantFrom(...HOSTILE)), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 60, max: 140 }),
        fc.integer({ min: 15, max: 40 }),
        fc.constantFrom(...phases),
        fc.nat({ max: 2 ** 53 - 1 }),
        (names, columns, rows, phase, size) => {
          const chat = setup({ size: { columns, rows } });
          for (const name of names) {
            const kind = name.length % 3 === 0 ? 'folder' : 'file';
            const transfer = {
              phase,
              bytes: size / 2,
              bytesPerSecond: size / 7,
              path: name,
              reason: name,
              reasonText: name,
            };
            sendFile(chat.node, { author: 'id-bob', file: { name, size, kind }, transfer });
          }
          chat.pass(500);
          for (const key of ['', CTRL_T]) {
            chat.type(key);
            chat.controller.publish();
            const lines = chat.controller.layout.screenOf(chat.controller.snapshot()).rows.map(plainText);
            expect(lines).toHaveLength(rows);
            for (const line of lines) {
              expect(textWidth(line)).toBeLessThanOrEqual(columns);
              expect(line).not.toMatch(FORBIDDEN);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe('commands', () => {
  it('take, reject, pause, resume and cancel the selected one, else the last that fits', async () => {
    const chat = setup();
    const a = sendFile(chat.node, { author: 'id-bob' });
    const b = sendFile(chat.node, { author: 'id-bob', transfer: ACTIVE });
    const c = sendFile(chat.node, { author: 'id-bob', transfer: { phase: 'paused' } });
    for (const command of ['/accept', '/reject', '/pause', '/resume', '/cancel']) {
      chat.type(`${command}\r`);
      await vi.waitFor(() => expect(chat.node.asked.join()).toContain(`files.${command.slice(1)} `));
    }
    chat.type(KEY.ctrlS);
    chat.type(`${KEY.up}x`);
    await calls(
      chat,
      `files.accept "${a.transfer.id}"`,
      `files.reject "${a.transfer.id}"`,
      `files.pause "${b.transfer.id}"`,
      `files.resume "${c.transfer.id}"`,
      `files.cancel "${c.transfer.id}"`,
      `files.cancel "${b.transfer.id}"`,
    );
    chat.node.change({ transfers: new Map() });
    chat.type('/accept\r');
    await vi.waitFor(() => expect(chat.notices()).toContain('There is nothing to accept. /transfers shows all.'));
  });

  it('can’t change a file, only delete it', async () => {
    const chat = setup();
    const { message } = sendFile(chat.node);
    chat.type(`${KEY.ctrlS}/edit x\r`);
    await vi.waitFor(() => expect(chat.notices().join()).toContain('can’t be changed'));
    chat.type(KEY.escape);
    chat.type(KEY.ctrlS);
    chat.type('d');
    chat.type('\r');
    await calls(chat, `chat.delete "${message.id}"`);
  });
});

describe('sending', () => {
  const folders: string[] = [];
  const folder = async (): Promise<string> => {
    const made = await mkdtemp(join(tmpdir(), 'mmchat-ui-'));
    folders.push(made);
    await writeFile(join(made, 'two words.txt'), 'x');
    await writeFile(join(made, 'plain.txt'), 'x'.repeat(2000));
    await writeFile(join(made, '.hidden'), 'x');
    await mkdir(join(made, 'boards'));
    await writeFile(join(made, 'boards', 'a\u001Bb'), 'x');
    await writeFile(join(made, 'boards', 'gerbers.zip'), 'x');
    return made;
  };
  afterEach(async () => {
    for (const made of folders.splice(0)) await rm(made, { recursive: true });
  });

  it('takes a path with blanks, quoted, escaped or as it is', async () => {
    const made = await folder();
    const path = join(made, 'two words.txt');
    const chat = setup();
    for (const [index, written] of [path, `'${path}'`, `"${path}"`, path.replace(' ', '\\ ')].entries()) {
      chat.type(`/file ${written}\r`);
      await vi.waitFor(() => expect(chat.node.asked).toHaveLength(index + 1));
    }
    expect(new Set(chat.node.asked)).toEqual(new Set([`files.send ${JSON.stringify(path)} {}`]));
    chat.controller.open('with:id-bob');
    chat.node.asked.length = 0;
    chat.type(`/file ${made}/nothing\r`);
    await calls(chat, `files.send ${JSON.stringify(join(made, 'nothing'))} {"to":"id-bob"}`);
  });

  it('says what of a folder is left out', async () => {
    const chat = setup();
    const skipped = ['a', 'b', 'c', 'd'].map((path) => ({ path, reason: 'symlink' as const }));
    chat.node.files.send = () => Promise.resolve({ transferId: 'x', skipped, skippedCount: 40 });
    chat.type('/file /tmp\r');
    await vi.waitFor(() =>
      expect(chat.notices()).toEqual(['Not sent: a (symlink), b (symlink), c (symlink) and 37 more.']),
    );
  });

  it('completes paths by tab', async () => {
    const made = await folder();
    const chat = setup();
    const completed = async (typed: string, wanted: string): Promise<void> => {
      chat.type('\u0015');
      chat.type(`${typed}\t`);
      await vi.waitFor(() => expect(chat.controller.ui.input.text).toBe(wanted));
    };
    await completed(`/file ${made}/pl`, `/file ${made}/plain.txt`);
    await completed(`/file ${made}/b`, `/file ${made}/boards/`);
    chat.type('\t');
    await vi.waitFor(() => expect(chat.controller.ui.input.text).toBe(`/file ${made}/boards/gerbers.zip`));
    await completed(`/file '${made}/tw`, `/file '${made}/two words.txt`);
    await completed(`/file ${made}/.h`, `/file ${made}/.hidden`);
    await completed(`/file ${made}/`, `/file ${made}/boards/`);
    chat.type('\t');
    expect(chat.controller.ui.input.text).toBe(`/file ${made}/plain.txt`);
  });

  it('is offered when a path of something that is there is pasted', async () => {
    const made = await folder();
    const chat = setup();
    const paste = (text: string): void => chat.type(`\u001B[200~${text}\u001B[201~`);
    paste(`'${made}/plain.txt' `);
    await chat.shows('enter sends this file, 2.0 kB');
    chat.type('\r');
    await calls(chat, `files.send ${JSON.stringify(join(made, 'plain.txt'))} {}`);
    paste(`${made}/no-such-file`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(chat.controller.ui.input.text).toBe(`${made}/no-such-file`);
  });
});

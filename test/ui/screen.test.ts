// The screen as rows: aligned at every size, whatever people are called and write.

import '../../src/base/platform.ts';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from '../../cli/ui/display-width.ts';
import { ScreenLayout, type Snapshot } from '../../cli/ui/layout.ts';
import { deliveryMark } from '../../cli/ui/conversation-lines.ts';
import { paintLine, plainText } from '../../cli/ui/theme.ts';
import { INITIAL_UI, NOTICE_LIMIT, VIEW_LIMIT, viewOf, withView, type UiState } from '../../cli/ui/ui-state.ts';
import { uiAfterEvent } from '../../cli/ui/node-events.ts';
import { noticeIn } from '../../cli/ui/notices.ts';
import type { NodeState } from '../../src/index.ts';
import { FakeNode, personOf } from '../support/fake-node.ts';
import { anyText, FORBIDDEN, HOSTILE } from './hostile-text.ts';

function snapshotOf(state: NodeState, ui: UiState = INITIAL_UI, columns = 100, rows = 28): Snapshot {
  return { state, ui, size: { columns, rows }, fallbackName: 'alice' };
}

function textOf(snapshot: Snapshot): string {
  return new ScreenLayout()
    .screenOf(snapshot)
    .rows.map((row) => plainText(row).trimEnd())
    .join('\n');
}

const maker = {
  id: (
    (last) => () =>
      `own:${++last}`
  )(0),
  now: () => Date.UTC(2026, 10, 24, 9, 14),
};
const HARDWARE = { kind: 'room', room: 'hardware' } as const;

describe('the screen', () => {
  it('is as high as the window and no row wider, for any names, texts and sizes', () => {
    const layout = new ScreenLayout();
    fc.assert(
      fc.property(
        fc.array(anyText, { minLength: 4, maxLength: 12 }),
        fc.integer({ min: 5, max: 140 }),
        fc.integer({ min: 2, max: 50 }),
        fc.constantFrom('everyone', 'room:x', 'with:id-a'),
        (texts, columns, rows, current) => {
          const node = new FakeNode();
          const [name = '', status = '', room = '', notice = ''] = texts;
          node.change({ self: { peerId: 'self-id', name }, interfaces: [{ name: status, address: room }] });
          node.meet(personOf('a', { name, status }));
          node.meet(personOf('b', { name: room, online: false, trust: 'changed' }));
          node.change({ rooms: new Map([['x', { name: room, joined: true, members: ['id-a', 'id-b', 'gone'] }]]) });
          const destination =
            current === 'everyone' ? ({ kind: 'everyone' } as const) : ({ kind: 'person', peerId: 'id-a' } as const);
          for (const text of texts) {
            const { id } = node.receive(destination, text, 'id-a', { reactions: [{ emoji: text, by: ['id-b'] }] });
            node.receive(destination, `**${text}** @${name} \`${text}\``, undefined, { replyTo: id, edited: true });
          }
          let ui: UiState = { ...INITIAL_UI, current, input: { text: notice, cursor: 0, history: [] } };
          ui = noticeIn(ui, current, 'error', notice, node.state, maker);
          const screen = layout.screenOf(snapshotOf(node.state, ui, columns, rows));
          if (columns >= 60 && rows >= 15) expect(screen.rows).toHaveLength(rows);
          expect(screen.rows.length).toBeLessThanOrEqual(rows);
          for (const row of screen.rows) {
            expect(textWidth(plainText(row))).toBeLessThanOrEqual(columns);
            expect(plainText(row)).not.toMatch(FORBIDDEN);
            expect(plainText(row)).not.toContain('\n');
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('lets no hostile name or text reach the terminal in any overlay', () => {
    const node = new FakeNode();
    for (const [index, text] of HOSTILE.entries()) {
      node.meet(personOf(`p${index}`, { name: text, status: text }));
      node.setRoom(text, index % 2 === 0);
      node.change({}, { type: 'warning', warning: { code: 'x', text } });
      node.receive({ kind: 'everyone' }, text, `id-p${index}`, { reactions: [{ emoji: text, by: ['id-p1'] }] });
    }
    const suspect = { name: HOSTILE.join(''), claimedName: HOSTILE.join(''), trust: 'changed' } as const;
    node.meet(personOf('suspect', suspect));
    const hits = node.history.of('everyone');
    const page = { title: HOSTILE.join(''), before: HOSTILE.join(''), words: ['one'], after: HOSTILE };
    const query = { text: '', cursor: 0, history: [] };
    const { id } = hits[0]!;
    const draft = INITIAL_UI.input;
    const overlays: UiState[] = [
      INITIAL_UI,
      { ...INITIAL_UI, overlay: { kind: 'picker', query, index: 3 } },
      { ...INITIAL_UI, overlay: { kind: 'help', top: 0 } },
      { ...INITIAL_UI, overlay: { kind: 'words', page } },
      ...HOSTILE.filter((_text, index) => index % 4 === 0).map((text, index): UiState => ({
        ...INITIAL_UI,
        overlay: { kind: 'search', query: `${text} ( [ \\ .* u`, hits, index: index * 4 },
      })),
      ...[3, 12, 20].map((index): UiState => ({ ...INITIAL_UI, selection: { id: hits[index]!.id } })),
      { ...INITIAL_UI, composing: { kind: 'reply', id } },
      { ...INITIAL_UI, composing: { kind: 'edit', id, original: '', draft } },
      { ...INITIAL_UI, current: 'with:id-suspect' },
      { ...INITIAL_UI, hint: { kind: 'error', text: HOSTILE.join('') } },
    ];
    const layout = new ScreenLayout();
    for (const ui of overlays) {
      for (const row of layout.screenOf(snapshotOf(node.state, ui, 90, 60)).rows) {
        expect(plainText(row)).not.toMatch(FORBIDDEN);
        expect(textWidth(plainText(row))).toBeLessThanOrEqual(90);
        // Nothing but our own colours.
        const painted = paintLine(row, { colours: 'true', signs: 'unicode', links: false });
        // eslint-disable-next-line no-control-regex -- SGR codes
        expect(painted.replace(/\u001B\[[\d;]*m/g, '')).not.toMatch(FORBIDDEN);
      }
    }
  });

  it('shows a conversation: day, new line, names once, replies, marks, who joined', () => {
    const node = new FakeNode();
    node.change({ phase: 'running' });
    for (const name of ['bob', 'dora']) node.meet(personOf(name));
    node.setRoom('hardware', true, ['id-bob', 'id-dora']);
    node.receive(HARDWARE, 'the board is back', 'id-bob');
    const question = node.receive(HARDWARE, 'who wants to solder?', 'id-bob');
    node.receive(HARDWARE, 'me', undefined, { recipients: ['a', 'b'], deliveredTo: ['a', 'b'] });
    node.receive(HARDWARE, 'next time', 'id-dora', { replyTo: question.id });
    node.receive(HARDWARE, '', 'id-dora', { kind: 'leave' });
    const ui = withView({ ...INITIAL_UI, current: 'room:hardware' }, 'room:hardware', { newFromId: question.id });
    const text = textOf(snapshotOf(node.state, ui));
    const time = new Date(Date.UTC(2026, 10, 24, 9, 14)).toTimeString().slice(0, 5);
    expect(text).toContain('# hardware ─ 3 members ─ bob, dora, you');
    expect(text).toMatch(/── \w+day 24 November ──/);
    expect(text).toContain(`${time} bob        the board is back`);
    expect(text).toMatch(/─ new ─/);
    expect(text).toMatch(/alice {6}me +✓✓/);
    expect(text).toMatch(/dora {7}▏bob: who wants to solder\?\n.*│ {18}next time/);
    expect(text).toContain('← dora left');
  });

  it('names an author once in a run', () => {
    const node = new FakeNode();
    for (const text of ['one', 'two']) node.receive({ kind: 'everyone' }, text, 'id-bob');
    node.meet(personOf('bob'));
    expect(textOf(snapshotOf(node.state)).match(/\d bob /g)).toHaveLength(1);
  });

  it('has no side pane in narrow windows but says what is unread', () => {
    const node = new FakeNode();
    node.meet(personOf('bob'));
    const ui = withView(INITIAL_UI, 'with:id-bob', { unread: 3 });
    const text = textOf(snapshotOf(node.state, ui, 60, 15));
    expect(text).not.toContain('PEOPLE');
    expect(text.split('\n')[0]).toMatch(/^mmchat alice ─ # everyone ─ 2 here +3 elsewhere$/);
  });

  it('keeps the open and the unread ones in a pane with too many', () => {
    const node = new FakeNode();
    const people = new Map(Array.from({ length: 300 }, (_, index) => [`id-p${index}`, personOf(`p${index}`)]));
    node.change({ people });
    const ui = withView({ ...INITIAL_UI, current: 'with:id-p77' }, 'with:id-p88', { unread: 2 });
    const text = textOf(snapshotOf(node.state, ui));
    expect(text).toContain('›● p77');
    expect(text).toMatch(/● p88 +2/);
    expect(text).toMatch(/… \d+ more/);
    expect(text).toContain('# everyone');
  });
});

describe('deliveryMark', () => {
  const people = new Map([
    ['a', { online: true }],
    ['b', { online: false }],
  ]);

  const markOf = (recipients: string[], deliveredTo: string[]): string =>
    deliveryMark({ recipients, deliveredTo, destination: { kind: 'everyone' } }, people);

  it('tells on its way, waiting, some and all apart', () => {
    expect(markOf(['a', 'b'], [])).toBe('·');
    expect(markOf(['b'], [])).toBe('…');
    expect(markOf([], [])).toBe('…');
    expect(markOf(['a', 'b'], ['a'])).toBe('✓');
    expect(markOf(['a', 'b'], ['b', 'a'])).toBe('✓✓');
  });

  it('waits for the one person in a private conversation, whoever was there', () => {
    const markFor = (peerId: string, deliveredTo: string[]): string =>
      deliveryMark({ recipients: [], deliveredTo, destination: { kind: 'person', peerId } }, people);
    expect(markFor('a', [])).toBe('·');
    expect(markFor('b', [])).toBe('…');
    expect(markFor('b', ['b'])).toBe('✓✓');
  });
});

describe('scrolling', () => {
  const node = new FakeNode();
  for (let index = 0; index < 100; index++)
    node.receive({ kind: 'everyone' }, `line ${index} ${'x'.repeat(index)}`, 'id-bob');
  const layout = new ScreenLayout();
  const visible = (snapshot: Snapshot): string[] =>
    layout
      .screenOf(snapshot)
      .rows.slice(1, -3)
      .map((row) => plainText(row).slice(26).trimEnd());
  const scrolled = (ui: UiState, pages: number, state: NodeState = node.state): UiState => {
    const { scroll: _before, ...rest } = ui;
    const scroll = layout.scrolled(snapshotOf(state, ui), pages);
    return scroll === undefined ? rest : { ...rest, scroll };
  };

  it('goes up to the first line and down to the last', () => {
    let ui = INITIAL_UI;
    for (let page = 0; page < 50; page++) ui = scrolled(ui, -1);
    expect(visible(snapshotOf(node.state, ui)).join('\n')).toContain('You are alice');
    for (let page = 0; page < 50; page++) ui = scrolled(ui, 1);
    expect(ui.scroll).toBeUndefined();
    expect(visible(snapshotOf(node.state, ui)).join('\n')).toContain('line 99');
  });

  it('moves nothing when lines come, and counts them', () => {
    const ui = scrolled(scrolled(INITIAL_UI, -1), -1);
    const before = visible(snapshotOf(node.state, ui));
    const later = new FakeNode();
    later.change({ ...node.state });
    let after = ui;
    later.on((event, state, was) => {
      after = uiAfterEvent(after, event, state, was, maker);
    });
    for (let index = 0; index < 3; index++)
      later.receive({ kind: 'everyone' }, 'new one', 'id-bob', { id: `n${index}` });
    const snapshot = snapshotOf(later.state, after);
    expect(visible(snapshot)).toEqual(before);
    expect(plainText(layout.screenOf(snapshot).rows.at(-3) ?? [])).toContain(' 3 new ↓ ');
  });

  it('shows the oldest that is left when what was read is dropped', () => {
    const ui: UiState = { ...INITIAL_UI, scroll: { id: 'gone', hiddenRows: 3 } };
    expect(visible(snapshotOf(node.state, ui)).join('\n')).toContain('You are alice');
  });
});

describe('what strangers can fill', () => {
  it('has a bound: notices and conversations', () => {
    let ui = INITIAL_UI;
    for (let index = 0; index < NOTICE_LIMIT + 50; index++) {
      ui = noticeIn(ui, 'everyone', 'came', `p${index} is here`, new FakeNode().state, maker);
    }
    expect(viewOf(ui, 'everyone').notices).toHaveLength(NOTICE_LIMIT);
    for (let index = 0; index < VIEW_LIMIT + 50; index++) ui = withView(ui, `with:${index}`, { unread: 1 });
    expect(ui.views.size).toBeLessThanOrEqual(VIEW_LIMIT);
    expect(ui.views.has('everyone')).toBe(true);
  });
});

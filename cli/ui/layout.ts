// The whole screen as rows: header, side pane and conversation, input, hint. Pure but for remembered layouts.

import type { Message, NodeState } from '../../src/index.ts';
import { itemsOf, type Item } from './conversation-items.ts';
import { ConversationLines, type LineContext } from './conversation-lines.ts';
import { messagesOf, titleOf } from './conversations.ts';
import { headerLine, narrowHeaderLine, titleLine } from './header.ts';
import { belowText, hintLine } from './hint.ts';
import { helpLines } from './help.ts';
import { viewInput, type InputView } from './input-view.ts';
import { pickerEntries, pickerLines } from './picker.ts';
import { sidePaneLines } from './side-pane.ts';
import { cutLine, fitLine, lineWidth, type Line } from './theme.ts';
import { viewOf, type ConversationView, type PendingText, type ScrollAnchor, type UiState } from './ui-state.ts';
import { scrolledBy, visibleRows } from './viewport.ts';
import { wrapText } from './wrap.ts';

export interface ScreenSize {
  readonly columns: number;
  readonly rows: number;
}

/** All that a frame is made of. */
export interface Snapshot {
  readonly state: NodeState;
  readonly ui: UiState;
  readonly size: ScreenSize;
  /** The name given on the command line, until the node knows its own. */
  readonly fallbackName: string;
}

export interface Screen {
  readonly rows: readonly Line[];
  readonly cursor?: { readonly x: number; readonly y: number };
}

const SMALLEST: ScreenSize = { columns: 60, rows: 15 };
const WIDE_COLUMNS = 80;
const RULE_ROWS = 20;
const DIVIDER: Line = [{ text: '│ ', role: 'dim' }];

interface Geometry {
  readonly wide: boolean;
  readonly sideColumns: number;
  readonly width: number;
  /** Rows for header and conversation excluded: what lies between header and input. */
  readonly bodyRows: number;
  readonly conversationRows: number;
  readonly rule: boolean;
}

export class ScreenLayout {
  readonly #lines = new ConversationLines();
  #items:
    | { messages: readonly Message[]; view: ConversationView; pending: readonly PendingText[]; items: Item[] }
    | undefined;

  screenOf(snapshot: Snapshot): Screen {
    const { ui, size } = snapshot;
    if (size.columns < SMALLEST.columns || size.rows < SMALLEST.rows) return tooSmall(size);
    const input = inputOf(snapshot);
    const geometry = geometryOf(size, input.rows.length);
    const body = this.#bodyRows(snapshot, geometry);
    const rows = [
      geometry.wide
        ? headerLine(snapshot.state, snapshot.fallbackName, size.columns)
        : narrowHeaderLine(snapshot.state, ui, snapshot.fallbackName, size.columns),
      ...body,
      ...(geometry.rule ? [ruleLine(snapshot, geometry)] : []),
      ...input.rows,
      hintLine(ui, size.columns, !geometry.rule),
    ];
    return { rows, cursor: { x: input.cursor.x, y: input.cursor.y + size.rows - input.rows.length - 1 } };
  }

  /** Where the view stands after moving by `pages` (negative = towards older lines). */
  scrolled(snapshot: Snapshot, pages: number): ScrollAnchor | undefined {
    const { conversationRows, width } = this.geometry(snapshot);
    const step = Math.max(1, conversationRows - 2);
    const context = lineContext(snapshot, width);
    return scrolledBy(this.#itemsOf(snapshot), snapshot.ui.scroll, pages * step, conversationRows, (item) =>
      this.#lines.linesOf(item, context),
    );
  }

  geometry(snapshot: Snapshot): { conversationRows: number; width: number } {
    return geometryOf(snapshot.size, inputOf(snapshot).rows.length);
  }

  #bodyRows(snapshot: Snapshot, geometry: Geometry): Line[] {
    const { state, ui } = snapshot;
    const { wide, width, sideColumns, bodyRows, conversationRows } = geometry;
    const main = wide ? [titleLine(state, ui, width)] : [];
    main.push(...this.#mainRows(snapshot, width, conversationRows));
    while (main.length < bodyRows) main.push([]);
    if (!wide) return main;
    const side = sidePaneLines(state, ui, sideColumns, bodyRows);
    return main.map((line, index) => [...(side[index] ?? []), ...DIVIDER, ...line]);
  }

  #mainRows(snapshot: Snapshot, width: number, height: number): Line[] {
    const { state, ui } = snapshot;
    if (ui.overlay?.kind === 'picker') {
      const entries = pickerEntries(state, ui, ui.overlay.query.text);
      return pickerLines(entries, Math.min(ui.overlay.index, entries.length - 1), width, height);
    }
    if (ui.overlay?.kind === 'help') {
      const lines = helpLines(width);
      const top = Math.max(0, Math.min(ui.overlay.top, lines.length - height));
      return lines.slice(top, top + height);
    }
    const context = lineContext(snapshot, width);
    return visibleRows(this.#itemsOf(snapshot), ui.scroll, height, (item) => this.#lines.linesOf(item, context));
  }

  #itemsOf({ state, ui }: Snapshot): Item[] {
    const messages = messagesOf(state, ui.current);
    const view = viewOf(ui, ui.current);
    const known = this.#items;
    if (known?.messages === messages && known.view === view && known.pending === ui.pending) return known.items;
    const pending = ui.pending.filter(({ conversation }) => conversation === ui.current);
    const items = itemsOf(messages, view, pending, ui.current === 'everyone');
    this.#items = { messages, view, pending: ui.pending, items };
    return items;
  }
}

function geometryOf({ columns, rows }: ScreenSize, inputRows: number): Geometry {
  const wide = columns >= WIDE_COLUMNS;
  const sideColumns = wide ? Math.max(20, Math.min(30, Math.floor(columns * 0.24))) : 0;
  const rule = rows >= RULE_ROWS;
  const bodyRows = Math.max(1, rows - 2 - inputRows - (rule ? 1 : 0));
  return {
    wide,
    sideColumns,
    width: wide ? columns - sideColumns - 2 : columns,
    bodyRows,
    conversationRows: bodyRows - (wide ? 1 : 0),
    rule,
  };
}

function lineContext({ state, ui, fallbackName }: Snapshot, width: number): LineContext {
  const messages = messagesOf(state, ui.current);
  return { state, width, fallbackName, findMessage: (id) => messages.find((message) => message.id === id) };
}

function inputOf({ state, ui, size }: Snapshot): InputView {
  const picking = ui.overlay?.kind === 'picker';
  const title = picking ? 'go to' : titleOf(state, ui.current);
  const role = ui.current.startsWith('with:') && !picking ? 'private' : 'accent';
  const prompt: Line = [
    { text: ' ' },
    ...cutLine([{ text: title, role }], Math.floor(size.columns / 3)),
    { text: ' › ', role: 'dim' },
  ];
  return viewInput(
    ui.overlay?.kind === 'picker' ? ui.overlay.query : ui.input,
    prompt,
    lineWidth(prompt),
    size.columns,
  );
}

function ruleLine({ ui, size }: Snapshot, { wide, sideColumns }: Geometry): Line {
  const joint = wide ? `${'─'.repeat(sideColumns)}┴` : '';
  const below = ui.scroll === undefined ? '' : ` ${belowText(ui)} `;
  const tail = below === '' ? '' : '──';
  const dashes = Math.max(0, size.columns - joint.length - below.length - tail.length);
  return [
    { text: joint + '─'.repeat(dashes), role: 'dim' },
    { text: below, role: 'warn' },
    { text: tail, role: 'dim' },
  ];
}

function tooSmall({ columns, rows }: ScreenSize): Screen {
  const text = `This window is ${columns}x${rows}: mmchat needs ${SMALLEST.columns}x${SMALLEST.rows}.`;
  return {
    rows: wrapText(text, columns)
      .slice(0, rows)
      .map((row) => fitLine([{ text: row }], columns)),
  };
}

// The whole screen as rows: header, side pane and conversation, input, hint. Pure but for remembered layouts.

import type { Message, NodeState } from '../../src/index.ts';
import { bannerLine } from './banner.ts';
import { callLines, liveCallLine } from './call-bar.ts';
import { callPageLines } from './call-page.ts';
import { composingLine } from './composing-line.ts';
import { itemsOf, type Ends, type Item } from './conversation-items.ts';
import { ConversationLines, type LineContext } from './conversation-lines.ts';
import { titleOf } from './conversations.ts';
import { headerLine, narrowHeaderLine, titleLine } from './header.ts';
import { belowText, hintLine } from './hint.ts';
import { helpLines } from './help.ts';
import { displayLine } from './display-width.ts';
import { viewInput, type InputView } from './input-view.ts';
import { searchLines, wordsLines } from './overlay-lines.ts';
import { shareLines } from './video/share-lines.ts';
import { pickerEntries, pickerLines } from './picker.ts';
import { recordingLine } from './recording-line.ts';
import { messagesInView, type Reading } from './reading.ts';
import { sidePaneLines } from './side-pane.ts';
import { cutLine, fitLine, lineWidth, type Line } from './theme.ts';
import { transferBarLine, transferMark } from './transfer-bar.ts';
import { transferLines } from './transfer-lines.ts';
import { paneRowsIn, placesOf, type PicturePlaces, type VideoPerson } from './video/places.ts';
import { videoPeopleOf } from './video/video-people.ts';
import { viewOf, type ConversationView, type PendingText, type ScrollAnchor, type UiState } from './ui-state.ts';
import { centredOn, itemsOutside, revealing, scrolledBy, visibleRows, type Layout } from './viewport.ts';
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
  /** Whether this terminal shows pictures. */
  readonly pictures?: boolean;
}

export interface Screen {
  readonly rows: readonly Line[];
  readonly cursor?: { readonly x: number; readonly y: number };
  /** Where the call stands that one is in. */
  readonly callRow?: number;
  /** Where pictures are drawn, by somebody else: the rows leave it free. */
  readonly pictures?: PicturePlaces;
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
  /** Above the conversation, for pictures of a call. */
  readonly paneRows: number;
  readonly people: readonly VideoPerson[];
  readonly rule: boolean;
  readonly calls: readonly Line[];
}

/** The items of the open conversation, and what their rows depend on. */
interface Scene {
  readonly items: readonly Item[];
  readonly height: number;
  readonly layout: Layout;
}

export class ScreenLayout {
  readonly #lines = new ConversationLines();
  /** Messages that are answered by one in view, but are not here. */
  readonly #wanted = new Set<string>();
  /** Messages in view whose picture is not there. */
  readonly #wantedPictures = new Set<string>();
  #last: { readonly snapshot: Snapshot; readonly screen: Screen } | undefined;
  #items:
    | {
        messages: readonly Message[];
        view: ConversationView;
        pending: readonly PendingText[];
        ends: Ends;
        items: Item[];
      }
    | undefined;

  /** Asked twice about one snapshot, it answers the same. */
  screenOf(snapshot: Snapshot): Screen {
    if (this.#last?.snapshot !== snapshot) this.#last = { snapshot, screen: this.#screenOf(snapshot) };
    return this.#last.screen;
  }

  #screenOf(snapshot: Snapshot): Screen {
    const { ui, size } = snapshot;
    this.#wanted.clear();
    this.#wantedPictures.clear();
    if (size.columns < SMALLEST.columns || size.rows < SMALLEST.rows) return tooSmall(size);
    const input = inputOf(snapshot);
    const geometry = geometryOf(snapshot, input.rows.length);
    const body = this.#bodyRows(snapshot, geometry);
    const mark = ui.transferBar === true && !geometry.rule ? transferMark(snapshot.state) : undefined;
    const rows = [
      geometry.wide
        ? headerLine(snapshot.state, snapshot.fallbackName, size.columns, mark)
        : narrowHeaderLine(snapshot.state, ui, snapshot.fallbackName, size.columns, mark),
      ...body,
      ...geometry.calls,
      ...(geometry.rule ? [ruleLine(snapshot, geometry)] : []),
      ...input.rows,
      hintLine(snapshot.state, ui, size.columns, !geometry.rule || ui.transferBar === true, isTooLow(geometry)),
    ];
    const callRow = liveCallLine(snapshot.state, ui, size.columns) === undefined ? {} : { callRow: body.length + 1 };
    const cursor = { x: input.cursor.x, y: input.cursor.y + size.rows - input.rows.length - 1 };
    return { rows, cursor, ...callRow, ...picturesOf(snapshot, geometry) };
  }

  /** The line of the call as it is `now`, where the screen of `shown` has it. */
  drawCall(shown: Snapshot, now: Snapshot, draw: (y: number, line: Line) => void): void {
    const { callRow } = this.screenOf(shown);
    const line = liveCallLine(now.state, now.ui, now.size.columns);
    if (callRow !== undefined && line !== undefined) draw(callRow, line);
  }

  /** Ids of messages that the last screen wanted to quote and could not. */
  get wanted(): readonly string[] {
    return [...this.#wanted];
  }

  get wantedPictures(): readonly string[] {
    return [...this.#wantedPictures];
  }

  /** Where the view stands after moving by `pages` (negative = towards older lines). */
  scrolled(snapshot: Snapshot, pages: number): ScrollAnchor | undefined {
    const { items, height, layout } = this.#scene(snapshot);
    const step = Math.max(1, height - 2);
    const anchor = scrolledBy(items, snapshot.ui.scroll, pages * step, height, layout);
    return anchor ?? this.#end(snapshot, items);
  }

  /** Where the view stands so that a message can be seen. */
  revealing(snapshot: Snapshot, id: string): ScrollAnchor | undefined {
    const { items, height, layout } = this.#scene(snapshot);
    return revealing(items, snapshot.ui.scroll, id, height, layout) ?? this.#end(snapshot, items);
  }

  /** Where the view stands so that a message is in its middle. */
  centredOn(snapshot: Snapshot, id: string): ScrollAnchor | undefined {
    const { items, height, layout } = this.#scene(snapshot);
    return centredOn(items, id, height, layout) ?? this.#end(snapshot, items);
  }

  /** Whether the view is near the first or the last of the messages that are here. */
  nearEnds(snapshot: Snapshot): { first: boolean; last: boolean } {
    const { items, height, layout } = this.#scene(snapshot);
    const { above, below } = itemsOutside(items, snapshot.ui.scroll, height, layout);
    return { first: above <= height, last: below <= height };
  }

  /** The end of what is here is no end to follow while newer ones are elsewhere. */
  #end({ ui }: Snapshot, items: readonly Item[]): ScrollAnchor | undefined {
    const last = items.at(-1);
    return ui.reading?.attached === false && last !== undefined ? { id: last.id, hiddenRows: 0 } : undefined;
  }

  #bodyRows(snapshot: Snapshot, geometry: Geometry): Line[] {
    const { state, ui } = snapshot;
    const { wide, width, sideColumns, bodyRows, conversationRows } = geometry;
    const main = wide ? [titleLine(state, ui, width)] : [];
    const banner = bannerLine(state, ui, width);
    if (banner !== undefined) main.push(banner);
    for (let row = 0; row < geometry.paneRows; row++) main.push([]);
    main.push(...this.#mainRows(snapshot, width, conversationRows));
    while (main.length < bodyRows) main.push([]);
    if (!wide) return main;
    const side = sidePaneLines(state, ui, sideColumns, bodyRows);
    return main.map((line, index) => [...(side[index] ?? []), ...DIVIDER, ...line]);
  }

  #mainRows(snapshot: Snapshot, width: number, height: number): Line[] {
    const { state, ui } = snapshot;
    const { overlay } = ui;
    switch (overlay?.kind) {
      case 'picker': {
        const entries = pickerEntries(state, ui, overlay.query.text);
        return pickerLines(entries, Math.min(overlay.index, entries.length - 1), width, height);
      }
      case 'help': {
        const lines = helpLines(width);
        const top = Math.max(0, Math.min(overlay.top, lines.length - height));
        return lines.slice(top, top + height);
      }
      case 'search':
        return searchLines(overlay, state, width, height);
      case 'transfers':
        return transferLines(state, overlay.id, width, height);
      case 'call':
        return callPageLines(state, ui, width, height);
      case 'share':
        return shareLines(overlay, width, height);
      case 'words':
        return wordsLines(overlay.page, width, height);
      case undefined: {
        const { items, layout } = this.#scene(snapshot);
        return visibleRows(items, ui.scroll, height, layout);
      }
    }
  }

  #scene(snapshot: Snapshot): Scene {
    const { conversationRows, width } = geometryOf(snapshot, inputOf(snapshot).rows.length);
    const context = this.#context(snapshot, width);
    const items = this.#itemsOf(snapshot);
    return { items, height: conversationRows, layout: (item) => this.#lines.linesOf(item, context) };
  }

  #context({ state, ui, size, fallbackName, pictures = false }: Snapshot, width: number): LineContext {
    const messages = messagesInView(state, ui.current, ui.reading);
    return {
      state,
      width,
      fallbackName,
      selectedId: ui.composing?.id ?? ui.selection?.id,
      playing: ui.playing,
      pictureRows: pictures ? pictureRowsIn(size.rows) : 0,
      pictureOf: (id) => {
        const known = ui.pictures.get(id);
        if (known === undefined) this.#wantedPictures.add(id);
        return known;
      },
      findMessage: (id) => {
        const found = messages.find((message) => message.id === id);
        if (found !== undefined || ui.quotes.has(id)) return found ?? ui.quotes.get(id);
        this.#wanted.add(id);
        return null;
      },
    };
  }

  #itemsOf({ state, ui }: Snapshot): Item[] {
    const messages = messagesInView(state, ui.current, ui.reading);
    const view = viewOf(ui, ui.current);
    const ends = endsOf(ui, messages);
    const known = this.#items;
    if (
      known?.messages === messages &&
      known.view === view &&
      known.pending === ui.pending &&
      known.ends.edge === ends.edge &&
      known.ends.intro === ends.intro &&
      known.ends.oldest === ends.oldest &&
      known.ends.newest === ends.newest
    )
      return known.items;
    const pending = ui.pending.filter(({ conversation }) => conversation === ui.current);
    const items = itemsOf(messages, view, pending, ends);
    this.#items = { messages, view, pending: ui.pending, ends, items };
    return items;
  }
}

/** What stands before the first message, and whether the newest is there. */
function endsOf({ current, reading, scroll }: UiState, messages: readonly Message[]): Ends {
  const everyone = current === 'everyone';
  if (reading === undefined) return { intro: everyone, edge: '', oldest: true, newest: true };
  const newest = reading.attached;
  if (reading.older === 'end')
    return { intro: everyone, edge: everyone ? '' : 'beginning of the conversation', oldest: true, newest };
  const edge = edgeText(reading, messages.length === 0, scroll !== undefined);
  return { intro: everyone && edge === '', edge, oldest: messages.length === 0, newest };
}

function edgeText({ loading, slow, failure }: Reading, empty: boolean, scrolled: boolean): string {
  if (loading?.direction === 'older' && slow === true) return 'loading older messages …';
  // Nobody asked for them yet: then it is no news that they can't be had.
  if (failure !== undefined) return scrolled ? `older messages can't be read now: ${displayLine(failure)}` : '';
  return empty || !scrolled ? '' : '…';
}

function geometryOf({ state, ui, size: { columns, rows } }: Snapshot, inputRows: number): Geometry {
  const wide = columns >= WIDE_COLUMNS;
  const sideColumns = wide ? Math.max(20, Math.min(30, Math.floor(columns * 0.24))) : 0;
  const rule = rows >= RULE_ROWS;
  const calls = callLines(state, ui, columns);
  const bodyRows = Math.max(1, rows - 2 - inputRows - (rule ? 1 : 0) - calls.length);
  const freeRows = bodyRows - (wide ? 1 : 0) - (bannerLine(state, ui, columns) === undefined ? 0 : 1);
  const people = ui.overlay === undefined && ui.picturesHidden !== true ? videoPeopleOf(state, ui) : [];
  const paneRows = people.length === 0 ? 0 : paneRowsIn(rows, freeRows);
  return {
    wide,
    sideColumns,
    width: wide ? columns - sideColumns - 2 : columns,
    bodyRows,
    conversationRows: Math.max(1, freeRows - paneRows),
    paneRows,
    people,
    rule,
    calls,
  };
}

/** Pictures are there and no place for them. */
function isTooLow({ people, paneRows }: Geometry): boolean {
  return people.length > 0 && paneRows === 0;
}

function picturesOf({ ui }: Snapshot, geometry: Geometry): { pictures?: PicturePlaces } {
  const { wide, sideColumns, width, bodyRows, conversationRows, paneRows, people } = geometry;
  if (paneRows === 0) return {};
  // Right above the conversation, which reaches down to the end of the body.
  const y = 1 + bodyRows - conversationRows - paneRows;
  const pane = { x: wide ? sideColumns + 2 : 0, y, columns: width, rows: paneRows };
  return { pictures: placesOf(pane, people, ui.video?.speaker?.who) };
}

function pictureRowsIn(rows: number): number {
  return rows >= 30 ? 12 : rows >= RULE_ROWS ? 8 : 5;
}

function inputOf({ state, ui, size }: Snapshot): InputView {
  const { overlay, composing, recording } = ui;
  if (recording !== undefined) return { rows: [recordingLine(state, recording, size.columns)], cursor: { x: 1, y: 0 } };
  const title =
    overlay?.kind === 'picker' ? 'go to' : composing?.kind === 'react' ? 'react' : titleOf(state, ui.current);
  const role = ui.current.startsWith('with:') && overlay?.kind !== 'picker' ? 'private' : 'accent';
  const prompt: Line = [
    { text: ' ' },
    ...cutLine([{ text: title, role }], Math.floor(size.columns / 3)),
    { text: ' › ', role: 'dim' },
  ];
  const line = overlay?.kind === 'picker' ? overlay.query : ui.input;
  const view = viewInput(line, prompt, lineWidth(prompt), size.columns);
  if (composing === undefined || overlay?.kind === 'picker') return view;
  const messages = messagesInView(state, ui.current, ui.reading);
  const above = composingLine(state, composing, messages, size.columns);
  return { rows: [above, ...view.rows], cursor: { x: view.cursor.x, y: view.cursor.y + 1 } };
}

/** What is under way takes the place of the rule, so that nothing moves when it begins and ends. */
function ruleLine({ state, ui, size }: Snapshot, { wide, sideColumns }: Geometry): Line {
  if (ui.transferBar === true) return transferBarLine(state, size.columns);
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
  const text = `This window is ${columns}x${rows}: mmchat needs ${SMALLEST.columns}x${SMALLEST.rows}, also for pictures.`;
  return {
    rows: wrapText(text, columns)
      .slice(0, rows)
      .map((row) => fitLine([{ text: row }], columns)),
  };
}

// The items of a conversation as rows of a width. Only what is visible is laid out; a message is laid out once per width.

import type { Message, NodeState, Person } from '../../src/index.ts';
import { isSaid, type Item } from './conversation-items.ts';
import { nameOf } from './conversations.ts';
import { cutText, displayLine, displayText, fitText, textWidth } from './display-width.ts';
import { fileLine, fileWords } from './file-lines.ts';
import { halfBlockLines } from './half-blocks.ts';
import { introLines } from './intro.ts';
import {
  bodyLines,
  firstWords,
  reactionSpans,
  textColumns,
  textParts,
  TIME_COLUMNS,
  timeText,
  type TextPart,
} from './message-lines.ts';
import { hasPicture } from './pictures.ts';
import { blockedIds } from './reading.ts';
import { fitLine, type Line, type Role, type Span } from './theme.ts';
import type { Notice, PendingText, Picture, Playing } from './ui-state.ts';
import { wrapText } from './wrap.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/** Of a quoted message. */
const QUOTE_COLUMNS = 200;

export interface LineContext {
  readonly state: NodeState;
  readonly width: number;
  /** For the first lines of the program. */
  readonly fallbackName: string;
  /** Messages by id, for what is answered: `undefined` = not here, `null` = not asked for yet. */
  readonly findMessage: (id: string) => Message | undefined | null;
  readonly selectedId: string | undefined;
  readonly playing: Playing | undefined;
  /** Rows of a received image's picture; 0: this terminal shows none. */
  readonly pictureRows: number;
  /** Undefined while it is not there. */
  readonly pictureOf: (id: string) => Picture | undefined;
}

export class ConversationLines {
  readonly #cache = new WeakMap<Message, { signature: string; picture: Picture | undefined; lines: readonly Line[] }>();

  linesOf(item: Item, context: LineContext): readonly Line[] {
    switch (item.type) {
      case 'message':
        return this.#messageLines(item.message, item.showName, context);
      case 'pending':
        return pendingLines(item.pending, item.showName, context);
      case 'notice':
        return noticeLines(item.notice, context.width);
      case 'day':
        return [dayLine(item.at, context.width)];
      case 'new':
        return [newLine(context.width)];
      case 'edge':
        return [centred(cutText(item.text, context.width), context.width, ' ', 'dim')];
      case 'intro':
        return introLines(context.state, context.fallbackName, context.width);
    }
  }

  #messageLines(message: Message, showName: boolean, context: LineContext): readonly Line[] {
    const { state, width, playing } = context;
    const name = nameOf(state, message.author);
    const quote = message.replyTo === undefined ? '' : quoteOf(message.replyTo, context);
    const mark = message.own && message.deleted !== true ? deliveryMark(message, state.people) : '';
    const selected = context.selectedId === message.id;
    // Names in the text and who reacts may be blocked: rare, and told by the map of people being another one.
    const people = message.mentions === undefined && message.reactions === undefined ? '' : peopleVersion(state.people);
    const { file: facts } = message;
    const file =
      facts === undefined ? undefined : fileLine(message, state, { columns: textColumns(width), selected, playing });
    const picture =
      facts !== undefined && context.pictureRows > 0 && hasPicture(facts, state.transfers.get(message.id))
        ? { rows: context.pictureRows, content: context.pictureOf(message.id) }
        : undefined;
    const signature = [
      width,
      showName,
      name,
      quote,
      mark,
      selected,
      state.self.name,
      people,
      JSON.stringify(file),
      picture?.rows,
    ].join('|');
    const cached = this.#cache.get(message);
    if (cached?.signature === signature && cached.picture === picture?.content) return cached.lines;
    const lines = isSaid(message)
      ? bodyLines(
          {
            at: message.at,
            author: message.own ? 'self' : { peerId: message.author },
            name: message.own ? displayLine(state.self.name || context.fallbackName) : name,
            showName,
            text: file === undefined ? saidParts(message, state) : [{ block: false, spans: file }],
            quote,
            tags: tagsOf(message),
            mark,
            ...(picture === undefined
              ? {}
              : { below: pictureLines(picture.content, textColumns(width), picture.rows) }),
            reactions: message.deleted === true ? [] : reactionSpans(message, state),
            selected,
          },
          width,
        )
      : [movementLine(message, name, width)];
    this.#cache.set(message, { signature, picture: picture?.content, lines });
    return lines;
  }
}

/** Always as many rows, so that nothing moves when the picture comes. */
function pictureLines(picture: Picture | undefined, columns: number, rows: number): Line[] {
  const lines: Line[] =
    picture?.state === 'ready'
      ? halfBlockLines(picture.pixels, columns, rows)
      : [[{ text: cutText(picture === undefined ? '…' : `(${displayLine(picture.words)})`, columns), role: 'dim' }]];
  return Array.from({ length: rows }, (_, row) => lines[row] ?? []);
}

function saidParts(message: Message, state: NodeState): TextPart[] {
  if (message.deleted === true) return instead('message deleted');
  if (message.missing === true)
    return instead(
      message.kind === 'file' ? 'what this file is called is not here (yet)' : 'this text is not here (yet)',
    );
  return textParts(message, message.own ? 'own' : 'text', state);
}

function instead(text: string): TextPart[] {
  return [{ block: false, spans: [{ text, role: 'dim', italic: true }] }];
}

function tagsOf({ edited, deleted, forked }: Message): Span[] {
  const tags: Span[] = [];
  if (edited === true && deleted !== true) tags.push({ text: '(edited)', role: 'dim' });
  if (forked === true) tags.push({ text: '(two histories)', role: 'warn' });
  return tags;
}

const versions = new WeakMap<NodeState['people'], number>();
let lastVersion = 0;

function peopleVersion(people: NodeState['people']): number {
  const version = versions.get(people) ?? ++lastVersion;
  versions.set(people, version);
  return version;
}

/** `…` waits for somebody to be there, `·` on its way, `✓` durable at some, `✓✓` at all. */
export function deliveryMark(
  { recipients, deliveredTo, destination }: Pick<Message, 'recipients' | 'deliveredTo' | 'destination'>,
  people: ReadonlyMap<string, Pick<Person, 'online'>>,
): string {
  const wanted = destination.kind === 'person' ? [destination.peerId] : recipients;
  const delivered = new Set(deliveredTo);
  const missing = wanted.filter((peerId) => !delivered.has(peerId));
  if (delivered.size > 0) return missing.length === 0 ? '✓✓' : '✓';
  return missing.some((peerId) => people.get(peerId)?.online === true) ? '·' : '…';
}

function pendingLines(pending: PendingText, showName: boolean, context: LineContext): Line[] {
  const { state, fallbackName, width } = context;
  return bodyLines(
    {
      at: pending.at,
      author: 'self',
      name: displayLine(state.self.name || fallbackName),
      showName,
      text: textParts({ text: pending.text }, 'own', state),
      quote: pending.replyTo === undefined ? '' : quoteOf(pending.replyTo, context),
      tags: [],
      mark: '…',
      reactions: [],
      selected: false,
    },
    width,
  );
}

/** The author and the beginning of what is answered. */
export function quoteOf(id: string, { state, findMessage }: Pick<LineContext, 'state' | 'findMessage'>): string {
  const original = findMessage(id);
  if (original === null) return '…';
  if (original === undefined) return 'an earlier message';
  if (blockedIds(state.people).has(original.author)) return 'somebody blocked';
  const name = nameOf(state, original.author);
  if (original.deleted === true) return `${name}: message deleted`;
  if (original.file !== undefined) return `${name}: ${fileWords(original.file)}`;
  return `${name}: ${firstWords(original.text, QUOTE_COLUMNS)}`;
}

function movementLine(message: Message, name: string, width: number): Line {
  const who = message.own ? 'you' : name;
  const what = message.kind === 'join' ? `→ ${who} joined` : `← ${who} left`;
  return fitLine(
    [
      { text: fitText(timeText(message.at), TIME_COLUMNS), role: 'dim' },
      { text: what, role: 'dim' },
    ],
    width,
  );
}

const NOTICE_LOOKS: Readonly<Record<Notice['kind'], { sign: string; role: Role }>> = {
  info: { sign: '', role: 'dim' },
  came: { sign: '● ', role: 'good' },
  went: { sign: '○ ', role: 'dim' },
  warning: { sign: '⚠ ', role: 'warn' },
  error: { sign: '✗ ', role: 'bad' },
};

function noticeLines(notice: Notice, width: number): Line[] {
  const { sign, role } = NOTICE_LOOKS[notice.kind];
  const indent = TIME_COLUMNS + textWidth(sign);
  const rows = wrapText(displayText(notice.text), width - indent);
  return rows.map((row, index) =>
    fitLine(
      [
        { text: fitText(index === 0 ? timeText(notice.at) : '', TIME_COLUMNS), role: 'dim' },
        { text: index === 0 ? sign : ' '.repeat(textWidth(sign)), role },
        { text: row, role: role === 'good' ? 'dim' : role },
      ],
      width,
    ),
  );
}

function dayLine(at: number, width: number): Line {
  const date = new Date(at);
  const known = !Number.isNaN(date.getTime());
  const day = `${DAYS[date.getDay()] ?? ''} ${date.getDate()} ${MONTHS[date.getMonth()] ?? ''}`;
  return centred(`── ${known ? day : 'some day'} ──`, width, ' ', 'dim');
}

function newLine(width: number): Line {
  return centred(' new ', width, '─', 'warn');
}

function centred(text: string, width: number, fill: string, role: Role): Line {
  const room = Math.max(0, width - textWidth(text));
  const left = Math.floor(room / 2);
  return [{ text: cutText(fill.repeat(left) + text + fill.repeat(room - left), width), role }];
}

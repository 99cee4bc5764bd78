// The items of a conversation as rows of a width. Only what is visible is laid out; a message is laid out once per width.

import type { Message, NodeState } from '../../src/index.ts';
import type { Item } from './conversation-items.ts';
import { nameOf } from './conversations.ts';
import { cutText, displayLine, displayText, fitText, textWidth } from './display-width.ts';
import { introLines } from './intro.ts';
import { fitLine, personRole, type Line, type Role, type Span } from './theme.ts';
import type { Notice } from './ui-state.ts';
import { wrapText } from './wrap.ts';

const TIME_COLUMNS = 6;
const MARK_COLUMNS = 3;
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

export interface LineContext {
  readonly state: NodeState;
  readonly width: number;
  /** For the first lines of the program. */
  readonly fallbackName: string;
  /** Messages of the conversation by id, for replies. */
  readonly findMessage: (id: string) => Message | undefined;
}

/** Names stand in a column of fixed width, so that no new name makes the others move. */
function nameColumns(width: number): number {
  return width >= 64 ? 10 : 7;
}

export class ConversationLines {
  readonly #cache = new WeakMap<Message, { signature: string; lines: readonly Line[] }>();

  linesOf(item: Item, context: LineContext): readonly Line[] {
    switch (item.type) {
      case 'message':
        return this.#messageLines(item.message, item.showName, context);
      case 'pending':
        return bodyLines(
          { at: item.pending.at, text: item.pending.text, mark: '…', author: 'self', showName: item.showName },
          context,
        );
      case 'notice':
        return noticeLines(item.notice, context.width);
      case 'day':
        return [dayLine(item.at, context.width)];
      case 'new':
        return [newLine(context.width)];
      case 'intro':
        return introLines(context.state, context.fallbackName, context.width);
    }
  }

  #messageLines(message: Message, showName: boolean, context: LineContext): readonly Line[] {
    const name = nameOf(context.state, message.author);
    const replied = message.replyTo === undefined ? '' : replyText(message.replyTo, context);
    const signature = [context.width, showName, name, replied].join('|');
    const cached = this.#cache.get(message);
    if (cached?.signature === signature) return cached.lines;
    const lines =
      message.kind === 'text'
        ? bodyLines(
            {
              at: message.at,
              text: message.text,
              mark: message.own ? deliveryMark(message) : '',
              author: message.own ? 'self' : { peerId: message.author, name },
              showName,
              ...(replied === '' ? {} : { replied }),
            },
            context,
          )
        : [movementLine(message, name, context.width)];
    this.#cache.set(message, { signature, lines });
    return lines;
  }
}

/** `·` on its way, `✓` durable at some, `✓✓` at all. */
export function deliveryMark({ recipients, deliveredTo }: Pick<Message, 'recipients' | 'deliveredTo'>): string {
  if (deliveredTo.length === 0) return '·';
  const delivered = new Set(deliveredTo);
  return recipients.every((peerId) => delivered.has(peerId)) ? '✓✓' : '✓';
}

function timeText(at: number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '--:--';
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

interface Body {
  readonly at: number;
  readonly text: string;
  readonly mark: string;
  readonly author: 'self' | { readonly peerId: string; readonly name: string };
  readonly showName: boolean;
  readonly replied?: string;
}

function bodyLines(body: Body, { state, width, fallbackName }: LineContext): Line[] {
  const columns = nameColumns(width);
  const textColumns = Math.max(1, width - TIME_COLUMNS - columns - 1 - MARK_COLUMNS);
  const own = body.author === 'self';
  const name = body.author === 'self' ? displayLine(state.self.name || fallbackName) : body.author.name;
  const nameRole: Role = body.author === 'self' ? 'accent' : personRole(body.author.peerId);
  const rows: Span[] = [];
  if (body.replied !== undefined) rows.push({ text: cutText(`▏${body.replied}`, textColumns), role: 'dim' });
  const role: Role = own ? 'own' : 'text';
  for (const row of wrapText(displayText(body.text), textColumns)) rows.push({ text: row, role });
  return rows.map((row, index) => {
    const first = index === 0;
    const mark: Span[] = index === rows.length - 1 && body.mark !== '' ? [{ text: body.mark, role: 'dim' }] : [];
    const head: Line = [
      { text: fitText(first ? timeText(body.at) : '', TIME_COLUMNS), role: 'dim' },
      { text: fitText(first && body.showName ? name : '', columns), role: nameRole },
      { text: ' ' },
    ];
    return fitLine([...head, row], width, mark);
  });
}

function replyText(replyTo: string, { state, findMessage }: LineContext): string {
  const original = findMessage(replyTo);
  if (original === undefined) return '(an earlier message)';
  return `${nameOf(state, original.author)}: ${displayLine(original.text.slice(0, 200))}`;
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

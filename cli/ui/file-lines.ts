// A file, folder or voice note in the conversation: one row that says what it is and what has become of it. Pure.

import type { FileFacts, Message, NodeState, Transfer } from '../../src/index.ts';
import { cutText, displayLine, graphemesOf, textWidth } from './display-width.ts';
import { cutLine, type Line, type Span } from './theme.ts';
import type { Playing } from './ui-state.ts';
import { clockText, sizeText, waveText } from '../transfer-text.ts';
import { statusSpan, type Detail } from './transfer-status.ts';

const GAP: Span = { text: '  ' };
/** For each amount of detail: from so many columns on, and so many kept free, so that nothing moves when it changes. */
const ROOM: Readonly<Record<Detail, { readonly from: number; readonly kept: number; readonly wave: number }>> = {
  full: { from: 64, kept: 28, wave: 24 },
  some: { from: 48, kept: 16, wave: 18 },
  least: { from: 0, kept: 11, wave: 10 },
};

function detailOf(columns: number): Detail {
  if (columns >= ROOM.full.from) return 'full';
  return columns >= ROOM.some.from ? 'some' : 'least';
}

export interface FileLook {
  readonly columns: number;
  readonly selected: boolean;
  readonly playing: Playing | undefined;
}

/** At most `columns` wide. */
export function fileLine(message: Message, state: NodeState, look: FileLook): Line {
  const { columns } = look;
  const { file, id } = message;
  if (file === undefined) return [];
  const detail = detailOf(columns);
  const transfer = state.transfers.get(id);
  const status = transfer === undefined ? undefined : statusSpan(transfer, state, detail);
  if (file.kind === 'voice') return cutLine(voiceSpans(message, file, { transfer, status, detail, look }), columns);
  const { text: size } = sizeSpan(file);
  const sign = file.kind === 'folder' ? '📁 ' : '📎 ';
  const room = columns - textWidth(sign) - textWidth(size) - 4 - ROOM[detail].kept;
  return cutLine(
    [
      { text: sign },
      { text: cutName(displayLine(file.name), Math.max(8, room)), role: message.own ? 'own' : 'text' },
      GAP,
      { text: size, role: 'dim' },
      ...(status === undefined ? [] : [GAP, status]),
    ],
    columns,
  );
}

function sizeSpan({ kind, size, fileCount }: FileFacts): Span {
  const count = kind === 'folder' ? `, ${fileCount} ${fileCount === 1 ? 'file' : 'files'}` : '';
  return { text: sizeText(size) + count };
}

interface VoiceContext {
  readonly transfer: Transfer | undefined;
  readonly status: Span | undefined;
  readonly detail: Detail;
  readonly look: FileLook;
}

function voiceSpans(
  { id, own }: Message,
  { waveform = [], durationMs = 0 }: FileFacts,
  { transfer, status, detail, look }: VoiceContext,
): Line {
  const { playing, selected } = look;
  const wave = waveText(waveform, ROOM[detail].wave);
  const length = clockText(Math.round(durationMs / 1000));
  const isHeard = playing?.id === id;
  const share = isHeard && durationMs > 0 ? Math.min(1, playing.ms / durationMs) : 0;
  const heard = graphemesOf(wave)
    .slice(0, Math.round(share * textWidth(wave)))
    .join('');
  const picture: Span[] =
    wave === ''
      ? [{ text: '🎤' }]
      : [
          { text: heard, role: 'good' },
          { text: wave.slice(heard.length), role: own ? 'own' : 'accent' },
        ];
  const time = isHeard ? `▶ ${clockText(playing.ms / 1000)} of ${length}` : length;
  const isHere = transfer?.phase === 'done' || transfer?.direction === 'outgoing';
  const what = isHeard
    ? selected
      ? 'p to stop'
      : '/play stops it'
    : isHere
      ? `voice note, ${selected ? 'p to play' : '/play'}`
      : 'voice note';
  // That it is saved is meant by playing it.
  const isSaid = status !== undefined && !(transfer?.phase === 'done' && transfer.direction === 'incoming');
  return [
    ...picture,
    { text: ' ' },
    { text: time },
    GAP,
    { text: what, role: 'dim' },
    ...(isSaid ? [GAP, status] : []),
  ];
}

/** Cut in the middle, as the end of a name says what it is. `name` has passed `displayLine`. */
export function cutName(name: string, width: number): string {
  if (textWidth(name) <= width) return name;
  let tail = '';
  for (const grapheme of graphemesOf(name).slice(-8).reverse()) {
    if (textWidth(grapheme + tail) > Math.min(8, width / 3)) break;
    tail = grapheme + tail;
  }
  const cut = cutText(name, Math.max(1, width - textWidth(tail))) + tail;
  return textWidth(cut) <= width ? cut : cutText(name, width);
}

/** As it is quoted above an answer. */
export function fileWords({ kind, name, durationMs = 0 }: FileFacts): string {
  if (kind === 'voice') return `voice note, ${clockText(Math.round(durationMs / 1000))}`;
  return `${kind === 'folder' ? '📁' : '📎'} ${displayLine(name)}`;
}

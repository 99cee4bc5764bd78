// Where everybody's picture stands on the screen, and the names below. Pure.

import { tiles as gridOf, type Pane, type PeerId } from '../../../src/index.ts';
import { cutText, displayLine } from '../display-width.ts';
import { fitLine, personRole, type Line } from '../theme.ts';

/** Somebody whose pictures are to be seen. */
export interface VideoPerson {
  readonly who: PeerId;
  readonly name: string;
  readonly isOwn: boolean;
  readonly isSharing: boolean;
  /** Of their pictures, in pixels. */
  readonly width: number;
  readonly height: number;
}

export interface PictureTile {
  readonly who: PeerId;
  readonly picture: Pane;
  /** As wide as its place. */
  readonly label: Line;
  readonly labelX: number;
  readonly labelY: number;
}

export interface PicturePlaces {
  /** All of it is kept free for pictures and their names. */
  readonly pane: Pane;
  readonly tiles: readonly PictureTile[];
}

/** Smaller ones show nothing that could be recognised. */
const LEAST_TILE = { columns: 10, rows: 4 } as const;
export const LEAST_PANE_ROWS = 5;
/** Of the conversation, while pictures are there too. */
const LEAST_CONVERSATION_ROWS = 3;
/** Oneself, beside others. */
const OWN_SHARE = 0.5;
const GAP = 2;

/** Of a window so high; the more of them the higher it is. 0: there is no place for pictures. */
export function paneRowsIn(windowRows: number, bodyRows: number): number {
  const share = Math.max(0.36, Math.min(0.6, 0.4 + (windowRows - 24) * 0.008));
  const rows = Math.min(Math.round(windowRows * share), bodyRows - LEAST_CONVERSATION_ROWS);
  return rows < LEAST_PANE_ROWS ? 0 : rows;
}

/** @param speaker who is larger than the others, among several */
export function placesOf(pane: Pane, people: readonly VideoPerson[], speaker: PeerId | undefined): PicturePlaces {
  const others = people.filter(({ isOwn }) => !isOwn);
  const own = people.find(({ isOwn }) => isOwn);
  if (others.length === 0) return { pane, tiles: own === undefined ? [] : [tileOf(own, pane, 0)] };
  const corner = own === undefined ? undefined : cornerFor(own, others, pane);
  const room = corner === undefined ? pane : { ...pane, columns: corner.x - GAP - pane.x };
  const shown = withinRoom(others, room, speaker);
  // Of two both are as large.
  const active = shown.length > 2 ? shown.findIndex(({ who }) => who === speaker) : -1;
  const grid = shown.length === 1 ? [room] : gridOf(room, shown.length, active);
  const hidden = others.length - shown.length;
  const counted = Math.max(0, active);
  // Those of the same kind are equally large, and a free column stands between neighbours.
  const small = grid.filter((_, index) => index !== active);
  const rows = Math.min(...small.map((place) => place.rows));
  const columns = Math.min(...small.map((place) => place.columns)) - 1;
  const tiles = shown.flatMap((person, index) => {
    const place = grid[index];
    if (place === undefined) return [];
    const size = shown.length > 1 && index !== active ? { rows, columns } : {};
    return [tileOf(person, { ...place, ...size }, index === counted ? hidden : 0)];
  });
  return { pane, tiles: own === undefined || corner === undefined ? tiles : [...tiles, tileOf(own, corner, 0)] };
}

/** Down on the right, unless that would take place from the only other one. */
function cornerFor(own: VideoPerson, others: readonly VideoPerson[], pane: Pane): Pane | undefined {
  const most = Math.max(LEAST_TILE.rows, Math.round(pane.rows * OWN_SHARE));
  const [only] = others;
  const free =
    others.length === 1 && only !== undefined
      ? pane.columns - fitted(only, { columns: pane.columns, rows: pane.rows - 1 }).columns - GAP
      : Math.floor(pane.columns / (others.length > 2 ? 8 : 5));
  const size = fitted(own, { columns: Math.min(free, pane.columns >> 1), rows: most - 1 });
  if (size.columns < LEAST_TILE.columns - GAP || size.rows < LEAST_TILE.rows - 2 || free < size.columns)
    return undefined;
  const [columns, rows] = [Math.max(size.columns, LEAST_TILE.columns - GAP), size.rows + 1];
  return { x: pane.x + pane.columns - columns, y: pane.y + pane.rows - rows, columns, rows };
}

/** As many as can be recognised: who speaks always, the others as they came. */
function withinRoom(others: readonly VideoPerson[], room: Pane, speaker: PeerId | undefined): readonly VideoPerson[] {
  for (let count = others.length; count > 1; count--) {
    const kept = new Set(
      [...others].sort((left, right) => Number(right.who === speaker) - Number(left.who === speaker)).slice(0, count),
    );
    const shown = others.filter((one) => kept.has(one));
    const places = gridOf(
      room,
      count,
      shown.findIndex(({ who }) => who === speaker),
    );
    if (places.every(({ columns, rows }) => columns > LEAST_TILE.columns && rows >= LEAST_TILE.rows)) return shown;
  }
  return [others.find(({ who }) => who === speaker) ?? others[0]].filter((one) => one !== undefined);
}

/** The name at the bottom, so that names of neighbours are in one line, and the picture right above it. */
function tileOf({ who, name, isOwn, isSharing, width, height }: VideoPerson, place: Pane, hidden: number): PictureTile {
  const size = fitted({ width, height }, { columns: place.columns, rows: Math.max(1, place.rows - 1) });
  const x = place.x + ((place.columns - size.columns) >> 1);
  const y = place.y + Math.max(0, place.rows - 1 - size.rows);
  const columns = Math.min(place.columns, Math.max(size.columns, LEAST_TILE.columns));
  const labelX = Math.max(place.x, Math.min(x, place.x + place.columns - columns));
  const words = `${isSharing ? '’s screen' : ''}${hidden === 0 ? '' : `  + ${hidden}`}`;
  const who1 = isOwn ? (isSharing ? 'your screen' : 'you') : displayLine(name);
  const tail = isOwn ? words.replace('’s screen', '') : words;
  const label: Line = [
    { text: cutText(who1, Math.max(1, columns - tail.length)), role: isOwn ? 'dim' : personRole(who) },
    { text: tail, role: 'dim' },
  ];
  return {
    who,
    picture: { x, y, ...size },
    label: fitLine(label, columns),
    labelX,
    labelY: y + size.rows,
  };
}

/** Cells are twice as high as wide. */
function fitted(
  { width, height }: Pick<VideoPerson, 'width' | 'height'>,
  room: Pick<Pane, 'columns' | 'rows'>,
): Pick<Pane, 'columns' | 'rows'> {
  const scale = Math.min(room.columns / width, (room.rows * 2) / height);
  const columns = Math.max(1, Math.min(room.columns, Math.round(width * scale)));
  return { columns, rows: Math.max(1, Math.min(room.rows, Math.round((height * scale) / 2))) };
}

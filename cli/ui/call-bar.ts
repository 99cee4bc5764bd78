// The lines above the input that are about calls: who calls, the call that one is in, one that goes on in this room.

import type { Call, CallMember, NodeState } from '../../src/index.ts';
import { qualityOf, recentOf, type Quality } from './call-quality.ts';
import { currentCall, keyOfCall, openCallIn, ringingCalls } from './call-state.ts';
import { nameOf, titleOf } from './conversations.ts';
import { cutText, displayLine } from './display-width.ts';
import { cutLine, fitLine, lineWidth, personRole, plainText, type Line, type Role, type Span } from './theme.ts';
import { clockText, levelSign } from '../transfer-text.ts';
import type { CallLive, UiState, VideoScene } from './ui-state.ts';

const PHONE: Span = { text: ' ☎ ', role: 'accent' };
const ALL_KEYS = 'ctrl-o mute   ctrl-v video   ctrl-r share   ctrl-g numbers   ctrl-x hang up';
/** From all to none. */
const KEYS = [
  ALL_KEYS,
  'ctrl-o mute   ctrl-g numbers   ctrl-x hang up',
  'ctrl-o mute   ctrl-x hang up',
  'ctrl-x hang up',
  '',
];
const VIDEO_KEYS = [
  ALL_KEYS,
  'ctrl-o mute   ctrl-v video   ctrl-x hang up',
  'ctrl-v video   ctrl-x hang up',
  'ctrl-x hang up',
  '',
];
/** What matters least goes first: keys, then words for which there are signs, then sizes of pictures. */
const VARIANTS = [
  { words: true, keys: 0, sizes: true },
  { words: true, keys: 1, sizes: true },
  { words: true, keys: 2, sizes: true },
  { words: false, keys: 2, sizes: true },
  { words: false, keys: 2, sizes: false },
  { words: false, keys: 3, sizes: false },
  { words: false, keys: 4, sizes: false },
] as const;
const PICTURE: Span = { text: ' ▣', role: 'good' };
const SCREEN: Span = { text: ' ▤', role: 'good' };
const QUALITY_ROLES: Readonly<Record<Quality, Role>> = { good: 'good', fair: 'warn', poor: 'bad' };

/** How many there are; none while nobody calls. The first is the one that `liveCallLine` draws. */
export function callLines(state: NodeState, ui: UiState, width: number): Line[] {
  const lines: Line[] = [];
  const live = liveCallLine(state, ui, width);
  if (live !== undefined) lines.push(live);
  else {
    const [first, ...others] = ringingCalls(state);
    if (first !== undefined) lines.push(ringingLine(first, others.length, state, width));
  }
  const open = openCallIn(state, ui.current);
  if (open !== undefined) lines.push(openLine(open, state, width));
  return lines;
}

/** The call that one is in; it is drawn anew many times a second. */
export function liveCallLine(state: NodeState, ui: UiState, width: number): Line | undefined {
  const call = currentCall(state);
  return call === undefined ? undefined : currentLine(call, state, ui, width);
}

/** In reverse, so that it can't be overlooked, also without colours. It stands still. */
function ringingLine(call: Call, others: number, state: NodeState, width: number): Line {
  const { destination, starter, members, mode } = call;
  const name = cutText(nameOf(state, starter), Math.floor(width / 3));
  const where =
    destination.kind === 'person'
      ? 'calls you'
      : `calls ${cutText(titleOf(state, keyOfCall(state, call)), Math.floor(width / 4))}`;
  const inIt = destination.kind === 'room' && members.length > 1 ? `, ${members.length} people are in it` : '';
  const video = mode === 'video' ? ', with pictures' : '';
  const more = others === 0 ? '' : `   + ${others} more`;
  const keys = '   ctrl-y answer   ctrl-x refuse';
  const variants = [inIt + video + keys + more, video + keys + more, keys + more, keys];
  const texts = variants.map((rest) => ` ☎ ${name} ${where}${rest}`);
  const text = texts.find((one) => lineWidth([{ text: one }]) <= width) ?? ` ☎ ${name}: ctrl-y answer, ctrl-x refuse`;
  return [{ text: plainText(fitLine([{ text }], width)), role: 'selected' }];
}

function openLine({ members }: Call, state: NodeState, width: number): Line {
  const names = members.map(({ peerId }) => nameOf(state, peerId)).join(', ');
  const count = `${members.length} ${members.length === 1 ? 'person' : 'people'}`;
  const right: Line = [{ text: currentCall(state) === undefined ? '/call joins' : '/hangup first', role: 'dim' }];
  return fitLine([PHONE, { text: `call going on: ${count}` }, { text: `  ${names}`, role: 'dim' }], width, right);
}

function currentLine(call: Call, state: NodeState, { call: live, video }: UiState, width: number): Line {
  const own = live?.id === call.id ? live : undefined;
  const title = cutText(titleOf(state, keyOfCall(state, call)), Math.floor(width / 3));
  const head: Line = [
    PHONE,
    { text: title, role: 'strong' },
    { text: `  ${phaseText(call, own)}` },
    ...ownSpans(call, state, own),
    ...ownPictureSpans(call, state, video),
  ];
  const talking = call.phase === 'connecting' || call.phase === 'active';
  if (!talking) return fitLine(head, width, keysFitting(width - lineWidth(head) - 1));
  const keys = hasPictures(call, video) ? VIDEO_KEYS : KEYS;
  const quality = qualitySpans(own);
  for (const variant of VARIANTS) {
    const members = call.members.map((member) => [
      ...memberSpans(member, call, state, own),
      ...pictureSpans(member, call, own, video, variant.sizes),
    ]);
    const wanted = members.slice(0, 2).reduce((sum, spans) => sum + lineWidth(spans), 0);
    const right: Line = keyLine(keys[variant.keys] ?? '');
    const tail: Line = [...quality, ...pathSpans(call, own, variant.words)];
    const room = width - lineWidth(head) - lineWidth(tail) - lineWidth(right) - 1;
    if (room < wanted) continue;
    return fitLine([...head, ...membersWithin(members, room), ...tail], width, right);
  }
  return fitLine(head, width);
}

function phaseText({ phase, since }: Call, live: CallLive | undefined): string {
  switch (phase) {
    case 'calling':
      return 'calling …';
    case 'ringing':
      return 'rings there …';
    case 'connecting':
      return 'connecting …';
    default:
      return since === undefined || live === undefined ? '0:00' : clockText((live.now - since) / 1000);
  }
}

/** Oneself: that nobody hears one is never left out. */
function ownSpans({ audioMuted }: Call, { self }: NodeState, live: CallLive | undefined): Span[] {
  if (audioMuted) return [{ text: '  ' }, { text: 'you are muted', role: 'warn' }];
  const heard = live?.levels.get(self.peerId);
  return [{ text: `  ${speakingSign(heard)}you ` }, { text: levelSign(heard?.level ?? 0), role: 'accent' }];
}

function memberSpans(
  { peerId, phase, audioMuted }: CallMember,
  call: Call,
  state: NodeState,
  live: CallLive | undefined,
): Line {
  const heard = live?.levels.get(peerId);
  // Between two, who it is stands at the beginning already.
  const name = call.destination.kind === 'person' ? 'they' : cutText(nameOf(state, peerId), 12);
  const role = phase === 'connected' ? personRole(peerId) : 'dim';
  const meter: Span =
    phase !== 'connected'
      ? { text: phase === 'lost' ? '?' : '…', role: phase === 'lost' ? 'bad' : 'dim' }
      : audioMuted
        ? { text: '✗', role: 'dim' }
        : { text: levelSign(heard?.level ?? 0), role: 'accent' };
  return [
    { text: `  ${speakingSign(heard)}` },
    { text: name, role, bold: heard?.speaking === true },
    { text: ' ' },
    meter,
  ];
}

/** Somebody's pictures are there, or are to be there. */
function hasPictures({ mode, sharing }: Call, video: VideoScene | undefined): boolean {
  return mode === 'video' || sharing !== undefined || (video !== undefined && video.sizes.size > 0);
}

/** What one shows oneself. */
function ownPictureSpans(
  { sharing, mode, videoMuted }: Call,
  { self }: NodeState,
  video: VideoScene | undefined,
): Span[] {
  if (sharing !== undefined) return [SCREEN];
  if (video?.sizes.has(self.peerId) === true) return [PICTURE];
  return mode === 'video' && videoMuted ? [{ text: ' camera off', role: 'dim' }] : [];
}

/** That pictures come from there, and which. */
function pictureSpans(
  { peerId, phase, videoMuted, isSharing = false }: CallMember,
  { mode }: Call,
  live: CallLive | undefined,
  video: VideoScene | undefined,
  withSize: boolean,
): Span[] {
  const stats = live?.readings.at(-1)?.peers.find((peer) => peer.peerId === peerId)?.video;
  const isThere = video?.sizes.has(peerId) === true || (stats?.framesPerSecond ?? 0) > 0;
  if (phase !== 'connected' || videoMuted || !(isThere || (mode === 'video' && isSharing))) return [];
  const sign = isSharing ? SCREEN : PICTURE;
  if (!withSize || stats === undefined || stats.width === 0) return [sign];
  return [sign, { text: ` ${stats.width}x${stats.height} ${Math.round(stats.framesPerSecond)}/s`, role: 'dim' }];
}

function speakingSign(heard: { readonly speaking: boolean } | undefined): string {
  return heard?.speaking === true ? '›' : ' ';
}

/** As many as there is room for; who is left out is counted. */
function membersWithin(members: readonly Line[], room: number): Line {
  const shown: Span[] = [];
  let left = room;
  for (const [index, spans] of members.entries()) {
    const more = members.length - index - 1;
    const reserved = more === 0 ? 0 : `  + ${more}`.length;
    if (lineWidth(spans) + reserved > left) return cutLine([...shown, { text: `  + ${more + 1}`, role: 'dim' }], room);
    shown.push(...spans);
    left -= lineWidth(spans);
  }
  return shown;
}

function qualitySpans(live: CallLive | undefined): Span[] {
  const quality = qualityOf(recentOf(live?.readings ?? []));
  return quality === undefined ? [] : [{ text: '   ' }, { text: quality, role: QUALITY_ROLES[quality] }];
}

/** Nothing while no way is known. What is not encrypted is always said. */
function pathSpans({ members }: Call, live: CallLive | undefined, words: boolean): Span[] {
  const paths = members.flatMap(({ path }) => (path === undefined ? [] : [path]));
  const peers = live?.readings.at(-1)?.peers ?? [];
  const isOpen = peers.some(({ encrypted }) => !encrypted);
  const way = paths.length === 0 ? undefined : paths.includes('link') ? 'via link' : 'direct';
  const spans: Span[] = [];
  if (words && way !== undefined) spans.push({ text: `  ${way}`, role: way === 'direct' ? 'dim' : 'warn' });
  else if (way === 'via link') spans.push({ text: '  link', role: 'warn' });
  if (isOpen) spans.push({ text: words ? ', not encrypted' : '  ! open', role: 'warn' });
  else if (way !== undefined) spans.push({ text: words ? ', encrypted ⚿' : '  ⚿', role: 'good' });
  return spans;
}

function keyLine(text: string): Line {
  return text === '' ? [] : [{ text, role: 'dim' }];
}

function keysFitting(room: number): Line {
  return keyLine(['ctrl-x hang up', ''].find((keys) => displayLine(keys).length <= room) ?? '');
}

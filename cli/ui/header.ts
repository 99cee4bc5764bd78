// The first line of the screen, and the line that names the open conversation.

import type { NodeState } from '../../src/index.ts';
import { personOf, roomEntries, peopleEntries, roomOf, nameOf, titleOf } from './conversations.ts';
import { displayLine, textWidth } from './display-width.ts';
import { unreadSpans } from './side-pane.ts';
import { fitLine, lineWidth, type Line, type Span } from './theme.ts';
import type { UiState } from './ui-state.ts';

const DASH: Span = { text: ' ─ ', role: 'dim' };

export function headerLine(state: NodeState, fallbackName: string, width: number, mark?: Span): Line {
  const name = displayLine(state.self.name || fallbackName);
  const right: Span[] = [{ text: 'F1 help', role: 'dim' }];
  if (state.closedNetwork) right.unshift({ text: '⚿ closed network', role: 'good' }, { text: '   ' });
  if (mark !== undefined) right.unshift(mark, { text: '   ' });
  const parts: Span[] = [{ text: 'mmchat', role: 'strong' }];
  if (name !== '') parts.push(DASH, { text: name, role: 'accent' });
  if (state.phase === 'running') parts.push(DASH, { text: `${hereCount(state)} here` });
  for (const { name: interfaceName, address } of state.interfaces) {
    const part: Span[] = [DASH, { text: displayLine(`${interfaceName} ${address}`), role: 'dim' }];
    if (lineWidth([...parts, ...part, ...right]) + 2 > width) break;
    parts.push(...part);
  }
  if (state.phase === 'starting') parts.push(DASH, { text: 'starting …', role: 'dim' });
  return fitLine(parts, width, right);
}

/** Narrow windows have one line for both. */
export function narrowHeaderLine(
  state: NodeState,
  ui: UiState,
  fallbackName: string,
  width: number,
  mark?: Span,
): Line {
  const name = displayLine(state.self.name || fallbackName);
  const elsewhere = [...peopleEntries(state, ui), ...roomEntries(state, ui)].filter(({ current }) => !current);
  const unread = elsewhere.reduce((total, entry) => total + entry.unread, 0);
  const mentions = elsewhere.reduce((total, entry) => total + entry.mentions, 0);
  const right: Span[] = [];
  if (state.closedNetwork) right.push({ text: '⚿', role: 'good' });
  if (unread > 0) {
    if (right.length > 0) right.push({ text: ' ' });
    right.push(...unreadSpans({ unread, mentions }), { text: ' elsewhere', role: 'strong' });
  }
  if (mark !== undefined) right.unshift(mark, ...(right.length > 0 ? [{ text: ' ' }] : []));
  const parts: Span[] = [{ text: 'mmchat', role: 'strong' }];
  if (name !== '') parts.push({ text: ' ' }, { text: name, role: 'accent' });
  parts.push(DASH, ...titleSpans(state, ui));
  return fitLine(parts, width, right);
}

/** What is open, and who is in it. */
export function titleLine(state: NodeState, ui: UiState, width: number): Line {
  const title = titleSpans(state, ui);
  const room = roomOf(state, ui.current);
  if (room === undefined) return fitLine(title, width);
  const names = [...room.members.map((peerId) => nameOf(state, peerId)), ...(room.joined ? ['you'] : [])].join(', ');
  const left = width - lineWidth(title) - textWidth(DASH.text);
  return fitLine(names === '' || left < 8 ? title : [...title, DASH, { text: names, role: 'dim' }], width);
}

function titleSpans(state: NodeState, ui: UiState): Span[] {
  const title: Span = { text: titleOf(state, ui.current), role: ui.current.startsWith('with:') ? 'private' : 'strong' };
  const person = personOf(state, ui.current);
  if (person !== undefined) {
    const status = displayLine(person.status ?? '');
    const trust: Span[] = person.trust === 'verified' ? [{ text: ' ✓', role: 'good' }] : [];
    return [
      { text: person.online ? '● ' : '○ ', role: person.online ? 'good' : 'dim' },
      title,
      ...trust,
      DASH,
      { text: person.blocked === true ? 'blocked' : person.online ? 'private' : 'private, away', role: 'dim' },
      ...(status === '' ? [] : [DASH, { text: status, role: 'dim' } as const]),
    ];
  }
  const room = roomOf(state, ui.current);
  if (room === undefined)
    return ui.current === 'everyone' ? [title, DASH, { text: `${hereCount(state)} here`, role: 'dim' }] : [title];
  const count = room.members.length + (room.joined ? 1 : 0);
  const members = room.joined ? `${count} ${count === 1 ? 'member' : 'members'}` : notInIt(room.name, room.closed);
  return [title, DASH, { text: members, role: 'dim' }];
}

function notInIt(name: string, closed: boolean | undefined): string {
  return closed === true ? `you are not in it: /join ${displayLine(name)} --password PW` : 'you are not in it: /join';
}

/** Oneself is here too. */
function hereCount(state: NodeState): number {
  let count = 1;
  for (const { online } of state.people.values()) if (online) count++;
  return count;
}

// The first lines of the program: who one is, where it looks for people, and what to do when nobody is there.

import type { LocalInterface, NodeState } from '../../src/index.ts';
import { displayLine } from './display-width.ts';
import { fitLine, type Line } from './theme.ts';
import { wrapText } from './wrap.ts';

export function interfacesText(interfaces: readonly LocalInterface[]): string {
  const shown = interfaces.slice(0, 3).map(({ name, address }) => displayLine(`${name} ${address}`));
  if (interfaces.length > shown.length) shown.push(`${interfaces.length - shown.length} more`);
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

export function introLines(state: NodeState, fallbackName: string, width: number): Line[] {
  const name = displayLine(state.self.name || fallbackName);
  const who = name === '' ? 'Welcome.' : `You are ${name} (change it with /name).`;
  const rows = wrapText(`${who}  ${whereText(state)}`, width);
  const talk = wrapText('Type to talk to everyone, or ctrl-k to pick somebody. /help explains the rest.', width);
  return [
    ...rows.map((text) => fitLine([{ text }], width)),
    ...talk.map((text) => fitLine([{ text, role: 'dim' }], width)),
  ];
}

function whereText(state: NodeState): string {
  if (state.phase === 'starting') return 'Starting …';
  const here = [...state.people.values()].filter(({ online }) => online).length;
  const where = state.interfaces.length === 0 ? '' : ` on ${interfacesText(state.interfaces)}`;
  if (here === 0) return `Looking for people${where} …`;
  return `${here} ${here === 1 ? 'person is' : 'people are'} here${where}.`;
}

/** Said when nobody was found for a while. */
export function nobodyText(state: NodeState, discovery: boolean): string {
  const remedy = 'If you know an address: /peer HOST:PORT.';
  if (!discovery) return `Nobody is linked yet, and looking for people is off (--no-mdns). ${remedy}`;
  if (state.interfaces.length === 0)
    return `There is no network to look for people on: this machine has no interface with an address. ${remedy}`;
  const where = interfacesText(state.interfaces);
  return `Nobody answered yet: asked by mDNS and beacons on ${where}. This network may drop multicast, or you are the first. ${remedy}`;
}

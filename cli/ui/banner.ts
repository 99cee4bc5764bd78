// The loud line under the heading: somebody may not be who their name says.

import type { NodeState, Person } from '../../src/index.ts';
import { personOf } from './conversations.ts';
import { displayLine, textWidth } from './display-width.ts';
import { quoteName } from './commands/names.ts';
import { fitLine, type Line } from './theme.ts';
import type { UiState } from './ui-state.ts';

/** Undefined when there is nothing to warn of. */
export function bannerLine(state: NodeState, ui: UiState, width: number): Line | undefined {
  const person = suspect(state, ui);
  if (person === undefined) return undefined;
  const name = displayLine(person.name);
  const quoted = quoteName(name);
  const claimed = displayLine(person.claimedName);
  const shown = claimed === name ? '' : `, shown as ${name}`;
  const text = ` ! A new key uses the name ${claimed}${shown}. Who is it? /verify ${quoted} or /block ${quoted} `;
  const short = ` ! ${name}: a new key with a known name. /verify ${quoted} `;
  return fitLine([{ text: textWidth(text) <= width ? text : short, role: 'alarm' }], width);
}

/** Whoever one writes to, else somebody who is here and could be read. */
function suspect(state: NodeState, ui: UiState): Person | undefined {
  const other = personOf(state, ui.current);
  if (other !== undefined) return isSuspect(other) ? other : undefined;
  for (const person of state.people.values()) if (person.online && isSuspect(person)) return person;
  return undefined;
}

function isSuspect({ trust, blocked }: Person): boolean {
  return trust === 'changed' && blocked !== true;
}

// The loud line under the heading: somebody may not be who their name says.

import type { NodeState, Person } from '../../src/index.ts';
import { personOf } from './conversations.ts';
import { displayLine } from './display-width.ts';
import { quoteName } from './commands/names.ts';
import { fitLine, type Line } from './theme.ts';
import type { UiState } from './ui-state.ts';

/** Undefined when there is nothing to warn of. */
export function bannerLine(state: NodeState, ui: UiState, width: number): Line | undefined {
  const person = suspect(state, ui);
  if (person === undefined) return undefined;
  const name = displayLine(person.name);
  const text = ` ! ${name} has another key than the one known here: /verify ${quoteName(name)}, or /block ${quoteName(name)} `;
  const short = ` ! ${name}: another key. /verify ${quoteName(name)} `;
  return fitLine([{ text: text.length <= width ? text : short, role: 'alarm' }], width);
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

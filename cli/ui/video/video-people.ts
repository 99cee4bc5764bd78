// Whose pictures there are to be seen in the call that one is in. Pure.

import type { Call, NodeState } from '../../../src/index.ts';
import { currentCall } from '../call-state.ts';
import { nameOf } from '../conversations.ts';
import type { UiState } from '../ui-state.ts';
import type { VideoPerson } from './places.ts';

/** In the order of the call; oneself last. */
export function videoPeopleOf(state: NodeState, { video }: Pick<UiState, 'video'>): readonly VideoPerson[] {
  const call = currentCall(state);
  if (call === undefined || video === undefined || video.sizes.size === 0) return [];
  const people: VideoPerson[] = [];
  for (const { peerId: who, isSharing = false } of call.members) {
    const size = video.sizes.get(who);
    if (size !== undefined && state.people.get(who)?.blocked !== true)
      people.push({ who, name: nameOf(state, who), isOwn: false, isSharing, ...size });
  }
  const own = video.sizes.get(state.self.peerId);
  if (own !== undefined)
    people.push({ who: state.self.peerId, name: 'you', isOwn: true, isSharing: isOwnShared(call), ...own });
  return people;
}

function isOwnShared({ sharing }: Call): boolean {
  return sharing !== undefined;
}

// The state before anything happened.

import type { NodeState, Self } from './values.ts';

export function initialState(self: Self, options: { closedNetwork: boolean }): NodeState {
  return {
    phase: 'starting',
    self,
    people: new Map(),
    rooms: new Map(),
    conversations: new Map([['everyone', { key: 'everyone', destination: { kind: 'everyone' }, messages: [] }]]),
    transfers: new Map(),
    calls: new Map(),
    interfaces: [],
    closedNetwork: options.closedNetwork,
    warnings: [],
  };
}

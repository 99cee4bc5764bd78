// A guest as others may see it.

import type { GuestFacts } from './events.ts';
import type { Guest } from './guest.ts';

export function factsOf(guest: Guest): GuestFacts {
  return { name: guest.name, address: guest.connection.address };
}

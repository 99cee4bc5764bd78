// The life of a call between two as a table: what may happen in which state, and what follows. What is not in it changes
// nothing: whatever comes late, twice or from a liar ends here.

export const PAIR_STATES = ['new', 'calling', 'ringing', 'incoming', 'active', 'ended'] as const;
export type PairState = (typeof PAIR_STATES)[number];

/** By oneself (`own-`), said by the other one (`their-`), and what time and the network do. */
export const PAIR_EVENTS = [
  'own-call',
  'own-accept',
  'own-reject',
  'own-end',
  'their-request',
  'their-ringing',
  'their-accept',
  'their-reject',
  'their-cancel',
  'their-end',
  'their-update',
  'their-alive',
  /** Nobody answered for ANSWER_PATIENCE_MS. */
  'timeout',
  /** Neither link nor media for LOST_PATIENCE_MS. */
  'lost',
  /** A link to them is up again. */
  'relinked',
  /** Both called each other at once, and theirs is the call that stays. */
  'yielded',
] as const;
export type PairEvent = (typeof PAIR_EVENTS)[number];

export type PairEffect =
  | 'send-request'
  | 'send-ringing'
  | 'send-accept'
  | 'send-rejected'
  | 'send-timed-out'
  | 'send-cancel'
  | 'send-end'
  | 'send-update'
  | 'send-alive'
  | 'await-answer'
  | 'start-media'
  | 'take-update';

/** Why a call is over; `as-told`: for the reason that the other one gave. */
export type PairEnding =
  'hangup' | 'rejected' | 'cancelled' | 'timeout' | 'lost' | 'replaced' | 'refused-as-told' | 'ended-as-told';

export interface Transition {
  readonly to: PairState;
  readonly effects: readonly PairEffect[];
  /** With `ended` and only there. */
  readonly ending?: PairEnding;
}

type Row = Readonly<Partial<Record<PairEvent, Transition>>>;

function to(state: Exclude<PairState, 'ended'>, ...effects: readonly PairEffect[]): Transition {
  return { to: state, effects };
}

function end(ending: PairEnding, ...effects: readonly PairEffect[]): Transition {
  return { to: 'ended', effects, ending };
}

/** As long as nobody has said yes: asked again on a new link, for the first word may have been lost with the old one. */
const ASKING: Row = {
  'own-end': end('cancelled', 'send-cancel'),
  'their-accept': to('active', 'start-media'),
  'their-reject': end('refused-as-told'),
  'their-end': end('ended-as-told'),
  timeout: end('timeout', 'send-cancel'),
  yielded: end('replaced'),
};

export const PAIR_TABLE: Readonly<Record<PairState, Row>> = {
  new: {
    'own-call': to('calling', 'send-request', 'await-answer'),
    'their-request': to('incoming', 'send-ringing', 'await-answer'),
  },
  calling: { ...ASKING, 'their-ringing': to('ringing'), relinked: to('calling', 'send-request') },
  ringing: { ...ASKING, relinked: to('ringing', 'send-request') },
  incoming: {
    'own-accept': to('active', 'send-accept', 'start-media'),
    'own-reject': end('rejected', 'send-rejected'),
    'own-end': end('rejected', 'send-rejected'),
    'their-request': to('incoming', 'send-ringing'),
    'their-cancel': end('cancelled'),
    'their-end': end('cancelled'),
    timeout: end('timeout', 'send-timed-out'),
    relinked: to('incoming', 'send-ringing'),
  },
  active: {
    'own-end': end('hangup', 'send-end'),
    // Asked again: the yes was lost with a link.
    'their-request': to('active', 'send-accept'),
    'their-accept': to('active', 'take-update', 'send-update'),
    'their-cancel': end('cancelled'),
    'their-end': end('ended-as-told'),
    'their-update': to('active', 'take-update'),
    'their-alive': to('active', 'take-update', 'send-update'),
    lost: end('lost', 'send-end'),
    relinked: to('active', 'send-alive'),
  },
  ended: {},
};

/** Undefined: it changes nothing. */
export function transitionOf(state: PairState, event: PairEvent): Transition | undefined {
  return PAIR_TABLE[state][event];
}

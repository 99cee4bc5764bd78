// The whole table of a call between two: every state with everything that can happen in it.

import '../../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PAIR_EVENTS,
  PAIR_STATES,
  transitionOf,
  type PairEvent,
  type PairState,
} from '../../../src/services/calls/call-machine.ts';

/** `state event`: next state, what is done, why it ended. Whatever isn't here changes nothing. */
const EXPECTED: Readonly<Record<string, string>> = {
  'new own-call': 'calling: send-request await-answer',
  'new their-request': 'incoming: send-ringing await-answer',

  'calling own-end': 'ended (cancelled): send-cancel',
  'calling their-ringing': 'ringing:',
  'calling their-accept': 'active: start-media',
  'calling their-reject': 'ended (refused-as-told):',
  'calling their-end': 'ended (ended-as-told):',
  'calling timeout': 'ended (timeout): send-cancel',
  'calling yielded': 'ended (replaced):',
  'calling relinked': 'calling: send-request',

  'ringing own-end': 'ended (cancelled): send-cancel',
  'ringing their-accept': 'active: start-media',
  'ringing their-reject': 'ended (refused-as-told):',
  'ringing their-end': 'ended (ended-as-told):',
  'ringing timeout': 'ended (timeout): send-cancel',
  'ringing yielded': 'ended (replaced):',
  'ringing relinked': 'ringing: send-request',

  'incoming own-accept': 'active: send-accept start-media',
  'incoming own-reject': 'ended (rejected): send-rejected',
  'incoming own-end': 'ended (rejected): send-rejected',
  'incoming their-request': 'incoming: send-ringing',
  'incoming their-cancel': 'ended (cancelled):',
  'incoming their-end': 'ended (cancelled):',
  'incoming timeout': 'ended (timeout): send-timed-out',
  'incoming relinked': 'incoming: send-ringing',

  'active own-end': 'ended (hangup): send-end',
  'active their-request': 'active: send-accept',
  'active their-accept': 'active: take-update send-update',
  'active their-cancel': 'ended (cancelled):',
  'active their-end': 'ended (ended-as-told):',
  'active their-update': 'active: take-update',
  'active their-alive': 'active: take-update send-update',
  'active lost': 'ended (lost): send-end',
  'active relinked': 'active: send-alive',
};

function written(state: PairState, event: PairEvent): string | undefined {
  const transition = transitionOf(state, event);
  if (transition === undefined) return undefined;
  const ending = transition.ending === undefined ? '' : ` (${transition.ending})`;
  return `${transition.to}${ending}: ${transition.effects.join(' ')}`.trim();
}

describe.each(PAIR_STATES)('a call that is %s', (state) => {
  it.each(PAIR_EVENTS)('%s', (event) => {
    expect(written(state, event)).toBe(EXPECTED[`${state} ${event}`]);
  });
});

it('has no row that is not looked at here', () => {
  const walked = PAIR_STATES.flatMap((state) => PAIR_EVENTS.map((event) => `${state} ${event}`));
  expect(Object.keys(EXPECTED).filter((row) => !walked.includes(row))).toEqual([]);
});

it('starts media once at most, ends once and for good, and never waits for ever', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PAIR_EVENTS), { maxLength: 60 }), (events) => {
      let state: PairState = 'new';
      let media = 0;
      let endings = 0;
      for (const event of events) {
        const transition = transitionOf(state, event);
        if (transition === undefined) continue;
        expect(state).not.toBe('ended');
        media += transition.effects.filter((effect) => effect === 'start-media').length;
        endings += transition.ending === undefined ? 0 : 1;
        expect(transition.to === 'ended').toBe(transition.ending !== undefined);
        state = transition.to;
      }
      expect(media).toBeLessThanOrEqual(1);
      expect(endings).toBe(state === 'ended' ? 1 : 0);
      // Time ends whatever waits for an answer, oneself whatever there is.
      if (state === 'calling' || state === 'ringing' || state === 'incoming')
        expect(transitionOf(state, 'timeout')?.to).toBe('ended');
      if (state === 'active') expect(transitionOf(state, 'lost')?.to).toBe('ended');
      if (state !== 'new' && state !== 'ended') expect(transitionOf(state, 'own-end')?.to).toBe('ended');
    }),
  );
});

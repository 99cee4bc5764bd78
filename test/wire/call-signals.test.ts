// What is said about calls: whole words survive the way, broken ones end as a WireError, later versions' are skipped.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/base/bytes.ts';
import { WireError } from '../../src/base/errors.ts';
import { CALL_SIGNALS, type CallSignal, type CallSignalKind } from '../../src/wire/call-signals.ts';
import { PeerMessage as MessageCodec } from '../../src/wire/generated/peer-messages.ts';
import { MAX_CALL_MEMBERS, MAX_CANDIDATES, MAX_CODECS } from '../../src/wire/limits.ts';
import { decodePeerMessage, encodePeerMessage } from '../../src/wire/peer-messages.ts';
import { exactly, mutation, unknownFields } from './sample-wire.ts';

const uint32 = fc.nat(0xffff_ffff);
const nothing = new Uint8Array(0);
const shortText = (maxBytes: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'binary', maxLength: Math.floor(maxBytes / 4) });

const offer = fc
  .record({
    key: exactly(16),
    salt: exactly(12),
    audioSsrc: uint32,
    videoSsrc: uint32,
    candidates: fc.array(shortText(64), { maxLength: MAX_CANDIDATES }),
    codecs: fc.array(shortText(32), { maxLength: MAX_CODECS }),
  })
  .filter(({ audioSsrc, videoSsrc }) => audioSsrc !== videoSsrc);

const signal: fc.Arbitrary<CallSignal> = fc
  .record({
    callId: exactly(16),
    kind: fc.constantFrom(...(Object.keys(CALL_SIGNALS) as CallSignalKind[])),
    mode: fc.constantFrom('audio' as const, 'video' as const),
    conversation: fc.oneof(fc.constant(nothing), exactly(16)),
    fromGuest: shortText(64),
    toGuest: shortText(64),
    reason: shortText(64),
    members: fc.array(fc.record({ author: exactly(32), guest: shortText(64) }), { maxLength: MAX_CALL_MEMBERS }),
    audioMuted: fc.boolean(),
    videoMuted: fc.boolean(),
    isSharing: fc.boolean(),
    media: fc.option(offer, { nil: undefined }),
  })
  .map(({ media, ...rest }) => ({ ...rest, ...(media === undefined ? {} : { media }) }));

const sample: CallSignal = {
  callId: new Uint8Array(16).fill(1),
  kind: 'request',
  mode: 'audio',
  conversation: nothing,
  fromGuest: '',
  toGuest: '',
  reason: '',
  members: [],
  audioMuted: false,
  videoMuted: false,
  isSharing: false,
  media: {
    key: new Uint8Array(16).fill(2),
    salt: new Uint8Array(12).fill(3),
    audioSsrc: 4,
    videoSsrc: 5,
    candidates: ['192.168.1.2:9011'],
    codecs: ['opus'],
  },
};

/** As a liar may encode it. */
function encoded(change: Record<string, unknown>, mediaChange?: Record<string, unknown>): Uint8Array {
  const {
    audioMuted: _audio,
    videoMuted: _video,
    isSharing: _sharing,
    kind: _kind,
    mode: _mode,
    media,
    ...rest
  } = sample;
  const call = {
    ...rest,
    kind: 1,
    mode: 1,
    muted: 0,
    ...change,
    ...(mediaChange === undefined ? {} : { media: { ...media, ...mediaChange } }),
  };
  return MessageCodec.encode({ call } as Parameters<typeof MessageCodec.encode>[0]);
}

describe('a signal about a call', () => {
  it('survives the way, whatever is in it', () => {
    fc.assert(
      fc.property(signal, unknownFields, (value, more) => {
        const message = { type: 'call' as const, signal: value };
        expect(decodePeerMessage(encodePeerMessage(message))).toEqual(message);
        expect(decodePeerMessage(concatBytes(encodePeerMessage(message), more))).toEqual(message);
      }),
    );
  });

  it('changed on the way is refused as a WireError, or something else that is well formed', () => {
    fc.assert(
      fc.property(signal, mutation, (value, change) => {
        const bytes = change(encodePeerMessage({ type: 'call', signal: value }));
        try {
          const decoded = decodePeerMessage(bytes);
          if (decoded.type !== 'call') return;
          expect(decoded.signal.callId).toHaveLength(16);
          expect(decoded.signal.members.length).toBeLessThanOrEqual(MAX_CALL_MEMBERS);
          expect(decodePeerMessage(encodePeerMessage(decoded))).toEqual(decoded);
        } catch (error) {
          expect(error).toBeInstanceOf(WireError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['a call id of 15 bytes', encoded({ callId: new Uint8Array(15) })],
    ['no call id', encoded({ callId: nothing })],
    ['half a conversation', encoded({ conversation: new Uint8Array(8) })],
    ['a long name', encoded({ fromGuest: 'g'.repeat(65) })],
    ['a long name of the other', encoded({ toGuest: 'ä'.repeat(33) })],
    ['a long reason', encoded({ reason: 'r'.repeat(65) })],
    ['half a key', encoded({}, { key: new Uint8Array(8) })],
    ['a salt that is too long', encoded({}, { salt: new Uint8Array(13) })],
    ['one SSRC for both', encoded({}, { audioSsrc: 7, videoSsrc: 7 })],
    ['a long address', encoded({}, { candidates: ['1'.repeat(65)] })],
    ['17 addresses', encoded({}, { candidates: Array.from({ length: 17 }, () => '10.0.0.1:1') })],
    ['a long codec', encoded({}, { codecs: ['x'.repeat(33)] })],
    ['17 codecs', encoded({}, { codecs: Array.from({ length: 17 }, () => 'opus') })],
    ['17 members', encoded({ members: Array.from({ length: 17 }, () => ({ author: new Uint8Array(32), guest: '' })) })],
    ['a member without a key', encoded({ members: [{ author: nothing, guest: '' }] })],
  ])('with %s is refused', (_what, bytes) => {
    expect(() => decodePeerMessage(bytes)).toThrow(WireError);
  });

  it('of a kind or mode of later versions is skipped', () => {
    expect(decodePeerMessage(encoded({ kind: 11 })).type).toBe('unknown');
    expect(decodePeerMessage(encoded({ kind: 0 })).type).toBe('unknown');
    expect(decodePeerMessage(encoded({ mode: 3 })).type).toBe('unknown');
    // And flags that mean nothing yet.
    expect(decodePeerMessage(encoded({ muted: 0xfe }))).toMatchObject({
      signal: { audioMuted: false, videoMuted: true },
    });
  });

  it('keeps no part of its frame', () => {
    const frame = encodePeerMessage({ type: 'call', signal: sample });
    const decoded = decodePeerMessage(frame);
    frame.fill(0xff);
    expect(decoded).toEqual({ type: 'call', signal: sample });
  });
});

// The list of transfers on disk: comes back as it was; what somebody made of the file is left out piece by piece.

import '../../src/base/platform.ts';
import { describe, expect, it } from 'vitest';
import { TRANSFER_RECORDS_LIMIT, type TransferRecord } from '../../src/contracts/stores.ts';
import { TRANSFERS_FORM } from '../../src/store/transfers-file.ts';
import { encodeFileBody } from '../../src/wire/file-bodies.ts';
import { identityOf } from '../support/scenario.ts';

const { peerId } = identityOf(new Uint8Array(32).fill(7));
const offer = Buffer.from(
  encodeFileBody({
    name: 'plan.pdf',
    kind: 'file',
    size: 5,
    manifestBytes: 0,
    manifestHash: new Uint8Array(0),
    fileCount: 1,
    modifiedAt: 1,
    pieceBytes: 2 ** 20,
    hashPieces: true,
    durationMs: 0,
    waveform: new Uint8Array(0),
  }),
).toString('base64');

const RECORD: TransferRecord = {
  id: 'a'.repeat(32),
  direction: 'incoming',
  author: peerId,
  conversation: 'b'.repeat(32),
  destination: { kind: 'room', room: 'lab' },
  offer,
  phase: 'failed',
  at: 12,
  path: '/home/bob/plan.pdf',
  partPath: '/home/bob/plan.pdf.part',
  reason: 'disk-full',
  reasonText: 'The disk is full.',
  root: { hash: 'c'.repeat(64), piecesHash: '' },
  automatic: true,
  deliveredTo: [peerId],
};

function read(...records: unknown[]): readonly TransferRecord[] {
  return TRANSFERS_FORM.parse(JSON.parse(JSON.stringify(records)));
}

describe('the list of transfers', () => {
  it('comes back as it was', () => {
    const plain: TransferRecord = {
      id: 'd'.repeat(32),
      direction: 'outgoing',
      author: peerId,
      conversation: 'b'.repeat(32),
      destination: { kind: 'person', peerId },
      offer,
      phase: 'offered',
      at: 1,
      deliveredTo: [],
    };
    expect(read(RECORD, plain)).toEqual([RECORD, plain]);
  });

  it.each([
    ['id', 'x'],
    ['direction', 'sideways'],
    ['author', 'nobody'],
    ['conversation', 5],
    ['destination', { kind: 'person', peerId: 'nobody' }],
    ['destination', { kind: 'room', room: '/bad\u0000' }],
    ['offer', 'AAAA'],
    ['phase', 'lost'],
  ])('leaves out a record whose %s is not one', (field, value) => {
    expect(read(RECORD, { ...RECORD, [field]: value })).toEqual([RECORD]);
  });

  it.each([
    ['path', 'with\u0000nothing'],
    ['partPath', 7],
    ['root', { hash: 'x', piecesHash: '' }],
  ])('does without a %s that is none', (field, value) => {
    const [record] = read({ ...RECORD, [field]: value });
    expect(record).toEqual({ ...RECORD, [field]: undefined });
  });

  it('cleans what is shown, and has an end', () => {
    expect(read({ ...RECORD, reasonText: 'bad\u001b[31m red' })[0]?.reasonText).not.toContain('\u001b');
    expect(read(...Array.from({ length: TRANSFER_RECORDS_LIMIT + 5 }, () => RECORD))).toHaveLength(
      TRANSFER_RECORDS_LIMIT,
    );
    expect(() => TRANSFERS_FORM.parse({})).toThrow(TypeError);
  });
});

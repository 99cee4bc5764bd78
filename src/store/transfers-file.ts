// Which transfers outlive a run: what was offered, how far it is taken care of, and where it lies.

import { cleanLine } from '../base/clean-text.ts';
import { keyOfPeerId } from '../base/peer-id.ts';
import { TRANSFER_RECORDS_LIMIT, type TransferRecord } from '../contracts/stores.ts';
import type { Destination, TransferPhase } from '../state/values.ts';
import { checkRoomName } from '../state/names.ts';
import { decodeFileBody } from '../wire/file-bodies.ts';
import { itemsOf, objectOf, textOf, wholeNumberOf } from './json-fields.ts';
import type { ValueForm } from './json-value-store.ts';

export const TRANSFERS_FILE = 'transfers.json';

const HEX_ID = /^[0-9a-f]{32}$/;
const HASH = /^[0-9a-f]{64}$/;
const PATH_LIMIT_UNITS = 4_096;
const REASON_LIMIT_UNITS = 300;
const RECEIVERS_LIMIT = 1_000;
const PHASES: ReadonlySet<string> = new Set<TransferPhase>([
  'offered',
  'waiting',
  'active',
  'paused',
  'checking',
  'done',
  'rejected',
  'cancelled',
  'failed',
]);

/** A transfer that can't be read is left out; the others stay. */
export const TRANSFERS_FORM: ValueForm<readonly TransferRecord[]> = {
  what: 'list of transfers',
  initial: [],
  parse(json) {
    if (!Array.isArray(json)) throw new TypeError('not a list');
    return itemsOf(json, TRANSFER_RECORDS_LIMIT, parseRecord);
  },
};

function parseRecord(json: unknown): TransferRecord | undefined {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  const fields = objectOf(json);
  const id = matching(fields['id'], HEX_ID);
  const conversation = matching(fields['conversation'], HEX_ID);
  const author = peerIdOf(fields['author']);
  const destination = destinationOf(fields['destination']);
  const offer = textOf(fields['offer'], checkOffer);
  const { phase, direction } = fields;
  if (id === undefined || conversation === undefined || author === undefined || destination === undefined)
    return undefined;
  if (offer === undefined || !isPhase(phase) || (direction !== 'incoming' && direction !== 'outgoing'))
    return undefined;
  const path = pathOf(fields['path']);
  const partPath = pathOf(fields['partPath']);
  const reason = lineOf(fields['reason']);
  const reasonText = lineOf(fields['reasonText']);
  const root = rootOf(fields['root']);
  return {
    id,
    direction,
    author,
    conversation,
    destination,
    offer,
    phase,
    at: wholeNumberOf(fields['at'], 0) ?? 0,
    ...(path === undefined ? {} : { path }),
    ...(partPath === undefined ? {} : { partPath }),
    ...(reason === undefined ? {} : { reason }),
    ...(reasonText === undefined ? {} : { reasonText }),
    ...(root === undefined ? {} : { root }),
    ...(fields['withdrawn'] === true ? { withdrawn: true } : {}),
    ...(fields['automatic'] === true ? { automatic: true } : {}),
    deliveredTo: itemsOf(fields['deliveredTo'], RECEIVERS_LIMIT, peerIdOf),
  };
}

function isPhase(phase: unknown): phase is TransferPhase {
  return typeof phase === 'string' && PHASES.has(phase);
}

function matching(json: unknown, form: RegExp): string | undefined {
  return typeof json === 'string' && form.test(json) ? json : undefined;
}

function peerIdOf(json: unknown): string | undefined {
  return typeof json === 'string' && keyOfPeerId(json) !== undefined ? json : undefined;
}

function pathOf(json: unknown): string | undefined {
  return typeof json === 'string' && json !== '' && json.length <= PATH_LIMIT_UNITS && !json.includes('\0')
    ? json
    : undefined;
}

function lineOf(json: unknown): string | undefined {
  return textOf(json, (text) => cleanLine(text.slice(0, REASON_LIMIT_UNITS)));
}

function checkOffer(text: string): string {
  decodeFileBody(Buffer.from(text, 'base64'));
  return text;
}

function rootOf(json: unknown): TransferRecord['root'] {
  if (typeof json !== 'object' || json === null) return undefined;
  const fields = objectOf(json);
  const hash = matching(fields['hash'], HASH);
  const piecesHash = fields['piecesHash'] === '' ? '' : matching(fields['piecesHash'], HASH);
  return hash === undefined || piecesHash === undefined ? undefined : { hash, piecesHash };
}

function destinationOf(json: unknown): Destination | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const fields = objectOf(json);
  if (fields['kind'] === 'everyone') return { kind: 'everyone' };
  if (fields['kind'] === 'room') {
    const room = textOf(fields['room'], checkRoomName);
    return room === undefined ? undefined : { kind: 'room', room };
  }
  const peerId = peerIdOf(fields['peerId']);
  return fields['kind'] === 'person' && peerId !== undefined ? { kind: 'person', peerId } : undefined;
}

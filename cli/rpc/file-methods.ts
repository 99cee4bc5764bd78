// The methods `files.*` and `voice.*`: what is sent and received besides words.

import type { MmchatNode } from '../../src/index.ts';
import {
  givenTexts,
  naming,
  notBoth,
  ParamsError,
  readFields,
  requiredNumber,
  requiredText,
  requiredTransferId,
  type Fields,
  type RpcMethod,
} from './params.ts';
import { transferRows } from './transfer-rows.ts';

/** Of one voice note. */
const SECONDS = { least: 1, most: 30 } as const;

type TransferVerb = 'accept' | 'reject' | 'cancel' | 'pause' | 'resume';

export function fileMethods(node: MmchatNode): Record<string, RpcMethod> {
  const onTransfer = (verb: TransferVerb): RpcMethod => {
    return async (params) => {
      await node.files[verb](requiredTransferId(readFields(params, ['transferId']), 'transferId'));
      return {};
    };
  };
  return {
    async 'files.send'(params) {
      const fields = readFields(params, ['path', 'to', 'room']);
      const path = requiredText(fields, 'path');
      if (path === '') throw new ParamsError('`path` must name a file or folder.');
      const target = readTarget(fields);
      const sent = await naming({ 'bad-name': 'room', 'bad-option': 'path' }, () => node.files.send(path, target));
      const { transferId, skipped, skippedCount } = sent;
      return { transferId, ...(skippedCount === 0 ? {} : { skipped, skippedCount }) };
    },

    async 'files.list'(params) {
      readFields(params, []);
      return transferRows(node.state);
    },

    'files.accept': onTransfer('accept'),
    'files.reject': onTransfer('reject'),
    'files.cancel': onTransfer('cancel'),
    'files.pause': onTransfer('pause'),
    'files.resume': onTransfer('resume'),

    async 'voice.send'(params) {
      const fields = readFields(params, ['seconds', 'to', 'room']);
      const seconds = requiredNumber(fields, 'seconds', SECONDS);
      const target = readTarget(fields);
      const { transferId } = await naming({ 'bad-name': 'room', 'bad-option': 'seconds' }, () =>
        node.voice.send(seconds, target),
      );
      return { transferId };
    },

    /** Answered when it was heard to its end. */
    async 'voice.play'(params) {
      await node.voice.play(requiredTransferId(readFields(params, ['transferId']), 'transferId'));
      return {};
    },
  };
}

/** A file has a receiver: who wants everyone to have it says so by the room `everyone`. */
function readTarget(fields: Fields): { to?: string; room?: string } {
  notBoth(fields, 'to', 'room');
  const target = givenTexts(fields, ['to', 'room']);
  if (target.to === undefined && target.room === undefined)
    throw new ParamsError('Either `to` or `room` must be given.');
  return target;
}

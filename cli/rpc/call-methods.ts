// The methods `calls.*`: talking with one person, or in a room.

import type { MmchatNode } from '../../src/index.ts';
import { callRows, statsRow } from './call-rows.ts';
import {
  givenTexts,
  naming,
  notBoth,
  optionalFlag,
  ParamsError,
  readFields,
  requiredCallId,
  requiredChoice,
  requiredNumber,
  requiredText,
  type RpcMethod,
} from './params.ts';

const MODES = ['audio', 'video'] as const;
const VOLUME = { least: 0, most: 2 } as const;

export function callMethods(node: MmchatNode): Record<string, RpcMethod> {
  const onCall = (verb: 'accept' | 'reject' | 'end'): RpcMethod => {
    return async (params) => {
      await node.calls[verb](requiredCallId(readFields(params, ['callId']), 'callId'));
      return {};
    };
  };
  return {
    async 'calls.start'(params) {
      const fields = readFields(params, ['mode', 'to', 'room']);
      const mode = requiredChoice(fields, 'mode', MODES);
      notBoth(fields, 'to', 'room');
      const target = givenTexts(fields, ['to', 'room']);
      if (target.to === undefined && target.room === undefined)
        throw new ParamsError('Either `to` or `room` must be given.');
      const field = target.to === undefined ? 'room' : 'to';
      const { callId } = await naming({ 'bad-name': field, 'bad-option': field }, () => node.calls.start(mode, target));
      return { callId };
    },

    'calls.accept': onCall('accept'),
    'calls.reject': onCall('reject'),
    'calls.end': onCall('end'),

    async 'calls.mute'(params) {
      const fields = readFields(params, ['callId', 'audio', 'video']);
      const callId = requiredCallId(fields, 'callId');
      const [audio, video] = [optionalFlag(fields, 'audio'), optionalFlag(fields, 'video')];
      // What is not named stays as it is.
      const change = { ...(fields.has('audio') ? { audio } : {}), ...(fields.has('video') ? { video } : {}) };
      await node.calls.mute(callId, change);
      return {};
    },

    /** How loud one hears somebody: 1 as they send it. */
    async 'calls.volume'(params) {
      const fields = readFields(params, ['callId', 'peer', 'volume']);
      const callId = requiredCallId(fields, 'callId');
      const peer = requiredText(fields, 'peer');
      await node.calls.setVolume(callId, peer, requiredNumber(fields, 'volume', VOLUME));
      return {};
    },

    async 'calls.share'(params) {
      const fields = readFields(params, ['callId', 'source']);
      const callId = requiredCallId(fields, 'callId');
      if (!fields.has('source')) throw new ParamsError('`source` is missing.');
      const source = fields.get('source') === null ? null : requiredText(fields, 'source');
      await node.calls.share(callId, source);
      return {};
    },

    async 'calls.stats'(params) {
      return statsRow(node.calls.stats(requiredCallId(readFields(params, ['callId']), 'callId')));
    },

    async 'calls.list'(params) {
      readFields(params, []);
      return callRows(node.state);
    },
  };
}

// Commands about files and voice notes.

import { MmchatError, type Transfer } from '../../../src/index.ts';
import { canAccept } from '../transfer-lines.ts';
import { hasEnded } from '../../transfer-text.ts';
import { ringingFirst } from './call-commands.ts';
import { UsageError, type Command, type CommandContext } from './command.ts';

/** Of a voice note. */
const SECONDS = { least: 1, most: 30 } as const;

export const file: Command = {
  name: 'file',
  aliases: ['send'],
  usage: 'PATH',
  summary: 'send a file or a folder to this conversation',
  async run({ node, transfers, current }, rest) {
    if (rest === '') throw new UsageError(file, '/file ~/boards/gerbers.zip');
    await transfers.send(await node(), current, rest);
  },
};

export const voice: Command = {
  name: 'voice',
  aliases: [],
  usage: '[SECONDS]',
  summary: 'record a voice note, up to 30 seconds; any key stops and sends it, esc throws it away',
  async run({ node, voices, current }, rest) {
    const seconds = rest === '' ? SECONDS.most : Number(rest);
    if (!(seconds >= SECONDS.least && seconds <= SECONDS.most)) throw new UsageError(voice, '/voice 10');
    await voices.record(await node(), current, seconds);
  },
};

export const play: Command = {
  name: 'play',
  aliases: [],
  usage: '',
  summary: 'play the selected voice note, else the last one here; once more stops it',
  run({ actions, voices, state }) {
    if (voices.playing !== undefined) {
      voices.toggle(voices.playing);
      return;
    }
    const { selected } = actions;
    const isHere = (id: string): boolean => {
      const transfer = state().transfers.get(id);
      return transfer?.phase === 'done' || transfer?.direction === 'outgoing';
    };
    const message =
      selected?.file === undefined
        ? actions.newest.findLast(({ id, file: facts }) => facts?.kind === 'voice' && isHere(id))
        : selected;
    if (message === undefined)
      throw new MmchatError('no-such-file', 'There is no voice note here that could be played.');
    voices.toggle(message.id);
  },
};

export const accept = onTransfer(
  'accept',
  [],
  'answer the call that rings (also ctrl-y); else take the offered file, the selected or the last one',
  canAccept,
);

export const reject = onTransfer(
  'reject',
  [],
  'refuse the call that rings (also ctrl-x), or else the offered file',
  ({ direction, phase }) => direction === 'incoming' && phase === 'offered',
);

export const cancel = onTransfer(
  'cancel',
  [],
  'end a transfer, on both sides (the selected one, else the last)',
  (transfer) => !hasEnded(transfer),
);

export const pause = onTransfer(
  'pause',
  [],
  'let a transfer rest',
  (transfer) => !hasEnded(transfer) && transfer.phase !== 'paused' && transfer.phase !== 'offered',
);

export const resume = onTransfer('resume', [], 'go on with a transfer that rests', ({ phase }) => phase === 'paused');

export const transfers: Command = {
  name: 'transfers',
  aliases: ['files'],
  usage: '',
  summary: 'everything that is sent and received, with keys to act on it; so does ctrl-t',
  run: ({ show }) => show({ kind: 'transfers' }),
};

type Verb = 'accept' | 'reject' | 'cancel' | 'pause' | 'resume';

function onTransfer(
  name: Verb,
  aliases: readonly string[],
  summary: string,
  fits: (transfer: Transfer) => boolean,
): Command {
  return {
    name,
    aliases,
    usage: '',
    summary,
    async run(context: CommandContext) {
      const { node, transfers: actions, calls } = context;
      const running = await node();
      const ringing = name === 'accept' || name === 'reject' ? ringingFirst(context) : undefined;
      if (ringing !== undefined) {
        if (name === 'accept') await calls.accept(running, ringing);
        else await running.calls.reject(ringing.id);
        return;
      }
      const transfer = actions.find(fits);
      if (transfer === undefined)
        throw new MmchatError('no-such-transfer', `There is nothing to ${name}. /transfers shows all.`);
      await running.files[name](transfer.id);
    },
  };
}

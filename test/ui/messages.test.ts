// What can be done with a message, by keys and by commands: answer, change, delete, react, export.

import '../../src/base/platform.ts';
import { resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Message } from '../../src/index.ts';
import { KEY, setup, type Setup } from './chat-setup.ts';

const EVERYONE = { kind: 'everyone' } as const;

interface Talk extends Setup {
  readonly first: Message;
  readonly own: Message;
  readonly last: Message;
}

/** bob: who has it? · oneself: *me* · dora: good */
function talk(): Talk {
  const chat = setup();
  const first = chat.node.receive(EVERYONE, 'who has it?', 'id-bob');
  const own = chat.node.receive(EVERYONE, '*me* :tada:', undefined, { recipients: ['id-bob'] });
  const last = chat.node.receive(EVERYONE, 'good', 'id-dora');
  chat.controller.publish();
  return { ...chat, first, own, last };
}

async function calls({ node }: Setup, ...expected: string[]): Promise<void> {
  await vi.waitFor(() => expect(node.asked).toEqual(expected));
}

describe('answering', () => {
  it('shows what is answered above the answer', async () => {
    const chat = talk();
    chat.type('/reply I do\r');
    await calls(chat, `chat.send {"text":"I do","replyTo":"${chat.last.id}"}`);
    await chat.shows(/alice {6}▏dora: good\n.*│ {18}I do +·/);
  });

  it('takes an older one by number or id', async () => {
    const chat = talk();
    chat.type('/reply ^2 2 of them\r');
    await calls(chat, `chat.send {"text":"2 of them","replyTo":"${chat.first.id}"}`);
    chat.type('/reply ^7 x\r');
    await vi.waitFor(() => expect(chat.notices()).toContain('There are not as many messages here.'));
  });

  it('works with keys, also for more than one line', async () => {
    const chat = talk();
    chat.type(`${KEY.ctrlS}${KEY.up}`);
    expect(chat.screen()).toMatch(/▌me :tada:/);
    chat.type(`${KEY.up}r`);
    expect(chat.screen()).toContain('↳ answer to bob: who has it?');
    chat.type('one\u001B\rtwo\r');
    await calls(chat, `chat.send {"text":"one\\ntwo","replyTo":"${chat.first.id}"}`);
    expect(chat.controller.ui.composing).toBeUndefined();
    expect(chat.screen()).not.toContain('↳');
  });

  it('is given up by esc, and what was typed stays', () => {
    const chat = talk();
    chat.type(`${KEY.ctrlS}rhello`);
    chat.type(KEY.escape);
    expect(chat.controller.ui).toMatchObject({ composing: undefined, input: { text: 'hello' } });
  });

  it('fetches what is answered when it is not in view, once', async () => {
    const chat = talk();
    const old = chat.node.remember({ kind: 'room', room: 'hardware' }, 'an *old* thing', 'id-bob');
    chat.node.receive(EVERYONE, 'about that', 'id-dora', { replyTo: old.id });
    await chat.shows('▏bob: an old thing');
    chat.node.receive(EVERYONE, 'about nothing', 'id-dora', { replyTo: 'no-such-id' });
    await chat.shows('▏an earlier message');
    expect(chat.node.reads.filter((read) => read.startsWith('chat.message'))).toHaveLength(2);
    chat.node.changeMessage(old.id, { text: '', deleted: true });
    await chat.shows('▏bob: message deleted');
  });

  it('gives an answer back that could not be sent', async () => {
    const chat = talk();
    chat.node.failure = new Error('No.');
    chat.type(`${KEY.ctrlS}rhello\r`);
    await chat.shows('✗ No.');
    expect(chat.controller.ui).toMatchObject({
      composing: { kind: 'reply', id: chat.last.id },
      input: { text: 'hello' },
    });
  });
});

describe('changing', () => {
  it('has the last message on the line after up, and saves it', async () => {
    const chat = talk();
    chat.type(KEY.up);
    expect(chat.controller.ui.input.text).toBe('*me* :tada:');
    expect(chat.screen()).toContain('✎ changing');
    chat.type(' now\r');
    await calls(chat, `chat.edit "${chat.own.id}" "*me* 🎉 now"`);
    await chat.shows('me 🎉 now (edited)');
    expect(chat.controller.ui.input.text).toBe('');
  });

  it('goes through older ones of one’s own, and back to what was being typed', () => {
    const chat = talk();
    const second = chat.node.receive(EVERYONE, 'second', undefined);
    chat.type(KEY.up);
    expect(chat.controller.ui.composing).toMatchObject({ id: second.id });
    chat.type(KEY.up);
    expect(chat.controller.ui.composing).toMatchObject({ id: chat.own.id });
    chat.type(KEY.down);
    chat.type(KEY.down);
    expect(chat.controller.ui).toMatchObject({ composing: undefined, input: { text: '' } });
    chat.type('draft');
    chat.type(KEY.ctrlS);
    expect(chat.controller.ui.input.text).toBe('draft');
  });

  it('sends nothing when nothing was changed, or all was deleted', () => {
    const chat = talk();
    chat.type(`${KEY.up}\r`);
    chat.type(`${KEY.up}\u0015\r`);
    expect(chat.screen()).toContain('an empty text changes nothing');
    chat.type(KEY.escape);
    expect(chat.node.asked).toEqual([]);
  });

  it('keeps a text that looks like a command a text', async () => {
    const chat = setup();
    const own = chat.node.receive(EVERYONE, '/etc', undefined);
    chat.type(`${KEY.up}/hosts\r`);
    await calls(chat, `chat.edit "${own.id}" "/etc/hosts"`);
  });

  it('works by command, and only for one’s own', async () => {
    const chat = talk();
    chat.type('/edit you\r');
    await calls(chat, `chat.edit "${chat.own.id}" "you"`);
    chat.type(`${KEY.ctrlS}/edit you\r`);
    await vi.waitFor(() => expect(chat.notices()).toContain('Only your own messages can be changed or deleted.'));
    chat.type(`${KEY.ctrlS}e`);
    expect(chat.controller.ui.composing).toBeUndefined();
  });

  it('leaves what was typed before to ctrl-up', () => {
    const chat = talk();
    chat.type('/status here\r');
    chat.type(KEY.ctrlUp);
    expect(chat.controller.ui.input.text).toBe('/status here');
  });
});

describe('deleting', () => {
  it('asks, and shows that something was there', async () => {
    const chat = talk();
    chat.type(`${KEY.ctrlS}${KEY.up}d`);
    expect(chat.screen()).toContain('enter deletes it for everybody');
    chat.type('x');
    expect(chat.node.asked).toEqual([]);
    chat.type('d');
    chat.type('\r');
    await calls(chat, `chat.delete "${chat.own.id}"`);
    await chat.shows('message deleted');
    // It can't be acted on any more.
    chat.type('/delete\r');
    await vi.waitFor(() => expect(chat.notices()).toContain('There is no message of yours here.'));
  });

  it('never happens to somebody who just types', () => {
    const chat = talk();
    chat.type(`${KEY.ctrlS}${KEY.up}`);
    chat.type('dhidden');
    expect(chat.controller.ui.input.text).toBe('dhidden');
    chat.type(`\u0015${KEY.ctrlS}`);
    for (const letter of 'hidden') chat.type(letter);
    expect(chat.node.asked).toEqual([]);
    expect(chat.controller.ui.input.text).toBe('hidden');
  });
});

describe('reacting', () => {
  it('shows chips with counts, one’s own among them, and takes it back', async () => {
    const chat = talk();
    chat.node.changeMessage(chat.last.id, { reactions: [{ emoji: '👍', by: ['id-bob', 'id-dora'] }] });
    chat.type('/react :tada:\r');
    await calls(chat, `chat.react "${chat.last.id}" ":tada:"`);
    await chat.shows('👍 2   🎉 1');
    chat.type('/react :tada:\r');
    await vi.waitFor(() => expect(chat.screen()).not.toContain('🎉 1'));
  });

  it('takes one of a few by one key, or any by name', async () => {
    const chat = talk();
    chat.type(`${KEY.ctrlS}${KEY.up}${KEY.up}+`);
    expect(chat.screen()).toContain('react ›');
    expect(chat.screen()).toContain('1 👍  2 ❤️');
    chat.type('1');
    await calls(chat, `chat.react "${chat.first.id}" "👍"`);
    await chat.shows('👍 1');
    chat.type(`${KEY.ctrlS}+`);
    chat.type(':rocket:\r');
    await chat.shows('🚀 1');
    chat.type(`${KEY.ctrlS}+`);
    chat.type('rubbish\r');
    await vi.waitFor(() => expect(chat.node.asked.at(-1)).toBe(`chat.react "${chat.last.id}" "rubbish"`));
  });

  it('says what is wrong', async () => {
    const chat = talk();
    chat.type('/react :nonsense:\r');
    await chat.shows('✗ :nonsense: is no emoji.');
    const alone = setup();
    alone.type('/react :tada:\r');
    await alone.shows('There is no message of somebody else here.');
  });
});

describe('selecting', () => {
  it('follows the selected message through what can be scrolled', () => {
    const chat = setup();
    for (let index = 0; index < 100; index++) chat.node.receive(EVERYONE, `line ${index}`, 'id-bob');
    chat.type(KEY.ctrlS);
    for (let index = 99; index > 20; index--) {
      expect(chat.screen()).toMatch(new RegExp(`▌line ${index}\\n`));
      chat.type(KEY.up);
    }
    for (let index = 20; index < 99; index++) {
      expect(chat.screen()).toMatch(new RegExp(`▌line ${index}\\n`));
      chat.type(KEY.down);
    }
    chat.type(KEY.escape);
    expect(chat.screen()).not.toContain('▌');
  });

  it('says that there is nothing to select', () => {
    const chat = setup();
    chat.type(KEY.ctrlS);
    expect(chat.screen()).toContain('there is no message to select yet');
  });

  it('ends when another conversation is opened', () => {
    const chat = talk();
    chat.type(`${KEY.ctrlS}r`);
    chat.controller.open('room:hardware');
    expect(chat.controller.ui).toMatchObject({ selection: undefined, composing: undefined });
  });
});

describe('what stands for a message', () => {
  it('says what happened to it', async () => {
    const chat = setup();
    chat.node.receive(EVERYONE, '', 'id-bob', { missing: true });
    chat.node.receive(EVERYONE, 'one of two', 'id-bob', { forked: true });
    const own = chat.node.receive(EVERYONE, 'for bob', undefined, { recipients: ['id-bob', 'id-dora'] });
    await chat.shows('this text is not here (yet)');
    await chat.shows('one of two (two histories)');
    await chat.shows(/for bob +·/);
    chat.node.changePerson('id-bob', { online: false });
    chat.node.changePerson('id-dora', { online: false });
    await chat.shows(/for bob +…/);
    chat.node.deliver(own.id, 'id-bob');
    await chat.shows(/for bob +✓$/m);
    chat.node.deliver(own.id, 'id-dora');
    await chat.shows(/for bob +✓✓$/m);
  });

  it('counts what waits for somebody who is away, and says so while one writes', async () => {
    const chat = setup();
    chat.node.changePerson('id-bob', { online: false });
    const place = { kind: 'person', peerId: 'id-bob' } as const;
    const sent = chat.node.receive(place, 'are you back?', undefined, { recipients: ['id-bob'] });
    chat.node.receive(place, 'hello?', undefined, { recipients: ['id-bob'] });
    await chat.shows(/○ bob +2 waiting/);
    chat.node.deliver(sent.id, 'id-bob');
    await chat.shows(/○ bob +1 waiting/);
    chat.controller.open('with:id-bob');
    chat.type('well');
    expect(chat.screen()).toContain('waiting: kept for bob, who is away');
  });
});

describe('/export', () => {
  it('writes the open conversation, and says how much it was', async () => {
    const chat = talk();
    chat.type('/export text talk.txt\r');
    await chat.shows(/3 messages are in/);
    expect([...chat.node.exports.keys()]).toEqual([resolve('talk.txt')]);
    chat.type('/export text talk.txt\r');
    await chat.shows('exists already');
    chat.type('/export talk.txt\r');
    await chat.shows('It works like this: /export json|text PATH');
  });
});

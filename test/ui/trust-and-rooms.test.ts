// Who somebody is, of whom one wants to hear nothing, and rooms with passwords.

import '../../src/base/platform.ts';
import { describe, expect, it, vi } from 'vitest';
import { holdsSecret } from '../../cli/ui/commands/table.ts';
import { plainText } from '../../cli/ui/theme.ts';
import { MmchatError } from '../../src/index.ts';
import { personOf } from '../support/fake-node.ts';
import { KEY, setup } from './chat-setup.ts';

const EVERYONE = { kind: 'everyone' } as const;
const TWELVE = /1 apple +2 brick +3 cloud[^]*10 jelly +11 koala +12 lemon/;

describe('verifying', () => {
  it('shows the words until one has done with them, and the mark afterwards', async () => {
    const chat = setup();
    chat.type('/verify Bob the Great\r');
    await chat.shows(TWELVE);
    expect(chat.screen()).toContain('Is it Bob the Great?');
    expect(chat.screen()).toContain('/trust "Bob the Great"');
    // They stay while one types what they are for.
    chat.type('/trust "Bob the Great"');
    expect(chat.screen()).toMatch(TWELVE);
    chat.type('\r');
    await chat.shows('Bob the Great is verified');
    expect(chat.node.asked).toEqual(['peers.trust "id-Bob the Great"']);
    await chat.shows(/● Bob the Great +✓/);
    expect(chat.screen()).not.toMatch(TWELVE);
    chat.controller.open('with:id-Bob the Great');
    await chat.shows('Bob the Great ✓ ─ private');
  });

  it('is left by esc, and fits into a low window', async () => {
    const chat = setup({ size: { columns: 60, rows: 15 } });
    chat.type('/verify bob\r');
    await chat.shows(TWELVE);
    expect(chat.screen()).toContain('/trust bob');
    chat.type(KEY.escape);
    expect(chat.screen()).not.toMatch(TWELVE);
  });

  it('is asked for, loudly, when a known name has a new key', async () => {
    const chat = setup({ size: { columns: 120, rows: 28 } });
    const change = { claimedName: 'bob', trust: 'changed' } as const;
    chat.node.meet(personOf('bob_1', change));
    await chat.shows('! A new key uses the name bob, shown as bob_1. Who is it?');
    await chat.shows(/● bob_1 +! new key/);
    const banner = chat.controller.layout.screenOf(chat.controller.snapshot()).rows.flat();
    expect(banner.find(({ text }) => text.includes('! A new key'))?.role).toBe('alarm');
    // Of somebody who is away it is only said to whoever writes to them.
    chat.node.changePerson('id-bob_1', { online: false });
    await vi.waitFor(() => expect(chat.screen()).not.toContain('! A new key'));
    chat.controller.open('with:id-bob_1');
    await chat.shows('! A new key');
    chat.type('/block bob_1\r');
    await vi.waitFor(() => expect(chat.screen()).not.toContain('! A new key'));
  });
});

describe('blocking', () => {
  it('shows nothing of them: no messages, reactions, quotes, unread counts, coming and going', async () => {
    const chat = setup();
    chat.controller.open('with:id-bob');
    const said = chat.node.receive(EVERYONE, 'buy my things', 'id-bob');
    chat.node.receive(EVERYONE, 'no', 'id-dora', {
      replyTo: said.id,
      reactions: [
        { emoji: '👍', by: ['id-bob'] },
        { emoji: '🎉', by: ['id-bob', 'id-dora'] },
      ],
    });
    await chat.shows(/# everyone +2 /);
    chat.type('/block bob\r');
    await chat.shows('bob is blocked');
    expect(chat.controller.ui.current).toBe('everyone');
    expect(chat.screen()).not.toContain('buy my things');
    expect(chat.screen()).toContain('▏somebody blocked');
    expect(chat.screen()).toContain('🎉 1');
    expect(chat.screen()).not.toContain('👍');
    expect(chat.screen()).not.toMatch(/[●○] bob\b/);
    chat.controller.open('room:hardware');
    chat.node.receive(EVERYONE, 'still here @alice', 'id-bob');
    chat.node.receive({ kind: 'person', peerId: 'id-bob' }, 'psst', 'id-bob');
    chat.node.meet(personOf('bob', { online: false, blocked: true }));
    chat.controller.open('everyone');
    expect(chat.screen()).not.toContain('─ new ─');
    expect(chat.screen()).not.toContain('bob is away');
    expect(chat.bells.count).toBe(0);
  });

  it('is taken back by a name that tab knows', async () => {
    const chat = setup();
    chat.type('/block bob\r');
    await chat.shows('bob is blocked');
    chat.type('/people\r');
    await chat.shows('✗ bob  blocked: /unblock bob');
    chat.type('/unblock \t');
    expect(chat.controller.ui.input.text).toBe('/unblock bob ');
    chat.type('\r');
    await chat.shows('bob is not blocked any more');
    expect(chat.screen()).toContain('● bob');
  });
});

describe('closed rooms', () => {
  it('get five words, shown once', async () => {
    const chat = setup();
    chat.type('/room board only --password\r');
    await chat.shows('│  violin harbor seven lemon ghost  │');
    expect(chat.node.asked).toEqual(['rooms.create "board only" {"password":"violin harbor seven lemon ghost"}']);
    expect(chat.screen()).toContain('⚿ board only ─ 1 member');
    expect(chat.screen()).toContain('/join "board only" --password');
    chat.type(KEY.escape);
    expect(chat.screen()).not.toContain('violin');
    expect(chat.screen()).toMatch(/›⚿ board only/);
  });

  it('say that a password is weak, and make the room all the same', async () => {
    const chat = setup();
    chat.type('/room board --password 1234\r');
    await chat.shows('⚠ This password is weak');
    expect(chat.node.asked).toEqual(['rooms.create "board" {"password":"1234"}']);
    chat.type('/room board --password 5678\r');
    await chat.shows('You are in board already');
  });

  it('are joined with the password only', async () => {
    const chat = setup();
    chat.node.passwords.set('board', 'five words of my own');
    chat.type('/join board --password four words\r');
    await chat.shows('✗ Nobody here knows a room board with this password.');
    chat.type('/join board --password five words of my own\r');
    await chat.shows('⚿ board ─ 1 member');
    chat.type('/join x --password\r');
    await chat.shows('It works like this: /join [ROOM] [--password PW]');
  });

  it('can have another password', async () => {
    const chat = setup();
    chat.node.setRoom('board', true, ['id-bob'], true);
    chat.controller.open('room:board');
    chat.type('/rekey a long enough password\r');
    await chat.shows('board has another key');
    expect(chat.node.asked).toEqual(['rooms.rekey "board" {"password":"a long enough password"}']);
    chat.type('/rekey\r');
    await chat.shows('│  violin harbor seven lemon ghost  │');
    chat.controller.open('room:hardware');
    chat.type('/rekey\r');
    await chat.shows('Only a closed room that you are in');
  });

  it('are joined by /join alone when they are open and on the screen', async () => {
    const chat = setup();
    chat.controller.open('room:lunch break');
    chat.type('/join\r');
    await vi.waitFor(() => expect(chat.node.asked).toEqual(['rooms.join "lunch break"']));
  });
});

describe('passwords that are typed', () => {
  it.each([
    ['/room board --password secret', true],
    ['/join board --password=secret', true],
    ['/jion board --password secret', true],
    ['/rekey secret', true],
    ['/reky secret', true],
    ['/rekey', false],
    ['/room board', false],
    ['the option is --password', false],
  ])('%j is remembered by nobody: %s', (typed, secret) => {
    expect(holdsSecret(typed)).toBe(secret);
  });

  it('are in no history, no notice and on no screen', async () => {
    const chat = setup();
    chat.node.failure = new MmchatError('wrong-password', 'Nobody knows it.');
    chat.type('/join board --password hush hush\r');
    await chat.shows('Nobody knows it.');
    chat.type('/jion board --password hush hush\r');
    await chat.shows('did you mean /join?');
    // Emptied by ctrl-c, not sent.
    chat.type('/rekey hush hush');
    chat.type('\u0003');
    expect(JSON.stringify(chat.controller.ui.input)).not.toContain('hush');
    expect(chat.notices().join('\n')).not.toContain('hush');
    const rows = chat.controller.layout.screenOf(chat.controller.snapshot()).rows;
    expect(rows.map(plainText).join('\n')).not.toContain('hush');
  });
});

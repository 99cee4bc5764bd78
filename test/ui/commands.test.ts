// Commands, completion, going to: keys in, verbs out, without a terminal.

import '../../src/base/platform.ts';
import { describe, expect, it, vi } from 'vitest';
import { COMMANDS, commandNamed, parseTyped, suggestionFor } from '../../cli/ui/commands/table.ts';
import { quoteName, takeName } from '../../cli/ui/commands/names.ts';
import { mentions } from '../../cli/ui/conversations.ts';
import { rankOf } from '../../cli/ui/picker.ts';
import { inAscii, terminalLookOf, type TerminalLook } from '../../cli/ui/terminal-look.ts';
import { paintLine, personRole, plainText } from '../../cli/ui/theme.ts';
import { MmchatError } from '../../src/index.ts';
import { setup } from './chat-setup.ts';

describe('commands', () => {
  it.each([
    ['/msg bob hello there\r', 'chat.send {"text":"hello there","to":"id-bob"}', 'with:id-bob'],
    ['/msg Bob the Great hello\r', 'chat.send {"text":"hello","to":"id-Bob the Great"}', 'with:id-Bob the Great'],
    ['/m "bob the great" hello\r', 'chat.send {"text":"hello","to":"id-Bob the Great"}', 'with:id-Bob the Great'],
    ['/room new one\r', 'rooms.join "new one"', 'room:new one'],
    ['/join #lunch break\r', 'rooms.join "lunch break"', 'room:lunch break'],
    ['/leave hardware\r', 'rooms.leave "hardware"', 'everyone'],
    ['/name Zoë\r', 'profile.set {"name":"Zoë"}', 'everyone'],
    ['/status at the bench\r', 'profile.set {"status":"at the bench"}', 'everyone'],
    ['/peer 10.0.4.23:9011\r', 'peers.connect "10.0.4.23:9011"', 'everyone'],
    ['/everyone hi all\r', 'chat.send {"text":"hi all"}', 'everyone'],
    ['//etc is a folder\r', 'chat.send {"text":"/etc is a folder"}', 'everyone'],
    ['plain\r', 'chat.send {"text":"plain"}', 'everyone'],
  ])('%j', async (typed, call, current) => {
    const { node, controller, type } = setup();
    type(typed);
    await vi.waitFor(() => expect(node.asked).toEqual([call]));
    await vi.waitFor(() => expect(controller.ui.current).toBe(current));
  });

  it('opens without calling anything where nothing is to be called', async () => {
    const { node, controller, type } = setup();
    type('/msg dora\r');
    await vi.waitFor(() => expect(controller.ui.current).toBe('with:id-dora'));
    type('/room hardware\r');
    await vi.waitFor(() => expect(controller.ui.current).toBe('room:hardware'));
    expect(node.asked).toEqual([]);
  });

  it('leaves the open room and goes to everyone', async () => {
    const { node, controller, type } = setup();
    controller.open('room:hardware');
    type('/leave\r');
    await vi.waitFor(() => expect(controller.ui.current).toBe('everyone'));
    expect(node.asked).toEqual(['rooms.leave "hardware"']);
  });

  it.each([
    ['/hlep\r', /There is no command \/hlep: did you mean \/help\?/],
    ['/xyzzy\r', /There is no command \/xyzzy: \/help lists them all/],
    ['/msg nobody hello\r', /Nobody here is called nobody/],
    ['/msg\r', /It works like this: \/msg NAME \[TEXT\]/],
    ['/leave\r', /Only rooms can be left/],
    ['/people\r', /● bob {2}here/],
    ['/rooms\r', /# hardware {2}2 in it/],
    ['/whoami\r', /Others reach you at \/ip4/],
  ])('%j answers in a line', async (typed, answer) => {
    const { type, notices } = setup();
    type(typed);
    await vi.waitFor(() => expect(notices().at(-1)).toMatch(answer));
  });

  it('shows the sentence of what a verb throws', async () => {
    const { node, type, notices } = setup();
    node.failure = new MmchatError('bad-name', 'The name is taken.');
    type('/name x\r');
    await vi.waitFor(() => expect(notices()).toContain('The name is taken.'));
  });

  it('quits by command and by ctrl-c twice, and not when something was typed between', () => {
    const { type, quits } = setup();
    type('/quit\r');
    expect(quits.count).toBe(1);
    type('\u0003');
    type('x');
    type('\u0003');
    type('\u0003');
    expect(quits.count).toBe(1);
    type('\u0003');
    expect(quits.count).toBe(2);
  });

  it('have names that are all different, and are explained', () => {
    const names = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);
    expect(new Set(names).size).toBe(names.length);
    for (const { summary } of COMMANDS) expect(summary).not.toBe('');
    expect(commandNamed('J')?.name).toBe('join');
    expect(suggestionFor('stat')).toBe('status');
    expect(parseTyped('  ')).toEqual({ kind: 'nothing' });
  });
});

describe('names inside commands', () => {
  it('takes the longest known one, or what is quoted', () => {
    expect(takeName('bob the great hi', ['bob', 'Bob the Great'], '@')).toEqual({ name: 'bob the great', rest: 'hi' });
    expect(takeName('@bob hi', ['bob'], '@')).toEqual({ name: 'bob', rest: 'hi' });
    expect(takeName('bobby hi', ['bob'], '@')).toEqual({ name: 'bobby', rest: 'hi' });
    expect(takeName(`${quoteName('a b')} hi`, [], '@')).toEqual({ name: 'a b', rest: 'hi' });
  });

  it('knows when one is called', () => {
    expect(mentions('hey @Alice!', 'alice')).toBe(true);
    expect(mentions('hey @alicent', 'alice')).toBe(false);
    expect(mentions('mail@alice', '')).toBe(false);
  });
});

describe('tab', () => {
  it.each([
    ['/ms\t', '/msg '],
    ['/msg do\t', '/msg dora '],
    ['/msg "Bob t\t', '/msg "Bob the Great" '],
    ['/room har\t', '/room hardware '],
    ['hello @do\t', 'hello @dora '],
    ['see #hard\t', 'see #hardware '],
    ['nothing\t', 'nothing'],
    ['@bo\t', '@bob '],
    ['@bo\t\t', '@Bob the Great '],
    ['@bo\t\t\t', '@bob '],
    ['@bo\tx\t', '@bob x'],
  ])('%j gives %j', (typed, expected) => {
    const { controller, type } = setup();
    type(typed);
    expect(controller.ui.input.text).toBe(expected);
  });
});

describe('going to', () => {
  it('ranks names by letters in order', () => {
    expect(rankOf('hw', 'hardware')).toBeDefined();
    expect(rankOf('wh', 'hardware')).toBeUndefined();
    expect(rankOf('har', 'hardware')).toBeLessThan(rankOf('har', 'the hardware') ?? 0);
  });

  it('opens what was picked, and goes back on esc', () => {
    const { controller, type } = setup();
    type('\u000Bhard\r');
    expect(controller.ui.current).toBe('room:hardware');
    type('\u0010do');
    expect(controller.ui.overlay?.kind).toBe('picker');
    type('\u001B');
    expect(controller.ui).toMatchObject({ current: 'room:hardware' });
    expect(controller.ui.overlay).toBeUndefined();
    expect(controller.ui.input.text).toBe('');
  });

  it('goes through the open conversations', () => {
    const { controller, type } = setup();
    type('\u001B[1;3B');
    expect(controller.ui.current).toBe('room:hardware');
    type('\u001B[1;3A');
    expect(controller.ui.current).toBe('everyone');
    type('\u000E');
    expect(controller.ui.current).toBe('room:hardware');
  });
});

describe('help', () => {
  it('shows every command and goes away when one types', () => {
    const { controller, type } = setup();
    type('\u001BOP');
    const rows = controller.layout.screenOf({ ...controller.snapshot(), size: { columns: 120, rows: 90 } }).rows;
    const text = rows.map(plainText).join('\n');
    for (const { name } of COMMANDS) expect(text).toContain(`/${name}`);
    type('x');
    expect(controller.ui.overlay).toBeUndefined();
    expect(controller.ui.input.text).toBe('x');
  });
});

const PLAIN: TerminalLook = { colours: 'none', signs: 'unicode', links: false };

describe('what the terminal can show', () => {
  it.each([
    ['16', { TERM: 'xterm' }],
    ['256', { TERM: 'tmux-256color' }],
    ['true', { TERM: 'xterm', COLORTERM: 'truecolor' }],
    ['none', { TERM: 'xterm-256color', NO_COLOR: '1' }],
    ['none', { TERM: 'dumb' }],
  ] as const)('colours: %s', (colours, env) => {
    expect(terminalLookOf(env).colours).toBe(colours);
  });

  it('has links only where they are surely known', () => {
    expect(terminalLookOf({ TERM: 'xterm-kitty' }).links).toBe(true);
    expect(terminalLookOf({ TERM: 'xterm-256color', VTE_VERSION: '7200' }).links).toBe(true);
    expect(terminalLookOf({ TERM: 'xterm-256color' }).links).toBe(false);
    expect(terminalLookOf({ TERM: 'tmux-256color', TMUX: '/tmp/tmux', VTE_VERSION: '7200' }).links).toBe(false);
  });

  it('has plain signs on the console and in other character sets', () => {
    expect(terminalLookOf({ TERM: 'linux' }).signs).toBe('ascii');
    expect(terminalLookOf({ LANG: 'de_DE.ISO-8859-1' }).signs).toBe('ascii');
    expect(terminalLookOf({ LANG: 'de_DE.UTF-8' }).signs).toBe('unicode');
    expect(terminalLookOf({}).signs).toBe('unicode');
    expect(inAscii('● bob ✓ ─ ü')).toBe('* bob v - ü');
    expect(paintLine([{ text: '✓' }], { ...PLAIN, signs: 'ascii' })).toBe('v');
  });
});

describe('looks', () => {
  it('are stable for a person and gone without colours', () => {
    expect(personRole('12D3KooWabc')).toBe(personRole('12D3KooWabc'));
    expect(paintLine([{ text: 'x', role: 'bad' }], { ...PLAIN, colours: '16' })).toBe('\u001B[91mx\u001B[0m');
    expect(paintLine([{ text: 'x', role: 'bad' }], PLAIN)).toBe('x');
    expect(paintLine([{ text: 'x', role: 'accent' }], PLAIN)).toBe('\u001B[1mx\u001B[0m');
    expect(paintLine([{ text: 'x', bold: true, italic: true }], PLAIN)).toBe('\u001B[1;3mx\u001B[0m');
  });

  it('make a link of an address, if it is one', () => {
    const paint = (link: string): string => paintLine([{ text: 'x', link }], { ...PLAIN, links: true });
    expect(paint('http://a/')).toBe('\u001B]8;;http://a/\u0007x\u001B]8;;\u0007');
    for (const odd of ['', 'http://a b', 'http://a/\u0007', 'http://ü', 'x'.repeat(3000)]) expect(paint(odd)).toBe('x');
  });
});

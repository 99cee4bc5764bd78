// The terminal that the screen tests look into: sizes, keys, pastes, colours, raw bytes and exit codes are real.

import '../../src/base/platform.ts';
import { expect, it } from 'vitest';
import { createLan } from '../support/lan.ts';
import { describeTerminal } from '../support/lan-test.ts';
import { startTerminal } from '../support/tmux.ts';

const script = (source: string): [string, ...string[]] => [process.execPath, '-e', source];

describeTerminal('the test terminal', () => {
  it('has the size asked for, from the first byte on, and tells of a new one', async () => {
    await using terminal = await startTerminal({
      columns: 60,
      rows: 15,
      command: script(`
        const say = () => console.log(process.stdout.columns + 'x' + process.stdout.rows);
        say(); process.stdout.on('resize', say); setInterval(() => {}, 1000);`),
    });
    await terminal.waitForScreen(/^60x15$/m);
    await terminal.resize(80, 24);
    await terminal.waitForScreen(/^80x24$/m);
  });

  it('types wide characters and emoji, and pastes in brackets where asked to', async () => {
    await using terminal = await startTerminal({
      command: script(`
        process.stdin.setRawMode(true);
        process.stdout.write('\\x1b[?2004h' + 'go\\r\\n');
        process.stdin.on('data', (data) => process.stdout.write(JSON.stringify(String(data)) + '\\r\\n'));`),
    });
    await terminal.waitForScreen(/go/);
    await terminal.sendText('日本 👩‍👩‍👧');
    await terminal.waitForScreen(/日本.*👩/su);
    await terminal.sendKeys('C-c');
    await terminal.waitForScreen(/\\u0003/);
    await terminal.paste('one\ntwo');
    await terminal.waitForScreen(/\\u001b\[200~one\\rtwo\\u001b\[201~/);
  });

  it('keeps colours, raw bytes, the alternate screen and the exit code', async () => {
    await using terminal = await startTerminal({
      command: script(`
        process.stdout.write('\\x1b[?1049h\\x1b[31mred\\x1b[0m\\x1b]2;title\\x07');
        process.stdin.once('data', () => { process.stdout.write('\\x1b[?1049l'); process.exit(7); });`),
    });
    await terminal.waitForScreen(/red/);
    expect(await terminal.read('alternate_on')).toBe('1');
    expect(await terminal.capture()).not.toContain('\u001B');
    expect(await terminal.capture({ escapes: true })).toContain('\u001B[31mred');
    expect(await terminal.rawOutput()).toBe('\u001B[?1049h\u001B[31mred\u001B[0m\u001B]2;title\u0007');
    await terminal.sendKeys('Enter');
    expect(await terminal.exitCode()).toBe(7);
    expect(await terminal.read('alternate_on')).toBe('0');
  });

  it('runs in a host of a LAN', async () => {
    await using lan = await createLan({ hosts: 1 });
    await using terminal = await startTerminal({
      host: lan.host(0),
      command: script(`console.log(require('os').networkInterfaces().eth0[0].address, process.env.LANG)`),
    });
    await terminal.waitForScreen(/^10\.77\.1\.1 C\.UTF-8$/m);
    expect(await terminal.exitCode()).toBe(0);
  });
});

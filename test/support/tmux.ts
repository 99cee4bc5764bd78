// Runs a program in a real terminal for tests: a private tmux server, whose screen can be read and typed into.

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LanHost } from './lan-host.ts';
import { run } from './namespaces.ts';
import { patient } from './patience.ts';
import { programEnvironment } from './program.ts';
import { type TemporaryFolder, temporaryFolder } from './temporary-folder.ts';

export interface TerminalOptions {
  readonly command: readonly [string, ...string[]];
  /** @default 100 */
  readonly columns?: number;
  /** @default 28 */
  readonly rows?: number;
  /** Where it runs. @default this computer itself */
  readonly host?: LanHost;
  readonly environment?: Readonly<Record<string, string>>;
  readonly currentFolder?: string;
}

/** What `waitForScreen` looks for: in the text of the screen, lines joined by newlines. */
export type ScreenPattern = RegExp | ((screen: string) => boolean);

export class Terminal implements AsyncDisposable {
  readonly #server: string;
  readonly #folder: TemporaryFolder;

  constructor(server: string, folder: TemporaryFolder) {
    this.#server = server;
    this.#folder = folder;
  }

  /** Keys by tmux's names: `Enter`, `C-c`, `M-Enter`, `Tab`, `Up`, `F1`, `BSpace`. */
  async sendKeys(...keys: readonly string[]): Promise<void> {
    await this.#tmux(['send-keys', '-t', 'main', '--', ...keys]);
  }

  /** Types text as a keyboard would, without Enter. */
  async sendText(text: string): Promise<void> {
    await this.#tmux(['send-keys', '-t', 'main', '-l', '--', text]);
  }

  async typeLine(text: string): Promise<void> {
    await this.sendText(text);
    await this.sendKeys('Enter');
  }

  /** Pastes as a terminal does: bracketed when the program asked for it, newlines as carriage returns. */
  async paste(text: string): Promise<void> {
    await this.#tmux(['load-buffer', '-'], text);
    await this.#tmux(['paste-buffer', '-p', '-d', '-t', 'main']);
  }

  /** The screen as text, or with the escape sequences of its colours. */
  async capture(options: { escapes?: boolean } = {}): Promise<string> {
    return this.#tmux(['capture-pane', '-p', ...(options.escapes === true ? ['-e'] : []), '-t', 'main']);
  }

  /** Waits until the screen shows this; the error shows what it showed instead. */
  async waitForScreen(pattern: ScreenPattern, timeoutMs = 10_000): Promise<string> {
    const matches = (screen: string): boolean =>
      typeof pattern === 'function' ? pattern(screen) : pattern.test(screen);
    const deadline = performance.now() + patient(timeoutMs);
    for (;;) {
      const screen = await this.capture();
      if (matches(screen)) return screen;
      if (performance.now() > deadline) {
        const wanted = typeof pattern === 'function' ? pattern.toString() : String(pattern);
        throw new Error(`After ${patient(timeoutMs)} ms the screen did not show ${wanted} but:\n${screen}`);
      }
      // tmux has no event for "the screen changed".
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux(['resize-window', '-t', 'main', '-x', String(columns), '-y', String(rows)]);
  }

  /** One of tmux's formats, e.g. `alternate_on`, `cursor_flag`, `mouse_any_flag`, `pane_dead`. */
  async read(format: string): Promise<string> {
    return (await this.#tmux(['display-message', '-p', '-t', 'main', `#{${format}}`])).trimEnd();
  }

  /** Every byte that the program wrote to its terminal so far. */
  async rawOutput(): Promise<string> {
    return readFile(join(this.#folder.path, 'raw'), 'utf8').catch(() => '');
  }

  /** Waits for the program's end; resolves with its exit code. */
  async exitCode(timeoutMs = 10_000): Promise<number> {
    const deadline = performance.now() + patient(timeoutMs);
    for (;;) {
      const code = await this.#note('exit');
      // Dead for tmux: then all that the program wrote is on the screen.
      if (code !== undefined && (await this.read('pane_dead')) === '1') return code;
      if (performance.now() > deadline) {
        throw new Error(`The program still runs after ${patient(timeoutMs)} ms:\n${await this.capture()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  }

  async signal(name: NodeJS.Signals): Promise<void> {
    const processId = await this.#note('pid');
    if (processId === undefined) throw new Error('The program does not run yet.');
    process.kill(processId, name);
  }

  async #note(name: 'pid' | 'exit'): Promise<number | undefined> {
    const text = await readFile(join(this.#folder.path, name), 'utf8').catch(() => '');
    return text.endsWith('\n') ? Number(text) : undefined;
  }

  /** Whether the program showed the cursor last: of a program that ended tmux hides it. */
  async leftCursorShown(): Promise<boolean> {
    const raw = await this.rawOutput();
    return raw.lastIndexOf('\u001B[?25h') > raw.lastIndexOf('\u001B[?25l');
  }

  async kill(): Promise<void> {
    await this.#tmux(['kill-server']).catch(() => undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    servers.delete(this.#server);
    await this.#folder[Symbol.asyncDispose]();
  }

  async #tmux(args: readonly string[], input = ''): Promise<string> {
    return run('tmux', ['-u', '-L', this.#server, ...args], input);
  }
}

/** Why there can be no terminal tests here, in one line; undefined when there can. */
export function tmuxUnavailable(): string | undefined {
  return spawnSync('tmux', ['-V']).status === 0 ? undefined : 'tmux is missing (Debian package tmux)';
}

/** Notes process id and exit code in files: tmux 3.3 now and then never learns that the program ended. */
const NOTE_ENDS = `sh -c 'echo $$ >"$0/pid"; exec "$@"' "$0" "$@"; echo $? >"$0/exit"`;

/** Starts a program in a terminal of its own, which stays readable after the program's end. */
export async function startTerminal(options: TerminalOptions): Promise<Terminal> {
  const { command, columns = 100, rows = 28, host, environment, currentFolder = '/' } = options;
  const server = `mmchat-${process.pid}-${randomBytes(3).toString('hex')}`;
  const folder = await temporaryFolder();
  const [program, ...args] = host?.commandInside(...splitCommand(command)) ?? command;
  const withEnvironment = Object.entries(programEnvironment(environment)).map(([name, value]) => `${name}=${value}`);

  process.off('exit', killServers).once('exit', killServers);
  servers.add(server);
  // One tmux command line: the options hold and the recording runs before the program replaces the placeholder and
  // writes its first byte. (tmux 3.3 dies of some of these options before there is a session.)
  const commandLine = [
    ['new-session', '-d', '-s', 'main', '-x', String(columns), '-y', String(rows), '-c', currentFolder, 'sleep', '60'],
    ['set-option', '-g', 'status', 'off'],
    ['set-option', '-g', 'remain-on-exit', 'on'],
    // Its default scrolls the last screen away by a line.
    ['set-option', '-g', 'remain-on-exit-format', ''],
    ['set-option', '-s', 'escape-time', '0'],
    ['set-option', '-g', 'default-terminal', 'tmux-256color'],
    ['set-option', '-g', 'window-size', 'manual'],
    ['resize-window', '-t', 'main', '-x', String(columns), '-y', String(rows)],
    ['pipe-pane', '-O', '-t', 'main', `exec cat > ${join(folder.path, 'raw')}`],
    // env -i: else the program would see the variables of whoever runs the tests.
    [
      ...['respawn-pane', '-k', '-t', 'main', 'sh', '-c', NOTE_ENDS, folder.path],
      ...['env', '-i', 'TERM=tmux-256color', ...withEnvironment, program, ...args],
    ],
  ];
  const terminal = new Terminal(server, folder);
  try {
    await run('tmux', [
      '-u',
      '-L',
      server,
      '-f',
      '/dev/null',
      ...commandLine.flatMap((one) => [...one, ';']).slice(0, -1),
    ]);
  } catch (error) {
    await terminal[Symbol.asyncDispose]();
    throw error;
  }
  return terminal;
}

const servers = new Set<string>();

function killServers(): void {
  for (const server of servers) spawnSync('tmux', ['-L', server, 'kill-server']);
}

function splitCommand([program, ...args]: readonly [string, ...string[]]): [string, string[]] {
  return [program, args];
}

// One run of the UI: takes the terminal, paints, then makes and starts the node, and gives the terminal back.

import { appendFileSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { render } from 'ink';
import type { MmchatNode } from '../../src/index.ts';
import { readPicture } from '../pictures/read-picture.ts';
import { App } from './app.tsx';
import { ChatController } from './controller.ts';
import { FrameSink } from './frame-sink.ts';
import { holdOutput } from './held-output.ts';
import { KeyParser } from './keys.ts';
import type { Screen, ScreenSize } from './layout.ts';
import { ScreenWriter } from './screen-writer.ts';
import { showsPictures, terminalLookOf } from './terminal-look.ts';
import { paintLine } from './theme.ts';
import type { ShareSource } from './ui-state.ts';
import { coloursOf, halfBlocksDrawer, PicturePainter } from './video/picture-painter.ts';
import { GraphicsQuestion } from './video/graphics-question.ts';
import { KittyDrawer, mayKnowGraphics } from './video/kitty-graphics.ts';
import { PicturePump } from './video/picture-pump.ts';

/** As much of a terminal as the UI uses. */
export interface TerminalStreams {
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface SessionParts {
  readonly io: TerminalStreams;
  readonly fallbackName: string;
  readonly discovery: boolean;
  /** Called after the first paint: this loads the network. */
  readonly makeNode: () => Promise<MmchatNode>;
  /** Screens and windows that can be shown in a call. */
  readonly listShareSources?: () => Promise<readonly ShareSource[]>;
  readonly signal?: AbortSignal;
}

/** A lone ESC is the key when nothing follows within this time. */
const ESCAPE_MS = 50;
/** A paste or an answer whose end never comes is taken as ended. */
const CUT_MS = 1000;

/** What the terminal answers when it has drawn everything. */
const READY = '\u001B[0n';
const LAST_ANSWER_MS = 300;

type Outcome = { readonly left: true } | { readonly failed: Error };

/**
 * Gives the exit code when somebody left.
 *
 * @throws what making or starting the node threw, after the terminal is as it was
 */
export async function runChatSession(parts: SessionParts): Promise<number> {
  const { io, signal } = parts;
  const sizeOf = (): ScreenSize => ({ columns: io.stdout.columns || 80, rows: io.stdout.rows || 24 });
  const trace = traceTo(io.env['MMCHAT_TRACE_FILE']);
  const outcome = Promise.withResolvers<Outcome>();
  const leave = (): void => outcome.resolve({ left: true });
  const fail = (error: unknown): void =>
    outcome.resolve({ failed: error instanceof Error ? error : new Error(String(error)) });

  const look = terminalLookOf(io.env);
  const write = io.stdout.write.bind(io.stdout);
  const painter = new PicturePainter(look, () => halfBlocksDrawer(coloursOf(look)));
  const writer = new ScreenWriter(
    {
      get columns(): number {
        return sizeOf().columns;
      },
      write: (text, done) => write(text, done),
    },
    {
      reset: () => painter.reset(),
      paint: (places) => painter.paint(places, controller.video.frames),
    },
  );
  const after = (delayMs: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  };
  const pump = new PicturePump({
    present: (request) => writer.presentPictures(request),
    now: () => performance.now(),
    after,
    canAsk: io.env['TERM'] !== 'dumb',
  });
  const graphics = new GraphicsQuestion({
    mayAsk: mayKnowGraphics(io.env),
    ask: (query) => writer.ask(query),
    onGraphics: () => {
      painter.change((index) => new KittyDrawer(index));
      pump.wake();
    },
    after,
  });
  const controller = new ChatController({
    size: sizeOf(),
    fallbackName: parts.fallbackName,
    discovery: parts.discovery,
    quit: leave,
    redraw: () => writer.forget(),
    readPicture: showsPictures(look) ? readPicture : undefined,
    bell: () => writer.bell(),
    drawRow: (y, line) => writer.presentRow(y, paintLine(line, look)),
    listShareSources: parts.listShareSources,
    drawPictures: () => pump.wake(),
    pictureSizeOf: (who) => painter.sizeOf(who),
    now: Date.now,
    after,
  });

  const firstFrame = Promise.withResolvers<true>();
  let framesShown = 0;
  const sink = new FrameSink(sizeOf);
  const onFrame = ({ cursor, pictures }: Screen): void => {
    const first = framesShown++ === 0;
    const done = first ? (): void => firstFrame.resolve(true) : undefined;
    writer.present(sink.frame.split('\n'), cursor, done, pictures);
    if (pictures !== undefined) graphics.look();
  };

  const releaseOutputs = [holdOutput(io.stdout, false), ...(io.stderr.isTTY ? [holdOutput(io.stderr, true)] : [])];
  const isAnswerDue = (): boolean => pump.isWaitingForAnswer || graphics.isWaiting;
  const onAnswer = (answer: string): void => {
    if (answer === READY) pump.answered();
    else graphics.answered(answer);
  };
  const releaseKeys = takeKeys(io.stdin, controller, { onEnd: leave, onAnswer, isAnswerDue });
  const onResize = (): void => {
    writer.forget();
    controller.resize(sizeOf());
  };
  const onDrain = (): void => {
    writer.drained();
    pump.drained();
  };
  // A process that ends in another way than this function must not leave a raw terminal behind.
  const onExit = (): void => restore();
  io.stdout.on('resize', onResize).on('drain', onDrain).on('error', leave);
  process.on('exit', onExit);
  signal?.addEventListener('abort', leave, { once: true });
  let restored = false;
  const restore = (): void => {
    if (restored) return;
    restored = true;
    pump.stop();
    graphics.stop();
    writer.leave();
    controller.stop();
    releaseKeys();
    for (const release of releaseOutputs) release();
    process.off('exit', onExit);
    io.stdout.off('resize', onResize).off('drain', onDrain);
    signal?.removeEventListener('abort', leave);
  };

  writer.enter();
  const app = render(<App controller={controller} terminal={look} onFrame={onFrame} />, {
    stdout: sink as unknown as NodeJS.WriteStream,
    stdin: io.stdin,
    // Every frame at once and whole: the controller limits how often, the screen writer how much.
    debug: true,
    exitOnCtrlC: false,
    patchConsole: false,
  });
  app.waitUntilExit().catch(fail);
  if (signal?.aborted === true) leave();

  const node = firstFrame.promise.then(() => {
    trace('first-paint');
    return startNode(parts, controller, trace, outcome.promise);
  });
  node.catch(fail);

  const result = await outcome.promise;
  // An answer that comes later would stand in the shell as if it had been typed.
  if (!io.stdout.destroyed) await Promise.all([pump.settled(LAST_ANSWER_MS), graphics.settled(LAST_ANSWER_MS)]);
  restore();
  app.unmount();
  app.cleanup();
  io.stdout.off('error', leave);
  // Its failure has been told already, or nobody waits for it any more.
  const stopped = firstFrame.promise.then(async () => (await node)?.stop()).catch(() => undefined);
  if ('failed' in result) {
    await stopped;
    throw result.failed;
  }
  // When the terminal is gone no first frame may ever come; then there is no node either.
  if (framesShown > 0 && !io.stdout.destroyed) await stopped;
  return 0;
}

async function startNode(
  { makeNode }: SessionParts,
  controller: ChatController,
  trace: (what: string) => void,
  outcome: Promise<Outcome>,
): Promise<MmchatNode | undefined> {
  const leaving = new AbortController();
  void outcome.then(() => leaving.abort());
  const { signal } = leaving;
  const isLeaving = (): boolean => signal.aborted;
  const node = await makeNode();
  if (isLeaving()) return node;
  controller.attach(node);
  try {
    await node.start({ signal });
  } catch (error) {
    await node.stop();
    if (isLeaving()) return undefined;
    throw error;
  }
  trace('ready');
  controller.started(node);
  return node;
}

interface KeyListeners {
  readonly onEnd: () => void;
  /** The terminal has answered. */
  readonly onAnswer: (answer: string) => void;
  /** Whether it is to answer something: then a sequence that is cut in its middle goes on later. */
  readonly isAnswerDue: () => boolean;
}

/** Raw keys from the terminal to the controller, until the returned function is called. */
function takeKeys(
  stdin: NodeJS.ReadStream,
  controller: ChatController,
  { onEnd, onAnswer, isAnswerDue }: KeyListeners,
): () => void {
  const parser = new KeyParser(onAnswer);
  let timer: NodeJS.Timeout | undefined;
  const onData = (bytes: Buffer | string): void => {
    clearTimeout(timer);
    const events = parser.feed(bytes);
    if (events.length > 0) controller.handle(events);
    if (!parser.waiting) return;
    const isCut = parser.pasting || (parser.inSequence && isAnswerDue());
    timer = setTimeout(() => controller.handle(parser.flush()), isCut ? CUT_MS : ESCAPE_MS);
  };
  const wasRaw = stdin.isRaw;
  stdin.setRawMode(true);
  stdin.on('data', onData).on('end', onEnd).on('error', onEnd);
  stdin.resume();
  return () => {
    clearTimeout(timer);
    stdin.off('data', onData).off('end', onEnd).off('error', onEnd);
    stdin.setRawMode(wasRaw);
    stdin.pause();
  };
}

/** For the bench: milliseconds since the process began, a line each. */
function traceTo(path: string | undefined): (what: string) => void {
  if (path === undefined || path === '') return () => undefined;
  return (what) => appendFileSync(path, `trace ${what} ${performance.now().toFixed(1)}\n`);
}

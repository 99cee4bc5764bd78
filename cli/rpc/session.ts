// One client's conversation: lines come in, methods run side by side, replies and notifications go out as whole lines.

import type { Readable } from 'node:stream';
import { MmchatError, messageOf } from '../../src/index.ts';
import {
  errorReply,
  FAILED,
  INVALID_PARAMS,
  METHOD_NOT_FOUND,
  parseFailure,
  parseLine,
  resultReply,
  type RpcId,
  type RpcIncoming,
  type RpcReply,
  type RpcRequest,
} from './json-rpc.ts';
import { LINE_LIMIT, LineSplitter, type SplitLine } from './line-splitter.ts';
import type { LineOutput } from './line-output.ts';
import type { RpcMethods } from './methods.ts';
import { ParamsError, quote, readFields } from './params.ts';

/** Lines worked on at the same time; the input waits while there are more. */
export const IN_FLIGHT_LIMIT = 256;

export interface SessionParts {
  readonly input: Readable;
  readonly output: LineOutput;
  readonly methods: RpcMethods;
  /** Somebody asked for `shutdown`, and has the answer in front of them. */
  readonly onShutdown: () => void;
  /** An error nobody expected: for the log. */
  readonly onFailure: (error: unknown) => void;
}

export class RpcSession {
  readonly #parts: SessionParts;
  readonly #inFlight = new Set<Promise<void>>();
  /** Give up waiting for a method's result: one for each call that runs. */
  readonly #abandon = new Set<() => void>();
  #onFreeSlot: () => void = () => undefined;
  #endInput: () => void = () => undefined;
  #stopped = false;
  #shutdownAsked = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  /** Reads until the input ends or breaks, or `stop()`; every request read by then has its reply when this resolves. */
  async run(): Promise<void> {
    const { input } = this.#parts;
    const splitter = new LineSplitter();
    // One chunk at a time, so that a flood of requests stays in the pipe. (Not `for await`: that destroys its stream at
    // the end, and with it the half of a socket that still has to carry the replies.)
    const onData = (chunk: Uint8Array | string): void => {
      input.pause();
      const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
      void this.#takeLines(splitter.push(bytes)).then(() => {
        if (!this.#stopped) input.resume();
      });
    };
    const ended = new Promise<void>((resolve) => {
      this.#endInput = resolve;
    });
    if (this.#stopped || input.destroyed) this.#endInput();
    input.on('data', onData).once('end', this.#endInput).once('close', this.#endInput).once('error', this.#endInput);
    await ended;
    input.off('data', onData);
    if (!this.#stopped) await this.#takeLines(splitter.end());
    await this.settle();
  }

  notify(line: string): void {
    this.#parts.output.write(line);
  }

  /** Resolves when every request that was read has its reply. */
  async settle(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  /** Reads no more; requests that have no result yet are answered with `stopped`. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#parts.input.pause();
    this.#endInput();
    for (const abandon of this.#abandon) abandon();
    this.#abandon.clear();
  }

  async #takeLines(lines: Iterable<SplitLine>): Promise<void> {
    for (const line of lines) {
      while (this.#inFlight.size >= IN_FLIGHT_LIMIT) {
        await new Promise<void>((resolve) => {
          this.#onFreeSlot = resolve;
        });
      }
      this.#start(line);
    }
  }

  #start(line: SplitLine): void {
    if ('problem' in line) {
      const sentence =
        line.problem === 'too-long' ? `A line has at most ${LINE_LIMIT} bytes.` : 'This line is not UTF-8.';
      this.#parts.output.write(JSON.stringify(parseFailure(sentence)));
      return;
    }
    const incoming = parseLine(line.text);
    if (incoming === undefined) return;
    const work = this.#answerAll(incoming).then(() => {
      this.#inFlight.delete(work);
      this.#onFreeSlot();
    });
    this.#inFlight.add(work);
  }

  async #answerAll(incoming: RpcIncoming): Promise<void> {
    // All of them start at once and in order, so that two messages sent in a row leave in a row.
    const answers = incoming.items.map(async (item) => ('request' in item ? this.#answer(item.request) : item.refusal));
    const replies = (await Promise.all(answers)).filter((reply) => reply !== undefined);
    if (incoming.batch && replies.length > 0) this.#parts.output.write(JSON.stringify(replies));
    else if (replies[0] !== undefined) this.#parts.output.write(JSON.stringify(replies[0]));
    if (this.#shutdownAsked && incoming.items.some((item) => 'request' in item && item.request.method === 'shutdown'))
      this.#parts.onShutdown();
  }

  /** Never rejects; undefined for a notification. */
  async #answer(request: RpcRequest): Promise<RpcReply | undefined> {
    const reply = await new Promise<RpcReply>((resolve) => {
      const abandon = (): void => resolve(stoppedReply(request.id ?? null));
      this.#abandon.add(abandon);
      void this.#call(request).then((result) => {
        this.#abandon.delete(abandon);
        resolve(result);
      });
    });
    return request.id === undefined ? undefined : reply;
  }

  async #call({ id = null, method, params }: RpcRequest): Promise<RpcReply> {
    try {
      if (this.#stopped) return stoppedReply(id);
      if (method === 'shutdown') return resultReply(id, this.#shutdown(params));
      const run = this.#parts.methods.get(method);
      if (run === undefined) return errorReply(id, METHOD_NOT_FOUND, `There is no method ${quote(method)}.`);
      if (this.#shutdownAsked) return stoppedReply(id);
      return resultReply(id, await run(params));
    } catch (error) {
      return this.#refusal(id, error);
    }
  }

  #shutdown(params: unknown): object {
    readFields(params, []);
    this.#shutdownAsked = true;
    return {};
  }

  #refusal(id: RpcId, error: unknown): RpcReply {
    if (error instanceof ParamsError) return errorReply(id, INVALID_PARAMS, error.message, error.dataCode);
    if (error instanceof MmchatError) return errorReply(id, FAILED, error.message, error.code);
    this.#parts.onFailure(error);
    return errorReply(id, FAILED, `Something is wrong inside the program: ${messageOf(error)}`, 'internal');
  }
}

function stoppedReply(id: RpcId): RpcReply {
  return errorReply(id, FAILED, 'The program is stopping.', 'stopped');
}

// Questions and answers between the bench and its processes, over the channel that node:child_process gives to both.

import type { ChildProcess } from 'node:child_process';

/** What a process of the bench can be asked: one object in, one out, both as JSON. */
type Params<Method> = Method extends (params: infer Given) => Promise<unknown> ? Given : never;
type Result<Method> = Method extends (params: never) => Promise<infer Given> ? Given : never;

interface Question {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/** The asking side. */
export class Remote<Api> {
  readonly process: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #lastId = 0;
  #end: string | undefined;

  constructor(child: ChildProcess) {
    this.process = child;
    child.on('message', (message) => this.#onAnswer(message as Answer));
    const onEnd = (reason: string): void => {
      this.#end = reason;
      for (const { reject } of this.#waiting.values()) reject(new Error(reason));
      this.#waiting.clear();
    };
    child.once('error', (error) => onEnd(error.message));
    child.once('exit', (code, signal) => onEnd(`A process of the bench ended (${signal ?? `exit code ${code}`}).`));
  }

  async call<Method extends keyof Api & string>(
    method: Method,
    params: Params<Api[Method]>,
  ): Promise<Result<Api[Method]>> {
    if (this.#end !== undefined) throw new Error(this.#end);
    const id = ++this.#lastId;
    const question: Question = { id, method, params };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.process.send(question, (error) => {
        if (error !== null) reject(error);
      });
    });
  }

  #onAnswer({ id, result, error }: Answer): void {
    const waiter = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiter?.resolve(result);
    else waiter?.reject(new Error(error));
  }
}

/** The answering side: in a process that was started with a channel. Resolves when the other end has gone. */
export async function answer(
  methods: (name: string) => ((params: never) => Promise<unknown>) | undefined,
): Promise<void> {
  const onQuestion = async ({ id, method, params }: Question): Promise<Answer> => {
    try {
      const found = methods(method);
      if (found === undefined) return { id, error: `There is no method ${method}.` };
      return { id, result: await found(params as never) };
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) };
    }
  };
  process.on('message', (message) => {
    void onQuestion(message as Question).then((reply) => process.send?.(reply));
  });
  await new Promise<void>((resolve) => process.once('disconnect', resolve));
}

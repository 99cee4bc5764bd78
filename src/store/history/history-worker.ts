// The worker that keeps the history: an entry point of its own. SQLite's calls wait for the disk; here nobody waits with it.

import '../../base/platform.ts';
import { setImmediate } from 'node:timers/promises';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { HistoryServer } from './history-server.ts';
import { VERBS } from './verbs.ts';
import { plainError, unpackCall, type Answer, type Request, type WorkerOptions } from './worker-messages.ts';

function serve(port: MessagePort, options: WorkerOptions): void {
  let server: HistoryServer | undefined;
  const requireServer = (): HistoryServer => {
    if (server === undefined) throw new Error('the history is not open');
    return server;
  };
  const answer = (...answers: readonly Answer[]): void => port.postMessage(answers);
  const tryTo = (id: number, work: () => unknown): void => {
    try {
      answer({ id, value: work() });
    } catch (error) {
      answer({ id, error: plainError(error) });
    }
  };
  port.on('message', (request: Request) => {
    switch (request.kind) {
      case 'open':
        tryTo(request.id, () => (server = new HistoryServer(options, request.context)).opening);
        break;
      case 'call': {
        const { id, call } = request;
        if (VERBS[call.verb].kind === 'read') tryTo(id, () => requireServer().read(call));
        else
          requireServer()
            .long(call, async () => setImmediate())
            .then(
              (value) => answer({ id, value }),
              (error: unknown) => answer({ id, error: plainError(error) }),
            );
        break;
      }
      case 'write': {
        const results = requireServer().write(request.calls.map(unpackCall));
        answer(
          ...request.calls.map(({ id }, index) => {
            const result = results[index];
            if (result === undefined || 'error' in result) return { id, error: plainError(result?.error) };
            return { id, value: result.value };
          }),
        );
        break;
      }
      case 'close':
        tryTo(request.id, () => server?.close());
        // Nothing keeps the thread any more.
        port.close();
    }
  });
}

if (parentPort !== null) serve(parentPort, workerData as WorkerOptions);

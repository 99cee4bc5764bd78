// A thread beside a test file: when the file's own thread stands still for so long that no time limit of a test can end it
// (an endless loop, a lock that nobody opens), it prints where, and ends the process, so that the run fails and goes on.

import { readFileSync, writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { workerData } from 'node:worker_threads';

const { beats, file, patienceMs } = workerData;
const LOOK_EVERY_MS = 5_000;
const ANSWER_MS = 10_000;
const STEPS = 200;

let seen = -1;
let stillSinceMs = performance.now();
setInterval(() => {
  const now = Atomics.load(beats, 0);
  if (now !== seen) {
    seen = now;
    stillSinceMs = performance.now();
  } else if (performance.now() - stillSinceMs >= patienceMs) report();
}, LOOK_EVERY_MS);

let isReported = false;

function report() {
  if (isReported) return;
  isReported = true;
  setTimeout(() => end(`no answer: not in JavaScript; it waits in ${waitsIn()}`), ANSWER_MS);
  const session = new Session();
  session.connectToMainThread();
  const places = new Set();
  let steps = 0;
  session.on('Debugger.paused', ({ params }) => {
    const frames = params.callFrames.map(
      ({ functionName, url, location }) => `${functionName || '?'} ${url}:${location.lineNumber + 1}`,
    );
    // A loop of promises shows only the step that runs just now.
    places.add(frames.join('\n    in '));
    if (++steps >= STEPS) end([...places].map((place) => `  at ${place}`).join('\n'));
    else session.post('Debugger.stepInto');
  });
  session.post('Debugger.enable');
  session.post('Debugger.pause');
}

function waitsIn() {
  try {
    return readFileSync(`/proc/${process.pid}/wchan`, 'utf8');
  } catch {
    return 'unknown';
  }
}

function end(where) {
  // The streams of a thread go through the very one that stands still.
  writeSync(2, `WATCHDOG: ${file} stood still for ${patienceMs / 1000} s:\n${where}\n`);
  process.kill(process.pid, 'SIGKILL');
}

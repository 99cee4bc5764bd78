#!/usr/bin/env node
// The program: reads what was typed and loads the command that it asks for. Nothing heavy is imported here: every
// command is a file of its own behind import(), so that help, one-shots and headless never load the terminal UI.

import '../src/base/platform.ts';
import { failureOf, guardProcess, leave } from './process-guard.ts';
import { runCommand } from './run-command.ts';

const { stdin, stdout, stderr, env } = process;
const io = { stdin, stdout, stderr, env };
const signal = guardProcess(process);

try {
  leave(await runCommand(process.argv.slice(2), io, signal));
} catch (error) {
  const failure = failureOf(error, env);
  stderr.write(failure.text);
  leave(failure.exitCode);
}

// Structured log records. Where they are written is the front end's business; that they are clean is ours.

import { cleanLine } from './clean-text.ts';
import type { Clock } from './clock.ts';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface LogRecord {
  /** Milliseconds since the epoch. */
  at: number;
  level: LogLevel;
  message: string;
  fields: LogFields;
}

export interface Log {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
}

/** A log that hands records of `level` and more urgent ones to `write`. */
export function createLog(clock: Clock, level: LogLevel, write: (record: LogRecord) => void): Log {
  const limit = LOG_LEVELS.indexOf(level);
  const at =
    (recordLevel: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (LOG_LEVELS.indexOf(recordLevel) > limit) return;
      write({ at: clock.now(), level: recordLevel, message, fields });
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

/** One line of text for a record: time, level, message, then name=value; foreign text can't break out of it. */
export function formatLogRecord(record: LogRecord): string {
  const fields = Object.entries(record.fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}=${quoteField(value)}`)
    .join('');
  return `${new Date(record.at).toISOString()} ${record.level} ${cleanLine(record.message)}${fields}`;
}

function quoteField(value: unknown): string {
  const text = cleanLine(String(value));
  return /^[^\s"=]+$/u.test(text) ? text : JSON.stringify(text);
}

/** A log that keeps nothing. */
export const silentLog: Log = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};

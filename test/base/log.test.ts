// Logs: levels, and lines that foreign text can't break out of.

import '../../src/base/platform.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLog, formatLogRecord, LOG_LEVELS, silentLog, type LogRecord } from '../../src/base/log.ts';
import { ManualClock } from '../net/manual-clock.ts';

const record = (change: Partial<LogRecord>): LogRecord => ({
  at: 0,
  level: 'warn',
  message: 'a message',
  fields: {},
  ...change,
});

describe('logs', () => {
  it('hand on what is at least as urgent as their level', () => {
    const counts = LOG_LEVELS.map((level) => {
      const records: LogRecord[] = [];
      const log = createLog(new ManualClock(), level, (one) => records.push(one));
      for (const each of LOG_LEVELS) log[each]('x');
      expect(records.map((one) => one.level)).toEqual(LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(level) + 1));
      return records.length;
    });
    expect(counts).toEqual([1, 2, 3, 4]);
    for (const each of LOG_LEVELS) silentLog[each]('nobody hears this');
  });

  it('write time, level, message and fields on one line', () => {
    const line = formatLogRecord(
      record({ fields: { peer: 'x1', count: 2, gone: undefined, text: 'two words', ok: true } }),
    );
    expect(line).toBe('1970-01-01T00:00:00.000Z warn a message peer=x1 count=2 text="two words" ok=true');
    expect(formatLogRecord(record({ fields: { text: 'a"b=c' } }))).toContain('text="a\\"b=c"');
  });

  it('keep foreign text on its line and in its field', () => {
    const foreign = fc.string({ unit: 'binary', maxLength: 60 });
    fc.assert(
      fc.property(foreign, foreign, (message, text) => {
        const line = formatLogRecord(record({ message, fields: { text, last: 1 } }));
        // eslint-disable-next-line no-control-regex -- their absence is what this is about
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/u);
        expect(line.endsWith(' last=1')).toBe(true);
      }),
      { numRuns: 1_000 },
    );
    const line = formatLogRecord(record({ fields: { name: '\u001b[31mred\u001b[0m\r\nwarn fake' } }));
    expect(line.split('\n')).toHaveLength(1);
  });
});

// Values of options as people write them, read and checked.

import { MmchatError } from './base/errors.ts';
import { LOG_LEVELS, type LogLevel } from './base/log.ts';
import type { OptionSpec } from './options.ts';

/**
 * One value as written on the command line or in the environment, as the value of its field.
 *
 * @param called what the sentence of the error calls it
 * @throws MmchatError `bad-option` with a sentence that names the option
 */
export function parseOptionValue(spec: OptionSpec, written: unknown, called = `--${spec.flag}`): unknown {
  const bad = (wanted: string): MmchatError =>
    new MmchatError('bad-option', `${called} wants ${wanted}, not ${JSON.stringify(written ?? null)}.`);
  switch (spec.type) {
    case 'text':
    case 'path':
      if (typeof written !== 'string' || written.trim() === '') throw bad(`a ${spec.value ?? 'text'}`);
      return written;
    case 'port': {
      const port = typeof written === 'string' && /^\d{1,5}$/.test(written) ? Number(written) : written;
      if (typeof port !== 'number' || !Number.isInteger(port) || port < 0 || port > 65_535)
        throw bad('a port number from 0 to 65535');
      return port;
    }
    case 'count': {
      const count = typeof written === 'string' && /^\d{1,7}$/.test(written) ? Number(written) : written;
      if (typeof count !== 'number' || !Number.isInteger(count) || count < 0 || count > 9_999_999)
        throw bad('a whole number from 0 to 9999999');
      return count;
    }
    case 'list': {
      const items = typeof written === 'string' ? written.split(',') : written;
      if (!Array.isArray(items) || !items.every((item) => typeof item === 'string' && item.trim() !== ''))
        throw bad(`a ${spec.value ?? 'text'}`);
      return (items as string[]).map((item) => item.trim());
    }
    case 'level':
      if (!LOG_LEVELS.includes(written as LogLevel)) throw bad(`one of ${LOG_LEVELS.join(', ')}`);
      return written;
    case 'flag': {
      const on = written === true || written === '1' || written === 'true';
      const off = written === false || written === '0' || written === 'false';
      if (!on && !off) throw bad('1 or 0');
      return spec.flag.startsWith('no-') ? !on : on;
    }
  }
}

/**
 * One value of the config file, which names fields and not flags: `"mdns": false` is what `--no-mdns` says.
 *
 * @throws MmchatError `bad-option`
 */
export function parseConfigValue(spec: OptionSpec, written: unknown, called: string): unknown {
  if (spec.type !== 'flag') return parseOptionValue(spec, written, called);
  if (typeof written === 'boolean') return written;
  throw new MmchatError('bad-option', `${called} wants true or false, not ${JSON.stringify(written ?? null)}.`);
}

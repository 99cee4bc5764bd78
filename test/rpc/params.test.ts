// Params: what is refused, and the sentence that says why.

import '../../src/base/platform.ts';
import { expect, test } from 'vitest';
import { notBoth, optionalText, readFields, requiredText } from '../../cli/rpc/params.ts';

test('no params, null and an empty list are no fields', () => {
  for (const params of [undefined, null, [], {}]) expect(readFields(params, ['a']).size).toBe(0);
});

test('every refusal names the field', () => {
  expect(() => readFields(['x'], ['to'])).toThrow('`params`');
  expect(() => readFields('x', ['to'])).toThrow('`params`');
  expect(() => readFields({ too: 'bob' }, ['to'])).toThrow('`too`');
  expect(() => readFields(JSON.parse('{"__proto__":1}'), ['to'])).toThrow('`__proto__`');
  expect(() => optionalText(readFields({ to: 1 }, ['to']), 'to')).toThrow('`to` must be a text');
  expect(() => optionalText(readFields({ to: null }, ['to']), 'to')).toThrow('`to` must be a text');
  expect(() => requiredText(readFields({}, ['text']), 'text')).toThrow('`text` is missing');
  const both = readFields({ to: 'a', room: 'b' }, ['to', 'room']);
  expect(() => notBoth(both, 'to', 'room')).toThrow(/`to`.*`room`/);
});

test('names of fields are cut and cleaned in the sentence', () => {
  const name = `\u001b[2J${'x'.repeat(500)}`;
  let message = '';
  try {
    readFields({ [name]: 1 }, []);
  } catch (error) {
    message = (error as Error).message;
  }
  expect(message).not.toContain('\u001b');
  expect(message.length).toBeLessThan(120);
});

// Checks of params. What is wrong is said in a sentence that names the field.

import { cleanLine, MmchatError, type ErrorCode, type PlaceQuery } from '../../src/index.ts';

export type RpcMethod = (params: unknown) => Promise<unknown>;

export type Fields = ReadonlyMap<string, unknown>;

/** Messages that one request may ask for. */
export const MESSAGE_LIMIT = 1000;
const MESSAGE_ID = /^[0-9a-f]{32}$/u;

/** Becomes -32602. */
export class ParamsError extends Error {
  /** A stable code, when the node itself refused the value. */
  readonly dataCode: string | undefined;

  constructor(message: string, dataCode?: string) {
    super(message);
    this.name = 'ParamsError';
    this.dataCode = dataCode;
  }
}

/**
 * The params as a map of the allowed fields. An unknown field is refused: a misspelt `to` would otherwise send a private
 * message to everyone, an unsupported `password` make an open room.
 *
 * @throws ParamsError
 */
export function readFields(params: unknown, allowed: readonly string[]): Fields {
  if (params === undefined || params === null || (Array.isArray(params) && params.length === 0)) return new Map();
  if (typeof params !== 'object' || Array.isArray(params))
    throw new ParamsError('`params` must be an object with named fields.');
  const fields = new Map<string, unknown>(Object.entries(params));
  for (const name of fields.keys()) {
    if (allowed.includes(name)) continue;
    const known = allowed.length === 0 ? 'none' : allowed.map(quote).join(', ');
    throw new ParamsError(`${quote(name)} is no field of this method; it takes ${known}.`);
  }
  return fields;
}

/** @throws ParamsError when the field is there and not a text */
export function optionalText(fields: Fields, name: string): string | undefined {
  if (!fields.has(name)) return undefined;
  const value = fields.get(name);
  if (typeof value !== 'string') throw new ParamsError(`${quote(name)} must be a text.`);
  return value;
}

/** @throws ParamsError when the field is missing or not a text */
export function requiredText(fields: Fields, name: string): string {
  return required(optionalText(fields, name), name);
}

/** Some texts as an object of those that are there, for the verbs of the node. @throws ParamsError */
export function givenTexts<Name extends string>(fields: Fields, names: readonly Name[]): { [Key in Name]?: string } {
  const given: { [Key in Name]?: string } = {};
  for (const name of names) {
    const value = optionalText(fields, name);
    if (value !== undefined) given[name] = value;
  }
  return given;
}

/** @throws ParamsError when the field is there and not a list of texts */
export function optionalTexts(fields: Fields, name: string): readonly string[] | undefined {
  if (!fields.has(name)) return undefined;
  const value = fields.get(name);
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw new ParamsError(`${quote(name)} must be a list of texts.`);
  return value;
}

/** @throws ParamsError when the field is there and neither true nor false */
export function optionalFlag(fields: Fields, name: string): boolean {
  const value = fields.get(name);
  if (fields.has(name) && typeof value !== 'boolean') throw new ParamsError(`${quote(name)} must be true or false.`);
  return value === true;
}

/** @throws ParamsError when it is missing, or none of these */
export function requiredChoice<Choice extends string>(
  fields: Fields,
  name: string,
  choices: readonly Choice[],
): Choice {
  const value = requiredText(fields, name);
  const choice = choices.find((one) => one === value);
  if (choice === undefined) throw new ParamsError(`${quote(name)} must be ${choices.map(quote).join(' or ')}.`);
  return choice;
}

/** How many messages to answer with. @throws ParamsError when it isn't a whole number from 1 to MESSAGE_LIMIT */
export function readLimit(fields: Fields, unlessGiven: number): number {
  if (!fields.has('limit')) return unlessGiven;
  const value = fields.get('limit');
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > MESSAGE_LIMIT)
    throw new ParamsError(`\`limit\` must be a whole number from 1 to ${MESSAGE_LIMIT}.`);
  return value;
}

/** @throws ParamsError when the field is there and no id of a message */
export function optionalMessageId(fields: Fields, name: string): string | undefined {
  const value = optionalText(fields, name);
  // With the code that an unknown id has: to a client that keeps no ids of its own it is the same. (So with transfers.)
  if (value !== undefined && !MESSAGE_ID.test(value))
    throw new ParamsError(`${quote(name)} must be the id of a message: 32 hexadecimal digits.`, 'no-such-message');
  return value;
}

/** @throws ParamsError when the field is missing or no id of a message */
export function requiredMessageId(fields: Fields, name: string): string {
  return required(optionalMessageId(fields, name), name);
}

/** @throws ParamsError when the field is missing, or no number in these bounds */
export function requiredNumber(fields: Fields, name: string, bounds: { least: number; most: number }): number {
  const value = required(fields.has(name) ? fields.get(name) : undefined, name);
  if (typeof value !== 'number' || !(value >= bounds.least && value <= bounds.most))
    throw new ParamsError(`${quote(name)} must be a number from ${bounds.least} to ${bounds.most}.`);
  return value;
}

/** @throws ParamsError when the field is missing or no id of a transfer */
export function requiredTransferId(fields: Fields, name: string): string {
  const value = requiredText(fields, name);
  if (!MESSAGE_ID.test(value))
    throw new ParamsError(`${quote(name)} must be the id of a transfer: 32 hexadecimal digits.`, 'no-such-transfer');
  return value;
}

/** @throws ParamsError when the field is missing or no id of a call */
export function requiredCallId(fields: Fields, name: string): string {
  const value = requiredText(fields, name);
  if (!MESSAGE_ID.test(value))
    throw new ParamsError(`${quote(name)} must be the id of a call: 32 hexadecimal digits.`, 'no-such-call');
  return value;
}

/** Which conversation is meant; neither field means everyone. @throws ParamsError when both are given */
export function readPlace(fields: Fields): PlaceQuery {
  notBoth(fields, 'with', 'room');
  return givenTexts(fields, ['with', 'room']);
}

/** @throws ParamsError when both are given */
export function notBoth(fields: Fields, one: string, other: string): void {
  if (fields.has(one) && fields.has(other))
    throw new ParamsError(`Either ${quote(one)} or ${quote(other)} can be given, not both.`);
}

/** Values that the node itself refuses are bad params too: says which field it was. @throws ParamsError */
export async function naming<Result>(
  fields: Partial<Record<ErrorCode, string>>,
  call: () => Promise<Result>,
): Promise<Result> {
  try {
    return await call();
  } catch (error) {
    const field = error instanceof MmchatError ? fields[error.code] : undefined;
    if (!(error instanceof MmchatError) || field === undefined) throw error;
    throw new ParamsError(`\`${field}\`: ${error.message}`, error.code);
  }
}

/** Field names come from the client too: short and clean in a sentence. */
export function quote(name: string): string {
  const clean = cleanLine(name);
  return `\`${clean.length > 40 ? `${clean.slice(0, 40)}…` : clean}\``;
}

function required<Value>(value: Value | undefined, name: string): Value {
  if (value === undefined) throw new ParamsError(`${quote(name)} is missing.`);
  return value;
}

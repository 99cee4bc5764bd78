// Checks of params. What is wrong is said in a sentence that names the field.

import { cleanLine } from '../../src/index.ts';

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
export function readFields(params: unknown, allowed: readonly string[]): ReadonlyMap<string, unknown> {
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
export function optionalText(fields: ReadonlyMap<string, unknown>, name: string): string | undefined {
  if (!fields.has(name)) return undefined;
  const value = fields.get(name);
  if (typeof value !== 'string') throw new ParamsError(`${quote(name)} must be a text.`);
  return value;
}

/** @throws ParamsError when the field is missing or not a text */
export function requiredText(fields: ReadonlyMap<string, unknown>, name: string): string {
  const value = optionalText(fields, name);
  if (value === undefined) throw new ParamsError(`${quote(name)} is missing.`);
  return value;
}

/** @throws ParamsError when both are given */
export function notBoth(fields: ReadonlyMap<string, unknown>, one: string, other: string): void {
  if (fields.has(one) && fields.has(other))
    throw new ParamsError(`Either ${quote(one)} or ${quote(other)} can be given, not both.`);
}

/** Field names come from the client too: short and clean in a sentence. */
export function quote(name: string): string {
  const clean = cleanLine(name);
  return `\`${clean.length > 40 ? `${clean.slice(0, 40)}…` : clean}\``;
}

// JSON values as the original server has them: whole numbers of any size, floats, objects that keep the order of keys.

/** `bigint` is a whole number of Python, `number` a float: 1 and 1.0 are written differently. */
export type JsonValue = null | boolean | string | bigint | number | readonly JsonValue[] | JsonObject;

/** A map: names such as `__proto__` are keys like any other. */
export type JsonObject = ReadonlyMap<string, JsonValue>;

/** What Python takes for true. A missing value is None. */
export function isTruthy(value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'bigint') return value !== 0n;
  if (typeof value === 'object') return isList(value) ? value.length > 0 : value.size > 0;
  return value !== false && value !== '';
}

export function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/**
 * Equal for what Python takes for the same key of a dict: 1, 1.0 and true are, 7 and "7" are not. Undefined for lists
 * and objects, which are no keys.
 */
export function keyOf(value: JsonValue | undefined): string | undefined {
  switch (typeof value) {
    case 'string':
      return `"${value}`;
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? '1' : '0';
    case 'number':
      return Number.isInteger(value) ? String(BigInt(value)) : String(value);
    default:
      return value === undefined || value === null ? 'None' : undefined;
  }
}

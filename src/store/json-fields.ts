// Takes JSON that somebody may have edited apart, field by field.

/** Throws a TypeError when `json` is no object. */
export function objectOf(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new TypeError('not an object');
  return json as Record<string, unknown>;
}

/** At most `limit` items of an array that are what `parse` makes of them; others, and no array, are left out. */
export function itemsOf<Item>(json: unknown, limit: number, parse: (item: unknown) => Item | undefined): Item[] {
  const items: Item[] = [];
  for (const item of Array.isArray(json) ? (json as unknown[]) : []) {
    if (items.length >= limit) break;
    const parsed = parse(item);
    if (parsed !== undefined) items.push(parsed);
  }
  return items;
}

/** What `check` makes of a text; undefined when it is none or `check` throws. */
export function textOf(json: unknown, check: (text: string) => string): string | undefined {
  if (typeof json !== 'string') return undefined;
  try {
    return check(json);
  } catch {
    return undefined;
  }
}

/** A whole number from `least` to `most`, else undefined. */
export function wholeNumberOf(json: unknown, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
  return Number.isSafeInteger(json) && Number(json) >= least && Number(json) <= most ? Number(json) : undefined;
}

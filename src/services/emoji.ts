// Emoji by their shortcodes (`:tada:`), after the list that GitHub uses. Loaded when first asked for: it is large.

export interface Shortcode {
  /** Without colons. */
  readonly name: string;
  readonly emoji: string;
}

interface Table {
  readonly byName: ReadonlyMap<string, string>;
  /** By name, in the order of code units. */
  readonly sorted: readonly Shortcode[];
}

/** The longest name has 36 letters; whatever is longer is none. */
const LONGEST_NAME = 64;
let loading: Promise<Table> | undefined;

/** `tada` or `:tada:`, in any case; undefined when there is none of that name. */
export async function emojiOf(shortcode: string): Promise<string | undefined> {
  const name = nameIn(shortcode);
  if (name === '' || name.length > LONGEST_NAME) return undefined;
  return (await table()).byName.get(name);
}

/** Those whose name begins like this, shortest name first. */
export async function shortcodesStarting(prefix: string, limit = 20): Promise<readonly Shortcode[]> {
  const start = nameIn(prefix);
  if (start.length > LONGEST_NAME) return [];
  const found = (await table()).sorted.filter(({ name }) => name.startsWith(start));
  return found.sort((left, right) => left.name.length - right.name.length).slice(0, limit);
}

function nameIn(shortcode: string): string {
  return shortcode.replace(/^:|:$/g, '').toLowerCase();
}

function table(): Promise<Table> {
  loading ??= load();
  return loading;
}

async function load(): Promise<Table> {
  const { gemoji } = await import('gemoji');
  const sorted = gemoji.flatMap(({ emoji, names }) => names.map((name) => ({ name, emoji })));
  sorted.sort((left, right) => (left.name < right.name ? -1 : 1));
  return { byName: new Map(sorted.map(({ name, emoji }) => [name, emoji])), sorted };
}

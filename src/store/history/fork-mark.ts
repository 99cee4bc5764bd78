// A short name for a set of entries, the same in whatever order they came: the XOR of their ids.

/** XOR of hex texts of the same length; an empty one counts as zeros. */
export function xorHex(left: string, right: string): string {
  if (left === '') return right;
  if (right === '') return left;
  let mixed = '';
  for (let at = 0; at < left.length; at += 8) {
    const part = Number.parseInt(left.slice(at, at + 8), 16) ^ Number.parseInt(right.slice(at, at + 8), 16);
    mixed += (part >>> 0).toString(16).padStart(8, '0');
  }
  return mixed;
}

// Unsigned LEB128 numbers up to 2^32 - 1, as in front of every frame (protobuf's base 128 varints).

/** Bytes of the longest varint that is accepted: 32 bits. */
export const VARINT_MAX_BYTES = 5;

export function varintLength(value: number): number {
  let length = 1;
  while (value >= 0x80) {
    value = Math.floor(value / 0x80);
    length++;
  }
  return length;
}

/** Writes `value` at `offset` and returns the offset after it. */
export function writeVarint(target: Uint8Array, value: number, offset: number): number {
  while (value >= 0x80) {
    target[offset++] = (value % 0x80) | 0x80;
    value = Math.floor(value / 0x80);
  }
  target[offset++] = value;
  return offset;
}

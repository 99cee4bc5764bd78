// What a receiver needs of a decoder. The rest of it is in contracts/codecs.ts.

export interface FrameDecoder {
  /** The sound of a payload; for one that is none, concealment. Never throws. */
  decode(payload: Uint8Array): Float32Array;
  /**
   * The lost frame before this payload, when the payload carries a copy of it (in-band forward error correction).
   * To be called before the payload itself is decoded.
   */
  recover(nextPayload: Uint8Array): Float32Array | undefined;
  /** What may have been in a frame that never came: the sound before, going on. */
  conceal(): Float32Array;
  /** Payloads that were none. */
  readonly malformedPayloads: number;
}

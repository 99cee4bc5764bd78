// What the packets of a call carry (RFC 3551 leaves 96 to 127 to agreement; these are ours), and what a packet is in here.

export const OPUS_PAYLOAD_TYPE = 111;
/** Redundant audio data (RFC 2198): a frame and copies of the ones before. */
export const REDUNDANT_PAYLOAD_TYPE = 112;

/** As much of an RTP packet as sound needs. */
export interface AudioPacket {
  readonly payloadType: number;
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, 48 kHz. */
  readonly timestamp: number;
  readonly marker: boolean;
  readonly payload: Uint8Array;
}

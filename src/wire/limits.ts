// The numbers of the protocol: what a peer must not exceed. Their reasons stand in README.md beside this file.

export const PROTOCOL_VERSION = 1;

/** Bytes of UTF-8 in one text. */
export const MAX_TEXT_BYTES = 65_536;
/** Bytes of UTF-8 in a name of a person or room. */
export const MAX_NAME_BYTES = 64;
export const MAX_STATUS_BYTES = 256;
/** A signed presence; what the limits below allow fits, with place for fields of later versions. */
export const MAX_PRESENCE_BYTES = 8_192;
/** Open rooms that one person can be in. */
export const MAX_ROOMS = 64;
export const MAX_CAPABILITIES = 16;
export const MAX_CAPABILITY_BYTES = 32;
/** People in one presence digest. */
export const MAX_DIGEST_ITEMS = 1024;
/** Addresses told of one person. */
export const MAX_TOLD_ADDRESSES = 8;
export const MAX_ADDRESS_BYTES = 64;
export const MAX_RECEIPTS = 256;
/** The signed header of an entry: 230 bytes now, with place for fields of later versions. */
export const MAX_HEADER_BYTES = 1_024;
/** Name and version of a program. */
export const MAX_PROGRAM_BYTES = 64;

export const KEY_BYTES = 32;
export const HASH_BYTES = 32;
export const SIGNATURE_BYTES = 64;
export const LOG_ID_BYTES = 16;
export const CONVERSATION_ID_BYTES = 16;
export const ENTRY_ID_BYTES = 16;
export const NETWORK_ID_BYTES = 8;
export const INSTANCE_ID_BYTES = 8;

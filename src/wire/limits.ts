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
/** People named in one text. */
export const MAX_MENTIONS = 32;
/** One emoji can have many parts; this is more than the longest of Unicode's. */
export const MAX_EMOJI_BYTES = 64;
/** Proofs of closed rooms in one message. */
export const MAX_ROOM_PROOFS = 64;
/** Conversations in one message of a synchronisation: everyone, all rooms, one private, with place to spare. */
export const MAX_SYNC_CONVERSATIONS = 128;
/** Logs in one message of a synchronisation; more come in further ones. */
export const MAX_SYNC_LOGS = 256;
/** Ranges of one log in a message; what is before them isn't claimed. */
export const MAX_SYNC_RANGES = 64;
/** Entries wanted at once. */
export const MAX_SYNC_ENTRIES = 256;
/** Files and folders in a folder that is sent. */
export const MAX_MANIFEST_ITEMS = 200_000;
/** Folders in folders. */
export const MAX_MANIFEST_DEPTH = 128;
export const MAX_MANIFEST_BYTES = 32 * 1024 * 1024;
/** A path in a folder: more than fits into what systems take as a path could hardly be removed again. */
export const MAX_MANIFEST_PATH_BYTES = 3_072;
/** A name in a folder: 255 UTF-16 units, as the longest of macOS and Windows, are at most 765 bytes. */
export const MAX_FILE_NAME_BYTES = 1_024;
/** Guests of a super-peer in one message; more come in further ones. */
export const MAX_GUESTS = 256;
/** Guests of one super-peer. */
export const MAX_GUESTS_OF_ONE = 10_000;
/** Receipts of guests in one message. */
export const MAX_GUEST_RECEIPTS = 64;
/** People in a call, oneself included. */
export const MAX_CALL_MEMBERS = 16;
/** Where somebody in a call can be reached. */
export const MAX_CANDIDATES = 16;
export const MAX_CODECS = 16;
export const MAX_CODEC_BYTES = 32;
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
export const CALL_ID_BYTES = 16;
export const MEDIA_KEY_BYTES = 16;
export const MEDIA_SALT_BYTES = 12;
export const ROOM_PROOF_BYTES = 16;
export const ROOM_KEY_BYTES = 32;
export const FINGERPRINT_BYTES = 16;

/** Loudness over the time of a voice note. */
export const WAVEFORM_BYTES = 32;
/** Pieces of one transfer: their hashes are 2 MiB, one bit for each 8 KiB. */
export const MAX_PIECES = 65_536;
export const MIN_PIECE_BYTES = 1024 * 1024;
export const MAX_PIECE_BYTES = 1024 * 1024 * 1024;
/** Hashes of pieces in one message. */
export const MAX_PIECE_HASHES = 2_048;
/** Newly held pieces in one message. */
export const MAX_PIECES_TOLD = 4_096;
export const MAX_REASON_BYTES = 64;
export const CHANNEL_ID_BYTES = 16;
export const CHANNEL_SECRET_BYTES = 32;
/** Bytes of a channel in one message. */
export const MAX_CHANNEL_DATA_BYTES = 65_536;

// Version 1 of the database: its first form. Never changed once published; what comes later is a migration of its own.
//
// `screen_order` is the Lamport number (ORDER is a word of SQL). Ids and hashes are bytes; what repeats in every row
// (conversation, author, place) is a number that its own table explains.

export const SCHEMA_1 = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE places (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE) STRICT;

-- order_key: bytes that sort as people do on every screen. brought: bytes of strangers' entries that came over their link.
CREATE TABLE people (
  id INTEGER PRIMARY KEY,
  peer_id TEXT NOT NULL UNIQUE,
  order_key BLOB NOT NULL,
  brought INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE conversations (
  id INTEGER PRIMARY KEY,
  conversation BLOB NOT NULL UNIQUE,
  place INTEGER NOT NULL REFERENCES places,
  record TEXT NOT NULL
) STRICT;

-- ranges: JSON, [[first, last], ...].
CREATE TABLE logs (
  id INTEGER PRIMARY KEY,
  conversation INTEGER NOT NULL REFERENCES conversations,
  author INTEGER NOT NULL REFERENCES people,
  log_id BLOB NOT NULL,
  standing INTEGER NOT NULL,
  floor INTEGER NOT NULL,
  ranges TEXT NOT NULL,
  head_sequence INTEGER NOT NULL,
  head_hash BLOB NOT NULL,
  head_order INTEGER NOT NULL,
  fork_mark TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  UNIQUE (conversation, author, log_id)
) STRICT;

CREATE TABLE deliveries (
  log INTEGER NOT NULL REFERENCES logs,
  peer INTEGER NOT NULL REFERENCES people,
  ranges TEXT NOT NULL,
  PRIMARY KEY (log, peer)
) STRICT, WITHOUT ROWID;

-- id: the first half of the hash of the header, hash_rest the other. search_row: its row in "texts", a time in milliseconds.
CREATE TABLE entries (
  arrival INTEGER PRIMARY KEY,
  log INTEGER NOT NULL REFERENCES logs,
  place INTEGER NOT NULL REFERENCES places,
  conversation INTEGER NOT NULL REFERENCES conversations,
  author INTEGER NOT NULL REFERENCES people,
  sequence INTEGER NOT NULL,
  screen_order INTEGER NOT NULL,
  at INTEGER NOT NULL,
  arrived_at INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  shown INTEGER NOT NULL,
  forked INTEGER NOT NULL,
  deletes INTEGER NOT NULL,
  edits INTEGER NOT NULL,
  standing INTEGER NOT NULL,
  droppable INTEGER NOT NULL,
  carrier INTEGER REFERENCES people,
  search_row INTEGER,
  body_state INTEGER NOT NULL,
  body_cost INTEGER NOT NULL,
  id BLOB NOT NULL,
  hash_rest BLOB NOT NULL,
  previous BLOB NOT NULL,
  signature BLOB NOT NULL,
  header BLOB NOT NULL,
  target BLOB,
  edit_text TEXT,
  body BLOB
) STRICT;

CREATE UNIQUE INDEX entries_by_id ON entries (id);
CREATE INDEX entries_by_log ON entries (log, sequence, arrived_at);
CREATE INDEX entries_by_target ON entries (target, place, screen_order, id) WHERE target IS NOT NULL;
CREATE INDEX edits_by_target ON entries (target, author, screen_order, id) WHERE edits = 1;
CREATE INDEX deletions_by_target ON entries (target, author) WHERE deletes = 1;
CREATE INDEX memberships ON entries (place, author, screen_order, id) WHERE kind IN (2, 3);
CREATE INDEX missing_bodies ON entries (conversation, screen_order) WHERE body_state = 1;
CREATE INDEX droppable_bodies ON entries (standing, arrived_at) WHERE droppable = 1;
CREATE UNIQUE INDEX entries_by_search_row ON entries (search_row) WHERE search_row IS NOT NULL;

-- What is shown, in screen order; author is the order_key.
CREATE TABLE pages (
  place INTEGER NOT NULL,
  screen_order INTEGER NOT NULL,
  author BLOB NOT NULL,
  id BLOB NOT NULL,
  arrival INTEGER NOT NULL,
  PRIMARY KEY (place, screen_order, author, id)
) STRICT, WITHOUT ROWID;

-- Folded words with spaces between (search-words.ts). The conversation is a word too: finding the few hits of a small room
-- among the million of a common word is the index's work then.
CREATE VIRTUAL TABLE texts USING fts5 (
  conversation, words, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '1 2 3'
);
-- All words too long for the prefix index: a beginning is looked up here, then its words are looked for.
CREATE TABLE long_words (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
`;

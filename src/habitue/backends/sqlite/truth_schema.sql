-- The schema of truth.db as it is now: to read, and to hold the migrations to.

CREATE TABLE record (
  "offset" INTEGER PRIMARY KEY,
  received_us INTEGER NOT NULL,
  kind TEXT NOT NULL,
  source TEXT NOT NULL,
  message_id TEXT,
  body BLOB,
  salt BLOB,
  digest BLOB NOT NULL,
  chain BLOB NOT NULL
) STRICT;

CREATE TABLE quarantine (
  quarantine_id INTEGER PRIMARY KEY,
  received_us INTEGER NOT NULL,
  source TEXT NOT NULL,
  message_id TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT NOT NULL,
  original BLOB NOT NULL,
  replayed_offset INTEGER
) STRICT;

CREATE TABLE item_count (
  minute_us INTEGER NOT NULL,
  source TEXT NOT NULL,
  fate TEXT NOT NULL,
  reason TEXT NOT NULL,
  items INTEGER NOT NULL,
  PRIMARY KEY (minute_us, source, fate, reason)
) STRICT, WITHOUT ROWID;

CREATE TABLE definition (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  "offset" INTEGER NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

-- A run: the hashes of the records first_offset to last_offset, in ascending order.
CREATE TABLE dedup_run (
  first_offset INTEGER PRIMARY KEY,
  last_offset INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  offsets BLOB NOT NULL
) STRICT;

-- An erased record has no message id to hash: what it was called stays known here.
CREATE TABLE erased_key (
  "offset" INTEGER PRIMARY KEY,
  hash BLOB NOT NULL,
  fingerprint BLOB NOT NULL
) STRICT;

CREATE TABLE store (
  only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
  dedup_secret BLOB NOT NULL
) STRICT;

CREATE SCHEMA IF NOT EXISTS truth;
CREATE TABLE IF NOT EXISTS truth.version (number integer PRIMARY KEY);
-- The log, the quarantine, the counts, the index of definitions, and what dedup keeps.

CREATE TABLE truth.record (
  "offset" bigint PRIMARY KEY,
  received_us bigint NOT NULL,
  kind text NOT NULL,
  source text NOT NULL,
  message_id text,
  body bytea,
  salt bytea,
  digest bytea NOT NULL,
  chain bytea NOT NULL
);

-- What a record is called, as a keyed hash of 128 bits: of one size whatever the
-- message id, and still there when the record is erased.
CREATE TABLE truth.record_key (
  key uuid PRIMARY KEY,
  "offset" bigint NOT NULL
);

CREATE TABLE truth.quarantine (
  quarantine_id bigint PRIMARY KEY,
  received_us bigint NOT NULL,
  source text NOT NULL,
  message_id text NOT NULL,
  reason text NOT NULL,
  detail text NOT NULL,
  original bytea NOT NULL,
  replayed_offset bigint
);

CREATE TABLE truth.item_count (
  minute_us bigint NOT NULL,
  source text NOT NULL,
  fate text NOT NULL,
  reason text NOT NULL,
  items bigint NOT NULL,
  PRIMARY KEY (minute_us, source, fate, reason)
);

CREATE TABLE truth.definition (
  kind text NOT NULL,
  name text NOT NULL,
  version integer NOT NULL,
  "offset" bigint NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (kind, name)
);

CREATE TABLE truth.store (
  only_row integer PRIMARY KEY CHECK (only_row = 1),
  dedup_secret bytea NOT NULL
);

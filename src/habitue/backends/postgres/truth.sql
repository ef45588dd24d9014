-- lock: Wait until no other process commits to the log; held to the end of the transaction.
SELECT pg_advisory_xact_lock(%s);

-- make_schema: Make the schema and the table of its version.
CREATE SCHEMA IF NOT EXISTS truth;
CREATE TABLE IF NOT EXISTS truth.version (number integer PRIMARY KEY);

-- version: The version the schema stands at.
SELECT coalesce(max(number), 0) FROM truth.version;

-- put_version: Note that a migration was done.
INSERT INTO truth.version (number) VALUES (%s);

-- place: What the next record follows on, and the number of the newest kept item.
SELECT r."offset", r.received_us, r.chain, q.quarantine_id
FROM (SELECT coalesce(max(quarantine_id), 0) AS quarantine_id FROM truth.quarantine) q
LEFT JOIN LATERAL (
  SELECT "offset", received_us, chain FROM truth.record
  ORDER BY "offset" DESC LIMIT 1
) r ON true;

-- last_record: The record that the next one follows on.
SELECT "offset", received_us, chain FROM truth.record ORDER BY "offset" DESC LIMIT 1;

-- last_offset: Where the log ends.
SELECT coalesce(max("offset"), 0) FROM truth.record;

-- held: The records that are stored under some keys.
SELECT k.key, r."offset", r.received_us, r.kind, r.source, r.message_id, r.body, r.salt,
  r.digest, r.chain
FROM truth.record_key k JOIN truth.record r ON r."offset" = k."offset"
WHERE k.key = ANY($1::uuid[]);

-- key_offsets: Where some keys lead to.
SELECT "offset" FROM truth.record_key WHERE key = ANY(%s::uuid[]);

-- append: Add records of another log.
COPY truth.record
  ("offset", received_us, kind, source, message_id, body, salt, digest, chain)
FROM STDIN (FORMAT BINARY);

-- store: Add records under their keys, add to the counts, and tell other processes.
-- In one statement: each more is waited for, with the interpreter given away meanwhile.
WITH kept AS (
  INSERT INTO truth.record
    ("offset", received_us, kind, source, message_id, body, salt, digest, chain)
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[],
    $6::bytea[], $7::bytea[], $8::bytea[], $9::bytea[])
), named AS (
  INSERT INTO truth.record_key ("offset", key)
  SELECT * FROM unnest($1::bigint[], $10::uuid[])
), counted AS (
  INSERT INTO truth.item_count AS c (minute_us, source, fate, reason, items)
  SELECT * FROM unnest($11::bigint[], $12::text[], $13::text[], $14::text[],
    $15::bigint[])
  ON CONFLICT (minute_us, source, fate, reason)
  DO UPDATE SET items = c.items + excluded.items
)
SELECT 1 FROM pg_notify('habitue_log', $16::bigint::text)
WHERE cardinality($1::bigint[]) > 0;

-- read: Records after an offset, in order.
SELECT "offset", received_us, kind, source, message_id, body, salt, digest, chain
FROM truth.record WHERE "offset" > %s ORDER BY "offset" LIMIT %s;

-- get: One record.
SELECT "offset", received_us, kind, source, message_id, body, salt, digest, chain
FROM truth.record WHERE "offset" = %s;

-- get_many: Some records.
SELECT "offset", received_us, kind, source, message_id, body, salt, digest, chain
FROM truth.record WHERE "offset" = ANY(%s::bigint[]);

-- holding: Events, and what is carried of some, between two offsets, that hold one of some texts.
SELECT "offset" FROM truth.record
WHERE "offset" > %s AND "offset" <= %s AND kind IN ('event', 'carried') AND EXISTS (
  SELECT 1 FROM unnest(%s::bytea[]) AS held (bytes)
  WHERE position(held.bytes IN body) > 0
)
ORDER BY "offset";

-- keep: Put an item into quarantine.
INSERT INTO truth.quarantine
  (quarantine_id, received_us, source, message_id, reason, detail, original)
VALUES (%s, %s, %s, %s, %s, %s, %s);

-- count: Add to the items of a source that met a fate in a minute.
INSERT INTO truth.item_count AS c (minute_us, source, fate, reason, items)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (minute_us, source, fate, reason)
DO UPDATE SET items = c.items + excluded.items;

-- counts: What became of items from a minute on.
SELECT source, minute_us, fate, reason, items FROM truth.item_count
WHERE minute_us >= %s
ORDER BY minute_us, source COLLATE "C", fate COLLATE "C", reason COLLATE "C";

-- waiting: The first records after an offset, by source: how many, since when.
SELECT source, count(*), min(received_us) FROM (
  SELECT source, received_us FROM truth.record
  WHERE "offset" > %s ORDER BY "offset" LIMIT %s
) AS first GROUP BY source ORDER BY source COLLATE "C";

-- extent: Where the log ends, and how many records were counted as they were stored.
SELECT (SELECT coalesce(max("offset"), 0) FROM truth.record),
  (SELECT coalesce(sum(items), 0)::bigint FROM truth.item_count WHERE fate = 'stored');

-- quarantined: Items in quarantine, oldest first.
SELECT quarantine_id, received_us, source, message_id, reason, detail, original,
  replayed_offset
FROM truth.quarantine WHERE quarantine_id > %s ORDER BY quarantine_id LIMIT %s;

-- kept_aside: What is told of a source's items kept aside for a reason, newest first.
SELECT detail FROM truth.quarantine
WHERE source = %s AND reason = %s AND replayed_offset IS NULL
ORDER BY quarantine_id DESC LIMIT %s;

-- quarantine_item: One item in quarantine.
SELECT quarantine_id, received_us, source, message_id, reason, detail, original,
  replayed_offset
FROM truth.quarantine WHERE quarantine_id = %s;

-- mark_replayed: Note where a replayed item was stored; the first note holds.
UPDATE truth.quarantine SET replayed_offset = %s
WHERE quarantine_id = %s AND replayed_offset IS NULL;

-- put_definition: Make a version the current one, unless a later one is.
INSERT INTO truth.definition AS d (kind, name, version, "offset", body)
VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (kind, name)
DO UPDATE SET version = excluded.version, "offset" = excluded."offset",
  body = excluded.body
WHERE excluded.version > d.version;

-- definitions: The current definitions of a kind.
SELECT kind, name, version, "offset", body FROM truth.definition
WHERE kind = %s ORDER BY name COLLATE "C";

-- definition_version: The version a definition stands at.
SELECT version FROM truth.definition WHERE kind = %s AND name = %s;

-- kinds: Of what kind some records are.
SELECT "offset", kind FROM truth.record WHERE "offset" = ANY(%s::bigint[]);

-- erase: Take the content out of records.
UPDATE truth.record SET message_id = NULL, body = NULL, salt = NULL
WHERE "offset" = ANY(%s::bigint[]);

-- erase_quarantined: Take the content out of quarantined items.
UPDATE truth.quarantine SET message_id = '', detail = %s, original = ''::bytea
WHERE quarantine_id = ANY(%s::bigint[]);

-- sweep: Give back the room of rows that were written anew.
VACUUM truth.record, truth.quarantine;

-- put_secret: Keep the secret of the hashes, made with the store.
INSERT INTO truth.store (only_row, dedup_secret) VALUES (1, %s)
ON CONFLICT (only_row) DO NOTHING;

-- secret: The secret of the hashes.
SELECT dedup_secret FROM truth.store;

-- stand_still: Read all that follows at one snapshot.
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

-- has_schema: Whether there is a log at all.
SELECT to_regclass('truth.record') IS NOT NULL;

-- of_kind: The records of a kind, in order.
SELECT "offset", received_us, kind, source, message_id, body, salt, digest, chain
FROM truth.record WHERE kind = %s ORDER BY "offset";

-- all_erased_keys: What erased records were called, as hashes.
SELECT k."offset", k.key FROM truth.record_key k
JOIN truth.record r ON r."offset" = k."offset"
WHERE r.message_id IS NULL ORDER BY k."offset";

-- all_definitions: The current definitions of all kinds.
SELECT kind, name, version, "offset", body FROM truth.definition
ORDER BY kind COLLATE "C", name COLLATE "C";

-- is_used: Whether anything was ever told to this truth.
SELECT EXISTS (SELECT FROM truth.record) OR EXISTS (SELECT FROM truth.item_count);

-- drop_secret: Forget the secret of the hashes, to take another's.
DELETE FROM truth.store;

-- copy_keys: Remember what records are called.
COPY truth.record_key (key, "offset") FROM STDIN (FORMAT BINARY);

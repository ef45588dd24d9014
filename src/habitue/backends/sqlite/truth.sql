-- last_record: The record that the next one follows on.
SELECT "offset", received_us, chain FROM record ORDER BY "offset" DESC LIMIT 1;

-- last_quarantine_id: The number of the newest quarantined item.
SELECT coalesce(max(quarantine_id), 0) FROM quarantine;

-- read: Records after an offset, in order.
SELECT "offset", received_us, kind, source, message_id, body, salt, digest, chain
FROM record WHERE "offset" > ? ORDER BY "offset" LIMIT ?;

-- get: One record.
SELECT "offset", received_us, kind, source, message_id, body, salt, digest, chain
FROM record WHERE "offset" = ?;

-- get_many: Some records, by a list of their offsets in JSON.
SELECT "offset", received_us, kind, source, message_id, body, salt, digest, chain
FROM record WHERE "offset" IN (SELECT value FROM json_each(?));

-- holding: Events, and what is carried of some, between two offsets; what they are to hold stands in place of (1).
SELECT "offset" FROM record
WHERE "offset" > ? AND "offset" <= ? AND kind IN ('event', 'carried') AND (1) ORDER BY "offset";

-- keep: Put an item into quarantine.
INSERT INTO quarantine
  (quarantine_id, received_us, source, message_id, reason, detail, original)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- count: Add to the items of a source that met a fate in a minute.
INSERT INTO item_count (minute_us, source, fate, reason, items)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (minute_us, source, fate, reason)
DO UPDATE SET items = items + excluded.items;

-- counts: What became of items from a minute on.
SELECT source, minute_us, fate, reason, items FROM item_count
WHERE minute_us >= ? ORDER BY minute_us, source, fate, reason;

-- waiting: The first records after an offset, by source: how many, since when.
SELECT source, count(*), min(received_us) FROM (
  SELECT source, received_us FROM record WHERE "offset" > ? ORDER BY "offset" LIMIT ?
) GROUP BY source ORDER BY source;

-- extent: Where the log ends, and how many records were counted as they were stored.
SELECT (SELECT coalesce(max("offset"), 0) FROM record),
  (SELECT coalesce(sum(items), 0) FROM item_count WHERE fate = 'stored');

-- quarantined: Items in quarantine, oldest first.
SELECT quarantine_id, received_us, source, message_id, reason, detail, original,
  replayed_offset
FROM quarantine WHERE quarantine_id > ? ORDER BY quarantine_id LIMIT ?;

-- kept_aside: What is told of a source's items kept aside for a reason, newest first.
SELECT detail FROM quarantine
WHERE source = ? AND reason = ? AND replayed_offset IS NULL
ORDER BY quarantine_id DESC LIMIT ?;

-- quarantine_item: One item in quarantine.
SELECT quarantine_id, received_us, source, message_id, reason, detail, original,
  replayed_offset
FROM quarantine WHERE quarantine_id = ?;

-- mark_replayed: Note where a replayed item was stored; the first note holds.
UPDATE quarantine SET replayed_offset = ?
WHERE quarantine_id = ? AND replayed_offset IS NULL;

-- put_definition: Make a version the current one, unless a later one is.
INSERT INTO definition (kind, name, version, "offset", body)
VALUES (?, ?, ?, ?, ?)
ON CONFLICT (kind, name)
DO UPDATE SET version = excluded.version, "offset" = excluded."offset",
  body = excluded.body
WHERE excluded.version > version;

-- definitions: The current definitions of a kind.
SELECT kind, name, version, "offset", body FROM definition
WHERE kind = ? ORDER BY name;

-- definition_version: The version a definition stands at.
SELECT version FROM definition WHERE kind = ? AND name = ?;

-- erase: Take the content out of a record.
UPDATE record SET message_id = NULL, body = NULL, salt = NULL WHERE "offset" = ?;

-- erase_quarantined: Take the content out of a quarantined item.
UPDATE quarantine SET message_id = '', detail = ?, original = x''
WHERE quarantine_id = ?;

-- keep_key: Remember what an erased record was called, as hashes.
INSERT OR IGNORE INTO erased_key ("offset", hash, fingerprint) VALUES (?, ?, ?);

-- erased_fingerprint: What an erased record was called, as a hash.
SELECT fingerprint FROM erased_key WHERE "offset" = ?;

-- erased_keys: The hashes of erased records after an offset.
SELECT "offset", hash FROM erased_key WHERE "offset" > ? ORDER BY "offset";

-- put_run: Keep a run of hashes.
INSERT INTO dedup_run (first_offset, last_offset, hashes, offsets)
VALUES (?, ?, ?, ?);

-- drop_runs: Forget the runs that reach to an offset or beyond.
DELETE FROM dedup_run WHERE last_offset >= ?;

-- runs: The runs of hashes, in the order of the log.
SELECT first_offset, last_offset, hashes, offsets FROM dedup_run ORDER BY first_offset;

-- keys: What the records after an offset are called.
SELECT "offset", source, message_id FROM record
WHERE "offset" > ? ORDER BY "offset" LIMIT ?;

-- put_secret: Keep the secret of the hashes, made with the store.
INSERT INTO store (only_row, dedup_secret) VALUES (1, ?);

-- secret: The secret of the hashes.
SELECT dedup_secret FROM store;

-- of_kind: The records of a kind, in order.
SELECT "offset", received_us, kind, source, message_id, body, salt, digest, chain
FROM record WHERE kind = ? ORDER BY "offset";

-- all_erased_keys: What erased records were called, as hashes.
SELECT "offset", hash, fingerprint FROM erased_key ORDER BY "offset";

-- unhashed_keys: Erased records of which only the fingerprint came along.
SELECT fingerprint, "offset" FROM erased_key WHERE hash = x'';

-- all_definitions: The current definitions of all kinds.
SELECT kind, name, version, "offset", body FROM definition ORDER BY kind, name;

-- version: The version the file stands at.
PRAGMA user_version;

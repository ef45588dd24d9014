-- events: Everything that was told, whosever it is; times are UTC.
CREATE TEMP VIEW events AS
SELECT * FROM kept_event UNION ALL SELECT * FROM tail_event;

-- lasts: The last event of each strand, with nothing that it told and no record; one of
-- a name that purchases are asked for by is none.
CREATE TEMP VIEW lasts AS
SELECT 9223372036854775807 AS log_offset, strand, last_at AS happened_at, '' AS type,
  '' AS name, '' AS source, CAST(NULL AS VARCHAR) AS store, '' AS channel,
  CAST(NULL AS VARCHAR) AS currency, CAST(NULL AS BIGINT) AS amount_minor,
  '{}' AS properties
FROM (
  SELECT * FROM kept_last
  UNION ALL SELECT strand, max(happened_at) FROM tail_event
  WHERE strand <> 0 AND name NOT IN ('$purchase', '$return') GROUP BY strand);

-- lines: The products that an event tells of.
CREATE TEMP VIEW lines AS
SELECT * FROM kept_line UNION ALL SELECT * FROM kept_report_line
UNION ALL SELECT * FROM tail_line;

-- report_lines: Those of what is told of orders, receipts and returns.
CREATE TEMP VIEW report_lines AS
SELECT * FROM kept_report_line
UNION ALL SELECT tail_line.* FROM tail_line SEMI JOIN (
  SELECT log_offset FROM tail_event WHERE object IS NOT NULL) USING (log_offset);

-- reports: What was told of orders, receipts and returns, and if it told of goods.
CREATE TEMP VIEW reports AS
SELECT * FROM kept_report UNION ALL SELECT log_offset, happened_at, strand, name, source, store, channel, verified, object,
  status, currency, amount_minor, log_offset IN (SELECT log_offset FROM tail_line)
    AS has_lines
FROM tail_event WHERE object IS NOT NULL;

-- holding: Which person holds a strand, at the offset of the answer.
CREATE TEMP VIEW holding AS
SELECT * FROM kept_holding
WHERE person_id NOT IN (SELECT person_id FROM tail_person)
  AND strand NOT IN (SELECT strand FROM tail_holding)
UNION ALL SELECT * FROM tail_holding;

-- person_events: The events that are somebody's, with whose they are.
CREATE TEMP VIEW person_events AS
SELECT holding.person_id, events.* FROM events JOIN holding USING (strand);

-- facts: Traits as conditions compare them, told and computed, of people.
CREATE TEMP VIEW facts AS
SELECT * FROM kept_fact WHERE person_id NOT IN (SELECT person_id FROM tail_known)
UNION ALL SELECT * FROM tail_fact;

-- allowed: What the ledger of consents says, by contact point.
CREATE TEMP VIEW allowed AS
SELECT * FROM kept_allowed WHERE person_id NOT IN (SELECT person_id FROM tail_known)
UNION ALL SELECT * FROM tail_allowed;

-- purchases: Orders, receipts and returns as they stand, each once.
CREATE TEMP VIEW purchases AS
SELECT * EXCLUDE (key), replace(key, chr(31), '/') AS object FROM (
  SELECT * FROM kept_purchase WHERE key NOT IN (SELECT key FROM tail_key)
  UNION ALL SELECT * FROM tail_purchase);

-- lines_bought: What was bought with them, or brought back, and when, where, by whom.
CREATE TEMP VIEW lines_bought AS
SELECT * FROM kept_bought WHERE purchase_id NOT IN (
  SELECT purchase_id FROM kept_purchase WHERE key IN (SELECT key FROM tail_key))
UNION ALL SELECT line.*, happened_at, strand, kind, source, store, channel, counted
FROM tail_bought AS line JOIN tail_purchase USING (purchase_id);

-- purchase_lines: What was bought with them, or brought back.
CREATE TEMP VIEW purchase_lines AS
SELECT * EXCLUDE (happened_at, strand, kind, source, store, channel, counted)
FROM lines_bought;

-- session_kept: Sessions that are kept, those of the stale too.
CREATE TEMP VIEW session_kept AS SELECT * FROM kept_session;

-- look_kept: What who bought looked at, as far as it is kept.
CREATE TEMP VIEW look_kept AS SELECT * FROM kept_look;

-- side_kept: And since when they are seen on a side.
CREATE TEMP VIEW side_kept AS SELECT * FROM kept_side;

-- walk_kept: And what led to it.
CREATE TEMP VIEW walk_kept AS SELECT * FROM kept_walk;

-- did_kept: When people did what, as far as it is kept.
CREATE TEMP VIEW did_kept AS SELECT * FROM kept_did;

-- session_rules: By which rules, if any are kept.
CREATE TEMP VIEW session_rules AS SELECT stamp FROM kept_rules;

-- stale_person: Whose kept sessions are of before something changed.
CREATE TEMP VIEW stale_person AS
SELECT person_id FROM kept_stale
UNION SELECT person_id FROM tail_person UNION SELECT person_id FROM tail_holding
UNION SELECT person_id FROM kept_holding WHERE strand IN (
  SELECT strand FROM tail_holding UNION ALL SELECT strand FROM tail_event);

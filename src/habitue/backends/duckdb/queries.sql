-- stands: The stamp of the copy, up to where it goes, and how much is out of order.
SELECT stamp, "offset", mark, noted, loose, unscrubbed, whole FROM standing;

-- begin: A new copy, of nothing.
INSERT INTO standing VALUES (?, 0, '', 0, 0, false, false);

-- move: The copy goes up to an offset now.
UPDATE standing SET "offset" = ?, mark = ?, noted = ?, loose = loose + ?;

-- not_whole: What people hold and are, and what was bought, is to come.
UPDATE standing SET whole = false;

-- whole: All of it is here.
UPDATE standing SET whole = true;

-- sorted: The copy is in order.
UPDATE standing SET loose = 0;

-- derived: By which rules sessions are kept, and of how many people they are stale.
SELECT coalesce((SELECT stamp FROM kept_rules), ''), (SELECT count(*) FROM kept_stale);

-- stale_told: Who has new events, holds something else now, or held what others do.
INSERT INTO kept_stale SELECT DISTINCT person_id FROM (
  SELECT person_id FROM tail_person UNION ALL SELECT person_id FROM tail_holding
  UNION ALL SELECT person_id FROM kept_holding WHERE strand IN (
    SELECT strand FROM tail_holding UNION ALL SELECT strand FROM tail_event))
ANTI JOIN kept_stale USING (person_id);

-- stale_dropped: Whose events are in no strand any more.
INSERT INTO kept_stale SELECT DISTINCT person_id FROM kept_holding
ANTI JOIN kept_stale USING (person_id)
WHERE strand IN (SELECT strand FROM fix_dropped);

-- stale_placed: Whose events are in another strand now, and whose were.
INSERT INTO kept_stale SELECT DISTINCT person_id FROM kept_holding
ANTI JOIN kept_stale USING (person_id)
WHERE strand IN (SELECT strand FROM fix_placed UNION ALL SELECT strand FROM kept_event
  WHERE log_offset IN (SELECT log_offset FROM fix_placed));

-- stale_expired: Whose events tell less now.
INSERT INTO kept_stale SELECT DISTINCT person_id FROM kept_holding
ANTI JOIN kept_stale USING (person_id)
WHERE strand IN (SELECT strand FROM kept_event
  WHERE log_offset IN (SELECT log_offset FROM fix_expired));

-- stale_gone: Whose events are to go.
INSERT INTO kept_stale SELECT DISTINCT person_id FROM kept_holding
ANTI JOIN kept_stale USING (person_id)
WHERE strand IN (SELECT strand FROM gone_strand UNION ALL SELECT strand FROM kept_event
  WHERE log_offset IN (SELECT log_offset FROM gone_offset));

-- erase_sessions: Sessions that may tell of what is gone.
DELETE FROM kept_session WHERE person_id IN (SELECT person_id FROM kept_stale);

-- erase_looks: And what they looked at.
DELETE FROM kept_look WHERE person_id IN (SELECT person_id FROM kept_stale);

-- erase_sides: And since when.
DELETE FROM kept_side WHERE person_id IN (SELECT person_id FROM kept_stale);

-- erase_walks: And what led them to what they bought.
DELETE FROM kept_walk WHERE person_id IN (SELECT person_id FROM kept_stale);

-- erase_deeds: And when they did what.
DELETE FROM kept_did WHERE person_id IN (SELECT person_id FROM kept_stale);

-- all_sessions: All sessions.
DELETE FROM kept_session;

-- all_looks: All that who bought looked at.
DELETE FROM kept_look;

-- all_sides: And since when all are seen on a side.
DELETE FROM kept_side;

-- all_walks: All that led to what was bought.
DELETE FROM kept_walk;

-- all_deeds: When all did what.
DELETE FROM kept_did;

-- all_stale: And of whom they are not as they would be.
DELETE FROM kept_stale;

-- all_rules: And by which rules they were made.
DELETE FROM kept_rules;

-- stale_all: Nobody has any.
INSERT INTO kept_stale SELECT DISTINCT person_id FROM kept_holding;

-- keep_rules: By these they are made.
INSERT INTO kept_rules VALUES (?);

-- count: How many events there are.
SELECT count(*) FROM kept_event;

-- keep_events: What came since, in the order that all are brought into.
INSERT INTO kept_event SELECT * FROM tail_event
ORDER BY hash(name), date_trunc('month', happened_at), strand, happened_at, log_offset;

-- keep_last: And when the last of it was.
INSERT INTO kept_last SELECT strand, max(happened_at) FROM tail_event
WHERE strand <> 0 AND name NOT IN ('$purchase', '$return') GROUP BY strand;

-- keep_reports: What these report of orders, receipts and returns.
INSERT INTO kept_report SELECT log_offset, happened_at, strand, name, source, store, channel, verified, object,
  status, currency, amount_minor, log_offset IN (SELECT log_offset FROM tail_line)
    AS has_lines
FROM tail_event WHERE object IS NOT NULL;

-- keep_lines: What these events tell of goods.
INSERT INTO kept_line SELECT tail_line.* FROM tail_line ANTI JOIN (
  SELECT log_offset FROM tail_event WHERE object IS NOT NULL) USING (log_offset)
ORDER BY log_offset, line;

-- keep_report_lines: Apart those of orders, receipts and returns.
INSERT INTO kept_report_line SELECT tail_line.* FROM tail_line SEMI JOIN (
  SELECT log_offset FROM tail_event WHERE object IS NOT NULL) USING (log_offset)
ORDER BY log_offset, line;

-- touch_fixed: Strands that lose events, or get others.
CREATE TEMP TABLE touched AS SELECT strand FROM fix_dropped
UNION SELECT strand FROM fix_placed
UNION SELECT strand FROM kept_event WHERE log_offset IN (SELECT log_offset FROM fix_placed);

-- touch_gone: Strands that lose events.
CREATE TEMP TABLE touched AS SELECT strand FROM gone_strand
UNION SELECT strand FROM kept_event WHERE log_offset IN (SELECT log_offset FROM gone_offset);

-- forget_last: When their last event was.
DELETE FROM kept_last WHERE strand IN (SELECT strand FROM touched);

-- last_anew: When it was, of what is there now.
INSERT INTO kept_last SELECT strand, max(happened_at) FROM kept_event
WHERE strand IN (SELECT strand FROM touched)
  AND strand <> 0 AND name NOT IN ('$purchase', '$return') GROUP BY strand;

-- untouch: That is done.
DROP TABLE touched;

-- empty_dropped: Events of strands that were dropped are in none any more.
UPDATE kept_event SET strand = NULL FROM fix_dropped AS fix
WHERE kept_event.strand = fix.strand AND kept_event.log_offset < fix.before;

-- empty_reports: Nor are their reports.
UPDATE kept_report SET strand = NULL FROM fix_dropped AS fix
WHERE kept_report.strand = fix.strand AND kept_report.log_offset < fix.before;

-- place: Events that were folded again are where they were folded.
UPDATE kept_event SET strand = fix.strand FROM fix_placed AS fix
WHERE kept_event.log_offset = fix.log_offset;

-- place_reports: And so are their reports.
UPDATE kept_report SET strand = fix.strand FROM fix_placed AS fix
WHERE kept_report.log_offset = fix.log_offset;

-- expire: Of events that expired only what is carried is told.
UPDATE kept_event
SET properties = fix.properties, came = fix.came, device = fix.device
FROM fix_expired AS fix
WHERE kept_event.log_offset = fix.log_offset;

-- forget_people: What people hold who have changed, and strands that others hold now.
DELETE FROM kept_holding
WHERE person_id IN (SELECT person_id FROM tail_person)
  OR strand IN (SELECT strand FROM tail_holding);

-- all_holding: What all people hold.
DELETE FROM kept_holding;

-- all_facts: What is known of all people.
DELETE FROM kept_fact;

-- all_allowed: What all people allowed.
DELETE FROM kept_allowed;

-- all_bought: All lines of what was bought.
DELETE FROM kept_bought;

-- all_purchases: All orders, receipts and returns.
DELETE FROM kept_purchase;

-- all_owed: Who has changed and was not read.
DELETE FROM kept_owed;

-- keep_owed: Who has changed since, and is read when somebody asks.
INSERT INTO kept_owed SELECT * FROM new_owed;

-- owed: All of them.
SELECT sort, number, key FROM kept_owed;

-- forget_facts: What was known of those of whom more is known now.
DELETE FROM kept_fact WHERE person_id IN (SELECT person_id FROM tail_known);

-- forget_allowed: What they allowed.
DELETE FROM kept_allowed WHERE person_id IN (SELECT person_id FROM tail_known);

-- forget_bought: Lines of what was bought and has changed.
DELETE FROM kept_bought WHERE purchase_id IN (
  SELECT purchase_id FROM kept_purchase WHERE key IN (SELECT key FROM tail_key));

-- forget_purchases: What was bought and has changed.
DELETE FROM kept_purchase WHERE key IN (SELECT key FROM tail_key);

-- keep_facts: What is known of them now, by name, as one name is asked for at a time.
INSERT INTO kept_fact SELECT * FROM tail_fact ORDER BY name, person_id;

-- keep_allowed: What they allow now.
INSERT INTO kept_allowed SELECT * FROM tail_allowed;

-- keep_purchases: What it is now.
INSERT INTO kept_purchase SELECT * FROM tail_purchase
ORDER BY date_trunc('month', happened_at), strand, happened_at, purchase_id;

-- keep_bought: And its lines, each with what is asked of it.
INSERT INTO kept_bought
SELECT line.*, happened_at, strand, kind, source, store, channel, counted
FROM tail_bought AS line JOIN tail_purchase USING (purchase_id)
ORDER BY date_trunc('month', happened_at), strand, happened_at, purchase_id, line;

-- keep_holding: What they hold now.
INSERT INTO kept_holding SELECT * FROM tail_holding;

-- event_sizes: How many events are of a name and month: most ask for few names of late.
SELECT hash(name), epoch_us(date_trunc('month', happened_at)), count(*) FROM kept_event
GROUP BY ALL ORDER BY ALL;

-- event_begin: Where all events are put in order.
CREATE TABLE event_in_order AS SELECT * FROM kept_event LIMIT 0;

-- event_piece: Some names and months, and in each a strand's events in order of time.
INSERT INTO event_in_order SELECT * FROM kept_event
WHERE hash(name) BETWEEN $1 AND $3
  AND (hash(name) > $1 OR epoch_us(date_trunc('month', happened_at)) >= $2)
  AND (hash(name) < $3 OR epoch_us(date_trunc('month', happened_at)) <= $4)
ORDER BY hash(name), date_trunc('month', happened_at), strand, happened_at, log_offset;

-- event_drop: What they were before.
DROP TABLE kept_event;

-- event_rename: And in its place.
ALTER TABLE event_in_order RENAME TO kept_event;

-- purchase_sizes: How many purchases are of each month.
SELECT epoch_us(date_trunc('month', happened_at)), count(*) FROM kept_purchase
GROUP BY ALL ORDER BY ALL;

-- purchase_begin: Where all purchases are put in order.
CREATE TABLE purchase_in_order AS SELECT * FROM kept_purchase LIMIT 0;

-- purchase_piece: Some months.
INSERT INTO purchase_in_order SELECT * FROM kept_purchase
WHERE epoch_us(date_trunc('month', happened_at)) BETWEEN $1 AND $2
ORDER BY date_trunc('month', happened_at), strand, happened_at, purchase_id;

-- purchase_drop: What they were before.
DROP TABLE kept_purchase;

-- purchase_rename: And in its place.
ALTER TABLE purchase_in_order RENAME TO kept_purchase;

-- bought_sizes: How many of their lines are.
SELECT epoch_us(date_trunc('month', happened_at)), count(*) FROM kept_bought
GROUP BY ALL ORDER BY ALL;

-- bought_begin: Where all lines are put in order.
CREATE TABLE bought_in_order AS SELECT * FROM kept_bought LIMIT 0;

-- bought_piece: Some months.
INSERT INTO bought_in_order SELECT * FROM kept_bought
WHERE epoch_us(date_trunc('month', happened_at)) BETWEEN $1 AND $2
ORDER BY date_trunc('month', happened_at), strand, happened_at, purchase_id, line;

-- bought_drop: What they were before.
DROP TABLE kept_bought;

-- bought_rename: And in its place.
ALTER TABLE bought_in_order RENAME TO kept_bought;

-- all_last: When the last event of strands was, some more than once.
DELETE FROM kept_last;

-- each_last: Once of each.
INSERT INTO kept_last SELECT strand, max(happened_at) FROM kept_event
WHERE strand <> 0 AND name NOT IN ('$purchase', '$return')
GROUP BY strand ORDER BY strand;

-- erase_lines: The lines of events that are to go.
DELETE FROM kept_line WHERE log_offset IN (
  SELECT log_offset FROM kept_event WHERE strand IN (SELECT strand FROM gone_strand)
  UNION ALL SELECT log_offset FROM gone_offset);

-- erase_report_lines: And those of reports.
DELETE FROM kept_report_line WHERE log_offset IN (
  SELECT log_offset FROM kept_event WHERE strand IN (SELECT strand FROM gone_strand)
  UNION ALL SELECT log_offset FROM gone_offset);

-- erase_events: The events of strands and offsets.
DELETE FROM kept_event
WHERE strand IN (SELECT strand FROM gone_strand)
  OR log_offset IN (SELECT log_offset FROM gone_offset);

-- erase_reports: And their reports.
DELETE FROM kept_report
WHERE strand IN (SELECT strand FROM gone_strand)
  OR log_offset IN (SELECT log_offset FROM gone_offset);

-- erase_facts: What was known of who held these strands.
DELETE FROM kept_fact WHERE person_id IN (
  SELECT person_id FROM kept_holding WHERE strand IN (SELECT strand FROM gone_strand));

-- erase_allowed: What they allowed.
DELETE FROM kept_allowed WHERE person_id IN (
  SELECT person_id FROM kept_holding WHERE strand IN (SELECT strand FROM gone_strand));

-- erase_bought: The lines of what these strands bought, or these records told of.
DELETE FROM kept_bought WHERE purchase_id IN (
  SELECT purchase_id FROM kept_purchase
  WHERE strand IN (SELECT strand FROM gone_strand)
    OR purchase_id IN (SELECT log_offset FROM gone_offset));

-- erase_purchases: And what they bought.
DELETE FROM kept_purchase
WHERE strand IN (SELECT strand FROM gone_strand)
  OR purchase_id IN (SELECT log_offset FROM gone_offset);

-- erase_holding: Who held these strands.
DELETE FROM kept_holding WHERE strand IN (SELECT strand FROM gone_strand);

-- erased: Bytes of what was erased may lie in the file still.
UPDATE standing SET unscrubbed = true;

-- days: Days on which events were received.
SELECT DISTINCT strftime(received_at, '%Y-%m-%d') AS day FROM kept_event ORDER BY day;

-- days_of: Those on which events of strands and offsets were received.
SELECT DISTINCT strftime(received_at, '%Y-%m-%d') AS day FROM kept_event
WHERE strand IN (SELECT strand FROM gone_strand)
  OR log_offset IN (SELECT log_offset FROM gone_offset)
ORDER BY day;

-- stands: The stamp of the copy, up to where it goes, and how much is out of order.
SELECT stamp, "offset", mark, loose, unscrubbed FROM standing;

-- begin: A new copy, of nothing.
INSERT INTO standing VALUES (?, 0, '', 0, false);

-- move: The copy goes up to an offset now.
UPDATE standing SET "offset" = ?, mark = ?, loose = loose + ?;

-- sorted: The copy is in order.
UPDATE standing SET loose = 0;

-- count: How many events there are.
SELECT count(*) FROM kept_event;

-- keep_events: What came since, by whom and when.
INSERT INTO kept_event SELECT * FROM tail_event ORDER BY strand, happened_at, log_offset;

-- keep_lines: What these events tell of goods.
INSERT INTO kept_line SELECT * FROM tail_line ORDER BY log_offset, line;

-- empty_dropped: Events of strands that were dropped are in none any more.
UPDATE kept_event SET strand = NULL FROM fix_dropped AS fix
WHERE kept_event.strand = fix.strand AND kept_event.log_offset < fix.before;

-- place: Events that were folded again are where they were folded.
UPDATE kept_event SET strand = fix.strand FROM fix_placed AS fix
WHERE kept_event.log_offset = fix.log_offset;

-- forget_people: What people hold who have changed, and strands that others hold now.
DELETE FROM kept_holding
WHERE person_id IN (SELECT person_id FROM tail_person)
  OR strand IN (SELECT strand FROM tail_holding);

-- forget_all_people: What all people hold.
DELETE FROM kept_holding;

-- keep_holding: What they hold now.
INSERT INTO kept_holding SELECT * FROM tail_holding;

-- in_order: All events, each person's beside one another and in order of time.
CREATE TABLE event_in_order AS SELECT * FROM kept_event ORDER BY strand, happened_at, log_offset;

-- drop_loose: What they were before.
DROP TABLE kept_event;

-- rename: And in its place.
ALTER TABLE event_in_order RENAME TO kept_event;

-- erase_lines: The lines of events that are to go.
DELETE FROM kept_line WHERE log_offset IN (
  SELECT log_offset FROM kept_event WHERE strand IN (SELECT strand FROM gone_strand)
  UNION ALL SELECT log_offset FROM gone_offset);

-- erase_events: The events of strands and offsets.
DELETE FROM kept_event
WHERE strand IN (SELECT strand FROM gone_strand)
  OR log_offset IN (SELECT log_offset FROM gone_offset);

-- erase_holding: Who held these strands.
DELETE FROM kept_holding WHERE strand IN (SELECT strand FROM gone_strand);

-- erased: Bytes of what was erased may lie in the file still.
UPDATE standing SET unscrubbed = true;

-- scrubbed: None do.
UPDATE standing SET unscrubbed = false;

-- days: Days on which events were received.
SELECT DISTINCT strftime(received_at, '%Y-%m-%d') AS day FROM kept_event ORDER BY day;

-- days_of: Those on which events of strands and offsets were received.
SELECT DISTINCT strftime(received_at, '%Y-%m-%d') AS day FROM kept_event
WHERE strand IN (SELECT strand FROM gone_strand)
  OR log_offset IN (SELECT log_offset FROM gone_offset)
ORDER BY day;

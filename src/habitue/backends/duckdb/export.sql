-- events: What was received on a day.
SELECT * FROM kept_event WHERE strftime(received_at, '%Y-%m-%d') = ?
ORDER BY log_offset;

-- lines: The products that it tells of.
SELECT line.* FROM (
  SELECT * FROM kept_line UNION ALL SELECT * FROM kept_report_line) AS line
JOIN kept_event AS event USING (log_offset)
WHERE strftime(event.received_at, '%Y-%m-%d') = ? ORDER BY log_offset, line.line;

-- holding: Which person holds a strand.
SELECT * FROM kept_holding ORDER BY person_id, strand;

-- people: Of how many people anything is known, nearly.
SELECT approx_count_distinct(person_id) FROM kept_holding;

-- turn: Some of the stale, whose turn it is.
CREATE TEMP TABLE stale_turn AS SELECT person_id FROM kept_stale ORDER BY person_id LIMIT ?;

-- turn_holding: What they are known by. Each of these is read once, for all that is made.
CREATE TEMP TABLE turn_holding AS
SELECT * FROM kept_holding SEMI JOIN stale_turn USING (person_id);

-- turn_event: What they did.
CREATE TEMP TABLE turn_event AS
SELECT log_offset, happened_at, strand, type, name, source, store, channel, came, device
FROM kept_event SEMI JOIN turn_holding USING (strand);

-- turn_line: Which goods that tells of.
CREATE TEMP TABLE turn_line AS
SELECT log_offset, line, product, category, brand FROM kept_line
WHERE log_offset IN (SELECT log_offset FROM turn_event)
UNION ALL SELECT log_offset, line, product, category, brand FROM kept_report_line
WHERE log_offset IN (SELECT log_offset FROM turn_event);

-- turn_report: And what was told of what they bought.
CREATE TEMP TABLE turn_report AS
SELECT * FROM kept_report SEMI JOIN turn_holding USING (strand);

-- see_events: Nothing else is seen then.
CREATE TEMP VIEW events AS SELECT * FROM turn_event;

-- see_lines: Nor other goods.
CREATE TEMP VIEW lines AS SELECT * FROM turn_line;

-- see_reports: Nor what others bought.
CREATE TEMP VIEW reports AS SELECT * FROM turn_report;

-- see_holding: Nor what others are known by.
CREATE TEMP VIEW holding AS SELECT * FROM turn_holding;

-- see_person: Of whom sessions are made.
CREATE TEMP VIEW stale_person AS SELECT person_id FROM stale_turn;

-- forget_sessions: What theirs were.
DELETE FROM kept_session WHERE person_id IN (SELECT person_id FROM stale_turn);

-- forget_looks: What they looked at.
DELETE FROM kept_look WHERE person_id IN (SELECT person_id FROM stale_turn);

-- forget_sides: And since when.
DELETE FROM kept_side WHERE person_id IN (SELECT person_id FROM stale_turn);

-- forget_walks: What led them to what they bought.
DELETE FROM kept_walk WHERE person_id IN (SELECT person_id FROM stale_turn);

-- forget_deeds: When they did what.
DELETE FROM kept_did WHERE person_id IN (SELECT person_id FROM stale_turn);

-- not_stale: They are as they would be.
DELETE FROM kept_stale WHERE person_id IN (SELECT person_id FROM stale_turn);

-- turned_report: What they bought is read.
DROP TABLE turn_report;

-- turned_line: So is what they did, with its goods.
DROP TABLE turn_line;

-- turned_event: And without.
DROP TABLE turn_event;

-- turned_holding: And what they are known by.
DROP TABLE turn_holding;

-- turned: Their turn is over.
DROP TABLE stale_turn;

-- events: Everything that was told, whosever it is; times are UTC.
CREATE TEMP VIEW events AS
SELECT * FROM kept_event UNION ALL SELECT * FROM tail_event;

-- lines: The products that an event tells of.
CREATE TEMP VIEW lines AS
SELECT * FROM kept_line UNION ALL SELECT * FROM tail_line;

-- holding: Which person holds a strand, at the offset of the answer.
CREATE TEMP VIEW holding AS
SELECT * FROM kept_holding
WHERE person_id NOT IN (SELECT person_id FROM tail_person)
  AND strand NOT IN (SELECT strand FROM tail_holding)
UNION ALL SELECT * FROM tail_holding;

-- person_events: The events that are somebody's, with whose they are.
CREATE TEMP VIEW person_events AS
SELECT holding.person_id, events.* FROM events JOIN holding USING (strand);

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

-- purchase_lines: What was bought with them, or brought back.
CREATE TEMP VIEW purchase_lines AS
SELECT * FROM kept_bought WHERE purchase_id NOT IN (
  SELECT purchase_id FROM kept_purchase WHERE key IN (SELECT key FROM tail_key))
UNION ALL SELECT * FROM tail_bought;

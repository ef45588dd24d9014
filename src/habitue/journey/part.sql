-- holding: Who holds a strand, of the people of a part.
SELECT * FROM temp.holding WHERE person_id BETWEEN $first_person AND $last_person;

-- stale_person: Of whom nothing is kept as it is now.
SELECT * FROM temp.stale_person WHERE person_id BETWEEN $first_person AND $last_person;

-- session_kept: Their sessions.
SELECT * FROM temp.session_kept WHERE person_id BETWEEN $first_person AND $last_person;

-- look_kept: What they looked at.
SELECT * FROM temp.look_kept WHERE person_id BETWEEN $first_person AND $last_person;

-- side_kept: Since when they are seen on a side.
SELECT * FROM temp.side_kept WHERE person_id BETWEEN $first_person AND $last_person;

-- walk_kept: What led to what they bought.
SELECT * FROM temp.walk_kept WHERE person_id BETWEEN $first_person AND $last_person;

-- did_kept: When they did what.
SELECT * FROM temp.did_kept WHERE person_id BETWEEN $first_person AND $last_person;

-- reports: All that was told of orders and receipts of which any report is theirs.
SELECT * FROM temp.reports WHERE object IN (
  SELECT object FROM temp.reports SEMI JOIN holding USING (strand));

-- reporter: Whoever these reports are of: the latest may be of somebody else, whose
-- the purchase is then.
SELECT strand, person_id FROM temp.holding SEMI JOIN reports USING (strand);

-- purchase: Purchases that are theirs.
SELECT * FROM ordered WHERE person_id BETWEEN $first_person AND $last_person;

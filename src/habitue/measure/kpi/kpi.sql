-- bought: Orders and receipts that count, each once, with whose they are, if known.
SELECT h.person_id, epoch_us(p.happened_at) AS at_us, p.currency,
  p.amount_minor AS amount, p.returned_minor AS returned, p.channel,
  coalesce(p.store, '') AS store,
  strftime(timezone($zone, timezone('UTC', p.happened_at)), '%Y-%m') AS month
FROM purchases AS p LEFT JOIN holding AS h USING (strand)
WHERE p.counted AND p.kind <> 'return' AND p.happened_at <= make_timestamp($now_us);

-- born: When each person first bought, in whatever currency.
SELECT person_id, min(at_us) AS first_us, min(month) AS cohort
FROM bought WHERE person_id IS NOT NULL GROUP BY person_id;

-- whose: What was bought, or what of it the people of a segment bought.
SELECT bought.*, born.first_us, born.cohort
FROM bought LEFT JOIN born USING (person_id)
WHERE $everybody OR person_id IN (SELECT person_id FROM meant);

-- sold: What was bought in the span; how often its buyer bought in it.
SELECT *, count(*) OVER (PARTITION BY person_id) AS of_buyer
FROM whose WHERE at_us >= $since_us AND at_us < $until_us;

-- buyer: Each buyer of a part of it; of none, what was bought by whom nobody knows.
SELECT GROUPING(month, channel, store) AS part,
  coalesce(month, channel, store, '') AS name, person_id, count(*) AS purchases,
  coalesce(bool_or(at_us = first_us), FALSE) AS is_new
FROM sold GROUP BY GROUPING SETS (
  (person_id), (month, person_id), (channel, person_id), (store, person_id));

-- people: Parts of the span in people; a buyer's first purchase may be in one alone.
SELECT part, name, CAST(sum(purchases) AS BIGINT) AS purchases,
  CAST(coalesce(sum(purchases) FILTER (WHERE person_id IS NULL), 0) AS BIGINT)
    AS unknown,
  count(person_id) AS buyers, CAST(count_if(is_new) AS BIGINT) AS new,
  count(person_id) FILTER (WHERE purchases >= 2) AS repeat,
  count(person_id) FILTER (WHERE purchases >= $loyal) AS loyal
FROM buyer GROUP BY part, name;

-- money: The same parts in money, by currency.
SELECT GROUPING(month, channel, store) AS part,
  coalesce(month, channel, store, '') AS name, currency, count(*) AS purchases,
  count(*) FILTER (WHERE person_id IS NULL) AS unknown,
  CAST(sum(amount) AS BIGINT) AS amount,
  CAST(coalesce(sum(amount) FILTER (WHERE person_id IS NULL), 0) AS BIGINT)
    AS unknown_amount,
  CAST(coalesce(sum(amount) FILTER (WHERE first_us >= $since_us), 0) AS BIGINT)
    AS new_amount,
  CAST(coalesce(sum(amount) FILTER (
    WHERE person_id IS NOT NULL AND of_buyer >= $loyal), 0) AS BIGINT) AS loyal_amount
FROM sold GROUP BY GROUPING SETS (
  (currency), (month, currency), (channel, currency), (store, currency));

-- day: What was bought on each day of the shop's zone.
SELECT strftime(timezone($zone, timezone('UTC', make_timestamp(at_us))), '%Y-%m-%d')
    AS day, count(*) AS purchases, count(DISTINCT person_id) AS buyers,
  CAST(coalesce(sum(amount) FILTER (WHERE currency = $currency), 0) AS BIGINT)
    AS amount
FROM sold GROUP BY day;

-- unkept: Of whom it is not kept, as it stands now, when they did what.
SELECT person_id FROM stale_person
UNION SELECT person_id FROM holding WHERE NOT EXISTS (SELECT stamp FROM session_rules);

-- returned: What came back in the span, by returns, and by orders refunded as such.
SELECT currency, CAST(sum(amount) AS BIGINT) AS amount FROM (
  SELECT p.currency, p.amount_minor AS amount
  FROM purchases AS p LEFT JOIN holding AS h USING (strand)
  WHERE p.counted AND p.kind = 'return' AND epoch_us(p.happened_at) >= $since_us
    AND epoch_us(p.happened_at) < $until_us
    AND p.happened_at <= make_timestamp($now_us)
    AND ($everybody OR h.person_id IN (SELECT person_id FROM meant))
  UNION ALL SELECT currency, returned FROM sold WHERE returned <> 0)
GROUP BY currency;

-- spent: What each buyer spent in the span, in one currency.
SELECT person_id, CAST(sum(amount) AS BIGINT) AS amount FROM sold
WHERE person_id IS NOT NULL AND currency = $currency GROUP BY person_id;

-- ranked: In which tenth of buyers each is, by average rank: equal money, equal tenth.
SELECT person_id, amount, 1 + CAST(
  10 * (2 * rank() OVER (ORDER BY amount) + count(*) OVER (PARTITION BY amount) - 2)
  // (2 * count(*) OVER ()) AS INTEGER) AS decile
FROM spent;

-- decile: The tenths of buyers; where many are equal, one may be empty.
SELECT decile, count(*) AS people, min(amount) AS low, max(amount) AS high,
  CAST(sum(amount) AS BIGINT) AS amount
FROM ranked GROUP BY decile;

-- cohort: Who first bought in a month, and how many of them bought in it and later.
SELECT cohort, month, count(DISTINCT person_id) AS people, count(*) AS purchases,
  CAST(coalesce(sum(amount) FILTER (WHERE currency = $currency), 0) AS BIGINT)
    AS amount
FROM whose WHERE first_us >= $months_since_us AND at_us < $months_until_us
GROUP BY cohort, month;

-- currency: In which currency most was bought.
SELECT currency FROM bought WHERE at_us >= $since_us AND at_us < $until_us
GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1;

-- all_sums: Sums of one moment, told apart by their sort.
SELECT 'people' AS sort, * FROM people
UNION ALL BY NAME SELECT 'money' AS sort, * FROM money
UNION ALL BY NAME SELECT 'day' AS sort, * FROM day
UNION ALL BY NAME SELECT 'returned' AS sort, * FROM returned
UNION ALL BY NAME SELECT 'decile' AS sort, * FROM decile
UNION ALL BY NAME SELECT 'cohort' AS sort, * FROM cohort;

-- placed: What was bought in the span by store: by whom nobody knows, and by how many.
SELECT coalesce(p.store, '') AS store, count(*) AS purchases,
  count(*) FILTER (WHERE h.person_id IS NULL) AS unknown,
  count(DISTINCT h.person_id) AS buyers
FROM purchases AS p LEFT JOIN holding AS h USING (strand)
WHERE p.counted AND p.kind <> 'return' AND p.happened_at >= make_timestamp($since_us)
  AND p.happened_at < make_timestamp($until_us)
  AND p.happened_at <= make_timestamp($now_us)
GROUP BY ALL;

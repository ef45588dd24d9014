-- asked_day: The days asked for, from which moment to before which: each is compared as
-- it is, since to say of what happened which day of the zone it was takes far longer.
SELECT unnest($days) AS day, make_timestamp(unnest($days_since_us)) AS since_at,
  make_timestamp(unnest($days_until_us)) AS until_at;

-- visit: What people and devices did online; what is a robot's or the staff's is
-- marked, and counts for nothing.
SELECT strand, source, happened_at FROM events
WHERE strand <> 0 AND marked IS NULL AND channel IN (@online@)
  AND type IN (@act_types@) AND name NOT IN (@ours@);

-- visited: On which of the days asked for who was there online, people and devices.
SELECT DISTINCT h.person_id, v.source, d.day
FROM visit AS v
JOIN asked_day AS d ON v.happened_at >= d.since_at AND v.happened_at < d.until_at
JOIN holding AS h USING (strand)
WHERE v.happened_at >= make_timestamp($since_us)
  AND v.happened_at < make_timestamp($until_us)
  AND v.happened_at <= make_timestamp($now_us);

-- sale: Orders, receipts and returns of these days that count, with whose they are, if
-- known.
SELECT p.object, p.kind, epoch_us(p.happened_at) AS at_us, p.source, p.channel,
  coalesce(p.store, '') AS store, p.currency, p.amount_minor, p.returned_minor,
  p.simulated, h.person_id, p.kind = 'receipt' AND p.channel NOT IN (@online@) AS till,
  d.day
FROM purchases AS p
JOIN asked_day AS d ON p.happened_at >= d.since_at AND p.happened_at < d.until_at
LEFT JOIN holding AS h USING (strand)
WHERE p.counted AND p.happened_at >= make_timestamp($since_us)
  AND p.happened_at < make_timestamp($until_us)
  AND p.happened_at <= make_timestamp($now_us);

-- today_sums: Of each day how many visitors and receipts of stores there were.
SELECT 'visitors' AS sort, day, count(DISTINCT person_id) AS count,
  coalesce(bool_or(list_contains($played, source)), FALSE) AS simulated
FROM visited GROUP BY day
UNION ALL BY NAME SELECT 'receipts' AS sort, day, count(*) AS count,
  coalesce(bool_or(simulated), FALSE) AS simulated
FROM sale WHERE till GROUP BY day;

-- till_receipt: The receipts of stores that count.
SELECT happened_at FROM purchases
WHERE counted AND kind = 'receipt' AND channel NOT IN (@online@);

-- known_before: Whether any of them are known from before the days asked for.
SELECT EXISTS (
    SELECT 1 FROM visit WHERE happened_at < make_timestamp($since_us)) AS visitors,
  EXISTS (SELECT 1 FROM till_receipt WHERE happened_at < make_timestamp($since_us))
    AS receipts;

-- known_since: From when on any are known, of those asked for through the last day.
SELECT 'visitors' AS sort,
  strftime(timezone($zone, timezone('UTC', min(happened_at))), '%Y-%m-%d') AS day
FROM visit WHERE happened_at < make_timestamp($until_us)
UNION ALL BY NAME SELECT 'receipts' AS sort,
  strftime(timezone($zone, timezone('UTC', min(happened_at))), '%Y-%m-%d') AS day
FROM till_receipt WHERE happened_at < make_timestamp($until_us);

-- visited: On which of the days asked for who was there online, people and devices;
-- what is a robot's or the staff's is marked, and counts for nothing.
SELECT DISTINCT h.person_id, e.source,
  strftime(timezone($zone, timezone('UTC', e.happened_at)), '%Y-%m-%d') AS day
FROM events AS e JOIN holding AS h USING (strand)
WHERE e.strand <> 0 AND e.marked IS NULL AND e.channel IN (@online@)
  AND e.type IN (@act_types@) AND e.name NOT IN (@ours@)
  AND e.happened_at >= make_timestamp($since_us)
  AND e.happened_at < make_timestamp($until_us)
  AND e.happened_at <= make_timestamp($now_us)
  AND list_contains($days,
    strftime(timezone($zone, timezone('UTC', e.happened_at)), '%Y-%m-%d'));

-- sale: Orders, receipts and returns that count, with whose they are, if known.
SELECT p.object, p.kind, epoch_us(p.happened_at) AS at_us, p.source, p.channel,
  coalesce(p.store, '') AS store, p.currency, p.amount_minor, p.returned_minor,
  p.simulated, h.person_id, p.kind = 'receipt' AND p.channel NOT IN (@online@) AS till,
  strftime(timezone($zone, timezone('UTC', p.happened_at)), '%Y-%m-%d') AS day
FROM purchases AS p LEFT JOIN holding AS h USING (strand)
WHERE p.counted AND p.happened_at >= make_timestamp($since_us)
  AND p.happened_at < make_timestamp($until_us)
  AND p.happened_at <= make_timestamp($now_us);

-- today_sums: Of each day how many visitors and receipts of stores there were; and
-- since when any are known.
SELECT 'visitors' AS sort, day, count(DISTINCT person_id) AS count,
  coalesce(bool_or(list_contains($played, source)), FALSE) AS simulated
FROM visited GROUP BY day
UNION ALL BY NAME SELECT 'receipts' AS sort, day, count(*) AS count,
  coalesce(bool_or(simulated), FALSE) AS simulated
FROM sale WHERE till AND list_contains($days, day) GROUP BY day
UNION ALL BY NAME SELECT 'visitors_since' AS sort,
  strftime(timezone($zone, timezone('UTC', min(happened_at))), '%Y-%m-%d') AS day,
  count(*) AS count, FALSE AS simulated
FROM events WHERE strand <> 0 AND marked IS NULL AND channel IN (@online@)
  AND type IN (@act_types@) AND name NOT IN (@ours@)
UNION ALL BY NAME SELECT 'receipts_since' AS sort,
  strftime(timezone($zone, timezone('UTC', min(happened_at))), '%Y-%m-%d') AS day,
  count(*) AS count, FALSE AS simulated
FROM purchases WHERE counted AND kind = 'receipt' AND channel NOT IN (@online@);

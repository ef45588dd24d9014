-- plain_sessions: Sessions by their pauses alone: what each began with, column by column.
SELECT count(*) AS n, sum(hash(COLUMNS(*))) FROM (
  SELECT h.person_id, e.channel, e.happened_at, e.log_offset, e.came, e.device, e.name,
    e.happened_at - lag(e.happened_at) OVER (
      PARTITION BY h.person_id, e.channel ORDER BY e.happened_at, e.log_offset) AS gap
  FROM events AS e JOIN holding AS h USING (strand) WHERE e.channel = 'web')
WHERE gap IS NULL OR gap > INTERVAL 30 MINUTE;

-- plain_funnel: Who looked, put something in the basket after it, and bought after it.
WITH viewed AS MATERIALIZED (
  SELECT h.person_id, min(e.happened_at) AS first
  FROM events AS e JOIN holding AS h USING (strand)
  WHERE e.name = 'Product Viewed' GROUP BY h.person_id),
added AS MATERIALIZED (
  SELECT v.person_id, min(e.happened_at) AS first FROM viewed AS v
  JOIN holding AS h ON h.person_id = v.person_id JOIN events AS e USING (strand)
  WHERE e.name = 'Product Added' AND e.happened_at > v.first GROUP BY v.person_id),
paid AS (
  SELECT b.person_id, min(r.happened_at) AS first FROM added AS b
  JOIN holding AS h ON h.person_id = b.person_id JOIN events AS r USING (strand)
  WHERE r.name = 'Receipt Issued' AND r.happened_at > b.first GROUP BY b.person_id)
SELECT 0 AS step, count(*) AS people FROM viewed
UNION ALL SELECT 1, count(*) FROM added UNION ALL SELECT 2, count(*) FROM paid;

-- plain_paths: What people did in 30 days before each receipt, as paths of sessions.
SELECT path, count(*) AS purchases, sum(amount) AS amount FROM (
  SELECT r.log_offset, any_value(r.amount_minor) AS amount,
    list(s.channel ORDER BY s.happened_at) AS path
  FROM events AS r JOIN holding AS h USING (strand) JOIN (
    SELECT person_id, channel, happened_at FROM (
      SELECT h.person_id, e.channel, e.happened_at,
        e.happened_at - lag(e.happened_at) OVER (
          PARTITION BY h.person_id, e.channel
          ORDER BY e.happened_at, e.log_offset) AS gap
      FROM events AS e JOIN holding AS h USING (strand) WHERE e.channel = 'web')
    WHERE gap IS NULL OR gap > INTERVAL 30 MINUTE) AS s
    ON s.person_id = h.person_id
    AND s.happened_at BETWEEN r.happened_at - INTERVAL 30 DAY AND r.happened_at
  WHERE r.name = 'Receipt Issued' GROUP BY r.log_offset)
GROUP BY path ORDER BY purchases DESC LIMIT 100;

-- plain_ropo: Lines of receipts whose product was looked at in 30 days before.
SELECT b.product, b.store, date_trunc('month', b.happened_at) AS month,
  count(*) AS lines, sum(b.amount_minor) AS amount
FROM (
  SELECT h.person_id, l.product, r.store, l.amount_minor, r.happened_at FROM events AS r
  JOIN holding AS h USING (strand) JOIN lines AS l USING (log_offset)
  WHERE r.name = 'Receipt Issued') AS b
ASOF JOIN (
  SELECT h.person_id, l.product, e.happened_at FROM events AS e
  JOIN holding AS h USING (strand) JOIN lines AS l USING (log_offset)
  WHERE e.name = 'Product Viewed') AS s
  ON s.person_id = b.person_id AND s.product = b.product
  AND b.happened_at > s.happened_at
WHERE s.happened_at >= b.happened_at - INTERVAL 30 DAY GROUP BY ALL;

-- plain_handovers: People who did anything online and came to no store after, by month.
SELECT date_trunc('month', shown) AS month, count(*) AS people FROM (
  SELECT h.person_id, max(e.happened_at) FILTER (WHERE e.channel = 'web') AS shown,
    max(e.happened_at) FILTER (WHERE e.channel IN ('pos', 'store')) AS came
  FROM events AS e JOIN holding AS h USING (strand) GROUP BY h.person_id)
WHERE shown IS NOT NULL AND (came IS NULL OR came < shown) GROUP BY ALL;

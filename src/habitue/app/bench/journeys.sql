-- plain_sessions: Sessions by their pauses alone.
SELECT count(*) AS n FROM (
  SELECT e.happened_at - lag(e.happened_at) OVER (
    PARTITION BY h.person_id, e.channel ORDER BY e.happened_at, e.log_offset) AS gap
  FROM events AS e JOIN holding AS h USING (strand) WHERE e.channel = 'web')
WHERE gap IS NULL OR gap > INTERVAL 30 MINUTE;

-- plain_funnel: Who looked, put something in the basket after it, and bought after it.
SELECT count(*) AS n FROM (
  SELECT b.person_id, min(r.happened_at) AS first FROM (
    SELECT v.person_id, min(e.happened_at) AS first FROM (
      SELECT h.person_id, min(e.happened_at) AS first
      FROM events AS e JOIN holding AS h USING (strand)
      WHERE e.name = 'Product Viewed' GROUP BY h.person_id) AS v
    JOIN holding AS h ON h.person_id = v.person_id JOIN events AS e USING (strand)
    WHERE e.name = 'Product Added' AND e.happened_at > v.first GROUP BY v.person_id) AS b
  JOIN holding AS h ON h.person_id = b.person_id JOIN events AS r USING (strand)
  WHERE r.name = 'Receipt Issued' AND r.happened_at > b.first GROUP BY b.person_id);

-- plain_paths: What people did in 30 days before each receipt, as paths of sessions.
SELECT count(*) AS n FROM (
  SELECT path, count(*) AS purchases FROM (
    SELECT r.log_offset, list(s.channel ORDER BY s.happened_at) AS path
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
  GROUP BY path ORDER BY purchases DESC LIMIT 100);

-- plain_ropo: Lines of receipts whose product was looked at in 30 days before.
SELECT count(*) AS n FROM (
  SELECT h.person_id, l.product, r.happened_at FROM events AS r
  JOIN holding AS h USING (strand) JOIN lines AS l USING (log_offset)
  WHERE r.name = 'Receipt Issued') AS b
ASOF JOIN (
  SELECT h.person_id, l.product, e.happened_at FROM events AS e
  JOIN holding AS h USING (strand) JOIN lines AS l USING (log_offset)
  WHERE e.name = 'Product Viewed') AS s
  ON s.person_id = b.person_id AND s.product = b.product
  AND b.happened_at > s.happened_at
WHERE s.happened_at >= b.happened_at - INTERVAL 30 DAY;

-- plain_handovers: People who looked and compared online and came to no store after.
SELECT count(*) AS n FROM (
  SELECT h.person_id, max(e.happened_at) FILTER (WHERE e.channel = 'web') AS shown,
    max(e.happened_at) FILTER (WHERE e.channel = 'pos') AS came
  FROM events AS e JOIN holding AS h USING (strand) GROUP BY h.person_id)
WHERE came IS NULL OR came < shown;

-- shown: Signs of the intentions asked for, shown on the side asked for.
SELECT holding.person_id, epoch_us(e.happened_at) AS at_us, e.log_offset, e.name
FROM events AS e JOIN holding USING (strand)
WHERE e.strand <> 0 AND list_contains($signs, e.name)
  AND list_contains($shown_in, e.channel) AND NOT list_contains($played, e.source)
  AND e.happened_at >= make_timestamp($since_us)
  AND e.happened_at < make_timestamp($until_us)
  AND e.happened_at <= make_timestamp($now_us);

-- arrival: When people came to where they are waited for, or bought.
SELECT holding.person_id, epoch_us(e.happened_at) AS at_us
FROM events AS e JOIN holding USING (strand)
WHERE NOT $for_purchase AND e.strand <> 0 AND list_contains($missing_in, e.channel)
  AND NOT list_contains($played, e.source)
  AND e.happened_at >= make_timestamp($since_us)
  AND e.happened_at <= make_timestamp($now_us)
UNION ALL
SELECT holding.person_id, epoch_us(p.happened_at) AS at_us
FROM purchases AS p JOIN holding USING (strand)
WHERE $for_purchase AND p.counted AND p.kind <> 'return'
  AND NOT list_contains($played, p.source)
  AND p.happened_at >= make_timestamp($since_us)
  AND p.happened_at <= make_timestamp($now_us);

-- spell: All that one person showed until they came, if they did.
SELECT person_id, min(at_us) AS first_us, max(at_us) AS last_us, count(*) AS signs,
  came_us, arg_max(name, (at_us, log_offset)) AS last_sign
FROM (
  SELECT s.*, c.at_us AS came_us FROM shown AS s
  ASOF LEFT JOIN arrival AS c ON c.person_id = s.person_id AND s.at_us < c.at_us)
GROUP BY person_id, came_us;

-- handover: Each with what came of it by now.
SELECT *, CASE WHEN came_us <= first_us + $days_us THEN 'kept'
  WHEN came_us IS NULL AND $now_us < first_us + $days_us THEN 'open'
  ELSE 'lost' END AS fate
FROM spell;

-- handover_sums: How many were kept, lost and are open, by what was shown last.
SELECT last_sign, fate, came_us IS NOT NULL AS came, count(*) AS handovers,
  count(DISTINCT person_id) AS people
FROM handover GROUP BY ALL;

-- handover_people: How many people lost one, and how many of them are waited for still.
SELECT count(DISTINCT person_id) AS people,
  count(DISTINCT person_id) FILTER (WHERE fate = 'kept') AS kept,
  count(DISTINCT person_id) FILTER (WHERE fate = 'open') AS open,
  count(DISTINCT person_id) FILTER (WHERE fate = 'lost') AS lost,
  count(DISTINCT person_id) FILTER (WHERE fate = 'lost' AND came_us IS NULL) AS missing,
  CAST(quantile_disc(came_us - first_us, 0.5) FILTER (WHERE fate = 'kept') AS BIGINT)
    AS median_us
FROM handover;

-- handover_months: By the month in which it was shown first.
SELECT strftime(timezone($zone, timezone('UTC', make_timestamp(first_us))), '%Y-%m')
  AS month, fate, count(*) AS handovers
FROM handover GROUP BY ALL;

-- handover_all: All of these at once.
SELECT 'sum' AS sort, * FROM handover_sums
UNION ALL BY NAME SELECT 'people' AS sort, * FROM handover_people
UNION ALL BY NAME SELECT 'month' AS sort, * FROM handover_months;

-- handover_lost: Who got lost, the latest first; came_at of who came later on.
SELECT person_id, make_timestamp(first_us) AS shown_at,
  make_timestamp(last_us) AS last_shown_at, signs, last_sign,
  make_timestamp(came_us) AS came_at
FROM handover WHERE fate = 'lost'
ORDER BY came_us IS NOT NULL, first_us DESC, person_id;

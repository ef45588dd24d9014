-- unlisted: Of whom is not kept when they did what that counts: it has changed since,
-- or some of it is simulated.
SELECT person_id FROM stale
UNION SELECT holding.person_id FROM events AS e JOIN holding USING (strand)
  JOIN (SELECT unnest(CAST($played AS VARCHAR[])) AS source) AS p USING (source);

-- told_of: What these did of it, and where.
SELECT held.person_id, epoch_us(e.happened_at) AS at_us, e.name, e.channel
FROM events AS e JOIN (
  SELECT strand, person_id FROM holding SEMI JOIN unlisted USING (person_id)) AS held
  USING (strand)
WHERE e.strand <> 0 AND NOT list_contains($played, e.source)
  AND (list_contains($signs, e.name) OR list_contains($missing_in, e.channel));

-- shown: Signs of the intentions asked for, shown on the side asked for, by their place
-- among the signs: a number, as there are many.
SELECT * FROM (
  SELECT person_id, unnest(times) AS at_us,
    CAST(list_position($signs, name) AS BIGINT) AS sign
  FROM did_kept ANTI JOIN unlisted USING (person_id)
  WHERE list_contains($signs, name) AND list_contains($shown_in, channel)
  UNION ALL SELECT person_id, at_us, list_position($signs, name) FROM told_of
  WHERE list_contains($signs, name) AND list_contains($shown_in, channel))
WHERE at_us >= $since_us AND at_us < $until_us AND at_us <= $now_us;

-- arrival: When people came to where they are waited for, or bought.
SELECT * FROM (
  SELECT person_id, unnest(times) AS at_us
  FROM did_kept ANTI JOIN unlisted USING (person_id)
  WHERE NOT $for_purchase AND list_contains($missing_in, channel)
  UNION ALL SELECT person_id, at_us FROM told_of
  WHERE NOT $for_purchase AND list_contains($missing_in, channel)
  UNION ALL SELECT holding.person_id, epoch_us(p.happened_at)
  FROM purchases AS p JOIN holding USING (strand)
  WHERE $for_purchase AND p.counted AND p.kind <> 'return'
    AND NOT list_contains($played, p.source))
WHERE at_us >= $since_us AND at_us <= $now_us;

-- spell: All that one person showed until they came, if they did. Of signs at one
-- moment the last is that behind the others in order, of fewer than 256.
SELECT person_id, min(at_us) AS first_us, max(at_us) AS last_us, count(*) AS signs,
  came_us, $signs[max(at_us * 256 + sign) - max(at_us) * 256] AS last_sign
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

-- handover_people: How many people lost one, and how many of them are waited for still;
-- and how long each took that was kept.
SELECT count(DISTINCT person_id) AS people,
  count(DISTINCT person_id) FILTER (WHERE fate = 'kept') AS kept,
  count(DISTINCT person_id) FILTER (WHERE fate = 'open') AS open,
  count(DISTINCT person_id) FILTER (WHERE fate = 'lost') AS lost,
  count(DISTINCT person_id) FILTER (WHERE fate = 'lost' AND came_us IS NULL) AS missing,
  list(came_us - first_us) FILTER (WHERE fate = 'kept') AS took
FROM handover;

-- handover_months: By the month in which it was shown first.
SELECT strftime(timezone($zone, timezone('UTC', make_timestamp(first_us))), '%Y-%m')
  AS month, fate, count(*) AS handovers
FROM handover GROUP BY ALL;

-- handover_counts: All of these at once.
SELECT 'sum' AS sort, * FROM handover_sums
UNION ALL BY NAME SELECT 'people' AS sort, * FROM handover_people
UNION ALL BY NAME SELECT 'month' AS sort, * FROM handover_months;

-- handover_gathered: What was found so of each part of people.
SELECT * FROM handover_counts;

-- handover_took: How long it took in the middle; eight bytes each are held for it.
SELECT quantile_disc(took_us, 0.5) AS median_us
FROM (SELECT unnest(took) AS took_us FROM handover_gathered);

-- handover_all: And what it adds up to: a person is in one part.
SELECT added.*, median_us FROM (
  SELECT sort, last_sign, fate, came, month, CAST(sum(handovers) AS BIGINT) AS handovers,
    CAST(sum(people) AS BIGINT) AS people, CAST(sum(kept) AS BIGINT) AS kept,
    CAST(sum(open) AS BIGINT) AS open, CAST(sum(lost) AS BIGINT) AS lost,
    CAST(sum(missing) AS BIGINT) AS missing
  FROM handover_gathered GROUP BY ALL) AS added
LEFT JOIN handover_took ON sort = 'people';

-- handover_last: Of a part no more than are asked for of all.
SELECT * FROM handover WHERE fate = 'lost'
ORDER BY came_us IS NOT NULL, first_us DESC, person_id LIMIT $lost_max;

-- lost_gathered: What was found so of each part.
SELECT * FROM handover_last;

-- handover_lost: Who got lost, the latest first; came_at of who came later on.
SELECT person_id, make_timestamp(first_us) AS shown_at,
  make_timestamp(last_us) AS last_shown_at, signs, last_sign,
  make_timestamp(came_us) AS came_at
FROM lost_gathered
ORDER BY came_us IS NOT NULL, first_us DESC, person_id LIMIT $lost_max;

-- handover_missing: Who got lost and has not come since, the latest first.
SELECT person_id, first_us, signs, last_sign FROM lost_gathered
WHERE came_us IS NULL ORDER BY first_us DESC, person_id LIMIT $lost_max;

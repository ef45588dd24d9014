-- spent: Orders of known people, for which the days after them are over.
SELECT person_id, at_us, amount FROM purchase
WHERE place = 'online' AND currency = $currency AND person_id IS NOT NULL
  AND at_us >= $since_us AND at_us < $until_us - $days_us;

-- followed: Receipts within the days after the last order before them.
SELECT r.object, r.person_id, r.amount FROM (
  SELECT * FROM purchase WHERE place = 'store' AND currency = $currency
    AND person_id IS NOT NULL AND at_us < $until_us) AS r
ASOF JOIN spent AS s ON s.person_id = r.person_id AND r.at_us > s.at_us
WHERE r.at_us <= s.at_us + $days_us;

-- store_receipts: How many receipts of the span are of known people, and of nobody.
SELECT count(person_id) AS known, count(*) - count(person_id) AS unmatched,
  CAST(coalesce(sum(amount) FILTER (WHERE person_id IS NULL), 0) AS BIGINT) AS unknown
FROM purchase WHERE place = 'store' AND currency = $currency
  AND at_us >= $since_us AND at_us < $until_us;

-- influence_observed: What was spent online, and in stores after it.
SELECT CAST(coalesce((SELECT sum(amount) FROM spent), 0) AS BIGINT) AS online,
  CAST(coalesce((SELECT sum(amount) FROM followed), 0) AS BIGINT) AS store,
  unknown, (SELECT count(*) FROM spent) AS orders,
  (SELECT count(*) FROM followed) AS receipts, known, unmatched
FROM store_receipts;

-- orderer: Who ordered in the span, and when first, in order of person.
SELECT person_id, index_us, row_number() OVER (ORDER BY person_id) - 1 AS place FROM (
  SELECT person_id, min(at_us) AS index_us FROM spent GROUP BY person_id);

-- met: Since when somebody is known, by a session or a purchase.
SELECT person_id, min(at_us) AS since_us FROM (
  SELECT person_id, at_us FROM purchase WHERE person_id IS NOT NULL
  UNION ALL SELECT person_id, since_us FROM session)
GROUP BY person_id;

-- indexed: Each orderer at the first order; and others at one of these moments, taken
-- by their number, so that both stand at the same days. Others are who was known for a
-- day by then and had not ordered yet: what somebody did later makes nobody one of them.
SELECT person_id, index_us, TRUE AS ordered,
  since_us <= index_us - 86400000000 AS was_known
FROM orderer JOIN met USING (person_id)
UNION ALL
SELECT met.person_id, i.index_us, FALSE, TRUE FROM met
JOIN orderer AS i
  ON i.place = (met.person_id % 1048573 * 2654435761) % (SELECT count(*) FROM orderer)
LEFT JOIN orderer AS own ON own.person_id = met.person_id
WHERE met.since_us <= i.index_us - 86400000000
  AND (own.index_us IS NULL OR own.index_us > i.index_us);

-- watched: Until when each is looked at: all of the days, and of others no longer than
-- until they order, too.
SELECT i.person_id, i.index_us, i.ordered, i.was_known,
  coalesce(min(p.at_us), i.index_us + $days_us) AS end_us
FROM indexed AS i LEFT JOIN purchase AS p ON NOT i.ordered
  AND p.person_id = i.person_id AND p.currency = $currency AND p.place = 'online'
  AND p.at_us > i.index_us AND p.at_us <= i.index_us + $days_us
GROUP BY i.person_id, i.index_us, i.ordered, i.was_known;

-- compared: What each spent after it, and what was known of them before it; watched is
-- the part of the days that they are looked at.
SELECT i.person_id, i.index_us, i.ordered, i.was_known,
  (i.end_us - i.index_us) / $days_us AS watched,
  CAST(coalesce(sum(p.amount) FILTER (WHERE i.ordered AND p.place = 'online'
    AND p.at_us BETWEEN i.index_us AND i.index_us + $days_us), 0) AS BIGINT) AS online,
  CAST(coalesce(sum(p.amount) FILTER (WHERE p.place = 'store'
    AND p.at_us > i.index_us AND p.at_us <= i.end_us), 0) AS BIGINT) AS store,
  CAST(coalesce(sum(p.amount) FILTER (WHERE p.place = 'store' AND p.at_us < i.index_us
    AND p.at_us >= i.index_us - $before_us), 0) AS BIGINT) AS money_before,
  count(*) FILTER (WHERE p.place = 'store' AND p.at_us < i.index_us
    AND p.at_us >= i.index_us - $before_us) AS receipts_before,
  count(*) FILTER (WHERE p.place = 'online' AND p.at_us < i.index_us
    AND p.at_us >= i.index_us - $before_us) AS orders_before
FROM watched AS i LEFT JOIN purchase AS p
  ON p.person_id = i.person_id AND p.currency = $currency
  AND p.at_us BETWEEN i.index_us - $before_us AND i.index_us + $days_us
GROUP BY i.person_id, i.index_us, i.ordered, i.was_known, i.end_us;

-- variation: Who was told to have seen which arm of which experiment, and when.
SELECT holding.person_id, epoch_us(e.happened_at) AS at_us,
  json_extract_string(e.properties, '$.experiment_id') AS experiment,
  coalesce(json_extract_string(e.properties, '$.variation'),
    json_extract_string(e.properties, '$.variation_id')) AS arm,
  json_extract_string(e.properties, '$.channel') AS channel,
  TRY_CAST(json_extract_string(e.properties, '$.variation_share') AS DOUBLE) AS share
FROM events AS e JOIN holding USING (strand)
WHERE e.name = 'Experiment Viewed' AND NOT list_contains($played, e.source)
  AND e.happened_at >= make_timestamp($since_us)
  AND e.happened_at < make_timestamp($until_us);

-- chosen: The experiment asked for, or else the largest with a control group.
SELECT coalesce(nullif($experiment, ''), (SELECT experiment FROM variation
  WHERE experiment IN (SELECT experiment FROM variation WHERE arm = $control)
  GROUP BY experiment ORDER BY count(DISTINCT person_id) DESC, experiment LIMIT 1), '')
  AS experiment;

-- came: When people first came in the span: as if chance had assigned them then.
SELECT person_id, min(since_us) AS index_us, '' AS arm, 1 AS arms
FROM touch WHERE contact <> 'pos' GROUP BY person_id;

-- assigned: To which arm of an experiment chance assigned each person, and when first.
SELECT person_id, min(at_us) AS index_us, min(arm) AS arm, count(DISTINCT arm) AS arms
FROM variation JOIN chosen USING (experiment) GROUP BY person_id;

-- arm_share: The part of all that each arm was to have, where it was told and stood.
SELECT arm, CASE WHEN min(share) = max(share) THEN min(share) END AS share
FROM variation JOIN chosen USING (experiment)
WHERE share > 0 AND isfinite(share) GROUP BY arm;

-- led: What each person spent in the days after the assignment. Who saw two arms is
-- of none; who was assigned too late for the days to be over is not asked yet.
SELECT a.person_id, a.arm,
  CAST(coalesce(sum(p.amount) FILTER (WHERE p.place = 'store'), 0) AS BIGINT) AS store,
  CAST(coalesce(sum(p.amount) FILTER (WHERE p.place = 'online'), 0) AS BIGINT) AS online
FROM assigned AS a LEFT JOIN purchase AS p
  ON p.person_id = a.person_id AND p.currency = $currency
  AND p.at_us >= a.index_us AND p.at_us <= a.index_us + $days_us
WHERE a.arms = 1 AND a.arm IS NOT NULL AND a.index_us < $until_us - $days_us
GROUP BY a.person_id, a.arm;

-- influence_led: The arms, by sums and sums of squares.
SELECT any_value(experiment) AS experiment, arm, any_value(share) AS share,
  count(*) AS people, CAST(sum(store) AS DOUBLE) AS store,
  sum(CAST(store AS DOUBLE) * store) AS store2, CAST(sum(online) AS DOUBLE) AS online,
  sum(CAST(online AS DOUBLE) * online) AS online2,
  sum(CAST(store AS DOUBLE) * online) AS products
FROM led LEFT JOIN arm_share USING (arm), chosen GROUP BY arm ORDER BY arm;

-- influence: All three tiers at once, so that they are of one moment.
SELECT 'observed' AS sort, * FROM influence_observed
UNION ALL BY NAME SELECT 'compared' AS sort, person_id, index_us, ordered,
  was_known, watched, online AS spent, store AS after, money_before, receipts_before, orders_before
FROM compared
UNION ALL BY NAME SELECT 'led' AS sort, experiment, arm, share, people, store AS store_sum, store2,
  online AS online_sum, online2, products
FROM influence_led;

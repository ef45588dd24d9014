-- lost: The touchpoints of those who bought nothing after them.
SELECT s.person_id, list(s.channel ORDER BY s.since_us, s.log_offset) AS path
FROM touch AS s LEFT JOIN (
  SELECT person_id, max(at_us) AS last_us FROM bought GROUP BY person_id) AS b
  USING (person_id)
WHERE s.contact <> 'pos' AND (b.last_us IS NULL OR s.since_us > b.last_us)
GROUP BY s.person_id;

-- path: Each path, how many bought by it and for how much, and how many did not.
SELECT path, CAST(sum(conversions) AS BIGINT) AS conversions,
  CAST(sum(amount) AS BIGINT) AS amount, CAST(sum(nulls) AS BIGINT) AS nulls
FROM (
  SELECT path, 1 AS conversions, amount, 0 AS nulls FROM journey
  WHERE currency = $currency AND ($place = '' OR place = $place)
  UNION ALL SELECT path, 0, 0, 1 FROM lost)
GROUP BY path;

-- stepped: Each step of each path.
SELECT *, path[position] AS channel, len(path) AS length
FROM (SELECT *, unnest(range(1, len(path) + 1)) AS position FROM path);

-- tally_spots: What paths with a channel in a spot brought.
SELECT channel, length, position = 1 AS is_first, position = length AS is_last,
  CAST(sum(conversions) AS BIGINT) AS conversions, CAST(sum(amount) AS BIGINT) AS amount
FROM stepped WHERE conversions > 0 GROUP BY ALL;

-- tally_sets: The same by the channels of a path; none, of what nothing led to.
SELECT list_sort(list_distinct(path)) AS channels,
  CAST(sum(conversions) AS BIGINT) AS conversions, CAST(sum(amount) AS BIGINT) AS amount
FROM path WHERE conversions > 0 GROUP BY ALL;

-- tally_steps: How many went from a state to the next channel, or to an end.
SELECT state, next, CAST(sum(weight) AS BIGINT) AS weight FROM (
  SELECT path[greatest(position - $order, 1):position - 1] AS state, channel AS next,
    conversions + nulls AS weight
  FROM stepped
  UNION ALL
  SELECT path[greatest(len(path) - $order + 1, 1):], '>bought', conversions
  FROM path WHERE len(path) > 0 AND conversions > 0
  UNION ALL
  SELECT path[greatest(len(path) - $order + 1, 1):], '>lost', nulls
  FROM path WHERE len(path) > 0 AND nulls > 0)
GROUP BY ALL;

-- tally_decay: What each channel gets by how long before the purchase it was met.
SELECT channel, sum(weight / total) AS conversions, sum(amount * weight / total) AS amount
FROM (
  SELECT channel, amount, weight, sum(weight) OVER (PARTITION BY object) AS total
  FROM (
    SELECT object, touch.channel AS channel, amount,
      pow(2.0, -(at_us - touch.since_us) / CAST($half_life_us AS DOUBLE)) AS weight
    FROM (SELECT *, unnest(met) AS touch FROM journey)
    WHERE currency = $currency AND ($place = '' OR place = $place)))
GROUP BY channel;

-- tally_unknown: What was bought by whom nobody knows.
SELECT count(*) AS conversions, CAST(coalesce(sum(amount), 0) AS BIGINT) AS amount
FROM purchase WHERE person_id IS NULL AND at_us >= $since_us AND at_us < $until_us
  AND currency = $currency AND ($place = '' OR place = $place);

-- tally_counts: All that is known of people, at once, so that it is of one moment and
-- counted once.
SELECT 'spot' AS sort, channel, length, is_first, is_last, conversions, amount
FROM tally_spots
UNION ALL BY NAME SELECT 'set' AS sort, channels, conversions, amount FROM tally_sets
UNION ALL BY NAME SELECT 'step' AS sort, state, next, weight FROM tally_steps
UNION ALL BY NAME
SELECT 'decay' AS sort, channel, conversions AS part, amount AS money FROM tally_decay;

-- tally_gathered: What was found so of each part of people.
SELECT * FROM tally_counts;

-- tally: And what it adds up to: a person is in one part, and nobody in none.
SELECT sort, channel, length, is_first, is_last, channels, state, next,
  CAST(sum(conversions) AS BIGINT) AS conversions, CAST(sum(amount) AS BIGINT) AS amount,
  CAST(sum(weight) AS BIGINT) AS weight, sum(part) AS part, sum(money) AS money
FROM tally_gathered GROUP BY ALL
UNION ALL BY NAME SELECT 'unknown' AS sort, conversions, amount FROM tally_unknown;

-- goal: Who did what is looked for in the days after the assignment, if anything is.
SELECT DISTINCT a.person_id FROM assigned AS a JOIN holding USING (person_id)
JOIN events AS e USING (strand)
WHERE $outcome <> '' AND CASE WHEN e.name = '' THEN e.type ELSE e.name END = $outcome
  AND NOT list_contains($played, e.source)
  AND epoch_us(e.happened_at) BETWEEN a.index_us AND a.index_us + $days_us;

-- tested: What each person of an experiment did after the assignment and before it.
-- Who saw two arms is of none; who was assigned too late for the days to be over is
-- not asked yet.
SELECT a.person_id, a.arm,
  CAST(coalesce(sum(p.amount) FILTER (WHERE p.at_us >= a.index_us), 0) AS DOUBLE)
    AS money,
  CAST(count(*) FILTER (WHERE p.at_us >= a.index_us) AS DOUBLE) AS purchases,
  -- What was known before: money, how often, both as they fade, days since the last.
  CAST(coalesce(sum(p.amount) FILTER (WHERE p.at_us < a.index_us), 0) AS DOUBLE) AS x1,
  CAST(count(*) FILTER (WHERE p.at_us < a.index_us) AS DOUBLE) AS x2,
  coalesce(sum(p.amount * pow(2, (p.at_us - a.index_us) / $fading_us))
    FILTER (WHERE p.at_us < a.index_us), 0) AS x3,
  coalesce(sum(pow(2, (p.at_us - a.index_us) / $fading_us))
    FILTER (WHERE p.at_us < a.index_us), 0) AS x4,
  (a.index_us - coalesce(max(p.at_us) FILTER (WHERE p.at_us < a.index_us),
    a.index_us - $before_us)) / 86400000000 AS x5,
  a.person_id IN (SELECT person_id FROM goal) AS did
FROM assigned AS a LEFT JOIN purchase AS p
  ON p.person_id = a.person_id AND p.currency = $currency
  AND p.at_us >= a.index_us - $before_us AND p.at_us <= a.index_us + $days_us
WHERE a.arms = 1 AND a.arm IS NOT NULL AND a.index_us < $until_us - $days_us
GROUP BY a.person_id, a.arm, a.index_us;

-- arm_sums: The arms, by sums, sums of squares and of products.
SELECT arm, count(*) AS people,
  CAST(count_if(purchases > 0) AS BIGINT) AS bought,
  CAST(count_if(purchases > 1) AS BIGINT) AS again,
  CAST(count_if(purchases >= $loyal) AS BIGINT) AS loyal,
  CAST(count_if(did) AS BIGINT) AS did,
  sum(money) AS money, sum(money * money) AS money2, @cleared_sums@,
  sum(purchases) AS purchases, sum(purchases * purchases) AS purchases2,
  sum(money * purchases) AS worth
FROM tested GROUP BY arm;

-- experiment: And how large each was to be.
SELECT arm_sums.*, share FROM arm_sums LEFT JOIN arm_share USING (arm) ORDER BY arm;

-- strays: Who saw more than one arm, and is of none.
SELECT count(*) AS strays FROM assigned WHERE arms > 1;

-- experiment_all: Both at once.
SELECT 'arm' AS sort, * FROM experiment
UNION ALL BY NAME SELECT 'strays' AS sort, strays AS people FROM strays;

-- experiment_seen: Which experiments people were assigned to, the largest first.
SELECT experiment, coalesce(min(channel), '') AS channel,
  count(DISTINCT person_id) AS people, min(at_us) AS first_us, max(at_us) AS last_us,
  list_sort(list(DISTINCT arm) FILTER (WHERE arm IS NOT NULL))[1:$arms_max] AS arms,
  bool_or(coalesce(arm = $control, FALSE)) AS has_control
FROM variation WHERE experiment IS NOT NULL GROUP BY experiment
ORDER BY people DESC, experiment LIMIT $seen_max;

-- purchase_in: Purchases of known people, each with the session that it was made in.
SELECT p.object, p.person_id, p.at_us, p.lines_at, p.place AS side,
  CASE WHEN p.at_us <= s.until_us + $idle_us THEN s.log_offset END AS made_in
FROM (SELECT * FROM purchase WHERE person_id IS NOT NULL
  AND at_us >= $since_us AND at_us < $until_us) AS p
ASOF LEFT JOIN touch AS s
  ON s.person_id = p.person_id AND s.side = p.place AND p.at_us >= s.since_us;

-- meant: Sessions with their intention; '' where nothing tells of one.
SELECT person_id, since_us, until_us, log_offset, contact, side, names, best, intent,
  @intent_is_sure@ AS is_sure FROM (
  SELECT *, @intent_of_best@ AS intent FROM (
    SELECT *, @intent_best@ AS best FROM (
      SELECT * REPLACE (buy + CASE WHEN log_offset IN (
        SELECT made_in FROM purchase_in WHERE made_in IS NOT NULL)
        THEN @intent_bought@ ELSE 0 END AS buy)
      FROM touch)));

-- intent_step: Sessions whose intention is known, and purchases made in none.
SELECT person_id, since_us AS at_us, log_offset, side, intent FROM meant
WHERE intent <> ''
UNION ALL
SELECT person_id, at_us, coalesce(lines_at, 0), side, 'buy' FROM purchase_in
WHERE made_in IS NULL;

-- moved: Where people went from each step, and how long after.
SELECT person_id, intent, side, at_us,
  CASE WHEN next_us - at_us <= $window_us THEN next_intent END AS next,
  CASE WHEN next_us - at_us <= $window_us THEN next_side END AS next_side,
  next_us IS NULL AND at_us + $window_us >= $until_us AS is_open
FROM (
  SELECT *, lead(intent) OVER way AS next_intent, lead(side) OVER way AS next_side,
    lead(at_us) OVER way AS next_us
  FROM intent_step WINDOW way AS (
    PARTITION BY person_id ORDER BY at_us, log_offset, side, intent));

-- intent_moves: How often from each intention and side to each, or to nowhere.
SELECT intent, side, next, next_side, is_open, count(*) AS count
FROM moved GROUP BY ALL;

-- intent_people: How many people had an intention, and how far they came.
SELECT intent, count(*) AS people FROM (
  SELECT DISTINCT person_id, intent FROM intent_step) GROUP BY intent;

-- intent_far: How far each person came, the furthest of buying.
SELECT person_id, max(CASE intent WHEN 'search' THEN 1 WHEN 'compare' THEN 2
  WHEN 'recommend' THEN 3 WHEN 'buy' THEN 4 ELSE 0 END) AS reach
FROM intent_step GROUP BY person_id;

-- intent_reach: How many people came so far.
SELECT reach, count(*) AS people FROM intent_far GROUP BY reach;

-- intent_known: Of how many sessions the intention is known.
SELECT contact, intent, is_sure, count(*) AS sessions FROM meant GROUP BY ALL;

-- intent_bag: Sessions by what was done in them.
SELECT names, contact, intent, is_sure, person_id % 5 AS fold, count(*) AS sessions
FROM meant GROUP BY ALL;

-- alone_ways: How many ways were walked alone, by tenths of them.
SELECT CAST(floor(10.0 * alone / touches) AS BIGINT) AS tenth, count(*) AS ways,
  CAST(sum(alone) AS BIGINT) AS alone, CAST(sum(touches) AS BIGINT) AS touches
FROM journey WHERE touches > 0 GROUP BY tenth;

-- alone_categories: The same by what was bought; a way counts once for each category.
SELECT category, CAST(floor(10.0 * alone / touches) AS BIGINT) AS tenth,
  count(*) AS ways, CAST(sum(alone) AS BIGINT) AS alone,
  CAST(sum(touches) AS BIGINT) AS touches
FROM (
  SELECT DISTINCT j.object, j.alone, j.touches, s.category
  FROM journey AS j JOIN sold AS s USING (object)
  WHERE j.touches > 0 AND s.category <> '')
GROUP BY category, tenth;

-- intent_counts: All of these at once, so that they are of one moment.
SELECT 'move' AS sort, * FROM intent_moves
UNION ALL BY NAME SELECT 'people' AS sort, * FROM intent_people
UNION ALL BY NAME SELECT 'reach' AS sort, * FROM intent_reach
UNION ALL BY NAME SELECT 'known' AS sort, * FROM intent_known
UNION ALL BY NAME SELECT 'bag' AS sort, * FROM intent_bag
UNION ALL BY NAME SELECT 'alone' AS sort, * FROM alone_ways
UNION ALL BY NAME SELECT 'category' AS sort, * FROM alone_categories;

-- intent_gathered: What was found so of each part of people.
SELECT * FROM intent_counts;

-- intent_sums: And what it adds up to: a person is in one part.
SELECT sort, intent, side, next, next_side, is_open, reach, contact, is_sure, names,
  fold, tenth, category, CAST(sum(count) AS BIGINT) AS count,
  CAST(sum(people) AS BIGINT) AS people, CAST(sum(sessions) AS BIGINT) AS sessions,
  CAST(sum(ways) AS BIGINT) AS ways, CAST(sum(alone) AS BIGINT) AS alone,
  CAST(sum(touches) AS BIGINT) AS touches
FROM intent_gathered GROUP BY ALL;

-- intent_all: All of it; of what was done in sessions the most frequent.
SELECT * FROM intent_sums WHERE sort <> 'bag'
UNION ALL (SELECT * FROM intent_sums WHERE sort = 'bag'
  ORDER BY sessions DESC, names, contact, intent, is_sure, fold LIMIT $bags_max);

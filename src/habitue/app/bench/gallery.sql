-- plain_steps: Who viewed something, put something into the cart in a week after it,
-- and bought in a month after that, all in half a year: by joins of all with all.
SELECT count(DISTINCT v.person_id) AS n FROM (
  SELECT h.person_id, epoch_us(e.happened_at) AS t
  FROM events AS e JOIN holding AS h USING (strand) WHERE e.name = 'Product Viewed'
    AND epoch_us(e.happened_at) > $since_us AND epoch_us(e.happened_at) <= $now_us) AS v
JOIN (
  SELECT h.person_id, epoch_us(e.happened_at) AS t
  FROM events AS e JOIN holding AS h USING (strand) WHERE e.name = 'Product Added'
    AND epoch_us(e.happened_at) > $since_us AND epoch_us(e.happened_at) <= $now_us) AS a
  ON a.person_id = v.person_id AND a.t > v.t AND a.t < v.t + 7 * $day_us
JOIN (
  SELECT h.person_id, epoch_us(e.happened_at) AS t
  FROM purchases AS e JOIN holding AS h USING (strand) WHERE e.kind <> 'return'
    AND e.counted
    AND epoch_us(e.happened_at) > $since_us AND epoch_us(e.happened_at) <= $now_us) AS b
  ON b.person_id = a.person_id AND b.t > a.t AND b.t < a.t + 30 * $day_us;

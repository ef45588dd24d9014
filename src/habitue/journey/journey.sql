-- way: How somebody came to a page, as rules for channels say; one row a way told.
SELECT came, @channel@ AS channel, campaign FROM (
  SELECT came,
    coalesce(json_extract_string(came, '$.referrer'), '') AS referrer,
    coalesce(json_extract_string(came, '$.source'), '') AS source,
    coalesce(json_extract_string(came, '$.medium'), '') AS medium,
    coalesce(json_extract_string(came, '$.campaign'), '') AS campaign,
    coalesce(json_extract_string(came, '$.path'), '') AS path,
    coalesce(CAST(json_extract(came, '$.params') AS VARCHAR[]), []) AS params
  FROM (SELECT DISTINCT came FROM events WHERE came IS NOT NULL));

-- act: What customers did, each act with whose it is and where it was done.
SELECT *,
  CASE WHEN contact IN (@online@) THEN contact ELSE contact || '/' || store END AS place,
  CASE WHEN contact IN (@online@) AND channel NOT IN ('', 'direct')
    THEN channel || chr(31) || campaign ELSE '' END AS mark,
  CAST(timezone($zone, timezone('UTC', happened_at)) AS DATE) AS day
FROM (
  SELECT holding.person_id, e.happened_at, epoch_us(e.happened_at) AS at_us, e.log_offset,
    e.channel AS contact, coalesce(e.store, '') AS store,
    coalesce(way.channel, '') AS channel, coalesce(way.campaign, '') AS campaign,
    coalesce(e.device, '') AS device, e.name,
    e.channel IN (@spoken@) OR e.name IN (@spoken_names@) AS spoken
  FROM events AS e JOIN holding USING (strand) LEFT JOIN way USING (came)
  WHERE e.type IN (@act_types@) AND e.name NOT IN (@ours@)
    -- A till's or a system's word of a purchase is no act that led to it.
    AND (e.name NOT IN (@reports@) OR e.channel IN (@online@))
    AND NOT list_contains($played, e.source)
    AND e.happened_at >= make_timestamp($since_us - $lead_us)
    AND e.happened_at < make_timestamp($until_us));

-- gapped: Where a pause or midnight ends a session.
SELECT *,
  coalesce(at_us - lag(at_us) OVER here > $idle_us
    OR ($at_midnight AND day <> lag(day) OVER here), TRUE) AS gap
FROM act
WINDOW here AS (PARTITION BY person_id, place ORDER BY at_us, log_offset);

-- blocked: What lies between two pauses, numbered.
SELECT *, count_if(gap) OVER (
  PARTITION BY person_id, place ORDER BY at_us, log_offset
  ROWS UNBOUNDED PRECEDING) AS block
FROM gapped;

-- cut: Where somebody came by another channel or campaign, too.
SELECT *,
  gap OR ($on_campaign AND mark <> '' AND mark <> coalesce(
    last_value(nullif(mark, '') IGNORE NULLS) OVER (
      PARTITION BY person_id, place, block ORDER BY at_us, log_offset
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), '')) AS is_cut
FROM blocked;

-- numbered: Each act with the number of its session in its place.
SELECT *, count_if(is_cut) OVER (
  PARTITION BY person_id, place ORDER BY at_us, log_offset
  ROWS UNBOUNDED PRECEDING) AS number
FROM cut;

-- session: A time that somebody spent in one place; its first act is the one that cut.
SELECT person_id, since_us, until_us, log_offset, contact, store,
  CASE WHEN contact NOT IN (@online@) THEN contact
    WHEN mark IS NULL THEN 'direct'
    ELSE string_split(mark, chr(31))[1] END AS channel,
  CASE WHEN mark IS NULL THEN '' ELSE string_split(mark, chr(31))[2] END AS campaign,
  coalesce(device, '') AS device, acts, spoken, day
FROM (
  SELECT person_id, min(at_us) AS since_us, max(at_us) AS until_us,
    any_value(log_offset) FILTER (WHERE is_cut) AS log_offset,
    any_value(contact) AS contact,
    CASE WHEN any_value(contact) IN (@online@) THEN '' ELSE any_value(store) END AS store,
    arg_min(nullif(mark, ''), (at_us, log_offset)) FILTER (WHERE mark <> '') AS mark,
    arg_min(device, (at_us, log_offset)) FILTER (WHERE device <> '') AS device,
    count(*) AS acts, bool_or(spoken) AS spoken,
    any_value(day) FILTER (WHERE is_cut) AS day
  FROM numbered GROUP BY person_id, place, number);

-- touch: Sessions that began in the span asked for.
SELECT * FROM session WHERE since_us >= $since_us;

-- purchase: Orders and receipts, each once, as the latest report that says it has it.
SELECT * FROM (
  SELECT object, min(epoch_us(e.happened_at)) AS at_us,
    -- A receipt is a till's, unless it says that it was issued online.
    CASE WHEN arg_min(e.channel, (e.happened_at, e.log_offset)) IN (@online@)
      THEN 'online' WHEN starts_with(object, 'r/') OR
      arg_min(e.channel, (e.happened_at, e.log_offset)) IN ('pos', 'store')
      THEN 'store' ELSE 'online' END AS place,
    coalesce(arg_max(amount_minor, (e.happened_at, e.log_offset)) FILTER (
      WHERE amount_minor IS NOT NULL AND name <> 'Order Cancelled'), 0) AS amount,
    coalesce(arg_max(currency, (e.happened_at, e.log_offset)) FILTER (
      WHERE currency IS NOT NULL), 'XXX') AS currency,
    coalesce(arg_max(e.store, (e.happened_at, e.log_offset)) FILTER (
      WHERE e.store IS NOT NULL), '') AS store,
    arg_max(holding.person_id, (e.happened_at, e.log_offset)) FILTER (
      WHERE holding.person_id IS NOT NULL) AS person_id,
    coalesce(arg_max(status, (e.happened_at, e.log_offset)) FILTER (
      WHERE status IS NOT NULL), '') AS status,
    arg_max(e.log_offset, (e.happened_at, e.log_offset)) FILTER (
      WHERE name <> 'Order Cancelled' AND has_lines) AS lines_at,
    bool_or(e.verified OR list_contains($trusting, e.source)) AS is_sure
  FROM (
    SELECT *, log_offset IN (SELECT log_offset FROM lines) AS has_lines FROM events
    WHERE object IS NOT NULL AND strand IS NOT NULL AND name IN (@reports@)
      AND NOT list_contains($played, source)) AS e
  LEFT JOIN holding USING (strand)
  GROUP BY object)
WHERE is_sure AND status <> 'cancelled';

-- bought: Purchases in the span asked for, with the person's one before.
SELECT * FROM (
  SELECT *, lag(at_us) OVER (PARTITION BY person_id ORDER BY at_us, object) AS before_us
  FROM purchase WHERE person_id IS NOT NULL)
WHERE at_us >= $since_us AND at_us < $until_us;

-- walked: The touchpoints of each purchase, in order.
SELECT b.person_id, b.object, b.at_us, b.place, b.amount, b.currency,
  s.since_us, s.log_offset, s.channel, s.device, s.spoken, s.day,
  row_number() OVER (
    PARTITION BY b.object ORDER BY s.since_us, s.log_offset) AS step
FROM bought AS b LEFT JOIN session AS s ON s.person_id = b.person_id
  AND s.contact <> 'pos' AND s.since_us BETWEEN b.at_us - $window_us AND b.at_us
  AND (b.before_us IS NULL OR s.since_us > b.before_us);

-- journey: The way to each purchase.
SELECT person_id, object, at_us, place, amount, currency,
  coalesce(at_us - min(since_us), 0) AS length_us,
  count(since_us) AS touches, count(DISTINCT day) AS days,
  count(DISTINCT nullif(device, '')) AS devices,
  coalesce(min(step) FILTER (WHERE spoken) - 1, count(since_us)) AS alone,
  coalesce(list(channel ORDER BY step) FILTER (WHERE since_us IS NOT NULL), []) AS path
FROM walked GROUP BY person_id, object, at_us, place, amount, currency;

-- currency: In which currency most was bought.
SELECT currency FROM purchase WHERE at_us >= $since_us AND at_us < $until_us
GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1;

-- way_sums: All ways, by where the purchase was made.
SELECT place, count(*) AS purchases, CAST(count_if(touches > 0) AS BIGINT) AS touched,
  CAST(sum(touches) AS BIGINT) AS touches, CAST(sum(alone) AS BIGINT) AS alone,
  CAST(count_if(touches > 0 AND alone = touches) AS BIGINT) AS all_alone,
  CAST(quantile_disc(length_us, 0.5) FILTER (WHERE touches > 0) AS BIGINT)
    AS length_us_median,
  CAST(quantile_disc(days, 0.5) FILTER (WHERE touches > 0) AS BIGINT) AS days_median,
  CAST(count_if(devices > 1) AS BIGINT) AS several_devices
FROM journey GROUP BY place;

-- top_path: The paths most people bought by, repeats drawn together.
SELECT steps, count(*) AS purchases, CAST(sum(amount) AS BIGINT) AS amount FROM (
  SELECT amount, list_transform(
    list_filter(range(1, len(path) + 1), lambda i: i = 1 OR path[i] <> path[i - 1]),
    lambda i: path[i]) AS steps
  FROM journey WHERE currency = $currency)
GROUP BY steps ORDER BY purchases DESC, steps LIMIT $paths_max;

-- journey_all: Both at once.
SELECT 'sums' AS sort, * FROM way_sums
UNION ALL BY NAME SELECT 'path' AS sort, * FROM top_path;

-- stale: People of whom no sessions are kept that would be made so now.
SELECT person_id FROM stale_person
UNION SELECT person_id FROM holding
WHERE $session_stamp NOT IN (SELECT stamp FROM session_rules);

-- acted: What they did, ever: a session is whole, whatever days are asked for.
SELECT held.person_id, epoch_us(e.happened_at) AS at_us, e.log_offset,
  e.channel AS contact, coalesce(e.store, '') AS store, e.came,
  coalesce(e.device, '') AS device, e.name,
  e.channel IN (@spoken@) OR e.name IN (@spoken_names@) AS spoken
FROM events AS e JOIN (
  SELECT strand, person_id FROM holding SEMI JOIN stale USING (person_id)) AS held
  USING (strand)
WHERE e.type IN (@act_types@) AND e.name NOT IN (@ours@)
  -- A till's or a system's word of a purchase is no act that led to it.
  AND (e.name NOT IN (@reports@) OR e.channel IN (@online@))
  AND NOT list_contains($played, e.source);

-- way: How they came to a page, as rules for channels say; one row a way told.
SELECT came, @channel@ AS channel, campaign FROM (
  SELECT came,
    coalesce(json_extract_string(came, '$.referrer'), '') AS referrer,
    coalesce(json_extract_string(came, '$.source'), '') AS source,
    coalesce(json_extract_string(came, '$.medium'), '') AS medium,
    coalesce(json_extract_string(came, '$.campaign'), '') AS campaign,
    coalesce(json_extract_string(came, '$.path'), '') AS path,
    coalesce(CAST(json_extract(came, '$.params') AS VARCHAR[]), []) AS params
  FROM (SELECT DISTINCT came FROM acted WHERE came IS NOT NULL));

-- act: Each act with where it was done, and by what somebody came anew; in order, as
-- the tables down to `numbered` go from each act to the one behind it (OVER ()): one
-- sort is made for all of them, by a pass that the engine keeps in order.
SELECT *,
  CASE WHEN contact IN (@online@) THEN contact ELSE contact || '/' || store END AS place,
  CASE WHEN contact IN (@online@) AND channel NOT IN ('', 'direct')
    THEN channel || chr(31) || campaign ELSE '' END AS mark,
  CAST(timezone($zone, timezone('UTC', make_timestamp(at_us))) AS DATE) AS day
FROM (
  SELECT acted.*, coalesce(way.channel, '') AS channel,
    coalesce(way.campaign, '') AS campaign
  FROM acted LEFT JOIN way USING (came))
ORDER BY person_id, place, at_us, log_offset;

-- gapped: Where somebody's acts in a place begin, and a pause or midnight ends a session.
SELECT *, row_number() OVER () AS nth,
  coalesce(lag(person_id) OVER () <> person_id OR lag(place) OVER () <> place
    OR at_us - lag(at_us) OVER () > $idle_us
    OR ($at_midnight AND day <> lag(day) OVER ()), TRUE) AS gap
FROM act;

-- blocked: Which act began what lies between two pauses, and by which they came last.
SELECT *, max(nth) FILTER (WHERE gap) OVER (ROWS UNBOUNDED PRECEDING) AS block,
  max(nth) FILTER (WHERE mark <> '') OVER (ROWS UNBOUNDED PRECEDING) AS marked,
  arg_max(mark, nth) FILTER (WHERE mark <> '') OVER (ROWS UNBOUNDED PRECEDING)
    AS mark_last
FROM gapped;

-- cut: Where somebody came by another channel or campaign, too: an act that tells a way
-- begins a session, unless the last one that told it since the pause told the same.
SELECT *,
  gap OR ($on_campaign AND mark <> '' AND NOT coalesce(
    lag(marked) OVER () >= block AND lag(mark_last) OVER () = mark, FALSE)) AS is_cut
FROM blocked;

-- numbered: Each act with the number of its session, and its own.
SELECT *, count_if(is_cut) OVER (ROWS UNBOUNDED PRECEDING) AS number FROM cut;

-- signed: Of which intentions an act's name is a sign, and its place among all names.
SELECT name, row_number() OVER (ORDER BY name) AS word, @intent_signs@
FROM (SELECT DISTINCT name FROM acted);

-- worded: All names, each at its place: numbers are gone through sooner than texts.
SELECT list(name ORDER BY word) AS words FROM signed;

-- looked_at: The product that an act of looking tells of.
SELECT log_offset, product FROM lines
WHERE line = 0 AND product <> '' AND log_offset IN (
  SELECT log_offset FROM acted WHERE name IN (@intent_viewed@));

-- session_anew: A time that somebody spent in one place; its first act is the one
-- that cut. What its acts give each intention stands beside it.
SELECT * EXCLUDE (mark, words) REPLACE (
    CASE WHEN contact IN (@online@) THEN '' ELSE store END AS store,
    coalesce(device, '') AS device,
    list_select(words, list_sort(list_distinct(names))) AS names),
  CASE WHEN contact NOT IN (@online@) THEN contact
    WHEN mark IS NULL THEN 'direct'
    ELSE string_split(mark, chr(31))[1] END AS channel,
  CASE WHEN mark IS NULL THEN '' ELSE string_split(mark, chr(31))[2] END AS campaign,
  CASE WHEN contact IN (@online@) THEN 'online' WHEN contact IN (@offline@)
    THEN 'store' ELSE contact END AS side
FROM (
  SELECT any_value(person_id) AS person_id, min(at_us) AS since_us,
    max(at_us) AS until_us, any_value(log_offset) FILTER (WHERE is_cut) AS log_offset,
    any_value(contact) AS contact, any_value(store) AS store,
    arg_min(mark, nth) FILTER (WHERE mark <> '') AS mark,
    arg_min(device, nth) FILTER (WHERE device <> '') AS device,
    count(*) AS acts, bool_or(spoken) AS spoken,
    any_value(day) FILTER (WHERE is_cut) AS day,
    list(word) AS names, @intent_points@
  FROM numbered LEFT JOIN looked_at USING (log_offset) JOIN signed USING (name)
  GROUP BY number) CROSS JOIN worded;

-- did_anew: Each moment, in order, at which somebody did what, by its name (its type
-- where it has none) and by the contact.
SELECT held.person_id, coalesce(nullif(e.name, ''), e.type) AS name, e.channel,
  list_sort(list(epoch_us(e.happened_at))) AS times
FROM events AS e JOIN (
  SELECT strand, person_id FROM holding SEMI JOIN stale USING (person_id)) AS held
  USING (strand)
WHERE e.strand <> 0 GROUP BY ALL;

-- session: Those that are kept, and those of whom has changed since, made anew.
SELECT * FROM session_kept ANTI JOIN stale USING (person_id)
UNION ALL BY NAME SELECT * FROM session_anew;

-- touch: Sessions that began in the span asked for.
SELECT * FROM session WHERE since_us >= $since_us AND since_us < $until_us;

-- reporter: Who holds the strands that reports are of.
SELECT strand, person_id FROM holding;

-- report: What was told of orders and receipts, and by whom if known; nth is their
-- order, as one number: to compare two takes twice as long.
SELECT r.object, epoch_us(r.happened_at) AS at_us, r.log_offset, r.name, r.source,
  r.channel, r.store, r.status, r.currency, r.amount_minor, r.has_lines,
  r.verified OR list_contains($trusting, r.source) AS is_sure, reporter.person_id,
  CAST(epoch_us(r.happened_at) AS HUGEINT) * 9223372036854775808 + r.log_offset AS nth
FROM reports AS r LEFT JOIN reporter USING (strand)
WHERE r.strand IS NOT NULL AND r.name IN (@reports@)
  AND NOT list_contains($played, r.source);

-- ordered: Orders and receipts, each once, as the latest report that says it has it.
SELECT * REPLACE (
    -- A receipt is a till's, unless it says that it was issued online.
    CASE WHEN place IN (@online@) THEN 'online'
      WHEN starts_with(object, 'r/') OR place IN ('pos', 'store') THEN 'store'
      ELSE 'online' END AS place)
FROM (
  SELECT object, min(at_us) AS at_us, arg_min(channel, nth) AS place,
    coalesce(arg_max(amount_minor, nth) FILTER (
      WHERE amount_minor IS NOT NULL AND name <> 'Order Cancelled'), 0) AS amount,
    coalesce(arg_max(currency, nth) FILTER (WHERE currency IS NOT NULL), 'XXX')
      AS currency,
    coalesce(arg_max(store, nth) FILTER (WHERE store IS NOT NULL), '') AS store,
    arg_max(person_id, nth) FILTER (WHERE person_id IS NOT NULL) AS person_id,
    coalesce(arg_max(status, nth) FILTER (WHERE status IS NOT NULL), '') AS status,
    arg_max(log_offset, nth) FILTER (WHERE name <> 'Order Cancelled' AND has_lines)
      AS lines_at,
    arg_max(source, nth) FILTER (WHERE name <> 'Order Cancelled' AND has_lines)
      AS lines_source,
    bool_or(is_sure) AS is_sure
  FROM report GROUP BY object)
WHERE is_sure AND status <> 'cancelled';

-- purchase: All of these.
SELECT * FROM ordered;

-- bought: Purchases in the span asked for, with the person's one before and after.
SELECT * FROM (
  SELECT *, lag(at_us) OVER mine AS before_us, row_number() OVER mine AS number,
    lead(at_us) OVER mine AS next_us, lead(place) OVER mine AS next_place
  FROM purchase WHERE person_id IS NOT NULL
  WINDOW mine AS (PARTITION BY person_id ORDER BY at_us, object))
WHERE at_us >= $since_us AND at_us < $until_us;

-- buyer: Who bought, and since and until when what they saw before it may be.
SELECT person_id, min(at_us) - $window_us AS from_us, max(at_us) AS until_us
FROM purchase
WHERE person_id IS NOT NULL AND at_us >= $since_us AND at_us < $until_us
GROUP BY person_id;

-- wanted: Of whom looks are made anew; where they are kept, of whom is told besides.
SELECT person_id FROM stale SEMI JOIN buyer USING (person_id);

-- wanted_until: Until when what they saw may have led to a purchase, whatever days are
-- asked for: a purchase is made no later than any report of it.
SELECT person_id, max(epoch_us(r.happened_at)) AS until_us
FROM reports AS r JOIN holding USING (strand) SEMI JOIN wanted USING (person_id)
WHERE r.name IN (@reports@) AND NOT list_contains($played, r.source)
GROUP BY person_id;

-- walk_anew: What may have led to what somebody bought: their sessions, in order of
-- what they begin with, the time and the offset. At the till nobody is led anywhere.
SELECT person_id, list_sort(list({'since_us': since_us, 'log_offset': log_offset,
  'channel': channel, 'device': device, 'spoken': spoken, 'day': day})) AS met
FROM session_anew SEMI JOIN wanted_until USING (person_id)
WHERE contact <> 'pos' GROUP BY person_id;

-- walk: What is kept of it, and of buyers who have changed since, made anew.
SELECT * FROM walk_kept ANTI JOIN stale USING (person_id)
UNION ALL BY NAME SELECT * FROM walk_anew;

-- walked: Each purchase with its touchpoints, in order.
SELECT b.person_id, b.object, b.at_us, b.place, b.amount, b.currency,
  coalesce(list_filter(w.met,
    lambda one: one.since_us BETWEEN b.from_us AND b.at_us), []) AS met
FROM (
  SELECT *, greatest(at_us - $window_us, before_us + 1) AS from_us FROM bought) AS b
LEFT JOIN walk AS w USING (person_id);

-- journey: The way to each purchase.
SELECT *, coalesce(at_us - met[1].since_us, 0) AS length_us, len(met) AS touches,
  list_unique(list_transform(met, lambda one: one.day)) AS days,
  list_unique(list_transform(met, lambda one: nullif(one.device, ''))) AS devices,
  coalesce(list_position(list_transform(met, lambda one: one.spoken), TRUE) - 1,
    len(met)) AS alone,
  list_transform(met, lambda one: one.channel) AS path
FROM walked;

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

-- drawn: The way to each purchase, repeats drawn together.
SELECT person_id, amount, currency,
  list_filter(path, lambda one, i: i = 1 OR one <> path[i - 1]) AS steps
FROM journey;

-- top_path: The paths most people bought by.
SELECT steps, count(*) AS purchases, CAST(sum(amount) AS BIGINT) AS amount
FROM drawn WHERE currency = $currency
GROUP BY steps ORDER BY purchases DESC, steps LIMIT $paths_max;

-- went_on: What came after each purchase: the next one, online or in a store, within
-- the days; none within them; or open, while they are not over.
SELECT place, CASE WHEN next_us - at_us <= $after_us THEN next_place
    WHEN at_us + $after_us <= $now_us THEN 'none' ELSE 'open' END AS next,
  count(*) AS purchases,
  CAST(count_if(at_us + $after_us <= $now_us) AS BIGINT) AS over,
  CAST(quantile_disc(next_us - at_us, 0.5) AS BIGINT) AS next_us_median
FROM bought GROUP BY ALL;

-- first_met: When, and by which channel, each buyer came first, ever.
SELECT person_id, met[1].since_us AS since_us, met[1].channel AS channel
FROM walk SEMI JOIN bought USING (person_id);

-- first_bought: Who bought for the first time, by the channel of their first contact;
-- empty where nothing is known of them before the purchase.
SELECT coalesce(m.channel, '') AS channel, count(*) AS people,
  CAST(quantile_disc(b.at_us - m.since_us, 0.5) AS BIGINT) AS length_us_median
FROM (SELECT * FROM bought WHERE number = 1) AS b
LEFT JOIN first_met AS m ON m.person_id = b.person_id AND m.since_us <= b.at_us
GROUP BY ALL;

-- journey_all: All of it at once.
SELECT 'sums' AS sort, * FROM way_sums
UNION ALL BY NAME SELECT 'path' AS sort, * FROM top_path
UNION ALL BY NAME SELECT 'after' AS sort, * FROM went_on
UNION ALL BY NAME SELECT 'first' AS sort, * FROM first_bought;

-- looking: Names of what somebody does who looks closer, or tries in a store.
SELECT name, FALSE AS tried FROM (SELECT unnest([@looked@])) AS one(name)
UNION ALL SELECT name, TRUE FROM (SELECT unnest([@tried@])) AS one(name);

-- wanted_strand: What they are known by.
SELECT strand, person_id, until_us FROM holding JOIN wanted_until USING (person_id);

-- looked: What they looked at online, or tried in a store.
SELECT b.person_id, epoch_us(e.happened_at) AS at_us, e.log_offset, e.source,
  CASE WHEN n.tried THEN coalesce(e.store, '') ELSE '' END AS store,
  CASE WHEN n.tried THEN 'store' ELSE 'online' END AS side
FROM events AS e JOIN wanted_strand AS b USING (strand) JOIN looking AS n USING (name)
WHERE e.type IN (@act_types@) AND NOT list_contains($played, e.source)
  AND (n.tried OR e.channel NOT IN (@offline@))
  AND epoch_us(e.happened_at) <= b.until_us;

-- look_anew: And what was told of it; the catalogue is asked when a question is.
SELECT looked.*, coalesce(l.product, '') AS product,
  coalesce(l.category, '') AS category, coalesce(l.brand, '') AS brand
FROM looked LEFT JOIN lines AS l USING (log_offset);

-- side_anew: Since when they were seen on a side.
SELECT b.person_id,
  CASE WHEN e.name IN (@tried@) THEN 'store' ELSE 'online' END AS side,
  min(epoch_us(e.happened_at)) AS since_us
FROM events AS e JOIN wanted_strand AS b USING (strand)
WHERE e.type IN (@act_types@) AND NOT list_contains($played, e.source)
  AND (e.name IN (@tried@) OR e.channel IN (@online@)
    OR (e.name IN (@looked@) AND e.channel NOT IN (@offline@)))
GROUP BY ALL;

-- look: Looks that are kept, and of buyers who have changed since, made anew.
SELECT * FROM look_kept ANTI JOIN stale USING (person_id)
UNION ALL BY NAME SELECT * FROM look_anew;

-- bought_lacking: Goods bought of which no category, or no brand, was told, by whom.
SELECT DISTINCT l.product, p.lines_source AS source
FROM purchase AS p JOIN report_lines AS l ON l.log_offset = p.lines_at
WHERE p.at_us >= $since_us AND p.at_us < $until_us
  AND l.product <> '' AND (l.category = '' OR l.brand = '');

-- lacking: And such as who bought looked at before: the catalogue is asked of these.
SELECT product, source FROM bought_lacking
UNION SELECT look.product, look.source FROM look JOIN buyer AS b USING (person_id)
WHERE look.at_us BETWEEN b.from_us AND b.until_us
  AND look.product <> '' AND (look.category = '' OR look.brand = '');

-- seen: What who bought saw on the other side before, within the window; what was not
-- told of it is as the catalogue has it.
SELECT p.object, look.person_id, look.at_us, look.log_offset, look.side, look.store,
  look.product,
  coalesce(nullif(look.category, ''), goods.category, '') AS category,
  coalesce(nullif(look.brand, ''), goods.brand, '') AS brand
FROM purchase AS p JOIN look ON look.person_id = p.person_id AND look.side <> p.place
  AND look.at_us < p.at_us AND look.at_us >= p.at_us - $window_us
LEFT JOIN goods ON look.product <> '' AND goods.product = look.product
  AND goods.source = look.source
WHERE p.at_us >= $since_us AND p.at_us < $until_us;

-- linked: Which buyers were ever seen on a side at all, by then.
SELECT person_id, side FROM (
  SELECT * FROM side_kept SEMI JOIN buyer USING (person_id)
  ANTI JOIN stale USING (person_id)
  UNION ALL BY NAME SELECT * FROM side_anew)
WHERE since_us < $until_us;

-- sold: Lines of purchases; one that tells of none is a line of nothing known.
SELECT p.object, coalesce(l.line, 0) AS line, p.person_id, p.at_us, p.place AS side,
  p.store, p.currency, coalesce(l.product, '') AS product,
  coalesce(nullif(l.category, ''), goods.category, '') AS category,
  coalesce(nullif(l.brand, ''), goods.brand, '') AS brand,
  CASE WHEN l.log_offset IS NULL THEN p.amount
    ELSE coalesce(l.amount_minor, 0) END AS amount
FROM purchase AS p LEFT JOIN report_lines AS l ON l.log_offset = p.lines_at
LEFT JOIN goods ON l.product <> '' AND goods.product = l.product
  AND goods.source = p.lines_source
WHERE p.at_us >= $since_us AND p.at_us < $until_us;

-- fit: By what each line bought is tied to what was seen, the closer the higher: a place
-- in the answers. All ties in one pass, as each by itself looks up all lines once more.
SELECT s.object, s.line, CASE
    WHEN $by_product AND s.product <> '' AND b.product = s.product THEN 4
    WHEN $by_category AND s.category <> '' AND b.category = s.category THEN 3
    WHEN $by_brand AND s.brand <> '' AND b.brand = s.brand THEN 2
    -- Whoever is in a store sees what is there; a page shows what it shows.
    WHEN $by_visit AND s.side = 'online' THEN 1 END AS closeness,
  b.store, b.at_us, b.log_offset
FROM seen AS b JOIN sold AS s USING (object);

-- fitted: And the closest of each line, of these the latest that tells of a store.
SELECT object, line, max({'closeness': closeness, 'told': store <> '', 'at_us': at_us,
  'log_offset': log_offset, 'store': store}) AS best
FROM fit WHERE closeness IS NOT NULL GROUP BY object, line;

-- closest: And of each purchase.
SELECT object, max(best) AS best FROM fitted GROUP BY object;

-- tied: By what each line bought is tied to the other side.
SELECT s.*, CASE WHEN s.person_id IS NULL THEN 'unknown'
    ELSE coalesce([@answers@][f.best.closeness], 'no') END AS answer,
  l.person_id IS NOT NULL AS is_linked
FROM sold AS s LEFT JOIN fitted AS f USING (object, line)
LEFT JOIN linked AS l ON l.person_id = s.person_id AND l.side <> s.side;

-- tried_in: In which store what was bought online was tried: by the closest tie, the
-- latest time that tells of a store.
SELECT c.object, c.best.store AS tried FROM closest AS c JOIN purchase AS p USING (object)
WHERE p.place = 'online';

-- judged: Each purchase by the closest tie of its lines.
SELECT p.object, p.person_id, p.at_us, p.place AS side, p.store, p.currency, p.amount,
  strftime(timezone($zone, timezone('UTC', make_timestamp(p.at_us))), '%Y-%m') AS month,
  CASE WHEN p.person_id IS NULL THEN 'unknown'
    ELSE coalesce([@answers@][c.best.closeness], 'no') END AS answer,
  l.person_id IS NOT NULL AS is_linked
FROM purchase AS p LEFT JOIN closest AS c USING (object)
LEFT JOIN linked AS l ON l.person_id = p.person_id AND l.side <> p.place
WHERE p.at_us >= $since_us AND p.at_us < $until_us;

-- ropo: Purchases and their money by side, answer, store and month; and the store in
-- which those online were tried.
SELECT side, store, coalesce(tried, '') AS tried, month, currency, answer, is_linked,
  count(*) AS purchases, CAST(sum(amount) AS BIGINT) AS amount
FROM judged LEFT JOIN tried_in USING (object) GROUP BY ALL;

-- ropo_line: Lines and their money by side, answer and what was bought.
SELECT side, product, category, brand, currency, answer, is_linked,
  count(*) AS purchases, CAST(sum(amount) AS BIGINT) AS amount
FROM tied GROUP BY ALL;

-- ropo_all: Both at once, so that they are of one moment.
SELECT 'purchase' AS sort, * FROM ropo
UNION ALL BY NAME SELECT 'line' AS sort, * FROM ropo_line;

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

-- seen: Who saw what when; what was not told of it is as the catalogue has it.
SELECT look.person_id, look.at_us, look.log_offset, look.side, look.store, look.product,
  coalesce(nullif(look.category, ''), goods.category, '') AS category,
  coalesce(nullif(look.brand, ''), goods.brand, '') AS brand
FROM look JOIN buyer AS b USING (person_id)
LEFT JOIN goods ON look.product <> '' AND goods.product = look.product
  AND goods.source = look.source
WHERE look.at_us BETWEEN b.from_us AND b.until_us
  AND look.at_us >= $since_us - $window_us AND look.at_us < $until_us;

-- linked: Which buyers were ever seen on a side at all, by then.
SELECT person_id, side FROM (
  SELECT * FROM side_kept SEMI JOIN buyer USING (person_id)
  ANTI JOIN stale USING (person_id)
  UNION ALL BY NAME SELECT * FROM side_anew)
WHERE since_us < $until_us;

-- sold: Lines of purchases; one that tells of none is a line of nothing known.
SELECT row_number() OVER () AS nth, p.object, coalesce(l.line, 0) AS line, p.person_id,
  p.at_us, p.place AS side,
  CASE p.place WHEN 'store' THEN 'online' ELSE 'store' END AS other,
  p.store, p.currency, p.amount AS purchase_amount,
  coalesce(l.product, '') AS product,
  coalesce(nullif(l.category, ''), goods.category, '') AS category,
  coalesce(nullif(l.brand, ''), goods.brand, '') AS brand,
  CASE WHEN l.log_offset IS NULL THEN p.amount
    ELSE coalesce(l.amount_minor, 0) END AS amount
FROM purchase AS p LEFT JOIN report_lines AS l ON l.log_offset = p.lines_at
LEFT JOIN goods ON l.product <> '' AND goods.product = l.product
  AND goods.source = p.lines_source
WHERE p.at_us >= $since_us AND p.at_us < $until_us;

-- product_tied: Lines bought whose product was seen on the other side before.
SELECT nth FROM sold AS s SEMI JOIN (SELECT * FROM seen WHERE product <> '')
  AS b ON b.person_id = s.person_id AND b.side = s.other AND b.product = s.product
  AND b.at_us < s.at_us AND b.at_us >= s.at_us - $window_us
WHERE s.product <> '';

-- category_tied: Of which something of the category was.
SELECT nth FROM sold AS s SEMI JOIN (SELECT * FROM seen WHERE category <> '')
  AS b ON b.person_id = s.person_id AND b.side = s.other AND b.category = s.category
  AND b.at_us < s.at_us AND b.at_us >= s.at_us - $window_us
WHERE s.category <> '';

-- brand_tied: Of which something of the brand was.
SELECT nth FROM sold AS s SEMI JOIN (SELECT * FROM seen WHERE brand <> '')
  AS b ON b.person_id = s.person_id AND b.side = s.other AND b.brand = s.brand
  AND b.at_us < s.at_us AND b.at_us >= s.at_us - $window_us
WHERE s.brand <> '';

-- visit_tied: Lines bought online by who was in a store before.
SELECT nth FROM (SELECT * FROM sold WHERE side = 'online') AS s
SEMI JOIN (SELECT * FROM seen WHERE side = 'store') AS b
  ON b.person_id = s.person_id
  AND b.at_us < s.at_us AND b.at_us >= s.at_us - $window_us;

-- tied: By what each line bought is tied to the other side.
SELECT s.* EXCLUDE (nth),
  CASE
    WHEN s.person_id IS NULL THEN 'unknown'
    WHEN $by_product AND nth IN (SELECT nth FROM product_tied) THEN 'product'
    WHEN $by_category AND nth IN (SELECT nth FROM category_tied) THEN 'category'
    WHEN $by_brand AND nth IN (SELECT nth FROM brand_tied) THEN 'brand'
    WHEN $by_visit AND nth IN (SELECT nth FROM visit_tied) THEN 'visit'
    ELSE 'no' END AS answer,
  l.person_id IS NOT NULL AS is_linked
FROM sold AS s LEFT JOIN linked AS l ON l.person_id = s.person_id AND l.side = s.other;

-- tried_in: In which store what was bought online was tried: by the closest tie, the
-- latest time that tells of a store.
SELECT s.object, arg_max(b.store, {'closeness': CASE s.answer WHEN 'product' THEN 4
    WHEN 'category' THEN 3 WHEN 'brand' THEN 2 ELSE 1 END, 'told': b.store <> '',
    'at_us': b.at_us, 'log_offset': b.log_offset}) AS tried
FROM (SELECT * FROM tied WHERE side = 'online' AND answer NOT IN ('no', 'unknown')) AS s
JOIN (SELECT * FROM seen WHERE side = 'store') AS b
  ON b.person_id = s.person_id AND b.at_us < s.at_us
  AND b.at_us >= s.at_us - $window_us AND CASE s.answer
    WHEN 'product' THEN b.product = s.product WHEN 'category' THEN b.category = s.category
    WHEN 'brand' THEN b.brand = s.brand ELSE TRUE END
GROUP BY s.object;

-- judged: Each purchase by the closest tie of its lines.
SELECT object, person_id, at_us, side, store, currency, purchase_amount AS amount,
  strftime(timezone($zone, timezone('UTC', make_timestamp(at_us))), '%Y-%m') AS month,
  arg_min(answer, CASE answer WHEN 'product' THEN 1 WHEN 'category' THEN 2
    WHEN 'brand' THEN 3 WHEN 'visit' THEN 4 WHEN 'no' THEN 5 ELSE 6 END) AS answer,
  bool_or(is_linked) AS is_linked
FROM tied
GROUP BY object, person_id, at_us, side, store, currency, purchase_amount;

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

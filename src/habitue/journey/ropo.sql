-- buyer: Who bought, and since and until when what they saw before it may be.
SELECT person_id, min(at_us) - $window_us AS from_us, max(at_us) AS until_us
FROM purchase
WHERE person_id IS NOT NULL AND at_us >= $since_us AND at_us < $until_us
GROUP BY person_id;

-- buyer_strand: What they are known by.
SELECT strand, buyer.* FROM holding JOIN buyer USING (person_id);

-- looking: Names of what somebody does who looks closer, or tries in a store.
SELECT name, FALSE AS tried FROM (SELECT unnest([@looked@])) AS one(name)
UNION ALL SELECT name, TRUE FROM (SELECT unnest([@tried@])) AS one(name);

-- look: What buyers looked at online, or tried in a store.
SELECT b.person_id, epoch_us(e.happened_at) AS at_us, e.log_offset, e.source,
  CASE WHEN n.tried THEN coalesce(e.store, '') ELSE '' END AS store,
  CASE WHEN n.tried THEN 'store' ELSE 'online' END AS side
FROM events AS e JOIN buyer_strand AS b USING (strand) JOIN looking AS n USING (name)
WHERE e.type IN (@act_types@) AND NOT list_contains($played, e.source)
  AND (n.tried OR e.channel NOT IN (@offline@))
  AND e.happened_at >= make_timestamp($since_us - $window_us)
  AND e.happened_at < make_timestamp($until_us)
  AND epoch_us(e.happened_at) BETWEEN b.from_us AND b.until_us;

-- seen: Who saw what when; what was not told of it is as the catalogue has it.
SELECT look.person_id, look.at_us, look.log_offset, look.side, look.store,
  coalesce(l.product, '') AS product,
  coalesce(nullif(l.category, ''), goods.category, '') AS category,
  coalesce(nullif(l.brand, ''), goods.brand, '') AS brand
FROM look LEFT JOIN lines AS l USING (log_offset)
LEFT JOIN goods ON l.product <> '' AND goods.product = l.product
  AND goods.source = look.source;

-- online_kept: Which buyers sessions that are kept show to have been online by then:
-- most of them, so that what they did need not be gone through. Of what somebody did
-- in one the first is enough: of whom it says nothing, that is gone through.
SELECT DISTINCT person_id
FROM session_kept SEMI JOIN buyer USING (person_id) ANTI JOIN stale USING (person_id)
WHERE contact IN (@online@) AND until_us < $until_us
  AND names[1] NOT IN (@tried@);

-- linked: Which buyers were ever seen on a side at all, by then.
SELECT person_id, 'online' AS side FROM online_kept
UNION ALL SELECT DISTINCT b.person_id, 'store'
FROM events AS e JOIN buyer_strand AS b USING (strand)
WHERE e.name IN (@tried@) AND e.type IN (@act_types@)
  AND e.happened_at < make_timestamp($until_us) AND NOT list_contains($played, e.source)
UNION ALL SELECT DISTINCT b.person_id, 'online'
FROM events AS e JOIN (
  SELECT strand, person_id FROM buyer_strand ANTI JOIN online_kept USING (person_id)
) AS b USING (strand)
WHERE e.name NOT IN (@tried@) AND e.type IN (@act_types@)
  AND e.happened_at < make_timestamp($until_us) AND NOT list_contains($played, e.source)
  AND (e.channel IN (@online@)
    OR (e.name IN (@looked@) AND e.channel NOT IN (@offline@)));

-- sold: Lines of purchases; one that tells of none is a line of nothing known.
SELECT p.object, coalesce(l.line, 0) AS line, p.person_id, p.at_us, p.place AS side,
  CASE p.place WHEN 'store' THEN 'online' ELSE 'store' END AS other,
  p.store, p.currency, p.amount AS purchase_amount,
  coalesce(l.product, '') AS product,
  coalesce(nullif(l.category, ''), goods.category, '') AS category,
  coalesce(nullif(l.brand, ''), goods.brand, '') AS brand,
  CASE WHEN l.log_offset IS NULL THEN p.amount
    ELSE coalesce(l.amount_minor, 0) END AS amount
FROM purchase AS p LEFT JOIN lines AS l ON l.log_offset = p.lines_at
LEFT JOIN goods ON l.product <> '' AND goods.product = l.product
  AND goods.source = p.lines_source
WHERE p.at_us >= $since_us AND p.at_us < $until_us;

-- product_tied: Lines bought whose product was seen on the other side before.
SELECT object, line FROM sold AS s SEMI JOIN (SELECT * FROM seen WHERE product <> '')
  AS b ON b.person_id = s.person_id AND b.side = s.other AND b.product = s.product
  AND b.at_us < s.at_us AND b.at_us >= s.at_us - $window_us
WHERE s.product <> '';

-- category_tied: Of which something of the category was.
SELECT object, line FROM sold AS s SEMI JOIN (SELECT * FROM seen WHERE category <> '')
  AS b ON b.person_id = s.person_id AND b.side = s.other AND b.category = s.category
  AND b.at_us < s.at_us AND b.at_us >= s.at_us - $window_us
WHERE s.category <> '';

-- brand_tied: Of which something of the brand was.
SELECT object, line FROM sold AS s SEMI JOIN (SELECT * FROM seen WHERE brand <> '')
  AS b ON b.person_id = s.person_id AND b.side = s.other AND b.brand = s.brand
  AND b.at_us < s.at_us AND b.at_us >= s.at_us - $window_us
WHERE s.brand <> '';

-- visit_tied: Lines bought online by who was in a store before.
SELECT object, line FROM (SELECT * FROM sold WHERE side = 'online') AS s
SEMI JOIN (SELECT * FROM seen WHERE side = 'store') AS b
  ON b.person_id = s.person_id
  AND b.at_us < s.at_us AND b.at_us >= s.at_us - $window_us;

-- tied: By what each line bought is tied to the other side.
SELECT s.*,
  CASE
    WHEN s.person_id IS NULL THEN 'unknown'
    WHEN $by_product AND (object, line) IN (SELECT (object, line) FROM product_tied)
      THEN 'product'
    WHEN $by_category AND (object, line) IN (SELECT (object, line) FROM category_tied)
      THEN 'category'
    WHEN $by_brand AND (object, line) IN (SELECT (object, line) FROM brand_tied)
      THEN 'brand'
    WHEN $by_visit AND (object, line) IN (SELECT (object, line) FROM visit_tied)
      THEN 'visit'
    ELSE 'no' END AS answer,
  coalesce((s.person_id, s.other) IN (SELECT (person_id, side) FROM linked), FALSE)
    AS is_linked
FROM sold AS s;

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

-- told_line: Products that events tell of; what was not told is as the catalogue has it.
SELECT l.log_offset, l.line, l.product, l.amount_minor,
  coalesce(nullif(l.category, ''), goods.category, '') AS category,
  coalesce(nullif(l.brand, ''), goods.brand, '') AS brand
FROM lines AS l JOIN events AS e USING (log_offset)
LEFT JOIN goods ON l.product <> '' AND goods.product = l.product
  AND goods.source = e.source;

-- seen: Who looked at what online, or tried it in a store.
SELECT DISTINCT holding.person_id, epoch_us(e.happened_at) AS at_us,
  CASE WHEN e.name IN (@tried@) THEN 'store' ELSE 'online' END AS side,
  coalesce(l.product, '') AS product, coalesce(l.category, '') AS category,
  coalesce(l.brand, '') AS brand
FROM events AS e JOIN holding USING (strand) LEFT JOIN told_line AS l USING (log_offset)
WHERE e.type IN (@act_types@) AND NOT list_contains($played, e.source)
  AND (e.name IN (@tried@) OR (e.name IN (@looked@) AND e.channel NOT IN (@offline@)))
  AND e.happened_at >= make_timestamp($since_us - $window_us)
  AND e.happened_at < make_timestamp($until_us);

-- linked: Who was ever seen on a side at all, by then.
SELECT DISTINCT holding.person_id,
  CASE WHEN e.name IN (@tried@) THEN 'store' ELSE 'online' END AS side
FROM events AS e JOIN holding USING (strand)
WHERE e.type IN (@act_types@) AND e.happened_at < make_timestamp($until_us)
  AND NOT list_contains($played, e.source)
  AND (e.name IN (@tried@) OR e.channel IN (@online@)
    OR (e.name IN (@looked@) AND e.channel NOT IN (@offline@)));

-- sold: Lines of purchases; one that tells of none is a line of nothing known.
SELECT p.object, coalesce(l.line, 0) AS line, p.person_id, p.at_us, p.place AS side,
  CASE p.place WHEN 'store' THEN 'online' ELSE 'store' END AS other,
  p.store, p.currency, p.amount AS purchase_amount,
  coalesce(l.product, '') AS product, coalesce(l.category, '') AS category,
  coalesce(l.brand, '') AS brand,
  CASE WHEN l.log_offset IS NULL THEN p.amount
    ELSE coalesce(l.amount_minor, 0) END AS amount
FROM purchase AS p LEFT JOIN told_line AS l ON l.log_offset = p.lines_at
WHERE p.at_us >= $since_us AND p.at_us < $until_us;

-- product_seen: When a product was seen.
SELECT person_id, side, product, at_us FROM seen WHERE product <> '';

-- category_seen: When something of a category was seen.
SELECT person_id, side, category, at_us FROM seen WHERE category <> '';

-- brand_seen: When something of a brand was seen.
SELECT person_id, side, brand, at_us FROM seen WHERE brand <> '';

-- tied: By what each line bought is tied to the other side. The last sight before it
-- is the one that lies in the window, if any does.
SELECT s.*,
  CASE
    WHEN s.person_id IS NULL THEN 'unknown'
    WHEN $by_product AND p.at_us >= s.at_us - $window_us THEN 'product'
    WHEN $by_category AND c.at_us >= s.at_us - $window_us THEN 'category'
    WHEN $by_brand AND b.at_us >= s.at_us - $window_us THEN 'brand'
    WHEN $by_visit AND s.side = 'online' AND v.at_us >= s.at_us - $window_us
      THEN 'visit'
    ELSE 'no' END AS answer,
  coalesce((s.person_id, s.other) IN (SELECT (person_id, side) FROM linked), FALSE)
    AS is_linked
FROM sold AS s
ASOF LEFT JOIN product_seen AS p ON p.person_id = s.person_id AND p.side = s.other
  AND p.product = s.product AND s.at_us > p.at_us
ASOF LEFT JOIN category_seen AS c ON c.person_id = s.person_id AND c.side = s.other
  AND c.category = s.category AND s.at_us > c.at_us
ASOF LEFT JOIN brand_seen AS b ON b.person_id = s.person_id AND b.side = s.other
  AND b.brand = s.brand AND s.at_us > b.at_us
ASOF LEFT JOIN seen AS v ON v.person_id = s.person_id AND v.side = s.other
  AND s.at_us > v.at_us;

-- judged: Each purchase by the closest tie of its lines.
SELECT object, person_id, at_us, side, store, currency, purchase_amount AS amount,
  strftime(timezone($zone, timezone('UTC', make_timestamp(at_us))), '%Y-%m') AS month,
  arg_min(answer, CASE answer WHEN 'product' THEN 1 WHEN 'category' THEN 2
    WHEN 'brand' THEN 3 WHEN 'visit' THEN 4 WHEN 'no' THEN 5 ELSE 6 END) AS answer,
  bool_or(is_linked) AS is_linked
FROM tied
GROUP BY object, person_id, at_us, side, store, currency, purchase_amount;

-- ropo: Purchases and their money by side, answer, store and month.
SELECT side, store, month, currency, answer, is_linked,
  count(*) AS purchases, CAST(sum(amount) AS BIGINT) AS amount
FROM judged GROUP BY ALL;

-- ropo_line: Lines and their money by side, answer and what was bought.
SELECT side, product, category, brand, currency, answer, is_linked,
  count(*) AS purchases, CAST(sum(amount) AS BIGINT) AS amount
FROM tied GROUP BY ALL;

-- ropo_all: Both at once, so that they are of one moment.
SELECT 'purchase' AS sort, * FROM ropo
UNION ALL BY NAME SELECT 'line' AS sort, * FROM ropo_line;

-- region_money: What each region's stores sold by day, and what no region is known of.
SELECT region, day, CAST(sum(amount_minor) AS BIGINT) AS amount,
  count(*) AS purchases
FROM (
  SELECT CASE $by WHEN 'store' THEN coalesce(store, '')
      ELSE coalesce(stores.region, '') END AS region,
    strftime(timezone($zone, timezone('UTC', p.happened_at)), '%Y-%m-%d') AS day,
    p.amount_minor
  FROM purchases AS p LEFT JOIN stores USING (store, source)
  WHERE p.counted AND p.kind <> 'return' AND p.currency = $currency
    AND p.happened_at >= make_timestamp($since_us)
    AND p.happened_at < make_timestamp($until_us))
GROUP BY region, day;

-- region_currency: In which currency most was bought with a store told.
SELECT currency FROM purchases
WHERE counted AND kind <> 'return' AND happened_at >= make_timestamp($since_us)
  AND happened_at < make_timestamp($until_us)
GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1;

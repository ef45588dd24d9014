-- region_money: What each region's stores sold by day, and what orders that are
-- delivered there brought; and what no region is known of.
SELECT region, place, day, CAST(sum(amount_minor) AS BIGINT) AS amount,
  count(*) AS purchases
FROM (
  SELECT CASE WHEN $by = 'store' THEN coalesce(store, '')
      -- An order is delivered to a region; a receipt is of its store's.
      WHEN p.kind = 'receipt' THEN coalesce(nullif(stores.region, ''), told, '')
      ELSE coalesce(told, stores.region, '') END AS region,
    -- As purchases of journeys are: a receipt is a till's, unless issued online.
    CASE WHEN list_contains($online, p.channel) THEN 'online'
      WHEN p.kind = 'receipt' OR p.channel IN ('pos', 'store') THEN 'store'
      ELSE 'online' END AS place,
    strftime(timezone($zone, timezone('UTC', p.happened_at)), '%Y-%m-%d') AS day,
    p.amount_minor
  FROM purchases AS p LEFT JOIN (
    -- Where it is delivered to, as its latest report that tells it has it.
    SELECT object, arg_max(trim(json_extract_string(properties, '$.region')),
      (happened_at, log_offset)) AS told
    FROM events WHERE object IS NOT NULL
      AND json_extract_string(properties, '$.region') NOT IN ('', '…')
    GROUP BY object) USING (object)
  LEFT JOIN stores USING (store, source)
  WHERE p.counted AND p.kind <> 'return' AND p.currency = $currency
    AND p.happened_at >= make_timestamp($since_us)
    AND p.happened_at < make_timestamp($until_us))
GROUP BY region, place, day;

-- region_currency: In which currency most was bought with a store told.
SELECT currency FROM purchases
WHERE counted AND kind <> 'return' AND happened_at >= make_timestamp($since_us)
  AND happened_at < make_timestamp($until_us)
GROUP BY currency ORDER BY count(*) DESC, currency LIMIT 1;

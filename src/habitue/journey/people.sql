-- people_reached: Who was in touch by a channel.
SELECT DISTINCT person_id FROM touch WHERE contact <> 'pos' AND channel = $channel;

-- people_led: Whose purchase followed a touch by a channel; '' by none known.
SELECT DISTINCT person_id FROM journey WHERE coalesce(path[-1], '') = $channel;

-- people_way: Who bought by a path, repeats drawn together.
SELECT DISTINCT person_id FROM drawn
WHERE currency = $currency AND steps = CAST($path AS VARCHAR[]);

-- people_intent: Who had an intention.
SELECT DISTINCT person_id FROM intent_step WHERE intent = $intent;

-- people_as_far: Who came at least as far as an intention.
SELECT person_id FROM intent_far WHERE reach >= $reach;

-- people_arm: Whom chance put into an arm, who bought so often and did what is looked
-- for, if anything is.
SELECT person_id FROM tested
WHERE arm = $arm AND purchases >= $least AND ($outcome = '' OR did);

-- people_ropo: Who bought on a side what is tied to the other one, or is not; and where
-- that was bought, or tried: in some stores, or in none of them.
SELECT DISTINCT person_id FROM judged LEFT JOIN tried_in USING (object)
WHERE side = $side AND person_id IS NOT NULL AND list_contains($answers, answer)
  AND NOT ($unlinked AND is_linked) AND ($anywhere OR $elsewhere <> list_contains(
    $stores, CASE side WHEN 'store' THEN store ELSE coalesce(tried, '') END));

-- people_ropo_line: The same of lines of a product, a category or a brand.
SELECT DISTINCT person_id FROM tied
WHERE side = $side AND person_id IS NOT NULL AND list_contains($answers, answer)
  AND CASE $part_of WHEN 'category' THEN category WHEN 'brand' THEN brand
    ELSE product END = $part;

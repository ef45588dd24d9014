"""The columns that rows of journeys, touchpoints and intents are given with."""

# Times as the copy has them elsewhere.
SELECTS = {
    "journeys": "SELECT j.person_id, object, make_timestamp(j.at_us) AS happened_at,"
    " j.place, j.amount AS amount_minor, j.currency, length_us, touches, days, devices,"
    " alone, path, b.number, make_timestamp(m.since_us) AS first_contact,"
    " make_timestamp(b.next_us) AS next_at, b.next_place"
    " FROM journey AS j JOIN bought AS b USING (object)"
    " LEFT JOIN first_met AS m ON m.person_id = j.person_id AND m.since_us <= j.at_us"
    " ORDER BY j.at_us, object",
    "touchpoints": "SELECT person_id, make_timestamp(since_us) AS since,"
    " make_timestamp(until_us) AS until, contact, store, channel, campaign, device,"
    " acts, spoken FROM touch ORDER BY person_id, since_us, log_offset",
    "intents": "SELECT person_id, make_timestamp(since_us) AS since,"
    " make_timestamp(until_us) AS until, contact, intent, is_sure, best AS points,"
    " names AS events FROM meant ORDER BY person_id, since_us, log_offset",
    # By the closest tie of a purchase's lines; person_id: null of nobody known.
    "ropo": "SELECT object, person_id, make_timestamp(at_us) AS happened_at, side,"
    " store, coalesce(tried, '') AS tried_in, answer, is_linked,"
    " amount AS amount_minor, currency"
    " FROM judged LEFT JOIN tried_in USING (object) ORDER BY at_us, object",
}
# Of which one has to know what the catalogue says of goods.
OF_GOODS = frozenset({"ropo"})

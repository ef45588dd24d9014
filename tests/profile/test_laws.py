"""The laws of folding: any order, any split over strands, dropped and folded anew."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from habitue.profile.combine import combine
from habitue.profile.point import Item, fold_items, profile_at
from tests.profile.shop import LATER_US, Shop, item, line, order, receipt, spread

HOURS = st.integers(0, 60)
SOURCE = st.sampled_from(("web", "app", "erp", "crm", "till"))
PRODUCT = st.sampled_from(("tea", "cup", "stand"))
MONEY = st.sampled_from(("10.00", "25.50", 7, 0, "99.99"))
LINES = st.lists(
    st.builds(
        line,
        PRODUCT,
        st.sampled_from((1, 2, 3)),
        st.sampled_from(("2.50", "4", None)),
        name=st.sampled_from(("Tea", "Tea, green")),
        category=st.sampled_from(("kitchen", "")),
        brand=st.sampled_from(("m", "")),
    ),
    min_size=1,
    max_size=3,
)
CURRENCY = st.sampled_from(("GBP", "JPY"))
OPTIONAL = {
    "total": MONEY,
    "products": LINES,
    "status": st.sampled_from(("paid", "cancelled", "refunded")),
    "updated_at": st.sampled_from(("2025-03-01T13:00:00Z", "2025-03-02T00:00:00Z")),
    "channel": st.sampled_from(("web", "pos")),
    "store_id": st.sampled_from(("harbour", "station")),
    "currency": CURRENCY,
}


def purchase(name: str, **required: st.SearchStrategy) -> st.SearchStrategy:
    told = st.fixed_dictionaries(required, optional=OPTIONAL)
    return st.tuples(st.just(name), told)


ORDER_ID = st.sampled_from(("o1", "o2"))
RECEIPT_ID = st.sampled_from(("r1", "r2"))
PURCHASES = st.one_of(
    purchase("Order Completed", order_id=ORDER_ID),
    purchase("Order Updated", order_id=ORDER_ID),
    purchase("Order Cancelled", order_id=ORDER_ID),
    purchase("Order Refunded", order_id=ORDER_ID),
    purchase("Receipt Issued", receipt_id=RECEIPT_ID),
    purchase("Receipt Issued", receipt_id=RECEIPT_ID, order_id=ORDER_ID),
    purchase("Return Received", return_id=st.just("b1"), order_id=ORDER_ID),
    purchase(
        "Return Received", return_id=st.just("b2"), original_receipt_id=RECEIPT_ID
    ),
    purchase("Exchange Completed", order_id=ORDER_ID, new_order_id=ORDER_ID),
)
CONSENT = st.tuples(
    st.sampled_from(
        ("Consent Granted", "Consent Withdrawn", "Unsubscribed", "Subscribed")
    ),
    st.fixed_dictionaries(
        {"channel": st.sampled_from(("email", "sms"))},
        optional={
            "purpose": st.sampled_from(("marketing", "service")),
            "contact": st.sampled_from(("email:a@x.org", "email:b@x.org")),
            "list_id": st.sampled_from(("spring",)),
        },
    ),
)
VIEW = st.tuples(
    st.sampled_from(("Product Viewed", "Email Bounced")),
    st.just({"bounce_type": "hard", "email": "a@x.org"}),
)
TRAITS = st.dictionaries(
    st.sampled_from(("name", "email", "city")),
    st.sampled_from(("x", "y", None, 3)),
    max_size=2,
)
CONTEXT = st.fixed_dictionaries(
    {},
    optional={
        "locale": st.sampled_from(("en", "pl")),
        "campaign": st.builds(dict, source=st.sampled_from(("news", "ads"))),
    },
)


@st.composite
def items(draw: st.DrawFn) -> list[Item]:
    """Draw items with distinct message ids, in any order of time."""
    told = draw(
        st.lists(
            st.tuples(
                st.one_of(PURCHASES, PURCHASES, CONSENT, VIEW),
                HOURS,
                SOURCE,
                TRAITS,
                CONTEXT,
                HOURS,
            ),
            min_size=1,
            max_size=8,
        )
    )
    return [
        item(
            name,
            at=at,
            source=source,
            traits=traits,
            context=context,
            received=received + 61,
            message_id=f"m{number}",
            offset=number,
            who=("user_id:u1", "email:a@x.org", "anonymous_id:d1"),
            **properties,
        )
        for number, (
            (name, properties),
            at,
            source,
            traits,
            context,
            received,
        ) in enumerate(told)
    ]


@given(items(), st.randoms())
def test_any_order_of_arrival_gives_the_same_bytes(told, chance):
    shuffled = list(told)
    chance.shuffle(shuffled)

    assert Shop().fold(*told).dump() == Shop().fold(*shuffled).dump()


def placed(draw_from, told, least=0):
    """Give each item a strand by chance; 0 is nobody's."""
    strands = st.lists(st.integers(least, 3), min_size=len(told), max_size=len(told))
    return list(zip(told, draw_from.draw(strands), strict=True))


@given(items(), st.data(), st.randoms())
def test_any_order_of_what_names_somebody_or_nobody_gives_the_same_bytes(
    told, data, chance
):
    first = placed(data, told)
    shuffled = list(first)
    chance.shuffle(shuffled)

    one, other = spread(first), spread(shuffled)

    assert one.dump() == other.dump()
    assert one.read(1, 2, 3) == other.read(1, 2, 3)


@given(items(), st.data())
def test_an_item_of_nobody_withdrawn_is_as_if_it_had_never_come(told, data):
    first = [*placed(data, told[1:]), (told[0], 0)]
    live = spread(first)

    live.withdraw(told[0], first)

    assert live.dump() == spread(first[:-1]).dump()


@given(items(), st.data())
def test_an_item_of_nobody_withdrawn_and_restored_leaves_all_as_before(told, data):
    first = [(told[0], 0), *placed(data, told[1:])]
    live = spread(first)

    live.withdraw(told[0], first)
    live.fold(told[0], strand=0)

    assert live.dump() == spread(first).dump()


@given(items(), st.data(), st.sampled_from(("web", "erp", "till")))
def test_a_source_redefined_at_any_time_is_as_if_it_had_been_so_from_the_start(
    told, data, name
):
    first = placed(data, told)
    at = data.draw(st.integers(0, len(told)))
    live = spread(first[:at])
    old = live.sources[name]
    new = replace(old, priority=30, trust_orders=not old.trust_orders)

    live.sources[name] = new
    live.profiles.redefine(old)
    for each, strand in first[at:]:
        live.fold(each, strand=strand)

    anew = Shop(**{name: new})
    for each, strand in first:
        anew.fold(each, strand=strand)
    assert live.read(1, 2, 3) == anew.read(1, 2, 3)
    assert live.profiles.totals() == anew.profiles.totals()
    assert live.dump() == anew.dump()


@given(items(), st.randoms())
def test_a_late_arrival_is_as_if_it_had_come_in_order_of_time(told, chance):
    in_order = sorted(told, key=lambda each: each.event.at_us)
    late = in_order.pop(chance.randrange(len(in_order)))

    live = Shop().fold(*in_order, late)

    assert live.read() == fold_items(told, live.sources).read([1], LATER_US)


@given(items(), st.data())
def test_any_split_over_strands_combines_to_one_person_from_the_start(told, data):
    strands = data.draw(
        st.lists(st.integers(1, 4), min_size=len(told), max_size=len(told))
    )

    parted = spread(zip(told, strands, strict=True))

    assert parted.read(1, 2, 3, 4) == Shop().fold(*told).read()


@given(items(), st.data())
def test_dropping_a_strand_is_as_if_its_items_had_never_come(told, data):
    strands = data.draw(
        st.lists(st.integers(0, 3), min_size=len(told), max_size=len(told))
    )
    placed = list(zip(told, strands, strict=True))
    live = spread(placed)

    live.profiles.drop(2)

    assert live.dump() == spread([each for each in placed if each[1] != 2]).dump()


@given(items(), st.data())
def test_a_strand_dropped_and_folded_anew_elsewhere_is_as_if_always_there(told, data):
    strands = data.draw(
        st.lists(st.integers(1, 3), min_size=len(told), max_size=len(told))
    )
    placed = list(zip(told, strands, strict=True))
    live = spread(placed)

    live.profiles.drop(2)
    moved = [(each, 5) for each, strand in placed if strand == 2]
    for each, strand in moved:
        live.fold(each, strand=strand)

    rest = [each for each in placed if each[1] != 2]
    assert live.dump() == spread(rest + moved).dump()


@given(items(), st.data())
def test_combining_is_commutative_and_associative(told, data):
    strands = data.draw(
        st.lists(st.integers(1, 3), min_size=len(told), max_size=len(told))
    )
    live = spread(zip(told, strands, strict=True))
    a, b, c = (live.profiles.state([strand]) for strand in (1, 2, 3))

    assert combine(a, b) == combine(b, a)
    assert combine(combine(a, b), c) == combine(a, combine(b, c))


@given(items(), st.sampled_from(("web", "erp", "till")), st.integers(0, 100))
def test_a_source_redefined_later_is_as_if_it_had_been_so_from_the_start(
    told, name, priority
):
    live = Shop().fold(*told)
    old = live.sources[name]
    new = replace(old, priority=priority, trust_orders=not old.trust_orders)

    live.sources[name] = new
    live.profiles.redefine(old)

    anew = Shop(**{name: new}).fold(*told)
    assert live.read() == anew.read()
    # So whoever is folded anew later, and parted again, is byte by byte as before.
    assert live.dump() == anew.dump()


@given(items(), HOURS)
def test_a_point_in_time_is_the_fold_of_what_had_happened_by_then(told, hour):
    moment = item(at=hour).event.at_us
    past = [each for each in told if each.event.at_us <= moment]
    live = Shop()

    then = profile_at(told, moment, live.sources)

    assert then == live.fold(*past).profiles.read([1], moment)


@given(items(), st.data())
def test_totals_are_the_sums_of_all_strands(told, data):
    strands = data.draw(
        st.lists(st.integers(1, 3), min_size=len(told), max_size=len(told))
    )
    live = spread(zip(told, strands, strict=True))

    by_strand: dict[tuple[str, str], int] = {}
    for strand in (1, 2, 3):
        for currency, sums in (live.value("revenue", strand) or {}).items():
            for word in ("gross", "returns"):
                key = (currency, word)
                by_strand[key] = by_strand.get(key, 0) + sums[word]

    in_total: dict[tuple[str, str], int] = {}
    for row in live.profiles.totals().rows:
        word = "returns" if row.kind == "return" else "gross"
        key = (row.currency, word)
        in_total[key] = in_total.get(key, 0) + row.amount_minor
    assert {k: v for k, v in by_strand.items() if v} == {
        k: v for k, v in in_total.items() if v
    }


def test_the_builders_tell_orders_and_receipts():
    assert order().event.name == "Order Completed"
    assert receipt().event.name == "Receipt Issued"

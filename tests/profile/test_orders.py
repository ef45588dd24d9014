"""Orders: each counts once, whatever is told, whenever."""

import itertools

import pytest
from msgspec.structs import replace

from habitue.profile.objects import LINKS_MAX
from habitue.profile.report import order_key
from tests.profile.shop import (
    SOURCES,
    Shop,
    item,
    line,
    money,
    only,
    order,
    receipt,
    shop,
)


def test_an_order_counts_once_however_often_it_is_told():
    again = [order(message_id=f"m{n}", offset=n, at=n) for n in range(4)]

    made = shop(*again)

    assert money(made) == (3000, 0, 3000)
    assert made.value("orders") == 1


def test_a_status_told_later_changes_only_the_status():
    told = [
        order(products=[line("cup", 3)]),
        item("Order Updated", at=1, order_id="o1", status="shipped", offset=2),
    ]
    for arrival in itertools.permutations(told):
        made = shop(*arrival)

        assert money(made) == (3000, 0, 3000)
        assert only(made).status == "shipped"
        assert [each.product for each in only(made).lines] == ["cup"]


def test_the_greatest_updated_at_wins_over_time_of_the_event():
    told = [
        order(total=50, at=1, updated_at="2025-03-05T00:00:00Z", received=200),
        order(
            total=40, at=2, updated_at="2025-03-04T00:00:00Z", received=200, offset=2
        ),
    ]

    assert [money(shop(*arrival))[0] for arrival in (told, told[::-1])] == [5000, 5000]


def test_a_version_from_the_far_future_does_not_win():
    told = [
        order(total=50, at=1, updated_at="2090-01-01T00:00:00Z"),
        order(total=40, at=2, offset=2),
    ]

    assert money(shop(*told)) == (4000, 0, 4000)


def test_of_two_sources_at_one_time_the_one_of_higher_rank_wins():
    told = [order(total=50, source="crm"), order(total=40, source="erp", offset=2)]

    assert [money(shop(*arrival))[0] for arrival in (told, told[::-1])] == [4000, 4000]


def test_web_and_erp_name_one_order():
    told = [order(source="web", verified=True), order(source="erp", at=1)]

    assert shop(*told).value("orders") == 1


def test_sources_with_their_own_numbers_name_two():
    own = replace(SOURCES["crm"], orders="other")
    made = Shop(crm=own).fold(order(source="erp"), order(source="crm"))

    assert made.value("orders") == 2


def test_a_cancelled_order_does_not_count():
    cancelled = item("Order Cancelled", at=1, order_id="o1", total="30.00", offset=2)
    for arrival in itertools.permutations([order(), cancelled]):
        made = shop(*arrival)

        assert money(made) is None
        assert only(made).because == "cancelled or failed"


def test_same_version_with_other_content_is_kept_and_marked():
    told = [
        receipt(total="20.00", message_id="a", offset=1),
        receipt(total="21.00", message_id="b", offset=2),
    ]
    for arrival in (told, told[::-1]):
        made = shop(*arrival)

        assert money(made) == (2100, 0, 2100)
        assert only(made).conflict
        assert only(made).reports == (("till", 1), ("till", 2))
        assert [each.code for each in made.read().warnings] == ["conflict"]


def test_the_same_content_told_twice_is_no_conflict():
    assert not only(shop(receipt(message_id="a"), receipt(message_id="b"))).conflict


def test_a_later_version_ends_a_conflict():
    made = shop(
        receipt(total=20, message_id="a"),
        receipt(total=21, message_id="b"),
        receipt(total=22, message_id="c", at=1),
    )

    assert not only(made).conflict


def test_an_id_that_means_nothing_links_nothing():
    tills = [
        receipt(f"r{n}", 1, order_id="internal", offset=n)
        for n in range(LINKS_MAX + 20)
    ]
    made = shop(*tills)

    row = made.tables.rows["object"][order_key("shop", "internal")]
    assert row.overlinked
    assert not row.back
    assert made.value("receipts") == LINKS_MAX + 20
    assert made.dump() == shop(*reversed(tills)).dump()


@pytest.mark.parametrize("nothing", ["", None, "null", 0, "undefined"])
def test_orders_without_an_id_are_apart(nothing):
    made = shop(
        order(nothing, message_id="a"), order(nothing, message_id="b", offset=2)
    )

    assert made.value("orders") == 2


def test_a_source_that_told_nothing_is_redefined_without_a_look_at_the_objects():
    made = shop(order(source="erp"))
    old = made.sources["crm"]

    made.sources["crm"] = replace(old, priority=1)

    assert made.profiles.redefine(old) == 0


def test_redefining_looks_at_the_objects_of_the_source():
    made = shop(order(source="erp"), order(source="crm", at=1), receipt())
    old = made.sources["crm"]

    made.sources["crm"] = replace(old, priority=1)

    assert made.profiles.redefine(old) == 1


def test_two_currencies_are_never_added():
    made = shop(order("o1"), order("o2", total=7, currency="EUR"))

    assert money(made) == (3000, 0, 3000)
    assert money(made, currency="EUR") == (700, 0, 700)


def test_money_without_a_currency_is_kept_apart():
    assert money(shop(order(currency=None)), currency="XXX") == (3000, 0, 3000)


def test_an_update_without_a_currency_keeps_that_of_the_order():
    told = [
        order(total=1500, currency="JPY"),
        item("Order Updated", at=1, order_id="o1", total=1400, offset=2),
    ]
    for arrival in itertools.permutations(told):
        assert money(shop(*arrival), currency="JPY") == (1400, 0, 1400)


def test_a_total_that_is_missing_is_the_sum_of_the_lines():
    made = shop(order(total=None, products=[line("cup", 3, "2.33"), line("tea", 1)]))

    assert money(made) == (1699, 0, 1699)


def test_the_profile_lists_the_latest_fifty_and_counts_all():
    made = shop(*(receipt(f"r{n}", 1, at=n, offset=n) for n in range(60)))

    purchases = made.read().purchases

    assert (len(purchases), made.value("receipts")) == (50, 60)
    assert purchases[0].at_us > purchases[-1].at_us
    assert len(list(made.profiles.purchases([1]))) == 60


def test_purchases_need_not_be_loaded_to_read_the_rest():
    profile = shop(receipt()).profiles.read([1], 0, purchases_max=0)

    assert (profile.purchases, profile.value("receipts")) == ((), 1)

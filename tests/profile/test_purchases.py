"""Orders, receipts and returns: each counts once, whatever is told, whenever."""

import itertools

import pytest
from msgspec.structs import replace

from habitue.model.order import PurchaseKind
from habitue.profile.objects import LINKS_MAX
from habitue.profile.rows import CLAIMED_OBJECTS_MAX, NOBODY
from tests.profile.shop import SOURCES, Shop, item, line, order, receipt, shop


def money(made, *strands, currency="GBP"):
    sums = (made.value("revenue", *strands) or {}).get(currency)
    return sums and (sums["gross"], sums["returns"], sums["net"])


def only(made, *strands):
    (purchase,) = made.read(*strands).purchases
    return purchase


def back(at=5, **more):
    return item(
        **{"name": "Return Received", "at": at, "source": "till", "offset": 90, **more}
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


def test_an_order_cancelled_and_refunded_leaves_nothing():
    told = [
        order(),
        item("Order Cancelled", at=1, order_id="o1", offset=2),
        item("Order Refunded", at=2, order_id="o1", total="30.00", offset=3),
    ]
    for arrival in itertools.permutations(told):
        assert money(shop(*arrival)) is None


def test_a_receipt_of_an_order_counts_no_second_time():
    told = [order(total=20, channel="pos"), receipt(order_id="o1", at=1)]
    for arrival in itertools.permutations(told):
        made = shop(*arrival)

        assert money(made) == (2000, 0, 2000)
        assert made.value("purchases") == 1
        assert made.value("favourite_store") == "harbour"


def test_a_receipt_counts_where_its_order_is_only_claimed():
    made = shop(order(source="web", total=99), receipt(order_id="o1"))

    assert money(made) == (2000, 0, 2000)


def test_one_receipt_less_a_partial_return_whatever_is_sent_again():
    """A receipt, a return, the till file thrice, the webhook with a new status."""
    sold = [line("cup", 2, "5.00"), line("tea", 1, "10.00")]
    till_file = [
        receipt(products=sold, message_id="line 1", offset=1),
        back(
            return_id="b1",
            original_receipt_id="r1",
            products=[line("cup", 1, "5.00")],
            currency="GBP",
            message_id="line 2",
        ),
    ]
    again = [
        each._replace(message_id=f"{each.message_id}, file {n}", offset=10 * n + place)
        for n in (2, 3)
        for place, each in enumerate(till_file)
    ]
    webhooks = [
        order(total=20, order_id="w1", at=2, message_id="h1", offset=50),
        order(total=20, order_id="w1", at=2, status="paid", message_id="h2", offset=51),
    ]

    made = shop(*till_file, *again, *webhooks)

    assert money(made) == (4000, 500, 3500)
    assert (made.value("receipts"), made.value("returns")) == (1, 1)
    assert made.dump() == shop(*webhooks, *again[::-1], *till_file).dump()


def test_a_return_without_prices_takes_those_of_the_purchase():
    told = [
        order(total=25, products=[line("cup", 4, "5.00"), line("tea", 1, "5.00")]),
        back(order_id="o1", products=[{"product_id": "cup", "quantity": 3}]),
    ]
    for arrival in itertools.permutations(told):
        assert money(shop(*arrival)) == (2500, 1500, 1000)


def test_a_refund_without_an_amount_is_of_all_that_is_left():
    told = [
        order(total=30),
        back(order_id="o1", return_id="b1", total=10, currency="GBP"),
        item("Order Refunded", at=6, order_id="o1", offset=3),
    ]
    for arrival in itertools.permutations(told):
        assert money(shop(*arrival)) == (3000, 3000, 0)


def test_a_full_refund_told_by_two_sources_happens_once():
    made = shop(
        order(),
        item("Order Refunded", at=6, order_id="o1", source="erp", offset=3),
        item("Order Refunded", at=7, order_id="o1", source="crm", offset=4),
    )

    assert money(made) == (3000, 3000, 0)
    assert made.value("returns") == 1


def test_an_order_refunded_by_its_status_is_returned_but_not_twice():
    refunded = item("Order Updated", at=2, order_id="o1", status="refunded", offset=2)
    partly = back(order_id="o1", return_id="b1", total=10, currency="GBP")

    assert money(shop(order(), refunded)) == (3000, 3000, 0)
    assert money(shop(partly, refunded, order())) == (3000, 3000, 0)


def test_a_return_of_something_never_seen_counts_by_itself():
    made = shop(back(return_id="b1", order_id="old", total=10, currency="GBP"))

    assert money(made) == (0, 1000, -1000)


def test_returning_more_than_was_bought_is_shown_and_not_refused():
    made = shop(
        order(total=10, products=[line("cup", 1)]),
        back(order_id="o1", products=[line("cup", 2)], currency="GBP"),
    )

    profile = made.read()

    assert money(made) == (1000, 2000, -1000)
    assert [each.code for each in profile.warnings] == ["over_returned"]


def test_a_receipt_below_nothing_is_a_return():
    credit = receipt("c1", "-4.00", products=[line("cup", -1, "4.00")], at=3)

    made = shop(receipt(products=[line("cup", 5, "4.00")]), credit)

    assert money(made) == (2000, 400, 1600)
    assert (made.value("receipts"), made.value("returns")) == (1, 1)
    assert made.value("products")[0]["back_milli"] == 1000


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


def test_a_browsers_order_is_shown_and_not_counted():
    made = shop(order(source="web"))

    purchase = only(made)

    assert money(made) is None
    assert (purchase.claimed, purchase.counted, purchase.amount_minor) == (
        True,
        False,
        3000,
    )
    assert made.value("claimed_purchases") == 1


def test_a_browsers_order_counts_where_the_source_is_trusted_with_orders():
    assert money(shop(order(source="app"))) == (3000, 0, 3000)


def test_a_verified_report_beats_a_later_claim():
    told = [order(total=30, source="erp"), order(total=1, source="app", at=9)]

    assert [money(shop(*arrival))[0] for arrival in (told, told[::-1])] == [3000, 3000]


def test_a_claim_of_anothers_order_takes_nothing_from_her():
    made = Shop().fold(order(source="erp"), strand=1)
    made.fold(order(source="web", at=9, who=("anonymous_id:d9",)), strand=2)

    assert money(made, 1) == (3000, 0, 3000)
    assert made.read(2).purchases == ()


def test_a_flood_of_claimed_orders_stays_bounded_in_any_order():
    flood = [order(f"o{n:04}", source="web", offset=n) for n in range(250)]

    forward, backward = shop(*flood), shop(*reversed(flood))

    assert forward.dump() == backward.dump()
    assert forward.value("claimed_purchases") == CLAIMED_OBJECTS_MAX
    assert [each.code for each in forward.read().warnings] == ["claims"]


def test_one_order_claimed_by_many_devices_stays_small():
    flood = [(order(source="web", offset=n), n) for n in range(1, 200)]
    made = Shop()
    for each, strand in flood:
        made.fold(each, strand=strand)

    (row,) = made.tables.rows["object"].values()

    assert len(row.parts) == 64


def test_an_id_that_means_nothing_links_nothing():
    tills = [
        receipt(f"r{n}", 1, order_id="internal", offset=n)
        for n in range(LINKS_MAX + 20)
    ]
    made = shop(*tills)

    assert made.value("receipts") == LINKS_MAX + 20
    assert made.dump() == shop(*reversed(tills)).dump()


@pytest.mark.parametrize("nothing", ["", None, "null", 0, "undefined"])
def test_orders_without_an_id_are_apart(nothing):
    made = shop(
        order(nothing, message_id="a"), order(nothing, message_id="b", offset=2)
    )

    assert made.value("orders") == 2


def test_an_object_counts_for_the_strand_of_its_winning_report():
    made = Shop().fold(order(source="crm"), strand=1)
    made.fold(order(source="erp", at=1), strand=2)

    assert money(made, 1) is None
    assert money(made, 2) == (3000, 0, 3000)
    assert money(made, 1, 2) == (3000, 0, 3000)


def test_a_report_that_names_nobody_takes_an_order_from_nobody():
    made = Shop().fold(order(), strand=1)
    made.fold(
        item("Order Updated", at=9, who=(), order_id="o1", status="shipped"),
        strand=NOBODY,
    )

    assert money(made, 1) == (3000, 0, 3000)
    assert only(made, 1).status == "shipped"


def test_an_anonymous_return_goes_to_whom_the_receipt_belongs():
    made = Shop().fold(receipt(), strand=1)
    made.fold(
        back(who=(), original_receipt_id="r1", return_id="b1", total=5, currency="GBP"),
        strand=NOBODY,
    )

    assert money(made, 1) == (2000, 500, 1500)


def test_three_cash_receipts_come_home_with_their_strand():
    cash = [receipt(f"r{n}", 10, at=n, who=("card_token:t",)) for n in range(3)]
    made = shop(*cash, strand=7)
    made.fold(item("Loyalty Enrolled", at=9, who=("loyalty_card:l",)), strand=8)

    assert money(made, 7, 8) == (3000, 0, 3000)
    assert money(made, 8) is None


def test_receipts_of_nobody_are_in_the_totals_with_no_known_buyer():
    made = Shop().fold(receipt("r1", 10, who=()), strand=NOBODY)
    made.fold(receipt("r2", 30, at=1), strand=1)

    totals = made.profiles.totals()

    assert totals.amount("GBP", PurchaseKind.RECEIPT) == 4000
    assert totals.amount("GBP", PurchaseKind.RECEIPT, known_buyer=False) == 1000
    assert totals.objects(PurchaseKind.RECEIPT, known_buyer=True) == 1


def test_a_device_alone_is_no_known_buyer():
    made = shop(order(who=("anonymous_id:d",)))

    totals = made.profiles.totals()

    assert totals.amount("GBP", PurchaseKind.ORDER, known_buyer=False) == 3000


def test_totals_keep_simulated_money_apart():
    made = shop(order("o1"), order("o2", source="demo"))

    totals = made.profiles.totals()

    assert totals.amount("GBP", PurchaseKind.ORDER, simulated=False) == 3000
    assert [each.simulated for each in made.read().purchases] == [True, False]


def test_totals_of_some_days_hold_these_days_only():
    made = shop(order("o1"), order("o2", at=48))
    second_day = order(at=36).event.at_us

    totals = made.profiles.totals(since_us=second_day)

    assert totals.objects(PurchaseKind.ORDER) == 1


def test_a_receipt_is_called_by_fiscal_id_before_all_else():
    made = shop(
        receipt("r1", fiscal_id="F1"), receipt("r2", fiscal_id="F1", offset=2, at=1)
    )

    assert made.value("receipts") == 1


def test_a_receipt_is_called_by_store_till_day_and_number():
    told = {"till_id": 4, "business_date": "2025-03-01", "number": 17}

    made = shop(
        receipt("a", **told),
        receipt("b", **told, message_id="again"),
        receipt("c", **{**told, "till_id": 5}),
    )

    assert made.value("receipts") == 2


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


def test_a_return_without_a_currency_takes_that_of_the_purchase():
    told = [order(total=1500, currency="JPY"), back(order_id="o1", total=500)]
    for arrival in itertools.permutations(told):
        assert money(shop(*arrival), currency="JPY") == (1500, 500, 1000)


def test_a_total_that_is_missing_is_the_sum_of_the_lines():
    made = shop(order(total=None, products=[line("cup", 3, "2.33"), line("tea", 1)]))

    assert money(made) == (1699, 0, 1699)


def test_an_exchange_gives_back_what_it_names():
    made = shop(
        order("o1", products=[line("cup", 3)]),
        order("o2", total=12, at=2),
        item(
            "Exchange Completed",
            at=2,
            order_id="o1",
            new_order_id="o2",
            products=[line("cup", 1)],
            currency="GBP",
        ),
    )

    assert money(made) == (4200, 1000, 3200)


def test_the_profile_lists_the_latest_fifty_and_counts_all():
    made = shop(*(receipt(f"r{n}", 1, at=n, offset=n) for n in range(60)))

    purchases = made.read().purchases

    assert (len(purchases), made.value("receipts")) == (50, 60)
    assert purchases[0].at_us > purchases[-1].at_us
    assert len(list(made.profiles.purchases([1]))) == 60


def test_purchases_need_not_be_loaded_to_read_the_rest():
    profile = shop(receipt()).profiles.read([1], 0, purchases_max=0)

    assert (profile.purchases, profile.value("receipts")) == ((), 1)


def test_an_absurd_amount_is_no_amount():
    made = shop(order(total="99999999999999"), order("o2"))

    assert money(made) == (3000, 0, 3000)


@pytest.mark.parametrize(
    "hostile",
    [
        {"order_id": {"a": 1}, "total": [], "products": "x"},
        {"order_id": "o1", "total": "1e999", "products": [None, 3, {}]},
        {"order_id": "o1", "total": float("inf"), "currency": 7},
        {"order_id": "o1", "products": [{"quantity": [], "price": {}, "name": []}]},
        {"order_id": "o1", "products": [{"quantity": "1e30", "price": "-1e30"}]},
        {"order_id": "o1", "total": True, "updated_at": -1, "status": {}},
        {"order_id": "o\x1f1", "total": 1, "updated_at": 1e300, "store_id": True},
    ],
)
def test_a_hostile_order_is_folded_without_an_error(hostile):
    made = shop(item("Order Completed", **hostile))

    assert made.value("events") == 1
    assert made.read().purchases[0].lines is not None

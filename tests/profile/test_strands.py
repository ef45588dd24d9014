"""For whom a purchase counts, and the totals of the shop."""

from habitue.model.order import PurchaseKind
from habitue.profile.rows import NOBODY
from tests.profile.shop import Shop, back, item, money, only, order, receipt, shop


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
    second_day = made.profiles.days.of(order(at=36).event.at_us)

    totals = made.profiles.totals(first=second_day)

    assert totals.objects(PurchaseKind.ORDER) == 1


def test_two_people_merged_while_events_arrive_count_as_one_from_the_start():
    told = [receipt(f"r{n}", n, at=n % 5, offset=n) for n in range(1, 21)]
    made = Shop().fold(*told[:8:2], strand=1).fold(*told[1:8:2], strand=2)

    first = made.read(1, 2)
    made.fold(*told[8:14], strand=2)
    made.read(2, 1)
    made.fold(*told[14:], strand=1)

    assert first.value("receipts") == 8
    assert made.read(2, 1) == made.read(1, 2) == shop(*told).read()

"""What a product cost when, and the lowest price of the 30 days before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.base.clock import DAY_US
from habitue.catalog.history import REFERENCE_US, add_point, fall, in_force, lowest
from habitue.catalog.rows import POINTS_MAX, HistoryRow
from tests.catalog.goods import Goods, at, price


def now(goods: Goods, day: float, product: str = "A1"):
    found = goods.catalog.read.product(product, at(day))
    assert found is not None
    return found.prices


def test_a_price_holds_from_its_moment_until_the_next(goods: Goods) -> None:
    goods.tell(price(0, "10.00"), price(5, "8.50"))

    assert now(goods, -0.1) == ()
    assert [one.price.amount_minor for one in now(goods, 0)] == [1000]
    assert [one.price.amount_minor for one in now(goods, 4.9)] == [1000]
    assert [one.price.amount_minor for one in now(goods, 5)] == [850]


def test_prices_are_exact_in_the_minor_units_of_their_currency(goods: Goods) -> None:
    goods.tell(
        price(0, 0.1), price(1, "19.99"), price(0, 1500, currency="JPY"),
        price(0, "1.234", currency="KWD"),
    )  # fmt: skip

    found = {one.price.currency: one.price.amount_minor for one in now(goods, 2)}
    assert found == {"PLN": 1999, "JPY": 1500, "KWD": 1234}


def test_a_store_has_a_price_of_its_own(goods: Goods) -> None:
    goods.tell(price(0, 10), price(0, 9, store_id="Krakow"))

    found = {one.price.store: one.price.amount_minor for one in now(goods, 1)}
    assert found == {"": 1000, "Krakow": 900}


def test_beside_a_lower_price_stands_the_lowest_of_the_30_days_before(
    goods: Goods,
) -> None:
    goods.tell(price(0, 100), price(50, 70), price(60, 90), price(75, 80))

    (found,) = now(goods, 76)
    assert found.fall is not None
    assert found.fall.at_us == at(75)
    assert found.fall.before_minor == 9000
    # 70 was in force until day 60, within the 30 days before day 75.
    assert (found.fall.lowest_minor, found.fall.whole) == (7000, True)


def test_the_price_that_held_when_the_30_days_began_counts(goods: Goods) -> None:
    goods.tell(price(0, 50), price(50, 90), price(75, 80))
    (found,) = now(goods, 76)
    # 50 was in force until day 50, which is 25 days before.
    assert found.fall is not None
    assert found.fall.lowest_minor == 5000

    goods.tell(price(100, 60))
    (found,) = now(goods, 101)
    assert found.fall is not None
    # Day 70 on: 90, then 80.
    assert found.fall.lowest_minor == 8000


def test_the_new_price_itself_is_not_among_the_30_days_before(goods: Goods) -> None:
    goods.tell(price(0, 100), price(40, 10))

    (found,) = now(goods, 40)
    assert found.fall is not None
    assert found.fall.lowest_minor == 10000


def test_a_product_sold_for_less_than_30_days_says_so(goods: Goods) -> None:
    goods.tell(price(0, 100), price(10, 90))

    (found,) = now(goods, 11)
    assert found.fall is not None
    assert (found.fall.lowest_minor, found.fall.whole) == (10000, False)


def test_a_price_told_again_leaves_the_fall_where_it_was(goods: Goods) -> None:
    goods.tell(price(0, 100), price(40, 90), price(41, 90), price(42, 90))

    (found,) = now(goods, 50)
    assert found.price.since_us == at(40)
    assert found.fall is not None
    assert found.fall.at_us == at(40)


def test_a_price_that_rose_is_no_fall(goods: Goods) -> None:
    goods.tell(price(0, 100), price(40, 90), price(50, 95))

    (found,) = now(goods, 60)
    assert found.fall is None


def test_of_two_prices_for_one_moment_the_newer_telling_holds(goods: Goods) -> None:
    newer = price(0, 9, updated_at="2026-03-01T12:00:02Z")
    older = price(0, 8, updated_at="2026-03-01T12:00:01Z")
    goods.tell(newer, older)

    assert [one.price.amount_minor for one in now(goods, 1)] == [900]


def test_a_history_over_the_bound_keeps_the_latest_and_says_from_when(
    goods: Goods,
) -> None:
    goods.tell(*(price(day / 4, 10 + day) for day in range(POINTS_MAX + 10)))

    product = goods.catalog.read.product("A1", at(300))
    changes = goods.catalog.read.price_changes(product, [("", "PLN")])
    assert len(changes) == POINTS_MAX
    assert goods.catalog.read.kept_from(product) == at(9 / 4)


POINTS = st.lists(
    st.tuples(st.integers(0, 90), st.integers(1, 40)), min_size=1, max_size=30
)


def history(told: list[tuple[int, int]]) -> HistoryRow:
    row = HistoryRow()
    for number, (day, amount) in enumerate(told):
        add_point(row, (day * DAY_US, day * DAY_US, f"{number:03}", number, amount))
    return row


def day_by_day(told: list[tuple[int, int]], day: int) -> int | None:
    """Give the price of a day the slow way: the last that was told until then."""
    held = sorted((when, at, amount) for at, (when, amount) in enumerate(told))
    before = [amount for when, _, amount in held if when <= day]
    return before[-1] if before else None


@given(POINTS, st.integers(0, 130))
def test_the_lowest_price_is_that_of_a_search_day_by_day(told, day) -> None:
    row = history(told)

    # A price may change within a day of neither: all changes are at midnight.
    days = [day_by_day(told, one) for one in range(day - 30, day)]
    known = [one for one in days if one is not None]
    found = lowest(row, day * DAY_US, REFERENCE_US)
    assert (None if found is None else found.amount) == (min(known) if known else None)
    if found is not None:
        assert found.whole == (days[0] is not None)
    held = in_force(row, day * DAY_US)
    assert (None if held is None else held[4]) == day_by_day(told, day)


@given(POINTS)
def test_a_fall_is_where_the_price_came_below_the_one_before(told) -> None:
    row = history(told)
    prices = [day_by_day(told, day) for day in range(91)]
    runs = [
        (day, one)
        for day, one in enumerate(prices)
        if one is not None and (day == 0 or prices[day - 1] != one)
    ]
    found = fall(row, 90 * DAY_US)

    fell = len(runs) > 1 and runs[-1][1] < runs[-2][1]
    assert (found is not None) == fell
    if found is not None:
        assert (found.at_us, found.before) == (runs[-1][0] * DAY_US, runs[-2][1])


@pytest.mark.parametrize("amount", [None, "", "free", -1, True, [1], "nan", "9e999"])
def test_what_is_no_price_is_none(goods: Goods, amount: object) -> None:
    goods.tell(price(0, amount))

    assert now(goods, 1) == ()

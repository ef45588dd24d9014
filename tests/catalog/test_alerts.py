"""A price that fell and goods that are back are told on once, and never late."""

from pathlib import Path

from habitue.app.projection.rebuild import open_fold, replay, save
from habitue.backends.sqlite.state import SqliteState
from habitue.model.identifier import Identifier
from tests.catalog.goods import Goods, at, price, stock, told


def live(goods: Goods, *days: tuple[float, object], tell=price) -> None:
    """Tell levels as they come to be, each on its day."""
    for day, level in days:
        goods.tell(tell(day, level), day=day)


def test_a_fall_is_told_with_both_prices_and_the_lowest_of_30_days(
    goods: Goods,
) -> None:
    named = told("Product Created", -1, product_id="A1", name="Kettle", brand="Nord")
    goods.tell(named, day=-1)
    live(goods, (0, 100), (10, 80), (20, 120), (35, "99.90"))

    last = goods.due()[-1]
    assert last.name == "Price Dropped"
    assert last.properties == {
        "product_id": "A1",
        "catalog": "erp",
        "name": "Kettle",
        "brand": "Nord",
        "currency": "PLN",
        "price": "99.90",
        "price_before": "120.00",
        "lowest_30_days": "80.00",
        "all_30_days_known": True,
        "changed_at": "2026-04-05T12:00:00Z",
    }


def test_a_rise_a_first_price_and_the_same_price_tell_nothing(goods: Goods) -> None:
    live(goods, (0, 10), (1, 10), (2, 11), (3, 11))

    assert goods.due() == []


def test_each_fall_is_told_by_itself(goods: Goods) -> None:
    live(goods, (0, 10), (1, 9), (2, 12), (3, 8))

    assert [one.properties["price"] for one in goods.due()] == ["9.00", "8.00"]


def test_stock_from_nothing_is_back_and_more_of_it_is_not(goods: Goods) -> None:
    live(goods, (0, 5), (1, 0), (2, 3), (3, 9), tell=stock)

    (back,) = goods.due()
    assert back.name == "Back in Stock"
    assert back.properties["quantity"] == 3


def test_what_nobody_counts_is_back_too_and_has_no_number(goods: Goods) -> None:
    for day, there in enumerate((True, False, True, True)):
        goods.tell(
            told("Product Updated", day, product_id="A1", in_stock=there), day=day
        )

    (back,) = goods.due()
    assert back.name == "Back in Stock"
    assert back.properties["in_stock"] is True
    assert "quantity" not in back.properties


def test_a_first_stock_is_not_back_and_an_oversold_one_is(goods: Goods) -> None:
    live(goods, (0, 4), (1, -2), (2, 1), tell=stock)

    assert [one.at_us for one in goods.due()] == [at(2)]


def test_a_store_is_told_of_by_itself(goods: Goods) -> None:
    for day, amount, store in ((0, 10, ""), (0, 9, "K"), (1, 8, "K")):
        goods.tell(price(day, amount, store_id=store), day=day)

    (fell,) = goods.due()
    assert fell.properties["store_id"] == "K"
    assert fell.properties["price_before"] == "9.00"


def test_history_tells_nothing(goods: Goods) -> None:
    for day, amount in ((0, 10), (1, 5)):
        goods.tell(price(day, amount, historical=True), day=day)

    assert goods.due() == []


def test_a_feed_that_comes_late_tells_nothing_that_is_past(goods: Goods) -> None:
    live(goods, (0, 10))
    goods.tell(price(2, 5), day=4.1)

    assert goods.due() == []


def test_a_feed_out_of_order_tells_nothing_that_is_past(goods: Goods) -> None:
    live(goods, (0, 10), (2, 10))
    goods.tell(price(1, 5), day=2)

    assert goods.due() == []


def test_the_same_change_told_again_or_corrected_is_told_on_once(goods: Goods) -> None:
    live(goods, (0, 10), (1, 8))
    assert goods.append_due(day=1) == 1
    goods.tell(price(1, 8, message_id="again"), day=1)
    goods.tell(price(1, 7, updated_at="2026-03-02T13:00:00Z"), day=1)

    assert goods.due() == []


def test_what_was_appended_is_due_no_more(goods: Goods) -> None:
    live(goods, (0, 10), (1, 8))

    assert goods.append_due(day=1) == 1
    assert goods.due() == []
    assert len(goods.records("Price Dropped")) == 1


def test_what_was_appended_is_due_no_more_for_the_next_process(goods: Goods) -> None:
    live(goods, (0, 10), (1, 8))
    goods.append_due(day=1)
    save(goods.fold, goods.state)
    goods.close()

    again = Goods(goods.folder)
    assert again.fold.offset == again.truth.head()
    again.catalog.alerts.outbox.recall(None, 10)
    assert again.catalog.alerts.outbox.due(10) == []
    again.close()


def test_what_was_not_appended_is_due_after_a_restart(goods: Goods) -> None:
    live(goods, (0, 10), (1, 8))
    (before,) = goods.catalog.alerts.outbox.due(10)
    goods.close()

    again = Goods(goods.folder)
    replay(again.fold, again.truth, again.state, again.truth.head())
    assert again.catalog.alerts.outbox.due(10) == [before]
    again.close()


def test_what_a_process_left_due_in_its_state_is_found_by_the_next(
    goods: Goods,
) -> None:
    live(goods, (0, 10), (1, 8))
    (before,) = goods.catalog.alerts.outbox.due(10)
    save(goods.fold, goods.state)
    goods.close()

    again = Goods(goods.folder)
    assert again.fold.offset == again.truth.head()
    assert again.catalog.alerts.outbox.due(10) == []
    assert again.catalog.alerts.outbox.recall(None, 10) is None
    assert again.catalog.alerts.outbox.due(10) == [before]
    again.close()


def test_a_rebuild_appends_nothing_and_is_byte_equal(
    goods: Goods, tmp_path: Path
) -> None:
    live(goods, (0, 10), (1, 8))
    live(goods, (0, 3), (1, 0), (1.5, 2), tell=stock)
    assert goods.append_due(day=2) == 2
    live(goods, (3, 6))
    head = goods.truth.head()

    backend = SqliteState(tmp_path / "again.db")
    again = open_fold(goods.truth, backend, 1_000)
    replay(again, goods.truth, backend, head, batch_records=2)

    assert list(again.store.dump()) == goods.dump()
    assert again.catalog.alerts.outbox.due(10) == goods.catalog.alerts.outbox.due(10)
    assert goods.truth.head() == head
    backend.close()


def test_what_a_browser_tells_or_names_somebody_changes_no_price(goods: Goods) -> None:
    live(goods, (0, 10))
    goods.tell(price(1, 1, writer="public", message_id="p"), day=1)
    goods.tell(price(1, 1, writer="signed", message_id="s"), day=1)
    named = (Identifier("user_id", "u1"),)
    goods.tell(price(1, 1, identifiers=named, message_id="n"), day=1)

    assert goods.due() == []
    found = goods.catalog.read.product("A1", at(2))
    assert [one.price.amount_minor for one in found.prices] == [1000]

"""A catalogue that is told late, or otherwise: kept memberships follow its words."""

import pytest

from habitue.app.projection.rebuild import open_fold, save
from habitue.backends.sqlite.state import SqliteState
from habitue.base.clock import SECOND_US
from habitue.model.source import Writer
from habitue.segment import filling
from habitue.segment.condition import Condition, Count, Did, Distinct, Where
from habitue.segment.definition import SEGMENT
from tests.app.test_segments_in_time import BOUGHT, Desk

TEA = Where(property="$category", op="is", value="Tea")
NORTH = Where(property="$region", op="is", value="north")
REPORTED = Did(event=BOUGHT, where=(TEA,))
BOUGHT_TEA = Did(event="$purchase", where=(TEA,))
CHEAP = Where(property="$list_price", op="<", value=2000, currency="EUR")
KINDS = Did(event=BOUGHT, distinct=Distinct(of="$category", op=">=", value=2))


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    yield desk
    desk.truth.close()
    desk.state.close()


def order(desk: Desk, who: str, *products: str, number: str = "o1", store: str = ""):
    lines = [{"product_id": one, "quantity": 1, "price": 5} for one in products]
    told = {"order_id": number, "total": 5, "currency": "EUR", "products": lines}
    if store:
        told["store_id"] = store
    desk.tell(who, properties=told)


def product(desk: Desk, product_id: str, **told: object) -> None:
    properties = {"product_id": product_id, **told}
    desk.tell("", name="Product Updated", writer=Writer.SERVER, properties=properties)


def begin(desk: Desk, condition: Condition) -> None:
    desk.define("tea", condition)
    settle(desk)


def settle(desk: Desk) -> None:
    library = desk.fold.segments.live.library
    for _ in range(20):
        desk.tick(SECOND_US)
        if not library.jobs:
            return
    raise AssertionError("The job never ends.")


@pytest.mark.parametrize("condition", [REPORTED, BOUGHT_TEA])
def test_who_bought_before_their_goods_were_told_of_is_in(desk, condition):
    begin(desk, condition)
    order(desk, "user_id:anna", "p1")
    assert desk.of("user_id:anna") == set()

    product(desk, "p1", category="Tea")
    # From here on the meaning answers, until all is noted anew.
    assert desk.kept.members("tea", 0, 10) is None
    settle(desk)

    assert desk.of("user_id:anna") == {"tea"}
    assert desk.kept.members("tea", 0, 10) == ([desk.person("user_id:anna")], None)


@pytest.mark.parametrize("condition", [REPORTED, BOUGHT_TEA])
def test_goods_of_another_category_take_their_buyers_along(desk, condition):
    product(desk, "p1", category="Tea")
    order(desk, "user_id:anna", "p1", number="o1")
    order(desk, "user_id:bob", "p2", number="o2")
    begin(desk, condition)
    since = desk.kept.of_person(desk.person("user_id:anna"))[0].since_us

    product(desk, "p2", category="Tea")
    settle(desk)
    assert desk.of("user_id:bob") == {"tea"}
    (anna,) = desk.kept.of_person(desk.person("user_id:anna"))
    assert anna.since_us == since

    product(desk, "p1", category="Coffee")
    settle(desk)
    assert (desk.of("user_id:anna"), desk.of("user_id:bob")) == (set(), {"tea"})


@pytest.mark.parametrize("event", [BOUGHT, "$purchase"])
def test_a_price_of_the_catalogue_takes_its_buyers_along(desk, event):
    product(desk, "p1", category="Tea", price="19.99", currency="EUR")
    product(desk, "p2", category="Tea", price=25, currency="EUR")
    order(desk, "user_id:anna", "p1", number="o1")
    order(desk, "user_id:bob", "p2", number="o2")
    # Cheap in another currency only: of euros nothing is known.
    product(desk, "p3", category="Tea", price=5, currency="PLN")
    order(desk, "user_id:carl", "p3", number="o3")
    begin(desk, Did(event=event, where=(CHEAP,)))
    assert (desk.of("user_id:anna"), desk.of("user_id:bob")) == ({"tea"}, set())
    assert desk.of("user_id:carl") == set()

    desk.tell(
        "",
        name="Price Changed",
        writer=Writer.SERVER,
        properties={"product_id": "p2", "price": "15.00", "currency": "EUR"},
    )
    # From here on the meaning answers, until all is noted anew.
    assert desk.kept.members("tea", 0, 10) is None
    settle(desk)
    assert desk.of("user_id:bob") == {"tea"}

    product(desk, "p1", price=30, currency="EUR")
    product(desk, "p2", price=10, currency="PLN")
    product(desk, "p2", price=90, currency="EUR", store_id="s1")
    settle(desk)
    assert (desk.of("user_id:anna"), desk.of("user_id:bob")) == (set(), {"tea"})


def test_a_price_has_nothing_noted_anew_where_none_is_asked_for(desk):
    begin(desk, BOUGHT_TEA)
    order(desk, "user_id:anna", "p1")
    product(desk, "p1", category="Tea")
    settle(desk)

    product(desk, "p1", price=5, currency="EUR")
    assert not desk.fold.segments.live.library.jobs

    desk.define("cheap", Did(event="$purchase", where=(CHEAP,)))
    settle(desk)
    product(desk, "p1", price=500, currency="EUR")
    library = desk.fold.segments.live.library
    assert (library.is_behind("cheap"), library.is_behind("tea")) == (True, False)


def test_values_are_the_catalogues_of_now_too(desk):
    begin(desk, KINDS)
    order(desk, "user_id:anna", "p1", "p2")

    product(desk, "p1", category="Tea")
    product(desk, "p2", category="Coffee")
    settle(desk)
    assert desk.of("user_id:anna") == {"tea"}

    product(desk, "p2", category="Tea")
    settle(desk)
    assert desk.of("user_id:anna") == set()


def test_a_store_that_moves_takes_its_customers_along(desk):
    begin(desk, Did(event=BOUGHT, where=(NORTH,)))
    order(desk, "user_id:anna", "p1", store="s1")

    told = {"store_id": "s1", "region": "north"}
    desk.tell("", name="Store Updated", writer=Writer.SERVER, properties=told)
    settle(desk)

    assert desk.of("user_id:anna") == {"tea"}


def test_goods_that_nobody_touched_have_nothing_noted_anew(desk):
    begin(desk, REPORTED)
    order(desk, "user_id:anna", "p1")

    product(desk, "p2", category="Tea")
    assert not desk.fold.segments.live.library.jobs

    # Who tells of p1 first may stand before others that do; what is told next says
    # nothing that is asked for.
    product(desk, "p1", name="Sencha")
    settle(desk)
    product(desk, "p1", name="Sencha of spring", price=5, currency="EUR")
    assert not desk.fold.segments.live.library.jobs


def test_much_that_changes_at_once_is_noted_anew_once(desk):
    begin(desk, REPORTED)
    names = [f"p{number}" for number in range(10)]
    order(desk, "user_id:anna", *names)
    leaves = len(desk.fold.segments.live.library.leaves)

    for name in names:
        product(desk, name, category="Tea")
    settle(desk)

    assert len(desk.fold.segments.live.library.leaves) == leaves + 1
    assert desk.of("user_id:anna") == {"tea"}


def test_a_count_is_not_doubled_by_what_is_noted_anew(desk):
    begin(desk, Did(event=BOUGHT, where=(TEA,), count=Count(op="=", value=2)))
    product(desk, "p1", category="Tea")
    order(desk, "user_id:anna", "p1", number="o1")
    order(desk, "user_id:anna", "p2", number="o2")

    product(desk, "p2", category="Tea")
    settle(desk)

    assert desk.of("user_id:anna") == {"tea"}


def test_what_is_noted_anew_outlives_another_definition(desk):
    begin(desk, REPORTED)
    order(desk, "user_id:anna", "p1")
    product(desk, "p1", category="Tea")
    desk.tick(0)

    desk.define("kinds", KINDS)
    desk.truth.define(SEGMENT, "kinds", b"null", desk.now)
    desk.apply()
    settle(desk)

    assert desk.of("user_id:anna") == {"tea"}


def test_who_is_kept_in_memory_is_judged_by_the_catalogue_of_now(desk, tmp_path):
    desk.define("viewers", Did(event="Viewed"))
    begin(desk, BOUGHT_TEA)
    order(desk, "user_id:anna", "p1")
    product(desk, "p1", category="Tea")

    # Before anything is noted anew; only what is asked of views has to be answered.
    desk.tell("user_id:anna", name="Viewed")

    # Opened anew for the last record, a fold keeps nobody in memory.
    again = SqliteState(tmp_path / "again.db")
    fold = open_fold(desk.truth, again, 1_000)
    *before, last = desk.truth.read(0, 1_000)
    for record in before:
        fold.apply(record)
    save(fold, again)
    fold = open_fold(desk.truth, again, 1_000)
    fold.apply(last)
    assert list(fold.store.dump()) == list(desk.fold.store.dump())
    again.close()


@pytest.mark.parametrize("told", ["p1", "p2"])
def test_goods_told_of_while_people_are_judged_are_those_of_now(
    desk, told, monkeypatch
):
    """What was kept of purchases before it was known who touched these goods."""
    monkeypatch.setattr(filling, "STEP_ITEMS", 1)
    monkeypatch.setattr(filling, "STEPS_A_TURN", 1)
    order(desk, "user_id:anna", "p2", number="o1")
    order(desk, "user_id:bob", "p1", number="o2")
    desk.define("tea", BOUGHT_TEA)
    jobs = desk.fold.segments.live.library.jobs
    while not next(iter(jobs.values())).judging:
        desk.tick(SECOND_US)

    order(desk, "user_id:bob", "p3", number="o3")
    product(desk, told, category="Tea")
    settle(desk)

    assert desk.of("user_id:anna") == ({"tea"} if told == "p2" else set())
    assert desk.of("user_id:bob") == ({"tea"} if told == "p1" else set())

"""The catalogue is a function of the set of what was told, in any order."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from habitue.catalog.fold import Catalog
from habitue.catalog.parse import Where
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.evidence import Key, Verdict
from habitue.model.record import RecordKind
from habitue.model.source import Source, Writer
from tests.catalog.goods import Goods, at, price, stock, told
from tests.catalog.memory import MemoryTables, dumped

NAMES = st.sampled_from(["name", "brand", "category", "size"])
FACTS = st.one_of(
    st.tuples(
        st.sampled_from(["Product Created", "Product Updated", "Product Deleted"]),
        st.fixed_dictionaries(
            {"product_id": st.sampled_from(["A1", "A2"])},
            optional={
                "name": st.sampled_from(["x", "y", None]),
                "brand": st.sampled_from(["b", 7]),
                "price": st.integers(1, 9),
                "quantity": st.integers(0, 3),
                "inventory_item_id": st.sampled_from(["i1", 2, None]),
            },
        ).map(lambda told: {"currency": "EUR", **told}),
    ),
    st.tuples(
        st.just("Price Changed"),
        st.fixed_dictionaries(
            {
                "product_id": st.sampled_from(["A1", "A2"]),
                "price": st.integers(1, 9),
                "currency": st.sampled_from(["EUR", "PLN"]),
                "store_id": st.sampled_from(["", "K"]),
            }
        ),
    ),
    st.tuples(
        st.just("Stock Changed"),
        st.fixed_dictionaries(
            {
                "inventory_item_id": st.sampled_from(["i1", 2]),
                "quantity": st.integers(0, 3),
                "store_id": st.sampled_from(["", "K"]),
            }
        ),
    ),
    st.tuples(
        st.sampled_from(["Store Opened", "Store Updated", "Store Closed"]),
        st.fixed_dictionaries(
            {"store_id": st.just("K"), "region": st.sampled_from(["N", "S"])}
        ),
    ),
)
TOLD = st.lists(st.tuples(FACTS, st.integers(0, 5), st.integers(0, 2)), max_size=14)
FACT_TABLES = (
    *("product", "shop_store", "price", "stock", "catalog_source"),
    *("stock_item", "item_stock"),
)


def events(drawn) -> list[tuple[Event, Where]]:
    found = []
    for number, ((name, properties), day, updated) in enumerate(drawn):
        event = Event(
            type="track",
            name=name,
            at_us=at(day),
            writer=Writer.SERVER,
            properties={
                **properties,
                "updated_at": f"2026-03-0{updated + 1}T00:00:00Z",
            },
        )
        found.append((event, Where("erp", f"m{number}", number + 1, at(400))))
    return found


def folded(told_of) -> Catalog:
    tables = MemoryTables()
    catalog = Catalog(tables, lambda name: Source(name=name))
    for event, where in told_of:
        catalog.fold(event, where)
    catalog.tables = tables  # type: ignore[attr-defined]
    return catalog


def state(catalog) -> list:
    return dumped(catalog.tables, *FACT_TABLES)


@given(TOLD, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_rows(drawn, random) -> None:
    told_of = events(drawn)
    shuffled = list(told_of)
    random.shuffle(shuffled)

    assert state(folded(told_of)) == state(folded(shuffled))


@given(TOLD)
def test_told_twice_is_told_once(drawn) -> None:
    told_of = events(drawn)

    assert state(folded(told_of + told_of)) == state(folded(told_of))


@given(TOLD.filter(bool), st.data())
def test_what_is_withdrawn_was_never_told(drawn, data) -> None:
    told_of = events(drawn)
    gone = data.draw(st.integers(0, len(told_of) - 1))
    catalog = folded(told_of)

    by_offset = {where.offset: (event, where) for event, where in told_of}
    for offset in catalog.withdraw(*told_of[gone]):
        catalog.fold(*by_offset[offset], again=True)

    left = told_of[:gone] + told_of[gone + 1 :]
    assert state(catalog) == state(folded(left))


def test_a_price_that_is_retracted_never_was(goods: Goods) -> None:
    goods.tell(price(0, 10, message_id="m1"), price(5, 7, message_id="m2"), day=5)
    before = goods.catalog.read.product("A1", at(6)).prices
    assert [one.price.amount_minor for one in before] == [700]

    goods.tell(judged("retract", "m2"))
    (found,) = goods.catalog.read.product("A1", at(6)).prices
    assert found.price.amount_minor == 1000

    goods.tell(judged("restore", "m2", day=301))
    assert goods.catalog.read.product("A1", at(6)).prices == before


def judged(verb: str, message_id: str, day: float = 300) -> Entry:
    verdict = Verdict(
        verb=verb, target=Key("erp", message_id), at_us=at(day), operator="Ola"
    )
    return Entry(
        kind=RecordKind.JUDGEMENT,
        source="operator",
        message_id=f"{verb}/{message_id}",
        body=msgspec.json.encode(verdict),
    )


def test_a_field_stands_as_its_newest_report_tells_it(goods: Goods) -> None:
    goods.tell(
        told("Product Updated", 2, product_id="A1", name="New", size="M"),
        told("Product Created", 1, product_id="A1", name="Old", brand="Nord"),
        told("Product Updated", 3, product_id="A1", size=None),
    )

    found = goods.catalog.read.product("A1", at(4))
    assert found.fields == {"brand": "Nord", "name": "New"}
    assert len(found.reports) == 3


def test_a_product_that_left_is_marked_and_kept(goods: Goods) -> None:
    goods.tell(
        told("Product Created", 1, product_id="A1", name="Kettle"),
        price(1, 10),
        told("Product Deleted", 2, product_id="A1"),
    )

    found = goods.catalog.read.product("A1", at(4))
    assert (found.deleted, found.fields["name"]) == (True, "Kettle")
    goods.tell(told("Product Created", 3, product_id="A1"))
    assert not goods.catalog.read.product("A1", at(4)).deleted


def test_of_two_sources_the_one_of_higher_priority_tells_of_a_product(
    goods: Goods,
) -> None:
    goods.tell(
        told("Product Created", 1, product_id="A1", name="of the shop", source="shop"),
        told("Product Created", 1, product_id="A1", name="of the ERP", source="erp"),
    )

    named = {
        source: goods.catalog.read.product("A1", at(2), source).fields["name"]
        for source in ("erp", "shop")
    }
    assert named == {"erp": "of the ERP", "shop": "of the shop"}
    assert goods.catalog.read.product("A1", at(2)).source == "erp"


def test_a_receipts_store_is_found_in_its_own_source_first(goods: Goods) -> None:
    goods.tell(
        told("Store Opened", 1, store_id=4, name="Kraków", region="South",
             time_zone="Europe/Warsaw", opening_hours={"mon": "9-21"}),
        told("Store Opened", 1, store_id="4", name="Kazan", source="other"),
        told("Store Closed", 2, store_id="5", source="other"),
    )  # fmt: skip

    found = goods.catalog.read.store("4", "other")
    assert found.name == "Kazan"
    ours = goods.catalog.read.store("4", "till")
    assert (ours.name, ours.region, ours.time_zone) == (
        *("Kraków", "South", "Europe/Warsaw"),
    )
    assert ours.fields == {"opening_hours": {"mon": "9-21"}}
    assert goods.catalog.read.store("5").closed


def test_stock_is_kept_by_store_with_its_times(goods: Goods) -> None:
    goods.tell(stock(0, 5), stock(0, "2.5", store_id="K"), stock(3, 0, store_id="K"))

    found = goods.catalog.read.product("A1", at(2)).stock
    assert {one.store: one.quantity_milli for one in found} == {"": 5000, "K": 2500}
    later = goods.catalog.read.product("A1", at(3)).stock
    assert {one.store: one.since_us for one in later} == {"": at(0), "K": at(3)}

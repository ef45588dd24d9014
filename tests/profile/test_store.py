"""Profiles in a real store: what was written behind reads as what was folded."""

import gc
import itertools
from pathlib import Path

import pytest

from habitue.backends.sqlite.state import SqliteState
from habitue.profile.combine import combine
from habitue.profile.fold import Profiles
from habitue.state.table import Store
from tests.profile.shop import (
    LATER_US,
    Shop,
    item,
    line,
    order,
    receipt,
    shop,
    sources,
)

ITEMS = [
    receipt("r1", products=[line("cup", 2, category="Kitchen")], offset=1),
    order("o1", source="web", offset=2),
    item(
        kind="identify",
        traits={"name": "Anna", "address": {"city": "Leeds"}, "height": 1.75},
        context={"campaign": {"source": "news"}},
        offset=3,
    ),
    item("Consent Granted", purpose="marketing", channel="email", offset=4),
    order("o1", source="erp", at=1, offset=5),
    item("Order Refunded", at=2, order_id="o1", total=1, currency="GBP", offset=6),
]


def opened(folder: Path, rows_max: int = 1000) -> tuple[Store, Profiles]:
    store = Store(SqliteState(folder / "state.db"), rows_max=rows_max, stamp="t")
    profiles = Profiles(store, sources())
    store.open()
    return store, profiles


def fold(profiles: Profiles, items, strands) -> None:
    for each, strand in zip(items, itertools.cycle(strands), strict=False):
        profiles.fold(
            each.event,
            source=each.source,
            message_id=each.message_id,
            offset=each.offset,
            received_us=each.received_us,
            strand=strand,
        )


def save(store: Store, offset: int, backend: SqliteState) -> None:
    assert store.begin(offset)
    while not store.encode(1.0):
        pass
    backend.commit(store.take())
    store.settle()


@pytest.mark.parametrize("rows_max", [1, 1000])
def test_a_profile_reads_the_same_after_a_restart(tmp_path, rows_max):
    store, profiles = opened(tmp_path, rows_max)
    fold(profiles, ITEMS[:3], (1, 2))
    save(store, 3, store._backend)
    fold(profiles, ITEMS[3:], (2, 1))
    save(store, 6, store._backend)
    before, dump = profiles.read([1, 2], LATER_US), list(store.dump())
    store.close()

    again, reread = opened(tmp_path, rows_max)

    assert reread.read([1, 2], LATER_US) == before
    assert list(again.dump()) == dump
    again.close()


def test_a_rebuild_in_another_order_is_equal_byte_for_byte(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    live, profiles = opened(tmp_path / "a", 1)
    fold(profiles, ITEMS, (1,))
    save(live, 6, live._backend)

    rebuilt, other = opened(tmp_path / "b")
    fold(other, ITEMS[::-1], (1,))

    assert list(rebuilt.dump()) == list(live.dump())
    live.close()
    rebuilt.close()


def test_two_strands_are_read_as_they_combine():
    made = Shop().fold(*ITEMS[:3], strand=1).fold(*ITEMS[3:], strand=2)
    left, right = (made.profiles.state([strand]) for strand in (1, 2))

    assert combine(left, right) == made.profiles.state([1, 2])


def test_dropping_all_strands_leaves_no_row():
    made = Shop().fold(*ITEMS[:3], strand=1).fold(*ITEMS[3:], strand=2)

    made.profiles.drop(1)
    made.profiles.drop(2)

    assert made.dump() == Shop().dump()


def test_the_collector_of_cycles_watches_nothing_of_an_ordinary_row():
    made = shop(
        item(context={"locale": "en", "campaign": {"source": "news"}}),
        receipt(products=[line("tea", name="Tea", category="kitchen")]),
    )
    (state,) = made.tables.rows["profile"].values()
    (bought,) = made.tables.rows["object"].values()

    # A tuple is let go of when the collector first comes by.
    gc.collect()

    rows = [state, *state.sums.values(), bought, *bought.parts]
    rows += bought.parts[0].reports
    held = [getattr(row, name) for row in rows for name in row.__struct_fields__]
    assert [one for one in (*rows, *held) if gc.is_tracked(one)] == []

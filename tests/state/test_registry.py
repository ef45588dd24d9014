"""No table keyed by strand is passed by when a strand is dropped."""

from pathlib import Path

import pytest

from habitue.backends.sqlite.state import SqliteState
from habitue.base.errors import InvalidError
from habitue.state.port import TableSpec
from habitue.state.table import Store

NOTES = TableSpec(name="notes", key=int, value=int, strand_keyed=True)
MORE = TableSpec(name="more", key=int, value=int, strand_keyed=True)
PAGES = TableSpec(name="pages", key=str, value=int, strand_keyed=True)
OTHER = TableSpec(name="other", key=int, value=int)


class Keeper:
    """Keeps a table of strands, and drops them from it."""

    def __init__(self, store: Store, spec: TableSpec) -> None:
        self.rows = store.table(spec, self.drop)

    def drop(self, strand: int) -> None:
        self.rows.delete(strand)


@pytest.fixture
def store(tmp_path: Path):
    store = Store(SqliteState(tmp_path / "state.db"), rows_max=10, stamp="1")
    yield store
    store.close()


def test_a_table_of_strands_is_not_made_where_nothing_drops_one_from_it(
    store: Store,
) -> None:
    with pytest.raises(InvalidError, match="'notes' is keyed by strand but nothing"):
        store.table(NOTES)

    assert "notes" not in store.tables


def test_from_a_table_not_keyed_by_strand_none_is_dropped(store: Store) -> None:
    with pytest.raises(InvalidError, match="strand_keyed=True"):
        store.table(OTHER, lambda _: None)


def test_a_strand_is_dropped_from_each_table_of_strands_and_from_no_other(
    store: Store,
) -> None:
    notes, more = (Keeper(store, spec).rows for spec in (NOTES, MORE))
    other = store.table(OTHER)
    store.open()
    for table in (notes, more, other):
        table.put(1, 1)
        table.put(2, 2)

    store.strands.drop(1)

    assert [*notes.items()] == [*more.items()] == [(2, 2)]
    assert [*other.items()] == [(1, 1), (2, 2)]
    assert {*store.strands.tables} == {"notes", "more"}


def test_who_drops_from_two_tables_is_asked_once(store: Store) -> None:
    dropped: list[int] = []

    store.table(NOTES, dropped.append)
    store.table(PAGES, dropped.append)
    store.strands.drop(7)

    assert dropped == [7]

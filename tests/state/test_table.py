"""Rows are found wherever they are, and kept in memory within a limit."""

import itertools
from pathlib import Path

import pytest
from msgspec import Struct

from habitue.backends.sqlite.state import SqliteState
from habitue.state.port import TableSpec
from habitue.state.table import Store, Table


class Row(Struct):
    """A row of the tests."""

    count: int = 0


class CountedState(SqliteState):
    """SQLite that counts how often it is asked for a row."""

    loads = 0

    def load(self, table: str, key: int | str) -> bytes | None:
        self.loads += 1
        return super().load(table, key)


class House:
    """A store with a table of rows by number and one by text."""

    def __init__(self, folder: Path, rows_max: int = 100, stamp: str = "1") -> None:
        self.backend = CountedState(folder / "state.db")
        self.store = Store(self.backend, rows_max=rows_max, stamp=stamp)
        spec = TableSpec(name="row", key=int, value=Row)
        self.rows: Table[int, Row] = self.store.table(spec)
        self.names: Table[str, int] = self.store.table(
            TableSpec(name="name", key=str, value=int)
        )
        self.offset = self.store.open()
        self._offsets = itertools.count(self.offset + 1)

    def save(self) -> int:
        offset = next(self._offsets)
        assert self.store.begin(offset)
        while not self.store.encode(0.0):
            pass
        self.backend.commit(self.store.take())
        self.store.settle()
        while not self.store.tidy(0.0):
            pass
        return offset


@pytest.fixture
def house(tmp_path: Path):
    house = House(tmp_path)
    yield house
    house.store.close()


def reopened(house: House, folder: Path, **options: int) -> House:
    house.store.close()
    return House(folder, **options)


def test_a_row_that_was_put_is_found(house: House) -> None:
    house.rows.put(1, Row(5))

    assert house.rows.get(1) == Row(5)
    assert house.rows.get(2) is None


def test_an_edited_row_is_saved(house: House, tmp_path: Path) -> None:
    house.rows.put(1, Row(5))
    house.save()
    row = house.rows.edit(1)
    assert row is not None
    row.count = 6
    house.save()

    again = reopened(house, tmp_path)

    assert again.rows.get(1) == Row(6)
    again.store.close()


def test_a_row_changed_but_not_saved_is_as_it_was_saved(
    house: House, tmp_path: Path
) -> None:
    house.rows.put(1, Row(5))
    offset = house.save()
    house.rows.put(1, Row(6))
    house.rows.put(2, Row(1))

    again = reopened(house, tmp_path)

    assert again.offset == offset
    assert list(again.rows.items()) == [(1, Row(5))]
    again.store.close()


def test_a_deleted_row_stays_deleted(house: House, tmp_path: Path) -> None:
    house.rows.put(1, Row(5))
    house.save()
    house.rows.delete(1)
    assert (house.rows.get(1), house.rows.edit(1)) == (None, None)
    house.save()
    assert house.rows.get(1) is None

    again = reopened(house, tmp_path)

    assert again.rows.get(1) is None
    again.store.close()


def test_a_row_that_changes_while_it_is_saved_is_saved_as_it_was(
    house: House, tmp_path: Path
) -> None:
    for key in range(100):
        house.rows.put(key, Row(1))
    house.store.begin(1)
    house.store.encode(0.0)

    # Some of these are encoded by now, some are not.
    for key in range(0, 100, 3):
        row = house.rows.edit(key)
        assert row is not None
        row.count = 2
    for key in range(1, 100, 3):
        house.rows.delete(key)
    for key in range(2, 100, 3):
        house.rows.put(key, Row(2))
    house.backend.commit(house.store.take())

    again = reopened(house, tmp_path)
    assert list(again.rows.items()) == [(key, Row(1)) for key in range(100)]
    again.store.close()


def test_what_changed_while_it_was_saved_is_saved_next(
    house: House, tmp_path: Path
) -> None:
    house.rows.put(1, Row(1))
    house.store.begin(1)
    house.rows.put(1, Row(2))
    assert house.store.dirty == 1
    house.backend.commit(house.store.take())
    house.store.settle()
    house.save()

    again = reopened(house, tmp_path)

    assert again.rows.get(1) == Row(2)
    again.store.close()


def test_a_row_being_saved_is_found_before_it_is_on_disk(tmp_path: Path) -> None:
    house = House(tmp_path, rows_max=2)
    for key in range(50):
        house.rows.put(key, Row(key))
    house.store.begin(1)
    house.store.encode(1.0)
    snapshot = house.store.take()
    house.store.tidy(1.0)

    assert [house.rows.get(key) for key in range(50)] == [Row(k) for k in range(50)]
    assert house.backend.loads == 0
    house.backend.commit(snapshot)
    house.store.close()


def test_clean_rows_in_memory_are_bounded(tmp_path: Path) -> None:
    house = House(tmp_path, rows_max=100)
    for key in range(1_000):
        house.rows.put(key, Row(key))
    house.save()
    assert house.store.cached <= 100

    for key in range(1_000):
        assert house.rows.get(key) == Row(key)
    house.store.tidy(1.0)

    assert house.store.cached <= 100
    house.store.close()


def test_rows_that_went_with_their_generation_are_found_again(tmp_path: Path) -> None:
    house = House(tmp_path, rows_max=100)
    for key in range(60):
        house.rows.put(key, Row(key))
    house.save()
    # Half of them are used again, the others go when the next generation is full.
    for key in range(30):
        house.rows.get(key)
    for key in range(60, 85):
        house.rows.put(key, Row(key))
    house.save()
    assert house.store.cached < 60

    assert [house.rows.get(key) for key in range(85)] == [Row(k) for k in range(85)]
    house.store.close()


def test_reading_alone_keeps_memory_bounded(tmp_path: Path) -> None:
    house = House(tmp_path, rows_max=100)
    for key in range(2_000):
        house.rows.put(key, Row(key))
    house.save()

    held = []
    for key in range(2_000):
        house.rows.get(key)
        held.append(house.store.cached)

    assert max(held) <= 150
    house.store.close()


def test_dirty_rows_are_kept_beyond_the_limit(tmp_path: Path) -> None:
    house = House(tmp_path, rows_max=10)
    for key in range(500):
        house.rows.put(key, Row(key))

    house.store.tidy(1.0)

    assert [house.rows.get(key) for key in range(500)] == [Row(k) for k in range(500)]
    house.store.close()


def test_a_row_in_use_stays_in_memory_while_others_go(tmp_path: Path) -> None:
    house = House(tmp_path, rows_max=100)
    for key in range(1_000):
        house.rows.put(key, Row(key))
    house.save()
    house.rows.get(7)
    before = house.backend.loads

    for key in range(500, 1_000):
        house.rows.get(key)
        house.rows.get(7)

    assert house.backend.loads == before + 500
    house.store.close()


def test_a_dirty_row_has_one_object_however_it_is_reached(tmp_path: Path) -> None:
    house = House(tmp_path, rows_max=4)
    house.rows.put(1, Row(1))
    house.save()
    row = house.rows.edit(1)
    for key in range(2, 50):
        house.rows.put(key, Row(key))
    house.store.tidy(1.0)

    assert house.rows.get(1) is row
    assert house.rows.edit(1) is row
    house.store.close()


def test_a_table_that_has_lost_nothing_never_asks_the_disk(house: House) -> None:
    house.names.put("a", 1)
    house.save()

    for number in range(100):
        house.names.get(f"unknown {number}")

    assert house.backend.loads == 0


def test_a_number_newer_than_all_is_known_not_to_exist(
    house: House, tmp_path: Path
) -> None:
    house.rows.put(10, Row())
    house.save()
    again = reopened(house, tmp_path)

    for key in range(11, 100):
        assert again.rows.get(key) is None

    assert again.backend.loads == 0
    again.store.close()


def test_a_missing_key_is_asked_for_once(house: House, tmp_path: Path) -> None:
    house.names.put("a", 1)
    house.save()
    again = reopened(house, tmp_path)

    for _ in range(5):
        assert again.names.get("b") is None

    assert again.backend.loads == 1
    again.store.close()


def test_a_key_once_missing_is_found_when_it_came_and_was_evicted(
    house: House, tmp_path: Path
) -> None:
    house.names.put("a", 1)
    house.save()
    again = reopened(house, tmp_path, rows_max=2)
    assert again.names.get("b") is None
    again.names.put("b", 2)
    for number in range(20):
        again.names.put(f"n{number}", number)
    again.save()
    for number in range(20):
        again.names.get(f"n{number}")

    assert again.names.get("b") == 2
    again.store.close()


def test_many_rows_are_fetched_with_one_question(house: House, tmp_path: Path) -> None:
    for key in range(50):
        house.rows.put(key, Row(key))
    house.save()
    again = reopened(house, tmp_path)

    again.rows.prefetch([*range(60), 3, 3])

    assert [again.rows.get(key) for key in range(50)] == [Row(k) for k in range(50)]
    assert again.backend.loads == 0
    again.store.close()


def test_all_rows_are_given_in_order_unsaved_ones_included(house: House) -> None:
    for key in (30, 10, 20, 40):
        house.rows.put(key, Row(1))
    house.save()
    house.rows.delete(20)
    house.rows.put(15, Row(2))
    house.store.begin(9)
    house.rows.put(40, Row(3))
    house.rows.delete(10)

    assert list(house.rows.items()) == [(15, Row(2)), (30, Row(1)), (40, Row(3))]


def test_a_page_holds_what_is_saved_being_saved_and_not_saved_yet(
    tmp_path: Path,
) -> None:
    house = House(tmp_path)
    for key in (1, 2, 3, 4):
        house.rows.put(key, Row(key))
    house.save()
    house.rows.put(5, Row(5))
    house.rows.delete(2)
    assert house.store.begin(99)
    house.store.encode(0.0)
    house.rows.put(3, Row(33))
    house.rows.put(6, Row(6))

    found = house.rows.page(None, 100)
    assert [(key, row.count) for key, row in found] == [
        *((1, 1), (3, 33), (4, 4), (5, 5), (6, 6)),
    ]
    assert house.rows.page(1, 2) == found[1:3]
    assert house.rows.page(6, 2) == []
    house.backend.close()

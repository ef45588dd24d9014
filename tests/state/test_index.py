"""Entries are given in order of time, from memory and from the disk alike."""

from pathlib import Path
from random import Random

import pytest

from habitue.backends.sqlite.state import SqliteState
from habitue.state.port import IndexSpec, Place
from habitue.state.table import Index, Store


class CountedState(SqliteState):
    """SQLite that counts how often it is asked for a span."""

    spans = 0

    def span(
        self,
        index: str,
        part: int,
        within: tuple[Place, Place],
        limit: int,
        newest_first: bool,
    ) -> list[tuple[int, int, int]]:
        self.spans += 1
        return super().span(index, part, within, limit, newest_first)


class House:
    """A store with one index."""

    def __init__(self, folder: Path, rows_max: int = 1_000) -> None:
        self.backend = CountedState(folder / "state.db")
        self.store = Store(self.backend, rows_max=rows_max, stamp="1")
        self.index: Index = self.store.index(IndexSpec(name="time"))
        self.offset = self.store.open()

    def save(self) -> None:
        self.offset += 1
        self.store.begin(self.offset)
        self.backend.commit(self.store.take())
        self.store.settle()
        self.store.tidy(1.0)


@pytest.fixture
def house(tmp_path: Path):
    house = House(tmp_path)
    yield house
    house.store.close()


def reopened(house: House, folder: Path, **options: int) -> House:
    house.store.close()
    return House(folder, **options)


def test_entries_are_in_order_however_they_came(house: House) -> None:
    for at_us in (5, 1, 3, 4, 2):
        house.index.put(1, at_us, 10, at_us)

    assert house.index.span(1) == [(at, 10, at) for at in range(1, 6)]
    assert house.index.span(1, newest_first=True, limit=2) == [(5, 10, 5), (4, 10, 4)]


def test_a_span_is_between_its_ends(house: House) -> None:
    for at_us in range(1, 6):
        house.index.put(1, at_us, 1, 0)

    assert house.index.span(1, (2, 1), (4, 1)) == [(2, 1, 0), (3, 1, 0)]


def test_parts_held_in_memory_are_not_read_from_disk(house: House) -> None:
    for part in range(20):
        house.index.put(part, 1, 1, part)
    house.save()
    house.index.put(3, 2, 2, 9)

    assert house.index.span(3) == [(1, 1, 3), (2, 2, 9)]
    assert house.index.span(99) == []
    assert house.backend.spans == 0


def test_a_part_newer_than_all_is_known_to_be_empty(
    house: House, tmp_path: Path
) -> None:
    house.index.put(5, 1, 1, 0)
    house.save()
    again = reopened(house, tmp_path)

    again.index.put(6, 1, 1, 1)

    assert again.index.span(6) == [(1, 1, 1)]
    assert again.backend.spans == 0
    again.store.close()


def test_a_part_once_read_is_held(house: House, tmp_path: Path) -> None:
    for at_us in range(10):
        house.index.put(1, at_us, 1, 0)
    house.save()
    again = reopened(house, tmp_path)
    again.index.put(1, 20, 1, 0)
    again.index.remove(1, 0, 1)

    for _ in range(5):
        assert [at for at, _, _ in again.index.span(1)] == [*range(1, 10), 20]

    assert again.backend.spans == 1
    again.store.close()


@pytest.mark.parametrize("newest_first", [False, True])
def test_unsaved_entries_lie_over_a_part_too_big_to_hold(
    house: House, tmp_path: Path, newest_first: bool
) -> None:
    expected = {}
    for at_us in range(0, 6_000, 2):
        house.index.put(1, at_us, 1, 0)
        expected[at_us] = 0
    house.save()
    again = reopened(house, tmp_path)
    for at_us in range(1, 6_000, 100):
        again.index.put(1, at_us, 1, 1)
        expected[at_us] = 1
    for at_us in [*range(0, 1_500, 2), *range(4_000, 6_000, 2)]:
        again.index.remove(1, at_us, 1)
        expected.pop(at_us)
    again.index.put(1, 3_000, 1, 7)
    expected[3_000] = 7

    found = again.index.span(1, limit=700, newest_first=newest_first)

    wanted = sorted(expected.items(), reverse=newest_first)[:700]
    assert found == [(at, 1, value) for at, value in wanted]
    again.store.close()


def test_entries_in_memory_are_bounded(tmp_path: Path) -> None:
    house = House(tmp_path, rows_max=50)
    for part in range(400):
        house.index.put(part, part, 1, part)
        house.index.put(0, part, 2, part)
    house.save()
    assert house.store.cached <= 100

    for part in range(1, 400):
        assert house.index.span(part) == [(part, 1, part)]
        assert house.store.cached <= 110
    house.store.close()


def test_parts_that_went_with_their_generation_are_found_again(
    tmp_path: Path,
) -> None:
    house = House(tmp_path, rows_max=50)
    for part in range(60):
        house.index.put(part, 1, 1, part)
    house.save()
    for part in range(30):
        house.index.span(part)
    for part in range(60, 85):
        house.index.put(part, 1, 1, part)
    house.save()
    assert house.store.cached < 60

    found = [house.index.span(part) for part in range(85)]

    assert found == [[(1, 1, part)] for part in range(85)]
    house.store.close()


def test_a_big_part_in_constant_use_does_not_stay_in_memory(tmp_path: Path) -> None:
    house = House(tmp_path, rows_max=500)
    for at_us in range(5_000):
        house.index.put(1, at_us, 1, 0)
        if at_us % 100 == 99:
            house.save()
            assert house.index.span(1, limit=1) == [(0, 1, 0)]

    assert house.store.cached <= 1_000
    house.store.close()


def test_entries_being_saved_are_found(tmp_path: Path) -> None:
    house = House(tmp_path, rows_max=2)
    for part in range(100):
        house.index.put(part, 1, 1, part)
    house.store.begin(1)
    snapshot = house.store.take()
    house.store.tidy(1.0)
    house.index.put(5, 2, 1, 0)

    assert house.index.span(5) == [(1, 1, 5), (2, 1, 0)]
    house.backend.commit(snapshot)
    assert house.index.span(5) == [(1, 1, 5), (2, 1, 0)]
    assert house.index.span(6) == [(1, 1, 6)]
    house.store.close()


def test_an_entry_removed_while_others_are_saved_stays_removed(
    house: House, tmp_path: Path
) -> None:
    for at_us in range(3):
        house.index.put(1, at_us, 1, 0)
    house.save()
    again = reopened(house, tmp_path)
    again.index.put(2, 1, 1, 0)
    again.store.begin(2)
    again.index.remove(1, 1, 1)
    again.backend.commit(again.store.take())
    again.store.settle()

    assert again.index.span(1) == [(0, 1, 0), (2, 1, 0)]
    again.store.close()


def test_all_entries_are_given_in_order_unsaved_ones_included(house: House) -> None:
    house.index.put(2, 1, 1, 1)
    house.index.put(1, 5, 1, 2)
    house.save()
    house.index.put(1, 4, 1, 3)
    house.index.remove(2, 1, 1)
    house.store.begin(2)
    house.index.put(3, 1, 1, 4)
    house.index.put(1, 5, 1, 9)

    assert list(house.index.entries()) == [(1, 4, 1, 3), (1, 5, 1, 9), (3, 1, 1, 4)]


def test_an_entry_removed_and_put_again_is_saved_as_put_last(
    house: House, tmp_path: Path
) -> None:
    house.index.put(1, 1, 1, 0)
    house.index.put(1, 2, 1, 0)
    house.index.remove(1, 2, 1)
    house.index.put(1, 2, 1, 7)
    house.save()
    again = reopened(house, tmp_path)

    assert again.index.span(1) == [(1, 1, 0), (2, 1, 7)]
    again.store.close()


def test_an_entry_put_and_removed_again_is_not_saved(
    house: House, tmp_path: Path
) -> None:
    house.index.put(1, 1, 1, 0)
    house.index.put(1, 2, 1, 0)
    house.index.remove(1, 2, 1)
    house.save()
    again = reopened(house, tmp_path)

    assert again.index.span(1) == [(1, 1, 0)]
    again.store.close()


def test_a_snapshot_names_each_place_once(house: House, tmp_path: Path) -> None:
    house.index.put(1, 1, 1, 0)
    house.index.put(2, 9, 1, 0)
    house.save()
    again = reopened(house, tmp_path)
    for value in range(3):
        for at_us in (3, 1, 2):
            again.index.put(1, at_us, 1, value)
            again.index.remove(2, at_us, 1)
    again.index.put(2, 3, 1, 9)

    again.store.begin(2)
    changes = list(again.store.take().entries["time"].items())

    assert sorted(changes) == [
        *(((1, at_us, 1), 2) for at_us in (1, 2, 3)),
        *(((2, at_us, 1), 9 if at_us == 3 else None) for at_us in (1, 2, 3)),
    ]
    again.store.close()


def test_what_was_never_there_leaves_nothing_to_save_when_removed(
    house: House,
) -> None:
    house.index.remove(1, 1, 1)

    assert house.store.dirty == 0


def test_parts_without_entries_take_room_too(tmp_path: Path) -> None:
    house = House(tmp_path, rows_max=50)

    for part in range(1_000):
        assert house.index.span(part) == []
        house.store.tidy(1.0)

    assert len(house.index._young) + len(house.index._old) <= 100
    house.store.close()


def test_entries_of_one_moment_are_in_order_of_offset(house: House) -> None:
    for offset in (2, 1, 3, 2):
        house.index.put(1, 5, offset, offset)

    assert house.index.span(1) == [(5, 1, 1), (5, 2, 2), (5, 3, 3)]


def test_what_lies_over_a_big_part_does_not_grow_for_ever(tmp_path: Path) -> None:
    house = House(tmp_path, rows_max=400)
    for at_us in range(2_000):
        house.index.put(1, at_us, 1, 0)
    house.save()
    again = reopened(house, tmp_path, rows_max=400)

    for at_us in range(2_000, 12_000):
        again.index.put(1, at_us, 1, 0)
        if at_us % 50 == 0:
            again.save()

    assert again.store.cached <= 200
    newest = again.index.span(1, limit=1, newest_first=True)
    assert newest == [(11_999, 1, 0)]
    again.store.close()


def test_parts_loaded_at_once_hold_what_they_hold_one_by_one(
    house: House, tmp_path: Path
) -> None:
    chance = Random(7)
    sizes = {part: chance.choice([0, 1, 2, 5, 300, 700]) for part in range(60)}
    for part, size in sizes.items():
        for at_us in range(size):
            house.index.put(part, at_us, 1, at_us % 7)
    house.save()
    house = reopened(house, tmp_path)
    for _ in range(200):
        part = chance.randrange(60)
        change = (part, chance.randrange(700), 1)
        if chance.random() < 0.5:
            house.index.put(*change, 9)
        else:
            house.index.remove(*change)
    alone = {part: house.index.span(part) for part in range(0, 60, 2)}

    house.index.prefetch(range(60))

    assert {part: house.index.span(part) for part in alone} == alone
    held = {one[0] for one in house.index.entries()}
    for part in range(1, 60, 2):
        assert bool(house.index.span(part)) == (part in held)


def test_small_parts_loaded_at_once_are_one_question(
    house: House, tmp_path: Path
) -> None:
    for part in range(100):
        house.index.put(part, 1, 1, part)
    house.save()
    house = reopened(house, tmp_path)

    house.index.prefetch(range(100))

    assert [house.index.span(part) for part in range(100)] == [
        [(1, 1, part)] for part in range(100)
    ]
    assert house.backend.spans == 0

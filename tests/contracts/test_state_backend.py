"""What every state backend does: one suite for all of them."""

from collections.abc import Callable

import msgspec
import pytest

from habitue.backends.sqlite.state import SqliteState
from habitue.state.port import (
    Change,
    Changes,
    IndexSpec,
    Near,
    Nearby,
    Snapshot,
    StateBackend,
    TableSpec,
)

NUMBERS = TableSpec(name="number", key=int, value=int)
NAMES = TableSpec(name="name", key=str, value=int)
TIMES = IndexSpec(name="time")

New = Callable[[], StateBackend]


@pytest.fixture
def backend(new_state_backend: New) -> StateBackend:
    backend = new_state_backend()
    backend.open("1", [NUMBERS, NAMES], [TIMES])
    return backend


def changes(entries: dict[tuple[int, int, int], int | None]) -> Changes:
    parts: dict[int, list[Change]] = {}
    for place, value in entries.items():
        parts.setdefault(place[0], []).append((*place, value))
    return Changes(parts)


def snapshot(offset: int = 1, **parts: dict) -> Snapshot:
    rows = {name: parts[name] for name in ("number", "name") if name in parts}
    entries = {"time": changes(parts["time"])} if "time" in parts else {}
    return Snapshot(offset=offset, rows=rows, entries=entries)


def span(
    backend: StateBackend,
    part: int = 1,
    low: tuple[int, int] = (0, 0),
    high: tuple[int, int] = (100, 0),
    limit: int = 100,
    newest_first: bool = False,
) -> list[tuple[int, int, int]]:
    return backend.span("time", part, (low, high), limit, newest_first)


def test_new_state_stands_at_offset_zero(new_state_backend: New) -> None:
    assert new_state_backend().open("1", [NUMBERS], []) == 0


def test_a_committed_row_is_loaded(backend: StateBackend) -> None:
    backend.commit(snapshot(number={7: b"seven"}, name={"x": b"ex"}))

    assert (backend.load("number", 7), backend.load("name", "x")) == (b"seven", b"ex")


def test_a_row_that_is_not_there_is_none(backend: StateBackend) -> None:
    assert backend.load("number", 7) is None


def test_a_committed_row_replaces_the_former(backend: StateBackend) -> None:
    backend.commit(snapshot(1, number={7: b"old"}))

    backend.commit(snapshot(2, number={7: b"new"}))

    assert backend.load("number", 7) == b"new"


def test_a_none_deletes_the_row(backend: StateBackend) -> None:
    backend.commit(snapshot(1, number={7: b"x", 8: b"y"}, name={"a": b"z"}))

    backend.commit(snapshot(2, number={7: None}, name={"a": None, "b": None}))

    assert list(backend.scan("number")) == [(8, b"y")]
    assert list(backend.scan("name")) == []


def test_many_rows_are_loaded_at_once_and_missing_ones_left_out(
    backend: StateBackend,
) -> None:
    backend.commit(snapshot(number={key: b"%d" % key for key in range(3_000)}))

    found = backend.load_many("number", [*range(0, 4_000, 2)])

    assert found == {key: b"%d" % key for key in range(0, 3_000, 2)}


def test_rows_are_scanned_in_order_of_key(backend: StateBackend) -> None:
    keys = [*range(9_000, 0, -7), -5, 2**62]
    backend.commit(snapshot(number=dict.fromkeys(keys, b"")))

    assert [key for key, _ in backend.scan("number")] == sorted(keys)


def test_a_page_holds_the_rows_behind_a_key_in_order(backend: StateBackend) -> None:
    backend.commit(snapshot(number={30: b"c", -5: b"a", 7: b"b"}, name={"x": b"1"}))

    assert backend.page("number", None, 2) == [(-5, b"a"), (7, b"b")]
    assert backend.page("number", 7, 2) == [(30, b"c")]
    assert backend.page("name", "x", 2) == []
    assert backend.page("name", "w", 2) == [("x", b"1")]


def test_text_keys_are_in_order_of_their_characters(backend: StateBackend) -> None:
    keys = ["ż", "z", "Z", "", "é", "e\x00", "e", "жук", "🎁", "\uffff", "a'b\"c%s"]
    backend.commit(snapshot(name=dict.fromkeys(keys, b"")))

    assert [key for key, _ in backend.scan("name")] == sorted(keys)
    assert backend.load("name", "e\x00") == b""


def test_a_scan_shows_the_state_in_which_it_began(backend: StateBackend) -> None:
    backend.commit(snapshot(1, number=dict.fromkeys(range(5_000), b"1")))
    scan = backend.scan("number")
    next(scan)

    backend.commit(snapshot(2, number=dict.fromkeys(range(5_000), b"2")))

    assert {value for _, value in scan} == {b"1"}


def test_the_greatest_key_is_told(backend: StateBackend) -> None:
    assert (backend.last_key("number"), backend.last_key("name")) == (None, None)

    backend.commit(snapshot(number={3: b"", 20: b""}, name={"a": b"", "ż": b""}))

    assert (backend.last_key("number"), backend.last_key("name")) == (20, "ż")


def test_entries_of_many_parts_are_given_in_order_up_to_a_limit(
    backend: StateBackend,
) -> None:
    held = {(part, at_us, 1): at_us for part in range(2_000) for at_us in (2, 1)}
    backend.commit(snapshot(time=held))
    asked = [*range(1_998, 0, -2), 5_000]

    found = backend.span_many("time", asked, 10_000)

    assert found == [
        (part, at_us, 1, at_us) for part in range(2, 2_000, 2) for at_us in (1, 2)
    ]
    assert backend.span_many("time", asked, 1_501) == found[:1_501]
    assert backend.span_many("time", [5_000], 5) == []


def test_entries_are_given_in_order_of_time_and_offset(backend: StateBackend) -> None:
    backend.commit(snapshot(time={(1, 5, 2): 1, (1, 5, 1): 2, (1, 4, 9): 3}))

    assert span(backend) == [(4, 9, 3), (5, 1, 2), (5, 2, 1)]
    assert span(backend, newest_first=True) == [(5, 2, 1), (5, 1, 2), (4, 9, 3)]


def test_a_span_holds_its_lower_end_and_not_its_upper(backend: StateBackend) -> None:
    backend.commit(snapshot(time={(1, at, 1): at for at in range(1, 6)}))

    assert span(backend, low=(2, 1), high=(4, 1)) == [(2, 1, 2), (3, 1, 3)]
    assert span(backend, low=(2, 2), high=(4, 2)) == [(3, 1, 3), (4, 1, 4)]


def test_a_span_is_limited_from_the_end_it_starts_at(backend: StateBackend) -> None:
    backend.commit(snapshot(time={(1, at, 1): 0 for at in range(1, 6)}))

    assert span(backend, limit=2) == [(1, 1, 0), (2, 1, 0)]
    assert span(backend, limit=2, newest_first=True) == [(5, 1, 0), (4, 1, 0)]


def test_a_span_is_of_one_part(backend: StateBackend) -> None:
    backend.commit(snapshot(time={(1, 1, 1): 1, (2, 1, 1): 2, (3, 1, 1): 3}))

    assert span(backend, part=2) == [(1, 1, 2)]


def test_entries_are_replaced_and_removed_singly(backend: StateBackend) -> None:
    backend.commit(snapshot(1, time={(1, 1, 1): 1, (1, 2, 2): 2, (1, 3, 3): 3}))

    backend.commit(snapshot(2, time={(1, 1, 1): 9, (1, 2, 2): None, (7, 7, 7): None}))

    assert list(backend.scan_entries("time")) == [(1, 1, 1, 9), (1, 3, 3, 3)]


def test_the_greatest_part_is_told(backend: StateBackend) -> None:
    assert backend.last_part("time") is None

    backend.commit(snapshot(time={(4, 1, 1): 0, (9, 0, 0): 0}))

    assert backend.last_part("time") == 9


def test_state_is_kept_with_its_offset(new_state_backend: New) -> None:
    first = new_state_backend()
    first.open("1", [NUMBERS], [TIMES])
    first.commit(snapshot(41, number={1: b"a"}))
    first.commit(snapshot(42, time={(1, 1, 1): 1}))
    first.close()

    again = new_state_backend()

    assert again.open("1", [NUMBERS], [TIMES]) == 42
    assert again.load("number", 1) == b"a"
    assert span(again) == [(1, 1, 1)]


def test_another_stamp_throws_everything_away(new_state_backend: New) -> None:
    first = new_state_backend()
    first.open("1", [NUMBERS], [TIMES])
    first.commit(snapshot(41, number={1: b"a"}, time={(1, 1, 1): 1}))
    first.close()

    again = new_state_backend()

    assert again.open("2", [NUMBERS], [TIMES]) == 0
    assert (again.load("number", 1), span(again)) == (None, [])


def test_a_commit_that_fails_changes_nothing(backend: StateBackend) -> None:
    backend.commit(snapshot(1, number={1: b"a"}, time={(1, 1, 1): 1}))
    broken = snapshot(2, number={1: b"b"}, time={(1, 1, 1): 2, (1, 1, 2**70): 3})

    with pytest.raises((Exception,)):  # an engine's own word for it
        backend.commit(broken)

    assert (backend.load("number", 1), span(backend)) == (b"a", [(1, 1, 1)])


def test_a_table_may_be_called_like_a_word_of_sql(new_state_backend: New) -> None:
    backend = new_state_backend()
    backend.open("1", [TableSpec(name="meta2", key=int, value=int)], [])
    backend.close()
    spec = TableSpec(name="order", key=int, value=int)
    backend = new_state_backend()
    backend.open("2", [spec], [IndexSpec(name="group")])

    backend.commit(Snapshot(offset=1, rows={"order": {1: b"x"}}, entries={}))

    assert backend.load("order", 1) == b"x"


def test_snapshots_of_any_size_are_written_whole(backend: StateBackend) -> None:
    for size in (1, 2, 511, 2_049, 5_000):
        rows = dict.fromkeys(range(size), b"%d" % size)
        times = {(key % 7, key, size): key for key in range(size)}

        backend.commit(snapshot(size, number=rows, time=times))

        assert dict(backend.scan("number")) == rows
        entries = list(backend.scan_entries("time"))
        assert [(p, a, o, v) for p, a, o, v in entries if o == size] == sorted(
            (*place, value) for place, value in times.items()
        )


def test_many_rows_and_entries_are_deleted_beside_others(
    backend: StateBackend,
) -> None:
    numbers = range(6_000)
    backend.commit(
        snapshot(
            1,
            number=dict.fromkeys(numbers, b"x"),
            time={(key % 3, key, 1): 0 for key in numbers},
        )
    )

    backend.commit(
        snapshot(
            2,
            number={key: None if key % 2 else b"y" for key in numbers},
            time={(key % 3, key, 1): None if key % 2 else 1 for key in numbers},
        )
    )

    assert dict(backend.scan("number")) == dict.fromkeys(numbers[::2], b"y")
    kept = [(part, at, value) for part, at, _, value in backend.scan_entries("time")]
    assert sorted(kept) == sorted((key % 3, key, 1) for key in numbers[::2])


def test_what_was_deleted_can_be_scrubbed_and_the_rest_stays(
    backend: StateBackend,
) -> None:
    backend.commit(snapshot(number={7: b"secret", 8: b"eight"}))
    backend.commit(snapshot(2, number={7: None}))

    assert backend.scrub() is True
    assert backend.load("number", 7) is None
    assert backend.load("number", 8) == b"eight"


def near(backend: StateBackend, keys: list[str], numbers: list[int]) -> Nearby | None:
    return backend.near("number_of", keys, numbers)


@pytest.fixture
def numbered(new_state_backend: New) -> StateBackend:
    """A backend where rows and entries lie near numbers, given out four at a time."""
    backend = new_state_backend()
    of = "number_of"
    backend.open(
        "1",
        [
            TableSpec(name=of, key=str, value=int, block=4),
            TableSpec(name="wide", key=int, value=int, near=Near(of=of, width=10)),
            NUMBERS,
        ],
        [IndexSpec(name="beside", near=Near(of=of, width=2))],
    )
    return backend


def test_what_lies_near_numbers_is_given_in_one_question_or_not_at_all(
    numbered: StateBackend,
) -> None:
    told = {"a": 5, "b": 127, "c": 128, "d": 300, "e": 70_000, "ż": 2**33 + 1}
    rows = {key: msgspec.msgpack.encode(number) for key, number in told.items()}
    wide = {key: b"%d" % key for key in (39, 40, 51, 79, 80, 1280, (2**33 + 3) * 10)}
    beside = {(part, 9, 1): part for part in (7, 8, 15, 16, 600)}
    numbered.commit(
        Snapshot(
            offset=1,
            rows={"number_of": rows, "wide": wide, "number": {5: b"far"}},
            entries={"beside": changes(beside)},
        )
    )

    found = near(numbered, ["a", "c", "ż", "nobody"], [300])

    if found is None:
        # A question costs too little here for any to be asked ahead.
        assert isinstance(numbered, SqliteState)
        return
    assert found.rows == {
        "number_of": {key: rows[key] for key in ("a", "c", "ż")},
        # Of 4 to 7, of 128 to 131, and near the great one.
        "wide": {key: wide[key] for key in (40, 51, 79, 1280, (2**33 + 3) * 10)},
    }
    assert sorted(found.entries["beside"]) == [
        (8, 9, 1, 8),
        (15, 9, 1, 15),
        (600, 9, 1, 600),
    ]


@pytest.mark.parametrize(
    ("keys", "numbers"), [(["b", "d"], []), ([], [1]), ([], [1, 2**40])]
)
def test_nothing_near_is_nothing_and_not_too_much(
    numbered: StateBackend, keys: list[str], numbers: list[int]
) -> None:
    found = near(numbered, keys, numbers)

    assert found in (
        None,
        Nearby(rows={"number_of": {}, "wide": {}}, entries={"beside": []}),
    )

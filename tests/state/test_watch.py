"""A mark on a row stands until the row changes, and not a change longer."""

import pytest

from habitue.state.port import IndexSpec, TableSpec
from habitue.state.recorded import ReadOnlyError, Recorder
from habitue.state.store import Store
from tests.identity.live import MemoryState

ROWS = TableSpec(name="rows", key=int, value=list[int])
SPANS = IndexSpec(name="spans")


class Kept:
    """A store with one table and one index, written as the projector does."""

    def __init__(self) -> None:
        self.backend = MemoryState()
        self.store = Store(self.backend, rows_max=1000, stamp="t")
        self.rows, self.spans = self.store.table(ROWS), self.store.index(SPANS)
        self.store.open()
        self.rows.put(1, [1])
        self.spans.put(1, 5, 5, 5)
        self.begin()

    def begin(self) -> None:
        if self.store.snapshotting:
            self.backend.commit(self.store.take())
            self.store.settle()
        self.store.begin(1)


@pytest.fixture
def kept():
    return Kept()


CHANGES = {
    "edit": lambda rows: rows.edit(1).append(2),
    "put": lambda rows: rows.put(1, [2]),
    "delete": lambda rows: rows.delete(1),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("written", [False, True])
def test_a_mark_falls_when_the_row_changes(kept, change, written):
    if written:
        kept.begin()
    mark = kept.rows.watch(1)
    assert mark.stands()

    CHANGES[change](kept.rows)

    assert not mark.stands()


def test_a_mark_falls_when_the_row_comes_to_be(kept):
    mark = kept.rows.watch(7)

    kept.rows.put(7, [7])

    assert not mark.stands()


@pytest.mark.parametrize("how", ["put behind", "put before", "put anew", "remove"])
def test_a_mark_falls_when_the_part_changes(kept, how):
    mark, other = kept.spans.watch(1), kept.spans.watch(2)

    if how.startswith("put"):
        at = {"put behind": 6, "put before": 4, "put anew": 5}[how]
        kept.spans.put(1, at, at, 7)
    else:
        kept.spans.remove(1, 5, 5)

    assert not mark.stands()
    assert other.stands()


def test_reading_and_writing_out_leave_a_mark_in_place(kept):
    marks = kept.rows.watch(1), kept.spans.watch(1)

    kept.rows.get(1)
    kept.spans.span(1)
    kept.begin()
    kept.store.tidy(1.0)

    assert marks[0].stands()
    assert marks[1].stands()


def test_what_is_unsaved_can_not_be_watched(kept):
    kept.rows.edit(1).append(2)
    kept.spans.put(1, 6, 6, 6)

    assert kept.rows.watch(1) is None
    assert kept.spans.watch(1) is None


def test_a_row_that_changed_and_was_marked_anew_has_another_mark(kept):
    old = kept.rows.watch(1)
    kept.rows.edit(1).append(2)
    kept.begin()

    new = kept.rows.watch(1)

    assert new.stands()
    assert not old.stands()


def test_a_mark_goes_with_the_last_who_looked_at_it(kept):
    marks = kept.rows.watch(1), kept.rows.watch(1)
    assert marks[0].mark is marks[1].mark

    marks[0].let_go()
    assert marks[1].stands()
    marks[1].let_go()

    assert kept.rows.watches.held == {}


def test_what_was_read_is_noted_and_what_was_not_is_not(kept):
    recorder = Recorder(kept.store)
    rows, spans = recorder.table(ROWS), recorder.index(SPANS)
    rows.get(9)
    recorder.begin()

    rows.get(1)
    rows.get(7)
    spans.span(1)

    grounds = recorder.grounds(10)
    assert sorted(one.key for one in grounds) == [1, 1, 7]
    assert all(one.stands() for one in grounds)


def test_more_than_the_limit_is_not_watched_at_all(kept):
    recorder = Recorder(kept.store)
    rows = recorder.table(ROWS)
    for key in range(5):
        rows.get(key)

    assert recorder.grounds(4) is None
    assert kept.rows.watches.held == {}


def test_who_notes_changes_nothing(kept):
    recorder = Recorder(kept.store)

    for change in (
        lambda: recorder.table(ROWS).edit(1),
        lambda: recorder.table(ROWS).put(1, [1]),
        lambda: recorder.table(ROWS).delete(1),
        lambda: recorder.index(SPANS).put(1, 1, 1, 1),
        lambda: recorder.index(SPANS).remove(1, 1, 1),
    ):
        with pytest.raises(ReadOnlyError):
            change()


def test_every_way_to_change_a_row_is_known_here(kept):
    """A new one has to take the row's mark out, as the others do."""

    def ways(part):
        return {name for name in dir(part) if not name.startswith("_")}

    assert ways(kept.rows) & {"edit", "put", "delete"} == {"edit", "put", "delete"}
    assert ways(kept.rows) - {"edit", "put", "delete"} == {
        *("begin", "dirty", "encode_some", "encoded", "get", "items", "touched"),
        *(
            "opened",
            "page",
            "prefetch",
            "rotate",
            "settle",
            "shrink",
            "size",
            "spec",
            "watch",
        ),
        *("watches", "young_size", "ahead", "asks", "bring", "take_in"),
    }
    assert ways(kept.spans) - {"put", "remove"} == {
        *("begin", "dirty", "encode_some", "encoded", "entries", "touched", "opened"),
        *("prefetch", "rotate", "settle", "shrink", "size", "span", "spec", "watch"),
        *("watches", "young_size", "take_in"),
    }

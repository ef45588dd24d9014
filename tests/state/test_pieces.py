"""What is made in pieces: a change makes its own piece anew, and no other."""

import pytest

from habitue.state.pieces import ALL_AT_ONCE, Pieces, joined
from habitue.state.recorded import Recorder
from tests.state.test_watch import ROWS, Kept

KEYS = (1, 2, 3, 4, 5)


class Made:
    """Sums of rows, made two keys at a time; it notes of which they were made."""

    def __init__(self) -> None:
        self.kept = Kept()
        for key in KEYS:
            self.kept.rows.put(key, [key])
        self.kept.begin()
        self.recorder = Recorder(self.kept.store, 2)
        self.rows = self.recorder.table(ROWS)
        self.pieces = Pieces(100)
        self.asked: list[tuple[int, ...]] = []

    def read(self, keys: tuple[int, ...] = KEYS) -> list[int]:
        self.asked = []
        self.recorder.begin(self.pieces)
        found = self.recorder.in_pieces("sums", keys, self._sums)
        self.is_watched = self.recorder.grounds(100) is not None
        self.whole = self.recorder.together("whole", found, joined)
        self.pieces.end()
        return self.whole

    def _sums(self, keys) -> list[int]:
        self.asked.append(tuple(keys))
        return [sum(self.rows.get(key) or ()) for key in keys]


@pytest.fixture
def made():
    return Made()


def test_nothing_is_made_anew_while_nothing_changes(made):
    assert made.read() == [1, 2, 3, 4, 5]
    assert made.asked == [(1, 2), (3, 4), (5,)]
    before = made.whole

    assert made.read() is before

    assert made.asked == []
    assert made.is_watched


def test_a_change_makes_its_own_piece_anew(made):
    made.read()

    made.kept.rows.edit(3).append(10)

    assert made.read() == [1, 2, 13, 4, 5]
    assert made.asked == [(3, 4)]


def test_a_row_that_may_change_unseen_is_read_each_time(made):
    made.read()
    made.kept.rows.edit(3).append(10)
    made.read()

    made.kept.rows.edit(3).append(100)

    assert made.read() == [1, 2, 113, 4, 5]
    assert not made.is_watched


def test_what_is_put_together_stands_where_what_changed_shows_nowhere(made):
    made.read()
    before = made.whole

    made.kept.rows.put(3, [1, 2])

    assert made.read() is before
    assert made.asked == [(3, 4)]


def test_another_order_of_keys_is_another_piece(made):
    made.read()

    assert made.read((2, 1, 3, 4)) == [2, 1, 3, 4]


def test_pieces_that_are_used_no_more_are_looked_at_no_more(made):
    made.read()

    made.read((1, 2))
    assert sorted(made.kept.rows.watches.held) == [1, 2]
    assert made.pieces.grounds == 2
    made.pieces.let_go()

    assert made.kept.rows.watches.held == {}
    assert made.pieces.left == 100


def test_no_more_rows_are_looked_at_than_they_may_rest_on(made):
    made.pieces = Pieces(3)

    assert made.read() == made.read() == [1, 2, 3, 4, 5]
    assert len(made.kept.rows.watches.held) <= 3


def test_a_piece_within_a_piece_is_of_the_outer_one(made):
    def outer(keys):
        return sum(joined(made.recorder.in_pieces("inner", keys, made._sums)))

    def read():
        made.recorder.begin(made.pieces)
        found = made.recorder.in_pieces("outer", KEYS, outer)
        made.pieces.end()
        return sum(found)

    assert read() == 15
    made.kept.rows.edit(4).append(10)

    assert read() == 25


def test_all_at_once_comes_to_the_same(made):
    found = ALL_AT_ONCE.in_pieces("sums", KEYS, made._sums)

    assert ALL_AT_ONCE.together("whole", found, joined) == made.read()

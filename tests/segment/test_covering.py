"""One leaf does for all that ask for less of the same."""

from habitue.base.clock import DAY_US
from habitue.segment.condition import Count, Did, DidNot, Where, Window
from habitue.segment.covering import Covering, Need, leaf_of
from habitue.segment.leaf import (
    Amounts,
    Every,
    Faces,
    Latest,
    Leaf,
    key_of,
    leaves_under,
)
from habitue.segment.live_rows import LeafRow

NAMES = ("A",)


def leaf(keep, **more) -> bytes:
    return key_of(Leaf(names=NAMES, keep=keep, **more))


def lacking(*keys: bytes, held: tuple[bytes, ...] = ()) -> list[bytes]:
    rows = {at: LeafRow(key, 0, 0) for at, key in enumerate(held, 1)}
    return Covering(rows).lacking([Need(key, 0) for key in keys])


def test_of_leaves_that_keep_more_and_less_the_widest_is_kept():
    two, eight = leaf(Latest(most=2)), leaf(Latest(most=8))
    week, year = leaf(Every(for_us=7 * DAY_US)), leaf(Every(for_us=365 * DAY_US))

    faces, more_faces = (
        leaf(Faces(of=("$product",), for_us=days * DAY_US)) for days in (1, 16)
    )

    assert lacking(two, eight, week, year) == [eight, year]
    assert lacking(faces, more_faces) == [more_faces]
    assert lacking(two, week, held=(eight, year)) == []


def test_what_asks_for_other_things_is_kept_apart():
    where = (Where(property="x", op="is", value="y"),)
    apart = (
        leaf(Latest(most=2)),
        leaf(Latest(most=512)),
        leaf(Latest(most=2), where=where),
        leaf(Latest(most=2), dates=Window(since="2026-01-01")),
        leaf(Every(for_us=0)),
        leaf(Every(for_us=DAY_US)),
        leaf(Amounts(of="x", for_us=DAY_US)),
        leaf(Amounts(of="y", for_us=DAY_US)),
        leaf(Faces(of=("x",), for_us=DAY_US)),
        leaf(Faces(of=("x", "y"), for_us=DAY_US)),
    )

    assert lacking(*apart) == list(apart)


def test_a_leaf_serves_nobody_before_it_is_filled_in():
    two, eight = leaf(Latest(most=2)), leaf(Latest(most=8))
    covering = Covering({1: LeafRow(two, 0, 0), 2: LeafRow(eight, 5, 3)})

    assert covering.number(Need(two, 0)) == 1
    assert covering.number(Need(two, 3)) == covering.number(Need(eight, 3)) == 2
    assert covering.number(Need(eight, 2)) is None


def test_what_is_gone_serves_nobody():
    two = leaf(Latest(most=2))

    assert Covering({1: LeafRow(two, 0, 0, True)}).number(Need(two, 0)) is None


def test_conditions_of_many_counts_and_windows_share_one_list():
    asked = [
        one
        for days in (1, 30, 365)
        for condition in (
            Did(event="A", count=Count(op=">=", value=1), within=Window(days=days)),
            DidNot(event="A", within=Window(days=days)),
        )
        for one in leaves_under(condition)
    ]

    (found,) = lacking(*map(key_of, asked))

    assert leaf_of(found).keep == Latest(most=2)

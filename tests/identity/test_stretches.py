"""Whose a device is at each of its items, by an own and slow reading of the rules."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from habitue.identity.stretches import Hold, Stretches, Turn, stretches
from habitue.model.evidence import Key
from habitue.model.identifier import Identifier
from habitue.model.person import Moment, Place
from tests.identity.histories import LAW

USERS = [Place(Identifier("user_id", name), 0) for name in ("u1", "u2")]


@st.composite
def timelines(draw: st.DrawFn) -> list[Turn]:
    told = draw(
        st.lists(
            st.tuples(
                st.integers(0, 30),
                st.sampled_from([None, None, *USERS]),
                st.sampled_from([False, False, False, True]),
            ),
            max_size=10,
        )
    )
    turns = [
        Turn(Moment(at_us, Key("web", f"m{number}")), login, ends)
        for number, (at_us, login, ends) in enumerate(told)
    ]
    return sorted(turns, key=lambda turn: turn.moment)


HOLDS = st.sampled_from([None, 3, 10])
ADOPTS = st.sampled_from([0, 5, 100])


def holder_before(turns: list[Turn], at: int, hold_us: int | None) -> Place | None:
    """Say who holds the device as item `at` comes: rule 11 read backwards."""
    if at == 0:
        return None
    last = turns[at - 1]
    if hold_us is not None and turns[at].moment.at_us - last.moment.at_us > hold_us:
        return None
    if last.ends:
        return None
    return last.login or holder_before(turns, at - 1, hold_us)


def owner(
    turns: list[Turn], at: int, hold_us: int | None, adopt_us: int
) -> Place | None:
    """Say whose item `at` is by the device: held, or adopted by the first login."""
    held = turns[at].login or holder_before(turns, at, hold_us)
    logins = [turn.login is not None for turn in turns]
    if held is not None or True not in logins[at:] or True in logins[:at]:
        return held
    first = logins.index(True)
    for earlier, later in zip(turns[at:first], turns[at + 1 : first + 1], strict=True):
        gap = later.moment.at_us - earlier.moment.at_us
        if earlier.ends or (hold_us is not None and gap > hold_us):
            return None
    young = turns[first].moment.at_us - turns[at].moment.at_us < adopt_us
    return turns[first].login if young else None


def holder(found: Stretches, turn: Turn) -> Place | None:
    hold = found.holds[found.at(turn.moment)]
    return hold.strand if hold else None


@LAW
@given(timelines(), HOLDS, ADOPTS)
def test_each_item_is_whose_the_rules_say(
    turns: list[Turn], hold_us: int | None, adopt_us: int
) -> None:
    found = stretches(turns, hold_us=hold_us, adopt_us=adopt_us)

    assert [holder(found, turn) for turn in turns] == [
        owner(turns, at, hold_us, adopt_us) for at in range(len(turns))
    ]


@LAW
@given(timelines(), HOLDS, ADOPTS)
def test_stretches_part_all_time_in_order(
    turns: list[Turn], hold_us: int | None, adopt_us: int
) -> None:
    found = stretches(turns, hold_us=hold_us, adopt_us=adopt_us)

    assert len(found.holds) == len(found.opens) + 1
    assert list(found.opens) == sorted(found.opens)
    assert all(one or other for one, other in pairwise(found.holds))


def turn(at_us: int, login: Place | None = None, ends: bool = False) -> Turn:
    return Turn(Moment(at_us, Key("web", f"m{at_us}")), login, ends)


def test_browsing_adopted_whole_keeps_its_stretch() -> None:
    browsed = [turn(1), turn(2)]
    before = stretches(browsed, hold_us=None, adopt_us=100)
    after = stretches([*browsed, turn(3, USERS[0])], hold_us=None, adopt_us=100)

    assert (before.opens, before.holds) == ((), (None,))
    assert (after.opens, after.holds) == ((), (Hold(USERS[0], Key("web", "m3")),))


def test_an_end_opens_a_strangers_stretch_just_behind_it() -> None:
    found = stretches(
        [turn(1, USERS[0]), turn(2, ends=True)], hold_us=None, adopt_us=100
    )

    assert found.opens == (Moment(2, Key("web", "m2"), 1),)
    assert found.holds[1] is None


def test_a_hold_runs_out_when_it_ends_not_when_the_next_item_comes() -> None:
    found = stretches([turn(1, USERS[0]), turn(50)], hold_us=10, adopt_us=100)

    assert found.at(Moment(11, Key("web", "z"))) == 0
    assert found.at(Moment(12, Key("", ""))) == 1

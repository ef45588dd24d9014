"""State goes by the kinds that its log defines, whenever they were defined."""

from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from habitue.app.projection.defined import (
    PolicyUnreadableError,
    policy_in_force,
    state_stamp,
)
from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import open_fold, replay
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.identity.defining import KIND, POLICY, SHOP
from habitue.log.port import Entry, Truth
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.kind import DEFAULT_KINDS, Form, IdentityPolicy, Kind, Role
from habitue.model.source import Writer
from habitue.state.port import StateBackend
from tests.identity.live import MemoryState
from tests.proof.logbook import Line, dump, logs

MEMBER = Kind("membership_no", Role.ANCHOR, 25)
BADGE = Kind("badge", Role.DEVICE, 85)
PLACE = Kind("pickup_place", Role.CONTACT, 55, limit=2)
NEW_KINDS = (
    MEMBER,
    BADGE,
    PLACE,
    replace(MEMBER, rank=1),
    replace(MEMBER, rank=44, limit=3),
    replace(PLACE, form=Form.EMAIL, rank=74),
)
# What its identifiers were told as before it was there, by role.
INSTEAD = {
    Role.ANCHOR: "customer_id",
    Role.CONTACT: "card_token",
    Role.DEVICE: "anonymous_id",
}
NOW_US = 10**16


def define(truth: Truth, kind: Kind) -> None:
    truth.define(KIND, kind.name, msgspec.json.encode(kind), NOW_US)


def renamed(line: Line, kind: Kind, chance: Random) -> Line:
    """Tell some of an entry's identifiers as ones of the new kind."""
    if not isinstance(line, Entry) or chance.random() < 0.4:
        return line
    told: dict[str, Any] = msgspec.json.decode(line.body)
    for named in (told.get("identifiers", []), [told.get("left")], [told.get("right")]):
        for one in named:
            if one and one[0] == INSTEAD[kind.role]:
                one[0] = kind.name
    return replace(line, body=msgspec.json.encode(told))


def commit(truth: Truth, lines: list[Line]) -> None:
    for line in lines:
        if isinstance(line, Entry):
            truth.commit([line], NOW_US)


def catch_up(fold: Fold, truth: Truth, backend: StateBackend) -> None:
    replay(fold, truth, backend, truth.head(), 7)


@given(
    lines=logs(),
    kind=st.sampled_from(NEW_KINDS),
    chance=st.randoms(use_true_random=False),
)
@settings(max_examples=60, deadline=None)
def test_a_kind_taken_in_while_it_runs_is_as_if_it_had_always_been(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[Line],
    kind: Kind,
    chance: Random,
) -> None:
    folder = tmp_path_factory.mktemp("kinds")
    with (
        closing(SqliteTruth(folder / "truth.db")) as truth,
        closing(SqliteState(folder / "state.db")) as kept,
    ):
        at = chance.randint(0, len(lines))
        later = [renamed(line, kind, chance) for line in lines[at:]]
        check_taken_in(truth, kept, kind, (lines[:at], later))


def check_taken_in(
    truth: Truth,
    kept: StateBackend,
    kind: Kind,
    lines: tuple[list[Line], list[Line]],
) -> None:
    before, after = lines
    live = open_fold(truth, kept, 5)
    commit(truth, before)
    catch_up(live, truth, kept)
    define(truth, kind)
    commit(truth, after)
    catch_up(live, truth, kept)

    other = MemoryState()
    fresh = open_fold(truth, other, 1000)
    catch_up(fresh, truth, other)
    assert not list(live.faults.items())
    assert dump(live) == dump(fresh)
    # And what is kept is gone on with, not thrown away.
    assert open_fold(truth, kept, 5).offset or not dump(live)


@pytest.fixture
def truth(tmp_path: Path):
    truth = SqliteTruth(tmp_path / "truth.db")
    yield truth
    truth.close()


def named(user_id: str) -> Entry:
    event = Event(
        type="identify",
        name="",
        at_us=NOW_US,
        verified=True,
        identifiers=(Identifier("user_id", user_id),),
    )
    return Entry(source="crm", message_id=user_id, body=msgspec.json.encode(event))


@pytest.fixture
def kept(tmp_path: Path):
    kept = SqliteState(tmp_path / "state.db")
    yield kept
    kept.close()


def stamp(truth: Truth) -> str:
    return state_stamp(truth, policy_in_force(truth))


def test_state_is_thrown_away_for_what_it_depends_on_and_for_nothing_else(truth):
    plain = stamp(truth)

    define(truth, MEMBER)
    define(truth, replace(MEMBER, claim=Writer.SERVER, closed=True, blocked=("0",)))
    define(truth, replace(DEFAULT_KINDS[0], claim=Writer.SERVER, blocked=("0",)))
    shop = IdentityPolicy(blocked=("walk-in",))
    truth.define(POLICY, SHOP, msgspec.json.encode(shop), NOW_US)
    assert stamp(truth) == plain

    stamps = {plain}
    for kind in (
        replace(MEMBER, limit=2),
        replace(MEMBER, rank=26),
        replace(DEFAULT_KINDS[4], limit=6),
    ):
        define(truth, kind)
        stamps.add(stamp(truth))
    shop = IdentityPolicy(claim_edges_max=50)
    truth.define(POLICY, SHOP, msgspec.json.encode(shop), NOW_US)
    assert len(stamps | {stamp(truth)}) == 5


def test_what_is_changed_back_needs_nothing_anew(truth):
    define(truth, MEMBER)
    before = stamp(truth)
    define(truth, replace(MEMBER, limit=2))
    assert stamp(truth) != before

    define(truth, MEMBER)

    assert stamp(truth) == before


def test_state_under_another_limit_is_computed_anew(truth, kept):
    define(truth, MEMBER)
    fold = open_fold(truth, kept, 1000)
    commit(truth, [named("u1")])
    catch_up(fold, truth, kept)
    assert open_fold(truth, kept, 1000).offset == truth.head() == 2

    define(truth, replace(MEMBER, limit=2))

    fold = open_fold(truth, kept, 1000)
    assert fold.offset == 0
    assert fold.identity.policy.kind("membership_no").limit == 2


def test_a_change_of_a_known_kind_waits_for_the_next_start(truth):
    define(truth, MEMBER)
    kept = MemoryState()
    fold = open_fold(truth, kept, 1000)

    define(truth, replace(MEMBER, limit=2))
    catch_up(fold, truth, kept)

    assert fold.identity.policy.kind("membership_no").limit == 1


def test_a_definition_of_a_later_version_is_named_with_the_way_out(truth):
    truth.define(KIND, "aura", b'{"name":"aura","role":"spirit","rank":1}', NOW_US)

    with pytest.raises(PolicyUnreadableError, match=r"kind 'aura'.*later one"):
        policy_in_force(truth)

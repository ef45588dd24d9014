"""A late item on a device moves what it changes, and costs what that is."""

from collections.abc import Sequence
from random import Random
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.base.steps import Steps, finish
from habitue.model.evidence import Evidence, Key
from habitue.model.identifier import Identifier, birth
from habitue.model.kind import KindPolicy
from habitue.model.strand import strand
from tests.identity.histories import LAW, POLICY, Log, Record, one, policies
from tests.identity.live import Live, MemoryState, check

DEVICES = (one("device_id:d1"), one("anonymous_id:a1"))
OWNERS = (one("user_id:u1"), one("user_id:u2"), one("email:e1"))


def device_item(chance: Random, offset: int) -> Evidence:
    """Make up what a browser used in turn tells: alone, or with a login."""
    named: set[Identifier] = set(chance.choices(DEVICES, k=chance.choice((1, 1, 2))))
    if chance.random() < 0.5:
        named.add(chance.choice(OWNERS))
    return Evidence(
        key=Key("web", f"m{chance.random()}"),
        offset=offset,
        at_us=chance.randint(0, 40),
        verified=chance.random() < 0.3,
        identifiers=tuple(
            sorted(named, key=lambda each: (POLICY.rank(each.kind), each.value))
        ),
        ends=chance.random() < 0.15,
        shared_device=chance.random() < 0.01,
        formerly=None,
    )


@settings(LAW, max_examples=LAW.max_examples * 2)
@given(st.integers(0, 2**32), st.integers(2, 40), policies())
def test_a_device_told_in_any_order_is_whose_the_definition_says(
    seed: int, size: int, policy: KindPolicy
) -> None:
    chance = Random(seed)
    history = [device_item(chance, at + 1) for at in range(size)]
    live = Live(policy)

    for at, item in enumerate(history):
        live.take(item)
        if at % 4 == 3:
            check(live, history[: at + 1])
    check(live, history)


def in_turn(turns: int) -> Log:
    """Let two people use a browser in turn, and look at something in between."""
    log = Log()
    for at in range(turns):
        log.told(100 + 10 * at, f"user_id:u{1 + at % 2}", "anonymous_id:a1")
        log.told(105 + 10 * at, "anonymous_id:a1")
    return log


def test_a_late_login_folds_only_the_stretch_it_parts() -> None:
    log = in_turn(8)
    live = Live(log.policy).follow(log.records)
    log.told(142, "user_id:u3", "anonymous_id:a1")

    placed = live.take(log.records[-1])

    assert (placed.refold, len(placed.gone), len(placed.anew)) == ((), 1, 2)
    check(live, log.records)


def test_a_late_login_renumbers_no_stretch_but_the_one_it_parts() -> None:
    log = in_turn(8)
    live = Live(log.policy).follow(log.records)
    before = live.strands()
    log.told(142, "user_id:u3", "anonymous_id:a1")

    live.take(log.records[-1])

    now = live.strands()
    changed = {key for key in before if now[key] != before[key]}
    assert [one.at_us for one in log.records if one.key in changed] == [145]


@pytest.mark.parametrize("at_us", [95, 1002], ids=["before all", "amid"])
def test_a_late_login_costs_the_same_however_often_the_device_was_handed_on(
    at_us: int,
) -> None:
    assert cost_of_a_late_login(at_us, turns=400) == cost_of_a_late_login(
        at_us, turns=100
    )


def cost_of_a_late_login(at_us: int, *, turns: int) -> tuple[int, int]:
    """Count the rows that a late login reads, and the rows and entries it changes."""
    log = in_turn(turns)
    live = Live(log.policy, backend := Counting()).follow(log.records)
    live.save(len(log.records))
    live.store.close()
    live.open()
    log.told(at_us, "user_id:u3", "anonymous_id:a1")
    backend.read = 0
    live.take(log.records[-1])
    return backend.read, live.store.dirty


class Counting(MemoryState):
    """State that counts the rows that are read of it."""

    read = 0

    def load(self, table: str, key: Any) -> bytes | None:
        self.read += 1
        return super().load(table, key)

    def load_many(self, table: str, keys: Sequence[Any]) -> dict[Any, bytes]:
        self.read += len(keys)
        return super().load_many(table, keys)


class Anew(Live):
    """Turns a device anew from its first item, whatever came late."""

    def open(self) -> int:
        offset = super().open()
        inserting = self.resolver._parts.inserting
        inserting.insert = _never  # type: ignore[assignment, method-assign]
        return offset


def _never(*told: object) -> Steps[None]:
    yield from ()


@settings(LAW, max_examples=LAW.max_examples * 2)
@given(st.integers(0, 2**32), st.integers(2, 40), policies())
def test_turned_on_from_a_late_item_the_rows_are_those_of_turning_all_anew(
    seed: int, size: int, policy: KindPolicy
) -> None:
    chance = Random(seed)
    history = [device_item(chance, at + 1) for at in range(size)]

    on, anew = Live(policy).follow(history), Anew(policy).follow(history)

    assert spans(on) == spans(anew)


@settings(LAW, max_examples=LAW.max_examples * 2)
@given(st.integers(0, 2**32), st.integers(2, 40), policies())
def test_a_birth_is_known_as_a_devices_while_a_stretch_of_it_has_it(
    seed: int, size: int, policy: KindPolicy
) -> None:
    chance = Random(seed)
    live = Live(policy).follow([device_item(chance, at + 1) for at in range(size)])
    book = live.resolver._book

    found = {
        stretch.birth: number
        for number, row in book.rows.items()
        if row.device is not None
        for stretch in finish(book.all_stretches(number))
        if stretch.birth not in (0, number)
    }

    assert dict(book.past._born.items()) == found


def spans(live: Live) -> list[bytes]:
    """Give all rows and entries but those of devices, which tell of the way there."""
    return [
        encoded
        for encoded in live.store.dump()
        if msgspec.msgpack.decode(encoded)[0] != "identity_rows"
    ]


def test_between_an_end_and_the_next_login_is_a_strangers_time() -> None:
    log = Log()
    log.told(10, "user_id:u1", "anonymous_id:a1", ends=True)
    log.told(20, "user_id:u2", "anonymous_id:a1")
    log.told(30, "user_id:u1", "anonymous_id:a1")
    live = Live(log.policy).follow(log.records)

    log.told(15, "anonymous_id:a1")
    live.take(log.records[-1])

    check(live, log.records)
    assert live.resolver.person_of(live.strands()[log.records[-1].key]) == birth(4, 0)


def test_a_mention_between_an_end_and_the_next_login_is_a_birth_there() -> None:
    log = Log()
    log.told(10, "user_id:u1", "anonymous_id:a1", ends=True)
    log.told(20, "user_id:u2", "anonymous_id:a1")
    log.told(30, "user_id:u1", "anonymous_id:a1")
    log.not_same(15, "user_id:u3", "anonymous_id:a1")
    live = Live(log.policy).follow(log.records)

    log.told(16, "anonymous_id:a1")
    live.take(log.records[-1])

    check(live, log.records)
    assert live.resolver.person_of(live.strands()[log.records[-1].key]) == birth(4, 1)


def test_a_mention_out_of_force_between_an_end_and_the_next_login_is_a_birth() -> None:
    log = Log()
    log.told(10, "user_id:u1", "anonymous_id:a1", ends=True)
    log.told(20, "user_id:u2", "anonymous_id:a1")
    log.told(30, "user_id:u1", "anonymous_id:a1")
    log.retract(40, Key("shop", "m5"))
    log.told(15, "anonymous_id:a1")

    live = Live(log.policy).follow(log.records)

    device = live.resolver.number(one("anonymous_id:a1"))
    assert device is not None
    assert strand(birth(5, 0), 0) in live.resolver.strands(device)
    check(live, log.records)


def test_a_stretch_that_an_alias_opens_is_born_behind_both_names() -> None:
    log = Log()
    log.told(10, "user_id:u1", "anonymous_id:a1")
    log.alias(20, "a1", "u2", verified=True)

    live = Live(log.policy).follow(log.records)

    device = live.resolver.number(one("anonymous_id:a1"))
    assert device is not None
    assert live.resolver.strands(device)[-1] == strand(birth(2, 2), 0)
    check(live, log.records)


def test_a_late_login_reads_only_what_lies_around_it() -> None:
    log = in_turn(200)
    live = Live(log.policy).follow(log.records)
    live.save(len(log.records))
    live.store.close()
    live.log = reads = Reads(live.log)
    live.open()
    log.told(1002, "user_id:u3", "anonymous_id:a1")

    live.take(log.records[-1])

    assert len(reads.offsets) < 20
    check(live, log.records)


def test_a_device_told_backwards_reads_each_record_a_few_times() -> None:
    log = Log()
    for at in range(200):
        log.told(10_000 - 10 * at, f"user_id:u{1 + at % 2}", "anonymous_id:a1")
    live = Live(log.policy)
    live.log = reads = Reads({})
    live.open()

    for record in log.records:
        # Nothing is kept at hand from one record to the next.
        live.resolver._book.recent.forget()
        live.take(record)

    assert len(reads.offsets) < 10 * len(log.records)
    check(live, log.records)


class Reads(dict[int, Record]):
    """A log that notes what is read."""

    def __init__(self, log: dict[int, Record]) -> None:
        super().__init__(log)
        self.offsets: list[int] = []

    def get(self, offset: int, default: Any = None) -> Any:
        self.offsets.append(offset)
        return super().get(offset, default)

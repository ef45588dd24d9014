"""A late item on a device moves what it changes, and costs what that is."""

from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from habitue.model.evidence import Evidence, Key
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy
from tests.identity.histories import LAW, POLICY, Log, Record, one, policies
from tests.identity.live import Live, check

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
    assert len(placed.moved) == 3
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

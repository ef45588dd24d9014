"""Whoever takes the notes of who moved has who holds what, whatever has happened."""

import os
from random import Random

import pytest

from habitue.identity.resolve import Resolver
from habitue.model.kind import KindPolicy
from tests.identity.histories import POLICIES, POLICY, Log, Record, made_up
from tests.identity.live import Live

pytestmark = pytest.mark.proof("T41")

# One in three hundred has somebody left behind by all others of their component.
HISTORIES = 20_000 if os.environ.get("HABITUE_TORTURE") == "1" else 1_500
RECORDS = 24

Held = dict[int, tuple[int, ...]]


def holding(resolver: Resolver) -> Held:
    """Give who holds what, as identity says."""
    found = {one: resolver.person(one) for one in resolver.people(0, 100_000)}
    return {one: tuple(sorted(person.strands)) for one, person in found.items()}


def take(resolver: Resolver, copy: Held) -> None:
    """Bring a copy up to date by the notes alone."""
    while resolver.moved.pending:
        for person_id, strands in resolver.moved.take(1):
            copy[person_id] = tuple(sorted(strands))
    for person_id in [one for one, strands in copy.items() if not strands]:
        del copy[person_id]


def follow(log: list[Record], policy: KindPolicy, every: int) -> None:
    """Keep a copy by the notes, taken each few records, and compare it each time."""
    live, copy = Live(policy), Held()
    live.resolver.moved.note()
    for number, record in enumerate(log, 1):
        live.take(record)
        if not number % every:
            take(live.resolver, copy)
            assert copy == holding(live.resolver), number


def test_a_copy_kept_by_the_notes_is_what_identity_says(seed: int) -> None:
    for number in range(HISTORIES):
        chance = Random(f"{seed} moved {number}")
        log, policy = made_up(chance, RECORDS), chance.choice(POLICIES)
        follow(log, policy, every=chance.randint(1, 5))


def test_who_is_left_alone_by_all_others_is_told_of() -> None:
    log = Log()
    log.told(16, "user_id:u1", "phone:p1", source="erp")
    log.told(16, "user_id:u2", "phone:p1")
    # Late: the phone is nobody's now, and either of the two is alone.
    log.told(5, "user_id:u2", "phone:p1", source="erp")

    follow(log.records, POLICY, every=1)

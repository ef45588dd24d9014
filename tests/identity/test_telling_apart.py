"""Two who are told apart are never one again, until that is taken back."""

import pytest

from habitue.base.errors import InvalidError
from habitue.identity.telling_apart import plan_apart
from habitue.model.evidence import Verb
from tests.identity.histories import Log
from tests.identity.test_commands import Desk


def two_alike() -> Desk:
    log = Log()
    log.told(1, "customer_id:c1", "email:e1")
    log.told(2, "customer_id:c2", "email:e2")
    log.told(3, "email:e3")
    return Desk(log)


def part(desk: Desk, left: str, right: str) -> str:
    command = desk.command()
    verdicts = plan_apart(
        desk.person(left), desk.person(right), command, policy=desk.log.policy
    )
    return desk.give(command, verdicts)


def test_of_customers_the_numbers_are_judged_and_no_addresses() -> None:
    desk = two_alike()

    verdicts = plan_apart(
        desk.person("customer_id:c1"),
        desk.person("customer_id:c2"),
        desk.command(),
        policy=desk.log.policy,
    )

    told = [(one.verb, str(one.left), str(one.right)) for one in verdicts]
    assert told == [(Verb.NOT_SAME, "customer_id:c1", "customer_id:c2")]


def test_an_event_that_names_both_does_not_join_them() -> None:
    desk = two_alike()
    part(desk, "customer_id:c1", "email:e3")

    desk.log.told(200, "customer_id:c1", "email:e3")
    desk.live.take(desk.log.records[-1])

    assert not desk.together("customer_id:c1", "email:e3")


def test_they_are_known_as_parted_until_it_is_undone() -> None:
    desk = two_alike()
    before = desk.picture()
    command = part(desk, "customer_id:c1", "customer_id:c2")
    resolver = desk.live.resolver
    couple = desk.person("customer_id:c1"), desk.person("customer_id:c2")
    assert resolver.parted(*couple)
    assert resolver.apart(couple[0]) == {resolver.number(couple[1].nodes[0].identifier)}

    desk.undo(command)

    assert not resolver.parted(*couple)
    assert not resolver.apart(couple[0])
    assert desk.picture() == before


def test_a_visitor_without_a_name_can_not_be_told_apart() -> None:
    log = Log()
    log.told(1, "customer_id:c1")
    log.claimed(2, "anonymous_id:a1")
    desk = Desk(log)

    with pytest.raises(InvalidError, match="unknown visitor"):
        part(desk, "customer_id:c1", "anonymous_id:a1")

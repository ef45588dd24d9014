"""Merging and un-merging are commands of verdicts, each undone by one command."""

from collections.abc import Sequence

import pytest

from habitue.base.errors import InvalidError
from habitue.identity.commands import (
    Command,
    plan_merge,
    plan_retract,
    plan_unmerge,
    undo,
)
from habitue.model.evidence import Judgement, Key, Verb, Verdict
from habitue.model.person import Person
from tests.identity.histories import Log, one
from tests.identity.live import Live, check, plain


class Desk:
    """An operator at a live resolver: plans commands and puts them on the log."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.live = Live(log.policy).follow(log.records)
        self.told: dict[str, list[tuple[Key, Verdict]]] = {}
        self.now = 100

    def person(self, word: str) -> Person:
        person_id = self.live.resolver.find(one(word))
        assert person_id is not None
        person = self.live.resolver.person(person_id)
        assert person is not None
        return person

    def command(self) -> Command:
        self.now += 1
        name = f"c{self.now}"
        return Command(command=name, operator="ann", at_us=self.now, reason="asked")

    def merge(self, left: str, right: str) -> str:
        one_person, two_person = self.person(left), self.person(right)
        parted = self.live.resolver.parted(one_person, two_person)
        command = self.command()
        verdicts = plan_merge(
            one_person, two_person, command, policy=self.log.policy, parted=parted
        )
        return self.give(command, verdicts)

    def unmerge(self, word: str, *moved: str) -> str:
        command = self.command()
        moving = [one(name) for name in moved]
        verdicts = plan_unmerge(
            self.person(word), moving, command, policy=self.log.policy
        )
        return self.give(command, verdicts)

    def retract(self, key: Key) -> str:
        command = self.command()
        return self.give(command, plan_retract(key, command))

    def undo(self, name: str) -> str:
        command = self.command()
        return self.give(command, undo(self.told[name], command))

    def give(self, command: Command, verdicts: Sequence[Verdict]) -> str:
        told = []
        for at, verdict in enumerate(verdicts):
            key = Key("console", f"{command.command}:{at}")
            judgement = Judgement(
                key=key,
                offset=self.log.offset,
                at_us=verdict.at_us,
                verb=verdict.verb,
                left=verdict.left,
                right=verdict.right,
                target=verdict.target,
            )
            self.log.records.append(judgement)
            self.live.take(judgement)
            told.append((key, verdict))
        check(self.live, self.log.records)
        self.told[command.command] = told
        return command.command

    def picture(self) -> object:
        """Give all there is to see: people, and what is folded for whom."""
        resolver = self.live.resolver
        people = [plain(resolver.person(each)) for each in resolver.people()]
        return people, self.live.folded()

    def together(self, left: str, right: str) -> bool:
        find = self.live.resolver.find
        return find(one(left)) == find(one(right))


def two_shoppers() -> Desk:
    log = Log()
    log.told(1, "user_id:u1", "email:e1", "anonymous_id:a1")
    log.told(2, "user_id:u2", "email:e2", "loyalty_card:l1")
    log.told(3, "email:e2", "phone:p1")
    log.claimed(4, "anonymous_id:a2")
    return Desk(log)


def test_merging_makes_one_of_two_accounts() -> None:
    desk = two_shoppers()

    desk.merge("user_id:u1", "user_id:u2")

    assert desk.together("email:e1", "phone:p1")


def test_undoing_a_merge_gives_back_what_was() -> None:
    desk = two_shoppers()
    before = desk.picture()

    merge = desk.merge("user_id:u1", "user_id:u2")
    desk.undo(merge)

    assert desk.picture() == before


def test_undoing_the_undoing_of_a_merge_merges_again() -> None:
    desk = two_shoppers()
    merge = desk.merge("user_id:u1", "user_id:u2")
    merged = desk.picture()

    desk.undo(desk.undo(merge))

    assert desk.picture() == merged


def test_unmerging_gives_each_account_its_own_again() -> None:
    desk = two_shoppers()
    desk.merge("user_id:u1", "user_id:u2")

    desk.unmerge("user_id:u1", "user_id:u2", "email:e2", "loyalty_card:l1", "phone:p1")

    assert not desk.together("user_id:u1", "user_id:u2")
    assert desk.together("user_id:u2", "phone:p1")
    assert desk.together("user_id:u1", "anonymous_id:a1")


def test_undoing_an_unmerge_gives_back_what_was() -> None:
    desk = two_shoppers()
    before = desk.picture()

    parted = desk.unmerge("email:e2", "phone:p1")
    assert not desk.together("email:e2", "phone:p1")
    desk.undo(parted)

    assert desk.picture() == before


def test_merging_overrides_an_earlier_unmerge() -> None:
    desk = two_shoppers()
    desk.unmerge("email:e2", "phone:p1")

    desk.merge("email:e2", "phone:p1")

    assert desk.together("email:e2", "phone:p1")


def test_retracting_evidence_parts_what_it_joined_until_it_is_undone() -> None:
    desk = two_shoppers()
    before = desk.picture()

    command = desk.retract(desk.log.records[2].key)
    assert desk.live.resolver.find(one("phone:p1")) is None
    desk.undo(command)

    assert desk.picture() == before


def test_a_device_is_parted_from_the_whole_person() -> None:
    desk = two_shoppers()

    desk.unmerge("user_id:u1", "anonymous_id:a1")

    assert not desk.together("user_id:u1", "anonymous_id:a1")
    verdicts = [verdict for told in desk.told.values() for _, verdict in told]
    assert {str(verdict.right) for verdict in verdicts} == {"user_id:u1", "email:e1"}


def test_a_phone_passed_on_within_a_person_goes_where_its_evidence_leads() -> None:
    log = Log()
    log.told(1, "user_id:u1", "phone:p1")
    log.told(5, "user_id:u2", "phone:p1")
    desk = Desk(log)
    before = desk.picture()
    desk.merge("user_id:u1", "user_id:u2")

    desk.unmerge("user_id:u1", "user_id:u2")

    people = [desk.person("user_id:u1"), desk.person("user_id:u2")]
    assert [len(person.nodes) for person in people] == [2, 2]
    assert desk.picture() == before


def test_a_merge_names_a_passed_on_phone_in_the_tenure_that_is_meant() -> None:
    log = Log()
    log.told(3, "phone:p1")
    log.told(5, "user_id:u1", "phone:p1")
    log.told(50, "user_id:u2", "phone:p1")
    log.told(60, "email:e3")
    desk = Desk(log)

    desk.merge("user_id:u1", "email:e3")

    assert desk.together("user_id:u1", "email:e3")
    assert not desk.together("user_id:u2", "email:e3")


def test_a_visitor_nobody_knows_cannot_be_merged() -> None:
    desk = two_shoppers()

    with pytest.raises(InvalidError, match="unknown visitor"):
        desk.merge("user_id:u1", "anonymous_id:a2")


def test_a_person_cannot_be_merged_with_itself() -> None:
    desk = two_shoppers()

    with pytest.raises(InvalidError, match="with itself"):
        desk.merge("user_id:u1", "email:e1")


def test_something_must_stay_when_identifiers_are_parted() -> None:
    desk = two_shoppers()

    with pytest.raises(InvalidError, match="Nothing would stay"):
        desk.unmerge("user_id:u1", "user_id:u1", "email:e1")


def test_only_identifiers_of_the_person_can_be_parted_from_it() -> None:
    desk = two_shoppers()

    with pytest.raises(InvalidError, match="phone:p1 is not an identifier"):
        desk.unmerge("user_id:u1", "phone:p1")


def test_the_verdicts_of_a_command_say_whose_and_why() -> None:
    desk = two_shoppers()

    name = desk.merge("user_id:u1", "user_id:u2")

    said = {(each.command, each.operator, each.reason) for _, each in desk.told[name]}
    assert said == {(name, "ann", "asked")}
    assert {each.verb for _, each in desk.told[name]} == {Verb.SAME}

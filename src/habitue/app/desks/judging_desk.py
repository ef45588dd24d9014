"""Judging who is who as the API asks for it: merge, un-merge, and taking it back."""

import asyncio
from collections.abc import Iterable
from typing import Any

from habitue.access.pasted import masked
from habitue.app.desks.home import ReadFold
from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.desks.writing import Writing
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.identity.commands import (
    Command,
    plan_merge,
    plan_retract,
    plan_unmerge,
    undo,
)
from habitue.identity.telling_apart import plan_apart
from habitue.log.port import Truth
from habitue.model.evidence import Key, Verdict
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy
from habitue.model.person import Person

View = dict[str, Any]


class JudgingDesk:
    """Takes an operator's word about people; each command is undone by one."""

    def __init__(
        self, people: PeopleDesk, fold: ReadFold, writing: Writing, truth: Truth
    ) -> None:
        self._people = people
        self._fold = fold
        self._writing = writing
        self._truth = truth
        # One command at a time: each is judged by what the one before it made.
        self._turn = asyncio.Lock()

    @property
    def _policy(self) -> KindPolicy:
        return self._people.policy

    async def merge(self, left: int, right: int, operator: str, reason: str) -> View:
        """Judge two people to be one."""
        async with self._turn:
            return await self._merge(left, right, self._command(operator, reason))

    async def _merge(self, left: int, right: int, command: Command) -> View:
        one, other = self._person(left), self._person(right)
        if one.person_id == other.person_id:
            raise ConflictError(f"{left} and {right} are one person already.")
        parted = self._fold.identity.parted(one, other)
        verdicts = plan_merge(one, other, command, policy=self._policy, parted=parted)
        return await self._judge(command, verdicts, (left, right))

    async def unmerge(
        self, person_id: int, what: View, operator: str, reason: str
    ) -> View:
        """Part identifiers from a person, or retract a piece of evidence."""
        async with self._turn:
            return await self._unmerge(person_id, what, self._command(operator, reason))

    async def _unmerge(self, person_id: int, what: View, command: Command) -> View:
        person = self._person(person_id)
        if what.get("evidence") is not None:
            key = Key(*what["evidence"])
            self._check_evidence(person, key)
            return await self._judge(command, plan_retract(key, command), (person_id,))
        moved = [self._named(text) for text in what["identifiers"]]
        verdicts = plan_unmerge(person, moved, command, policy=self._policy)
        told = await self._judge(command, verdicts, (person_id,))
        found = {self._fold.identity.find(one) for one in moved}
        ids = {one["person_id"] for one in told["people"]}
        return self._after(command, (*ids, *(one for one in found if one is not None)))

    async def part(self, left: int, right: int, operator: str, reason: str) -> View:
        """Judge two people not to be one, now or ever, until it is undone."""
        async with self._turn:
            command = self._command(operator, reason)
            one, other = self._person(left), self._person(right)
            if one.person_id == other.person_id:
                raise ConflictError(
                    f"{left} and {right} are one person; part them on their card."
                )
            if self._fold.identity.parted(one, other):
                raise ConflictError(f"{left} and {right} are told apart already.")
            verdicts = plan_apart(one, other, command, policy=self._policy)
            return await self._judge(command, verdicts, (left, right))

    async def undo(self, command: str, operator: str, reason: str) -> View:
        """Take back all judgements that one command gave."""
        async with self._turn:
            given = self._writing.given(command)
            if not given:
                raise NotFoundError(f"There is no command '{command}'.")
            undoing = self._command(operator, reason)
            verdicts = undo(given, undoing)
            return await self._judge(undoing, verdicts, self._touched(given))

    def concerns(self, command: str) -> set[int]:
        """Name the people whom a command was about; none if there was no such."""
        return self._touched(self._writing.given(command))

    def _person(self, person_id: int) -> Person:
        now_id = self._fold.identity.current(person_id)
        person = None if now_id is None else self._fold.identity.person(now_id, 0)
        if person is None:
            raise NotFoundError(f"There is no person {person_id}.")
        return person

    def _check_evidence(self, person: Person, key: Key) -> None:
        if self._truth.find(key.source, key.message_id) is None:
            raise NotFoundError(
                f"Source '{key.source}' told nothing under '{key.message_id}'."
            )
        if key not in {edge.key for edge in person.edges}:
            raise InvalidError(
                f"'{key.message_id}' of '{key.source}' is not what joins person"
                f" {person.person_id}; the person's 'joined' lists what does."
            )

    def _named(self, text: str) -> Identifier:
        found = self._people.identifier(text)
        if found is None:
            raise InvalidError(f"'{text}' is never an identifier.")
        return found

    def _command(self, operator: str, reason: str) -> Command:
        return Command(
            command=self._writing.new_id(),
            operator=operator,
            at_us=self._writing.now_us(),
            reason=masked(reason),
        )

    async def _judge(
        self, command: Command, verdicts: list[Verdict], ids: Iterable[int]
    ) -> View:
        await self._writing.judge(command.command, verdicts)
        return self._after(command, ids)

    def _touched(self, given: Iterable[tuple[Key, Verdict]]) -> set[int]:
        names = {
            one
            for _, verdict in given
            for one in (verdict.left, verdict.right)
            if one is not None
        }
        found = {self._fold.identity.find(name) for name in names}
        return {one for one in found if one is not None}

    def _after(self, command: Command, ids: Iterable[int]) -> View:
        now = {self._fold.identity.current(one) for one in ids}
        found = sorted(one for one in now if one is not None)
        people = [self._people.person(one) for one in found]
        return {
            "command": command.command,
            "people": [one for one in people if one is not None],
            "undo": f"/api/v1/commands/{command.command}/undo",
        }

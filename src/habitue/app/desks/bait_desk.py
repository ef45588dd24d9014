"""Bait as API and console ask for it: who is, who read it, and inventing somebody."""

import asyncio
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from habitue.access.baits import BAITS_MAX
from habitue.base.clock import to_iso
from habitue.base.errors import ConflictError, InvalidError, NotFoundError
from habitue.collect.arrive import make_arrival
from habitue.collect.body import Envelope
from habitue.collect.pipeline import take
from habitue.collect.port import Credential
from habitue.model.bait import BAIT, Bait
from habitue.model.outcome import Fate
from habitue.model.source import Writer

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

View = dict[str, Any]
Views = list[View]
REASON_MIN, REASON_MAX = 3, 500


class Who(Protocol):
    """Somebody who marks a person."""

    @property
    def name(self) -> str: ...


class BaitDesk:
    """Marks people as bait, or invents one who is."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._baits = home.engine.baits
        # One change at a time: each is judged by what the one before it left.
        self._turn = asyncio.Lock()

    def list(self) -> Views:
        """List who is bait, the newest first."""
        held = sorted(self._baits.held.items(), key=lambda one: (-one[1].at_us, one[0]))
        return [self._view(person_id, one) for person_id, one in held]

    def alarms(self) -> Views:
        """List those that were read lately, the last one first."""
        found = [one for one in self.list() if one["alarm"]]
        return sorted(found, key=lambda one: one["read_at"], reverse=True)

    async def add(self, who: Who, wanted: View) -> View:
        """Mark person_id as bait, or invent somebody: name, email, phone, source.

        reason: said in both cases.
        """
        reason = wanted["reason"].strip()
        if not REASON_MIN <= len(reason) <= REASON_MAX:
            raise InvalidError(
                f"Say what the bait is for, in {REASON_MIN} to {REASON_MAX} letters."
            )
        async with self._turn:
            if len(self._baits.held) >= BAITS_MAX:
                raise InvalidError(
                    f"There are {BAITS_MAX} baits, which is all there can be; remove"
                    " one that nobody came upon."
                )
            person_id = await self._whom(wanted)
            if person_id in self._baits.held:
                raise ConflictError(f"Person {person_id} is bait already.")
            now_us = self._home.engine.clock.now_us()
            made = Bait(reason=reason, by=who.name, at_us=now_us)
            await self._define(person_id, msgspec.json.encode(made))
        return self._view(person_id, made)

    async def remove(self, person_id: int) -> View:
        """Have somebody be bait no longer; the person stays."""
        async with self._turn:
            held = self._baits.held.get(person_id)
            if held is None:
                raise NotFoundError(f"Person {person_id} is no bait.")
            await self._define(person_id, b"null")
        return {**self._view(person_id, held), "removed": True}

    async def _define(self, person_id: int, body: bytes) -> None:
        await self._home.engine.writing.define(BAIT, str(person_id), body)
        self._baits.reload()

    async def _whom(self, wanted: View) -> int:
        invented = any(wanted[name] for name in ("name", "email", "phone", "source"))
        if (wanted["person_id"] is None) is not invented:
            raise InvalidError(
                "Name a person by their number, or invent one: a name, an address and"
                " the source it comes from."
            )
        if invented:
            return await self._invent(wanted)
        person = self._home.people.whose(wanted["person_id"])
        if person is None:
            raise NotFoundError(f"There is no person {wanted['person_id']}.")
        return person.person_id

    async def _invent(self, wanted: View) -> int:
        """Have a source tell of somebody whom there is not; give their id."""
        if not (wanted["name"].strip() and wanted["source"]):
            raise InvalidError("Who is invented has a name, and a source to come from.")
        traits = {
            name: told for name in ("name", "email", "phone") if (told := wanted[name])
        }
        email = f"email:{wanted['email']}"
        self._check_nobodys(email)
        if wanted["phone"]:
            self._check_nobodys(f"phone:{wanted['phone']}")
        await self._told(wanted["source"], traits)
        found = self._home.people.find(email)
        if found is None:
            raise InvalidError(f"'{wanted['email']}' names nobody; take another one.")
        return found

    def _check_nobodys(self, identifier: str) -> None:
        _, _, value = identifier.partition(":")
        if self._home.people.identifier(identifier) is None:
            raise InvalidError(f"'{value}' names nobody; take another one.")
        if self._home.people.find(identifier) is not None:
            raise ConflictError(
                f"'{value}' is a customer's; who is invented has one that is nobody's."
            )

    async def _told(self, name: str, traits: View) -> None:
        """Take in what the source would have said of them."""
        engine = self._home.engine
        source = engine.sources.get(name)
        if source is None:
            raise NotFoundError(f"There is no source '{name[:64]}'.")
        item = {
            "type": "identify",
            "messageId": engine.writing.new_id(),
            "identifiers": {
                kind: traits[kind] for kind in ("email", "phone") if kind in traits
            },
            "traits": traits,
        }
        body = msgspec.json.encode(item)
        credential = Credential(source=source, writer=Writer.SERVER)
        arrival = make_arrival(
            engine.doors.rules,
            credential,
            Envelope(items=(body,)),
            engine.clock.now_us(),
        )
        outcome = (await engine.writing.append([take(body, arrival).entry]))[0]
        if outcome.fate is not Fate.STORED:
            raise InvalidError(
                f"What source '{name}' would say of them can't be taken; see what"
                " needs fixing, and take another name or address."
            )

    def _view(self, person_id: int, one: Bait) -> View:
        now_id = self._home.fold.identity.current(person_id)
        known = None if now_id is None else self._home.people.brief(now_id)
        return {
            "person_id": person_id,
            "name": None if known is None else known["name"],
            "reason": one.reason,
            "by": one.by,
            "at": to_iso(one.at_us),
            "reads": one.reads,
            "read_at": to_iso(one.read_us) if one.reads else None,
            "reader": one.reader or None,
            "alarm": person_id in self._baits.recent(),
        }

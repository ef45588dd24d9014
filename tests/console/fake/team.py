"""Who works here, what they did, and where that is kept."""

from collections.abc import Sequence
from typing import Any

from habitue.log.port import Definition
from habitue.model.operator import Scope

View = dict[str, Any]


class Noted:
    """What was written down, and what was asked to be done."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str, str]] = []

    async def write(
        self, who: Any, action: str, what: str = "", reason: str = ""
    ) -> None:
        self.entries.append((who.name, str(action), what, reason))

    def page(
        self, cursor: str | None, limit: int, *, baits: bool = False
    ) -> tuple[list[View], str | None]:
        told = [
            {
                "at": "2026-11-20T13:00:00Z",
                "operator": who,
                "role": "administrator",
                "action": action,
                "object": what,
                "reason": reason,
            }
            for who, action, what, reason in reversed(self.entries)
        ]
        return told, None

    def verify(self) -> View:
        return {"records": 10, "entries": len(self.entries), "intact": True}


class FixedBaits:
    """Bait, one of which was read."""

    def __init__(self) -> None:
        self.held = [bait(33, reads=2, read_at="2026-11-20T12:00:00Z", reader="ben")]

    def alarms(self) -> list[View]:
        return [one for one in self.held if one["alarm"]]

    def list(self) -> list[View]:
        return self.held

    async def add(self, who: Any, wanted: View) -> View:
        made = bait(wanted["person_id"] or 34, name=wanted["name"] or None)
        self.held = [made, *self.held]
        return made

    async def remove(self, person_id: int) -> View:
        self.held = [one for one in self.held if one["person_id"] != person_id]
        return bait(person_id)


def bait(person_id: int, **told: Any) -> View:
    """Make a view of somebody who is bait."""
    return {
        "person_id": person_id,
        "name": "Wanda Zych",
        "reason": "sold lists",
        "by": "anna",
        "at": "2026-11-19T12:00:00Z",
        "reads": 0,
        "read_at": None,
        "reader": None,
        "alarm": bool(told),
        **told,
    }


class FixedReveals:
    """Notes reveals where all is noted."""

    def __init__(self, noted: Noted) -> None:
        self._noted = noted

    async def note(self, who: Any, person_id: int, reason: str) -> None:
        await self._noted.write(who, "people:reveal", f"person {person_id}", reason)


class FixedTeam:
    """Team members, as they were given."""

    def __init__(self, members: Sequence[View] = ()) -> None:
        self.members = list(members)

    def list(self) -> list[View]:
        return self.members


class FixedInstallation:
    """Settings and health, as they are."""

    def settings(self) -> list[View]:
        return [
            {
                "name": "server.port",
                "value": "8460",
                "origin": "default",
                "text": "The port.",
            }
        ]

    def shop(self) -> View:
        return {
            "time_zone": "Europe/Warsaw",
            "currency": "PLN",
            "version": 2,
            "days_in": "UTC",
        }

    async def change_shop(self, wanted: View) -> View:
        return {**self.shop(), **wanted}

    async def health(self) -> list[View]:
        return [{"what": "lag", "value": 0, "grade": "good"}]


class MemoryDefinitions:
    """Definitions, in memory."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], Definition] = {}

    async def define(self, kind: str, name: str, body: bytes) -> Definition:
        old = self.held.get((kind, name))
        version = 1 if old is None else old.version + 1
        made = Definition(kind=kind, name=name, version=version, offset=1, body=body)
        self.held[kind, name] = made
        return made

    def definitions(self, kind: str) -> list[Definition]:
        return [one for (of, _), one in self.held.items() if of == kind]


class MemorySecrets:
    """Secrets, in memory."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.held.get(name)

    def put(self, name: str, secret: bytes) -> None:
        self.held[name] = secret

    def names(self) -> list[str]:
        return sorted(self.held)


class Everywhere:
    """Lets everybody come to every store."""

    def comes_to(self, person_id: int, scope: Scope) -> bool:
        return True

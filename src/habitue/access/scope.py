"""Of whom somebody reads: of everybody, or of those who come to some stores alone.

Whether somebody is seen is asked here and in no route: the guards of API and console
ask it of the person whom a route names, the mask of each person in an answer. A route
that reads people or sums over them, and neither names one nor says that its answer goes
through the mask, is closed to who has a scope: sums are kept of the whole shop alone.
"""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from habitue.access.permission import Role
from habitue.base.errors import DeniedError, InvalidError, NotFoundError
from habitue.model.operator import Operator, Scope

# The roles that one can be given to: who works for a store, or on its telephone.
SCOPED_ROLES = (Role.AGENT, Role.STORE)
NAMES_MAX = 200
NAME_CHARS_MAX = 100
# Says whether somebody is seen, by their id.
Sees = Callable[[int], bool]
# What a route declares that shows each person through the mask, or none at all.
SIFTED = "sifted"
# Permissions to read people, or what is summed up over all of them.
_OF_ALL = ("people:", "totals:", "scores:", "insights:")


class UnseenError(NotFoundError):
    """Somebody is asked for who is not seen; said as of who is not there at all."""

    def __init__(self, person_id: int) -> None:
        super().__init__(
            f"There is no person {person_id} among those of your stores. Ask an"
            " administrator if your work needs others."
        )
        self.person_id = person_id


class OfAllError(DeniedError):
    """People of all stores are in it; ask somebody who sees everybody."""


class Seer(Protocol):
    """Somebody who looks."""

    @property
    def sees(self) -> Sees | None:
        """Say of a person whether they are seen; None of who sees everybody."""
        ...


class Team(Protocol):
    """Who works here."""

    def get(self, name: str) -> Operator | None: ...


class Places(Protocol):
    """Where people come to."""

    def comes_to(self, person_id: int, scope: Scope) -> bool:
        """Say whether somebody bought at, was in or prefers one of these stores."""
        ...


class Sight:
    """Tells whom a team member sees."""

    def __init__(self, team: Team, places: Places) -> None:
        self._team = team
        self._places = places

    def of(self, name: str) -> Sees | None:
        """Give what says whom a team member sees; None if they see everybody."""
        held = self._team.get(name)
        scope = Scope() if held is None else held.scope
        if not scope.any:
            return None
        return lambda person_id: self._places.comes_to(person_id, scope)


def check_scope(role: str, scope: Scope) -> Scope:
    """Give a scope tidied up; InvalidError if the role can't have it."""
    made = Scope(stores=_tidy(scope.stores), regions=_tidy(scope.regions))
    if made.any and role not in SCOPED_ROLES:
        raise InvalidError(
            f"The role '{role}' sees the people of all stores; only"
            f" {' and '.join(SCOPED_ROLES)} can be kept to some. Take the stores and"
            " regions away first, or choose one of these roles."
        )
    return made


def _tidy(names: tuple[str, ...]) -> tuple[str, ...]:
    found = sorted({" ".join(one.split()) for one in names} - {""})
    if len(found) > NAMES_MAX or any(len(one) > NAME_CHARS_MAX for one in found):
        raise InvalidError(
            f"A scope names {NAMES_MAX} stores and {NAMES_MAX} regions at most, each in"
            f" {NAME_CHARS_MAX} letters; name regions in place of many stores."
        )
    return tuple(found)


def check_seen(seer: Seer, *people: int) -> None:
    """Raise NotFoundError if one of these is not seen, as if there were nobody."""
    sees = seer.sees
    if sees is not None:
        for person_id in people:
            if not sees(person_id):
                raise UnseenError(person_id)


def check_route(
    seer: Seer,
    wanted: str,
    named: Mapping[str, Any],
    declared: Mapping[str, Any],
) -> None:
    """Let who has a scope through to a route that keeps to it, and to no other.

    named: what the path names; declared: what the route says of itself.
    """
    if seer.sees is None:
        return
    if "person_id" in named:
        check_seen(seer, int(named["person_id"]))
    elif is_of_all(wanted) and not declared.get(SIFTED):
        raise OfAllError


def is_of_all(wanted: str) -> bool:
    """Say whether a permission is to read people, or sums over all of them.

    >>> is_of_all("scores:read"), is_of_all("catalog:read")
    (True, False)
    """
    return wanted.startswith(_OF_ALL)


def sums_up(wanted: str) -> bool:
    """Say whether a permission is to read sums, which are of the whole shop alone."""
    return is_of_all(wanted) and not wanted.startswith("people:")

"""Everybody as they are compared, one after another, in slices of the loop."""

from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Any

from habitue.app.desks.slices import Slices
from habitue.app.duplicates.fields import Fields, canonical, told_of
from habitue.app.duplicates.order import Known
from habitue.model.kind import KindPolicy, Role
from habitue.model.person import Person

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

PAGE_PEOPLE = 500
# By one field alone nobody is told from others of the same name.
FIELDS_MIN = 2


async def everybody(home: "Home") -> AsyncIterator[Known]:
    """Give all who are known by enough to be compared, in order of their ids.

    Others get their turn meanwhile: who changes while it runs is seen before or after.
    """
    after, slices = 0, Slices(home.fold)
    while True:
        ids = home.fold.identity.people(after, PAGE_PEOPLE)
        for person_id in ids:
            person = home.fold.identity.person(person_id, 0)
            known = None if person is None else _known(home, person)
            if known is not None:
                yield known
            await slices.turn()
        if len(ids) < PAGE_PEOPLE:
            return
        after = ids[-1]


def told_by(home: "Home", person: Person) -> Fields:
    """Give what is compared of a person, as it was told."""
    traits = home.fold.profiles.traits(person.strands)
    values: Mapping[str, Any] = {name: one.told.value for name, one in traits.items()}
    return told_of(values, (node.identifier for node in person.nodes))


def contact_limits(policy: KindPolicy) -> dict[str, int]:
    """Give how many addresses of a kind a person may have.

    Those of accounts are not among them: a join makes two accounts count as one.
    """
    return {one.name: one.limit for one in policy.kinds if one.role is Role.CONTACT}


def _known(home: "Home", person: Person) -> Known | None:
    if not person.nodes:
        return None
    fields = canonical(told_by(home, person))
    if len(fields) < FIELDS_MIN:
        return None
    identity = home.fold.identity
    numbers: dict[int, str] = {}
    for node in person.nodes:
        number = identity.number(node.identifier)
        if number is not None:
            numbers[number] = node.identifier.kind
    names: dict[str, list[int]] = {}
    for number, kind in numbers.items():
        names.setdefault(kind, []).append(number)
    apart = sorted(identity.apart(person))
    return Known(person.person_id, fields, [*numbers], apart, names)

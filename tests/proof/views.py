"""What the projections answer, without the numbers that only arrival gives."""

from collections.abc import Callable
from typing import Any

import msgspec

from habitue.app.projection.fold import Fold
from habitue.model.person import Person
from tests.profile.shop import LATER_US

View = dict[str, Any]


def exact(fold: Fold) -> dict[int, tuple[Person | None, Any]]:
    """Give every person as it is answered, ids and all."""
    found = {}
    for person_id in fold.identity.people(0, 10_000):
        person = fold.identity.person(person_id)
        assert person is not None
        found[person_id] = (
            person,
            msgspec.to_builtins(fold.profiles.read(person.strands, LATER_US)),
        )
    return found


def timeless(fold: Fold) -> list[View]:
    """Give every person without ids, births and offsets, in one order."""
    people = exact(fold)
    names = {
        place.strand: (*place.identifier, repr(place.since))
        for person, _ in people.values()
        if person is not None
        for place in (*person.nodes, *person.stretches)
    }

    def told(source: str, offset: int) -> tuple[str, str | None]:
        record = fold.record_at(offset)
        return source, None if record is None else record.message_id

    views = [
        {**_graph(person, names), "profile": _plain(profile, told)}
        for person, profile in people.values()
        if person is not None
    ]
    return sorted(views, key=repr)


def _graph(person: Person, names: dict[int, Any]) -> View:
    return {
        "nodes": sorted(
            (names[one.strand], one.verified, repr(one.since), repr(one.until))
            for one in person.nodes
        ),
        "stretches": sorted(
            (
                names[one.strand],
                repr(one.since),
                repr(one.until),
                repr(one.holder and names.get(one.holder)),
                repr(one.login),
            )
            for one in person.stretches
        ),
        "edges": sorted(
            (sorted((names[one.left], names[one.right])), one.grade, one.key)
            for one in person.edges
        ),
        "refusals": sorted(
            (
                sorted((repr(names.get(one.left)), repr(names.get(one.right)))),
                one.grade,
                one.key,
                one.by,
                one.reason,
            )
            for one in person.refusals
        ),
        "shared": person.shared,
    }


def _plain(one: Any, told: Callable[[str, int], Any]) -> Any:
    """Take offsets out of a profile; reports are called by source and message id."""
    if isinstance(one, list | tuple):
        return [_plain(each, told) for each in one]
    if not isinstance(one, dict):
        return one
    plain = {
        name: _plain(each, told)
        for name, each in one.items()
        if name not in {"offset", "reports"}
    }
    if "reports" in one:
        plain["reports"] = [told(*each) for each in one["reports"]]
    return plain

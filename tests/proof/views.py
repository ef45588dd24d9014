"""What the projections answer, without the numbers that only arrival gives."""

from typing import Any

import msgspec

from habitue.app.fold import Fold
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
        place.strand: (*place.identifier, place.ordinal)
        for person, _ in people.values()
        if person is not None
        for place in (*person.nodes, *person.stretches)
    }
    views = [
        {**_graph(person, names), "profile": _plain(profile)}
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


def _plain(told: Any) -> Any:
    """Take offsets out of a profile; reports are named by their source."""
    if isinstance(told, list | tuple):
        return [_plain(one) for one in told]
    if not isinstance(told, dict):
        return told
    plain = {
        name: _plain(one)
        for name, one in told.items()
        if name not in {"offset", "reports"}
    }
    if "reports" in told:
        # Of equal reports of one source, the one that came first is named.
        plain["reports"] = sorted(source for source, _ in told["reports"])
    return plain

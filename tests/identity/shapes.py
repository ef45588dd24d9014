"""A resolution without births: what must not depend on arrival or on what is void."""

from collections import defaultdict

from habitue.identity.resolution import Resolution
from habitue.model.evidence import Key
from habitue.model.person import Person, Place


def events(found: Resolution) -> set[frozenset[Key]]:
    """Give the events of each person, those of one person together."""
    of: defaultdict[int | None, set[Key]] = defaultdict(set)
    for key, strand in found.strand_of.items():
        of[found.person_of(strand)].add(key)
    return {frozenset(keys) for keys in of.values()}


def shape(found: Resolution) -> object:
    """Give all a resolution says, with places for numbers and without person ids."""
    names = {strand: place for place, strand in found.strands.items()}
    return (
        {key: names[strand] for key, strand in found.strand_of.items()},
        found.nobody,
        {_person(person, names) for person in found.persons.values()},
    )


def places(person: Person) -> set[Place]:
    return {Place(node.identifier, node.ordinal) for node in person.nodes}


def _person(person: Person, names: dict[int, Place]) -> object:
    return (
        frozenset(names[strand] for strand in person.strands),
        frozenset(
            (node.identifier, node.ordinal, node.verified, node.since, node.until)
            for node in person.nodes
        ),
        frozenset(
            (
                one.identifier,
                one.since,
                one.until,
                names[one.holder] if one.holder is not None else None,
                one.login,
            )
            for one in person.stretches
        ),
        frozenset(
            (names[one.left], names[one.right], one.grade, one.key)
            for one in person.edges
        ),
        frozenset(
            (names[one.left], names[one.right], one.grade, one.key, one.by, one.reason)
            for one in person.refusals
        ),
        person.shared,
    )

"""Going through conditions: their parts, what they need, and one put into another."""

from collections.abc import Callable, Iterator, Mapping

from msgspec import Struct

from habitue.segment.condition import (
    Alike,
    AllOf,
    AnyOf,
    Condition,
    Did,
    DidNot,
    Doing,
    HasComputed,
    HasTrait,
    InSegment,
    Not,
    Sequence,
    Where,
    names_of,
)
from habitue.segment.facts import ANY_EVENT, OBJECTS
from habitue.segment.reading import is_of_line


def children(condition: Condition) -> tuple[Condition, ...]:
    """Give the conditions that one joins or turns around."""
    match condition:
        case AllOf(of=of) | AnyOf(of=of):
            return of
        case Not(of=inner):
            return (inner,)
        case _:
            return ()


def leaves(condition: Condition) -> Iterator[Condition]:
    """Give the conditions that are no `all`, `any` or `not`, from first to last."""
    match condition:
        case AllOf() | AnyOf() | Not():
            for one in children(condition):
                yield from leaves(one)
        case _:
            yield condition


def doings(leaf: Condition) -> Iterator[Doing]:
    """Give all that a leaf says of things done: itself, its steps, what is barred."""
    match leaf:
        case Did() | DidNot():
            yield leaf
        case Sequence(steps=steps, then_not=then_not):
            for step in steps:
                yield step
                yield from step.without
            if then_not is not None:
                yield then_not
        case _:
            pass


def alikes(doing: Doing) -> tuple[Alike, ...]:
    """Give the comparisons of something done with steps of its sequence."""
    return () if isinstance(doing, Did | DidNot) else doing.alike


class Needs(Struct, frozen=True, kw_only=True):
    """What of a person has to be known to judge a condition."""

    # Names of events; ANY_EVENT stands for all of them.
    events: frozenset[str] = frozenset()
    # PURCHASE, RETURN or both.
    objects: frozenset[str] = frozenset()
    # Whether lines are looked at.
    lines: bool = False
    # Whether traits, computed traits or consents are, as the profile has them.
    profile: bool = False

    @property
    def all_events(self) -> bool:
        return ANY_EVENT in self.events


def needs(condition: Condition) -> Needs:
    """Say what has to be known to judge a condition."""
    found = list(leaves(condition))
    deeds = [deed for leaf in found for deed in doings(leaf)]
    names = {name for deed in deeds for name in names_of(deed)}
    return Needs(
        events=frozenset(names - OBJECTS),
        objects=frozenset(names & OBJECTS),
        lines=any(is_of_line(name) for name in _properties(found, deeds)),
        profile=any(not isinstance(leaf, Did | DidNot | Sequence) for leaf in found),
    )


def properties_in(condition: Condition) -> Iterator[str]:
    """Give the names of all properties of things done that a condition looks at."""
    found = list(leaves(condition))
    deeds = [deed for leaf in found for deed in doings(leaf)]
    return _properties(found, deeds)


def _properties(found: list[Condition], deeds: list[Doing]) -> Iterator[str]:
    for deed in deeds:
        yield from (test.property for test in deed.where)
        for one in alikes(deed):
            yield from (one.property, one.of or one.property)
    for leaf in found:
        if isinstance(leaf, Did):
            yield from (one.of for one in (leaf.sum, leaf.distinct) if one is not None)


def segments_in(condition: Condition) -> set[str]:
    """Give the ids of the segments that a condition asks for."""
    return {leaf.segment for leaf in leaves(condition) if isinstance(leaf, InSegment)}


def replaced(condition: Condition, of: Callable[[InSegment], Condition]) -> Condition:
    """Give a condition with something else for each segment it asks for."""
    match condition:
        case AllOf(of=parts):
            return AllOf(of=tuple(replaced(one, of) for one in parts))
        case AnyOf(of=parts):
            return AnyOf(of=tuple(replaced(one, of) for one in parts))
        case Not(of=inner):
            return Not(of=replaced(inner, of))
        case InSegment():
            return of(condition)
        case _:
            return condition


def inlined(
    condition: Condition,
    library: Mapping[str, Condition],
    within: frozenset[str] = frozenset(),
) -> Condition:
    """Put the conditions of segments in their place; one that is unknown stays.

    So what is judged asks for no other segment, and knows by itself when they change.
    within: segments this one stands in. They stay, too: circles are refused
    (habitue.segment.check), but two processes may each define half of one at once.
    """

    def placed(leaf: InSegment) -> Condition:
        name = leaf.segment
        if name in within or name not in library:
            return leaf
        return inlined(library[name], library, within | {name})

    return replaced(condition, placed)


def wheres(leaf: Condition) -> Iterator[Where]:
    """Give all comparisons of a leaf with properties of things done."""
    for deed in doings(leaf):
        yield from deed.where


def trait_names(condition: Condition) -> set[str]:
    """Give the names of told traits that a condition compares, without their paths."""
    return {
        leaf.name.partition(".")[0]
        for leaf in leaves(condition)
        if isinstance(leaf, HasTrait)
    }


def computed_names(condition: Condition) -> set[str]:
    """Give the names of computed traits that a condition compares."""
    return {
        leaf.name.partition(".")[0]
        for leaf in leaves(condition)
        if isinstance(leaf, HasComputed)
    }

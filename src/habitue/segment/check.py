"""What is told as a condition, checked: broken ones are refused with place and reason.

A place is a JSON pointer (RFC 6901) into what was told: /of/0/where/1/value.
"""

from collections.abc import Iterator, Mapping
from typing import Any, get_args

import msgspec

from habitue.base.errors import InvalidError
from habitue.segment import check_leaf
from habitue.segment.condition import AllOf, AnyOf, Condition, Not
from habitue.segment.fault import Fault
from habitue.segment.limits import (
    DEPTH_MAX,
    INLINED_NODES_MAX,
    NODES_MAX,
)
from habitue.segment.walk import (
    alikes,
    children,
    doings,
    leaves,
    segments_in,
    wheres,
)

# What is told can't be deeper than a condition and what hangs on its deepest node.
_TOLD_DEPTH_MAX = 4 * DEPTH_MAX


class BrokenConditionError(InvalidError):
    """A condition can't be used; each fault says where and why."""

    def __init__(self, faults: list[Fault]) -> None:
        first = faults[0]
        place = f"At {first.place}" if first.place else "As a whole"
        super().__init__(
            f"The condition can't be used. {place}: {first.reason}"
            + (f" There are {len(faults)} such places." if len(faults) > 1 else "")
        )
        self.places = faults


def read(told: Any) -> Condition:
    """Read a condition from what JSON told; BrokenConditionError if it can't be used.

    >>> read({"type": "trait", "name": "city", "op": "exists"})
    HasTrait(name='city', op='exists', value=None)
    """
    if _is_deep(told):
        raise BrokenConditionError([Fault("", _TOO_DEEP)])
    try:
        found: Condition = msgspec.convert(told, Condition)
    except msgspec.ValidationError as error:
        raise BrokenConditionError([_fault(str(error))]) from error
    except UnicodeError as error:
        half = Fault("", "A text in it holds half a letter (a lone surrogate).")
        raise BrokenConditionError([half]) from error
    faults = list(faults_in(found))
    if faults:
        raise BrokenConditionError(faults)
    return found


_TOO_DEEP = (
    f"It is nested too deeply; {DEPTH_MAX} conditions in one another are the most."
)


def _is_deep(told: Any) -> bool:
    """Say whether something is nested deeper than anything that can be read."""
    level = [told]
    for _ in range(_TOLD_DEPTH_MAX):
        level = [part for one in level for part in _parts(one)]
        if not level:
            return False
    return True


def _parts(told: Any) -> Iterator[Any]:
    if isinstance(told, dict):
        yield from told.values()
    elif isinstance(told, (list, tuple)):
        yield from told


def _fault(message: str) -> Fault:
    """Turn msgspec's words into a place and a reason.

    >>> _fault("Expected `str`, got `int` - at `$.of[0].name`")
    Fault(place='/of/0/name', reason='Expected `str`, got `int`.')
    """
    reason, _, where = message.partition(" - at `")
    where = where.removesuffix("`").removeprefix("$")
    place = where.replace("[...]", "/-").replace("[", "/").replace("]", "")
    place = place.replace(".", "/")
    if place.endswith("/type") and reason.startswith("Invalid value"):
        return Fault(place, f"There is no such condition; there are {_SORTS}.")
    return Fault(place, f"{reason}.")


_SORTS = ", ".join(str(one.__struct_config__.tag) for one in get_args(Condition))


def faults_in(condition: Condition) -> Iterator[Fault]:
    """Give what is wrong with a condition that has the right shape."""
    if depth(condition) > DEPTH_MAX:
        yield Fault("", _TOO_DEEP)
        return
    if nodes(condition) > NODES_MAX:
        yield Fault("", f"It is of {nodes(condition)} parts; {NODES_MAX} are the most.")
        return
    for place, leaf in _placed(condition, ""):
        yield from check_leaf.faults(leaf, place)


def _placed(condition: Condition, place: str) -> Iterator[tuple[str, Condition]]:
    """Give each leaf with its place."""
    match condition:
        case AllOf(of=of) | AnyOf(of=of):
            for at, one in enumerate(of):
                yield from _placed(one, f"{place}/of/{at}")
        case Not(of=inner):
            yield from _placed(inner, f"{place}/of")
        case _:
            yield place, condition


def depth(condition: Condition) -> int:
    """Say how many conditions lie in one another, this one counted."""
    return 1 + max((depth(one) for one in children(condition)), default=0)


def nodes(condition: Condition) -> int:
    """Count the parts of a condition: conditions, steps, and comparisons in them."""
    return 1 + sum(nodes(one) for one in children(condition)) + _own_nodes(condition)


def _own_nodes(condition: Condition) -> int:
    parts = sum(1 for deed in doings(condition) if deed is not condition)
    compared = sum(len(alikes(deed)) for deed in doings(condition))
    return parts + compared + sum(1 for _ in wheres(condition))


class CircleError(InvalidError):
    """Segments ask for one another in a circle."""


def check_library(library: Mapping[str, Condition]) -> None:
    """Check that all of these can be judged: no circles, and none too much.

    CircleError or BrokenConditionError names the first that can't.
    """
    sizes: dict[str, int] = {}
    for name in library:
        _size(name, library, sizes, ())


def _size(
    name: str,
    library: Mapping[str, Condition],
    sizes: dict[str, int],
    via: tuple[str, ...],
) -> int:
    if name in via:
        round_ = " asks for ".join(
            f"'{one}'" for one in (*via[via.index(name) :], name)
        )
        raise CircleError(f"Segments can't ask for one another in a circle: {round_}.")
    if name not in sizes:
        condition = library[name]
        size = nodes(condition)
        for leaf in leaves(condition):
            for other in segments_in(leaf) & library.keys():
                size += _size(other, library, sizes, (*via, name))
        if size > INLINED_NODES_MAX:
            raise InvalidError(
                f"With the segments it asks for, '{name}' is of {size} parts;"
                f" {INLINED_NODES_MAX} are the most."
            )
        sizes[name] = size
    return sizes[name]


def missing_segments(
    condition: Condition, library: Mapping[str, Condition]
) -> list[Fault]:
    """Give a fault for each segment that is asked for and not there."""
    return [
        Fault(f"{place}/segment", f"There is no segment '{other}'.")
        for place, leaf in _placed(condition, "")
        for other in sorted(segments_in(leaf) - library.keys())
    ]

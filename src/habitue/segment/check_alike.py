"""Whether what a sequence compares of its steps makes sense."""

from collections.abc import Callable, Iterator

from habitue.segment.alike import kept, links
from habitue.segment.condition import Alike, Following, Sequence
from habitue.segment.fault import Fault
from habitue.segment.limits import ALIKE_STEPS_MAX
from habitue.segment.reading import MONEY_WORDS

# Amounts are of a currency each, and quantities no texts: neither is the same.
_NOT_COMPARED = MONEY_WORDS | {"$quantity"}
# Gives what is wrong with the name of a property at a place.
_OfName = Callable[[str, str], Iterator[Fault]]


def faults_of_alike(
    sequence: Sequence, place: str, of_name: _OfName
) -> Iterator[Fault]:
    """Give what is wrong with comparisons of steps with one another."""
    for at, step in enumerate(sequence.steps):
        at_step = f"{place}/steps/{at}"
        yield from _of_doing(step, at_step, at, of_name)
        for number, deed in enumerate(step.without):
            yield from _of_doing(deed, f"{at_step}/without/{number}", at + 1, of_name)
    if sequence.then_not is not None:
        last = len(sequence.steps)
        yield from _of_doing(sequence.then_not, f"{place}/then_not", last, of_name)
    held = kept(links(sequence), len(sequence.steps))
    if max(map(len, held), default=0) > ALIKE_STEPS_MAX:
        reason = (
            f"At most {ALIKE_STEPS_MAX} steps are remembered at a time: compare with"
            " the step before, where that has the same value."
        )
        yield Fault(f"{place}/steps", reason)


def _of_doing(
    doing: Following, place: str, last: int, of_name: _OfName
) -> Iterator[Fault]:
    """last: the last step that it may be compared with, from 1 on."""
    for number, one in enumerate(doing.alike):
        at = f"{place}/alike/{number}"
        yield from _of_alike(one, at, of_name)
        if not last:
            yield Fault(at, "Nothing comes before the first step: leave that out.")
        elif one.step is not None and not 1 <= one.step <= last:
            reason = f"It may be compared with step 1 to {last}, not {one.step}."
            yield Fault(f"{at}/step", reason)


def _of_alike(one: Alike, place: str, of_name: _OfName) -> Iterator[Fault]:
    told = [("property", one.property)]
    if one.of is not None:
        told.append(("of", one.of))
    for field, name in told:
        at = f"{place}/{field}"
        if name in _NOT_COMPARED:
            yield Fault(at, f"{name} is a number: texts are compared with steps.")
        else:
            yield from of_name(name, at)

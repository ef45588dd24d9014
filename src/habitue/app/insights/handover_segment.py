"""Who got lost between two channels, as a condition: a segment follows them live."""

from collections.abc import Sequence

from habitue.journey.handover import Handover
from habitue.segment.condition import (
    Absence,
    Condition,
    Step,
    Where,
    Window,
)
from habitue.segment.condition import (
    Sequence as Steps,
)
from habitue.segment.facts import ANY_EVENT, PURCHASE


def condition_of(
    asked: Handover, first: str, last: str, played: Sequence[str] = ()
) -> Condition:
    """Say as a condition who is waited for still; whoever comes is in it no longer.

    first, last: days of the shop's zone on which the intention was shown; played:
    sources that are simulated, and told by none.
    """
    real = (
        (Where(property="$source", op="none_of", value=tuple(played)),)
        if played
        else ()
    )
    shown = Where(property="$channel", op="one_of", value=asked.contacts)
    came = (
        (Where(property="$channel", op="one_of", value=asked.awaited),)
        if asked.awaited
        else ()
    )
    return Steps(
        steps=(Step(event=asked.events, where=(shown, *real)),),
        within=Window(since=first, until=last),
        then_not=Absence(
            event=ANY_EVENT if asked.awaited else PURCHASE,
            where=(*came, *real),
            lasting=Window(days=asked.days),
        ),
    )

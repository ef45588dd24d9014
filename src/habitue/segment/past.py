"""What somebody was in and is no more: memberships that are over, as they are kept."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from habitue.segment.answered import NEVER_US
from habitue.segment.library_rows import LibraryRows
from habitue.segment.live_rows import Cause, Span
from habitue.segment.personas import is_ours
from habitue.segment.port import Past

# So many are told of a person, those that ended last.
PAST_MAX = 200


class Stay(NamedTuple):
    """Being in what a segment meant; until_us: NEVER_US where it goes on."""

    segment: str
    version: int
    person_id: int
    since_us: int
    until_us: int
    came: int
    left: int


def stays_of(
    person_id: int, spans: Sequence[Span], library: LibraryRows
) -> Iterator[Stay]:
    """Give what a person was in by what is kept of them, and is in still.

    What never answered, or not yet while they were in it, nobody was in.
    """
    for slot, since_us, until_us, came, left in spans:
        row = library.slots[slot]
        if not row.since_us or is_ours(row.segment):
            continue
        # Whoever is in what is over leaves it when a job comes to them, as of its end.
        ends = (until_us, left) if until_us else (row.until_us, int(Cause.DEFINED))
        if not ends[0] or ends[0] > row.since_us:
            what = (row.segment, row.version, person_id, since_us)
            yield Stay(*what, ends[0] or NEVER_US, came, ends[1])


def past_of(stays: Sequence[Stay], inside: set[str]) -> list[Past]:
    """Give those that are over, what ended last first.

    inside: the segments that they are in by now; time alone may just have ended a stay.
    """
    over = [one for one in stays if _is_over(one, inside)]
    over.sort(key=lambda one: (one.until_us, one.since_us), reverse=True)
    return [_past(one, stays) for one in over[:PAST_MAX]]


def _is_over(stay: Stay, inside: set[str]) -> bool:
    return stay.until_us != NEVER_US or stay.segment not in inside


def _past(stay: Stay, stays: Sequence[Stay]) -> Past:
    just_now = stay.until_us == NEVER_US
    return Past(
        segment=stay.segment,
        version=stay.version,
        person_id=stay.person_id,
        since_us=stay.since_us,
        until_us=None if just_now else stay.until_us,
        cause=Cause(stay.came).name.lower(),
        ended_by=Cause.TIME.name.lower() if just_now else Cause(stay.left).name.lower(),
        goes_on=any(_follows(one, stay) for one in stays),
    )


def _follows(other: Stay, stay: Stay) -> bool:
    """Say whether somebody was in a segment by another stay when one ended."""
    return (
        other is not stay
        and other.segment == stay.segment
        and other.since_us <= stay.until_us < other.until_us
    )

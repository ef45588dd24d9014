"""Questions that are put to a part of the people at a time, so memory is a part's.

A part is a span of people's ids. Whatever tells of people is seen as if nobody else
were there (part.sql), and a person is in one part: what parts say adds up to what all
say, however they are cut. What each gives is gathered, and a last SELECT reads that.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct, structs

from habitue.journey.asking import ALL_IDS, Asked, Query, Span, query, stamp, tables
from habitue.lake.port import Lake, Making, Question

# People are cut where so many strands lie before; any cut will do, so it may be rough.
_CUTS = "SELECT approx_quantile(person_id, {shares}) AS cuts FROM holding"
# What a table is called whose rows each part may give.
_GATHERED = "_gathered"
# Events of a part, for each megabyte that the engine may take; and where sessions are
# made anew for a question.
EVENTS_A_MB, EVENTS_ANEW_A_MB = 8_000, 2_000
# So many people whose sessions are made anew are few, whatever the part.
ANEW_MAX = 20_000
PARTS_MAX = 1_000


class Parts(Struct, frozen=True):
    """How a question is put: once to each part, and then to what these gave."""

    each: tuple[Making, ...]
    last: Query

    def asked(self, question: Question) -> Question:
        """Give the question, put so."""
        return structs.replace(
            question, sql=self.last.sql, values=self.last.values, gathered=self.each
        )


def parts_of(lake: Lake, asked: Asked, memory_mb: int) -> int:
    """Say of how many parts a question is, by the size of the copy and what is kept."""
    is_kept = lake.stamp == stamp(asked) and lake.stale <= ANEW_MAX
    a_part = memory_mb * (EVENTS_A_MB if is_kept else EVENTS_ANEW_A_MB)
    return min(PARTS_MAX, max(1, -(-lake.rows // a_part)))


def cuts(parts: int) -> str:
    """Give the SELECT of where people are cut, into so many parts of like size."""
    shares = ", ".join(f"{at / parts:.6f}" for at in range(1, parts))
    return _CUTS.format(shares=f"[{shares}]")


def spans_of(told: Iterable[int] | None) -> list[Span]:
    """Give spans of ids that are cut behind these; None where nobody is there.

    >>> [(span.first, span.last) for span in spans_of([5, 9, 5])][1:]
    [(6, 9), (10, 9223372036854775807)]
    """
    ends = [*sorted(set(told or ())), ALL_IDS.last]
    firsts = [ALL_IDS.first, *(one + 1 for one in ends[:-1])]
    return [Span(*ids) for ids in zip(firsts, ends, strict=True) if ids[0] <= ids[1]]


def is_gathered(last: str) -> bool:
    """Say whether a last SELECT may be put by parts."""
    return bool(_gathered_by(last))


def by_parts(asked: Asked, last: str, spans: Sequence[Span]) -> Parts:
    """Put a last SELECT over the named tables to each part, if it is of such."""
    name = _gathered_by(last)
    if not name or len(spans) < 2:
        return Parts((), query(asked, last))
    instead = {**asked.instead, name: "gathered"}
    whole = structs.replace(asked, instead=instead)
    return Parts(_each(asked, tables(last)[name], spans), query(whole, last))


def gathered(asked: Asked, each: str, last: str, spans: Sequence[Span]) -> Parts:
    """Put one SELECT to each part, and another to the table `gathered` of all rows."""
    return Parts(_each(asked, each, spans), Query(last, {}))


def _gathered_by(last: str) -> str:
    return next((one for one in tables(last) if one.endswith(_GATHERED)), "")


def _each(asked: Asked, sql: str, spans: Sequence[Span]) -> tuple[Making, ...]:
    made = (query(structs.replace(asked, people=span), sql) for span in spans)
    return tuple(Making(one.sql, one.values) for one in made)

"""Versions of an object: what is kept of all the reports that were told.

Kept is, for each strand and source, the report of the greatest version for each thing
told (status, money, lines, channel, store, link), and its rivals: same version in
time, other content.
"""

from collections.abc import Callable

from habitue.base.money import digits
from habitue.profile.parse import NO_CURRENCY, share
from habitue.profile.rows import (
    BEATEN_MAX,
    NOBODY,
    LineRow,
    ObjectRow,
    Part,
    Report,
)

Lines = tuple[LineRow, ...]

RIVALS_MAX = 3
CLAIMS_MAX = 64


def add_report(row: ObjectRow, part: Part) -> list[Part]:
    """Fold a part with one report into an object; mutates the row.

    Gives the parts that are gone from it, to keep it small.
    """
    for held in row.parts:
        if _same_part(held, part):
            _merge(held, part)
            return []
    if not row.parts:
        row.parts = (part,)
        return []
    row.parts = tuple(sorted((*row.parts, part), key=_part_name))
    return _bound_claims(row)


def _bound_claims(row: ObjectRow) -> list[Part]:
    """Keep the least claims: one order claimed by many devices must stay small."""
    if len(row.parts) <= CLAIMS_MAX:
        return []
    gone = [part for part in row.parts if not part.verified][CLAIMS_MAX:]
    ids = {id(part) for part in gone}
    row.parts = tuple(part for part in row.parts if id(part) not in ids)
    return gone


def _part_name(part: Part) -> tuple[int, str, bool]:
    return part.strand, part.source, part.verified


def _same_part(left: Part, right: Part) -> bool:
    return (
        left.strand == right.strand
        and left.source == right.source
        and left.verified == right.verified
    )


def _merge(held: Part, new: Part) -> None:
    held.known = held.known or new.known
    if new.stated and not held.stated:
        held.stated, held.born_us = True, new.born_us
    elif new.stated == held.stated:
        held.born_us = min(held.born_us, new.born_us)
    told = (*held.reports, *new.reports)
    held.reports = prune(told)
    if held.strand == NOBODY:
        offsets = {*held.beaten, *(report.offset for report in told)}
        offsets.difference_update(report.offset for report in held.reports)
        held.beaten = tuple(sorted(offsets)[:BEATEN_MAX])


def within(report: Report) -> tuple[int, int, str]:
    """Give the version of a report among those of its own source."""
    return report.updated_us, report.at_us, report.message_id


def money_of(report: Report) -> object:
    return None if report.total is None else (report.currency, report.total)


def lines_of(report: Report) -> object:
    return None if report.lines is None else (report.currency, report.lines)


def coin_of(report: Report) -> str | None:
    return None if report.currency == NO_CURRENCY else report.currency


def recoin(total: int | None, lines: Lines, currency: str) -> tuple[int | None, Lines]:
    """Give amounts told without a currency in the minor units of the one they had.

    >>> recoin(150000, (), "JPY")
    (1500, ())
    """
    by = 10 ** digits(currency), 10 ** digits(NO_CURRENCY)
    if by[0] == by[1]:
        return total, lines
    return (
        None if total is None else share(total, *by),
        tuple(
            (*line[:4], None if line[4] is None else share(line[4], *by))
            for line in lines
        ),
    )


DISPUTED: tuple[Callable[[Report], object], ...] = (money_of, lines_of)
_THINGS: tuple[Callable[[Report], object], ...] = (
    lambda report: True,
    lambda report: report.status,
    money_of,
    lines_of,
    lambda report: report.channel,
    lambda report: report.store,
    lambda report: report.till,
    lambda report: report.cashier,
    lambda report: report.tender,
    lambda report: report.link,
    coin_of,
)


def prune(reports: tuple[Report, ...]) -> tuple[Report, ...]:
    """Keep the reports that still say something, in order of version.

    Those are the greatest for one thing told, and the rivals: same version in
    time, other content. What falls out is beaten in everything and stays so, so
    the order of arrival doesn't matter.
    """
    if len(reports) < 2:
        return reports
    ordered = sorted(reports, key=within)
    keep: dict[int, Report] = {}
    for thing in _THINGS:
        telling = [report for report in ordered if thing(report) is not None]
        if telling:
            keep[id(telling[-1])] = telling[-1]
            if thing in DISPUTED:
                rivals = rivals_of(telling, thing)
                keep.update((id(rival), rival) for rival in rivals)
    return tuple(sorted(keep.values(), key=within))


def rivals_of(telling: list[Report], thing: Callable[[Report], object]) -> list[Report]:
    """Give those that differ from the last at its own version, one each content."""
    best = telling[-1]
    found: list[Report] = []
    for report in reversed(telling[:-1]):
        if report.updated_us != best.updated_us or report.at_us != best.at_us:
            break
        said = thing(report)
        if said != thing(best) and all(thing(rival) != said for rival in found):
            found.append(report)
    return found[:RIVALS_MAX]


def rests_on(row: ObjectRow) -> tuple[tuple[str, int], ...]:
    """Give source and offset of the reports that say something, strands apart."""
    if len(row.parts) == 1:
        part = row.parts[0]
        return tuple((part.source, report.offset) for report in part.reports)
    by_source: dict[tuple[str, bool], list[Report]] = {}
    for part in row.parts:
        by_source.setdefault((part.source, part.verified), []).extend(part.reports)
    return tuple(
        (source, report.offset)
        for (source, _), reports in sorted(by_source.items())
        for report in prune(tuple(reports))
    )


def links_of(row: ObjectRow) -> set[str]:
    """Give the objects that verified reports of this one point to."""
    return {
        report.link
        for part in row.parts
        if part.verified
        for report in part.reports
        if report.link is not None
    }

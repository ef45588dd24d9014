"""What an object is after all reports of it: the greatest version of each thing told.

A version is (updated_at, time, source rank, source, message_id). Verified reports
beat claims altogether. Each thing (status, money, lines, channel, store, link) has
its own greatest version, so that an update which names only a status changes only
that, in whatever order the two arrive.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from habitue.model.source import Source
from habitue.profile.report import RETURN
from habitue.profile.rows import NOBODY, LineRow, ObjectRow, Part, Report

Sources = Callable[[str], Source]
Version = tuple[int, int, int, str, str]

RIVALS_MAX = 3
CLAIMS_MAX = 64

# An object in one of these is no purchase (any more).
VOID = frozenset(
    {
        "cancelled", "canceled", "void", "voided", "failed", "declined",
        "expired", "draft", "checkout-draft", "trash", "deleted",
    }
)  # fmt: skip


class Settled(NamedTuple):
    """An object as it stands, before its relatives are looked at."""

    key: str
    kind: str
    strand: int
    known: bool
    claimed: bool
    trusted: bool
    simulated: bool
    conflict: bool
    at_us: int
    status: str
    currency: str
    total: int | None
    lines: list[LineRow]
    channel: str
    store: str
    till: str
    link: str | None
    whole: bool


def add_report(row: ObjectRow, part: Part) -> None:
    """Fold a part with one report into an object; mutates the row."""
    for held in row.parts:
        if _same_part(held, part):
            _merge(held, part)
            return
    row.parts.append(part)
    if len(row.parts) > 1:
        row.parts.sort(key=_part_name)
        _bound_claims(row)


def _bound_claims(row: ObjectRow) -> None:
    """Keep the least claims: one order claimed by many devices must stay small."""
    if len(row.parts) > CLAIMS_MAX:
        claims = [part for part in row.parts if not part.verified]
        gone = {id(part) for part in claims[CLAIMS_MAX:]}
        row.parts = [part for part in row.parts if id(part) not in gone]


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
    held.reports = prune([*held.reports, *new.reports])


def within(report: Report) -> tuple[int, int, str]:
    """Give the version of a report among those of its own source."""
    return report.updated_us, report.at_us, report.message_id


def _money(report: Report) -> object:
    return None if report.total is None else (report.currency, report.total)


def _lines(report: Report) -> object:
    return None if report.lines is None else (report.currency, report.lines)


_DISPUTED: tuple[Callable[[Report], object], ...] = (_money, _lines)
_THINGS: tuple[Callable[[Report], object], ...] = (
    lambda report: True,
    lambda report: report.status,
    _money,
    _lines,
    lambda report: report.channel,
    lambda report: report.store,
    lambda report: report.till,
    lambda report: report.link,
)


def prune(reports: list[Report]) -> list[Report]:
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
            if thing in _DISPUTED:
                rivals = _rivals(telling, thing)
                keep.update((id(rival), rival) for rival in rivals)
    return sorted(keep.values(), key=within)


def _rivals(telling: list[Report], thing: Callable[[Report], object]) -> list[Report]:
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


def settle(key: str, row: ObjectRow, sources: Sources) -> Settled | None:
    """Give the object as it stands; None if it is only pointed to."""
    parts = row.parts
    if not parts:
        return None
    if len(parts) == 1 and len(parts[0].reports) == 1:
        return _told_once(key, parts[0], sources(parts[0].source))
    held, claimed = _believed(parts, sources)
    ranked = _ranked(held, sources)
    winner = _winner(ranked)
    money, lines = _last(ranked, _money), _last(ranked, _lines)
    link = _last(ranked, lambda report: report.link)
    definition = sources(winner.source)
    return Settled(
        key=key,
        kind=key[0],
        strand=winner.strand,
        known=any(part.known for part in held),
        claimed=claimed,
        trusted=claimed and definition.trust_orders,
        simulated=definition.simulated,
        conflict=len(ranked) > 1 and _conflict(ranked),
        at_us=_born(held),
        status=_text(ranked, lambda report: report.status),
        currency=_currency(money, lines),
        total=None if money is None else money.total,
        lines=[] if lines is None or lines.lines is None else lines.lines,
        channel=_text(ranked, lambda report: report.channel),
        store=_text(ranked, lambda report: report.store),
        till=_text(ranked, lambda report: report.till),
        link=None if link is None or claimed else link.link,
        whole=key[0] == RETURN and money is None and lines is None,
    )


def _told_once(key: str, part: Part, definition: Source) -> Settled:
    """Give an object of a single report: nearly all receipts are."""
    report, claimed = part.reports[0], not part.verified
    return Settled(
        key=key,
        kind=key[0],
        strand=part.strand,
        known=part.known,
        claimed=claimed,
        trusted=claimed and definition.trust_orders,
        simulated=definition.simulated,
        conflict=False,
        at_us=part.born_us,
        status=report.status or "",
        currency=report.currency or "",
        total=report.total,
        lines=report.lines or [],
        channel=report.channel or "",
        store=report.store or "",
        till=report.till or "",
        link=None if claimed else report.link,
        whole=key[0] == RETURN and report.total is None and not report.lines,
    )


def _believed(parts: list[Part], sources: Sources) -> tuple[list[Part], bool]:
    """Give the parts that decide, and whether they are only claims."""
    verified = [part for part in parts if part.verified]
    if verified:
        return verified, False
    trusted = [part for part in parts if sources(part.source).trust_orders]
    return trusted or parts, True


class Ranked(NamedTuple):
    """A report with its version over all sources and the part it came in."""

    version: Version
    report: Report
    part: Part


def _ranked(parts: Iterable[Part], sources: Sources) -> list[Ranked]:
    """Give all reports in order of version: time, then rank of source, then name."""
    found = []
    for part in parts:
        # A lower priority number wins, so it has to be the greater version.
        rank = -sources(part.source).priority
        for report in part.reports:
            version = (
                report.updated_us,
                report.at_us,
                rank,
                part.source,
                report.message_id,
            )
            found.append(Ranked(version, report, part))
    if len(found) > 1:
        found.sort(key=lambda ranked: ranked.version)
    return found


def _winner(ranked: list[Ranked]) -> Part:
    """Give the part of the greatest report that names anybody."""
    for each in reversed(ranked):
        if each.part.strand != NOBODY:
            return each.part
    return ranked[-1].part


def _last(ranked: list[Ranked], thing: Callable[[Report], object]) -> Report | None:
    for each in reversed(ranked):
        if thing(each.report) is not None:
            return each.report
    return None


def _text(ranked: list[Ranked], thing: Callable[[Report], str | None]) -> str:
    for each in reversed(ranked):
        said = thing(each.report)
        if said is not None:
            return said
    return ""


def _currency(money: Report | None, lines: Report | None) -> str:
    said = money or lines
    return "" if said is None or said.currency is None else said.currency


def _born(parts: list[Part]) -> int:
    stated = [part.born_us for part in parts if part.stated]
    return min(stated) if stated else min(part.born_us for part in parts)


def _conflict(ranked: list[Ranked]) -> bool:
    reports = [each.report for each in ranked]
    for thing in _DISPUTED:
        telling = [report for report in reports if thing(report) is not None]
        if telling and _rivals(telling, thing):
            return True
    return False


def rests_on(row: ObjectRow) -> tuple[tuple[str, int], ...]:
    """Give source and offset of the reports that say something, strands apart."""
    by_source: dict[tuple[str, bool], list[Report]] = {}
    for part in row.parts:
        by_source.setdefault((part.source, part.verified), []).extend(part.reports)
    return tuple(
        (source, report.offset)
        for (source, _), reports in sorted(by_source.items())
        for report in prune(reports)
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

"""What an object is after all reports of it: the greatest version of each thing told.

A version is (updated_at, time, source rank, source, message_id). Verified reports
beat claims altogether. Each thing (status, money, lines, channel, store, link) has
its own greatest version, so that an update which names only a status changes only
that, in whatever order the two arrive.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from habitue.model.source import Source
from habitue.profile.key import RETURN
from habitue.profile.parse import NO_CURRENCY
from habitue.profile.rows import NOBODY, ObjectRow, Part, Report
from habitue.profile.version import (
    DISPUTED,
    Lines,
    coin_of,
    lines_of,
    money_of,
    recoin,
    rivals_of,
)

Sources = Callable[[str], Source]
Version = tuple[int, int, int, str, str]


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
    lines: Lines
    channel: str
    store: str
    till: str
    cashier: str
    tender: str
    link: str | None
    whole: bool


def settle(key: str, row: ObjectRow, sources: Sources) -> Settled | None:
    """Give the object as it stands; None if it is only pointed to."""
    parts = row.parts
    if not parts:
        return None
    if len(parts) == 1 and len(parts[0].reports) == 1:
        return told_once(key, parts[0], sources(parts[0].source))
    held, claimed = _believed(parts, sources)
    ranked = _ranked(held, sources)
    winner = _winner(ranked)
    currency, total, lines = _amounts(ranked)
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
        currency=currency,
        total=total,
        lines=lines,
        channel=_text(ranked, lambda report: report.channel),
        store=_text(ranked, lambda report: report.store),
        till=_text(ranked, lambda report: report.till),
        cashier=_text(ranked, lambda report: report.cashier),
        tender=_text(ranked, lambda report: report.tender),
        link=None if link is None or claimed else link.link,
        whole=key[0] == RETURN and total is None and not lines,
    )


def told_once(key: str, part: Part, definition: Source) -> Settled:
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
        lines=report.lines or (),
        channel=report.channel or "",
        store=report.store or "",
        till=report.till or "",
        cashier=report.cashier or "",
        tender=report.tender or "",
        link=None if claimed else report.link,
        whole=key[0] == RETURN and report.total is None and not report.lines,
    )


def _believed(parts: tuple[Part, ...], sources: Sources) -> tuple[Sequence[Part], bool]:
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


def _amounts(ranked: list[Ranked]) -> tuple[str, int | None, Lines]:
    """Give currency, total and lines; each by its own greatest version."""
    money, itemised = _last(ranked, money_of), _last(ranked, lines_of)
    currency = _currency(ranked, money or itemised)
    total = None if money is None else money.total
    lines = () if itemised is None else itemised.lines or ()
    if money is not None and money.currency != currency:
        total, _ = recoin(total, (), currency)
    if itemised is not None and itemised.currency != currency:
        if itemised.currency == NO_CURRENCY:
            _, lines = recoin(None, lines, currency)
        else:
            # Prices in another money say nothing about this total.
            lines = tuple((*line[:4], None) for line in lines)
    return currency, total, lines


def _currency(ranked: list[Ranked], said: Report | None) -> str:
    if said is None or said.currency is None:
        return ""
    if said.currency != NO_CURRENCY:
        return said.currency
    # Told without a currency, it is in the one that was told before.
    coined = _last(ranked, coin_of)
    return NO_CURRENCY if coined is None else coined.currency or NO_CURRENCY


def _born(parts: Sequence[Part]) -> int:
    stated = [part.born_us for part in parts if part.stated]
    return min(stated) if stated else min(part.born_us for part in parts)


def _conflict(ranked: list[Ranked]) -> bool:
    reports = [each.report for each in ranked]
    for thing in DISPUTED:
        telling = [report for report in reports if thing(report) is not None]
        if telling and rivals_of(telling, thing):
            return True
    return False

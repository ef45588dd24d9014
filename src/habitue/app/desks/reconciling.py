"""Our documents beside a source's figures, a page at a time between other work."""

from collections.abc import AsyncIterator, Iterable
from typing import Any
from zoneinfo import ZoneInfo

from habitue.app.desks.home import ReadFold
from habitue.app.desks.slices import Slices
from habitue.base.clock import to_datetime
from habitue.base.money import to_text
from habitue.catalog.reconcile import (
    Basis,
    Compared,
    Document,
    Figures,
    Reconciliation,
    Report,
)
from habitue.model.order import PurchaseKind
from habitue.profile.listing import Counted

View = dict[str, Any]

# Objects looked at between two turns of the others: some 1.5 ms.
STEP = 100


class ReconcilingDesk:
    """Compares, and lists what is counted for those who compare themselves."""

    def __init__(self, fold: ReadFold) -> None:
        self._fold = fold

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self._fold.zone)

    async def reconcile(
        self,
        source: str | None,
        figures: list[Figures],
        documents: list[Document],
    ) -> View:
        """Compare a source's figures with ours; without a source, those of all."""
        compared = Reconciliation(figures, documents)
        async for one in self._counted(source):
            compared.take(document_of(one, self._zone))
        return {**report_view(compared.report()), "time_zone": self._zone.key}

    async def documents(
        self, source: str | None, cursor: str | None, limit: int
    ) -> View:
        """Give the documents among so many objects, and the cursor that goes on."""
        found: list[View] = []
        after, left, slices = cursor, limit, Slices(self._fold)
        while left > 0:
            page, after = self._fold.profiles.counted(after, min(STEP, left))
            found += [
                document_view(document_of(one, self._zone)) for one in _of(source, page)
            ]
            left -= STEP
            if after is None:
                break
            await slices.turn()
        return {
            "documents": found,
            "time_zone": self._zone.key,
            "next_cursor": after,
        }

    async def _counted(self, source: str | None) -> AsyncIterator[Counted]:
        after: str | None = None
        slices = Slices(self._fold)
        while True:
            page, after = self._fold.profiles.counted(after, STEP)
            for one in _of(source, page):
                yield one
            if after is None:
                return
            await slices.turn()


def _of(source: str | None, page: Iterable[Counted]) -> Iterable[Counted]:
    """Give what a source told of; without one, all that is not simulated."""
    if source is None:
        return (one for one in page if not one.simulated)
    return (one for one in page if source in one.sources)


def document_of(one: Counted, zone: ZoneInfo) -> Document:
    """Give what counts as a document, in the month of the shop's own zone."""
    back = one.kind is PurchaseKind.RETURN
    return Document(
        number=one.number,
        name=one.name,
        basis=Basis.RETURNS if back else Basis.SALES,
        month=f"{to_datetime(one.at_us).astimezone(zone):%Y-%m}",
        store=one.store,
        currency=one.currency,
        amount_minor=one.amount_minor,
    )


def document_view(one: Document) -> View:
    """Give a document, its amount in units of its currency."""
    return {
        "number": one.number,
        "name": one.name or one.number,
        "basis": one.basis.value,
        "month": one.month,
        "store_id": one.store or None,
        "currency": one.currency,
        "amount": to_text(one.amount_minor, one.currency),
    }


def report_view(report: Report) -> View:
    """Give a report with differences as ours less theirs."""
    months = list(map(_month_view, report.months))
    return {
        "equal": report.is_equal,
        "months": months,
        "differences": [one for one in months if not one["equal"]],
        "documents": {
            "counts": report.documents,
            "missing_here": list(map(document_view, report.missing_here)),
            "missing_there": list(map(document_view, report.missing_there)),
            "differing": [
                {"told": document_view(one.told), "ours": document_view(one.ours)}
                for one in report.differing
            ],
        },
    }


def _month_view(one: Compared) -> View:
    currency = one.currency
    told, ours = one.told_minor, one.our_minor
    return {
        "month": one.month,
        "basis": one.basis.value,
        "store_id": one.store,
        "currency": currency,
        "told": {"count": one.told_count, "revenue": to_text(told, currency)},
        "ours": {"count": one.our_count, "revenue": to_text(ours, currency)},
        "difference": {
            "count": None if one.told_count is None else one.our_count - one.told_count,
            "revenue": to_text(ours - told, currency),
        },
        "equal": one.is_equal,
    }

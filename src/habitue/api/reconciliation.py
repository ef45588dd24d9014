"""A source's months beside ours."""

import re
from typing import Annotated

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter
from msgspec import Meta, Struct

from habitue.access.permission import Permission
from habitue.api.document import keyed
from habitue.api.port import View
from habitue.api.port_catalog import Reconciling
from habitue.base.errors import InvalidError
from habitue.base.money import to_minor
from habitue.catalog.reconcile import Basis, Document, Figures

# What a request may hold is compared at once; more goes in parts, a few months each.
TOTALS_MAX = 500
DOCUMENTS_MAX = 500
Currency = Annotated[str, Meta(pattern="^[A-Z]{3}$")]
Month = Annotated[str, Meta(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]
Name = Annotated[str, Meta(max_length=200)]
Amount = Annotated[str, Meta(max_length=30)]
_AMOUNT = re.compile(r"-?\d{1,15}(\.\d{1,6})?")


class ToldTotal(Struct, frozen=True, forbid_unknown_fields=True):
    """What a source says that a month comes to, of all stores or of one."""

    month: Month
    currency: Currency
    revenue: Amount
    count: Annotated[int, Meta(ge=0)] | None = None
    store_id: Name | None = None
    basis: Basis = Basis.SALES


class ToldDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """A document that a source lists; amounts of returns are positive."""

    number: Name
    month: Month
    currency: Currency
    revenue: Amount
    store_id: Name | None = None
    basis: Basis = Basis.SALES


class ToldFigures(Struct, frozen=True, forbid_unknown_fields=True):
    """A source's figures: by month, by document, or both."""

    totals: Annotated[list[ToldTotal], Meta(max_length=TOTALS_MAX)] = []
    documents: Annotated[list[ToldDocument], Meta(max_length=DOCUMENTS_MAX)] = []
    source: Annotated[str, Meta(max_length=64)] | None = None


def reconciliation_routes(desk: Reconciling) -> list[HTTPRouteHandler]:
    """Make the routes that compare."""
    return [_reconcile(desk), _documents(desk)]


def _reconcile(desk: Reconciling) -> HTTPRouteHandler:
    @post(
        "/api/v1/reconciliation",
        permission=Permission.TOTALS_READ,
        status_code=200,
        **keyed(400, 413, 422),
    )
    async def reconcile(data: ToldFigures) -> View:
        """Compare a source's months with ours; list what differs, and why."""
        return await desk.reconcile(
            data.source,
            [_figures(one) for one in data.totals],
            [_document(one) for one in data.documents],
        )

    return reconcile


def _documents(desk: Reconciling) -> HTTPRouteHandler:
    @get(
        "/api/v1/reconciliation/documents",
        permission=Permission.EXPORT,
        **keyed(400, 422),
    )
    async def list_documents(
        source: Annotated[str | None, Parameter(max_length=64)] = None,
        limit: Annotated[int, Parameter(ge=1, le=2_000)] = 1_000,
        cursor: Annotated[str | None, Parameter(max_length=600)] = None,
    ) -> View:
        """List all orders, receipts and returns that count, in the shop's months."""
        return await desk.documents(source, cursor, limit)

    return list_documents


def _figures(told: ToldTotal) -> Figures:
    return Figures(
        month=told.month,
        basis=told.basis,
        store=told.store_id,
        currency=told.currency,
        count=told.count,
        amount_minor=_minor(told.revenue, told.currency),
    )


def _document(told: ToldDocument) -> Document:
    return Document(
        number=told.number,
        basis=told.basis,
        month=told.month,
        store=told.store_id or "",
        currency=told.currency,
        amount_minor=_minor(told.revenue, told.currency),
    )


def _minor(amount: str, currency: str) -> int:
    found = to_minor(amount, currency) if _AMOUNT.fullmatch(amount) else None
    if found is None:
        raise InvalidError(f"'{amount}' is no amount; write it like 1234.56.")
    return found

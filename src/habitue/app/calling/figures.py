"""A file of a source's figures, compared with ours by the command itself."""

import re
from collections import defaultdict
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct, structs

from habitue.app.calling.gateway import Client
from habitue.base.errors import InvalidError
from habitue.base.money import to_minor
from habitue.catalog.reconcile import (
    Basis,
    Document,
    Figures,
    Reconciliation,
    Report,
)
from habitue.collect.files import ImportPlan, stream
from habitue.collect.files.nouns import Built

PATH = "/api/v1/reconciliation/documents"
_WORDS = {
    **dict.fromkeys(("sales", "sale", "order", "receipt", "invoice"), Basis.SALES),
    **dict.fromkeys(("returns", "return", "refund", "credit note"), Basis.RETURNS),
    "net": Basis.NET,
}
_YEAR_FIRST = re.compile(r"(\d{4})[-./]?(0[1-9]|1[0-2])(?:[-./]\d{1,2})?")
_MONTH_FIRST = re.compile(r"(0?[1-9]|1[0-2])[-./](\d{4})")


class Told(Struct):
    """What a file told: figures or documents, and the lines that can't be used."""

    figures: list[Figures] = []
    documents: list[Document] = []
    rejected: list[tuple[int, str]] = []


def read_figures(plan: ImportPlan, basis: Basis, currency: str | None) -> Told:
    """Read a file of figures or documents; basis and currency where it says none."""
    told = Told()
    read = _document if plan.kind == "documents" else _figures
    zone = ZoneInfo(plan.zone)
    for batch in stream(plan):
        for one in batch.parsed:
            if not isinstance(one, Built):
                told.rejected.append((one.line, one.reason))
                continue
            try:
                found = read(_filled(one.item, basis, currency, zone))
            except InvalidError as error:
                told.rejected.append((one.lines[0], str(error)))
                continue
            if isinstance(found, Document):
                told.documents.append(found)
            else:
                told.figures.append(found)
    told.documents = _summed(told.documents)
    if any(one.store is not None for one in told.figures):
        # By store, and of one that has no number: the web shop, as a rule.
        told.figures = [
            structs.replace(one, store=one.store or "") for one in told.figures
        ]
    return told


def compare(client: Client, told: Told, source: str | None) -> tuple[Report, str]:
    """Compare with all that counts here; give the report and the shop's time zone."""
    compared = Reconciliation(told.figures, told.documents)
    zone = "UTC"
    for page in client.pages(PATH, source=source):
        zone = page["time_zone"]
        for one in page["documents"]:
            compared.take(_ours(one))
    return compared.report(), zone


def _ours(view: dict[str, Any]) -> Document:
    return Document(
        number=view["number"],
        name=view["name"],
        basis=Basis(view["basis"]),
        month=view["month"],
        store=view["store_id"] or "",
        currency=view["currency"],
        amount_minor=_minor(view["amount"], view["currency"]),
    )


def _filled(
    item: dict[str, Any], basis: Basis, currency: str | None, zone: ZoneInfo
) -> dict[str, Any]:
    """Give a line with its basis, currency and month."""
    told = dict(item)
    word = str(told.pop("kind", "")).strip().casefold()
    told["basis"] = _WORDS.get(word) if word else basis
    if told["basis"] is None:
        raise InvalidError(f"'{word[:40]}' is neither sales nor returns nor net.")
    told.setdefault("currency", currency)
    if told["currency"] is None:
        raise InvalidError("The line has no currency: name one with --currency.")
    at = told.pop("at", None)
    if "month" in told:
        told["month"] = month_of(told["month"])
    elif at is not None:
        told["month"] = f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m}"
    else:
        raise InvalidError("The line has neither month nor date.")
    return told


def month_of(text: str) -> str:
    """Read a month as files write it.

    >>> month_of("2010-12"), month_of("12/2010"), month_of("2010-12-31")
    ('2010-12', '2010-12', '2010-12')
    """
    if match := _YEAR_FIRST.fullmatch(text):
        return f"{match[1]}-{match[2]}"
    if match := _MONTH_FIRST.fullmatch(text):
        return f"{match[2]}-{int(match[1]):02}"
    raise InvalidError(f"'{text[:40]}' is no month; write it like 2026-03.")


def _figures(told: dict[str, Any]) -> Figures:
    count = told.get("count")
    return Figures(
        month=told["month"],
        basis=told["basis"],
        store=told.get("store_id"),
        currency=told["currency"],
        count=None if count is None else int(count),
        amount_minor=_minor(told["revenue"], told["currency"]),
    )


def _document(told: dict[str, Any]) -> Document:
    amount = _minor(told["revenue"], told["currency"])
    # What comes below nothing went back.
    basis = Basis.RETURNS if amount < 0 else told["basis"]
    return Document(
        number=str(told["number"]),
        basis=Basis.SALES if basis is Basis.NET else basis,
        month=told["month"],
        store=told.get("store_id", ""),
        currency=told["currency"],
        amount_minor=abs(amount),
    )


def _summed(documents: list[Document]) -> list[Document]:
    """Add up the lines of one document, where a file tells them line by line."""
    by_name: defaultdict[tuple[str, ...], list[Document]] = defaultdict(list)
    for one in documents:
        by_name[one.number, one.store, one.month, one.currency, one.basis].append(one)
    return [
        structs.replace(lines[0], amount_minor=sum(one.amount_minor for one in lines))
        for lines in by_name.values()
    ]


def _minor(amount: object, currency: str) -> int:
    found = to_minor(amount, currency)
    if found is None:
        raise InvalidError(f"'{str(amount)[:40]}' is no amount.")
    return found

"""Lines of a receipt, an order or a return become one event.

What counts: a line counts if it has a price and a quantity, of whatever sign. The
event's total is the sum of its counting lines; the others are kept on it, marked
`counts: false` with the reason. An event none of whose lines counts is no sale and
bears another name, so that it is in no total.
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import chain
from typing import Any

from habitue.base.clock import to_iso
from habitue.base.money import MINOR_MAX, digits, to_minor
from habitue.collect.files.building import (
    Contexts,
    Facts,
    consents_of,
    identifiers_of,
    kinds_of,
    message_id,
)
from habitue.collect.files.fields import NUMBER
from habitue.collect.files.lines import LineBuilder, returned
from habitue.collect.files.nouns import Built, ImportPlan, Parsed
from habitue.collect.files.rows import Group, RowReader
from habitue.collect.files.values import MICRO, Bad, number

NO_SALE = "No Sale Recorded"
RETURN = "Return Received"
RECEIPT = "Receipt Issued"
INVOICE = "Invoice Issued"
SALES = "Sales Reported"
# The sort of document that gives money back, in positive amounts.
CREDIT = "credit_note"
_AGREED = ("currency", "store_id", "total")
_TOLD = ("number", "invoice_no", "receipt_id", "order_id", "return_id", "fiscal_id",
         "store_id", "till_id", "cashier_id", "channel", "currency")  # fmt: skip
_TOLD_LAST = ("country", "status", "tender", "coupon", "reason", "document_type",
              "corrected_no")  # fmt: skip
_CANCELLED = frozenset(
    (
        *("cancelled", "canceled", "voided", "anulowane", "anulowany"),
        *("отменён", "отменен", "отменено"),
    )
)
_REFUNDED = frozenset(("refunded", "zwrócone", "zwrot", "возвращён", "возвращено"))


class Purchases:
    """Builds one event of the lines that share a number."""

    def __init__(self, plan: ImportPlan, reader: RowReader) -> None:
        self._plan, self._reader = plan, reader
        self._facts = Facts(plan)
        self._contexts = Contexts(plan)
        self._lines = LineBuilder(plan, self._facts)
        self._number = NUMBER[plan.kind]
        self._kinds = kinds_of(plan)
        self._agreed = (*self._kinds, *_AGREED)

    def build(self, group: Group, fault: str | None = None) -> Iterator[Parsed]:
        """Give the event of these lines, or reject every one of them.

        A receipt is taken whole or not at all: with a line missing, its total would
        be wrong, and stay wrong once that line alone came back put right.
        """
        fault = fault or self._fault(group)
        event = Bad(fault) if fault else self._event(group)
        if isinstance(event, Bad):
            for run in group:
                yield from self._reader.rejected(run, event)
        else:
            yield Built(event, tuple(chain.from_iterable(r.lines() for r in group)))

    def _fault(self, group: Group) -> str | None:
        key = group[0].key
        for run in group:
            faulty = next(iter(run.faults()), None)
            if faulty is not None:
                line = run.block.lines[faulty]
                return f"{key} is left out as a whole: its line {line} is faulty."
        name = self._facts.disagreement(group, self._agreed)
        if name:
            return f"The lines of {key} disagree on the {name.replace('_', ' ')}."
        return None

    def _event(self, group: Group) -> dict[str, Any] | Bad:
        head = self._facts.head(group)
        moments = [at for at in self._facts.column(group, "date") if at is not None]
        missing = _missing(head, self._number, moments)
        if missing:
            return missing
        consents = consents_of(head)
        if isinstance(consents, Bad):
            return consents
        lines = self._lines.lines(group)
        amount, counting = lines.amount, lines.counting
        if "total" in head:
            amount, counting = head["total"] * MICRO, 1
        name, sign = self._name(head, amount, counting)
        total = to_minor(Decimal(amount * sign).scaleb(-12), head["currency"])
        if total is None:
            return Bad(f"The total is over {MINOR_MAX:,} minor units.")
        properties = self._properties(group, head, name)
        properties["total"] = _wire(total, head["currency"])
        if "tax_total" in head:
            properties["tax"] = number(head["tax_total"] * sign)
        if self._lines.any:
            properties["products"] = (
                returned(lines.products) if sign < 0 else lines.products
            )
        item: dict[str, Any] = {
            "type": "track",
            "event": name,
            "messageId": "",
            # Lines of one receipt may be a minute apart: it began with the first.
            "timestamp": to_iso(min(moments)),
            "identifiers": identifiers_of(head, self._kinds),
            "properties": properties,
            "context": self._contexts.of(consents, head.get("updated_at")),
        }
        kind = self._plan.kind.removesuffix("s")
        item["messageId"] = message_id(kind, group[0].key or "", item)
        return item

    def _name(
        self, head: dict[str, Any], amount: int, counting: int
    ) -> tuple[str, int]:
        """Name the event, and give the sign that makes its amounts as told."""
        rules, told = self._plan.mapping, str(head[self._number])
        if told.startswith(rules.adjustment_prefixes):
            return rules.adjustment_event, 1
        if self._plan.kind == "returns" or head.get("document_type") == CREDIT:
            return RETURN, -1 if amount < 0 else 1
        if self._plan.kind == "sales":
            return SALES, 1
        if told.startswith(rules.return_prefixes):
            return RETURN, -1
        if not counting:
            return NO_SALE, 1
        # A till prints a pure return as a receipt below zero.
        if amount < 0:
            return RETURN, -1
        if self._plan.kind == "orders":
            return _order_name(head), 1
        return (INVOICE if self._is_paper(head) else RECEIPT), 1

    def _is_paper(self, head: dict[str, Any]) -> bool:
        """Say whether an invoice only tells of an order or a receipt of its own.

        Its money is that one's, and counts there.
        """
        linked = "order_id" in head or "receipt_id" in head
        return self._plan.kind == "invoices" and linked

    def _properties(
        self, group: Group, head: dict[str, Any], name: str
    ) -> dict[str, Any]:
        properties = {field: head[field] for field in _TOLD if field in head}
        parts, key = self._plan.mapping.key, group[0].key or ""
        if len(parts) > 1:
            # Number 7 of one shop is not number 7 of another.
            properties[self._number] = key
            properties["receipt_number"] = head[self._number]
        if name == RETURN and "return_id" not in properties:
            properties = {"return_id": properties.pop(self._number), **properties}
        if name == RECEIPT and "receipt_id" not in properties:
            properties = {"receipt_id": head[self._number], **properties}
        if name == RETURN and not {"order_id", "receipt_id"} & properties.keys():
            # An invoice that stands for itself is a receipt of that number.
            told = (
                {"receipt_id": head["corrected_no"]} if "corrected_no" in head else {}
            )
            properties |= told
        if "date" in parts:
            # The till's own day, which need not be Greenwich's.
            properties["business_date"] = key.split("/")[parts.index("date")]
        properties.update((f, head[f]) for f in _TOLD_LAST if f in head)
        if "updated_at" in head:
            properties["updated_at"] = to_iso(head["updated_at"])
        return properties


def _missing(head: dict[str, Any], number: str, moments: list[int]) -> Bad | None:
    if number not in head:
        return Bad(f"The line has no {number.replace('_', ' ')}.")
    if not moments:
        return Bad("The line has no date.")
    return None if "currency" in head else Bad("The line has no currency.")


def _order_name(head: dict[str, Any]) -> str:
    status = str(head.get("status", "")).casefold()
    if status in _CANCELLED:
        return "Order Cancelled"
    return "Order Refunded" if status in _REFUNDED else "Order Completed"


def _wire(minor: int, currency: str) -> int | float:
    unit: int = 10 ** digits(currency)
    return minor // unit if minor % unit == 0 else minor / unit

"""How far an order is, as shops say it; what only one system calls so is as it came."""

from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.text import visible

# By what shops' systems, tills and payments call it, with _ between words. A language
# in which orders, receipts and returns differ by gender says it of none of them.
STATUSES = {
    "new": later("new"),
    "open": later("open"),
    "draft": later("draft"),
    "checkout_draft": later("draft"),
    "pending": later("waiting"),
    "pending_payment": later("waiting for payment"),
    "awaiting_payment": later("waiting for payment"),
    "payment_review": later("payment under review"),
    "authorized": later("payment authorised"),
    "authorised": later("payment authorised"),
    "unpaid": later("not paid"),
    "partially_paid": later("paid in part"),
    "paid": later("paid"),
    "no_payment_required": later("nothing to pay"),
    "confirmed": later("confirmed"),
    "approved": later("confirmed"),
    "processing": later("being processed"),
    "in_progress": later("being processed"),
    "on_hold": later("on hold"),
    "holded": later("on hold"),
    "packed": later("packed"),
    "ready": later("ready to be picked up"),
    "ready_for_pickup": later("ready to be picked up"),
    "partially_shipped": later("shipped in part"),
    "partially_fulfilled": later("shipped in part"),
    "shipped": later("shipped"),
    "fulfilled": later("shipped"),
    "in_transit": later("on its way"),
    "out_for_delivery": later("on its way"),
    "delivered": later("delivered"),
    "picked_up": later("picked up"),
    "issued": later("issued"),
    "complete": later("completed"),
    "completed": later("completed"),
    "closed": later("closed"),
    "cancelled": later("cancelled"),
    "canceled": later("cancelled"),
    "void": later("voided"),
    "voided": later("voided"),
    "failed": later("failed"),
    "declined": later("declined"),
    "expired": later("expired"),
    "trash": later("deleted"),
    "deleted": later("deleted"),
    "fraud": later("suspected fraud"),
    "disputed": later("payment disputed"),
    "received": later("received"),
    "returned": later("returned"),
    "partially_returned": later("returned in part"),
    "refunded": later("refunded"),
    "partially_refunded": later("refunded in part"),
    "exchanged": later("exchanged"),
}


def status_named(told: object, look: Look) -> str:
    """Call a status as the reader does; one that is not known as it is told."""
    known = STATUSES.get(_code(visible(told)))
    return visible(told) if known is None else look.say(known)


def _code(told: str) -> str:
    return "_".join(told.lower().replace("-", " ").replace("_", " ").split())

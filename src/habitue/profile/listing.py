"""What of orders, receipts and returns is counted, page by page while others change."""

from msgspec import Struct

from habitue.model.order import PurchaseKind
from habitue.profile.key import RETURN
from habitue.profile.objects import Objects
from habitue.profile.port import Rows
from habitue.profile.rows import COUNTED, SEP, SIMULATED, Head, ObjectRow
from habitue.profile.totals import KINDS


class Counted(Struct, frozen=True, kw_only=True):
    """An object whose money is in the totals: what it is called, when, where, how much.

    An order that its status calls refunded is there twice: as what it brought, and as
    the return of all of it.
    """

    key: str
    kind: PurchaseKind
    # What its source calls it, without and with the place it belongs to.
    number: str
    name: str
    # All sources that told of it.
    sources: tuple[str, ...]
    at_us: int
    store: str
    currency: str
    amount_minor: int
    simulated: bool


def counted_page(
    rows: Rows[str, ObjectRow], objects: Objects, after: str | None, limit: int
) -> tuple[list[Counted], str | None]:
    """Give what is counted of so many objects, and the key that goes on; None: the end.

    Some 15 us an object.
    """
    page = rows.page(after, limit)
    found = []
    for key, row in page:
        weighed = objects.weighed(key)
        if weighed is None or not weighed.head.flags & COUNTED:
            continue
        head = weighed.head
        found.append(_counted(key, row, head, head.kind, head.amount))
        if head.returned:
            found.append(_counted(key, row, head, RETURN, head.returned))
    return found, page[-1][0] if len(page) == limit else None


def _counted(
    key: str, row: ObjectRow, head: Head, kind: str, amount_minor: int
) -> Counted:
    parts = [part.removeprefix("f:") for part in key.split(SEP)[2:]]
    return Counted(
        key=key,
        kind=KINDS[kind],
        number=parts[-1],
        name="/".join(part for part in parts if part),
        sources=tuple(sorted({part.source for part in row.parts})),
        at_us=head.at_us,
        store=head.store,
        currency=head.currency,
        amount_minor=amount_minor,
        simulated=bool(head.flags & SIMULATED),
    )

"""What was sold on a day: the rows behind the sums of the first screen."""

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from habitue.access.permission import Permission
from habitue.base.clock import to_datetime
from habitue.console.channel_names import channel_named
from habitue.console.following import Figured, figured
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.text import visible

SHOWN_MAX = 100
DAY_CHARS, CURSOR_CHARS = 10, 400
_KINDS = {
    "order": later("order"),
    "receipt": later("receipt"),
    "return": later("return"),
}


def sold_route(page: Page) -> HTTPRouteHandler:
    """Make the route of what was sold on a day."""

    @get("/console/today/sold", **inside(Permission.INSIGHTS_READ, sync=False))
    async def sold(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        today = to_datetime(look.now_us).astimezone(ZoneInfo(look.zone)).date()
        day = asked(request, "day", DAY_CHARS) or today.isoformat()
        sort = asked(request, "sort")
        sort = sort if sort in {"receipts", "known"} else "all"
        cursor = asked(request, "cursor", CURSOR_CHARS)
        wanted = Figured(
            template="today/sold.html",
            told={"day": day, "on": look.calendar_day(day), "sort": sort},
            ask=lambda: page.ports.today.sold(day, sort, cursor, SHOWN_MAX),
            show=lambda told: {
                "rows": [row(one, look) for one in told["sold"]],
                "more": told["next_cursor"],
            },
        )
        return await figured(page, request, look, wanted)

    return sold


def row(one: View, look: Look) -> dict[str, Any]:
    """Show a row; what a return brought back, and what came back of it, is less."""
    back = one["kind"] == "return"
    minor = one["amount_minor"]
    person = one["person_id"] if look.may("people:read") else None
    return {
        "at": look.clock(one["at"]),
        "kind": look.say(_named(one["kind"])),
        # What reports call it, without how we tell orders and receipts apart.
        "name": visible(str(one["object"]).partition("/")[2]),
        "store": visible(one["store"]) or channel_named(one["channel"], look),
        "amount": look.money(-minor if back else minor, one["currency"]),
        "returned": look.money(one["returned_minor"], one["currency"])
        if one["returned_minor"]
        else "",
        "simulated": one["simulated"],
        "person": person,
        "nobody": one["person_id"] is None,
    }


def _named(kind: str) -> str:
    return _KINDS.get(kind, kind)

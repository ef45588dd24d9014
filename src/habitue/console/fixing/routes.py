"""What needs fixing: the list, one item with its text, and the next try."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.deeds import Deed, deed
from habitue.access.masking import mask_of
from habitue.access.permission import Permission
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.reasons import reason_named
from habitue.console.said import item_detail

SHOWN_MAX = 50
ID_MAX = 2**62
# What became of a try, in words.
OUTCOMES = {
    "stored": later("Stored. It is where it belongs in time, and counts once."),
    "duplicate": later("It was stored before, so nothing was added."),
    "quarantined": later("It still can't be taken."),
}


def fixing_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over what needs fixing."""
    return [_list(page), _item(page), _replay(page)]


def _list(page: Page) -> HTTPRouteHandler:
    @get("/console/fixing", **inside(Permission.QUARANTINE_READ))
    def fixing(request: AnyRequest) -> Response[str]:
        look, told = page.look(request), asked(request, "after")
        after = int(told) if told.isascii() and told.isdigit() else 0
        items, more = page.ports.quarantine.page(min(after, ID_MAX), SHOWN_MAX)
        return page.show(
            request,
            "fixing/list.html",
            look=look,
            items=[_line(mask_of(look.visitor).item(one), look) for one in items],
            more=more,
        )

    return fixing


def _item(page: Page) -> HTTPRouteHandler:
    @get("/console/fixing/{number:int}", **inside(Permission.QUARANTINE_READ))
    def item(request: AnyRequest, number: FromPath[int]) -> Response[str]:
        look = page.look(request)
        view = _read(page, number, look)
        shown = _shown(view, _pretty(view["original"]), look)
        return page.show(request, "fixing/item.html", result=None, **shown)

    return item


def _replay(page: Page) -> HTTPRouteHandler:
    @post(
        "/console/fixing/{number:int}/replay",
        status_code=200,
        **inside(Permission.QUARANTINE_REPLAY, sync=False),
    )
    async def replay(request: AnyRequest, number: FromPath[int]) -> Response[str]:
        form, look = await page.form(request), page.look(request)
        view = _read(page, number, look)
        # Browsers send line ends of their own.
        text = form.get("original", "").replace("\r\n", "\n")
        # Untouched, it is tried byte for byte as it came.
        as_it_came = text.strip() == _pretty(view["original"]).strip()
        what = deed(Deed.ITEM, number=number)
        await page.ports.audit.write(look.visitor, Permission.QUARANTINE_REPLAY, what)
        result = await page.ports.quarantine.replay(
            number, None if as_it_came else text
        )
        view = _read(page, number, look)
        shown = _shown(view, text, look)
        told = _result(result, look)
        return page.show(request, "fixing/item.html", result=told, **shown)

    return replay


def _shown(view: View, text: str, look: Look) -> dict[str, Any]:
    return {"look": look, "item": _line(view, look), "text": text}


def _read(page: Page, number: int, look: Look) -> View:
    view = page.ports.quarantine.item(number) if 0 <= number <= ID_MAX else None
    if view is None:
        raise NotFoundException(look.say("There is no item %(number)s.", number=number))
    return mask_of(look.visitor).item(view)


def _line(view: View, look: Look) -> dict[str, Any]:
    return {
        "number": int(view["quarantine_id"]),
        "at": look.moment(view["received_at"]),
        "source": view["source"],
        "reason": reason_named(view["reason"], look),
        "detail": item_detail(str(view["reason"]), str(view["detail"] or ""), look),
        "message_id": view["message_id"],
        "done": view["replayed_offset"] is not None,
    }


def _result(told: View, look: Look) -> dict[str, Any]:
    outcome = str(told.get("outcome"))
    good = outcome in {"stored", "duplicate"}
    return {
        "good": good,
        "text": look.say(OUTCOMES[outcome]) if outcome in OUTCOMES else outcome,
        "detail": "" if good else _still(told, look),
    }


def _still(told: View, look: Look) -> str:
    return item_detail(str(told.get("reason")), str(told.get("detail") or ""), look)


def _pretty(original: str) -> str:
    """Lay an item's JSON out to be read; what is none stays as it came."""
    try:
        return msgspec.json.format(original.encode(), indent=2).decode()
    except (msgspec.DecodeError, UnicodeEncodeError):
        return original

"""Bait: who is, who was found reading them, and how there come to be more."""

from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission
from habitue.base.errors import InvalidError
from habitue.console import answers
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, inside
from habitue.console.port import View

BASE = "/console/baits"
ID_MAX = 2**62


def bait_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over bait, which are for administrators alone."""
    return [_list(page), _mark(page), _invent(page), _remove(page)]


def _list(page: Page) -> HTTPRouteHandler:
    @get(BASE, **inside(Permission.BAITS_READ))
    def baits(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        return page.show(
            request,
            "admin/baits.html",
            look=look,
            baits=[line(one, look) for one in page.ports.baits.list()],
            sources=[one["name"] for one in page.ports.sources.list() if one["keys"]],
        )

    return baits


def line(one: View, look: Look) -> dict[str, Any]:
    """Show one of them: whom it is, and when it was read last."""
    return {
        **one,
        "name": one["name"] or "–",
        "at": look.moment(one["at"]),
        "read_at": look.moment(one["read_at"]) if one["reads"] else "",
        "reads": look.number(one["reads"]),
    }


def _mark(page: Page) -> HTTPRouteHandler:
    @post(BASE, status_code=303, **inside(Permission.BAITS_WRITE, sync=False))
    async def mark(request: AnyRequest) -> Response[str]:
        """Mark a person as bait."""
        told, look = await page.form(request), page.look(request)
        person = told.get("person", "").strip()
        if not (person.isascii() and person.isdigit() and int(person) <= ID_MAX):
            raise InvalidError(look.say("Name the person by their number."))
        what = deed(Deed.BAIT_MARKED, person=person)
        await page.ports.audit.write(look.visitor, Permission.BAITS_WRITE, what)
        wanted = {**_wanted({}), "person_id": int(person), "reason": _reason(told)}
        await page.ports.baits.add(look.visitor, wanted)
        return answers.goto(BASE)

    return mark


def _invent(page: Page) -> HTTPRouteHandler:
    @post(
        BASE + "/invented",
        status_code=303,
        **inside(Permission.BAITS_WRITE, sync=False),
    )
    async def invent(request: AnyRequest) -> Response[str]:
        """Invent a person who is bait."""
        told, look = await page.form(request), page.look(request)
        what = deed(Deed.BAIT_INVENTED)
        await page.ports.audit.write(look.visitor, Permission.BAITS_WRITE, what)
        await page.ports.baits.add(
            look.visitor, {**_wanted(told), "reason": _reason(told)}
        )
        return answers.goto(BASE)

    return invent


def _wanted(told: dict[str, str]) -> View:
    named = ("name", "email", "phone", "source")
    return {"person_id": None} | {one: told.get(one, "")[:200] for one in named}


def _reason(told: dict[str, str]) -> str:
    return told.get("reason", "")


def _remove(page: Page) -> HTTPRouteHandler:
    @post(
        BASE + "/{bait:int}/remove",
        status_code=303,
        **inside(Permission.BAITS_WRITE, sync=False),
    )
    async def remove(request: AnyRequest, bait: FromPath[int]) -> Response[str]:
        """Have somebody be bait no longer."""
        await page.form(request)
        look, what = page.look(request), deed(Deed.BAIT_REMOVED, person=bait)
        await page.ports.audit.write(look.visitor, Permission.BAITS_WRITE, what)
        await page.ports.baits.remove(bait)
        return answers.goto(BASE)

    return remove

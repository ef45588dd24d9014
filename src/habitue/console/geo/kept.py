"""Tests by region that are kept: listed, written down, ended, and read by name."""

from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission
from habitue.base.errors import ConflictError, InvalidError
from habitue.console import answers
from habitue.console.following import Figured, figured
from habitue.console.geo.shown import reading
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.masked import telling
from habitue.console.page import AnyRequest, Page, inside
from habitue.console.port import View
from habitue.console.refused import refused
from habitue.console.text import visible

PATH = "/console/geo/tests"
FIELDS = ("name", "regions", "neighbours", "since", "start", "until", "note")
CHARS = 2_000
_STATES = {
    "planned": later("planned"),
    "running": later("running"),
    "ended": later("ended"),
    "withdrawn": later("withdrawn before it began"),
}


def geo_kept_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over tests that are kept."""
    return [_list(page), _keep(page), _end(page), _result(page)]


def _list(page: Page) -> HTTPRouteHandler:
    @get(PATH, **inside(Permission.INSIGHTS_READ))
    def geo_tests(request: AnyRequest) -> Response[str]:
        return _show(page, request, dict.fromkeys(FIELDS, ""))

    return geo_tests


def _keep(page: Page) -> HTTPRouteHandler:
    @post(PATH, status_code=303, **inside(Permission.CHANNELS_WRITE, sync=False))
    async def keep_geo_test(request: AnyRequest) -> Response[str]:
        form, look = await page.form(request), page.look(request)
        told = {name: form.get(name, "").strip()[:CHARS] for name in FIELDS}
        what = deed(Deed.REGION_TEST, name=told["name"][:64])
        try:
            wanted = _wanted(told, look)
            await page.ports.audit.write(look.visitor, Permission.CHANNELS_WRITE, what)
            await page.ports.geo_kept.keep(told["name"], wanted)
        except (ConflictError, InvalidError) as error:
            # What was typed stays, beside what is wrong with it.
            return _show(page, request, told, refused(error, look))
        return answers.goto(telling(PATH, told["note"]))

    return keep_geo_test


def _end(page: Page) -> HTTPRouteHandler:
    @post(
        f"{PATH}/{{name:str}}/end",
        status_code=303,
        **inside(Permission.CHANNELS_WRITE, sync=False),
    )
    async def end_geo_test(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        """End a test with today."""
        await page.form(request)
        look = page.look(request)
        what = deed(Deed.REGION_TEST_ENDED, name=name[:64])
        await page.ports.audit.write(look.visitor, Permission.CHANNELS_WRITE, what)
        await page.ports.geo_kept.end(name)
        return answers.goto(PATH)

    return end_geo_test


def _result(page: Page) -> HTTPRouteHandler:
    @get(f"{PATH}/{{name:str}}", **inside(Permission.INSIGHTS_READ, sync=False))
    async def geo_result(request: AnyRequest, name: FromPath[str]) -> Response[str]:
        look, kept = page.look(request), page.ports.geo_kept
        wanted = Figured(
            template="geo/result.html",
            told=_told(kept.get(name), look),
            ask=lambda: kept.read(name),
            show=lambda view: {"found": reading(view, look)},
        )
        return await figured(page, request, look, wanted)

    return geo_result


def _told(test: View, look: Look) -> dict[str, Any]:
    return {
        "screen": "",
        "test": _shown(test, look),
        "since": test["since"],
        "start": test["start"],
        "until": test["until"],
        "regions": ";".join(test["regions"]),
        "neighbours": ";".join(test["neighbours"]),
    }


def _show(
    page: Page, request: AnyRequest, told: dict[str, str], fault: str = ""
) -> Response[str]:
    look = page.look(request)
    return page.show(
        request,
        "geo/kept.html",
        look=look,
        status=422 if fault else 200,
        screen="kept",
        worked=None,
        fault=fault,
        told=told,
        may_keep=look.visitor.may(Permission.CHANNELS_WRITE),
        tests=[_shown(one, look) for one in page.ports.geo_kept.list()],
    )


def _shown(one: View, look: Look) -> dict[str, Any]:
    state = _STATES[one["state"]]
    return {
        "asked": one["name"],
        "name": visible(one["name"]),
        "regions": ", ".join(visible(name) for name in one["regions"]),
        "start": look.calendar_day(one["start"]),
        "until": look.calendar_day(one["until"]),
        "note": visible(one["note"]),
        "state": look.say(state),
        "is_open": one["state"] in {"planned", "running"},
    }


def _wanted(told: dict[str, str], look: Look) -> dict[str, Any]:
    """Read a form; names of regions have ; between."""
    if not all(told[name] for name in ("name", "regions", "since", "start", "until")):
        raise InvalidError(
            look.say("A test has a name, regions, and three days; name them all.")
        )
    lists = {
        name: tuple(one.strip() for one in told[name].split(";") if one.strip())
        for name in ("regions", "neighbours")
    }
    return {**{name: told[name] for name in FIELDS if name != "name"}, **lists}

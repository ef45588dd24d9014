"""Who stands where, who moved, and the rules that people are scored by."""

from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from habitue.access.deeds import Deed, deed
from habitue.access.permission import Permission
from habitue.base.clock import to_datetime
from habitue.base.days import day_start_us
from habitue.base.errors import InvalidError, NotThereYetError
from habitue.console import answers
from habitue.console.following import Figured, figured
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.refused import refused
from habitue.console.scores.shown import migration, of_part, rules, summary
from habitue.model.score import RfmPart

BASE = "/console/scores"
DAYS = 90
RULES_CHARS = 100_000
NAME_CHARS = 200
# So long a page waits for the names of categories and stores.
WAIT_S = 0.1
# A count that is not there so soon is an older one, if there is any.
SOON_S = 0.05


def score_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over scores."""
    return [
        _summary(page),
        _migration(page),
        _parts(page),
        _rules(page),
        _set_rules(page),
        _cut(page),
    ]


def _summary(page: Page) -> HTTPRouteHandler:
    @get(BASE, **inside(Permission.SCORES_READ, sync=False))
    async def score_summary(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        wanted = Figured(
            template="scores/summary.html",
            told={},
            ask=lambda: _lately(lambda s: page.ports.scores.summary(None, s)),
            show=lambda made: {"found": summary(made, look)},
            keeps=_never,
            dated=False,
        )
        return await figured(page, request, look, wanted)

    return score_summary


def _parts(page: Page) -> HTTPRouteHandler:
    @get(f"{BASE}/parts", **inside(Permission.SCORES_READ, sync=False))
    async def score_parts(request: AnyRequest) -> Response[str]:
        """Show kinds of customers of one category or one store."""
        look = page.look(request)
        category, store = asked(request, "category"), asked(request, "store")
        fifths = asked(request, "fifths", 1) == "1"
        part = RfmPart(category=category[:NAME_CHARS], store=store[:NAME_CHARS])
        known = await page.ports.segments.known(WAIT_S)
        told: dict[str, Any] = {"part": part, "fifths": fifths, "known": known}
        template = "scores/parts.html"
        if not (category or store):
            return page.show(request, template, look=look, worked=None, **told)

        def count(wait_s: float | None) -> Awaitable[View]:
            scores = page.ports.scores
            return scores.rfm(part, None, fifths=fifths, wait_s=wait_s)

        wanted = Figured(
            template=template,
            told=told,
            ask=lambda: _lately(count),
            show=lambda made: {"found": of_part(made, look)},
            keeps=_never,
            dated=False,
        )
        return await figured(page, request, look, wanted)

    return score_parts


def _migration(page: Page) -> HTTPRouteHandler:
    @get(f"{BASE}/moves", **inside(Permission.SCORES_READ, sync=False))
    async def score_migration(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        today = to_datetime(look.now_us).astimezone(ZoneInfo(look.zone)).date()
        since = asked(request, "from", 10) or (today - timedelta(days=DAYS)).isoformat()
        until = asked(request, "to", 10) or today.isoformat()

        async def ask() -> View:
            moments = _start_us(since, look), _start_us(until, look)
            return await _lately(lambda s: page.ports.scores.migration(*moments, s))

        wanted = Figured(
            template="scores/moves.html",
            told={"since": _day(since), "until": _day(until)},
            ask=ask,
            show=lambda made: {"found": migration(made, look)},
            keeps=_never,
            dated=False,
        )
        return await figured(page, request, look, wanted)

    return score_migration


async def _lately(count: Callable[[float | None], Awaitable[View]]) -> View:
    """Give what was counted before where counting anew takes a while; else wait for it.

    count: counts, within so many seconds. It keeps what took long, and says of when.
    """
    try:
        return await count(SOON_S)
    except NotThereYetError:
        return await count(None)


def _never(_: View) -> bool:
    return False


def _day(told: str) -> str:
    """Give a day to be put right; what is none has no place in a field for days."""
    try:
        return date.fromisoformat(told).isoformat()
    except ValueError:
        return ""


def _start_us(day: str, look: Look) -> int:
    try:
        return day_start_us(date.fromisoformat(day), look.zone)
    except ValueError as error:
        raise InvalidError(look.say("Write a day as 2026-03-01.")) from error


def _rules(page: Page) -> HTTPRouteHandler:
    @get(f"{BASE}/rules", **inside(Permission.SCORES_READ))
    def score_rules(request: AnyRequest) -> Response[str]:
        return _show_rules(page, request, page.look(request))

    return score_rules


def _show_rules(
    page: Page, request: AnyRequest, look: Look, *, fault: str = "", text: str = ""
) -> Response[str]:
    held = rules(page.ports.scores.rules())
    return page.show(
        request,
        "scores/rules.html",
        status=422 if fault else 200,
        look=look,
        held=held,
        text=text or held["text"],
        fault=fault,
        # What was computed and is not in force yet.
        proposed=bool(text) and not fault,
    )


def _set_rules(page: Page) -> HTTPRouteHandler:
    @post(
        f"{BASE}/rules",
        status_code=303,
        **inside(Permission.SCORES_WRITE, sync=False),
    )
    async def set_score_rules(request: AnyRequest) -> Response[str]:
        """Put rules in force."""
        told, look = await page.form(request), page.look(request)
        text = told.get("rules", "")[:RULES_CHARS]
        what = deed(Deed.SCORE_RULES)
        await page.ports.audit.write(look.visitor, Permission.SCORES_WRITE, what)
        try:
            await page.ports.scores.set_rules(text.encode())
        except InvalidError as error:
            return _show_rules(
                page, request, look, fault=refused(error, look), text=text
            )
        return answers.goto(f"{BASE}/rules")

    return set_score_rules


def _cut(page: Page) -> HTTPRouteHandler:
    @post(
        f"{BASE}/cuts",
        status_code=200,
        **inside(Permission.SCORES_WRITE, sync=False),
    )
    async def cut_scores(request: AnyRequest) -> Response[str]:
        """Compute cuts that part today's buyers evenly; they are shown, not kept."""
        await page.form(request)
        look = page.look(request)
        try:
            made = await page.ports.scores.cut(keep=False)
        except InvalidError as error:
            return _show_rules(page, request, look, fault=refused(error, look))
        text = msgspec.json.format(msgspec.json.encode(made["rules"]), indent=2)
        return _show_rules(page, request, look, text=text.decode())

    return cut_scores

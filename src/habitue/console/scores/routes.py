"""Who stands where, who moved, and the rules that people are scored by."""

from contextlib import suppress
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from habitue.access.permission import Permission
from habitue.base.clock import to_datetime
from habitue.base.days import day_start_us
from habitue.base.errors import InvalidError, NotThereYetError
from habitue.console import answers
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.refused import refused
from habitue.console.scores.shown import migration, of_part, rules, summary
from habitue.model.score import RfmPart

BASE = "/console/scores"
DAYS = 90
RULES_CHARS = 100_000
NAME_CHARS = 200
# So long a page waits for a count over everybody; then it is shown and asks again.
WAIT_S = 0.4


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
        found = None
        with suppress(NotThereYetError):
            found = summary(await page.ports.scores.summary(None, WAIT_S), look)
        return page.show(
            request,
            "scores/summary.html",
            look=look,
            found=found,
            waits=not found,
            here=BASE,
        )

    return score_summary


def _parts(page: Page) -> HTTPRouteHandler:
    @get(f"{BASE}/parts", **inside(Permission.SCORES_READ, sync=False))
    async def score_parts(request: AnyRequest) -> Response[str]:
        """Show kinds of customers of one category or one store."""
        look = page.look(request)
        category, store = asked(request, "category"), asked(request, "store")
        fifths = asked(request, "fifths", 1) == "1"
        part = RfmPart(category=category[:NAME_CHARS], store=store[:NAME_CHARS])
        found, waits = None, False
        if category or store:
            try:
                scores = page.ports.scores
                made = await scores.rfm(part, None, fifths=fifths, wait_s=WAIT_S)
                found = of_part(made, look)
            except NotThereYetError:
                waits = True
        return page.show(
            request,
            "scores/parts.html",
            look=look,
            part=part,
            fifths=fifths,
            found=found,
            waits=waits,
            here=_here(request),
            known=await page.ports.segments.known(WAIT_S),
        )

    return score_parts


def _migration(page: Page) -> HTTPRouteHandler:
    @get(f"{BASE}/moves", **inside(Permission.SCORES_READ, sync=False))
    async def score_migration(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        today = to_datetime(look.now_us).astimezone(ZoneInfo(look.zone)).date()
        since = asked(request, "from", 10) or (today - timedelta(days=DAYS)).isoformat()
        until = asked(request, "to", 10) or today.isoformat()
        found, fault, waits = None, "", False
        try:
            moments = _start_us(since, look), _start_us(until, look)
            made = await page.ports.scores.migration(*moments, WAIT_S)
            found = migration(made, look)
        except NotThereYetError:
            waits = True
        except InvalidError as error:
            fault = refused(error, look)
            since, until = _day(since), _day(until)
        return page.show(
            request,
            "scores/moves.html",
            status=422 if fault else 200,
            look=look,
            since=since,
            until=until,
            found=found,
            waits=waits,
            here=_here(request),
            fault=fault,
        )

    return score_migration


def _here(request: AnyRequest) -> str:
    """Give the address of what is asked, to ask for it again."""
    return f"{request.url.path}?{request.url.query}"


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
        await page.ports.audit.write(look.visitor, Permission.SCORES_WRITE, "rules")
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

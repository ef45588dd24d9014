"""Lost between channels: how many, who is waited for still, and a segment of these."""

import re
from typing import Any

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from habitue.access.deeds import Object
from habitue.access.permission import Permission
from habitue.base.errors import ConflictError, InvalidError
from habitue.console import answers
from habitue.console.following import Figured, figured
from habitue.console.journeys.charts import months_chart
from habitue.console.journeys.days import days_asked
from habitue.console.journeys.names import intent_name, intents, side_name, sides
from habitue.console.journeys.numbers import percent
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.text import visible
from habitue.journey.handover import BOUGHT, DAYS, Handover, handover

PATH = "/console/journeys/handovers"
SHOWN_MAX = 50
_ID = re.compile(r"[a-z][a-z0-9_-]{0,59}")
_FATES = {
    "kept": later("Handed over"),
    "lost": later("Got lost"),
    "open": later("Still open"),
}
_FIELDS = ("shown_in", "missing_in", "intent", "days")


def handover_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the routes over hand-overs between channels."""
    return [_show(page), _make(page)]


def _show(page: Page) -> HTTPRouteHandler:
    @get(PATH, **inside(Permission.INSIGHTS_READ, sync=False))
    async def handovers(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        since, until = days_asked(request, look)
        wanted = _wanted({name: asked(request, name) for name in _FIELDS}, look)
        told = {"screen": "handovers", "since": since, "until": until}

        async def ask() -> tuple[View, list[View]]:
            view = await page.ports.insights.handovers(since, until, wanted)
            return view, await _people(page, look, since, until, wanted)

        figures = Figured(
            template="journeys/handovers.html",
            told=told | question_shown(wanted, look),
            ask=ask,
            show=lambda found: handovers_shown(found, wanted, look),
        )
        return await figured(page, request, look, figures)

    return handovers


def _wanted(told: dict[str, str], look: Look) -> Handover:
    days = told.get("days") or str(DAYS)
    if not (days.isascii() and days.isdigit() and len(days) < 4):
        raise InvalidError(look.say("“%(text)s” is no number of days.", text=days[:10]))
    shown_in = told.get("shown_in") or "online"
    missing_in = told.get("missing_in") or (
        "online" if shown_in == "store" else "store"
    )
    return handover(shown_in, missing_in, told.get("intent", ""), int(days))


async def _people(
    page: Page, look: Look, since: str, until: str, wanted: Handover
) -> list[View]:
    """Give who is waited for still, to who may see people."""
    if not look.visitor.may(Permission.PEOPLE_READ):
        return []
    return await page.ports.insights.waited_for(since, until, wanted, SHOWN_MAX)


def question_shown(wanted: Handover, look: Look) -> dict[str, Any]:
    """Show what is asked, and what else could be."""
    intent = wanted.intents[0].value if len(wanted.intents) == 1 else ""
    return {
        "wanted": {"intent": intent, "days": wanted.days, **_sides(wanted)},
        "shown_sides": sides(look),
        "missing_sides": sides(look, BOUGHT),
        "choices": [("", look.say("any before buying")), *intents(look)],
    }


def handovers_shown(
    found: tuple[View, list[View]], wanted: Handover, look: Look
) -> dict[str, Any]:
    """Show the report of hand-overs, and who is waited for still."""
    view, people = found
    who = view["people"]
    return {
        "from_side": side_name(wanted.shown_in, look),
        "to_side": side_name(wanted.missing_in, look),
        "days": look.number(wanted.days),
        "counts": {name: look.number(number) for name, number in who.items()},
        "missing": who["missing"],
        "lost_share": percent(view["handovers"]["lost_share"], look),
        "by_intent": [_fates(one, look) for one in view["by_intent"]],
        "months": months_chart(view["by_month"], _FATES, look),
        "by_month": [
            {**_fates(one, look), "name": look.month(one["month"])}
            for one in view["by_month"]
        ],
        "segment_name": _name(wanted, look),
        "people": [_waiting(one, look) for one in people],
    }


def _waiting(one: View, look: Look) -> dict[str, Any]:
    return {
        "id": one["person_id"],
        "at": look.date_of(one["first_us"]),
        "sign": visible(one["last_sign"]),
        "signs": look.number(one["signs"]),
    }


def _name(wanted: Handover, look: Look) -> str:
    """Give a name that a segment of who is waited for may have."""
    here = side_name(wanted.shown_in, look)
    if wanted.missing_in == BOUGHT:
        return look.say("Lost: %(here)s, and bought nothing", here=here)
    there = side_name(wanted.missing_in, look)
    return look.say("Lost: %(here)s, then not %(there)s", here=here, there=there)


def _sides(wanted: Handover) -> dict[str, str]:
    return {"shown_in": wanted.shown_in, "missing_in": wanted.missing_in}


def _fates(one: View, look: Look) -> dict[str, Any]:
    name = intent_name(one["intent"], look) if "intent" in one else ""
    counts = {fate: look.number(one[fate]) for fate in _FATES}
    return {"name": name, **counts, "share": percent(one["lost_share"], look)}


def _make(page: Page) -> HTTPRouteHandler:
    @post(PATH, status_code=303, **inside(Permission.SEGMENTS_WRITE, sync=False))
    async def make_segment(request: AnyRequest) -> Response[str]:
        """Make a segment of who is waited for still."""
        told, look = await page.form(request), page.look(request)
        segment_id = told.get("id", "")
        if not _ID.fullmatch(segment_id):
            raise InvalidError(
                look.say(
                    "A segment's short name is of small letters, digits, - and _, as"
                    " lost-to-stores."
                )
            )
        if any(one["id"] == segment_id for one in page.ports.segments.list()):
            raise ConflictError(
                look.say(
                    "There is a segment “%(name)s” already; choose another short name.",
                    name=segment_id,
                )
            )
        wanted = _wanted(told, look)
        view = await page.ports.insights.handovers(
            told.get("from", ""), told.get("to", ""), wanted
        )
        await page.ports.audit.write(
            look.visitor, Permission.SEGMENTS_WRITE, Object(segment_id)
        )
        body = {"condition": view["condition"], "name": told.get("name", "")}
        await page.ports.segments.put(segment_id, body)
        return answers.goto(f"/console/segments/{segment_id}")

    return make_segment

"""The rows that reports are made of: ways, touchpoints, intentions, purchases."""

from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from habitue.access.permission import Permission
from habitue.console.following import Figured, figured
from habitue.console.journeys.days import days_asked
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked, inside
from habitue.console.port import View
from habitue.console.text import visible

PATH = "/console/journeys/rows"
# By what each is called in the API.
TABLES = {
    "journeys": later("Ways to purchases"),
    "touchpoints": later("Touchpoints"),
    "intents": later("Sessions with their intention"),
    "ropo": later("Purchases, and what is known of the other side"),
}
SHOWN_MAX = 100


def row_routes(page: Page) -> list[HTTPRouteHandler]:
    """Make the route over rows of journeys: of single people, so for who may ask."""

    @get(PATH, **inside(Permission.LAKE_QUERY, sync=False))
    async def journey_rows(request: AnyRequest) -> Response[str]:
        look = page.look(request)
        since, until = days_asked(request, look)
        wanted = asked(request, "table", 20)
        table = wanted if wanted in TABLES else "journeys"
        insights = page.ports.insights
        told: dict[str, Any] = {"screen": "rows", "since": since, "until": until}
        told["table"] = table
        told["command"] = f"habitue insights rows {table} {since} {until} --csv FILE"
        told["tables"] = [(name, look.say(words)) for name, words in TABLES.items()]
        figures = Figured(
            template="journeys/rows.html",
            told=told,
            ask=lambda: insights.rows_shown(table, since, until, SHOWN_MAX),
            show=lambda view: rows_of(view, look),
        )
        return await figured(page, request, look, figures)

    return [journey_rows]


def rows_of(view: View, look: Look) -> dict[str, Any]:
    """Show rows, each with the person it is of in front, where one is known."""
    columns = [name for name in view["columns"] if name != "person_id"]
    return {
        "columns": columns,
        "rows": [
            {
                "person_id": row["person_id"],
                "cells": [_written(row[name], look) for name in columns],
            }
            for row in view["rows"]
        ],
        "count": look.number(len(view["rows"])),
        "more": view["more"],
    }


def _written(value: Any, look: Look) -> str:
    if isinstance(value, bool):
        return look.say("Yes") if value else look.say("No")
    if isinstance(value, datetime):
        return look.moment(f"{value.isoformat()}Z")
    if isinstance(value, list):
        return " → ".join(map(visible, value))
    return look.number(value) if isinstance(value, int) else visible(value)

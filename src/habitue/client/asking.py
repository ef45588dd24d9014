"""Asks the analytic copy, of a running server or of the folder."""

import json
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa
from msgspec import Struct

from habitue.app.calling.gateway import (
    Answer,
    AnswerError,
    Client,
    connect,
    detail_of,
)
from habitue.base.settings import Settings

PATH = "/api/v1/lake/query"
INSIGHTS = "/api/v1/insights"
ARROW = "application/vnd.apache.arrow.stream"


class Answered(Struct, frozen=True):
    """The rows of an answer, the offset it tells of, and whether there were more."""

    table: Any
    offset: int
    more: bool


def ask(settings: Settings, sql: str, rows_max: int | None = None) -> Answered:
    """Ask the product of the settings' data folder, running or not."""
    with connect(settings) as client:
        return ask_client(client, sql, rows_max)


def ask_client(client: Client, sql: str, rows_max: int | None = None) -> Answered:
    """Ask by a client that is connected already."""
    body = json.dumps({"sql": sql, "rows_max": rows_max}).encode()
    return _answered(client.raw("POST", PATH, body, accept=ARROW))


def rows(
    settings: Settings, table: str, since: str, until: str, **asked: Any
) -> Answered:
    """Ask for rows of journeys or touchpoints, of days of the shop's zone."""
    told = {"from": since, "to": until, **asked}
    path = f"{INSIGHTS}/rows/{table}?{urlencode(told)}"
    with connect(settings) as client:
        return _answered(client.raw("GET", path, None, accept=ARROW))


def lost(settings: Settings, since: str, until: str, **asked: Any) -> Answered:
    """Ask who got lost between two channels; asked: as the API names it."""
    told = {"from": since, "to": until, **asked}
    path = f"{INSIGHTS}/handovers/people?{urlencode(told)}"
    with connect(settings) as client:
        return _answered(client.raw("GET", path, None, accept=ARROW))


def report(settings: Settings, name: str, **asked: Any) -> dict[str, Any]:
    """Ask for a report; what is None is left to the server."""
    told = {key: one for key, one in asked.items() if one is not None}
    with connect(settings) as client:
        found: dict[str, Any] = client.get(f"{INSIGHTS}/{name}", **told)
        return found


def made(settings: Settings, name: str, told: dict[str, Any]) -> dict[str, Any]:
    """Have something made; told: of what."""
    with connect(settings) as client:
        found: dict[str, Any] = client.post(f"{INSIGHTS}/{name}", told)
        return found


def tabled(rows: list[dict[str, Any]], offset: int) -> Answered:
    """Lay out rows of a report as a table; offset: of which record's state it is."""
    return Answered(pa.Table.from_pylist(rows), offset, more=False)


def _answered(answer: Answer) -> Answered:
    if answer.status != 200:
        raise AnswerError(answer.status, detail_of(answer))
    with pa.ipc.open_stream(answer.body) as reader:
        table = reader.read_all()
    return Answered(
        table, int(answer.headers["x-offset"]), answer.headers["x-more"] == "true"
    )

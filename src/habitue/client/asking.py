"""Asks the analytic copy, of a running server or of the folder."""

import json
from typing import Any

import pyarrow as pa
from msgspec import Struct

from habitue.app.calling.gateway import AnswerError, Client, connect, detail_of
from habitue.base.settings import Settings

PATH = "/api/v1/lake/query"
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
    answer = client.raw("POST", PATH, body, accept=ARROW)
    if answer.status != 200:
        raise AnswerError(answer.status, detail_of(answer))
    with pa.ipc.open_stream(answer.body) as reader:
        table = reader.read_all()
    return Answered(
        table, int(answer.headers["x-offset"]), answer.headers["x-more"] == "true"
    )

"""habitue privacy: everything about a person, and who was erased."""

from pathlib import Path
from typing import Any

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect, segment
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout
from habitue.cli.retention import app as retention
from habitue.cli.scrub import app as scrub

app = App(name="privacy")
app.command(retention)
app.command(scrub)


@app.command
def export(
    identifier: str,
    file: Path,
    *,
    data: Data = None,
    database: Database = None,
) -> None:
    """Write everything about a person as a ZIP.

    Parameters
    ----------
    identifier
        An identifier of theirs, as email:anna@example.com.
    file
        The ZIP to write.

    """
    with connect(settings(data, database)) as client:
        packed = client.file("/api/v1/privacy/export", {"identifier": identifier})
    file.write_bytes(packed)
    stdout.print(f"Written: {escape(str(file))}", highlight=False)


@app.command
def erasures(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """List what was erased: the certificates, which name nobody."""
    with connect(settings(data, database)) as client:
        told = client.get("/api/v1/privacy/erasures")
    if json:
        print_json(told)
        return
    table = Table("erasure", "status", "asked", "by", "reason", "records")
    for one in told["erasures"]:
        words = (one["erasure_id"], one["status"], one["asked_at"], one["by"])
        table.add_row(*map(escape, (*words, one["reason"], str(one["records"]))))
    stdout.print(table)


@app.command
def requests(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """List who asked to be told what is kept, or to be forgotten, and waits."""
    with connect(settings(data, database)) as client:
        told = client.get("/api/v1/privacy/requests", limit=500)
    if json:
        print_json(told)
        return
    table = Table("request", "asks for", "who", "source", "received", "answer by")
    for one in told["requests"]:
        words = (one["asks"], _who(one), one["source"])
        days = (one["received_at"][:10], one["answer_by"][:10])
        table.add_row(*map(escape, (str(one["request"]), *words, *days)))
    stdout.print(table)
    if told["next_cursor"] is not None:
        stdout.print("These are the oldest 500.")


def _who(request: dict[str, Any]) -> str:
    if request["scope"] == "shop":
        return f"the whole shop {request['shop'] or ''}".strip()
    number = request["person_id"]
    return "nobody who is known" if number is None else f"person {number}"


@app.command
def answered(
    request: int,
    *,
    note: str = "",
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Take down that a request has been acted on; it is listed no more.

    Parameters
    ----------
    request
        Its number, as habitue privacy requests tells.
    note
        What was done; the log keeps it, so name nobody in it.

    """
    with connect(settings(data, database)) as client:
        path = f"/api/v1/privacy/requests/{request}/answer"
        told = client.post(path, {"note": note})
    if json:
        print_json(told)
    else:
        stdout.print(f"Answered: {told['request']}")


@app.command
def suppressions(
    identifier: str | None = None,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List who is kept from coming back, or what keeps an identifier from it.

    Parameters
    ----------
    identifier
        As email:anna@example.com; all where none is told.

    """
    with connect(settings(data, database)) as client:
        told = client.get("/api/v1/privacy/suppressions", identifier=identifier)
    if json:
        print_json(told)
        return
    table = Table("erasure", "since", "by", "identifiers", "lifted")
    for one in told["suppressions"]:
        words = (one["erasure_id"], one["at"], one["by"], str(one["identifiers"]))
        table.add_row(*map(escape, (*words, one["lifted_at"] or "")))
    stdout.print(table)


@app.command
def lift(
    erasure_id: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Let in again whom an erasure suppressed; what was erased stays erased.

    Parameters
    ----------
    erasure_id
        The erasure's id, as its certificate tells.

    """
    with connect(settings(data, database)) as client:
        told = client.post(
            f"/api/v1/privacy/suppressions/{segment(erasure_id)}/lift", {}
        )
    if json:
        print_json(told)
    else:
        stdout.print(f"Lifted: {escape(told['erasure_id'])}")

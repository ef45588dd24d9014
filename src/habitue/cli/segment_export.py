"""habitue segment export: who is in a segment as a file, within the role's budget."""

from pathlib import Path
from typing import Literal

from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import AnswerError, connect, detail_of, segment
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

_MEDIA = {"csv": "text/csv", "arrow": "application/vnd.apache.arrow.stream"}


def export(
    segment_id: str,
    file: Path,
    *,
    form: Literal["csv", "arrow"] = "csv",
    data: Data = None,
    database: Database = None,
) -> None:
    """Write who is in a segment to a file; it stands in the audit with how many.

    Parameters
    ----------
    segment_id
        Its id.
    file
        Where to.
    form
        csv, or an Arrow stream.

    """
    with connect(settings(data, database)) as client:
        path = f"/api/v1/segments/{segment(segment_id)}/export"
        answer = client.raw("GET", path, accept=_MEDIA[form])
    if answer.status >= 400:
        raise AnswerError(answer.status, detail_of(answer))
    file.write_bytes(answer.body)
    stdout.print(f"{answer.headers['x-people']} people are in {file}.", highlight=False)


def ask_export(
    segment_id: str,
    *,
    reason: str,
    form: Literal["csv", "arrow"] = "csv",
    data: Data = None,
    database: Database = None,
) -> None:
    """Ask for a second person's yes to taking out many people.

    Parameters
    ----------
    segment_id
        Its id.
    reason
        What it is for; who says yes or no reads it.
    form
        csv, or an Arrow stream.

    """
    with connect(settings(data, database)) as client:
        path = f"/api/v1/segments/{segment(segment_id)}/export/requests"
        made = client.post(path, {"reason": reason, "form": form})
    stdout.print(f"{made['id']} waits for a yes: {made['people']} people.")


def export_requests(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """List exports that were asked for, and what was said to them."""
    with connect(settings(data, database)) as client:
        told = client.get("/api/v1/export-requests")["requests"]
    if json:
        print_json(told)
        return
    table = Table("id", "segment", "people", "asked by", "what for", "state")
    for one in told:
        row = (one["id"], one["segment"], str(one["people"]), one["operator"])
        table.add_row(*map(escape, (*row, one["reason"], one["state"])))
    stdout.print(table)


def answer_export(
    request_id: str,
    answer: Literal["yes", "no"],
    *,
    reason: str = "",
    data: Data = None,
    database: Database = None,
) -> None:
    """Say yes or no to an export that somebody else asked for.

    Parameters
    ----------
    request_id
        Its id, as 'habitue segment export-requests' lists it.
    answer
        yes or no; a yes is good once, for three days.
    reason
        Why; it stands in the audit.

    """
    word = "approve" if answer == "yes" else "refuse"
    with connect(settings(data, database)) as client:
        path = f"/api/v1/export-requests/{segment(request_id)}/{word}"
        made = client.post(path, {"reason": reason})
    stdout.print(f"{escape(made['id'])} is {made['state']}.")

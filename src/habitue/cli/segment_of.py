"""habitue segment of: what somebody is in, and what they were in before."""

from typing import Annotated, Any

from cyclopts import Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout
from habitue.cli.segment_members import person_id_of

AlsoPast = Annotated[
    bool, Parameter("--past", negative="", help="What they were in before, too.")
]


def of(
    who: str,
    *,
    past: AlsoPast = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List the segments somebody is in, since when and why.

    Parameters
    ----------
    who
        A person id, or an identifier such as email:anna@example.com.

    """
    with connect(settings(data, database)) as client:
        path = f"/api/v1/people/{person_id_of(client, who)}/segments"
        found = client.get(path, past="true") if past else client.get(path)
    if json:
        print_json(found)
        return
    stdout.print(_present(found["segments"]))
    if past:
        stdout.print(_before(found["past"]))


def _present(segments: list[Any]) -> Table:
    table = Table("in", "name", "version", "since", "by", "because")
    for one in segments:
        because = "; ".join(part["clause"] for part in one["because"])
        told = (one["id"], one["name"], str(one["version"]))
        when = (one["since"] or "", one["cause"] or "")
        table.add_row(*map(escape, (*told, *when, because)))
    return table


def _before(past: list[Any]) -> Table:
    table = Table("was in", "name", "version", "from", "by", "until", "ended by")
    for one in past:
        told = (one["id"], one["name"], str(one["version"]))
        when = (one["since"], one["cause"], one["until"] or "just now")
        table.add_row(*map(escape, (*told, *when, _ended(one))))
    return table


def _ended(one: Any) -> str:
    former = one["former_id"]
    told = (
        one["ended_by"],
        "" if former is None else f"as person {former}",
        "goes on" if one["goes_on"] else "",
    )
    return ", ".join(filter(None, told))

"""habitue segment: who is in, and why somebody is or is not."""

import sys
from typing import Any, Literal

from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import Client, connect, segment
from habitue.base.errors import NotFoundError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout
from habitue.cli.segment_apply import PATH

_PAGE = 5_000


def members(
    segment_id: str,
    *,
    form: Literal["csv", "json"] | None = None,
    limit: int | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List who is in a segment.

    Parameters
    ----------
    segment_id
        Its id.
    form
        csv or json, on standard output, for other programs.
    limit
        How many at most; all without it.

    """
    with connect(settings(data, database)) as client:
        found = _members(client, segment_id, limit)
    if json or form == "json":
        print_json(found)
    elif form == "csv":
        sys.stdout.write(_as_csv(found))
    else:
        print_people(found)


def _members(client: Client, segment_id: str, limit: int | None) -> list[Any]:
    found: list[Any] = []
    cursor: int | None = 0
    while cursor is not None and (limit is None or len(found) < limit):
        left = _PAGE if limit is None else min(_PAGE, limit - len(found))
        path = f"{PATH}/{segment(segment_id)}/members"
        page = client.get(path, limit=left, cursor=cursor)
        found += page["members"]
        cursor = page["next_cursor"]
    return found


def _as_csv(found: list[Any]) -> str:
    from habitue.app.segments.member_forms import encode_members

    return encode_members(found, None, "csv").decode()


def print_people(found: list[Any]) -> None:
    table = Table("person", "name")
    for one in found:
        table.add_row(str(one["person_id"]), escape(one["name"] or ""))
    stdout.print(table)


def why(
    segment_id: str,
    who: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say why somebody is in a segment, or why not, clause by clause.

    Parameters
    ----------
    segment_id
        Its id.
    who
        A person id, or an identifier such as email:anna@example.com.

    """
    with connect(settings(data, database)) as client:
        person_id = _person_id(client, who)
        path = f"/api/v1/people/{person_id}/segments"
        found = client.get(path, segment=segment_id)
    if json:
        print_json(found)
        return
    stdout.print(
        f"Person {person_id} is {'in' if found['in'] else 'not in'} {segment_id}:",
        highlight=False,
    )
    for clause in found["because"]:
        mark = "yes" if clause["holds"] else "no"
        told = f" ({clause['found']})" if clause["found"] else ""
        stdout.print(f"  {mark}: {escape(clause['clause'] + told)}", highlight=False)


def _person_id(client: Client, who: str) -> int:
    if who.isascii() and who.isdigit():
        return int(who)
    people = client.get("/api/v1/people", identifier=who)["people"]
    if not people:
        raise NotFoundError(f"Nobody holds '{who}'.")
    return int(people[0]["person_id"])

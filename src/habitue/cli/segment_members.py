"""habitue segment: who is in, and why somebody is or is not."""

import json as jsonlib
import sys
from pathlib import Path
from typing import Any, Literal, TypeAlias

from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import Client, connect, segment
from habitue.base.errors import InvalidError, NotFoundError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout
from habitue.cli.segment_apply import PATH

Form: TypeAlias = Literal["csv", "json", "arrow"]
_PAGE = 5_000


def members(
    segment_id: str,
    *,
    form: Form | None = None,
    to: Path | None = None,
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
        csv, json or an Arrow stream, on standard output, for other programs.
    to
        A file to write that to instead.
    limit
        How many at most; all without it.

    """
    wanted: Form | None = "json" if json else form
    if wanted == "arrow" and to is None and sys.stdout.isatty():
        raise InvalidError("An Arrow stream is no text: say --to FILE.")
    if wanted is None and to is not None:
        raise InvalidError("Say in which form, too: --form csv, json or arrow.")
    with connect(settings(data, database)) as client:
        found = _members(client, segment_id, limit)
    if wanted is None:
        print_people(found)
    else:
        _write(_encoded(found, wanted), to)


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


def _encoded(found: list[Any], form: Form) -> bytes:
    if form == "json":
        return jsonlib.dumps(found, ensure_ascii=False, indent=2).encode() + b"\n"
    from habitue.app.segments.member_forms import encode_members

    return encode_members(found, None, form)


def _write(body: bytes, to: Path | None) -> None:
    if to is None:
        sys.stdout.buffer.write(body)
    else:
        to.write_bytes(body)


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
        person_id = person_id_of(client, who)
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


def person_id_of(client: Client, who: str) -> int:
    """Give who is meant by a person id or an identifier; NotFoundError if nobody."""
    if who.isascii() and who.isdigit():
        return int(who)
    people = client.get("/api/v1/people", identifier=who)["people"]
    if not people:
        raise NotFoundError(f"Nobody holds '{who}'.")
    return int(people[0]["person_id"])

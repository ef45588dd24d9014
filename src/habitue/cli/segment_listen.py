"""habitue segment listen, listeners, unlisten: who is told of who enters and leaves."""

from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from habitue.app.calling.gateway import connect, segment
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

Only = Annotated[bool, Parameter(negative="")]


def listen(
    segment_id: str,
    name: str,
    *,
    only_entered: Only = False,
    only_left: Only = False,
    marked: Only = False,
    data: Data = None,
    database: Database = None,
) -> None:
    """Have who enters and leaves a segment told as events of the source `segment`.

    Parameters
    ----------
    segment_id
        The segment's id.
    name
        Under which name it is listened.
    only_entered
        Tell of who enters alone.
    only_left
        Tell of who leaves alone.
    marked
        Tell of changes, too, born of a definition, a merge, or what came late.

    """
    told = {"entered": not only_left, "left": not only_entered, "marked": marked}
    with connect(settings(data, database)) as client:
        client.put(_path(segment_id, name), told)
    stdout.print(f"{name} listens to {segment_id}.", highlight=False)


def listeners(
    segment_id: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """List who listens to a segment.

    Parameters
    ----------
    segment_id
        Its id.

    """
    with connect(settings(data, database)) as client:
        found = client.get(_path(segment_id))["subscriptions"]
    if json:
        print_json(found)
        return
    table = Table("name", "who enters", "who leaves", "marked ones")
    for one in found:
        told = (one["entered"], one["left"], one["marked"])
        table.add_row(one["name"], *("yes" if each else "no" for each in told))
    stdout.print(table)


def unlisten(
    segment_id: str, name: str, *, data: Data = None, database: Database = None
) -> None:
    """Have nobody told any more under a name.

    Parameters
    ----------
    segment_id
        The segment's id.
    name
        Under which name it was listened.

    """
    with connect(settings(data, database)) as client:
        client.delete(_path(segment_id, name))
    stdout.print(f"{name} listens no more.", highlight=False)


def _path(segment_id: str, name: str | None = None) -> str:
    path = f"/api/v1/segments/{segment(segment_id)}/subscriptions"
    return path if name is None else f"{path}/{segment(name)}"

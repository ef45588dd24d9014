"""habitue bait: people who belong to nobody, so that their readers are found out."""

from typing import Annotated

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="bait")
PATH = "/api/v1/baits"


@app.command(name="list")
def list_(*, data: Data = None, database: Database = None, json: Json = False) -> None:
    """List who is bait, and who was found reading them."""
    with connect(settings(data, database)) as client:
        found = client.get(PATH)["baits"]
    if json:
        print_json(found)
        return
    table = Table("person", "name", "reason", "marked by", "reads", "last read")
    for one in found:
        last = f"{one['read_at']} by {one['reader']}" if one["reads"] else ""
        told = (one["name"] or "-", one["reason"], one["by"], str(one["reads"]), last)
        table.add_row(str(one["person_id"]), *map(escape, told))
    stdout.print(table)


@app.command
def add(
    person_id: int | None = None,
    *,
    reason: Annotated[str, Parameter("--reason")],
    name: Annotated[str, Parameter("--name")] = "",
    email: Annotated[str, Parameter("--email")] = "",
    phone: Annotated[str, Parameter("--phone")] = "",
    source: Annotated[str, Parameter("--source")] = "",
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Mark a person as bait, or invent one: with a name, an address and a source.

    Parameters
    ----------
    person_id
        Who is to be bait; left out where somebody is invented.
    reason
        What the bait is for; administrators alone read it.
    name
        What who is invented is called.
    email
        Their address: one of the shop's own that nobody uses is best.
    phone
        Their telephone number, if they are to have one.
    source
        The source that they seem to come from.

    """
    wanted = {"reason": reason, "person_id": person_id, "name": name, "email": email}
    wanted |= {"phone": phone, "source": source}
    with connect(settings(data, database)) as client:
        made = client.post(PATH, wanted)
    if json:
        print_json(made)
        return
    _say(f"Person {made['person_id']} is bait: whoever reads them raises an alarm.")


@app.command
def remove(person_id: int, *, data: Data = None, database: Database = None) -> None:
    """Have somebody be bait no longer; the person stays."""
    with connect(settings(data, database)) as client:
        made = client.delete(f"{PATH}/{person_id}")
    _say(f"Person {made['person_id']} is bait no more.")


def _say(text: str) -> None:
    stdout.print(escape(text), highlight=False, soft_wrap=True)

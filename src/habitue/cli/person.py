"""habitue person: one live customer."""

from typing import Any

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import Client, connect
from habitue.base.clock import SystemClock
from habitue.base.errors import NotFoundError
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout
from habitue.console.look import Look
from habitue.console.people.computed import rows, tiles

app = App(name="person")


@app.default
def person(
    who: str,
    *,
    events: int = 10,
    joined: bool = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Show a person with all that is known, and why.

    Parameters
    ----------
    who
        An identifier as kind:value (email:anna@example.com), or a person id.
    events
        How many of the latest events to show.
    joined
        Show everything that joins them, however much it is.

    """
    with connect(settings(data, database)) as client:
        view = find(client, who)
        path = f"/api/v1/people/{view['person_id']}"
        timeline = client.get(f"{path}/timeline", limit=max(1, events))["events"]
        if joined:
            view["joined"] = client.every(f"{path}/evidence", "joined", limit=500)
    if json:
        print_json({**view, "events": timeline})
        return
    _print(view)
    _print_events(timeline)


def find(client: Client, who: str) -> dict[str, Any]:
    """Find somebody by an identifier or a person id."""
    if who.isdigit():
        found: dict[str, Any] = client.get(f"/api/v1/people/{who}")
        return found
    people = client.get("/api/v1/people", identifier=who)["people"]
    if not people:
        raise NotFoundError(f"Nobody is known by {who}.")
    first: dict[str, Any] = people[0]
    return first


def _print(view: dict[str, Any]) -> None:
    shared = "  (shared by many; nobody's own)" if view["shared"] else ""
    name = escape(view["name"] or "")
    stdout.print(f"[bold]Person {view['person_id']}[/] {name}{shared}")
    look = Look(now_us=SystemClock().now_us())
    for tile in tiles(view["computed"], look):
        text = f"  {tile['label']}: {tile['value']}  {tile['note']}"
        stdout.print(escape(text), highlight=False)
    identifiers = Table("identifier", "since", "told by", title="Known by")
    for item in view["identifiers"]:
        identifiers.add_row(
            escape(f"{item['kind']}:{item['value']}"),
            escape(item.get("since") or ""),
            "the shop's systems" if item["verified"] else "a browser",
        )
    stdout.print(identifiers)
    _print_why(view)
    traits = Table("trait", "value", "from", "at", title="Traits")
    for name, trait in view["traits"].items():
        traits.add_row(
            escape(name),
            escape(str(trait["value"])),
            escape(trait["source"]),
            trait["at"],
        )
    if view["traits"]:
        stdout.print(traits)
    computed = Table("computed", "value", title="Computed")
    for name, text in rows(view["computed"], view["units"], look):
        computed.add_row(escape(name), escape(text))
    stdout.print(computed)


def _print_why(view: dict[str, Any]) -> None:
    for edge in view["joined"]:
        stdout.print(f"  joined: {escape(edge['sentence'])}", highlight=False)
    more = view["joined_total"] - len(view["joined"])
    if more > 0:
        stdout.print(f"  and {more:,} more; --joined shows all.", highlight=False)
    for refusal in view["refused"]:
        stdout.print(f"  kept apart: {escape(refusal['sentence'])}", highlight=False)
    for warning in view["warnings"]:
        stdout.print(f"  [yellow]warning: {escape(warning)}[/]", highlight=False)


def _print_events(events: list[dict[str, Any]]) -> None:
    table = Table("at", "event", "source", "what", title="Latest")
    for event in events:
        table.add_row(
            event["at"],
            escape(event["name"]),
            escape(event["source"]),
            escape(event["summary"]),
        )
    stdout.print(table)

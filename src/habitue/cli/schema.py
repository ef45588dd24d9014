"""habitue schema: the known events as JSON Schemas."""

from cyclopts import App
from rich.markup import escape
from rich.table import Table

from habitue.base.errors import NotFoundError
from habitue.cli.options import Json, print_json, stdout
from habitue.collect.vocabulary import CATALOGUE, lookup
from habitue.collect.vocabulary.schema import schema_of, schemas

app = App(name="schema")


@app.default
def schema(name: str | None = None, *, json: Json = False) -> None:
    """Print the JSON Schema of an event; without a name, list all known events.

    Parameters
    ----------
    name
        An event by any of its names, as "Order Completed" or ga4:purchase.

    """
    if name is not None:
        event = lookup(name)
        if event is None:
            raise NotFoundError(
                f"There is no known event '{name}'; 'habitue schema' lists all."
            )
        print_json(schema_of(event))
        return
    if json:
        print_json({"events": schemas()})
        return
    table = Table("event", "told by", "what it says")
    for event in CATALOGUE:
        table.add_row(*map(escape, (event.name, event.claim.value, event.says)))
    stdout.print(table)

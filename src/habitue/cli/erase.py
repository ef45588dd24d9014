"""habitue erase: forget a person, in every store."""

from typing import Annotated

from cyclopts import App, Parameter
from rich.markup import escape

from habitue.app.calling.gateway import connect
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="erase")


@app.default
def erase(
    identifier: str,
    *,
    reason: str,
    suppress: Annotated[bool, Parameter(negative="--no-suppress")] = True,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Erase a person from every store, and print the certificate; there is no undo.

    Parameters
    ----------
    identifier
        An identifier of theirs, as email:anna@example.com.
    reason
        Why, without naming the person: the number of a request, say.
    suppress
        Refuse what names them from now on, so that no late event or import brings
        them back; --no-suppress lets them in again.

    """
    wanted = {"identifier": identifier, "reason": reason, "suppress": suppress}
    with connect(settings(data, database)) as client:
        told = client.post("/api/v1/privacy/erase", wanted)
    if json:
        print_json(told)
        return
    stdout.print(f"[bold]Certificate {told['erasure_id']}[/]: {told['status']}")
    for name in ("asked_at", "done_at", "by", "reason"):
        stdout.print(f"{name}: {escape(str(told[name]))}", highlight=False)
    stdout.print(
        f"{told['records']} records"
        f" ({told['records_naming_others']} named others, too),"
        f" {told['quarantined']} items in quarantine, {told['purchases']} purchases;"
        f" {told['suppressed']} identifiers suppressed, {told['files']} files deleted"
    )
    for name in told["definitions_left"]:
        stdout.print(f"[bold]Names them still, change it:[/] {escape(name)}")
    if told["files_unread"]:
        stdout.print(
            f"{told['files_unread']} watched files could not be looked through"
        )
    for store, holds in told["stores"].items():
        stdout.print(f"{store}: {escape(holds)}", highlight=False)

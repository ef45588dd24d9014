"""habitue source: what opens the door for a source: keys, secrets, clients."""

from typing import Annotated, Literal

from cyclopts import App, Parameter
from cyclopts.types import ExistingFile
from rich.markup import escape

from habitue.app.calling.gateway import connect, segment
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

Scope = Annotated[
    list[Literal["events:write", "people:read", "catalog:read", "catalog:write"]]
    | None,
    Parameter(
        name="--scope",
        help="What a server's key is for, again for each: events:write (the default),"
        " people:read, catalog:read or catalog:write.",
        negative=(),
    ),
]


def rotate(
    name: str,
    *,
    scope: Scope = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Give a source another key; the old one holds until it is revoked."""
    wanted = {"scopes": scope} if scope else {}
    with connect(settings(data, database)) as client:
        made = client.post(f"/api/v1/sources/{segment(name)}/keys", wanted)
    if json:
        print_json(made)
    else:
        stdout.print(made["key"], highlight=False)


def adopt(
    name: str,
    key: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Take a key that clients of another product hold, so that only the host changes.

    Parameters
    ----------
    name
        The source that its events are of.
    key
        PostHog's project key, Segment's write key, Snowplow's app id; for Google
        Analytics the measurement id and the secret, as in G-ABC123:SECRET.

    """
    with connect(settings(data, database)) as client:
        made = client.post(f"/api/v1/sources/{segment(name)}/keys", {"adopt": key})
    if json:
        print_json(made)
    else:
        stdout.print(f"Source {escape(name)} takes this key as {made['key_id']}.")


def secret(
    name: str, *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """Make a secret for your server to sign tokens with; shown this once.

    Parameters
    ----------
    name
        A public source. Its former secret goes on to verify, so that your server
        can change over; the one before that no longer does.

    """
    with connect(settings(data, database)) as client:
        made = client.post(f"/api/v1/sources/{segment(name)}/signing-secrets", {})
    if json:
        print_json(made)
        return
    stdout.print(f"kid: {made['kid']}", highlight=False)
    stdout.print(f"secret: {made['secret']}", highlight=False)


def revoke(
    name: str,
    key_id: Annotated[str, Parameter(help="The key's id, as source list shows it.")],
    *,
    data: Data = None,
    database: Database = None,
) -> None:
    """Take a key out of use at once."""
    with connect(settings(data, database)) as client:
        client.post(
            f"/api/v1/sources/{segment(name)}/keys/{segment(key_id)}/revoke", {}
        )
    stdout.print("Revoked.")


def oauth(
    name: str,
    public_key: Annotated[
        ExistingFile,
        Parameter(help="The public RSA key in PEM; the private one stays yours."),
    ],
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Let a client of your server sign for its tokens, and send no key.

    Parameters
    ----------
    name
        A server source.

    """
    wanted = {"publicKey": public_key.read_text("utf-8", "replace")}
    with connect(settings(data, database)) as client:
        made = client.post(f"/api/v1/sources/{segment(name)}/oauth-clients", wanted)
    if json:
        print_json(made)
        return
    stdout.print(f"client id: {made['client_id']}", highlight=False)
    stdout.print(f"key id: {made['key_id']}", highlight=False)


def add_to(app: App) -> None:
    """Add these commands to the others over sources."""
    for command in (rotate, adopt, secret, revoke, oauth):
        app.command(command)

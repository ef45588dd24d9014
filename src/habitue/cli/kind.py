"""habitue kind: kinds of identifiers, and values that name nobody."""

from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import Client, connect, segment
from habitue.cli.options import Data, Database, Json, print_json, settings, stdout

app = App(name="kind")


@app.command(name="list")
def list_kinds(
    *, data: Data = None, database: Database = None, json: Json = False
) -> None:
    """List the kinds of identifiers, the highest-ranked first."""
    with connect(settings(data, database)) as client:
        kinds = client.get("/api/v1/kinds")["kinds"]
        policy = client.get("/api/v1/identity-policy")
    if json:
        print_json({"kinds": kinds, "policy": policy})
        return
    table = Table("rank", "kind", "role", "limit", "form", "told from", "state")
    for kind in kinds:
        table.add_row(
            str(kind["rank"]),
            escape(kind["name"]),
            kind["role"],
            str(kind["limit"]),
            kind["form"],
            kind["claim"],
            _state(kind),
        )
    stdout.print(table)
    blocked = ", ".join(policy["blocked"]) or "nothing of your own"
    stdout.print(f"Blocked in every kind: {escape(blocked)}", highlight=False)


def _state(kind: dict[str, Any]) -> str:
    if kind["closed"]:
        return "closed"
    if kind["waiting"]:
        return f"{', '.join(kind['waiting'])} at the next start"
    return "in force"


@app.command(name="set")
def set_kind(
    name: str,
    *,
    role: Literal["anchor", "contact", "device"] | None = None,
    rank: int | None = None,
    limit: int | None = None,
    move: Literal["stay", "move"] | None = None,
    form: Literal["text", "card", "email", "phone"] | None = None,
    claim: Literal["public", "signed", "server", "operator"] | None = None,
    closed: bool | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Define a kind of identifier, or change one; what you leave out stays.

    Parameters
    ----------
    name
        Small letters, digits and _, as in membership_no.
    role
        anchor: a number that you give. contact: an address that people give.
        device: what they use. A new kind needs it, and it stays for good.
    rank
        1 is the highest. Anchors have 1 to 44, contacts 45 to 74, devices 75 to 99;
        no two kinds have the same. A new kind needs it.
    limit
        How many of the kind one person may have.
    move
        Of a contact: stay with its first holder, or move on with the next.
    form
        How a value is brought into one form; it stays for good.
    claim
        The least of those who may tell one. public: any browser. signed: a browser
        with a token of your server. server: your own systems. operator: your people.
    closed
        Take no more of it; what was told before stays.

    """
    told = {
        "role": role,
        "rank": rank,
        "limit": limit,
        "move": move,
        "form": form,
        "claim": claim,
        "closed": closed,
    }
    wanted = {key: value for key, value in told.items() if value is not None}
    with connect(settings(data, database)) as client:
        made = client.put(f"/api/v1/kinds/{segment(name)}", wanted)
    _say(made, json=json)


@app.command
def block(
    value: Annotated[tuple[str, ...], Parameter(negative="")],
    *,
    kind: str | None = None,
    remove: Annotated[bool, Parameter(negative="")] = False,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say that values name nobody, as walk-in or till*; * stands for anything.

    Parameters
    ----------
    value
        One or more whole values, without regard to case.
    kind
        Block them in this kind only; without it, in every kind.
    remove
        Take them off the list instead.

    """
    with connect(settings(data, database)) as client:
        if kind is None:
            wanted = {"unblock" if remove else "block": list(value)}
            made = client.patch("/api/v1/identity-policy", wanted)
        else:
            held = _held(client, kind)
            gone = {one.casefold() for one in value}
            kept = [one for one in held if one.casefold() not in gone]
            wanted = {"blocked": kept if remove else [*kept, *value]}
            made = client.put(f"/api/v1/kinds/{segment(kind)}", wanted)
    _say(made, json=json)


def _held(client: Client, kind: str) -> list[str]:
    for one in client.get("/api/v1/kinds")["kinds"]:
        if one["name"] == kind:
            found: list[str] = one["blocked"]
            return found
    return []


@app.command
def policy(
    *,
    hold_seconds: int | None = None,
    adopt_seconds: int | None = None,
    shared_hold_seconds: int | None = None,
    claim_edges_max: int | None = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Show or change what holds for all kinds.

    Parameters
    ----------
    hold_seconds
        How long a device stays with its holder without an event.
    adopt_seconds
        How far back a first sign-in takes a device's anonymous history.
    shared_hold_seconds
        The hold of a kiosk or tablet that many people use.
    claim_edges_max
        So many claims may name one identifier before more of them join nobody.

    """
    told = {
        "holdSeconds": hold_seconds,
        "adoptSeconds": adopt_seconds,
        "sharedHoldSeconds": shared_hold_seconds,
        "claimEdgesMax": claim_edges_max,
    }
    wanted = {key: value for key, value in told.items() if value is not None}
    with connect(settings(data, database)) as client:
        if wanted:
            _say(client.patch("/api/v1/identity-policy", wanted), json=json)
            return
        print_json(client.get("/api/v1/identity-policy"))


def _say(made: dict[str, Any], *, json: bool) -> None:
    if json:
        print_json(made)
        return
    stdout.print(escape(made["effect"]), highlight=False, soft_wrap=True)
    for one in made["held"]:
        stdout.print(
            f"Person {one['person_id']} holds {escape(one['identifier'])}: what it"
            " joined before stays joined until you un-merge it.",
            highlight=False,
            soft_wrap=True,
        )

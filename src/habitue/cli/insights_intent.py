"""habitue insights intent, handovers: what people had in mind, and who got lost."""

import json as json_texts
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from cyclopts import Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import (
    AnswerError,
    Client,
    connect,
    detail_of,
    segment,
)
from habitue.cli.options import (
    Data,
    Database,
    Json,
    print_json,
    settings,
    stderr,
    stdout,
)

BASE = "/api/v1/insights"
Side = Literal["online", "web", "app", "store", "call", "chat"]
Missing = Literal["online", "web", "app", "store", "call", "chat", "purchase"]


def intent(
    since: str,
    until: str,
    *,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say what sessions were for, and where people went from each intention.

    Parameters
    ----------
    since
        The first day of the shop's zone, as 2026-03-01.
    until
        The last day.

    """
    with connect(settings(data, database)) as client:
        found = client.get(f"{BASE}/intent", **{"from": since, "to": until})
    if json:
        print_json(found)
        return
    table = Table("intention", "sessions", "people", "went on to", "ended there")
    for one in found["intents"]:
        went = sorted(
            (edge for edge in found["transitions"] if edge["from"] == one["intent"]),
            key=lambda edge: -edge["count"],
        )
        on = ", ".join(f"{edge['to']} {_percent(edge['share'])}" for edge in went[:3])
        counts = f"{one['sessions']:,}", f"{one['people']:,}"
        table.add_row(one["intent"], *counts, on or "-", _percent(one["ended_share"]))
    stdout.print(table)
    alone, learned = found["alone"], found["learned"]
    _say(
        f"Of {found['sessions']:,} sessions {found['unknown']:,} tell of no intention."
        f" {_percent(alone['share'])} of the ways to {alone['ways']:,} purchases was"
        " walked before anybody of the shop was spoken to."
    )
    _say(f"What is learned agrees with the rules on {_percent(learned['agreement'])}.")


def handovers(
    since: str,
    until: str,
    *,
    shown_in: Annotated[Side, Parameter("--shown-in")] = "online",
    missing_in: Annotated[Missing, Parameter("--missing-in")] = "store",
    intent: Annotated[str | None, Parameter("--intent")] = None,
    days: Annotated[int, Parameter("--days")] = 14,
    people: Annotated[bool, Parameter("--people", negative="")] = False,
    segment_id: Annotated[str | None, Parameter("--segment")] = None,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say how often an intention shown in one channel led to nothing in another.

    Parameters
    ----------
    since
        The first day of the shop's zone, as 2026-03-01.
    until
        The last day.
    shown_in
        Where the intention was shown.
    missing_in
        Where nobody came, or "purchase": nothing was bought anywhere.
    intent
        Intentions, as compare,recommend; without it all that come before buying.
    days
        So many days are waited.
    people
        List who got lost in place of how many.
    segment_id
        Define a segment of this id: who is waited for still.

    """
    told: dict[str, Any] = {"from": since, "to": until, "days": days}
    told |= {"shown_in": shown_in, "missing_in": missing_in}
    told |= {"intent": intent} if intent else {}
    with connect(settings(data, database)) as client:
        if people:
            _print_people(client, told, json=json)
            return
        found = client.get(f"{BASE}/handovers", **told)
        if segment_id:
            body = {"condition": found["condition"], "name": _name(found)}
            client.put(f"/api/v1/segments/{segment(segment_id)}", body)
    if json:
        print_json(found)
        return
    _print_sums(found)
    if segment_id:
        _say(f"The segment {segment_id} is who is waited for still.")


def _print_sums(found: dict[str, Any]) -> None:
    table = Table("intention", "kept", "lost", "still open", "lost of those over")
    for one in (*found["by_intent"], {"intent": "all", **found["handovers"]}):
        counts = (f"{one[name]:,}" for name in ("kept", "lost", "open"))
        table.add_row(one["intent"], *counts, _percent(one["lost_share"]))
    stdout.print(table)
    who = found["people"]
    _say(
        f"{who['lost']:,} of {who['people']:,} people got lost from"
        f" {found['shown_in']} to {found['missing_in']} within {found['days']} days;"
        f" {who['missing']:,} of them did not come later either."
    )


def _print_people(client: Client, told: dict[str, Any], *, json: bool) -> None:
    answer = client.raw("GET", f"{BASE}/handovers/people?{urlencode(told)}")
    if answer.status != 200:
        raise AnswerError(answer.status, detail_of(answer))
    rows = [json_texts.loads(line) for line in answer.body.splitlines()]
    if json:
        print_json(rows)
        return
    table = Table("person", "shown at", "last sign", "came at")
    for row in rows:
        came = row["came_at"] or "-"
        sign = escape(row["last_sign"])
        table.add_row(str(row["person_id"]), row["shown_at"], sign, came)
    stdout.print(table)
    if answer.headers["x-more"] == "true":
        stderr.print("There are more; ask by HTTP with a larger limit.")


def _name(found: dict[str, Any]) -> str:
    intents = ", ".join(found["intents"])
    return f"Lost from {found['shown_in']} to {found['missing_in']}: {intents}"


def _say(text: str) -> None:
    stdout.print(text, highlight=False, soft_wrap=True)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"

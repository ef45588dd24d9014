"""A segment in figures, as tables on a terminal."""

from typing import Any

from rich.table import Table

from habitue.cli.options import stdout
from habitue.cli.segment_asked import as_of

_NOT_KNOWN = "not known"


def print_figures(found: Any) -> None:
    """Print what a segment's members are worth, how they are reached, and its trend."""
    if found["known"]:
        stdout.print(
            f"{found['members']} of {found['people']} people, {found['buyers']} of them"
            f" bought, {found['purchases']} times ({as_of(found)}).",
            highlight=False,
        )
        _print_money(found["money"])
        _print_channels(found["channels"], found["purpose"])
    else:
        stdout.print(f"Not known: {found['why_not']}", highlight=False, markup=False)
    _print_trend(found["trend"])


def _print_money(money: Any) -> None:
    table = Table(
        "currency", "purchases", "buyers", "bought", "returned", "net", "net a member"
    )
    names = ("gross_minor", "returns_minor", "net_minor", "net_minor_per_member")
    for one in money:
        told = (one["currency"], one["purchases"], one["buyers"])
        table.add_row(*map(str, (*told, *(one[name] for name in names))))
    if money:
        stdout.print(table, "Money is in minor units.", highlight=False)


def _print_channels(channels: Any, purpose: str) -> None:
    table = Table("channel", "address known", f"yes to {purpose}", "both")
    for one in channels:
        told = (one["known"], one["granted"], one["reachable"])
        table.add_row(one["channel"], *map(str, told))
    stdout.print(table)


def _print_trend(trend: Any) -> None:
    if not trend["known"]:
        stdout.print(f"Trend not known: {trend['why_not']}", highlight=False)
        return
    table = Table("day (UTC)", "members", "came", "left")
    for one in trend["days"]:
        told = (one["members"], one["entered"], one["left"])
        table.add_row(one["day"], *(_NOT_KNOWN if n is None else str(n) for n in told))
    stdout.print(table)

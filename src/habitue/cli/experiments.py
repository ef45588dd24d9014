"""habitue insights experiments, experiment, plan: what arms assigned by chance did."""

from typing import Annotated, Any
from urllib.parse import quote

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from habitue.app.calling.gateway import connect
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
Control = Annotated[str, Parameter("--control")]
_OUTCOMES = {
    "bought": "bought",
    "again": "bought twice or more",
    "loyal": "bought as often as the loyal do",
    "did": "did what is looked for",
    "order_value": "worth of a purchase",
}


def experiments(
    since: str,
    until: str,
    *,
    control: Control = "control",
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say to which experiments people were assigned.

    Parameters
    ----------
    since
        The first day of the shop's zone, as 2026-03-01.
    until
        The last day.
    control
        What the variation is called that gets nothing.

    """
    told = {"from": since, "to": until, "control": control}
    with connect(settings(data, database)) as client:
        found = client.get(f"{BASE}/experiments", **told)
    if json:
        print_json(found)
        return
    table = Table("experiment", "channel", "people", "arms", "control")
    for one in found["experiments"]:
        arms = ", ".join(one["arms"])
        has = "yes" if one["has_control"] else "no"
        people = f"{one['people']:,}"
        table.add_row(
            escape(one["experiment"]), escape(one["channel"]), people, escape(arms), has
        )
    stdout.print(table)


def experiment(
    name: str,
    since: str,
    until: str,
    *,
    control: Control = "control",
    days: Annotated[int, Parameter("--days")] = 14,
    outcome: Annotated[str, Parameter("--outcome")] = "",
    shares: Annotated[str, Parameter("--shares")] = "",
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say what an experiment's arms did and spent beyond its control.

    Parameters
    ----------
    name
        Its experiment_id, as 'Experiment Viewed' tells it.
    since
        The first day of the shop's zone, as 2026-03-01.
    until
        The last day.
    control
        Its variation that got nothing.
    days
        Within so many days after the assignment.
    outcome
        An event that is looked for beside purchases.
    shares
        How large the arms were planned, as control:0.1,led:0.9.

    """
    told = {"from": since, "to": until, "control": control, "days": days}
    told |= {"outcome": outcome, "shares": shares}
    with connect(settings(data, database)) as client:
        found = client.get(f"{BASE}/experiments/{quote(name, safe='')}", **told)
    if json:
        print_json(found)
        return
    for said in (found["alarm"], found["unplanned"], found["because"]):
        if said:
            stderr.print(f"[red]{escape(said)}[/red]", soft_wrap=True)
    table = Table("arm", "people", "buyers", "money", "a person beyond the control")
    lifts = {one["arm"]: one["money"] for one in found["against_control"]}
    for one in found["arms"]:
        lift = lifts.get(one["arm"]) or {}
        beyond = f"{plain(lift.get('estimate'))} ({bounds(lift)})" if lift else "-"
        counts = f"{one['people']:,}", f"{one['buyers']:,}"
        table.add_row(escape(one["arm"]), *counts, one["money"], beyond)
    stdout.print(table)
    _print_outcomes(found)


def _print_outcomes(found: dict[str, Any]) -> None:
    for arm in found["against_control"]:
        for one in arm["outcomes"]:
            told, p = one["difference"] or {}, one["p_of_all"]
            by_chance = "-" if p is None else f"{p:.3g}"
            stdout.print(
                f"{escape(arm['arm'])}, {_OUTCOMES[one['outcome']]}:"
                f" {plain(one['control'], 4)} -> {plain(one['arm'], 4)}, by"
                f" {plain(told.get('estimate'), 4)} ({bounds(told, 4)}); by chance, of"
                f" all compared, {by_chance}",
                highlight=False,
                soft_wrap=True,
            )


def print_controls(found: dict[str, Any]) -> None:
    """Print what control groups say beside the credit of channels."""
    if found["control_because"]:
        stderr.print(found["control_because"], soft_wrap=True, highlight=False)
        return
    table = Table(
        "experiment", "channel", "arm", "a person beyond the control", "in all"
    )
    for one in found["control_groups"]:
        for arm in one["arms"]:
            each, whole = arm["money_per_person"] or {}, arm["money_in_all"] or {}
            table.add_row(
                escape(one["experiment"]),
                escape(one["channel"]),
                escape(arm["arm"]),
                f"{plain(each.get('estimate'))} ({bounds(each)})",
                plain(whole.get("estimate")),
            )
    stdout.print(table)


def plan(
    lift: float,
    *,
    rate: Annotated[float | None, Parameter("--rate")] = None,
    deviation: Annotated[float | None, Parameter("--deviation")] = None,
    arms: Annotated[int, Parameter("--arms")] = 2,
    power: Annotated[float, Parameter("--power")] = 0.8,
    baseline: Annotated[str, Parameter("--baseline")] = "",
    since: Annotated[str, Parameter("--since")] = "",
    until: Annotated[str, Parameter("--until")] = "",
    days: Annotated[int, Parameter("--days")] = 14,
    data: Data = None,
    database: Database = None,
    json: Json = False,
) -> None:
    """Say how many people an arm needs for a rise to be seen.

    Parameters
    ----------
    lift
        By how much a rate is to rise, as 0.01; or what people spend, as 2.50.
    rate
        The share of people that buy without it, as 0.05.
    deviation
        How far what people spend deviates from its mean, for a rise of money.
    arms
        Arms, with the control; each is compared with it.
    power
        How often a rise that is there is to be seen.
    baseline
        Instead of rate or deviation: rate or money, read from who came of late.
    since
        The first day that is read, of the shop's zone, as 2026-03-01.
    until
        The last day that is read.
    days
        What they did within so many days after they came.

    """
    told: dict[str, Any] = {"lift": lift, "rate": rate, "deviation": deviation}
    told |= {"arms": arms}
    if baseline:
        told |= {"baseline": baseline, "from": since, "to": until, "days": days}
    with connect(settings(data, database)) as client:
        found = client.get(f"{BASE}/plan", **told, power=power)
    if json:
        print_json(found)
        return
    if found["baseline"]:
        _print_baseline(found["baseline"])
    stdout.print(
        f"{found['people_per_arm']:,} people in each arm, {found['people']:,} in all.",
        highlight=False,
    )


def _print_baseline(found: dict[str, Any]) -> None:
    if found["rate"] is not None:
        did = f"{found['rate']:.2%} bought"
    else:
        each, deviation = found["money_per_person"], found["deviation"]
        did = (
            f"each spent {each:.2f} {found['currency']}, with deviation {deviation:.2f}"
        )
    stdout.print(
        f"Of {found['people']:,} people who came, within {found['days']} days {did};"
        f" what they bought before tells {found['variance_removed']:.1%} of it.",
        highlight=False,
        soft_wrap=True,
    )


def plain(value: float | None, places: int = 2) -> str:
    """Write a figure; a dash where there is none."""
    return "-" if value is None else f"{value:.{places}f}"


def bounds(told: dict[str, Any], places: int = 2) -> str:
    """Write the bounds of a difference."""
    return f"{plain(told.get('low'), places)} .. {plain(told.get('high'), places)}"


def add_to(app: App) -> None:
    """Add these commands to others over insights."""
    for command in (experiments, experiment, plan):
        app.command(command)

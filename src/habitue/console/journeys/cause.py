"""By what the cause of something is known on a page, or why it is not."""

from typing import Any

from habitue.console.journeys.numbers import percent
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.text import visible


def led_by(cause: View, look: Look) -> str:
    """Say by which experiment or regions it is known, or why it is not."""
    if cause["way"] == "regions":
        return _by_regions(cause, look)
    if cause.get("nothing_known"):
        because = cause["because"]
        return look.say(because)
    if cause["experiment"] is None:
        return look.say(
            "Not known. To find out, keep a control group, chosen by chance, from what"
            " leads people to the web shop."
        )
    alarm, unplanned = cause["alarm"], cause["unplanned"]
    if alarm:
        return look.say(alarm)
    if cause["ratio"] is None:
        return look.say(
            "Not known: too few are in the arms of the experiment “%(name)s” yet, or"
            " these spent alike online.",
            name=cause["experiment"],
        )
    told = look.say(
        "By the experiment “%(name)s”, in which chance led people online.",
        name=cause["experiment"],
    )
    return f"{told} {look.say(unplanned)}" if unplanned else told


def _by_regions(cause: View, look: Look) -> str:
    because = cause["because"]
    if because:
        return look.say(because)
    return look.say(
        "By a test in %(regions)s from %(start)s on: more was spent online there, and"
        " other regions say what stores had sold without it.",
        regions=", ".join(map(visible, cause["regions"])),
        start=look.calendar_day(cause["start"]),
    )


def region_test(told: View | None, currency: str, look: Look) -> dict[str, Any] | None:
    """Show in short what a test by region brought, where one was asked for."""
    if told is None:
        return None

    def amount(name: str) -> str:
        one = told[name]
        return "–" if one is None else look.money(one["minor"], currency)

    return {
        "regions": ", ".join(map(visible, told["regions"])),
        "lift": percent(told["lift"], look),
        "whole": amount("in_all"),
        "low": amount("in_all_low"),
        "high": amount("in_all_high"),
        "p": percent(told["p"], look),
        "days": told["days"],
    }

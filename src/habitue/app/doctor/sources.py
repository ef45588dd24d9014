"""Sources and their keys: who is silent, who can't send, who lets anybody in."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from habitue.app.doctor.attack.stage import SOURCES as ATTACKS
from habitue.app.doctor.finding import Finding, good, look
from habitue.base.clock import HOUR_US, MINUTE_US, SECOND_US, to_us

View = dict[str, Any]
# From so many items on a source's share of unusable ones says something.
SOME_ITEMS = 100
UNUSABLE_PERCENT = 5


def last_us(sources: Sequence[View]) -> int:
    """Say when anything was received last, in microseconds; 0 if nothing was."""
    return max((_us(one["last_at"]) for one in sources if one["last_at"]), default=0)


def sources(told: Sequence[View], now_us: int) -> Iterator[Finding]:
    """Say what is to be said of each source; told: as GET /api/v1/sources."""
    # What has no key is ours: definitions, judgements, the canary.
    ours = [one for one in told if one["keys"] and one["name"] not in ATTACKS]
    for one in ours:
        found = list(_source(one, now_us))
        what = f"source {one['name']}"
        yield from found or [good(what, "It sends, with keys that hold.")]
    if not ours:
        yield look(
            "sources",
            "There is no source yet, so nothing comes in. Add one: habitue source add"
            " NAME.",
        )


def _source(one: View, now_us: int) -> Iterator[Finding]:
    what = f"source {one['name']}"
    if not any(key["holds"] for key in one["keys"]):
        yield look(
            what,
            "All its keys are revoked, so it can't send. Where it should, give it one:"
            f" habitue source rotate {one['name']}.",
        )
    elif one["last_at"] is None:
        yield look(what, "It has never sent anything: look at its sender.")
    elif 0 < one["silent_after_s"] * SECOND_US < now_us - _us(one["last_at"]):
        yield look(what, f"{_silent(one, now_us)} Look at its sender.")
    if one["kind"] == "public" and not one["origins"]:
        yield look(
            what,
            "Any page may use its key. Name the shop's pages: habitue source change"
            f" {one['name']} --origin https://SHOP.",
        )
    outcomes = one["outcomes"]
    unusable = outcomes["quarantined"] + outcomes["refused"]
    if outcomes["received"] >= SOME_ITEMS:
        part = unusable * 100 // outcomes["received"]
        if part >= UNUSABLE_PERCENT:
            yield look(
                what,
                f"{part} of 100 items could not be used. See why: habitue quarantine"
                " list.",
            )


def _silent(one: View, now_us: int) -> str:
    silent_us = now_us - _us(one["last_at"])
    if silent_us >= 2 * HOUR_US:
        return f"It has sent nothing for {silent_us // HOUR_US} hours."
    return f"It has sent nothing for {silent_us // MINUTE_US} minutes."


def _us(moment: str) -> int:
    return to_us(datetime.fromisoformat(moment))

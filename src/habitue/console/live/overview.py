"""What stands beside the stream: the sum of outcomes, and each source's part."""

from typing import Any

from habitue.base.clock import DAY_US, HOUR_US, MINUTE_US, SECOND_US, to_us
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.text import parsed

# A source that sends nothing for so long is worth a look.
SILENT_S = DAY_US // SECOND_US
HOUR_S, DAY_S = HOUR_US // SECOND_US, DAY_US // SECOND_US
# What is quicker is quick.
LEAST_S = 0.1
# What is longer on its way stands beside the other figures of a source.
SLOW_MS = 60_000

# What may become of an item.
FATES = {
    "stored": later("Stored"),
    "duplicate": later("Sent again"),
    "quarantined": later("Needs fixing"),
    "refused": later("Refused"),
}
# What opens the items or people behind a number, and the permission it takes.
_BEHIND = {
    "people": ("people:read", "/console/people"),
    "received": ("sources:read", "/console/sources"),
    "stored": ("people:read", "/console/live"),
    "duplicate": ("sources:read", "/console/sources"),
    "quarantined": ("quarantine:read", "/console/fixing"),
    "refused": ("sources:read", "/console/sources"),
}


def overview(view: View, look: Look) -> dict[str, Any]:
    """Make what is shown of all that came in.

    Who is kept to some stores is shown no sums, since these are of the whole shop.
    """
    if look.is_kept:
        view = {}
    outcomes = view.get("outcomes", {})
    return {
        "people": view.get("people"),
        "strangers": view.get("strangers"),
        "received": outcomes.get("received"),
        "stored": outcomes.get("stored"),
        "parts": fates(outcomes, look),
        "links": {word: behind(word, look) for word in _BEHIND},
        # The parts are the whole; where they are not, that has to be seen.
        "adds_up": sum(outcomes.get(word, 0) for word in FATES)
        == outcomes.get("received", 0),
        "sources": [source_line(one, look) for one in view.get("sources", ())],
        "missing": [
            {"watch": one["watch"], "due": look.moment(one["at"])}
            for one in view.get("missing", ())
        ],
    }


def fates(outcomes: View, look: Look) -> list[dict[str, Any]]:
    """Make a line of what became of items, for each that is told."""
    return [
        {
            "word": word,
            "name": look.say(FATES[word]),
            "items": outcomes[word],
            "link": behind(word, look) if outcomes[word] else "",
        }
        for word in FATES
        if word in outcomes
    ]


def behind(word: str, look: Look) -> str:
    """Give the page behind a number; empty where it is not the reader's to see."""
    permission, path = _BEHIND[word]
    # A page that leads to itself says nothing.
    leads_away = look.path != path and not look.path.startswith(f"{path}/")
    return path if look.may(permission) and leads_away else ""


def arrival(told: View | None, look: Look) -> str:
    """Say how long what was done is on its way to us; empty where nothing tells."""
    if told is None:
        return ""
    return look.say(
        "half of it is here within %(half)s, 95 of 100 within %(most)s",
        half=span(told["p50_ms"], look),
        most=span(told["p95_ms"], look),
    )


def slow(told: View | None, look: Look) -> str:
    """Say how long it is on its way where that is worth a word among all sources."""
    return "" if told is None or told["p95_ms"] < SLOW_MS else arrival(told, look)


def span(ms: int, look: Look) -> str:
    """Write how long something took, in the unit that says most."""
    seconds = ms / 1000
    if seconds < 120:
        return look.say(
            "%(count)s s", count=look.number(max(LEAST_S, round(seconds, 1)))
        )
    if seconds < 2 * HOUR_S:
        return look.say("%(count)s min", count=look.number(round(seconds / 60)))
    if seconds < 2 * DAY_S:
        return look.say("%(count)s h", count=look.number(round(seconds / HOUR_S)))
    return look.say("%(days)s days", days=look.number(round(seconds / DAY_S)))


def silence(source: View, look: Look) -> str:
    """Say for how long a source has been silent; empty where it is not."""
    last = parsed(source.get("last_at"))
    after_us = source.get("silent_after_s", SILENT_S) * SECOND_US
    silent_us = 0 if last is None else look.now_us - to_us(last)
    if not after_us or silent_us <= after_us:
        return ""
    if silent_us >= 2 * HOUR_US:
        return look.some(
            "has sent nothing for %(count)s hour",
            "has sent nothing for %(count)s hours",
            silent_us // HOUR_US,
        )
    return look.some(
        "has sent nothing for %(count)s minute",
        "has sent nothing for %(count)s minutes",
        silent_us // MINUTE_US,
    )


def source_line(source: View, look: Look) -> dict[str, Any]:
    """Make a line of a source: how much comes, how much of it is of use."""
    outcomes = source.get("outcomes", {})
    last = source.get("last_at")
    return {
        "name": source["name"],
        "simulated": bool(source.get("simulated")),
        "stored": outcomes.get("stored", source.get("stored", 0)),
        "bad": sum(outcomes.get(word, 0) for word in ("quarantined", "refused")),
        "others": [one for one in fates(outcomes, look)[1:] if one["items"]],
        "arrival": arrival(source.get("arrival"), look),
        "slow": slow(source.get("arrival"), look),
        "per_minute": look.number(source.get("per_minute", 0)),
        "ago": look.ago(last) if last else look.say("nothing yet"),
        "at": look.moment(last) if last else "",
    }

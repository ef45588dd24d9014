"""What stands beside the stream: the sum of outcomes, and each source's part."""

from typing import Any

from habitue.base.clock import DAY_US, HOUR_US, MINUTE_US, SECOND_US, to_us
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.text import parsed

# A source that sends nothing for so long is worth a look.
SILENT_S = DAY_US // SECOND_US


def overview(view: View, look: Look) -> dict[str, Any]:
    """Make what is shown of all that came in."""
    outcomes = view.get("outcomes", {})
    parts = [
        ("stored", look.say("Stored")),
        ("duplicate", look.say("Sent again")),
        ("quarantined", look.say("Needs fixing")),
        ("refused", look.say("Refused")),
    ]
    return {
        "people": view.get("people"),
        "strangers": view.get("strangers"),
        "received": outcomes.get("received"),
        "stored": outcomes.get("stored"),
        "parts": [
            {"word": word, "name": name, "items": outcomes[word]}
            for word, name in parts
            if word in outcomes
        ],
        # The parts are the whole; where they are not, that has to be seen.
        "adds_up": sum(outcomes.get(word, 0) for word, _ in parts)
        == outcomes.get("received", 0),
        "sources": [source_line(one, look) for one in view.get("sources", ())],
        "missing": [
            {"watch": one["watch"], "due": look.moment(one["at"])}
            for one in view.get("missing", ())
        ],
    }


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
    bad = outcomes.get("quarantined", 0) + outcomes.get("refused", 0)
    return {
        "name": source["name"],
        "simulated": bool(source.get("simulated")),
        "stored": outcomes.get("stored", source.get("stored", 0)),
        "bad": bad,
        "per_minute": look.number(source.get("per_minute", 0)),
        "ago": look.ago(last) if last else look.say("nothing yet"),
        "at": look.moment(last) if last else "",
    }

"""What a chart is made of; it is drawn by charts.js, beside a table that says the same.

hue: a number, the same for the same thing; told: what is said of it where one points.
"""

from collections import Counter
from typing import Any

from habitue.console.channel_names import channel_titled
from habitue.console.journeys.names import intent_name
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.text import visible
from habitue.journey.intent import INTENTS

# Steps of a way that are drawn; longer ways are drawn by their last.
STEPS_MAX = 4
Chart = dict[str, Any]


def ways_chart(view: View, look: Look) -> Chart | None:
    """Draw the paths shown as ribbons from channel to channel, to the purchase."""
    links: Counter[tuple[str, str]] = Counter()
    nodes: dict[str, str] = {}
    longest = 0
    for path in view["paths"]:
        steps = path["channels"][-STEPS_MAX:]
        if not steps:
            continue
        # The last step stands next to the purchase, however long the way was.
        names = [f"{at - len(steps)} {visible(name)}" for at, name in enumerate(steps)]
        nodes |= dict(zip(names, steps, strict=True))
        longest = max(longest, len(steps))
        for left, right in zip(names, [*names[1:], "bought"], strict=True):
            links[left, right] += path["purchases"]
    if not links:
        return None
    # The first hue is the purchase's.
    hues = {name: 1 + at % 5 for at, name in enumerate(sorted(set(nodes.values())))}
    made: list[Chart] = [
        {
            "name": name,
            "label": channel_titled(told, look),
            "hue": hues[told],
            "depth": longest + int(name.partition(" ")[0]),
        }
        for name, told in nodes.items()
    ]
    bought = look.say("bought")
    made.append({"name": "bought", "label": bought, "hue": 0, "depth": longest})
    labels = {one["name"]: one["label"] for one in made}
    for one in made:
        one["told"] = one["label"]
    return {
        "kind": "sankey",
        "nodes": made,
        "links": [
            {
                "source": left,
                "target": right,
                "value": count,
                "told": f"{labels[left]} → {labels[right]}: {look.number(count)}",
            }
            for (left, right), count in links.items()
        ],
    }


def network_chart(view: View, look: Look) -> Chart | None:
    """Draw intentions as circles, and where people went from each as arrows."""
    steps = {one["intent"]: one["steps"] for one in view["intents"]}
    if not any(steps.values()):
        return None
    loops = {
        one["from"]: one for one in view["transitions"] if one["from"] == one["to"]
    }
    nodes = []
    for hue, intent in enumerate(INTENTS):
        label = intent_name(intent, look)
        told = f"{label}: {look.number(steps[intent])}"
        if intent in loops:
            again = look.number(loops[intent]["count"])
            words = look.say("Again the same: %(count)s", count=again)
            told = f"{told}\n{words}"
            # A loop is told by a number beside its circle.
            label = f"{label} ↻ {again}"
        nodes.append(
            {
                "name": intent.value,
                "label": label,
                "value": steps[intent],
                "hue": hue,
                "told": told,
            }
        )
    return {
        "kind": "network",
        "nodes": nodes,
        "links": [
            {
                "source": one["from"],
                "target": one["to"],
                "value": one["count"],
                "told": f"{intent_name(one['from'], look)} →"
                f" {intent_name(one['to'], look)}: {look.number(one['count'])}",
            }
            for one in view["transitions"]
        ],
    }


def reached_chart(view: View, look: Look) -> Chart | None:
    """Draw how many people came at least as far as each intention."""
    if not view["reached"][0]["people"]:
        return None
    return {
        "kind": "funnel",
        "steps": [
            {
                "name": one["intent"],
                "value": one["people"],
                "hue": hue,
                "label": f"{intent_name(one['intent'], look)}"
                f" · {look.number(one['people'])}",
                "told": f"{intent_name(one['intent'], look)}:"
                f" {look.number(one['people'])}",
            }
            for hue, one in enumerate(view["reached"])
        ],
    }


def months_chart(rows: list[View], names: dict[str, str], look: Look) -> Chart | None:
    """Draw counts by month, one above the other; names: of the counts, in order."""
    if not rows:
        return None
    return {
        "kind": "months",
        # What stands between thousands, for the numbers of the axis.
        "between": look.number(10_000)[2:-3],
        "months": [look.month(row["month"]) for row in rows],
        "series": [
            {
                "name": look.say(said),
                "hue": _HUES[name],
                "values": [
                    {
                        "value": row[name],
                        "told": f"{look.month(row['month'])}, {look.say(said)}:"
                        f" {look.number(row[name])}",
                    }
                    for row in rows
                ],
            }
            for name, said in names.items()
        ],
    }


# What is good is green, what is lost is red, and what is not known is grey.
_HUES = {"yes": 2, "no": 1, "unknown": 5, "kept": 2, "lost": 0, "open": 5}

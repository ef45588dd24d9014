"""From a suggestion to the two columns that are shown of it."""

from typing import Any

from habitue.console.kind_names import kind_named
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.traits import trait_value

# What is compared, by the name of the trait: its label, and the fields it stands for.
ROWS = (
    ("name", later("First and last name"), ("last", "first")),
    ("birthday", later("Date of birth"), ("birth",)),
    ("email", later("E-mail"), ("email",)),
    ("phone", later("Telephone"), ("phone",)),
    ("street", later("Street"), ("street",)),
    ("postal_code", later("Postcode"), ("postcode",)),
    ("city", later("Town"), ("city",)),
    ("national_id", later("Identity number"), ("number",)),
)
# How two fields agree, best first: words and tone.
AGREE = {
    "same": (later("the same"), "good"),
    "swapped": (later("names swapped"), "good"),
    "close": (later("nearly the same"), "good"),
    "alike": (later("alike"), "wait"),
    "differ": (later("different"), "bad"),
}
SPELLED = (later("the same, spelled otherwise"), "good")
ONE_ALONE = (later("one of them alone"), "plain")
NOT_COMPARED = (later("not compared"), "plain")
LIKELY = {
    "almost_certain": later("Almost certainly one person"),
    "very_likely": later("Very likely one person"),
    "likely": later("Likely one person"),
    "possible": later("Possibly one person"),
}
_BEST_FIRST = tuple(AGREE)


def couple(pair: View, look: Look) -> dict[str, Any]:
    """Make what is shown of a suggestion whose sides are masked already."""
    left, right, likely = pair["left"], pair["right"], LIKELY[pair["likely"]]
    rows = [_row(one, pair, look) for one in ROWS]
    return {
        "ids": f"{int(left['person_id'])}-{int(right['person_id'])}",
        "title": look.say(likely),
        "percent": f"{look.number(float(pair['percent']))}\u00a0%",
        "sides": [_side(left, look), _side(right, look)],
        "rows": [row for row in rows if row is not None],
    }


def _side(side: View, look: Look) -> dict[str, Any]:
    number = int(side["person_id"])
    return {
        "number": number,
        "name": side["name"] or look.say("Person %(number)s", number=number),
        "known": [
            {
                "kind": kind_named(one["kind"], look),
                "value": one["value"],
            }
            for one in side["identifiers"]
            if one["kind"] not in {"email", "phone"}
        ],
        "more": side["identifiers_more"],
    }


def _row(
    told: tuple[str, str, tuple[str, ...]], pair: View, look: Look
) -> dict[str, Any] | None:
    trait, label, fields = told
    left, right = (pair[side]["traits"].get(trait) for side in ("left", "right"))
    if left is None and right is None:
        return None
    text, tone = _agreement((left, right), [pair["agree"].get(one) for one in fields])
    return {
        "label": look.say(label),
        "left": trait_value(left, look),
        "right": trait_value(right, look),
        "agree": look.say(text),
        "tone": tone,
    }


def _agreement(
    values: tuple[str | None, str | None], agree: list[str | None]
) -> tuple[str, str]:
    """Say how two values agree: of a name in two parts, by the part that does less."""
    if None in values:
        return ONE_ALONE
    known = [one for one in agree if one in AGREE]
    if not known:
        return NOT_COMPARED
    worst = max(known, key=lambda one: _BEST_FIRST.index(str(one)))
    left, right = (str(value).casefold() for value in values)
    if worst == "same" and left != right:
        return SPELLED
    return AGREE[str(worst)]

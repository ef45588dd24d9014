"""From counts of people to tables: in the order of a shop, with shares and a grid."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec

from habitue.console.journeys.numbers import percent
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.scores.words import BANDS, NEEDS, PERSONAS, STAGES

Shown = dict[str, Any]
_TABLES = (
    (later("Kinds of customers"), "persona", PERSONAS),
    (later("Stages as customers"), "stage", STAGES),
    (later("Engagement"), "engagement", BANDS),
    (later("Wish for contact"), "need", NEEDS),
)
_SCORES = "54321"
MOVES_MAX = 60
NOT_BOUGHT = "has not bought"


def summary(view: View, look: Look) -> Shown:
    """Show who stands where: tables, and the grid of recency and frequency."""
    return {
        "at": look.moment(view["at"]),
        "people": look.number(view["people"]),
        "tables": [
            {
                "name": name,
                "title": look.say(title),
                "lines": _lines(view.get(name, {}), words, look),
            }
            for title, name, words in _TABLES
        ],
        "grid": _grid(view.get("rfm", {}), look),
    }


def of_part(view: View, look: Look) -> Shown:
    """Show who bought of a part of the goods: kinds, and the grid."""
    title, name, words = _TABLES[0]
    bought = {word: told for word, told in words.items() if word != NOT_BOUGHT}
    return {
        "people": look.number(view["people"]),
        "fifths": view["fifths"],
        "tables": [
            {
                "name": name,
                "title": look.say(title),
                "lines": _lines(view["persona"], bought, look),
            }
        ],
        "grid": _grid(view["rfm"], look),
    }


def _lines(
    counts: Mapping[str, int], words: Mapping[str, str], look: Look
) -> list[Shown]:
    whole = sum(counts.values())
    # What has no word of ours is shown as it is called.
    names = [*words, *sorted(counts.keys() - words.keys())]
    return [
        {
            "name": look.say(words[name]) if name in words else name,
            "people": look.number(counts.get(name, 0)),
            "share": percent(counts.get(name, 0) / whole, look) if whole else "–",
            "width": round(60 * counts.get(name, 0) / whole) if whole else 0,
        }
        for name in names
    ]


def _grid(cells: Mapping[str, int], look: Look) -> list[Shown]:
    """Lay out people by recency (down) and frequency (across), whatever they spent."""
    found: Counter[tuple[str, str]] = Counter()
    for cell, people in cells.items():
        if cell.isdigit():
            found[cell[0], cell[1]] += people
    most = max(found.values(), default=0)
    return [
        {
            "recency": recency,
            "cells": [
                {
                    "people": look.number(found[recency, frequency]),
                    # A tenth of the ink a step; what nobody is in has none.
                    "ink": -(-10 * found[recency, frequency] // most) if most else 0,
                }
                for frequency in reversed(_SCORES)
            ],
        }
        for recency in _SCORES
    ]


def migration(view: View, look: Look) -> Shown:
    """Show who moved between kinds, the most first; who stayed is a number."""
    moves = sorted(view["moves"], key=lambda one: -one["people"])
    stayed = sum(one["people"] for one in moves if one["from"] == one["to"])
    others = [one for one in moves if one["from"] != one["to"]]
    return {
        "stayed": look.number(stayed),
        "moved": look.number(sum(one["people"] for one in others)),
        "moves": [
            {
                "before": _kind(one["from"], look),
                "after": _kind(one["to"], look),
                "people": look.number(one["people"]),
            }
            for one in others[:MOVES_MAX]
        ],
    }


def _kind(name: str, look: Look) -> str:
    return look.say(PERSONAS[name]).split(":")[0] if name in PERSONAS else name


def rules(view: View) -> Shown:
    """Show the rules in force as a text that can be changed."""
    text = msgspec.json.format(msgspec.json.encode(view["rules"]), indent=2).decode()
    return {"own": view["own"], "version": view["version"], "text": text}

"""The people behind a number: where they are shown, and what they did in words."""

import json
from urllib.parse import quote

from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.port import View

PEOPLE = "/console/kpis/people?cell="
_NAMES = {
    "buyers": later("bought"),
    "new": later("bought for the first time"),
    "returning": later("had bought before"),
    "repeat": later("bought twice or more"),
    "loyal": later("bought as often as the loyal do"),
    "decile": later("spent so much"),
    "cohort": later("first bought in one month, and again in another"),
    "step": later("came as far as a step"),
    "reached": later("were reached by a channel"),
    "led": later("bought after a channel’s touch"),
    "visitors": later("were on the web or in the app"),
    "way": later("bought by one way"),
    "intent": later("had an intention"),
    "as_far": later("came at least as far as an intention"),
    "arm": later("are in an arm of an experiment"),
    "ropo": later("bought on one side, and looked on the other or not"),
}


def link(cell: View | None) -> str:
    """Give the address of the people behind a cell; empty if it has none."""
    if cell is None:
        return ""
    told = json.dumps(cell, ensure_ascii=False, separators=(",", ":"))
    return PEOPLE + quote(told, safe="")


def cell_named(cell: View, look: Look) -> str:
    """Say in words what the people of a cell did."""
    return look.say(_named(str(cell["what"])))


def _named(what: str) -> str:
    return _NAMES[what]

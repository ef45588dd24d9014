"""Conditions in short, and what a golden segment is."""

import os
from typing import Any, NamedTuple

# Every fourth customer will do, unless there is time.
STEP = 1 if os.environ.get("HABITUE_TORTURE") else 4

BUY, BACK = "$purchase", "$return"


class Golden(NamedTuple):
    """A segment: in words, as a condition, and how pandas finds who is in it."""

    words: str
    condition: dict[str, Any]
    oracle: Any


def did(event=BUY, **more):
    return {"type": "did", "event": event, **more}


def did_not(event=BUY, **more):
    return {"type": "did_not", "event": event, **more}


def all_of(*of):
    return {"type": "all", "of": list(of)}


def days(number):
    return {"days": number}


def asks(property_, op, value, **more):
    return {"property": property_, "op": op, "value": value, **more}

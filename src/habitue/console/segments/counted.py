"""How many a condition means, as the page shows it beside the form."""

from typing import Any

from habitue.access.permission import Permission
from habitue.base.errors import InvalidError
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.port_segments import Segments
from habitue.console.refused import refused
from habitue.console.segments.building import is_empty
from habitue.console.segments.form import Taken, note
from habitue.console.segments.sentence import sentence_of
from habitue.console.told import as_of
from habitue.segment.check import BrokenConditionError

SAMPLE = 10
CHARS = 400
NOTHING = later("Nothing is asked for yet: everybody would be meant.")
NOT_WHOLE = later("Something in it is still to be filled in.")
NOT_ASKED = later("Not counted yet.")
TOO_LONG = later("Counting takes longer than may be waited for here.")


async def counted(segments: Segments, taken: Taken, look: Look) -> dict[str, Any]:
    """Count who is meant, with some of them, the sentence, and as of when."""
    if taken.condition is None:
        return unknown(look, NOT_WHOLE)
    words = _chunks(sentence_of(taken.condition, look))
    if is_empty(taken.condition):
        return {**unknown(look, NOTHING), "words": words}
    sample = SAMPLE if look.visitor.may(Permission.PEOPLE_READ) else 0
    named = look.visitor.may(Permission.NAMES_READ)
    try:
        told = await segments.count(taken.told, sample, named=named)
    except BrokenConditionError as error:
        note(taken.taking, error)
        return unknown(look, NOT_WHOLE)
    except InvalidError as error:
        return unknown(look, refused(error, look))
    if not told["known"]:
        return {**unknown(look, TOO_LONG), "words": words}
    return {**_seen(told, look), "words": words}


def _chunks(text: str) -> list[str]:
    """Part a sentence: what stands on a page at once is bounded."""
    return [text[at : at + CHARS] for at in range(0, len(text), CHARS)]


def unknown(look: Look, why: str) -> dict[str, Any]:
    """Say that it is not known how many there are, and why; that is not none."""
    return {"known": False, "why": look.say(why), "words": [], "sample": []}


def _seen(told: View, look: Look) -> dict[str, Any]:
    return {
        "known": True,
        "why": "",
        "count": look.number(told["count"]),
        "people": look.number(told["people"]),
        "as_of": as_of(told, look),
        "by_copy": told["by"] == "copy",
        "sample": told["sample"],
    }

"""Segments by their names: one that is there, or one of the gallery."""

from collections.abc import Iterable

from litestar.exceptions import NotFoundException

from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.segments.sentence import words_of


def held_of(told: Iterable[View], wanted: str, look: Look) -> View:
    """Give the segment of an id; NotFoundException in the reader's words."""
    found = next((one for one in told if one["id"] == wanted), None)
    if found is None:
        raise NotFoundException(
            look.say("There is no segment “%(name)s”.", name=wanted[:64])
        )
    return found


def in_gallery(template: View, look: Look) -> View:
    """Give a template of the gallery in the reader's words.

    Who begins with it begins with these: a segment has one name for all.
    """
    name, description = template["name"], template["description"]
    return {
        **template,
        "name": look.say(name),
        "description": look.say(description) if description else "",
        "tags": [look.say(tag) for tag in template["tags"]],
        "words": words_of(template["condition"], look),
    }

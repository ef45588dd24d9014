"""A sample taken apart: each place in it that a mapping can name, with what it says."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from habitue.collect.identify import as_text
from habitue.collect.webhooks.path import PATH_CHARS_MAX

LEAVES_MAX = 300
DEPTH_MAX = 8
# Elements of a list that are looked at for the fields they have.
ELEMENTS_MAX = 20
# In a path these have a meaning of their own.
_SPECIAL = frozenset(".[]")


class Leaf(NamedTuple):
    """A place and the text that stands there."""

    path: str
    text: str


def leaves(document: Any, headers: dict[str, str]) -> list[Leaf]:
    """Give the places of a document, then the headers; a list's elements are as one."""
    found: dict[str, str] = {}
    for leaf in _walk(document, "", DEPTH_MAX):
        if len(found) >= LEAVES_MAX:
            break
        found.setdefault(*leaf)
    for name, value in sorted(headers.items()):
        found.setdefault(f"header:{name}", value)
    return [Leaf(*one) for one in list(found.items())[:LEAVES_MAX]]


def _walk(value: Any, at: str, depth: int) -> Iterator[Leaf]:
    if len(at) > PATH_CHARS_MAX or depth < 0:
        return
    if isinstance(value, dict):
        for name, inner in value.items():
            if name and name[0] not in "^$" and _SPECIAL.isdisjoint(name):
                yield from _walk(inner, f"{at}.{name}" if at else name, depth - 1)
    elif isinstance(value, list):
        for inner in value[:ELEMENTS_MAX]:
            yield from _walk(inner, f"{at}[]", depth - 1)
    elif at and value is not None:
        yield Leaf(at, _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return as_text(value) or str(value)

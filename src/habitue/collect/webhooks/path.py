"""Paths into a delivery: customer.email, line_items[].sku, meta_data[key=x].value.

`[]` goes through a list, `[0]` takes one of it, `[key=value]` the first with that
value. A path begins at the element that is gone through; `^.` begins one list further
out, `$.` at the whole document.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import Any, NamedTuple

from habitue.base.errors import InvalidError

# The document, then each element that was gone into; a path begins at the last.
Scopes = tuple[Any, ...]

PATH_CHARS_MAX = 300
# Elements that one path gives at most: a delivery is small, but its lists may nest.
FOUND_MAX = 5_000
_STEP = re.compile(r"([^.\[\]]+)|\[(\d{0,4})\]|\[([^\]=]+)=([^\]]*)\]")


class Find(NamedTuple):
    """A step to the first element of a list in which a field has a value."""

    field: str
    value: str


class Path(NamedTuple):
    """A path taken apart: where it begins, and its steps.

    up: how many lists further out it begins; -1 for the document.
    """

    text: str
    up: int
    steps: tuple[str | int | Find | None, ...]


@lru_cache(maxsize=4096)
def parse(text: str) -> Path:
    """Take a path apart; raises InvalidError with the way out.

    >>> parse("^.lines[0].sku").steps, parse("^.x").up, parse("$").up
    (('lines', 0, 'sku'), 1, -1)
    """
    rest, up = text, 0
    if text == "$" or text.startswith("$."):
        rest, up = text[2:], -1
    while rest.startswith("^"):
        rest, up = rest[1:].removeprefix("."), up + 1
    steps = tuple(_steps(text, rest.removeprefix(".")))
    return Path(text, up, steps)


def _steps(text: str, rest: str) -> Iterator[str | int | Find | None]:
    at = 0
    while at < len(rest):
        found = _STEP.match(rest, at)
        if found is None or len(text) > PATH_CHARS_MAX:
            raise InvalidError(
                f"'{text[:80]}' is no path; write it like customer.email, lines[0].sku"
                " or lines[].sku."
            )
        name, index, field, value = found.groups()
        if name is not None:
            yield name
        elif field is not None:
            yield Find(field, value)
        else:
            yield int(index) if index else None
        at = found.end()
        if rest[at : at + 1] == ".":
            at += 1


def get(path: Path, scopes: Scopes) -> Any:
    """Give what stands at a path; a list where it goes through one; None if nothing.

    >>> get(parse("a[].b"), ({"a": [{"b": 1}, {}, {"b": 2}]},))
    [1, 2]
    """
    if None not in path.steps:
        return _follow(_begin(path, scopes), path.steps)
    found = [inner[-1] for inner in walk(path, scopes)]
    return [one for one in found if one is not None]


def walk(path: Path, scopes: Scopes) -> Iterator[Scopes]:
    """Go through a path's lists; give the scopes of each element in the end."""
    begun = _begin(path, scopes)
    outer = scopes[: len(scopes) - path.up] if path.up >= 0 else scopes[:1]
    yield from islice(_walk(begun, path.steps, outer), FOUND_MAX)


def _walk(value: Any, steps: tuple[Any, ...], outer: Scopes) -> Iterator[Scopes]:
    if None not in steps:
        yield (*outer, _follow(value, steps))
        return
    at = steps.index(None)
    listed = _follow(value, steps[:at])
    if not isinstance(listed, list):
        return
    rest = steps[at + 1 :]
    for one in listed:
        if not rest:
            yield (*outer, one)
        elif None in rest:
            yield from _walk(one, rest, (*outer, one))
        else:
            yield (*outer, one, _follow(one, rest))


def _begin(path: Path, scopes: Scopes) -> Any:
    if path.up < 0:
        return scopes[0]
    return scopes[-1 - path.up] if path.up < len(scopes) else None


def _follow(value: Any, steps: tuple[Any, ...]) -> Any:
    for step in steps:
        match step:
            case str():
                value = value.get(step) if isinstance(value, dict) else None
            case Find():
                value = _find(value, step)
            case _:
                within = isinstance(value, list) and step < len(value)
                value = value[step] if within else None
        if value is None:
            return None
    return value


def _find(value: Any, wanted: Find) -> Any:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict) and str(one.get(wanted.field)) == wanted.value:
            return one
    return None

"""Puts questions over people to the copy by parts of them, as many as its size asks."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from habitue.journey.asking import Asked, Span
from habitue.journey.parts import (
    Parts,
    by_parts,
    cuts,
    gathered,
    is_gathered,
    parts_of,
    spans_of,
)
from habitue.lake.port import Question

if TYPE_CHECKING:
    from habitue.app.desks.home import Home
    from habitue.app.lake.asking import OneOffset


async def parted(at: "OneOffset", home: "Home", asked: Asked, last: str) -> Parts:
    """Put a last SELECT over the named tables, by parts if it is of such."""
    spans = await _spans(at, home, asked) if is_gathered(last) else ()
    return by_parts(asked, last, spans)


async def each_and_last(
    at: "OneOffset", home: "Home", asked: Asked, selects: tuple[str, str], after: int
) -> Parts:
    """Put the first SELECT to each part with ids behind one, and the second to all."""
    spans = [one for one in await _spans(at, home, asked) if one.last > after]
    return gathered(asked, *selects, spans)


async def _spans(at: "OneOffset", home: "Home", asked: Asked) -> Sequence[Span]:
    if home.lake is None:
        return spans_of(None)
    memory_mb = home.engine.settings.lake.memory_mb
    parts = parts_of(home.lake.lake, asked, memory_mb)
    if parts == 1:
        return spans_of(None)
    found = await at.ask(Question(sql=cuts(parts), trusted=True))
    return spans_of(found.table["cuts"][0].as_py())

"""How many of a segment are in one or two others, too."""

from typing import Any

from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked
from habitue.console.port import View
from habitue.console.segments.counted import as_of


async def overlap_of(
    page: Page, request: AnyRequest, segment_id: str, look: Look
) -> dict[str, Any]:
    """Give the segments to choose from, and the overlap with those chosen."""
    told = page.ports.segments.list()
    names = {one["id"]: one["name"] or one["id"] for one in told}
    others = [name for name in names if name != segment_id]
    chosen = [asked(request, "with"), asked(request, "and")]
    wanted = list(dict.fromkeys(one for one in chosen if one in others))
    found: dict[str, Any] = {
        "others": [(name, names[name]) for name in others],
        "chosen": chosen,
        "parts": [],
    }
    if wanted:
        view = await page.ports.segments.overlap([segment_id, *wanted])
        found |= _seen(view, names, look)
    return found


def _seen(view: View, names: dict[str, str], look: Look) -> dict[str, Any]:
    """Give a line for each combination, those of most segments first."""
    parts = sorted(view["parts"], key=lambda one: -len(one["in"]))
    return {
        "parts": [
            {
                "names": [names.get(one, one) for one in part["in"]],
                "count": look.number(part["count"]),
            }
            for part in parts
        ],
        "as_of": as_of(view, look),
    }

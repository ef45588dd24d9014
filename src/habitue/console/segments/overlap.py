"""How many of a segment are in one or two others, too."""

from typing import Any

from msgspec import Struct

from habitue.console.look import Look
from habitue.console.page import AnyRequest, Page, asked
from habitue.console.port import View
from habitue.console.port_segments import Segments
from habitue.console.told import as_of


class Overlap(Struct, frozen=True):
    """A segment, what others there are by id and name, and which are chosen."""

    segment_id: str
    names: dict[str, str]
    chosen: list[str]

    @property
    def wanted(self) -> list[str]:
        """The chosen ones that there are, each once."""
        others = self.names.keys() - {self.segment_id}
        return list(dict.fromkeys(one for one in self.chosen if one in others))

    def frame(self) -> dict[str, Any]:
        """Give what a form chooses from, without what is counted."""
        others = [(one, n) for one, n in self.names.items() if one != self.segment_id]
        return {"others": others, "chosen": self.chosen, "parts": []}

    async def ask(self, segments: Segments) -> View | None:
        """Count the overlap with those chosen; None where none is."""
        wanted = self.wanted
        return await segments.overlap([self.segment_id, *wanted]) if wanted else None

    def shown(self, view: View | None, look: Look) -> dict[str, Any]:
        """Show it: a line for each combination, those of most segments first."""
        if view is None:
            return self.frame()
        parts = sorted(view["parts"], key=lambda one: -len(one["in"]))
        counted = [
            {
                "names": [self.names.get(one, one) for one in part["in"]],
                "count": look.number(part["count"]),
            }
            for part in parts
        ]
        return {**self.frame(), "parts": counted, "as_of": as_of(view, look)}


def overlap_asked(page: Page, request: AnyRequest, segment_id: str) -> Overlap:
    """Read with which segments one is to be compared."""
    told = page.ports.segments.list()
    names = {one["id"]: one["name"] or one["id"] for one in told}
    return Overlap(segment_id, names, [asked(request, "with"), asked(request, "and")])

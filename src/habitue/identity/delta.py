"""What a change did to nodes and edges, before persons are found again."""

from msgspec import Struct

from habitue.identity.drawing import Link, weight
from habitue.identity.rows import Edge


class Delta(Struct):
    """What changed about nodes and edges: what went, what came, what to look at.

    gone: nodes with the birth they had; touched: nodes whose name, verdicts or
    verification changed.
    """

    gone: dict[int, int] = {}
    new: dict[int, None] = {}
    cut: dict[Link, None] = {}
    drawn: dict[Link, Edge] = {}
    touched: dict[int, None] = {}

    def draw(self, edges: dict[Link, Edge]) -> None:
        """Offer edges; of each pair the lightest counts."""
        for pair, edge in edges.items():
            held = self.drawn.get(pair)
            if held is None or weight(edge) < weight(held):
                self.drawn[pair] = edge

    def named(self) -> dict[int, None]:
        """Give the nodes to look at that are there now."""
        ends = (end for pair in (*self.drawn, *self.cut) for end in pair)
        return dict.fromkeys(
            one
            for one in (*self.new, *self.touched, *ends)
            if one in self.new or one not in self.gone
        )

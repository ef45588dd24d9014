"""What somebody bought of a part of the goods, with categories as segments see them."""

from collections.abc import Iterator

from habitue.app.projection.segment_sight import CatalogNow, Folded
from habitue.model.score import RfmPart
from habitue.profile.computed import Facts
from habitue.profile.read import purchase_of
from habitue.profile.rows import Head
from habitue.profile.scores.part import PartFacts
from habitue.profile.scores.rfm import Bought
from habitue.segment.facts import Look
from habitue.segment.telling import done_of_purchase

_UNPRICED = Look(prices=False)


def part_facts(fold: Folded, facts: Facts, part: RfmPart) -> Bought:
    """Give what somebody bought of a part; categories told, or else the catalogue's."""
    if not part.category and not part.store:
        return facts
    goods, objects = CatalogNow(fold), fold.profiles.objects

    def lines(key: str, head: Head) -> Iterator[tuple[str, int | None]]:
        done = done_of_purchase(purchase_of(key, head, objects), goods, _UNPRICED)
        return ((line.category, line.amount_minor) for line in done.lines)

    return PartFacts(facts, part, lines)

"""Where people come to: the stores they bought at, were in, or say they prefer.

Purchases, the stores somebody was in without buying, and what is told of them stand in
their profile, so it holds however much they did since.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from habitue.model.operator import Scope
from habitue.model.person import Person
from habitue.profile.parse import text
from habitue.profile.rows import StrandState

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

STORES_PAGE = 1_000
_PREFERRED = ("favourite_store", "favorite_store", "preferred_store", "home_store")


class PlacesDesk:
    """Says who comes to which stores."""

    def __init__(self, home: "Home") -> None:
        self._home = home

    def comes_to(self, person_id: int, scope: Scope) -> bool:
        """Say whether somebody bought at, was in or prefers one of these stores."""
        person = self._home.people.whose(person_id)
        if person is None:
            return False
        meant = {*scope.stores, *self._of_regions(scope.regions)}
        state = self._home.fold.profiles.seen(person.strands)
        return not meant.isdisjoint(self._known(person, state))

    def _of_regions(self, regions: tuple[str, ...]) -> Iterator[str]:
        after = None
        while regions:
            # Asked for anew each time: a follower reads one snapshot after another.
            page = self._home.fold.catalog.read.stores(after, STORES_PAGE)
            yield from (one.store_id for one in page if one.region in regions)
            if len(page) < STORES_PAGE:
                return
            after = (page[-1].source, page[-1].store_id)

    def _known(self, person: Person, state: StrandState) -> Iterator[str]:
        """Give the stores somebody bought at or gave back to, was in, and prefers."""
        yield from state.visited or ()
        for head in (state.objects or {}).values():
            if head is not None and head.store:
                yield head.store
        traits = self._home.fold.profiles.traits(person.strands)
        for name in _PREFERRED:
            # What a browser claims opens nobody's card.
            if name in traits and traits[name].told.verified:
                yield text(traits[name].told.value)

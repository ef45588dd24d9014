"""Where people come to: the stores they bought at, were in, or say they prefer.

Purchases and what is told of somebody stand in their profile; where they were without
buying is read from their newest events, and kept until another one comes.
"""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from habitue.model.event import Event
from habitue.model.operator import Scope
from habitue.model.person import Person
from habitue.profile.channel import channel_of
from habitue.profile.parse import text
from habitue.profile.rows import StrandState

if TYPE_CHECKING:
    from habitue.app.desks.home import Home

# So many of somebody's newest events are looked through for the stores they were in.
EVENTS_MAX = 200
# Of so many people it is kept where they were.
KEPT_MAX = 10_000
STORES_PAGE = 1_000
# What a store's own devices tell of.
_INSIDE = frozenset({"store", "pos"})
_PREFERRED = ("favourite_store", "favorite_store", "preferred_store", "home_store")


class _Been(NamedTuple):
    """The stores somebody was in, as far as these events of these strands tell."""

    grounds: tuple[tuple[int, ...], int, int]
    stores: frozenset[str]


class PlacesDesk:
    """Says who comes to which stores."""

    def __init__(self, home: "Home") -> None:
        self._home = home
        self._been: dict[int, _Been] = {}

    def comes_to(self, person_id: int, scope: Scope) -> bool:
        """Say whether somebody bought at, was in or prefers one of these stores."""
        person = self._home.people.whose(person_id)
        if person is None:
            return False
        meant = {*scope.stores, *self._of_regions(scope.regions)}
        state = self._home.fold.profiles.seen(person.strands)
        if not meant.isdisjoint(self._known(person, state)):
            return True
        return not meant.isdisjoint(self._was_in(person, state))

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
        """Give the stores somebody bought at or gave back to, and those they prefer."""
        for head in (state.objects or {}).values():
            if head is not None and head.store:
                yield head.store
        traits = self._home.fold.profiles.traits(person.strands)
        for name in _PREFERRED:
            # What a browser claims opens nobody's card.
            if name in traits and traits[name].told.verified:
                yield text(traits[name].told.value)

    def _was_in(self, person: Person, state: StrandState) -> frozenset[str]:
        grounds = (person.strands, state.events, state.last_us)
        been = self._been.pop(person.person_id, None)
        if been is None or been.grounds != grounds:
            been = _Been(grounds, frozenset(self._read(person)))
        self._been[person.person_id] = been
        if len(self._been) > KEPT_MAX:
            del self._been[next(iter(self._been))]
        return been.stores

    def _read(self, person: Person) -> Iterator[str]:
        for record in islice(self._home.people.records(person), EVENTS_MAX):
            event = self._home.fold.undone.event(record)
            if event is not None and not event.marked:
                yield from _store_of(event)


def _store_of(event: Event) -> Iterator[str]:
    """Give the store that an event was told from, if it was told in one."""
    store = text(event.properties.get("store_id"))
    if store and channel_of(event) in _INSIDE:
        yield store

"""What people are for conditions, read from state and log."""

from collections.abc import Generator, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct, structs

from habitue.app.desks.home import ReadFold
from habitue.app.desks.people_desk import PeopleDesk
from habitue.app.projection.evidence import event_of
from habitue.model.person import Node, Person, Stretch
from habitue.model.record import Record
from habitue.segment.facts import Done, Facts, Look
from habitue.segment.moments import is_zone
from habitue.segment.telling import done_of, done_of_purchase, object_name
from habitue.segment.walk import Needs

# The trait that names a person's time zone, as browsers and apps tell it.
TIME_ZONE = "timezone"


class _Glance(Struct, gc=False):
    """What says whether an event is looked at any closer."""

    type: str
    name: str


_glance = msgspec.json.Decoder(_Glance).decode


class CatalogGoods:
    """Products and stores as the catalogue has them now."""

    def __init__(self, fold: ReadFold) -> None:
        self._fold = fold
        self._products: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._prices: dict[tuple[str, str], Mapping[str, int]] = {}
        self._regions: dict[tuple[str, str], str] = {}

    def product(self, product: str, source: str) -> Mapping[str, Any]:
        key = (product, source)
        if key not in self._products:
            self._products[key] = self._fold.catalog.read.fields(product, source)
        return self._products[key]

    def prices(self, product: str, source: str) -> Mapping[str, int]:
        key = (product, source)
        if key not in self._prices:
            self._prices[key] = self._fold.catalog.read.listed(product, source)
        return self._prices[key]

    def region(self, store: str, source: str) -> str:
        key = (store, source)
        if key not in self._regions:
            found = self._fold.catalog.read.store(store, source)
            self._regions[key] = "" if found is None else found.region
        return self._regions[key]


class FactsReader:
    """Reads people as conditions see them; what it knows of goods is of one moment."""

    def __init__(self, fold: ReadFold, people: PeopleDesk) -> None:
        self._fold = fold
        self._people = people
        self._goods = CatalogGoods(fold)

    def facts(self, person: Person, needs: Needs, now_us: int) -> Facts:
        """Give what conditions that need so much may ask of a person."""
        reading = self.reading(person, needs, now_us)
        while True:
            try:
                next(reading)
            except StopIteration as end:
                found: Facts = end.value
                return found

    def reading(
        self, person: Person, needs: Needs, now_us: int
    ) -> Generator[None, None, Facts]:
        """Do what facts does a record at a time, so that others get a turn between."""
        done: list[Done] = []
        if needs.events:
            for record in self._people.records(person):
                if needs.all_events or _is_named(record, needs.events):
                    done += self._event(record, needs)
                yield
        if needs.objects:
            for one in self._objects(person, needs):
                done.append(one)
                yield
        facts = self._known(person, now_us) if needs.profile else Facts()
        return structs.replace(facts, done=tuple(done), shop_zone=self._fold.zone)

    def _event(self, record: Record, needs: Needs) -> Iterator[Done]:
        event = event_of(record)
        if event is not None:
            look = Look(lines=needs.lines)
            yield done_of(event, record.source, record.offset, self._goods, look)

    def _objects(self, person: Person, needs: Needs) -> Iterator[Done]:
        for purchase in self._fold.profiles.purchases(person.strands):
            if purchase.counted and object_name(purchase) in needs.objects:
                look = Look(lines=needs.lines)
                yield done_of_purchase(purchase, self._goods, look)

    def _known(self, person: Person, now_us: int) -> Facts:
        profile = self._fold.profiles.read(person.strands, now_us, purchases_max=0)
        traits = {name: one.told.value for name, one in profile.traits.items()}
        zone = traits.get(TIME_ZONE)
        parts: tuple[Node | Stretch, ...] = (*person.nodes, *person.stretches)
        kinds = {part.identifier.kind for part in parts}
        if person.shared is not None:
            kinds.add(person.shared.kind)
        return Facts(
            traits=traits,
            computed={name: one.value for name, one in profile.computed.items()},
            consents=profile.ledger,
            devices=self._fold.identity.devices,
            identifiers=frozenset(kinds),
            time_zone=str(zone) if is_zone(zone) else self._fold.zone,
            trait_offsets={n: one.told.offset for n, one in profile.traits.items()},
        )


def _is_named(record: Record, names: frozenset[str]) -> bool:
    """Say whether a record's event has one of these names; it is not read whole."""
    if record.body is None:
        return False
    told = _glance(record.body)
    return (told.name or told.type) in names

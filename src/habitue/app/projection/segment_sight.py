"""People as live segments see them: whose a strand is, what is known, what was told."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Protocol

from msgspec import structs

from habitue.app.projection.evidence import event_of
from habitue.catalog.fold import Catalog
from habitue.catalog.parse import PRODUCT, STORE
from habitue.identity.resolve import Resolver
from habitue.model.record import Record
from habitue.model.source import Source
from habitue.profile import computed
from habitue.profile.fold import Profiles
from habitue.profile.ledger import ledger
from habitue.profile.read import purchase_of, stands_alone
from habitue.profile.rows import COUNTED, OBJECTS, Head, StrandState
from habitue.profile.scores.declared import DAILY, scores
from habitue.profile.scores.need import chosen_need
from habitue.profile.traits import decide_traits
from habitue.segment.facts import EVERYTHING, Done, Facts, Look
from habitue.segment.moments import is_zone
from habitue.segment.port_live import Told
from habitue.segment.seen import Seen
from habitue.segment.telling import Goods, NoGoods, done_of, done_of_purchase
from habitue.segment.wants import Wants
from habitue.state.store import Store

# The trait that names a person's time zone, as browsers and apps tell it.
TIME_ZONE = "timezone"
_ALL = 2**62


class Folded(Protocol):
    """What of the fold is seen."""

    @property
    def identity(self) -> Resolver: ...

    @property
    def store(self) -> Store: ...

    @property
    def profiles(self) -> Profiles: ...

    @property
    def catalog(self) -> Catalog: ...

    def record_at(self, offset: int, /) -> Record | None: ...

    def source(self, name: str) -> Source: ...


class CatalogNow:
    """Products and stores as the catalogue has them when something is folded."""

    def __init__(self, fold: Folded) -> None:
        self._fold = fold

    def product(self, product: str, source: str) -> Mapping[str, Any]:
        return self._fold.catalog.read.fields(product, source)

    def prices(self, product: str, source: str) -> Mapping[str, int]:
        return self._fold.catalog.read.listed(product, source)

    def region(self, store: str, source: str) -> str:
        found = self._fold.catalog.read.store(store, source)
        return "" if found is None else found.region


class GoodsSeen:
    """The catalogue as it is now, which keeps what of it was looked up."""

    def __init__(self, goods: Goods, seen: Seen) -> None:
        self._goods = goods
        self._seen = seen

    def product(self, product: str, source: str) -> Mapping[str, Any]:
        self._seen.add(PRODUCT, product)
        return self._goods.product(product, source)

    def prices(self, product: str, source: str) -> Mapping[str, int]:
        self._seen.add(PRODUCT, product)
        return self._goods.prices(product, source)

    def region(self, store: str, source: str) -> str:
        self._seen.add(STORE, store)
        return self._goods.region(store, source)


class FoldSight:
    """Fills the ports Sight and Backfill from the fold and the log."""

    def __init__(self, fold: Folded, zone: str) -> None:
        """zone: the shop's."""
        self._fold = fold
        self._zone = zone
        self.seen = Seen(fold.store)
        self._goods: Goods = CatalogNow(fold)
        self._seeing = GoodsSeen(self._goods, self.seen)
        self._objects = fold.store.tables[OBJECTS.name]

    # -- who ------------------------------------------------------------------

    def person_of(self, strand: int) -> int | None:
        return self._fold.identity.person_of(strand)

    def strands(self, person_id: int) -> Sequence[int]:
        found = self._fold.identity.outline(person_id, _ALL).strands
        if len(found) < 2:
            return found
        oldest = self._fold.identity.oldest(person_id)
        if oldest is None:
            return ()
        return (oldest, *(one for one in found if one != oldest))

    def birth(self, strand: int) -> int:
        return self._fold.identity.birth(strand)

    def people(self, after: int, limit: int) -> Sequence[int]:
        return self._fold.identity.people(after, limit)

    # -- what is known --------------------------------------------------------

    def facts(self, strands: Sequence[int], wants: Wants, now_us: int) -> Facts:
        kinds = self._kinds(strands) if wants.identifiers else frozenset[str]()
        if not (wants.profile or wants.objects):
            return Facts(identifiers=kinds, time_zone=self._zone, shop_zone=self._zone)
        state = self._fold.profiles.seen(strands)
        traits: dict[str, Any] = {}
        if wants.traits:
            decided = decide_traits(state, self._fold.source)
            traits = {name: one.told.value for name, one in decided.items()}
        zone = traits.get(TIME_ZONE)
        return Facts(
            done=tuple(self._purchases(state, self._goods)) if wants.objects else (),
            traits=traits,
            computed=self._computed(state, wants.computed, now_us),
            consents=ledger(state) if wants.consents else (),
            devices=self._fold.identity.devices,
            identifiers=kinds,
            time_zone=str(zone) if is_zone(zone) else self._zone,
            shop_zone=self._zone,
        )

    def _computed(
        self, state: StrandState, names: frozenset[str], now_us: int
    ) -> dict[str, Any]:
        """Read those computed traits that are asked for and have something to say."""
        if not names:
            return {}
        facts = computed.Facts(state)
        read = (
            (one.name, one.read(facts))
            for one in computed.DECLARED
            if one.name in names
        )
        found = {name: value for name, value in read if value or value == 0}
        if names.isdisjoint(DAILY):
            return found
        rules = self._fold.profiles.rules
        chosen = chosen_need(decide_traits(state, self._fold.source))
        made = scores(facts, now_us, rules, chosen)
        return found | {name: one.value for name, one in made.items() if name in names}

    def _kinds(self, strands: Sequence[int]) -> frozenset[str]:
        identity = self._fold.identity
        numbers = map(identity.number_at, strands)
        return frozenset(
            found.kind for number in numbers if (found := identity.identifier(number))
        )

    def _purchases(
        self, state: StrandState, goods: Goods, look: Look = EVERYTHING
    ) -> Iterator[Done]:
        for key, head in (state.objects or {}).items():
            if head is not None and head.flags & COUNTED:
                found = purchase_of(key, head, self._fold.profiles.objects)
                yield done_of_purchase(found, goods, look)

    def purchases(self, strands: Sequence[int]) -> Iterator[tuple[str, Head]]:
        return self._fold.profiles.counting(strands)

    def bought(
        self, key: str, stands: Head, *, goods: bool, prices: bool
    ) -> tuple[Done, bool]:
        objects = self._fold.profiles.objects
        told = purchase_of(key, stands, objects)
        known = self._goods if goods else NoGoods()
        done = done_of_purchase(told, known, Look(prices=prices))
        return done, stands_alone(key, objects)

    def restated(self) -> Collection[str]:
        noted = self._objects.touched
        if noted or noted is None:
            self._objects.touched = set()
        return noted or ()

    # -- what was told --------------------------------------------------------

    def done(self, told: Told, look: Look) -> Done:
        return done_of(told.event, told.source, told.offset, self._seeing, look)

    def see(self, strands: Sequence[int], look: Look) -> None:
        state = self._fold.profiles.state(strands)
        for _ in self._purchases(state, self._seeing, look):
            pass

    def see_told(self, told: Told, look: Look) -> None:
        properties = told.event.properties
        for lines in ("products", "returned_products"):
            event = structs.replace(
                told.event,
                properties={**properties, "products": properties.get(lines)},
            )
            self.done(Told(event, told.source, told.offset), look)

    # -- what lies before a definition ----------------------------------------

    def numbers(self, after: int, until: int, limit: int) -> Sequence[int]:
        return self._fold.identity.numbers(after, until, limit)

    def items(
        self, number: int, after: tuple[int, int], limit: int
    ) -> Sequence[tuple[int, int]]:
        low = (after[0], after[1] + 1)
        return self._fold.identity.items(number, low=low, limit=limit)

    def told(self, number: int, at_us: int, offset: int) -> tuple[int, Told] | None:
        record = self._fold.record_at(offset)
        event = None if record is None else event_of(record)
        if record is None or event is None:
            return None
        strand = self._fold.identity.strand_at(number, at_us, offset)
        return strand, Told(event, record.source, offset)

    def number_at(self, strand: int) -> int:
        return self._fold.identity.number_at(strand)

"""Shops by chance whose segments are defined amid traffic, and an oracle for them."""

import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import structs

from habitue.app.projection.evidence import event_of, evidence_of
from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import open_fold, replay, save
from habitue.app.segments.facts import CatalogGoods
from habitue.backends.sqlite.state import SqliteState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import DAY_US, HOUR_US, SECOND_US
from habitue.log.port import Entry, Truth
from habitue.model.event import Event
from habitue.model.evidence import Evidence, Judgement, Key
from habitue.model.record import Record, RecordKind
from habitue.model.source import Source, Writer
from habitue.profile.computed import DECLARED
from habitue.segment.condition import Condition
from habitue.segment.definition import SEGMENT, Segment, encode
from habitue.segment.facts import Facts
from habitue.segment.leaf import leaves_under
from habitue.segment.meaning import matches
from habitue.segment.subscription import SUBSCRIPTION, Subscription
from habitue.segment.telling import done_of
from habitue.segment.walk import leaves, segments_in
from habitue.segment.wants import Wants
from habitue.state.port import StateBackend
from tests.identity.histories import Shop
from tests.proof.logbook import judgement_entry
from tests.segment.generated import (
    BRANDS,
    CATEGORIES,
    NOW_US,
    PRODUCTS,
    SHOP_ZONE,
    STORES,
    condition,
    hints_of,
    human,
)

ALL = Wants(
    traits=True,
    computed=frozenset(one.name for one in DECLARED),
    consents=True,
    identifiers=True,
    objects=True,
)
JUMPS_US = (0, 1, SECOND_US, HOUR_US, DAY_US, DAY_US, 9 * DAY_US, 40 * DAY_US)
IDS = ("vip", "new", "s1", "s2", "s3", "s4")


class Living:
    """A log, a fold that follows it, and what the segments are by their meaning."""

    def __init__(
        self,
        folder: Path,
        chance: random.Random,
        backend: Callable[[], StateBackend] | None = None,
        rows_max: int = 50,
        truth: Callable[[], Truth] | None = None,
    ) -> None:
        """backend, truth: open where state and log are kept, the same each time."""
        self.chance = chance
        self._backend = backend or (lambda: SqliteState(folder / "state.db"))
        self.folder = folder
        self.rows_max = rows_max
        self._open_truth = truth or (lambda: SqliteTruth(folder / "truth.db"))
        self.truth = self._open_truth()
        self.now_us = NOW_US
        self.defined: dict[str, Condition] = {}
        self.shop = Shop(chance)
        self.keys: list[Key] = []
        self.open()

    def open(self) -> None:
        self.state = self._backend()
        self.fold: Fold = open_fold(self.truth, self.state, self.rows_max, SHOP_ZONE)
        replay(self.fold, self.truth, self.state, self.truth.head())

    def restart(self) -> None:
        """End without a word, perhaps behind what was written down, and start."""
        if self.chance.random() < 0.5:
            save(self.fold, self.state)
        self.state.close()
        self.open()

    def close(self) -> None:
        self.state.close()
        self.truth.close()

    # -- what happens ---------------------------------------------------------

    def step(self) -> None:
        if self.chance.random() < 0.6:
            self.now_us += self.chance.choice(JUMPS_US)
        what = self.chance.random()
        if what < 0.1 or len(self.defined) < 4:
            self.define()
        elif what < 0.17:
            self.tick()
        elif what < 0.19:
            self.redefine()
        elif what < 0.25:
            self.tell_of_goods()
        else:
            self.tell()

    def tick(self) -> None:
        head = str(self.truth.head())
        entry = Entry(kind=RecordKind.TICK, source="tick", message_id=head, body=b"{}")
        self.truth.commit([entry], self.now_us)
        self.apply()

    def define(self) -> None:
        name = self.chance.choice(IDS)
        if name in self.defined and self.chance.random() < 0.3:
            del self.defined[name]
            self.truth.define(SEGMENT, name, b"null", self.now_us)
            self.apply()
            return
        found = self.wanted(name)
        self.defined[name] = found
        body = encode(Segment(segment_id=name, name=name, condition=found))
        self.truth.define(SEGMENT, name, body, self.now_us)
        if self.chance.random() < 0.5:
            asked = Subscription(segment=name, marked=self.chance.random() < 0.5)
            body = msgspec.json.encode(asked)
            self.truth.define(SUBSCRIPTION, f"{name}-mailer", body, self.now_us)
        self.apply()

    def redefine(self) -> None:
        """Rank a source otherwise; everybody is judged anew, bit by bit."""
        name = self.chance.choice(("erp", "shop", "web"))
        source = Source(
            name=name,
            priority=self.chance.choice((10, 100)),
            trust_orders=self.chance.random() < 0.5,
        )
        self.truth.define("source", name, msgspec.json.encode(source), self.now_us)
        self.apply()
        self.finish()

    def tell_of_goods(self) -> None:
        """Have a product or a store be told of, perhaps after something was sold."""
        store = self.chance.random() < 0.3
        name = self.chance.choice(
            [one for one in (STORES if store else PRODUCTS) if one]
        )
        told = {
            "category": self.chance.choice((*CATEGORIES[:3], None)),
            "brand": self.chance.choice((*BRANDS[:2], None)),
            "price": self.chance.choice((4, "19.99", None)),
            "currency": self.chance.choice(("EUR", "PLN")),
        }
        if store:
            told = {"region": self.chance.choice(("north", "south", None))}
        id_name = "store_id" if store else "product_id"
        event = Event(
            type="track",
            name="Store Updated" if store else "Product Updated",
            at_us=self.now_us,
            writer=Writer.SERVER,
            properties={id_name: name, **told},
        )
        key = Key(
            self.chance.choice(("erp", "shop", "web")), f"goods{self.truth.head()}"
        )
        body = msgspec.json.encode(event)
        self.commit([Entry(source=key.source, message_id=key.message_id, body=body)])
        self.apply()
        if self.chance.random() < 0.3:
            self.finish()

    def wanted(self, name: str) -> Condition:
        """Make up a condition, more often than not one of things done."""
        done = self.chance.random() < 0.7
        while True:
            found = condition(self.chance, self.chance.choice((1, 1, 2, 3)))
            # None of the first two asks for others, so there is no circle.
            if segments_in(found) and name in ("vip", "new"):
                continue
            if not done or any(leaves_under(leaf) for leaf in leaves(found)):
                return found

    def tell(self) -> None:
        key = Key(self.chance.choice(("erp", "shop", "web")), f"m{len(self.keys)}")
        told = self.shop.record(key, 0, self.keys)
        self.keys.append(key)
        if isinstance(told, Judgement):
            at_us = self.now_us - self.chance.choice((0, DAY_US, 30 * DAY_US))
            self.commit([judgement_entry(told, at_us)])
        else:
            self.commit([self._entry(told)])
        self.apply()

    def commit(self, entries: Sequence[Entry]) -> None:
        self.truth.commit(entries, self.now_us)

    def _entry(self, told: Evidence) -> Entry:
        wanted = [*self.defined.values()] or [condition(self.chance, 1)]
        made = human(self.chance, hints_of(self.chance.choice(wanted)))
        if made.events:
            event = made.events[0][1]
        else:
            event = Event(type="track", name="Order Completed", at_us=NOW_US)
        if event.name == "Order Completed" and self.chance.random() < 0.7:
            number = self.chance.randrange(4)
            event = structs.replace(
                event,
                properties={"order_id": f"o{number}", **event.properties},
            )
        # Told about when it was done, or late, or of a clock that is ahead.
        late_us = NOW_US - event.at_us
        at_us = self.now_us - self.chance.choice((0, late_us, late_us, -HOUR_US))
        traits = made.traits if self.chance.random() < 0.3 else {}
        event = structs.replace(
            event,
            at_us=at_us,
            verified=told.verified,
            identifiers=told.identifiers,
            ends=told.ends,
            shared_device=told.shared_device,
            formerly=told.formerly,
            traits={k: v for k, v in traits.items() if isinstance(k, str)},
        )
        return Entry(
            source=told.key.source,
            message_id=told.key.message_id,
            body=msgspec.json.encode(event),
        )

    def apply(self) -> None:
        for record in self.truth.read(self.fold.offset, 10_000):
            self.fold.apply(record)

    def finish(self) -> None:
        """Let time go on until all that was defined answers."""
        for _ in range(1_000):
            if not self.fold.segments.live.library.jobs:
                return
            self.now_us += SECOND_US
            self.tick()
        raise AssertionError("A job never ends.")

    # -- what is so -----------------------------------------------------------

    def people(self) -> list[int]:
        return self.fold.identity.people(0, 10_000)

    def kept(self, now_us: int) -> dict[int, set[str]]:
        """Give who is in what, as it is kept."""
        live = self.fold.segments.live
        return {
            one: {held.segment for held in live.asking.of_person(one, now_us)}
            for one in self.people()
        }

    def meant(self, now_us: int) -> dict[int, set[str]]:
        """Give who is in what, as their facts say."""
        answering = self.fold.segments.live.library.answering()
        library = self.fold.segments.live.library
        asked = {name: library.condition(slot) for slot, name in answering.items()}
        told = list(self._told())
        return {
            one: {
                name
                for name, wanted in asked.items()
                if matches(wanted, self._facts(one, told, now_us), now_us)
            }
            for one in self.people()
        }

    def _facts(
        self, person_id: int, told: list[tuple[int, Record, Event]], now_us: int
    ) -> Facts:
        sight = self.fold.segments.live._sight  # type: ignore[attr-defined]
        known = sight.facts(sight.strands(person_id), ALL, now_us)
        goods = CatalogGoods(self.fold)
        done = [
            done_of(event, record.source, record.offset, goods)
            for whose, record, event in told
            if whose == person_id
        ]
        return structs.replace(known, done=(*known.done, *done))

    def _told(self) -> Iterator[tuple[int, Record, Event]]:
        identity = self.fold.identity
        for record in self.truth.read(0, 10_000):
            event, evidence = event_of(record), evidence_of(record)
            if event is None or not isinstance(evidence, Evidence):
                continue
            strand = None if self._is_void(record) else identity.strand_of(evidence)
            whose = None if strand is None else identity.person_of(strand)
            if whose is not None:
                yield whose, record, event

    def _is_void(self, record: Record) -> bool:
        ruling: Any = self.fold.identity._book.rulings.get(
            f"{record.source}\x00{record.message_id}"
        )
        return ruling is not None and ruling.retracted

    def dump(self) -> list[bytes]:
        return list(self.fold.store.dump())

    def rebuilt(self, batch: int) -> list[bytes]:
        backend = SqliteState(self.folder / f"again-{batch}.db")
        fold = open_fold(self.truth, backend, 1_000, SHOP_ZONE)
        replay(fold, self.truth, backend, self.truth.head(), batch)
        try:
            return list(fold.store.dump())
        finally:
            backend.close()

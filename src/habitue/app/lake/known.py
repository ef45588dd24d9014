"""Rows of what is known of people, and of what was bought, made of state as it is now.

A person is read as the meaning reads one (habitue.profile), so that no rule is told
twice. It takes the loop some 40 us a person and 30 us a purchase: who calls does it in
slices.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from habitue.app.projection.fold import Fold
from habitue.lake.plain import plain
from habitue.lake.rows import AllowedRow, BoughtRow, PurchaseRow
from habitue.model.consent import Consent, ConsentEntry
from habitue.model.order import Purchase
from habitue.profile import computed
from habitue.profile.ledger import ledger
from habitue.profile.read import purchase_of
from habitue.profile.rows import COUNTED, StrandState
from habitue.profile.traits import decide_traits
from habitue.segment.flat import KEPT, Row, computed_rows, trait_rows, zone_rows
from habitue.segment.moments import is_zone
from habitue.segment.telling import NoGoods, done_of_purchase

TIME_ZONE, IDENTIFIED = "timezone", "identified"
_READ = tuple(one for one in computed.DECLARED if one.name in KEPT)
_encode = msgspec.json.Encoder().encode
_NO_GOODS = NoGoods()


class PersonRows(NamedTuple):
    """What is known of a person: traits and computed ones, and the ledger."""

    facts: tuple[Row, ...] = ()
    allowed: tuple[Row, ...] = ()


class PurchaseRows(NamedTuple):
    """An order, a receipt or a return, and its lines; none where it is no more."""

    purchases: tuple[Row, ...] = ()
    lines: tuple[Row, ...] = ()


class KnownRows:
    """Reads people and purchases as rows."""

    def __init__(self, fold: Fold, shop_zone: str) -> None:
        self._fold = fold
        self._zone = shop_zone

    def person(self, person_id: int, strands: Sequence[int]) -> PersonRows:
        """Give the rows of who has these strands now."""
        state = self._fold.profiles.seen(strands)
        return PersonRows(
            tuple(self._facts(person_id, state)),
            tuple(allowed_rows(person_id, ledger(state)))
            if state.consents or state.claimed_consents
            else (),
        )

    def _facts(self, person_id: int, state: StrandState) -> Iterator[Row]:
        # Most people are visitors of whom nothing is known yet.
        if state.verified or state.claimed:
            told = decide_traits(state, self._fold.source)
            traits = {name: one.told.value for name, one in told.items()}
            yield from trait_rows(person_id, traits, self._zone)
            zone = traits.get(TIME_ZONE)
            if is_zone(zone):
                yield from zone_rows(person_id, str(zone), self._zone)
        if state.objects or state.known:
            yield from computed_rows(person_id, _computed(state), self._zone)

    def purchase(self, key: str) -> PurchaseRows:
        """Give the rows of an order, a receipt or a return as it stands."""
        objects = self._fold.profiles.objects
        weighed = objects.weighed(key)
        if weighed is None:
            return PurchaseRows()
        found = purchase_of(key, weighed.head, objects)
        returned = weighed.head.returned if weighed.head.flags & COUNTED else 0
        return purchase_rows(found, weighed.strand, returned)


def _computed(state: StrandState) -> dict[str, object]:
    """Read the computed traits that are copied and have something to say."""
    if not state.objects:
        # All others are of what was bought.
        return {IDENTIFIED: bool(state.known & 1)}
    facts = computed.Facts(state)
    read = ((one.name, one.read(facts)) for one in _READ)
    return {name: value for name, value in read if value or value == 0}


def allowed_rows(person_id: int, entries: Iterable[ConsentEntry]) -> Iterator[Row]:
    """Give the rows of a ledger; a contact point is told by a number alone."""
    contacts: dict[str, int] = {}
    for one in entries:
        contact = contacts.setdefault(one.contact, len(contacts))
        is_no = one.state is Consent.WITHDRAWN
        yield AllowedRow(
            person_id,
            contact,
            one.contact.partition(":")[0],
            one.purpose,
            one.channel,
            one.at_us if one.state is Consent.GRANTED else None,
            one.at_us if is_no and not one.claimed else None,
            one.at_us if is_no and one.claimed else None,
            one.state is Consent.PENDING,
        )


def purchase_rows(found: Purchase, strand: int, returned_minor: int) -> PurchaseRows:
    """Give the rows of a purchase that counts for a strand."""
    done = done_of_purchase(found, _NO_GOODS)
    number = min(done.offsets, default=0)
    purchase = PurchaseRow(
        purchase_id=number,
        key=found.key,
        happened_at=found.at_us,
        strand=strand,
        kind=found.kind.value,
        source=done.source,
        store=found.store or None,
        channel=found.channel,
        status=found.status,
        currency=found.currency,
        amount_minor=found.amount_minor,
        returned_minor=returned_minor,
        counted=found.counted,
        claimed=found.claimed,
        simulated=found.simulated,
        properties=_encode(plain(done.properties)).decode(),
    )
    lines = tuple(
        BoughtRow(
            number,
            at,
            line.product,
            line.name,
            line.category,
            line.brand,
            line.price_minor,
            line.quantity_milli,
            line.amount_minor,
            found.currency,
        )
        for at, line in enumerate(done.lines)
    )
    return PurchaseRows((purchase,), lines)

"""What the resolver's parts share: the tables, and items as they stand in them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple, cast

from habitue.base.steps import FEW, Steps, in_order, parts
from habitue.identity import rows
from habitue.identity.births import Births
from habitue.identity.history import ranked
from habitue.identity.order import Order
from habitue.identity.past import Past
from habitue.identity.people import People
from habitue.identity.recent import EvidenceAt, Recent
from habitue.identity.rows import Moment, Row, Stretch
from habitue.identity.ties import Ties
from habitue.model.evidence import Evidence, Judgement, Key
from habitue.model.identifier import Identifier
from habitue.model.kind import Form, Kind, KindPolicy, Move, Role, with_kind
from habitue.model.strand import identifier_no, strand
from habitue.state.noted import NotedIndex
from habitue.state.store import Store
from habitue.state.table import Table

FindKey = Callable[[Key], int | None]

_PAGE = 1_000
_OTHER_FORMS = frozenset({Form.EMAIL, Form.PHONE})


class Item(NamedTuple):
    """Evidence with the numbers of its identifiers, by rank and value."""

    evidence: Evidence
    moment: Moment
    numbers: tuple[int, ...]

    @property
    def offset(self) -> int:
        return self.evidence.offset


def moment_of(record: Evidence | Judgement) -> Moment:
    """Say where a record stands in the order of (t, key)."""
    return (record.at_us, record.key[0], record.key[1], 0)


class Book:
    """The tables of identity, and the questions that one row or span answers."""

    def __init__(
        self, store: Store, policy: KindPolicy, evidence_at: EvidenceAt, find: FindKey
    ) -> None:
        self.policy = policy
        self.find_key = find
        self.recent = Recent(evidence_at)
        self.record, self.remember = self.recent.record, self.recent.remember
        self.role = {kind.name: kind.role for kind in policy.kinds}
        self.devices = {kind.name for kind in policy.kinds if kind.role is Role.DEVICE}
        self.rank = {kind.name: kind.rank for kind in policy.kinds}
        self.limits = policy.limits()
        # Of contacts: whether they move on, and which count as others (rule 9).
        self.moves = {kind.name: kind.move is Move.MOVE for kind in policy.kinds}
        self.other = {kind.name: kind.form in _OTHER_FORMS for kind in policy.kinds}
        self.numbers: Table[str, int] = store.table(rows.NUMBERS)
        self.rows: Table[int, Row] = store.table(rows.ROWS)
        ties = Ties(store)
        self.past = Past(store, ties)
        self.pairs: Table[str, rows.Pair] = store.table(rows.PAIRS)
        self.rulings: Table[str, rows.Ruling] = store.table(rows.RULINGS)
        self.components: Table[int, rows.Component] = store.table(rows.COMPONENTS)
        self.classes: Table[int, list[int]] = store.table(rows.CLASSES)
        self.items = store.index(rows.ITEMS)
        self.order = Order(self.items, ties, self.moment)
        self.links = store.index(rows.LINKS)
        self.handed = cast("NotedIndex", store.index(rows.HANDED))
        self.people = People(store)
        self.births = Births(self)

    def add_kind(self, kind: Kind) -> None:
        """Know one more kind from here on; no record before names one of it.

        In place, since the parts hold these dicts themselves.
        """
        self.policy = with_kind(self.policy, kind)
        self.role[kind.name] = kind.role
        if kind.role is Role.DEVICE:
            self.devices.add(kind.name)
        self.rank[kind.name] = kind.rank
        self.limits[kind.rank] = kind.limit
        self.moves[kind.name] = kind.move is Move.MOVE
        self.other[kind.name] = kind.form in _OTHER_FORMS

    # Records.

    def moment(self, at_us: int, offset: int) -> Moment:
        """Give the moment of a record known by time and offset."""
        record = self.record(offset)
        return (at_us, "", "", 0) if record is None else moment_of(record)

    def item(self, evidence: Evidence) -> Item:
        """Give evidence its numbers; all its identifiers must be known."""
        order = ranked(evidence.identifiers, self.policy)
        numbers = tuple(self.number_of(one) for one in order)
        return Item(evidence, moment_of(evidence), numbers)

    # Identifiers.

    def number(self, identifier: Identifier) -> int | None:
        return self.numbers.get(f"{identifier.kind}:{identifier.value}")

    def number_of(self, identifier: Identifier) -> int:
        number = self.number(identifier)
        if number is None:
            raise KeyError(str(identifier))
        return number

    def row(self, number: int) -> Row:
        """Give the row of a number to read; it must be there."""
        row = self.rows.get(number)
        if row is None:
            raise KeyError(number)
        return row

    def edit(self, number: int) -> Row:
        """Give the row of a number to change; it must be there."""
        row = self.rows.edit(number)
        if row is None:
            raise KeyError(number)
        return row

    def new_row(self, identifier: Identifier, number: int) -> Row:
        """Make the row of an identifier that nothing named before."""
        row = Row(identifier.kind, identifier.value)
        role = self.role[identifier.kind]
        if role is Role.ANCHOR:
            row.anchor = rows.Anchor()
        elif role is Role.CONTACT:
            row.contact = rows.Contact([rows.Tenure(birth=number)])
        else:
            row.device = rows.Device(rows.Stretch(birth=number))
        return row

    def is_device(self, number: int) -> bool:
        return self.row(number).device is not None

    def name(self, number: int) -> int:
        """Give what an identifier counts as (rule 5)."""
        row = self.row(number)
        if row.anchor is not None and row.anchor.head:
            number = row.anchor.head
            row = self.row(number)
        return row.counts_as or number

    # Items and mentions.

    def entries(
        self, number: int, since_us: int = 0, until_us: int = 2**62
    ) -> Iterator[tuple[int, int, int]]:
        """Give (at_us, offset, flags) of mentions, of either part, in no order.

        since_us, until_us: the times between which they lie, both included.
        """
        high = (until_us + 1, 0)
        for part in (number * 2, number * 2 + 1):
            low = (since_us, 0)
            while True:
                page = self.items.span(part, low=low, high=high, limit=_PAGE)
                yield from page
                if len(page) < _PAGE:
                    break
                low = (page[-1][0], page[-1][1] + 1)

    def flags(self, number: int, at_us: int, offset: int) -> int:
        """Give the flags of a mention; it must be there."""
        low, high = (at_us, offset), (at_us, offset + 1)
        for part in (number * 2 + 1, number * 2):
            for entry in self.items.span(part, low=low, high=high, limit=1):
                return entry[2]
        raise KeyError((number, at_us, offset))

    def set_entry(self, number: int, item: Item, flags: int, decides: bool) -> None:
        """Write a mention's entry where it belongs, and only there."""
        at_us, offset = item.evidence.at_us, item.offset
        self.items.remove(number * 2 + (not decides), at_us, offset)
        self.items.put(number * 2 + decides, at_us, offset, flags)

    def carried(self, number: int, having: int = 0) -> Steps[list[Item]]:
        """Read the items in force that carry an identifier, by (t, key).

        having: flags of which each of them must have one, 0 for none.
        """
        items: list[Item] = []
        for some in parts(self.entries(number), FEW):
            for _, offset, flags in some:
                if not flags & rows.OUT_OF_FORCE and (flags & having or not having):
                    one = self.record(offset)
                    if isinstance(one, Evidence):
                        items.append(self.item(one))
            yield
        return (yield from in_order(items, _moment))

    def is_ranked(self, identifiers: tuple[Identifier, ...]) -> bool:
        """Say whether identifiers of different kinds come by rank, as events' do."""
        rank, last = self.rank, -1
        for kind, _ in identifiers:
            if rank[kind] <= last:
                return False
            last = rank[kind]
        return True

    # Strands and nodes.

    def bring(self, strands: Sequence[int]) -> None:
        """Load what is about to be asked of strands at once, if it is not there."""
        self.numbers.bring([identifier_no(one) for one in strands])

    def place(self, number: int, moment: Moment) -> int:
        """Give the strand of an identifier at a moment."""
        row = self.row(number)
        if row.contact is not None:
            return strand(number, tenure_at(row.contact, moment))
        if row.device is not None:
            # 0 if nothing was told in that stretch yet.
            return strand(self.past.at(number, row.device, moment).birth, 0)
        return strand(number, 0)

    def place_at(self, number: int, at_us: int, offset: int) -> int:
        """Give the strand of an identifier's item, which lies at a time and offset.

        Its record is read only where a tenure or stretch begins within that time.
        """
        first = self.place(number, (at_us, "", "", 0))
        if first and first == self.place(number, (at_us + 1, "", "", 0)):
            return first
        return self.place(number, self.moment(at_us, offset))

    def node(self, number: int, moment: Moment) -> int | None:
        """Give the node of an identifier at a moment; None: it has none."""
        row = self.row(number)
        if row.device is not None or (row.contact is not None and row.contact.shared):
            return None
        return self.place(number, moment)

    def owner(self, of: int) -> int | None:
        """Say which identifier a strand belongs to; None if there is no such strand."""
        number = identifier_no(of)
        if self.rows.get(number) is not None:
            return number
        return self.past.device_of(number)

    def number_at(self, of: int) -> int:
        """Say which identifier a strand belongs to; it must be there."""
        number = self.owner(of)
        if number is None:
            raise KeyError(of)
        return number

    def stretch(self, of: int) -> Stretch:
        """Give a stretch by its strand, to read."""
        device = self.row(self.number_at(of)).device
        birth = identifier_no(of)
        stretch = None if device is None else self.past.named(device, birth)
        if stretch is None:
            raise KeyError(of)
        return stretch

    def all_stretches(self, number: int) -> Steps[list[Stretch]]:
        """Give a device's stretches, in order."""
        device = self.row(number).device
        return [] if device is None else (yield from self.past.all(number, device))

    def decider(self, numbers: Iterable[int]) -> int:
        """Say which identifier decides an item: the highest that is not shared."""
        first = 0
        for number in numbers:
            contact = self.row(number).contact
            if contact is None or not contact.shared:
                return number
            first = first or number
        return first

    def is_anchor(self, number: int) -> bool:
        return self.row(number).anchor is not None


def tenure_at(contact: rows.Contact, moment: Moment) -> int:
    """Give the ordinal of the tenure of a contact in which a moment lies."""
    tenures = contact.tenures
    for at in range(len(tenures) - 1, 0, -1):
        since = tenures[at].since
        if since is not None and since <= moment:
            return at
    return 0


def role_of(row: Row) -> Role:
    if row.anchor is not None:
        return Role.ANCHOR
    return Role.CONTACT if row.contact is not None else Role.DEVICE


def _moment(item: Item) -> Moment:
    return item.moment

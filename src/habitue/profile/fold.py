"""The profiles: events in by strand, a person out as the combination of strands."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from habitue.base.days import Days
from habitue.base.errors import ConflictError
from habitue.model.consent import ConsentAnswer
from habitue.model.event import Event
from habitue.model.kind import DEVICE_KINDS
from habitue.model.order import Purchase
from habitue.model.profile import Profile
from habitue.model.score import ScoreRules
from habitue.model.source import Source
from habitue.model.trait import Trait
from habitue.profile.bring import Bringing
from habitue.profile.combine import absorb_traits, as_one
from habitue.profile.ledger import ledger
from habitue.profile.listing import Counted, counted_page
from habitue.profile.objects import Objects
from habitue.profile.permission import answer
from habitue.profile.port import Rows, Tables
from habitue.profile.read import (
    DEFAULT_RULES,
    PURCHASES_MAX,
    profile_of,
    purchases_of,
    readable,
)
from habitue.profile.report import PURCHASE_EVENTS, Where, report_of
from habitue.profile.rows import (
    COUNTED,
    NOBODY,
    OBJECTS,
    STRANDS,
    TOLD_BY,
    TOTALS,
    Head,
    ObjectRow,
    Part,
    StrandState,
)
from habitue.profile.scores.defining import RULES, SHOP
from habitue.profile.settle import Sources
from habitue.profile.strand import fold_event, known_by, tells_more
from habitue.profile.totals import Totals, total_rows
from habitue.profile.traits import decide_traits


class Profiles:
    """All profiles, kept by strand in a store's tables."""

    def __init__(
        self,
        store: Tables,
        source: Sources,
        devices: Collection[str] = DEVICE_KINDS,
        *,
        then: Sources | None = None,
        days: Days | None = None,
    ) -> None:
        """devices: the kinds of identifiers that are devices; more may come in it.

        then: the sources as they were when what is folded was first folded; days: of
        the shop, those of UTC if unsaid.
        """
        self._making = store.making
        self.days = days or Days()
        self._then = then or source
        self._devices = devices
        self._strands: Rows[int, StrandState] = store.table(STRANDS, self.drop)
        self._totals: Rows[int, dict[str, list[int]]] = store.table(TOTALS)
        self._source = source
        self._rules: Rows[str, ScoreRules] = store.table(RULES)
        self._objects: Rows[str, ObjectRow] = store.table(OBJECTS)
        self.objects = Objects(
            self._objects,
            Bringing(self._strands, self._totals, self.days),
            store.table(TOLD_BY),
            source,
        )
        # Whose traits, consents and purchases changed, for who keeps a copy of these.
        self.changed = self.objects.changed

    def fold(  # noqa: PLR0913 - where an item stands in the log is four words
        self,
        event: Event,
        *,
        source: str,
        message_id: str,
        offset: int,
        received_us: int,
        strand: int,
    ) -> None:
        """Fold an event into the strand it belongs to; NOBODY if it names nobody."""
        if strand != NOBODY:
            state = self._strands.edit(strand)
            if state is None:
                state = StrandState()
                self._strands.put(strand, state)
            where_to = (source, message_id, offset)
            known = state.known
            fold_event(state, event, where_to, received_us, self._devices)
            if self.changed.on and (
                event.traits or tells_more(event) or state.known != known
            ):
                self.changed.strands.add(strand)
        if event.name in PURCHASE_EVENTS:
            where = Where(self._then(source), message_id, offset, received_us)
            told = report_of(event, where)
            if told is not None:
                part = Part(
                    strand,
                    source,
                    event.verified,
                    bool(known_by(event, self._devices)),
                    told.stated,
                    event.at_us,
                    (told.report,),
                )
                self.objects.report(told, part)

    def withdraw(
        self,
        event: Event,
        *,
        source: str,
        message_id: str,
        offset: int,
        received_us: int,
    ) -> list[int]:
        """Take an event that names nobody out again.

        Gives the offsets of other events that name nobody and told of the same
        order, receipt or return: they are out too, and to be folded anew.
        """
        where = Where(self._source(source), message_id, offset, received_us)
        told = report_of(event, where)
        if told is None:
            return []
        others = self.objects.withdraw(told.key, source, offset)
        if others is None:
            # Money that stays must be seen to stay.
            raise ConflictError(
                f"{readable(told.key)} doesn't rest on the report at offset {offset}: "
                f"'{source}' was defined anew since, or told of it too often. Define "
                "it as it was, then restore the item and retract it again."
            )
        return others

    def drop(self, strand: int) -> None:
        """Forget all that was folded into a strand, its reports of orders too."""
        state = self._strands.get(strand)
        if state is None:
            return
        self.changed.strand(strand)
        self.objects.forget(strand, sorted(state.objects or ()))
        self._strands.delete(strand)

    def state(self, strands: Sequence[int]) -> StrandState:
        """Give the strands' states as one; not to be kept over a change."""
        pieces = self._making.in_pieces("strands", strands, self._combined)
        return pieces[0] if len(pieces) == 1 else as_one(iter(pieces))

    def _combined(self, strands: Sequence[int]) -> StrandState:
        return as_one(self._states(strands))

    def seen(self, strands: Sequence[int]) -> StrandState:
        """Give what state does, only to be looked at: of one strand its own row."""
        if len(strands) == 1:
            return self._strands.get(strands[0]) or StrandState()
        return self.state(strands)

    def _states(self, strands: Sequence[int]) -> Iterator[StrandState]:
        if len(strands) > 1:
            self._strands.prefetch(strands)
        for strand in strands:
            state = self._strands.get(strand)
            if state is not None:
                yield state

    def bring(self, strands: Iterable[int]) -> None:
        """Load the states of strands that are asked for next, all at once."""
        self._strands.prefetch(strands)

    def read(
        self,
        strands: Sequence[int],
        now_us: int,
        *,
        purchases_max: int = PURCHASES_MAX,
    ) -> Profile:
        """Give the person that these strands are, as known now.

        purchases_max bounds the purchases listed, each of which is a row to load;
        the computed traits take all of them into account.
        """
        state = self.state(strands)
        return profile_of(
            state,
            self.objects,
            self._source,
            now_us,
            purchases_max,
            devices=self._devices,
            rules=self.rules,
        )

    def purchases(self, strands: Sequence[int]) -> Iterator[Purchase]:
        """Give all orders, receipts and returns of a person, newest first."""
        return purchases_of(self.state(strands), self.objects)

    def counting(self, strands: Sequence[int]) -> Iterator[tuple[str, Head]]:
        """Give the orders, receipts and returns that count, each by its key."""
        for state in self._states(strands):
            for key, head in (state.objects or {}).items():
                if head is not None and head.flags & COUNTED:
                    yield key, head

    def object_keys(self, after: str | None, limit: int) -> list[str]:
        """Give the keys of so many orders, receipts and returns behind one, in order.

        Other records may be folded between two pages.
        """
        return [key for key, _ in self._objects.page(after, limit)]

    def traits(self, strands: Sequence[int]) -> dict[str, Trait]:
        """Give the traits alone, each with its source and the values that lost."""
        found = StrandState()
        for state in self._states(strands):
            absorb_traits(found, state)
        return decide_traits(found, self._source)

    def answer(
        self, strands: Sequence[int], purpose: str, channel: str
    ) -> ConsentAnswer:
        """Say whether the person may be written to for a purpose by a channel."""
        entries = ledger(self.state(strands))
        return answer(entries, purpose, channel, self._devices)

    @property
    def rules(self) -> ScoreRules:
        """The rules by which people are scored."""
        return self._rules.get(SHOP) or DEFAULT_RULES

    def rule(self, rules: ScoreRules) -> None:
        """Score by these rules from now on; nothing of a score is kept."""
        self._rules.put(SHOP, rules)

    def redefine(self, old: Source) -> int:
        """Decide anew on objects after a source changed; give how many were weighed.

        To be called once the new definition holds; old is the one before. Traits
        need nothing: they are decided on reading.
        """
        return sum(self.redefining(old))

    def redefining(self, old: Source) -> Iterator[int]:
        """Do what redefine does, an object at a time, so that others get a turn.

        Until it has come to its end no record may be folded and no snapshot begun;
        reading is allowed.
        """
        if self.is_changed(old):
            yield from self.objects.redefine(old)

    def ranked(self, old: Source) -> None:
        """Note where a source, now that old is no more, has another rank.

        Which of rival traits stand may be another then, whoever they are of.
        """
        if self._source(old.name).priority != old.priority:
            self.changed.everybody = True

    def is_changed(self, old: Source) -> bool:
        """Say whether objects may have to be decided anew, now that old is no more."""
        new = self._source(old.name)
        return (old.priority, old.trust_orders, old.simulated) != (
            new.priority,
            new.trust_orders,
            new.simulated,
        ) and self.objects.was_told(old.name)

    def counted(
        self, after: str | None, limit: int
    ) -> tuple[list[Counted], str | None]:
        """Give what counts of so many objects behind a key, and the key that goes on.

        Other records may be folded between two pages.
        """
        return counted_page(self._objects, self.objects, after, limit)

    def totals(self, first: int | None = None, last: int | None = None) -> Totals:
        """Give the shop's sums from a day through one, by the numbers of its days."""
        return total_rows(self._totals.items(), first, last)

    def first_day(self) -> int | None:
        """Give the first day that the shop has sums of, by its number."""
        return min((day for day, _ in self._totals.items()), default=None)

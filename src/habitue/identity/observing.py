"""What is told, record by record: items, judgements, and what they put out of force."""

from habitue.base.steps import Steps
from habitue.identity import rows
from habitue.identity.book import Item, moment_of
from habitue.identity.history import ranked
from habitue.identity.judging import Ruled
from habitue.identity.mentions import Mentions
from habitue.identity.parts import Parts
from habitue.identity.placement import Placement, Placing, placement
from habitue.identity.quick import Quick
from habitue.identity.settling import Settling
from habitue.model.evidence import Evidence, Judgement, Key, Verb
from habitue.model.identifier import Identifier


class Observing:
    """Takes the records of the log in, in their order."""

    def __init__(self, parts: Parts, quick: Quick) -> None:
        self.book = parts.book
        self.parts = parts
        self.quick = quick
        self.mentions = Mentions(parts.book)

    def observe(self, evidence: Evidence) -> Placing:
        """Take an item of the log; offsets count upwards.

        What reaches far is given as steps, which must be done before all else.
        """
        self.book.remember(evidence)
        void = self.is_void(evidence.key)
        if not evidence.identifiers:
            self.mentions.enter(evidence)
            return self._turn_nobody(evidence, 0 if void else 1)
        if not void and evidence.formerly is None:
            placing = self.quick.take(evidence)
            if placing is not None:
                return placing
        self.mentions.enter(evidence)
        item = self.book.item(evidence)
        ruled = self._alias(evidence, in_force=not void)
        if void:
            self.mentions.void(item)
            return self._settle(None, ruled) if ruled else Placement(None)
        return self._settle(item, ruled)

    def judge(self, judgement: Judgement) -> Placing:
        """Take a judgement of the log; the strand of the answer is None."""
        self.book.remember(judgement)
        void = self.is_void(judgement.key)
        if judgement.verb in (Verb.SAME, Verb.NOT_SAME):
            self.mentions.enter(judgement)
            ruled = self._pair(judgement, in_force=not void)
            return self._settle(None, ruled) if ruled else Placement(None)
        return self._rule(judgement)

    def _settle(self, item: Item | None, ruled: list[Ruled]) -> Steps[Placement]:
        return placement((yield from Settling(self.parts, item, True).settle(ruled)))

    # Judgements.

    def _alias(self, evidence: Evidence, *, in_force: bool) -> list[Ruled]:
        former = evidence.formerly
        if former is None or not evidence.verified or not evidence.identifiers:
            return []
        highest = ranked(evidence.identifiers, self.book.policy)[0]
        return self._told(evidence, (former, highest), True, in_force)

    def _pair(self, judgement: Judgement, *, in_force: bool) -> list[Ruled]:
        left, right = judgement.left, judgement.right
        if left is None or right is None:
            return []
        same = judgement.verb is Verb.SAME
        return self._told(judgement, (left, right), same, in_force)

    def _told(
        self,
        record: Evidence | Judgement,
        pair: tuple[Identifier, Identifier],
        same: bool,
        in_force: bool,
    ) -> list[Ruled]:
        left, right = (self.book.number_of(one) for one in pair)
        if left == right:
            return []
        at_us, source, message_id, _ = moment_of(record)
        told = rows.Told(at_us, source, message_id, record.offset, same, in_force)
        return [Ruled(left, right, told)]

    def _rule(self, judgement: Judgement) -> Placing:
        """Take a retract or restore: on one key the later wins, by (t, key)."""
        if judgement.target is None:
            return Placement(None)
        key = ruling_key(judgement.target)
        held = self.book.rulings.edit(key)
        moment = moment_of(judgement)
        if held is not None and moment < (held.at_us, held.source, held.message_id, 0):
            held.told.append(judgement.offset)
            return Placement(None)
        offset = self.book.find_key(judgement.target)
        known = offset is not None and offset < judgement.offset
        retracted = judgement.verb is Verb.RETRACT
        # Kept equal to the rulings that wait, also where a ruling is on itself.
        was = held is not None and held.pending
        if was is known:
            self.book.people.expect(-1 if known else 1)
        told = [*(held.told if held is not None else ()), judgement.offset]
        ruling = rows.Ruling(*moment[:3], retracted, not known, told)
        self.book.rulings.put(key, ruling)
        before = held is not None and held.retracted
        if offset is None or not known or before == retracted:
            return Placement(None)
        return self._toggle(self.book.record(offset), in_force=not retracted)

    def _toggle(
        self, record: Evidence | Judgement | None, *, in_force: bool
    ) -> Placing:
        """Put a record in or out of force, if state has not forgotten it."""
        if record is not None and not self.mentions.holds(record):
            return Placement(None)
        if isinstance(record, Judgement):
            if record.verb not in (Verb.SAME, Verb.NOT_SAME):
                return Placement(None)
            ruled = self._pair(record, in_force=in_force)
            return self._settle(None, ruled) if ruled else Placement(None)
        if record is None:
            return Placement(None)
        if not record.identifiers:
            return self._turn_nobody(record, 1 if in_force else -1)
        return self._turn_item(record, in_force=in_force)

    def _turn_item(self, evidence: Evidence, *, in_force: bool) -> Steps[Placement]:
        """Put an item in or out of force; what it decides is folded anew with it."""
        item = self.book.item(evidence)
        ruled = self._alias(evidence, in_force=in_force)
        outcome = yield from Settling(self.parts, item, in_force).settle(ruled)
        if outcome.strand is not None:
            outcome.refold[self.book.decider(item.numbers)] = None
            outcome.strand = None
        return placement(outcome)

    def _turn_nobody(self, item: Evidence, change: int) -> Placement:
        """Count an item of nobody: change is 1 if it comes, -1 if it goes, else 0."""
        if not change:
            return Placement(None)
        self.book.people.tally().nobody += change
        if change > 0:
            return Placement(None, nobody=item.offset)
        return Placement(None, withdrawn=item.offset)

    def is_retracted(self, key: Key) -> bool:
        """Say whether the latest word on a key is that it is retracted."""
        ruling = self.book.rulings.get(ruling_key(key))
        return ruling is not None and ruling.retracted

    def is_ruled(self, key: Key) -> bool:
        """Say whether a key was ever retracted or restored."""
        return self.book.rulings.get(ruling_key(key)) is not None

    def is_void(self, key: Key) -> bool:
        """Say whether a key that comes in was retracted before it came."""
        if not self.book.people.pending():
            return False
        ruling = self.book.rulings.edit(ruling_key(key))
        if ruling is None or not ruling.pending:
            return False
        ruling.pending = False
        self.book.people.expect(-1)
        return ruling.retracted


def ruling_key(key: Key) -> str:
    """Name the row in which is kept what was ruled on a key."""
    return f"{key[0]}\x00{key[1]}"

"""All that was ever told, put in order: items, verdicts and mentions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from habitue.model.evidence import Evidence, Judgement, Key, Verb
from habitue.model.identifier import Identifier, birth
from habitue.model.kind import KindPolicy
from habitue.model.person import Moment


class Same(NamedTuple):
    """A verdict `same` in force: two identifiers are one person's."""

    left: Identifier
    right: Identifier
    moment: Moment


class Verdicts(Struct, frozen=True):
    """What stands between pairs: the latest judgement in force on each pair."""

    same: tuple[Same, ...]
    not_same: dict[Identifier, frozenset[Identifier]]

    def apart(self, left: Identifier, right: Identifier) -> bool:
        return right in self.not_same.get(left, ())


class Mention(NamedTuple):
    """A record that names identifiers, in force or not, by rank and value."""

    offset: int
    moment: Moment
    identifiers: tuple[Identifier, ...]


class History(Struct, frozen=True):
    """Evidence in order: what is in force, what is judged, what was ever named.

    items: in force and with identifiers, by (t, key); nobody: how many in force
    have none; mentions: by offset, retracted records included.
    """

    items: tuple[Evidence, ...]
    nobody: int
    verdicts: Verdicts
    mentions: dict[int, Mention]

    def births(self) -> dict[Identifier, int]:
        """Give each identifier its number, by its first mention."""
        first: dict[Identifier, int] = {}
        for offset in sorted(self.mentions):
            for position, identifier in enumerate(self.mentions[offset].identifiers):
                first.setdefault(identifier, birth(offset, position))
        return first


def gather(history: Iterable[Evidence | Judgement], policy: KindPolicy) -> History:
    """Put a history, given in any order, in order."""
    records = sorted(history, key=moment_of)
    void = _void(records)
    standing = [record for record in records if record.key not in void]
    items = [record for record in standing if isinstance(record, Evidence)]
    return History(
        items=tuple(item for item in items if item.identifiers),
        nobody=sum(not item.identifiers for item in items),
        verdicts=verdicts(standing, policy),
        mentions={
            record.offset: Mention(record.offset, moment_of(record), named)
            for record in records
            if (named := mentioned(record, policy))
        },
    )


def moment_of(record: Evidence | Judgement) -> Moment:
    """Say where a record stands in the order of (t, key)."""
    return Moment(record.at_us, record.key)


def mentioned(
    record: Evidence | Judgement, policy: KindPolicy
) -> tuple[Identifier, ...]:
    """Give all identifiers a record names, once each, by rank and value.

    The place in this order is the position of a birth.
    """
    named: set[Identifier] = set()
    if isinstance(record, Evidence):
        named.update(record.identifiers)
        if record.formerly is not None:
            named.add(record.formerly)
    else:
        named.update(one for one in (record.left, record.right) if one is not None)
    return tuple(ranked(named, policy))


def ranked(identifiers: Iterable[Identifier], policy: KindPolicy) -> list[Identifier]:
    """Put identifiers in order: the highest-ranked first, two of a kind by value."""
    return sorted(identifiers, key=lambda one: (policy.rank(one.kind), one.value))


def verdicts(records: Iterable[Evidence | Judgement], policy: KindPolicy) -> Verdicts:
    """Find what stands on each pair; records: those in force, by (t, key)."""
    latest: dict[frozenset[Identifier], tuple[Verb, Same]] = {}
    for record in records:
        for verb, verdict in _told(record, policy):
            latest[frozenset((verdict.left, verdict.right))] = (verb, verdict)
    apart: defaultdict[Identifier, set[Identifier]] = defaultdict(set)
    for verb, (left, right, _) in latest.values():
        if verb is Verb.NOT_SAME:
            apart[left].add(right)
            apart[right].add(left)
    return Verdicts(
        same=tuple(told for verb, told in latest.values() if verb is Verb.SAME),
        not_same={one: frozenset(others) for one, others in apart.items()},
    )


def _told(
    record: Evidence | Judgement, policy: KindPolicy
) -> Iterator[tuple[Verb, Same]]:
    if isinstance(record, Evidence):
        verb, pair = Verb.SAME, _alias(record, policy)
    else:
        verb, pair = record.verb, (record.left, record.right)
    left, right = pair
    if verb not in {Verb.SAME, Verb.NOT_SAME} or left is None or right is None:
        return
    if left != right:
        yield verb, Same(left, right, moment_of(record))


def _alias(
    item: Evidence, policy: KindPolicy
) -> tuple[Identifier | None, Identifier | None]:
    # Only the shop's own word makes two accounts one: a browser's alias is a claim.
    if item.formerly is None or not item.verified or not item.identifiers:
        return None, None
    return item.formerly, ranked(item.identifiers, policy)[0]


def _void(records: Iterable[Evidence | Judgement]) -> frozenset[Key]:
    """Find the keys that are taken out; records by (t, key), so the later wins."""
    last: dict[Key, Verb] = {}
    for record in records:
        if isinstance(record, Judgement) and record.target is not None:
            last[record.target] = record.verb
    return frozenset(key for key, verb in last.items() if verb is Verb.RETRACT)

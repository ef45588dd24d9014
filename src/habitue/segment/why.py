"""Why somebody is in a segment, and why not: the clauses, and the facts behind them."""

from collections.abc import Iterator

from msgspec import Struct

from habitue.profile.permission import answer
from habitue.segment.compare import Moment
from habitue.segment.condition import (
    AllOf,
    AnyOf,
    Condition,
    Did,
    DidNot,
    HasComputed,
    HasConsent,
    HasTrait,
    InSegment,
    Not,
    Sequence,
)
from habitue.segment.doing import matching, meant, total, values_of
from habitue.segment.facts import Facts
from habitue.segment.meaning import matches, moment, trait_values
from habitue.segment.sequence import ends
from habitue.segment.values import NUMBER_DIGITS
from habitue.segment.walk import children
from habitue.segment.words import clause, found_words

# More records than this are not named for one clause.
OFFSETS_MAX = 20


class Reason(Struct, frozen=True, kw_only=True):
    """Whether a part of a condition holds, in words, with what it rests on."""

    # A JSON pointer to it.
    place: str
    holds: bool
    clause: str
    # What was found instead of, or as, what is asked for.
    found: str = ""
    # Records of the log, the latest first.
    offsets: tuple[int, ...] = ()
    reasons: tuple["Reason", ...] = ()


def explain(condition: Condition, facts: Facts, now_us: int) -> Reason:
    """Say why a person satisfies a condition, or why not, part by part."""
    return _explain(condition, facts, moment(facts, now_us), "")


def _explain(condition: Condition, facts: Facts, at: Moment, place: str) -> Reason:
    parts = children(condition)
    if not isinstance(condition, AllOf | AnyOf | Not):
        return _of_leaf(condition, facts, at, place)
    one = isinstance(condition, Not)
    reasons = tuple(
        _explain(part, facts, at, f"{place}/of" if one else f"{place}/of/{number}")
        for number, part in enumerate(parts)
    )
    return Reason(
        place=place,
        holds=_together(condition, reasons),
        clause=clause(condition),
        reasons=reasons,
    )


def _together(condition: Condition, reasons: tuple[Reason, ...]) -> bool:
    """Say whether a condition holds, by its parts; each was judged by the meaning."""
    if isinstance(condition, Not):
        return not reasons[0].holds
    if isinstance(condition, AllOf):
        return all(one.holds for one in reasons)
    return any(one.holds for one in reasons)


def _of_leaf(leaf: Condition, facts: Facts, at: Moment, place: str) -> Reason:
    found, offsets = _evidence(leaf, facts, at)
    return Reason(
        place=place,
        holds=matches(leaf, facts, at.now_us),
        clause=clause(leaf),
        found=found,
        offsets=tuple(sorted(set(offsets), reverse=True)[:OFFSETS_MAX]),
    )


def _evidence(leaf: Condition, facts: Facts, at: Moment) -> tuple[str, list[int]]:
    match leaf:
        case Did():
            return _of_did(leaf, facts, at)
        case DidNot(within=within):
            done = matching(leaf, within, facts, at)
            offsets = [offset for one in done for offset in one.done.offsets]
            return found_words("times", len(done)), offsets
        case Sequence():
            return _of_sequence(leaf, facts, at)
        case HasTrait() | HasComputed():
            return _of_trait(leaf, facts)
        case HasConsent(purpose=purpose, channel=channel):
            told = answer(facts.consents, purpose, channel, facts.devices)
            entries = [] if told.entry is None else [told.entry.offset]
            return f"{told.state.value}: {told.reason}", entries
        case InSegment(segment=segment):
            word = "in" if segment in facts.memberships else "out"
            return found_words(word, 0), []
        case _:
            return "", []


def _of_sequence(leaf: Sequence, facts: Facts, at: Moment) -> tuple[str, list[int]]:
    """Give how often it was done to the end, and the records that tell the end."""
    found = set(ends(leaf, facts, at))
    last = matching(leaf.steps[-1], leaf.within, facts, at)
    offsets = [
        offset for one in last if one.done.at_us in found for offset in one.done.offsets
    ]
    return found_words("sequences", len(found)), offsets


def _of_did(did: Did, facts: Facts, at: Moment) -> tuple[str, list[int]]:
    done = meant(did, facts, at)
    offsets = [offset for one in done for offset in one.done.offsets]
    if did.sum is not None:
        amount = total(did.sum, done, at)
        return found_words("sum", _whole(amount)), offsets
    if did.distinct is not None:
        return found_words("values", len(values_of(did.distinct, done, at))), offsets
    return found_words("times", len(done)), offsets


def _whole(millionths: int) -> float:
    one = int(10**NUMBER_DIGITS)
    return millionths / one if millionths % one else millionths // one


def _of_trait(leaf: HasTrait | HasComputed, facts: Facts) -> tuple[str, list[int]]:
    values = trait_values(leaf, facts)
    told = ", ".join(str(value)[:80] for value in values[:5])
    offset = None
    if isinstance(leaf, HasTrait):
        offset = facts.trait_offsets.get(leaf.name.partition(".")[0])
    return told or found_words("nothing", 0), [] if offset is None else [offset]


def decisive(reason: Reason) -> Iterator[Reason]:
    """Give the clauses that decide: those without which the answer might be another.

    Of an `all` that doesn't hold these are the parts that don't, of an `any` that
    holds those that do; so on through the parts.
    """
    if not reason.reasons:
        yield reason
        return
    turned = len(reason.reasons) == 1 and reason.reasons[0].place.endswith("/of")
    for part in reason.reasons:
        if turned or part.holds is reason.holds:
            yield from decisive(part)

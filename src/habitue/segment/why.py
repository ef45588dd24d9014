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
from habitue.segment.texts import ENGLISH, Texts
from habitue.segment.values import NUMBER_DIGITS
from habitue.segment.walk import children
from habitue.segment.words import clause, currency_in, found_words, value_words

# More records than this are not named for one clause.
OFFSETS_MAX = 20
# What compares with days: a text that is one is found as a day, too.
_OF_DAYS = frozenset({"before", "after", "within", "older", "ahead", "anniversary"})


class Reason(Struct, frozen=True, kw_only=True):
    """Whether a part of a condition holds, in words, with what it rests on."""

    # A JSON pointer to it.
    place: str
    holds: bool
    clause: str
    # What was found instead of, or as, what is asked for.
    found: str = ""
    # The trait that was looked at, if it was one: not everybody may read it.
    trait: str | None = None
    # Records of the log, the latest first.
    offsets: tuple[int, ...] = ()
    reasons: tuple["Reason", ...] = ()


class _Asked(Struct, frozen=True):
    """Of whom a reason is told, as of which moment, in which words."""

    facts: Facts
    at: Moment
    texts: Texts


def explain(
    condition: Condition, facts: Facts, now_us: int, texts: Texts = ENGLISH
) -> Reason:
    """Say why a person satisfies a condition, or why not, part by part.

    texts: the words it is said in, as habitue.segment.texts has them.
    """
    return _explain(condition, _Asked(facts, moment(facts, now_us), texts), "")


def _explain(condition: Condition, asked: _Asked, place: str) -> Reason:
    parts = children(condition)
    if not isinstance(condition, AllOf | AnyOf | Not):
        return _of_leaf(condition, asked, place)
    one = isinstance(condition, Not)
    reasons = tuple(
        _explain(part, asked, f"{place}/of" if one else f"{place}/of/{number}")
        for number, part in enumerate(parts)
    )
    return Reason(
        place=place,
        holds=_together(condition, reasons),
        clause=clause(condition, asked.texts),
        reasons=reasons,
    )


def _together(condition: Condition, reasons: tuple[Reason, ...]) -> bool:
    """Say whether a condition holds, by its parts; each was judged by the meaning."""
    if isinstance(condition, Not):
        return not reasons[0].holds
    if isinstance(condition, AllOf):
        return all(one.holds for one in reasons)
    return any(one.holds for one in reasons)


def _of_leaf(leaf: Condition, asked: _Asked, place: str) -> Reason:
    found, offsets = _evidence(leaf, asked)
    return Reason(
        place=place,
        holds=matches(leaf, asked.facts, asked.at.now_us),
        clause=clause(leaf, asked.texts),
        found=found,
        trait=leaf.name if isinstance(leaf, HasTrait) else None,
        offsets=tuple(sorted(set(offsets), reverse=True)[:OFFSETS_MAX]),
    )


def _evidence(leaf: Condition, asked: _Asked) -> tuple[str, list[int]]:
    facts, texts = asked.facts, asked.texts
    match leaf:
        case Did():
            return _of_did(leaf, asked)
        case DidNot(within=within):
            done = matching(leaf, within, facts, asked.at)
            offsets = [offset for one in done for offset in one.done.offsets]
            return found_words("times", len(done), texts), offsets
        case Sequence():
            return _of_sequence(leaf, asked)
        case HasTrait() | HasComputed():
            return _of_trait(leaf, asked)
        case HasConsent():
            return _of_consent(leaf, asked)
        case InSegment(segment=segment):
            word = "in" if segment in facts.memberships else "out"
            return found_words(word, 0, texts), []
        case _:
            return "", []


def _of_consent(leaf: HasConsent, asked: _Asked) -> tuple[str, list[int]]:
    """Give the state of a consent, and the ledger's reason as profile.said has it."""
    facts = asked.facts
    told = answer(facts.consents, leaf.purpose, leaf.channel, facts.devices)
    entries = [] if told.entry is None else [told.entry.offset]
    return f"{asked.texts[f'state_{told.state.value}']}: {told.reason}", entries


def _of_sequence(leaf: Sequence, asked: _Asked) -> tuple[str, list[int]]:
    """Give how often it was done to the end, and the records that tell the end."""
    facts, at = asked.facts, asked.at
    found = set(ends(leaf, facts, at))
    last = matching(leaf.steps[-1], leaf.within, facts, at)
    offsets = [
        offset for one in last if one.done.at_us in found for offset in one.done.offsets
    ]
    return found_words("sequences", len(found), asked.texts), offsets


def _of_did(did: Did, asked: _Asked) -> tuple[str, list[int]]:
    at, texts = asked.at, asked.texts
    done = meant(did, asked.facts, at)
    offsets = [offset for one in done for offset in one.done.offsets]
    if did.sum is not None:
        amount = _whole(total(did.sum, done, at))
        said = value_words(amount, texts, did.sum.currency)
        return found_words("sum", said, texts), offsets
    if did.distinct is not None:
        number = len(values_of(did.distinct, done, at))
        return found_words("values", number, texts), offsets
    return found_words("times", len(done), texts), offsets


def _whole(millionths: int) -> float:
    one = int(10**NUMBER_DIGITS)
    return millionths / one if millionths % one else millionths // one


def _of_trait(leaf: HasTrait | HasComputed, asked: _Asked) -> tuple[str, list[int]]:
    facts = asked.facts
    values = trait_values(leaf, facts)
    told = ", ".join(_short(value, leaf, asked.texts) for value in values[:5])
    offset = None
    if isinstance(leaf, HasTrait):
        offset = facts.trait_offsets.get(leaf.name.partition(".")[0])
    return told or found_words("nothing", 0, asked.texts), [] if offset is None else [
        offset
    ]


def _short(value: object, leaf: HasTrait | HasComputed, texts: Texts) -> str:
    return _said(value, leaf, texts)[:80]


def _said(value: object, leaf: HasTrait | HasComputed, texts: Texts) -> str:
    if isinstance(value, str):
        return texts.day(value) if leaf.op in _OF_DAYS else value
    if isinstance(leaf, HasTrait):
        return value_words(value, texts)
    if leaf.name.endswith("_us") and isinstance(value, int):
        return texts.moment(value)
    return value_words(value, texts, currency_in(leaf.name))


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

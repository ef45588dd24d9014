"""From the combined state to a profile that can be shown."""

from collections.abc import Collection, Iterator
from itertools import islice

from habitue.model.kind import DEVICE_KINDS
from habitue.model.order import Line, Purchase
from habitue.model.profile import Freshness, Permission, Profile, Warned
from habitue.model.score import ScoreRules
from habitue.profile.computed import Facts, compute
from habitue.profile.key import RETURN
from habitue.profile.ledger import ledger
from habitue.profile.objects import Objects
from habitue.profile.permission import answer
from habitue.profile.rows import (
    CLAIMED,
    CONFLICT,
    COUNTED,
    COVERED,
    OVER_RETURNED,
    SEP,
    SIMULATED,
    VOID,
    Head,
    LineRow,
    StrandState,
)
from habitue.profile.said import UNCOUNTED, WARNINGS, warning
from habitue.profile.scores.declared import scores
from habitue.profile.scores.need import chosen_need
from habitue.profile.settle import Settled, Sources
from habitue.profile.totals import KINDS
from habitue.profile.traits import decide_traits
from habitue.profile.version import rests_on

PURCHASES_MAX = 50
DEFAULT_RULES = ScoreRules()


def profile_of(  # noqa: PLR0913 - all that a profile is made of
    state: StrandState,
    objects: Objects,
    sources: Sources,
    now_us: int,
    purchases_max: int = PURCHASES_MAX,
    *,
    devices: Collection[str] = DEVICE_KINDS,
    rules: ScoreRules = DEFAULT_RULES,
) -> Profile:
    """Make the profile from a person's combined state, with its latest purchases."""
    facts = Facts(state)
    entries = ledger(state)
    permissions = [
        answer(entries, purpose, channel, devices)
        for purpose, channel in sorted({(e.purpose, e.channel) for e in entries})
    ]
    traits = decide_traits(state, sources)
    return Profile(
        as_of_us=now_us,
        traits=traits,
        computed=compute(facts) | scores(facts, now_us, rules, chosen_need(traits)),
        consents=tuple(
            Permission(
                purpose=each.purpose,
                channel=each.channel,
                state=each.state,
                reason=each.reason,
            )
            for each in permissions
        ),
        ledger=entries,
        freshness=_freshness(state, sources),
        purchases=tuple(
            purchase_of(key, head, objects)
            for key, head in islice(reversed(facts.heads), purchases_max)
        ),
        warnings=tuple(_warnings(state, facts)),
    )


def _freshness(state: StrandState, sources: Sources) -> tuple[Freshness, ...]:
    return tuple(
        Freshness(
            source=name,
            events=seen.events,
            last_at_us=seen.last_us,
            last_received_us=seen.received_us,
            simulated=sources(name).simulated,
        )
        for name, seen in sorted(state.sources.items())
    )


def purchases_of(state: StrandState, objects: Objects) -> Iterator[Purchase]:
    """Give all orders, receipts and returns, newest first."""
    for key, head in reversed(Facts(state).heads):
        yield purchase_of(key, head, objects)


def purchase_of(key: str, head: Head, objects: Objects) -> Purchase:
    """Give an object as it stands, with what its head says of it."""
    settled, row = objects.settled(key), objects.row(key)
    flags = head.flags
    return Purchase(
        key=key,
        kind=KINDS[head.kind],
        at_us=head.at_us,
        channel=head.channel,
        currency=head.currency,
        amount_minor=head.amount,
        status=settled.status if settled else "",
        store=head.store,
        till=settled.till if settled else "",
        cashier=settled.cashier if settled else "",
        tender=settled.tender if settled else "",
        lines=_lines(settled, objects) if settled else (),
        counted=bool(flags & COUNTED),
        because=_because(flags),
        claimed=bool(flags & CLAIMED),
        conflict=bool(flags & CONFLICT),
        over_returned=bool(flags & OVER_RETURNED),
        simulated=bool(flags & SIMULATED),
        of=settled.link if settled and settled.link else "",
        reports=rests_on(row) if row else (),
    )


def _lines(settled: Settled, objects: Objects) -> tuple[Line, ...]:
    rows = settled.lines
    if _lacks_prices(settled):
        # A returned line takes its price from the purchase, where it names none.
        weighed = objects.weighed(settled.key)
        rows = weighed.lines if weighed and weighed.lines else rows
    return tuple([_line(row) for row in rows])


def _lacks_prices(settled: Settled) -> bool:
    return settled.kind == RETURN and any(row[4] is None for row in settled.lines)


def stands_alone(key: str, objects: Objects) -> bool:
    """Say whether nothing that an object tells is of another it goes back to."""
    if key[0] != RETURN:
        return True
    settled = objects.settled(key)
    return settled is not None and not _lacks_prices(settled)


def _line(row: LineRow) -> Line:
    item, category, brand, milli, amount = row
    product, _, name = item.partition(SEP)
    return Line(
        product=product,
        name=name,
        category=category,
        brand=brand,
        quantity_milli=milli,
        amount_minor=amount,
    )


def _because(flags: int) -> str:
    if flags & COUNTED:
        return ""
    if flags & CLAIMED:
        return UNCOUNTED["claimed"]
    if flags & VOID:
        return UNCOUNTED["void"]
    if flags & COVERED:
        return UNCOUNTED["covered"]
    return UNCOUNTED["nothing"]


def readable(key: str) -> str:
    """Write an object's key for people.

    >>> readable(SEP.join(("o", "shop", "17")))
    'order shop/17'
    """
    kind, *rest = key.split(SEP)
    return f"{KINDS[kind].value} {'/'.join(each for each in rest if each)}"


def _warnings(state: StrandState, facts: Facts) -> list[Warned]:
    found = [
        Warned(code=word, detail=WARNINGS[word])
        for word in sorted(state.warned or ())
        if word in WARNINGS
    ]
    for key, head in facts.heads:
        if head.flags & OVER_RETURNED:
            detail = warning("over_returned", purchase=readable(key))
            found.append(Warned(code="over_returned", detail=detail))
        if head.flags & CONFLICT:
            detail = warning("conflict", purchase=readable(key))
            found.append(Warned(code="conflict", detail=detail))
    return found

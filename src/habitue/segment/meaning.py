"""What a condition means: the one place that says so.

Every other way to judge people, the live one and those in SQL, has to agree with this.

- Nothing is known of the future: what happened later than now did not happen yet.
- A window of so long is half open: what happened at t counts from t on, and no longer
  at t and so long. So whoever leaves does so at an exact instant.
- A missing value satisfies no comparison, `is_not` and `none_of` included; `missing`
  asks for it. `not` turns everything around: not(city is X) is also who has no city.
- `count`, `sum` and `distinct` of nothing are 0; so `count < 3` is also who never did.
- The order in which facts are told makes no difference.
"""

from habitue.profile.permission import answer
from habitue.segment.compare import Moment, compares
from habitue.segment.condition import (
    AllOf,
    AnyOf,
    Condition,
    Did,
    DidNot,
    HasComputed,
    HasConsent,
    HasIdentifier,
    HasTrait,
    InSegment,
    Not,
    Sequence,
)
from habitue.segment.doing import is_enough, matching, meant
from habitue.segment.facts import Facts
from habitue.segment.sequence import ends
from habitue.segment.values import path_of, values_at


def matches(condition: Condition, facts: Facts, now_us: int) -> bool:
    """Say whether a person, as the facts tell, satisfies a condition at a moment."""
    match condition:
        case AllOf(of=of):
            return all(matches(one, facts, now_us) for one in of)
        case AnyOf(of=of):
            return any(matches(one, facts, now_us) for one in of)
        case Not(of=inner):
            return not matches(inner, facts, now_us)
        case _:
            return holds(condition, facts, moment(facts, now_us))


def moment(facts: Facts, now_us: int) -> Moment:
    """Give the moment and the zones that a person's facts are judged in."""
    return Moment(now_us, facts.shop_zone, facts.time_zone)


def holds(leaf: Condition, facts: Facts, at: Moment) -> bool:
    """Say whether a condition that is no `all`, `any` or `not` holds."""
    match leaf:
        case Did():
            return is_enough(leaf, meant(leaf, facts, at), at)
        case DidNot():
            return not matching(leaf, leaf.within, facts, at)
        case Sequence():
            return bool(ends(leaf, facts, at))
        case HasTrait() | HasComputed():
            values = list(trait_values(leaf, facts))
            return compares(leaf.op, leaf.value, values, at)
        case _:
            return _is_known(leaf, facts)


def trait_values(leaf: HasTrait | HasComputed, facts: Facts) -> list[object]:
    """Give the values of a trait that sources tell, or of a computed one."""
    held = facts.traits if isinstance(leaf, HasTrait) else facts.computed
    return list(values_at(dict(held), path_of(leaf.name)))


def _is_known(leaf: Condition, facts: Facts) -> bool:
    match leaf:
        case HasConsent(purpose=purpose, channel=channel, state=state):
            found = answer(facts.consents, purpose, channel, facts.devices)
            return found.state.value == state
        case HasIdentifier(kind=kind, known=known):
            return (kind in facts.identifiers) is known
        case InSegment(segment=segment):
            return segment in facts.memberships
        case _:
            raise TypeError(f"{type(leaf).__name__} is no condition of its own.")

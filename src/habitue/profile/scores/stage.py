"""The stage of life as a customer, from purchases, their rhythm, and silence since.

rhythm = mean days between purchases, from the third on; the shop's usual before
new       one purchase, or all of them, within new_days
active    silent for no more than fading_rhythms rhythms
fading    longer, up to lapsed_rhythms
lapsed    longer, up to lost_days
lost      longer than lost_days
returned  bought within new_days, after a silence that would have been lapsed
prospect  known by name, and has not bought; stranger: not known either
"""

from msgspec import Struct

from habitue.model.score import StageRules
from habitue.profile.computed import Facts
from habitue.profile.rows import Head
from habitue.profile.scores.days import age_days, lasting

STAGES = (
    "stranger", "prospect", "new", "active", "returned", "fading", "lapsed", "lost",
)  # fmt: skip
_OWN_RHYTHM_FROM = 3
_NAMED = 3


class Stage(Struct, frozen=True):
    """A stage, and what it was read from."""

    stage: str
    purchases: int
    silence_days: int | None
    rhythm_days: int


def stage_of(facts: Facts, now_us: int, rules: StageRules) -> Stage:
    """Give a person's stage at a moment."""
    bought = [
        head
        for head in lasting(facts, returns_undo=rules.returns_undo)
        if head.at_us <= now_us
    ]
    if not bought:
        known = bool(facts.state.known & _NAMED)
        return Stage("prospect" if known else "stranger", 0, None, rules.usual_days)
    silence = age_days(bought[-1].at_us, now_us)
    rhythm = _rhythm(bought, rules)
    return Stage(
        _named(bought, silence, rhythm, now_us, rules), len(bought), silence, rhythm
    )


def _rhythm(bought: list[Head], rules: StageRules) -> int:
    if len(bought) < _OWN_RHYTHM_FROM:
        return rules.usual_days
    span = age_days(bought[0].at_us, bought[-1].at_us)
    return max(1, round(span / (len(bought) - 1)))


def _named(
    bought: list[Head], silence: int, rhythm: int, now_us: int, rules: StageRules
) -> str:
    if age_days(bought[0].at_us, now_us) <= rules.new_days:
        return "new"
    # Who buys every day is not lapsed after four: nobody fades before the shop's usual.
    pace = max(rhythm, rules.usual_days)
    if silence > max(rules.lost_days, rules.lapsed_rhythms * pace):
        return "lost"
    if silence > rules.lapsed_rhythms * pace:
        return "lapsed"
    if silence > rules.fading_rhythms * pace:
        return "fading"
    return "returned" if _came_back(bought, silence, rules) else "active"


def _came_back(bought: list[Head], silence: int, rules: StageRules) -> bool:
    if len(bought) < 2 or silence > rules.new_days:
        return False
    # By the rhythm of before: the silence itself would have slowed it.
    pace = max(_rhythm(bought[:-1], rules), rules.usual_days)
    gap = age_days(bought[-2].at_us, bought[-1].at_us)
    return gap > rules.lapsed_rhythms * pace

"""Scores as computed traits: what each is called, means and is measured in."""

from collections.abc import Callable
from typing import Any, NamedTuple

from habitue.model.score import ScoreRules
from habitue.model.trait import Computed
from habitue.profile.computed import Facts
from habitue.profile.scores.engagement import Engagement, engagement
from habitue.profile.scores.need import Need, need_of
from habitue.profile.scores.rfm import Rfm, rfm
from habitue.profile.scores.stage import Stage, stage_of


class Scored(NamedTuple):
    """All scores of one person at one moment."""

    engagement: Engagement
    rfm: Rfm | None
    stage: Stage
    need: Need


class Declared(NamedTuple):
    """A score as a computed trait: its name, its meaning, its unit, its reading."""

    name: str
    description: str
    unit: str
    read: Callable[[Scored], Any]


def score(facts: Facts, now_us: int, rules: ScoreRules, chosen: object) -> Scored:
    """Score a person at a moment.

    chosen: what stands as the trait contact_need; None where nothing does.
    """
    return Scored(
        engagement(facts, now_us, rules.engagement),
        rfm(facts, now_us, rules.rfm, rules.currency),
        stage_of(facts, now_us, rules.stage),
        need_of(facts, chosen),
    )


def scores(
    facts: Facts, now_us: int, rules: ScoreRules, chosen: object
) -> dict[str, Computed]:
    """Give the scores that have something to say, as computed traits by name."""
    scored = score(facts, now_us, rules, chosen)
    found = {}
    for name, description, unit, read in DECLARED:
        value = read(scored)
        if value or value == 0:
            found[name] = Computed(
                name=name, value=value, unit=unit, description=description
            )
    return found


def _measures(scored: Scored) -> dict[str, Any] | None:
    if scored.rfm is None:
        return None
    return {
        "recency_days": scored.rfm.recency_days,
        "purchases": scored.rfm.purchases,
        "money": scored.rfm.money,
        "recency": scored.rfm.recency,
        "frequency": scored.rfm.frequency,
        "monetary": scored.rfm.monetary,
    }


def _rests_on(scored: Scored) -> dict[str, int]:
    one = scored.engagement
    return {
        "visits": one.visits,
        "purchases": one.purchases,
        "silence_days": one.silence_days,
        "rhythm_days": one.rhythm_days,
    }


DECLARED: tuple[Declared, ...] = (
    Declared(
        "engagement", "How engaged, from visits and purchases that fade with time.",
        "0 to 100", lambda scored: scored.engagement.score,
    ),
    Declared(
        "engagement_band", "Hot from 60, warm from 30, cool from 10, else cold.",
        "band", lambda scored: scored.engagement.band,
    ),
    Declared(
        "engagement_because", "What the engagement is made of, and the silence since.",
        "hundredths of a point, and days", _rests_on,
    ),
    Declared(
        "disengagement", "How far the silence is beyond their own rhythm.",
        "0 to 100", lambda scored: scored.engagement.disengagement,
    ),
    Declared(
        "rfm", "Recency, frequency and money, 1 to 5 each.",
        "three digits", lambda scored: scored.rfm.cell if scored.rfm else None,
    ),
    Declared(
        "rfm_measures", "What the three scores were read from.",
        "days, count, minor units, 1 to 5", _measures,
    ),
    Declared(
        "rfm_persona", "What kind of customer the three scores describe.",
        "persona", lambda scored: scored.rfm.persona if scored.rfm else None,
    ),
    Declared(
        "stage", "The stage of life as a customer.",
        "stage", lambda scored: scored.stage.stage,
    ),
    Declared(
        "need_class", "How much contact is wanted; chosen, or shown by reactions.",
        "wants_attention, on_demand or do_not_disturb", lambda scored: scored.need.need,
    ),
    Declared(
        "need_because", "Whether the need for contact was chosen, or how it shows.",
        "reason", lambda scored: scored.need.because if scored.need.need else None,
    ),
)  # fmt: skip
# These change with time alone, at midnight of UTC.
DAILY = frozenset(each.name for each in DECLARED)

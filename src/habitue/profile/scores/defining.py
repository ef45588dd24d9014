"""The shop's rules of scores as a definition, and the row of state they stand in."""

from collections.abc import Iterator

import msgspec

from habitue.base.errors import InvalidError
from habitue.model.score import Cuts, ScoreRules
from habitue.state.port import TableSpec

# What the definition is called; there is one, the shop's.
KIND, SHOP = "score_rules", "shop"
RULES = TableSpec(name="score_rules", key=str, value=ScoreRules)

CUTS = 4
_DAYS_MAX = 3650


def read_rules(text: bytes) -> ScoreRules:
    """Read rules from JSON, checked.

    Raises InvalidError, which names the place and the way out.
    """
    try:
        rules = msgspec.json.decode(text, type=ScoreRules)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidError(f"These are no rules of scores: {error}.") from error
    for problem in problems(rules):
        raise InvalidError(problem)
    return rules


def problems(rules: ScoreRules) -> Iterator[str]:
    """Say what is wrong with rules, each in a sentence."""
    if rules.currency and not (rules.currency.isalpha() and len(rules.currency) == 3):
        yield f"currency is '{rules.currency}'; name it by three letters, as in EUR."
    for name, cuts in (
        ("rfm.recency_days", rules.rfm.recency_days),
        ("rfm.purchases", rules.rfm.purchases),
        ("rfm.money", rules.rfm.money),
    ):
        yield from _cut_problems(name, cuts)
    for name, value, most in _positive(rules):
        if not 1 <= value <= most:
            yield f"{name} is {value}; it has to be from 1 to {most}."
    if rules.stage.lapsed_rhythms < rules.stage.fading_rhythms:
        yield "stage.lapsed_rhythms is below stage.fading_rhythms; one lapses later."


def _cut_problems(name: str, cuts: Cuts) -> Iterator[str]:
    if len(cuts) != CUTS:
        yield f"{name} has {len(cuts)} cuts; scores of 1 to 5 need {CUTS}."
    if list(cuts) != sorted(cuts):
        yield f"{name} has cuts that do not rise."


def _positive(rules: ScoreRules) -> Iterator[tuple[str, int, int]]:
    engagement, stage = rules.engagement, rules.stage
    yield "engagement.visit_half_life_days", engagement.visit_half_life_days, _DAYS_MAX
    yield (
        "engagement.purchase_half_life_days",
        engagement.purchase_half_life_days,
        _DAYS_MAX,
    )
    yield "engagement.events_a_day", engagement.events_a_day, 1000
    yield "engagement.purchase_points", engagement.purchase_points, 10_000
    yield "engagement.middle_points", engagement.middle_points, 1_000_000
    yield "stage.new_days", stage.new_days, _DAYS_MAX
    yield "stage.usual_days", stage.usual_days, _DAYS_MAX
    yield "stage.fading_rhythms", stage.fading_rhythms, 100
    yield "stage.lapsed_rhythms", stage.lapsed_rhythms, 100
    yield "stage.lost_days", stage.lost_days, _DAYS_MAX

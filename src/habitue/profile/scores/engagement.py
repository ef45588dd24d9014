"""How engaged a person is, 0 to 100, and how far silent against their own rhythm.

points  = sum over active days d of  min(events of d, events_a_day)
* 2 ** (-age of d / visit_half_life_days)
+ sum over purchases p of    purchase_points
* 2 ** (-age of p / purchase_half_life_days)
engagement = 100 * points / (points + middle_points)

silence    = days since the last active day
rhythm     = mean days between active days, with one day of the shop's usual more
disengagement = 100 * (1 - 2 ** (-max(0, silence / rhythm - 1) / 2))
"""

from msgspec import Struct

from habitue.model.score import EngagementRules
from habitue.profile.computed import Facts
from habitue.profile.scores.days import age_days, day_of

HOT, WARM, COOL = 60, 30, 10
# The rhythm that is taken for granted before there is one, as if seen once.
USUAL_GAP_DAYS = 30


class Engagement(Struct, frozen=True):
    """A score with its band and what it is made of."""

    score: int
    band: str
    # Points from visits and from purchases, hundredths.
    visits: int
    purchases: int
    silence_days: int
    rhythm_days: int
    disengagement: int


def engagement(facts: Facts, now_us: int, rules: EngagementRules) -> Engagement:
    """Score a person at a moment; ages are whole days."""
    today = day_of(now_us)
    active = active_days(facts, today)
    visits = sum(
        min(number, rules.events_a_day)
        * 2.0 ** (-(today - day) / rules.visit_half_life_days)
        for day, number in active
    )
    purchases = sum(
        rules.purchase_points
        * 2.0 ** (-age_days(head.at_us, now_us) / rules.purchase_half_life_days)
        for head in facts.purchases
        if head.at_us <= now_us
    )
    points = visits + purchases
    score = round(100 * points / (points + rules.middle_points))
    silence, rhythm = _silence(active, today)
    return Engagement(
        score=score,
        band=band(score),
        visits=round(visits * 100),
        purchases=round(purchases * 100),
        silence_days=silence,
        rhythm_days=rhythm,
        disengagement=disengagement(silence, rhythm),
    )


def active_days(facts: Facts, today: int) -> list[tuple[int, int]]:
    """Give the days with events through today, in order, with how many each had."""
    days = ((int(day), number) for day, number in facts.state.days.items())
    return sorted(each for each in days if each[0] <= today)


def _silence(active: list[tuple[int, int]], today: int) -> tuple[int, int]:
    if not active:
        return 0, USUAL_GAP_DAYS
    first, last = active[0][0], active[-1][0]
    rhythm = -(-(last - first + USUAL_GAP_DAYS) // len(active))
    return today - last, max(1, rhythm)


def disengagement(silence_days: int, rhythm_days: int) -> int:
    """Score a silence against a rhythm: 0 within it, 50 at three times it, to 100.

    >>> disengagement(10, 10), disengagement(30, 10), disengagement(1000, 10)
    (0, 50, 100)
    """
    beyond = max(0.0, silence_days / rhythm_days - 1)
    gone: float = 2.0 ** (-beyond / 2)
    return round(100 * (1 - gone))


def band(score: int) -> str:
    """Name a score's band.

    >>> band(75), band(30), band(0)
    ('hot', 'warm', 'cold')
    """
    if score >= HOT:
        return "hot"
    if score >= WARM:
        return "warm"
    return "cool" if score >= COOL else "cold"

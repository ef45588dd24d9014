"""Tests by region: what is planted is found as often as was said, and nothing else."""

import os
from random import Random

import numpy as np
import pytest

from habitue.base.errors import InvalidError
from habitue.measure.geo.conformal import p_value
from habitue.measure.geo.control import Series, followed, simplex_weights
from habitue.measure.geo.design import Goal, Option, chosen, options
from habitue.measure.geo.ratio import both_of, is_ruled_out, moved
from habitue.measure.geo.reading import ALPHA, read, split
from habitue.measure.geo.said import UNMOVED, UNTOLD
from tests.measure.geo_world import market, names

pytestmark = pytest.mark.proof("M01")
BEFORE, ACTION = 150, 28
# The short form is what is asked for; the long one bounds the rate more closely.
MARKETS = 1_000 if os.environ.get("HABITUE_TORTURE") else 100
LIFT = 0.05
LED = frozenset({"r03", "r07", "r12"})


@pytest.fixture(scope="module")
def planned() -> list[Option]:
    """What may be tested, by days that are over."""
    goal = Goal(count=3, lift=LIFT, lengths=(ACTION,))
    return options(market(7, BEFORE), names(), goal)


@pytest.fixture(scope="module")
def plan(planned: list[Option]) -> Option:
    """The test that is planned."""
    taken = chosen(planned, 0.8, "a seed")
    assert taken is not None
    return taken


def found_in(plan: Option, lift: float) -> int:
    """Count the markets in which a test of this plan finds something."""
    lifted = frozenset(plan.regions)
    count = 0
    for seed in range(1_000, 1_000 + MARKETS):
        sold = market(
            seed, BEFORE + plan.days, lifted=lifted, lift=lift, last=plan.days
        )
        treated, others, _ = split(sold, names(), lifted)
        count += p_value(treated, others, 0.0, plan.days) <= ALPHA
    return count


def test_a_planted_lift_of_5_percent_is_found_at_the_stated_power(
    plan: Option, capsys: pytest.CaptureFixture[str]
) -> None:
    count = found_in(plan, LIFT)

    with capsys.disabled():
        print(
            f"\n5 % planted in {', '.join(plan.regions)} for {plan.days} days: found in"
            f" {count} of {MARKETS} markets; stated power {plan.power:.0%}"
        )
    assert plan.power >= 0.8
    # Two standard errors of a share: the markets are others than the plan's.
    error = (plan.power * (1 - plan.power) / MARKETS) ** 0.5
    assert count / MARKETS >= min(plan.power, 0.95) - 2 * error - 1 / MARKETS


def test_of_100_placebos_no_more_are_found_than_the_nominal_rate(
    plan: Option, capsys: pytest.CaptureFixture[str]
) -> None:
    count = found_in(plan, 0.0)

    with capsys.disabled():
        print(
            f"\nplacebos: something found in {count} of {MARKETS} markets where nothing"
            f" was done; nominal rate {ALPHA:.0%}"
        )
    assert count <= ALPHA * MARKETS


def test_weights_are_the_best_there_are(seed: int) -> None:
    """By the conditions of Karush, Kuhn and Tucker: no other region would help."""
    chance = Random(seed)
    for _ in range(20):
        days, regions = chance.randrange(5, 60), chance.randrange(2, 30)
        others = np.array(
            [[chance.gauss(0, 1) for _ in range(regions)] for _ in range(days)]
        )
        treated = np.array([chance.gauss(0, 1) for _ in range(days)])

        weights = simplex_weights(treated, others)

        assert weights.sum() == pytest.approx(1)
        assert (weights >= 0).all()
        left = others @ weights - treated
        slopes = (others - treated[:, None]).T @ left
        assert slopes.min() >= left @ left - 1e-7 * (1 + left @ left)


def test_a_region_that_is_a_mean_of_others_is_found_to_be_one(seed: int) -> None:
    sold = market(seed, BEFORE)
    shares = sold / sold[:100].mean(axis=0)
    treated = 7_000 * (0.25 * shares[:, 3] + 0.75 * shares[:, 11])

    expected, weights = followed(treated, sold, 100)

    assert weights[[3, 11]] == pytest.approx([0.25, 0.75], abs=1e-4)
    assert np.allclose(expected, treated, rtol=1e-4)


def test_a_reading_tells_the_lift_with_bounds_and_in_money(seed: int) -> None:
    lifted = frozenset({"r02", "r09", "r14"})
    plain = market(seed, BEFORE + ACTION)
    sold = market(seed, BEFORE + ACTION, lifted=lifted, lift=0.2, last=ACTION)

    found = read(sold, names(), lifted, ACTION)

    planted = float((sold - plain).sum())
    assert found.p <= ALPHA
    assert found.lift == pytest.approx(0.2, abs=0.06)
    assert found.whole == pytest.approx(planted, rel=0.3)
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low < found.effect < found.high
    assert len(found.placebos) == 17
    assert not lifted & found.weights.keys()


def test_neighbours_that_the_action_reached_are_told_apart() -> None:
    """With them among those compared with, the action looks smaller than it is."""
    lifted, reached = frozenset({"r02", "r09", "r14"}), frozenset({"r03", "r10"})
    blurred = clear = 0.0
    shown = kept = 0
    for seed in range(3_000, 3_010):
        sold = market(seed, BEFORE + ACTION, lifted=lifted, lift=0.1, last=ACTION)
        for name in reached:
            sold[-ACTION:, names().index(name)] *= 1.3

        plain = read(sold, names(), lifted, ACTION)
        found = read(sold, names(), lifted, ACTION, neighbours=reached)

        blurred, clear = blurred + plain.lift / 10, clear + found.lift / 10
        assert {one.region for one in found.neighbours} == reached
        assert not reached & found.weights.keys()
        assert not reached & {one.region for one in found.placebos}
        shown += sum(one.p <= ALPHA for one in found.neighbours)
        kept += plain.neighbours == ()
    assert clear == pytest.approx(0.1, abs=0.02)
    assert blurred < 0.08
    assert (shown, kept) == (20, 10)


def test_a_neighbour_that_nothing_reached_is_read_as_such() -> None:
    lifted, quiet = frozenset({"r02", "r09", "r14"}), frozenset({"r03"})
    shown = 0
    for seed in range(4_000, 4_020):
        sold = market(seed, BEFORE + ACTION, lifted=lifted, lift=0.1, last=ACTION)
        found = read(sold, names(), lifted, ACTION, neighbours=quiet)
        shown += found.neighbours[0].p <= ALPHA

    assert shown <= 4


def test_bounds_hold_what_was_planted_in_at_least_90_of_100_markets() -> None:
    lifted, held = frozenset({"r02", "r09", "r14"}), 0
    count = 100
    for seed in range(2_000, 2_000 + count):
        plain = market(seed, BEFORE + ACTION)
        sold = market(seed, BEFORE + ACTION, lifted=lifted, lift=0.1, last=ACTION)
        treated, others, _ = split(sold, names(), lifted)
        effect = float((sold - plain).sum()) / ACTION / len(lifted)
        held += p_value(treated, others, effect, ACTION) > ALPHA

    assert held >= 0.9 * count


def test_the_same_seed_takes_the_same_regions_and_another_may_take_others(
    planned: list[Option],
) -> None:
    taken = {str(seed): chosen(planned, 0.5, str(seed)) for seed in range(20)}

    assert all(
        chosen(planned, 0.5, seed) == one and one is not None
        for seed, one in taken.items()
    )
    assert len({one.regions for one in taken.values() if one}) > 1
    # Where none sees the lift often enough, none is taken.
    assert chosen(planned, 1.1, "x") is None


def test_of_too_few_regions_or_days_nothing_is_said() -> None:
    sold = market(1, 40)

    with pytest.raises(InvalidError, match="other regions"):
        read(sold[:, :4], names(4), frozenset({"r00"}), 10)
    with pytest.raises(InvalidError, match="days before"):
        read(sold, names(), frozenset({"r00"}), 30)


# -- what online money does, by regions that were led ---------------------------------


def led_online(seed: int, effect: float, pull: float) -> tuple[Series, Series]:
    """Give money in stores and online, of which more is spent in the regions led."""
    days = BEFORE + ACTION
    store = market(seed, days, noise=0.03)
    online = 0.3 * market(seed + 5_000, days, noise=0.03)
    more = np.zeros_like(online)
    inside = [at for at, name in enumerate(names()) if name in LED]
    more[-ACTION:, inside] = online[-ACTION:, inside] * pull
    return store + effect * more, online + more


@pytest.mark.parametrize("effect", [0.0, 1.5])
def test_ratios_planted_in_regions_are_ruled_out_in_at_most_ten_of_100_markets(
    effect: float, capsys: pytest.CaptureFixture[str]
) -> None:
    held = 0
    for seed in range(100):
        store, online = led_online(seed, effect, 0.4)
        held += not is_ruled_out(both_of(store, online, names(), LED), effect, ACTION)

    with capsys.disabled():
        print(f"\n  a ratio of {effect} by regions: held in {held} of 100 markets")
    assert held >= 90


def test_a_ratio_by_regions_comes_back_and_is_not_known_where_nothing_moved() -> None:
    found = moved(*led_online(1, 1.5, 0.4), names(), LED, ACTION)

    assert found.low < found.ratio < found.high
    assert found.low <= 1.5 <= found.high
    assert found.high - found.low < 1
    assert (found.p, found.online_p) < (0.01, 0.01)
    still = moved(*led_online(9, 1.5, 0.0), names(), LED, ACTION)
    assert (still.ratio, still.because) == (None, UNMOVED)
    store, online = led_online(1, 1.5, 0.4)
    assert moved(store, 0 * online, names(), LED, ACTION).because == UNTOLD

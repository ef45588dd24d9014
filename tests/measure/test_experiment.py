"""Statistics of experiments: on a public experiment, and where the truth is planted."""

import csv
import gzip
import math
import os
from pathlib import Path

import numpy as np
import pytest

from habitue.base.errors import InvalidError
from habitue.measure.experiment.arms import (
    RATIO_ALARM,
    Arm,
    Interval,
    always_valid,
    arm_of,
    difference,
    ratio_difference,
    sample_ratio,
    yes_of,
)
from habitue.measure.experiment.chance import chi_square_above
from habitue.measure.experiment.comparisons import benjamini_hochberg, holm
from habitue.measure.experiment.cuped import adjusted, paired_of
from habitue.measure.experiment.power import (
    people_for_mean,
    people_for_rate,
    seen_with,
)

pytestmark = pytest.mark.proof("M01")
SHARED = Path(os.environ.get("HABITUE_SHARED", "../shared"))
FILE = SHARED / "data" / "hillstrom-email" / "hillstrom.csv.gz"
CONTROL, MENS, WOMENS = "No E-Mail", "Mens E-Mail", "Womens E-Mail"
RUNS = 20_000 if os.environ.get("HABITUE_TORTURE") else 2_000
DAYS = 28


@pytest.fixture(scope="module")
def people() -> dict[str, list[dict[str, str]]]:
    if not FILE.exists():
        pytest.skip("set HABITUE_SHARED to the folder with data/")
    found: dict[str, list[dict[str, str]]] = {}
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["segment"], []).append(row)
    return found


def arm(rows: list[dict[str, str]], name: str) -> Arm:
    return arm_of(float(row[name]) for row in rows)


@pytest.mark.parametrize(
    ("name", "lift", "low", "high"),
    [(MENS, 0.0766, 0.0699, 0.0833), (WOMENS, 0.0452, 0.0389, 0.0516)],
)
def test_lifts_of_a_public_experiment_are_those_published(
    people: dict[str, list[dict[str, str]]],
    name: str,
    lift: float,
    low: float,
    high: float,
) -> None:
    found = difference(arm(people[CONTROL], "visit"), arm(people[name], "visit"))

    assert round(found.estimate, 4) == lift
    # The bounds published are a bootstrap's.
    assert found.low == pytest.approx(low, abs=0.0003)
    assert found.high == pytest.approx(high, abs=0.0003)
    assert found.p < 1e-40


def test_its_arms_are_as_large_as_planned_and_lost_people_raise_the_alarm(
    people: dict[str, list[dict[str, str]]],
) -> None:
    sizes = [len(people[name]) for name in (CONTROL, MENS, WOMENS)]

    assert sample_ratio(sizes) > 0.5
    assert sample_ratio([sizes[0], sizes[1], sizes[2] - 1_000]) < RATIO_ALARM
    assert sample_ratio([10_000, 89_700], [1, 9]) > RATIO_ALARM


def test_what_was_known_before_narrows_its_intervals(
    people: dict[str, list[dict[str, str]]], capsys: pytest.CaptureFixture[str]
) -> None:
    arms = [
        paired_of((float(row["visit"]), -float(row["recency"])) for row in people[name])
        for name in (CONTROL, MENS)
    ]
    before = difference(arms[0].arm, arms[1].arm)

    found = adjusted(arms)
    after = difference(*found.arms)

    with capsys.disabled():
        print(f"\n  CUPED by recency: {found.removed:.2%} of the variance of visits")
    assert 0 < found.removed < 0.1
    assert after.high - after.low < before.high - before.low
    assert abs(after.estimate - before.estimate) < 0.003


# -- planted ------------------------------------------------------------------------


def looks(seed: int, effect: float, runs: int = RUNS) -> tuple[np.ndarray, ...]:
    """Give people, sums and squares of two arms at the end of each of 28 days."""
    chance = np.random.default_rng(seed)
    found = []
    for lift in (0.0, effect):
        daily = chance.normal(10 + lift, 4, (runs, DAYS, 100))
        found.append(daily.sum(axis=2).cumsum(axis=1))
        found.append((daily**2).sum(axis=2).cumsum(axis=1))
    return tuple(found)


def arms_at(seen: tuple[np.ndarray, ...], run: int, day: int) -> tuple[Arm, Arm]:
    count = 100 * (day + 1)
    total_a, squares_a, total_b, squares_b = (one[run, day] for one in seen)
    return Arm(count, total_a, squares_a), Arm(count, total_b, squares_b)


def test_where_nothing_differs_a_fixed_look_errs_at_five_percent_and_daily_ones_no_more(
    seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = looks(seed, 0.0)
    fixed = daily = naive = 0

    for run in range(RUNS):
        told = [arms_at(seen, run, day) for day in range(DAYS)]
        once = [difference(*one).p < 0.05 for one in told]
        fixed += once[-1]
        naive += any(once)
        daily += any(not always_valid(*one, expected=0.3).holds(0) for one in told)

    with capsys.disabled():
        print(
            f"\n  {RUNS} A/A runs, {DAYS} looks: at the end {fixed / RUNS:.1%}, daily"
            f" {naive / RUNS:.1%}, daily and always valid {daily / RUNS:.1%}"
        )
    assert 0.03 < fixed / RUNS < 0.07
    assert naive / RUNS > 0.15
    assert daily / RUNS <= 0.05


def test_intervals_hold_the_planted_effect(seed: int) -> None:
    seen = looks(seed, 0.5, 600)
    once = always = 0
    for run in range(600):
        told = [arms_at(seen, run, day) for day in range(DAYS)]
        once += difference(*told[-1]).holds(0.5)
        always += all(always_valid(*one, expected=0.3).holds(0.5) for one in told)

    assert 0.92 < once / 600 < 0.98
    assert always / 600 >= 0.95


def test_so_many_people_show_the_planned_lift_as_often_as_planned(seed: int) -> None:
    count, chance = people_for_rate(0.10, 0.02), np.random.default_rng(seed)
    runs = 2_000
    before, after = (chance.binomial(count, rate, runs) for rate in (0.10, 0.12))

    shown = sum(
        difference(yes_of(count, int(a)), yes_of(count, int(b))).p < 0.05
        for a, b in zip(before, after, strict=True)
    )

    assert 0.77 < shown / runs < 0.83
    assert seen_with(people_for_mean(50, 2), 50) == pytest.approx(2, abs=1e-3)


def test_a_covariate_takes_out_what_it_explains(seed: int) -> None:
    chance = np.random.default_rng(seed)
    before = chance.normal(0, 1, (2, 5_000))
    after = before + chance.normal(0, 1, (2, 5_000)) + [[0.0], [0.2]]

    found = adjusted(
        [paired_of(zip(after[at], before[at], strict=True)) for at in (0, 1)]
    )

    assert found.removed == pytest.approx(0.5, abs=0.03)
    told = difference(*found.arms)
    assert told.holds(0.2) or abs(told.estimate - 0.2) < 0.07


def test_money_an_order_is_compared_by_people(seed: int) -> None:
    """Orders of one person are alike: taken one by one they would seem too sure."""
    chance, missed = np.random.default_rng(seed), 0
    for _ in range(400):
        arms = []
        for _ in range(2):
            orders = chance.integers(1, 10, 400)
            money = orders * chance.normal(50, 20, 400)
            arms.append((arm_of(money), arm_of(orders), float((money * orders).sum())))
        missed += not ratio_difference(*arms).holds(0)

    assert missed / 400 < 0.09


def test_small_arms_and_odd_plans_are_told_so() -> None:
    small = yes_of(10, 3)

    assert difference(small, yes_of(100, 30)) is None
    assert always_valid(small, small, 0.1) is None
    with pytest.raises(InvalidError, match="rate"):
        people_for_rate(0.99, 0.02)


def test_a_difference_comes_to_so_much_money_for_so_many_people() -> None:
    assert Interval(0.5, 0.25, 0.75, 0.01).times(1_000) == Interval(500, 250, 750, 0.01)


def test_corrections_keep_order_and_never_fall_below_what_they_correct(
    seed: int,
) -> None:
    chance = np.random.default_rng(seed)
    ps = {str(at): float(p) for at, p in enumerate(chance.random(50))}

    for correct in (holm, benjamini_hochberg):
        found = correct(ps)
        assert found.keys() == ps.keys()
        assert all(found[name] >= p for name, p in ps.items())
        ordered = [found[name] for name in sorted(ps, key=lambda one: ps[one])]
        assert ordered == sorted(ordered)
    assert all(benjamini_hochberg(ps)[name] <= one for name, one in holm(ps).items())


@pytest.mark.parametrize("freedom", [1, 2, 7, 30])
def test_chi_square_is_what_sums_of_squares_do(seed: int, freedom: int) -> None:
    chance = np.random.default_rng(seed)
    sums = (chance.normal(size=(100_000, freedom)) ** 2).sum(axis=1)
    for value in (0.5 * freedom, freedom, 1.8 * freedom):
        share = float((sums > value).mean())
        assert chi_square_above(value, freedom) == pytest.approx(share, abs=0.008)
    # With two degrees it is an exponential.
    assert chi_square_above(5, 2) == pytest.approx(math.exp(-2.5))


@pytest.mark.parametrize(
    ("lift", "alpha", "power"),
    [(5e-81, 0.05, 0.8), (0.01, 2e-313, 0.8), (0.01, 0.9, 1e-6), (0.01, 0.05, 1.0)],
)
def test_what_nobody_can_plan_for_is_refused(lift, alpha, power):
    with pytest.raises(InvalidError):
        people_for_rate(0.02, lift, alpha, power)

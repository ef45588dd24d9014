"""What is known of customers before takes the variance of what they spend out.

On CDNOW: arms are drawn by chance, nothing was done, and 39 weeks are looked at.
"""

import gzip
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec import structs

from habitue.base.clock import to_us
from habitue.measure.experiment.arms import difference
from habitue.measure.experiment.cuped import adjusted, paired_of
from tests.journey.world import DAY_US, World
from tests.measure.test_outcomes import ASKED, report_of

pytestmark = pytest.mark.proof("M01")
SHARED = Path(os.environ.get("HABITUE_SHARED", "../shared"))
DATA = SHARED / "data" / "cdnow"
HALF = 273
AT_US = to_us(datetime(1997, 10, 1, tzinfo=UTC))
# By file: how its lines begin, and the least variance of money and of who buys that has
# to go.
FILES = {"CDNOW_sample.txt.gz": (0, 0.32, 0.2)}
if os.environ.get("HABITUE_TORTURE"):
    FILES["CDNOW_master.txt.gz"] = (1, 0.44, 0.2)


def lines(name: str, head: int) -> Iterator[tuple[int, int, int]]:
    """Give customer, moment and cents of each purchase."""
    with gzip.open(DATA / name, "rt", encoding="ascii") as file:
        for number, line in enumerate(file):
            if number >= head:
                told = line.split()
                day = datetime.strptime(told[-3], "%Y%m%d").replace(tzinfo=UTC)
                yield int(told[0]), to_us(day), round(float(told[-1]) * 100)


@pytest.mark.parametrize("name", FILES)
def test_a_third_of_the_variance_of_real_spending_is_taken_out(
    name: str, tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    if not DATA.is_dir():
        pytest.skip("set HABITUE_SHARED to the folder with data/")
    chance, world, people = np.random.default_rng(seed), World(), set()
    for person, at_us, cents in lines(name, FILES[name][0]):
        world.buy(person, at_us, cents)
        people.add(person)
    for person in sorted(people):
        arm = "led" if chance.random() < 0.5 else "control"
        told = f'{{"experiment_id":"x","variation":"{arm}"}}'
        world.add(person, AT_US, "Experiment Viewed", properties=told)

    view = report_of(world, tmp_path, question())

    (led,) = view["against_control"]
    with capsys.disabled():
        print(
            f"\n  CUPED, {name}: {led['variance_removed']:.1%} of the variance of"
            f" money, {led['rate_variance_removed']:.1%} of who buys"
        )
    assert led["variance_removed"] >= FILES[name][1]
    assert led["rate_variance_removed"] >= FILES[name][2]
    assert min(led["money"]["p"], led["rate"]["p"]) > 0.001


def question() -> Any:
    return structs.replace(
        ASKED,
        since_us=AT_US,
        until_us=AT_US + (HALF + 1) * DAY_US,
        more={**ASKED.more, "days_us": HALF * DAY_US},
    )


def test_covariates_are_cleared_as_least_squares_do_and_what_tells_nothing_is_left(
    seed: int,
) -> None:
    chance, arms = np.random.default_rng(seed), []
    for lift in (0.0, 0.3):
        before = chance.normal(5, 2, (4_000, 3))
        noise = chance.normal(0, 1, 4_000)
        after = lift + before @ [1.0, -0.5, 0.0] + noise
        # One that is told twice, and one that is the same of everybody.
        told = np.column_stack([after, before, before[:, 0], np.ones(4_000)])
        arms.append(paired_of(told))

    found = adjusted(arms)
    told = difference(*found.arms)

    # 4 and 1 of a variance of 6 are what was known.
    assert found.removed == pytest.approx(5 / 6, abs=0.02)
    assert told.holds(0.3) or abs(told.estimate - 0.3) < 0.07
    assert told.high - told.low == pytest.approx(4 * (2 / 4_000) ** 0.5, rel=0.05)


def small_worlds(seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Give people of small experiments without effect: outcome and before, and arm."""
    chance = np.random.default_rng(seed)
    for _ in range(2_000):
        before = chance.gamma(2, 3, (80, 1)) * chance.lognormal(0, 0.3, (80, 5))
        outcome = before[:, :1] + chance.gamma(2, 4, (80, 1))
        yield np.hstack([outcome, before]), np.arange(80) % 2 == 0


def test_what_is_left_spreads_as_the_residuals_of_a_regression(seed: int) -> None:
    people, led = next(small_worlds(seed))
    dummies = np.column_stack([led, ~led, people[:, 1:]]).astype(float)
    residuals = people[:, 0] - dummies @ np.linalg.lstsq(dummies, people[:, 0])[0]

    arms = adjusted([paired_of(people[led]), paired_of(people[~led])]).arms
    spread = sum(arm.variance * (arm.people - 1) for arm in arms)
    # 80 people, two means and five slopes: 73 degrees of freedom are left of 78.
    assert spread / 78 == pytest.approx(float(residuals @ residuals) / 73)


def test_small_arms_with_many_covariates_alarm_no_more_than_five_in_a_hundred(
    seed: int,
) -> None:
    alarms = 0
    for people, led in small_worlds(seed):
        arms = adjusted([paired_of(people[led]), paired_of(people[~led])]).arms
        found = difference(*arms)
        assert found is not None
        alarms += not found.holds(0.0)
    # By the normal, of arms of 40, half a point more; and three deviations of chance.
    assert alarms / 2_000 < 0.055 + 3 * (0.05 * 0.95 / 2_000) ** 0.5

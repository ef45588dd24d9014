"""How often nothing is taken for something: experiments without effect, by events.

One shop of one year, whose people were assigned to many experiments, each by chance
and over some days. Nothing was done to anybody, so whatever an experiment shows is an
alarm about nothing. Each goes the product's way: events, copy, query, report.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from msgspec import structs

from habitue.app.insights.experiment_report import experiment_report
from tests.journey.world import DAY_US, START_US, Told, World
from tests.measure.test_outcomes import ASKED, AT_US, TOLD

pytestmark = pytest.mark.proof("M01")
LONG = bool(os.environ.get("HABITUE_TORTURE"))
# In the short form few: it shows that the way is gone, and no more than a great fault.
EXPERIMENTS, PEOPLE = (160, 400) if LONG else (10, 200)
# So many of them are looked at again and again, too, while people come in.
DAILY, LOOKS = (20, 7) if LONG else (2, 2)
INTAKE_DAYS, DAYS = 20, 14


@pytest.fixture
def shop(tmp_path: Path, seed: int) -> Iterator[Told]:
    chance, world = np.random.default_rng(seed), World()
    for person in range(1, PEOPLE + 1):
        # Some buy much more often than others, and more at a time.
        for at in chance.uniform(-200, 60, chance.poisson(chance.gamma(2, 6))):
            cents = int(chance.lognormal(8, 0.5))
            world.buy(person, AT_US + int(at * DAY_US), cents)
    for number in range(EXPERIMENTS):
        for person in range(1, PEOPLE + 1):
            arm = "led" if chance.random() < 0.5 else "control"
            told = {"experiment_id": f"x{number}", "variation": arm}
            world.add(
                person,
                AT_US + int(chance.uniform(0, INTAKE_DAYS) * DAY_US),
                "Experiment Viewed",
                properties=json.dumps(told),
            )
    made = world.asked(tmp_path)
    yield made
    made.close()


def told(shop: Told, number: int, day: float) -> dict[str, Any]:
    """Give what an experiment shows on a day after the first was assigned."""
    name = f"x{number}"
    asked = structs.replace(
        ASKED,
        since_us=START_US,
        until_us=AT_US + int(day * DAY_US),
        more={**ASKED.more, "experiment": name, "outcome": ""},
    )
    rows = shop.rows(asked, "SELECT * FROM experiment_all")
    view = experiment_report(
        pa.Table.from_pylist(rows), TOLD | {"experiment": name, "outcome": ""}
    )
    (led,) = view["against_control"]
    return {**led, "alarm": view["alarm"] or view["unplanned"]}


def alarms(interval: dict[str, Any] | None) -> bool:
    """Say whether bounds leave out that there is nothing; none are no alarm."""
    return interval is not None and not interval["low"] <= 0 <= interval["high"]


def test_of_experiments_without_effect_five_in_a_hundred_alarm_and_daily_ones_no_more(
    shop: Told,
    capsys: pytest.CaptureFixture[str],
    figure: Callable[[str, Any], None],
) -> None:
    once = [told(shop, number, INTAKE_DAYS + DAYS + 1) for number in range(EXPERIMENTS)]
    days = np.linspace(DAYS + 5, INTAKE_DAYS + DAYS, LOOKS)
    daily = [
        [*(told(shop, number, float(day)) for day in days), once[number]]
        for number in range(DAILY)
    ]
    found = {name: sum(alarms(one[name]) for one in once) for name in ("money", "rate")}
    ever = {
        name: sum(any(alarms(one[name]) for one in looks) for looks in daily)
        for name in ("money_always_valid", "rate_always_valid")
    }
    sizes = sum(one["alarm"] is not None for one in once)

    with capsys.disabled():
        print(
            f"\n  {EXPERIMENTS} A/A experiments by events: alarms of money"
            f" {found['money'] / EXPERIMENTS:.1%}, of rates"
            f" {found['rate'] / EXPERIMENTS:.1%}, of sizes {sizes / EXPERIMENTS:.1%};"
            f" of {DAILY} looked at {LOOKS + 1} times {ever}"
        )
    for name, count in found.items():
        figure(f"alarms of {name} in A/A experiments", f"{count} of {EXPERIMENTS}")
    for name, count in ever.items():
        figure(f"looked at daily, {name}", f"{count} of {DAILY}")
    # Five in a hundred, and what chance may add or take: four deviations.
    spread = 4 * (EXPERIMENTS * 0.05 * 0.95) ** 0.5
    for count in found.values():
        assert abs(count - EXPERIMENTS * 0.05) <= spread
    assert sizes <= 1 + EXPERIMENTS // 100
    assert max(ever.values()) <= max(1, DAILY * 0.05)

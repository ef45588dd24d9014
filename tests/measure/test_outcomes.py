"""What arms did beside spending: on a public experiment, and where it is planted."""

import csv
import gzip
import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from habitue.app.insights.experiment_report import experiment_report
from habitue.base.errors import InvalidError
from habitue.journey.asking import Asked
from habitue.measure.experiment.arms import arm_of, difference, ratio_difference
from habitue.measure.experiment.plan import ratio_of, read_shares
from tests.journey.world import DAY_US, END_US, START_US, World

SHARED = Path(os.environ.get("HABITUE_SHARED", "../shared"))
FILE = SHARED / "data" / "hillstrom-email" / "hillstrom.csv.gz"
CONTROL, MENS, WOMENS = "No E-Mail", "Mens E-Mail", "Womens E-Mail"
TOLD = {
    "experiment": "x",
    "control": "control",
    "currency": "EUR",
    "days": 14,
    "outcome": "page",
    "loyal": 3,
    "since": "2026-03-02",
    "until": "2027-03-01",
    "unit": 0.01,
    "expected_rate": 0.01,
    "expected_money": 1.0,
    "shares": "",
}
ASKED = Asked(
    since_us=START_US,
    until_us=END_US,
    more={
        **{name: TOLD[name] for name in ("experiment", "control", "currency")},
        **{name: TOLD[name] for name in ("outcome", "loyal")},
        "days_us": 14 * DAY_US,
        "before_us": 365 * DAY_US,
        "fading_us": 60 * DAY_US,
    },
)
AT_US = START_US + 100 * DAY_US


def assign(
    world: World, person: int, arm: str, name: str = "variation", **told: Any
) -> None:
    told |= {"experiment_id": "x", name: arm}
    world.add(person, AT_US, "Experiment Viewed", properties=json.dumps(told))


def report(world: World, folder: Path, **told: Any) -> dict[str, Any]:
    return report_of(world, folder, ASKED, **told)


def report_of(
    world: World, folder: Path, question: Asked, **told: Any
) -> dict[str, Any]:
    asked = world.asked(folder)
    rows = asked.rows(question, "SELECT * FROM experiment_all")
    asked.close()
    return experiment_report(pa.Table.from_pylist(rows), TOLD | told)


def outcomes(view: dict[str, Any], arm: str) -> dict[str, dict[str, Any]]:
    (told,) = [one for one in view["against_control"] if one["arm"] == arm]
    return {one["outcome"]: one for one in told["outcomes"]}


# -- a public experiment ----------------------------------------------------------


@pytest.fixture(scope="module")
def mailed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """64,000 people of a public experiment as events of a shop, through the query."""
    if not FILE.exists():
        pytest.skip("set HABITUE_SHARED to the folder with data/")
    world = World()
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        for person, row in enumerate(csv.DictReader(file), 1):
            assign(world, person, row["segment"])
            before = round(float(row["history"]) * 100)
            world.buy(person, AT_US - 30 * DAY_US, before)
            if row["visit"] == "1":
                world.add(person, AT_US + DAY_US, "", type="page")
            if row["conversion"] == "1":
                world.buy(person, AT_US + 2 * DAY_US, round(float(row["spend"]) * 100))
    return report(world, tmp_path_factory.mktemp("mailed"), control=CONTROL)


def test_arms_of_a_public_experiment_are_those_of_its_manifest(
    mailed: dict[str, Any],
) -> None:
    told = {one["arm"]: one for one in mailed["arms"]}

    assert {
        name: (one["people"], one["did"], one["buyers"], one["money"])
        for name, one in told.items()
    } == {
        MENS: (21_307, 3_894, 267, "30311.69"),
        WOMENS: (21_387, 3_238, 189, "23038.11"),
        CONTROL: (21_306, 2_262, 122, "13908.33"),
    }
    assert mailed["alarm"] is None
    assert mailed["sample_ratio_p"] > 0.5
    # Dollars a conversion: 30,311.69 / 267.
    assert told[MENS]["money_per_purchase"] == pytest.approx(113.5269)


@pytest.mark.parametrize(
    ("arm", "visit", "conversion", "low", "high"),
    [
        (MENS, 0.0766, 0.0068, 0.0699, 0.0833),
        (WOMENS, 0.0452, 0.0031, 0.0389, 0.0516),
    ],
)
def test_lifts_of_each_outcome_are_those_published(
    mailed: dict[str, Any],
    arm: str,
    visit: float,
    conversion: float,
    low: float,
    high: float,
) -> None:
    told = outcomes(mailed, arm)

    # Cleared by what was spent before, so not quite what is published.
    assert told["did"]["difference"]["estimate"] == pytest.approx(visit, abs=0.0003)
    # The bounds published are a bootstrap's.
    assert told["did"]["difference"]["low"] == pytest.approx(low, abs=0.0003)
    assert told["did"]["difference"]["high"] == pytest.approx(high, abs=0.0003)
    assert told["did"]["always_valid"]["low"] < told["did"]["difference"]["low"]
    found = told["bought"]["difference"]["estimate"]
    assert found == pytest.approx(conversion, abs=0.0003)
    # Nobody bought twice in two weeks.
    assert told["again"]["arm"] == told["loyal"]["arm"] == 0
    assert told["order_value"]["p_of_all"] > 0.05


def test_spending_is_lifted_as_published_and_what_was_known_before_narrows_it(
    mailed: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    lifts = {one["arm"]: one for one in mailed["against_control"]}

    with capsys.disabled():
        removed = lifts[MENS]["variance_removed"]
        print(
            f"\n  CUPED by money of before: {removed:.4%} of the variance of spending"
        )
    # Cleared by what was spent before, so not quite what is published: 0.770 and 0.424.
    assert lifts[MENS]["money"]["estimate"] == pytest.approx(0.770, abs=0.01)
    assert lifts[WOMENS]["money"]["estimate"] == pytest.approx(0.424, abs=0.01)
    assert lifts[MENS]["variance_removed"] > 0
    assert lifts[MENS]["money"]["low"] > 0
    assert lifts[WOMENS]["money_p_of_all_arms"] < 0.01


# -- planted ----------------------------------------------------------------------


def shop(seed: int, count: int = 1_200) -> tuple[World, dict[str, list[list[int]]]]:
    """Make a shop where an arm buys more often, and for as much each time."""
    chance, world = np.random.default_rng(seed), World()
    bought: dict[str, list[list[int]]] = {"control": [], "led": []}
    for person in range(1, count + 1):
        arm = "led" if person % 2 else "control"
        assign(world, person, arm, "variation_id" if person % 3 else "variation")
        amounts = []
        for _ in range(chance.poisson(1.6 if arm == "led" else 0.8)):
            amount = int(chance.gamma(4, 1_000))
            world.buy(person, AT_US + int(chance.integers(1, 14 * DAY_US)), amount)
            amounts.append(amount)
        # Later, before, and in another currency: none of it is of the days.
        world.buy(person, AT_US + 15 * DAY_US, 99_999)
        bought[arm].append(amounts)
    return world, bought


def test_conversion_repeat_loyalty_and_order_value_are_told_of_each_arm(
    tmp_path: Path, seed: int
) -> None:
    world, bought = shop(seed)

    view = report(world, tmp_path)

    for one in view["arms"]:
        held = bought[one["arm"]]
        often = [len(amounts) for amounts in held]
        money = sum(map(sum, held))
        assert one["people"] == len(held)
        for name, least in (("buyers", 1), ("again", 2), ("loyal", 3)):
            assert one[name] == sum(count >= least for count in often)
        assert one["purchases"] == sum(often)
        assert one["money_minor"] == money
        assert one["money_per_purchase"] == pytest.approx(
            money / sum(often) / 100, abs=1e-4
        )
    told = outcomes(view, "led")
    for name, least in (("bought", 1), ("again", 2), ("loyal", 3)):
        arms = [
            arm_of(float(len(amounts) >= least) for amounts in bought[arm])
            for arm in ("control", "led")
        ]
        meant = difference(arms[0], arms[1])
        assert told[name]["difference"]["estimate"] == round(meant.estimate, 4)
        assert told[name]["difference"]["low"] == round(meant.low, 4)
        # Twice as many purchases: each of these is shown, whatever is compared.
        assert told[name]["p_of_all"] < 0.001
        assert told[name]["p_of_all"] >= told[name]["difference"]["p"]
    assert told["order_value"]["always_valid"] is None


def test_order_value_is_compared_by_people_who_were_assigned(
    tmp_path: Path, seed: int
) -> None:
    world, bought = shop(seed)

    told = outcomes(report(world, tmp_path), "led")["order_value"]["difference"]

    arms = []
    for arm in ("control", "led"):
        money = [float(sum(amounts)) for amounts in bought[arm]]
        often = [float(len(amounts)) for amounts in bought[arm]]
        both = sum(a * b for a, b in zip(money, often, strict=True))
        arms.append((arm_of(money), arm_of(often), both))
    meant = ratio_difference(arms[0], arms[1])
    assert told["estimate"] == pytest.approx(meant.estimate / 100, abs=1e-4)
    assert told["low"] == pytest.approx(meant.low / 100, abs=1e-4)


def holdout(lost: int = 0, **told: Any) -> World:
    """Assign a tenth to the control and the rest to be led, of whom some got lost."""
    world = World()
    for person in range(1, 4_001 - lost):
        assign(world, person, "control" if person <= 400 else "led", **told)
    return world


def test_a_control_of_a_tenth_is_as_planned_and_people_who_got_lost_raise_the_alarm(
    tmp_path: Path,
) -> None:
    names = ("whole", "lost", "told")
    folders = [tmp_path / name for name in names]
    for folder in folders:
        folder.mkdir()
    shares = "control:1, led:9"

    as_planned = report(holdout(), folders[0], shares=shares)
    lost = report(holdout(1_000), folders[1], shares=shares)
    told = report(holdout(variation_share=0.1), folders[2])

    assert as_planned["planned_shares"] == {"control": 0.1, "led": 0.9}
    assert (as_planned["alarm"], as_planned["sample_ratio_p"]) == (None, 1.0)
    assert "Believe no figure" in lost["alarm"]
    # By what the assignments tell: a tenth in both arms is no tenth and nine.
    assert told["planned_shares"] == {"control": 0.5, "led": 0.5}
    assert "Believe no figure" in told["alarm"]


def test_unlike_arms_of_which_nobody_told_the_plan_are_said_to_be_so(
    tmp_path: Path,
) -> None:
    view = report(holdout(), tmp_path)

    assert view["alarm"] is None
    assert "control:0.1,led:0.9" in view["unplanned"]
    with pytest.raises(InvalidError, match="no share is told"):
        ratio_of({"control": 5, "led": 5}, read_shares("control:1,left:9"))


@pytest.mark.parametrize("shares", ["control", "a:1", "a:1,a:2", "a:0,b:1", "a:x,b:1"])
def test_shares_that_say_nothing_are_refused(shares: str) -> None:
    with pytest.raises(InvalidError):
        read_shares(shares)


def test_arms_that_are_few_say_nothing(tmp_path: Path) -> None:
    world, _ = shop(3, 40)

    told = outcomes(report(world, tmp_path), "led")

    assert {one["difference"] for one in told.values() if one["difference"]} == set()
    assert {one["p_of_all"] for one in told.values()} == {None}


# -- cleared ----------------------------------------------------------------------


def test_shares_are_cleared_by_what_each_bought_before_as_least_squares_do(
    tmp_path: Path, seed: int
) -> None:
    """Who bought before buys again; a tenth more of those led buy, whoever they are."""
    chance, world = np.random.default_rng(seed), World()
    rows = []
    for person in range(1, 2_001):
        led, often = person % 2, int(chance.poisson(1.0))
        assign(world, person, "led" if led else "control")
        for _ in range(often):
            world.buy(person, AT_US - 30 * DAY_US, 1_000)
        buys = chance.random() < 0.1 + 0.1 * led + 0.2 * min(often, 4)
        if buys:
            world.buy(person, AT_US + DAY_US, 1_000)
        rows.append((float(buys), float(led), 1.0, often, float(often > 0)))
    told = np.array(rows)

    view = report(world, tmp_path)

    # Money, number and both as they fade are one; days since the last is the other.
    fitted = np.linalg.lstsq(told[:, 1:], told[:, 0], rcond=None)[0]
    found = outcomes(view, "led")["bought"]
    raw = told[told[:, 1] == 1, 0].mean() - told[told[:, 1] == 0, 0].mean()
    assert found["difference"]["estimate"] == pytest.approx(fitted[0], abs=2e-4)
    assert found["arm"] - found["control"] == pytest.approx(raw, abs=2e-4)
    assert found["variance_removed"] > 0.1
    wide = difference(*(arm_of(told[told[:, 1] == led, 0].tolist()) for led in (0, 1)))
    width = found["difference"]["high"] - found["difference"]["low"]
    share = (1 - found["variance_removed"]) ** 0.5
    assert width == pytest.approx((wide.high - wide.low) * share, rel=0.03)
    (against,) = view["against_control"]
    assert against["rate"] == found["difference"]
    assert against["rate_variance_removed"] == found["variance_removed"]

"""Models of attribution on known paths, and on a public file of 88,387 of them."""

import csv
import gzip
import os
import time
from fractions import Fraction
from itertools import permutations
from pathlib import Path as File
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from habitue.base.errors import InvalidError
from habitue.journey import attribution as models
from habitue.journey.attribution import Decayed, credits_of
from habitue.journey.markov import purchase_probability, removal_effects
from habitue.journey.tally import BOUGHT, LOST, Path, State, Sum, Tally, tally_of

pytestmark = pytest.mark.proof("M01")
SHARED = File(os.environ.get("HABITUE_SHARED", "../shared"))
FILE = SHARED / "data" / "channel-attribution-paths" / "path_data.csv.gz"
MODELS = ("first", "last", "linear", "position", "shapley")
PATHS = st.lists(
    st.builds(
        Path,
        st.lists(st.sampled_from("abcd"), max_size=6).map(tuple),
        st.integers(0, 5),
        st.integers(0, 100_000),
        st.integers(0, 5),
    ).map(lambda one: one if one.conversions else one._replace(value=0)),
    max_size=12,
)


def bought(paths: list[Path]) -> Sum:
    return Sum(sum(one.conversions for one in paths), sum(one.value for one in paths))


@given(PATHS, st.sampled_from(MODELS))
def test_credits_add_up_to_all_that_was_bought(paths: list[Path], model: str) -> None:
    tally = tally_of(paths)

    shares = getattr(models, model)(tally)
    given_out = credits_of(tally, shares)

    assert sum(one.value for one in given_out.values()) == bought(paths).value
    assert sum(one.conversions for one in shares.values()) == tally.touched.conversions


@given(PATHS, st.integers(1, 3))
def test_markov_credits_add_up_and_order_one_is_what_walking_says(
    paths: list[Path], order: int
) -> None:
    tally = tally_of(paths, order)
    effects = removal_effects(tally.steps)
    given_out = credits_of(tally, models.by_weight(tally, effects))

    assert sum(one.value for one in given_out.values()) == bought(paths).value
    for channel, effect in effects.items():
        assert effect == pytest.approx(
            effect_by_walking(tally.steps, channel), abs=1e-9
        )


def effect_by_walking(steps: dict[tuple[State, str], int], channel: str) -> float:
    """Solve the chain with the channel's states taken out, one by one."""
    order = max(len(state) for state, _ in steps)

    def buys(without: str) -> float:
        states = sorted({state for state, _ in steps})
        place = {state: at for at, state in enumerate(states)}
        matrix, ends = np.eye(len(states)), np.zeros(len(states))
        for state in states:
            told = {n: w for (held, n), w in steps.items() if held == state}
            total = sum(told.values()) or 1
            for following, weight in told.items():
                if following == BOUGHT:
                    ends[place[state]] += weight / total
                elif following not in {LOST, without}:
                    reached = (*state, following)[-order:]
                    matrix[place[state], place[reached]] -= weight / total
        return float(np.linalg.solve(matrix, ends)[place[()]])

    whole = buys("")
    return 1 - buys(channel) / whole if whole else 0.0


def test_the_removal_effect_is_the_textbooks() -> None:
    """C1 > C2 > C3 buys; C1 is lost; C2 > C3 is lost: the effects are 1/2, 1 and 1."""
    paths = [
        Path(("C1", "C2", "C3"), 1, 100),
        Path(("C1",), 0, 0, 1),
        Path(("C2", "C3"), 0, 0, 1),
    ]

    effects = removal_effects(tally_of(paths).steps)

    assert effects == pytest.approx({"C1": 0.5, "C2": 1.0, "C3": 1.0})


@given(PATHS)
def test_shapley_is_the_mean_over_all_orders_of_joining(paths: list[Path]) -> None:
    tally = tally_of(paths)
    names = sorted({one for path in paths for one in path.channels})

    def worth(members: tuple[str, ...]) -> int:
        return sum(
            one.value
            for one in paths
            if one.channels and set(one.channels) <= set(members)
        )

    orders = list(permutations(names))
    meant = {
        name: Fraction(
            sum(
                worth(order[: order.index(name) + 1])
                - worth(order[: order.index(name)])
                for order in orders
            ),
            len(orders),
        )
        for name in names
    }

    found = {name: one.value for name, one in models.shapley(tally).items()}
    assert found == {name: one for name, one in meant.items() if name in found}
    assert all(not one for name, one in meant.items() if name not in found)


def test_time_decay_halves_with_each_half_life() -> None:
    tally = tally_of([Path(("a", "b"), 1, 300)])
    sums = models.decayed([Decayed((("a", 7), ("b", 0)), 300)], half_life_us=7)

    found = credits_of(tally, models.time_decay(tally, sums))

    assert {name: one.value for name, one in found.items()} == {"b": 200, "a": 100}


def test_what_nothing_led_to_is_no_channels() -> None:
    tally = tally_of([Path((), 2, 50), Path(("a",), 1, 10)])

    found = credits_of(tally, models.linear(tally))

    assert {name: one.value for name, one in found.items()} == {"no_touch": 50, "a": 10}


def test_too_many_states_ask_for_a_lower_order() -> None:
    steps = {((str(at), "x"), BOUGHT): 1 for at in range(2_000)}

    with pytest.raises(InvalidError, match="lower order"):
        removal_effects(steps)


# -- the public file --------------------------------------------------------------

# The file has up to 17 places; the reference gives six of them.
UNIT = 10**17
FIRST = {
    "alpha": (6308, "19121.272356"),
    "beta": (2831, "12235.591744"),
    "delta": (1, "6.119"),
    "epsilon": (99, "412.301243"),
    "eta": (3164, "11909.476213"),
    "gamma": (165, "718.977992"),
    "iota": (4606, "19597.261277"),
    "kappa": (74, "305.743250"),
    "lambda": (902, "3735.602165"),
    "mi": (2, "5.273"),
    "theta": (1606, "6652.349347"),
    "zeta": (27, "103.004"),
}
LAST = {
    "alpha": (8447, "28414.214274"),
    "beta": (989, "3850.020987"),
    "delta": (5, "10.972"),
    "epsilon": (531, "2202.612289"),
    "eta": (4167, "16754.203800"),
    "gamma": (92, "506.013992"),
    "iota": (3355, "13487.974271"),
    "kappa": (230, "1069.384250"),
    "lambda": (1207, "5249.949985"),
    "mi": (2, "5.273"),
    "theta": (653, "2799.091988"),
    "zeta": (107, "453.260750"),
}
LINEAR = {
    "alpha": ("7574.718594", "24524.709569"),
    "beta": ("2083.500145", "8954.266717"),
    "delta": ("1.725", "4.40405"),
    "epsilon": ("272.170438", "1106.270065"),
    "eta": ("3539.951157", "13783.497051"),
    "gamma": ("121.041639", "569.417358"),
    "iota": ("3857.096221", "15988.988995"),
    "kappa": ("137.964078", "599.747786"),
    "lambda": ("1035.257572", "4430.316169"),
    "mi": ("2.222222", "6.081444"),
    "theta": ("1022.801394", "4295.743619"),
    "zeta": ("136.551540", "539.528763"),
}
MARKOV = {
    "alpha": (0.558399, 5344.9477),
    "iota": (0.405835, 3884.6147),
    "eta": (0.349026, 3340.8474),
    "beta": (0.264039, 2527.3522),
    "theta": (0.206010, 1971.9129),
    "lambda": (0.134022, 1282.8472),
    "epsilon": (0.062639, 599.5707),
    "zeta": (0.039811, 381.0626),
    "kappa": (0.028663, 274.3633),
    "gamma": (0.017880, 171.1454),
    "delta": (0.000482, 4.6136),
    "mi": (0.000180, 1.7224),
}


@pytest.fixture(scope="module")
def paths() -> list[Path]:
    if not FILE.exists():
        pytest.skip("set HABITUE_SHARED to the folder with data/")
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        return [
            Path(
                tuple(row["path"].split(" > ")),
                int(row["total_conversions"]),
                round(Fraction(row["total_conversion_value"]) * UNIT),
                int(row["total_null"]),
            )
            for row in csv.DictReader(file)
        ]


@pytest.fixture(scope="module")
def tally(paths: list[Path]) -> Tally:
    return tally_of(paths)


@pytest.mark.parametrize(("model", "meant"), [("first", FIRST), ("last", LAST)])
def test_first_and_last_are_the_references_exactly(
    tally: Tally, model: str, meant: dict[str, tuple[int, str]]
) -> None:
    found = getattr(models, model)(tally)

    assert {
        name: (one.conversions, round(one.value / UNIT, 6))
        for name, one in found.items()
    } == {name: (count, Fraction(value)) for name, (count, value) in meant.items()}


def test_linear_is_the_references_to_its_last_place(tally: Tally) -> None:
    found = models.linear(tally)

    assert {
        name: tuple(float(round(each, 6)) for each in (one[0], one[1] / UNIT))
        for name, one in found.items()
    } == {name: tuple(map(float, told)) for name, told in LINEAR.items()}


def test_markov_of_order_one_is_the_exact_solution(tally: Tally) -> None:
    effects = removal_effects(tally.steps)
    found = credits_of(tally, models.by_weight(tally, effects))

    assert purchase_probability(tally.steps) == pytest.approx(
        19_785 / 88_387, abs=1e-12
    )
    for name, (effect, conversions) in MARKOV.items():
        assert round(effects[name], 6) == effect
        assert round(found[name].conversions, 4) == conversions


@pytest.mark.parametrize("order", [1, 2, 3])
def test_all_models_hand_out_every_conversion_and_are_quick(
    paths: list[Path], order: int, capsys: pytest.CaptureFixture[str]
) -> None:
    tally, revenue = tally_of(paths, order), sum(one.value for one in paths)
    decay = models.decayed(
        Decayed(tuple((name, -at) for at, name in enumerate(one.channels)), one.value)
        for one in paths
        if one.conversions
    )

    began = time.perf_counter()
    shares = {name: getattr(models, name)(tally) for name in MODELS}
    shares["markov"] = models.by_weight(tally, removal_effects(tally.steps))
    shares["time_decay"] = models.time_decay(tally, decay)
    took_s = time.perf_counter() - began

    with capsys.disabled():
        print(f"\n  order {order}: {len(tally.steps):,} steps, 7 models {took_s:.3f} s")
    for told in shares.values():
        assert sum(one.conversions for one in told.values()) == 19_785
        found = credits_of(tally, told)
        assert sum(one.value for one in found.values()) == revenue
        assert round(Fraction(revenue, UNIT), 6) == Fraction("74802.971587")


def test_a_channel_under_two_names_keeps_about_its_credit(
    paths: list[Path], seed: int
) -> None:
    """Models move by it, and may: what is known is by how much (Shapley, Markov)."""
    chance = Random(seed)
    doubled = [
        one._replace(
            channels=tuple(
                f"{name}{chance.randrange(2)}" if name == "theta" else name
                for name in one.channels
            )
        )
        for one in paths
    ]

    for model in (models.shapley, by_markov):
        whole, parted = model(tally_of(paths)), model(tally_of(doubled))
        before = whole["theta"].conversions
        after = parted["theta0"].conversions + parted["theta1"].conversions
        assert before * Fraction(9, 10) < after < before * Fraction(3, 2)


def by_markov(tally: Tally) -> models.Shares:
    return models.by_weight(tally, removal_effects(tally.steps))

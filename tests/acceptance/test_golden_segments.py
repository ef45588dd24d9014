"""Segments in words on real shops, person by person equal to pandas: C1, C3."""

import os
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from tests.acceptance.copying import copied
from tests.acceptance.golden.electronics import ELECTRONICS
from tests.acceptance.golden.journey import JOURNEY, Journey
from tests.acceptance.golden.reach import Reach
from tests.acceptance.golden.retail_segments import retail_segments
from tests.acceptance.golden.running import (
    answered,
    customers_of,
    define,
    inside,
    members,
)
from tests.acceptance.golden.shops import electronics as electronics_shop
from tests.acceptance.golden.shops import retail_year, taken_in
from tests.acceptance.shop import Shop

ROOT = Path(__file__).parent.parent.parent
DATA = Path(os.environ.get("HABITUE_SHARED", ROOT.parent / "shared")) / "data"
# Which there are does not depend on the day.
RETAIL = retail_segments(datetime(2026, 1, 1, tzinfo=UTC)).keys()
# Who is asked one by one, unless there is time for everybody.
ASKED_STEP = 1 if os.environ.get("HABITUE_TORTURE") else 16


def need(name):
    """Skip what needs data that may not be copied, where they are not."""
    return pytest.mark.skipif(
        not (DATA / name).is_dir(), reason=f"{name} is not there: set HABITUE_SHARED"
    )


class Running:
    """A server with a shop in it, what pandas has of it, and who is who."""

    def __init__(self, shop, of, segments):
        self.shop = shop
        self.of = of
        self.segments = segments
        self.customers = customers_of(shop)
        define(shop, segments)
        self.expected = {name: one.oracle(of) for name, one in segments.items()}
        someone = next(iter(self.expected.values()))
        persons = (one for one, who in self.customers.items() if who in someone)
        answered(shop, next(persons))

    def check(self, name):
        found = members(self.shop, name)

        assert len(found) == len(set(found))
        assert {self.customers[one] for one in found} == self.expected[name]
        assert found

    def check_one_by_one(self):
        asked = dict(list(self.customers.items())[::ASKED_STEP])
        told, those = inside(self.shop, asked), set(asked.values())

        for name, expected in self.expected.items():
            assert told[name] == expected & those, name

    def check_counts(self):
        """Hold the copy to pandas."""
        copied(self.shop)
        for name, golden in self.segments.items():
            body = {"condition": golden.condition}
            told = self.shop.api("POST", "/api/v1/segments/preview", body)

            assert told["count"] == len(self.expected[name]), name
            assert told["by"] == "copy", name


@pytest.fixture(scope="module")
def retail(tmp_path_factory):
    shop, of = retail_year(tmp_path_factory, "golden")
    reach = Reach(of.people)
    contacts = reach.write(shop.folder.parent / "contacts.csv")
    taken_in(shop, contacts, "--what", "contacts", "--source", "crm")
    running = Running(shop, of, retail_segments(of.now))
    running.reach = reach
    yield running
    assert shop.stop() == 0


@pytest.fixture(scope="module")
def journey(tmp_path_factory):
    folder, of = tmp_path_factory.mktemp("journey"), Journey(DATA / "complete-journey")
    receipts, households = of.write(folder)
    shop = Shop(folder / "data").start()
    taken_in(shop, receipts, "--source", "till")
    taken_in(shop, households, "--what", "contacts", "--source", "crm")
    yield Running(shop, of, JOURNEY)
    assert shop.stop() == 0


@pytest.fixture(scope="module")
def electronics(tmp_path_factory):
    data = DATA / "global-electronics"
    shop, of = electronics_shop(tmp_path_factory, "golden", data)
    yield Running(shop, of, ELECTRONICS)
    assert shop.stop() == 0


@pytest.mark.feature("C1")
@pytest.mark.parametrize("name", RETAIL)
def test_a_segment_of_a_real_shop_is_that_of_pandas(retail, name):
    retail.check(name)


@need("complete-journey")
@pytest.mark.feature("C1")
@pytest.mark.parametrize("name", JOURNEY)
def test_a_segment_of_a_grocers_households_is_that_of_pandas(journey, name):
    journey.check(name)


@need("global-electronics")
@pytest.mark.feature("C1")
@pytest.mark.parametrize("name", ELECTRONICS)
def test_a_segment_of_customers_online_and_in_stores_is_that_of_pandas(
    electronics, name
):
    electronics.check(name)


@pytest.mark.feature("C3")
def test_who_is_asked_for_one_by_one_is_in_what_pandas_says(retail):
    retail.check_one_by_one()


@need("complete-journey")
@pytest.mark.feature("C3")
def test_so_are_a_grocers_households(journey):
    journey.check_one_by_one()


@need("global-electronics")
@pytest.mark.feature("C3")
def test_so_are_customers_online_and_in_stores(electronics):
    electronics.check_one_by_one()


def test_there_are_thirty_and_more():
    assert len(RETAIL) + len(JOURNEY) + len(ELECTRONICS) >= 30


@pytest.mark.feature("C3")
def test_a_count_is_that_of_pandas_and_its_sample_is_in_it(retail):
    expected = retail.expected["loyal"]

    body = {"condition": retail.segments["loyal"].condition}
    told = retail.shop.api("POST", "/api/v1/segments/preview", body)

    assert told["count"] == len(expected)
    assert told["people"] == len(retail.of.people)
    assert {retail.customers[one["person_id"]] for one in told["sample"]} <= expected
    assert len(told["sample"]) == 10


@pytest.mark.feature("C3")
def test_an_overlap_is_that_of_pandas(retail):
    names = ["active", "frequent", "brought_back"]
    sets = [retail.expected[name] for name in names]

    told = retail.shop.api("POST", "/api/v1/segments/overlap", {"segments": names})

    for part in told["parts"]:
        expected = set(retail.of.people)
        for name, each in zip(names, sets, strict=True):
            expected = expected & each if name in part["in"] else expected - each
        assert part["count"] == len(expected), part


@pytest.mark.feature("C12")
def test_the_figures_of_every_segment_of_a_real_shop_are_those_of_pandas(retail):
    copied(retail.shop)
    for name, expected in retail.expected.items():
        told = retail.shop.api("GET", f"/api/v1/segments/{name}/figures?days=2")

        assert told["known"], told["why_not"]
        whole = (told["members"], told["people"])
        assert whole == (len(expected), len(retail.of.people)), name
        assert worth(told) == worth_by_pandas(retail.of, expected), name
        assert reached(told) == retail.reach.of(expected), name
        # They were in it when it began: nobody came or left since, nothing is known
        # of the day before.
        *before, last = told["trend"]["days"]
        known = [one for one in (*before, last) if one["members"] is not None]
        assert sum(one["entered"] - one["left"] for one in known) == len(expected)
        assert last["members"] == len(expected), name
        assert not any(one["left"] for one in known), name


def worth(told):
    """Give what figures tell of purchases and money."""
    money = [
        tuple(one[key] for key in ("currency", "gross_minor", "returns_minor"))
        for one in told["money"]
    ]
    nets = [(one["net_minor"], one["net_minor_per_member"]) for one in told["money"]]
    return told["purchases"], told["buyers"], money, nets


def worth_by_pandas(of, people):
    bought = of.bought[of.bought.who.isin(people)]
    back = of.returned[of.returned.who.isin(people)]
    gross, returns = int(bought.pence.sum()), int(back.pence.sum())
    net = gross - returns
    return (
        len(bought),
        bought.who.nunique(),
        [("GBP", gross, returns)],
        [(net, round(Fraction(net, len(people))))],
    )


def reached(told):
    return {
        one["channel"]: (one["known"], one["granted"], one["reachable"])
        for one in told["channels"]
    }


@pytest.mark.feature("C3")
def test_a_count_of_a_real_shop_is_one_query_of_the_copy(retail):
    retail.check_counts()


@need("complete-journey")
@pytest.mark.feature("C3")
def test_so_is_one_of_a_grocers_households(journey):
    journey.check_counts()


@need("global-electronics")
@pytest.mark.feature("C3")
def test_so_is_one_of_customers_online_and_in_stores(electronics):
    electronics.check_counts()

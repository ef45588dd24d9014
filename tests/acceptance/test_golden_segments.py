"""Segments in words on real shops, person by person equal to pandas: C1, C3."""

import os
import time
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest

from tests.acceptance.copying import copied
from tests.acceptance.golden.electronics import ELECTRONICS, Electronics
from tests.acceptance.golden.journey import JOURNEY, Journey
from tests.acceptance.golden.retail import Retail
from tests.acceptance.golden.retail_segments import retail_segments
from tests.acceptance.golden.running import (
    customers_of,
    define,
    inside,
    members,
    taken_in,
)
from tests.acceptance.shop import Shop

ROOT = Path(__file__).parent.parent.parent
DATA = Path(os.environ.get("HABITUE_SHARED", ROOT.parent / "shared")) / "data"
# Which there are does not depend on the day.
RETAIL = retail_segments(Retail(datetime(2026, 1, 1, tzinfo=UTC))).keys()


def need(name):
    """Skip what needs data that may not be copied, where they are not."""
    return pytest.mark.skipif(
        not (DATA / name).is_dir(), reason=f"{name} is not there: set HABITUE_SHARED"
    )


def now():
    return datetime.fromtimestamp(time.time(), UTC).replace(microsecond=0)


class Running:
    """A server with a shop in it, what pandas has of it, and who is who."""

    def __init__(self, shop, of, segments):
        define(shop, segments)
        self.shop = shop
        self.of = of
        self.segments = segments
        self.customers = customers_of(shop)
        self.inside = inside(shop, self.customers)

    def check(self, name):
        expected = self.segments[name].oracle(self.of)

        assert self.inside[name] == expected
        assert expected

    def check_members(self, name):
        found = members(self.shop, name)

        assert len(found) == len(set(found))
        assert {self.customers[one] for one in found} == self.inside[name]


def started(folder):
    shop = Shop(folder / "data").start()
    yield shop
    assert shop.stop() == 0


@pytest.fixture(scope="module")
def retail(tmp_path_factory):
    folder, of = tmp_path_factory.mktemp("retail"), Retail(now())
    of.write(folder / "year.parquet")
    for shop in started(folder):
        taken_in(shop, folder / "year.parquet", "--source", "year")
        yield Running(shop, of, retail_segments(of))


@pytest.fixture(scope="module")
def journey(tmp_path_factory):
    folder, of = tmp_path_factory.mktemp("journey"), Journey(DATA / "complete-journey")
    receipts, households = of.write(folder)
    for shop in started(folder):
        taken_in(shop, receipts, "--source", "till")
        taken_in(shop, households, "--what", "contacts", "--source", "crm")
        yield Running(shop, of, JOURNEY)


@pytest.fixture(scope="module")
def electronics(tmp_path_factory):
    folder = tmp_path_factory.mktemp("electronics")
    of = Electronics(DATA / "global-electronics", now().date())
    sales, customers = of.write(folder)
    for shop in started(folder):
        taken_in(shop, customers, "--what", "contacts", "--source", "crm")
        taken_in(shop, sales, "--source", "erp")
        yield Running(shop, of, ELECTRONICS)


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
@pytest.mark.parametrize("name", ["back_soon", "vip_not_lapsing"])
def test_the_members_of_a_segment_are_those_who_are_in_it_one_by_one(retail, name):
    retail.check_members(name)


def test_there_are_thirty_and_more():
    assert len(RETAIL) + len(JOURNEY) + len(ELECTRONICS) >= 30


@pytest.mark.feature("C3")
def test_a_count_is_that_of_pandas_and_its_sample_is_in_it(retail):
    golden = retail.segments["loyal"]
    expected = golden.oracle(retail.of)

    body = {"condition": golden.condition}
    told = retail.shop.api("POST", "/api/v1/segments/preview", body)

    assert told["count"] == len(expected)
    assert told["people"] == len(retail.of.people)
    assert {retail.customers[one["person_id"]] for one in told["sample"]} <= expected
    assert len(told["sample"]) == 10


@pytest.mark.feature("C3")
def test_an_overlap_is_that_of_pandas(retail):
    names = ["active", "frequent", "brought_back"]
    sets = [retail.segments[name].oracle(retail.of) for name in names]

    told = retail.shop.api("POST", "/api/v1/segments/overlap", {"segments": names})

    for part in told["parts"]:
        expected = set(retail.of.people)
        for name, each in zip(names, sets, strict=True):
            expected = expected & each if name in part["in"] else expected - each
        assert part["count"] == len(expected), part


@pytest.mark.feature("C12")
@pytest.mark.parametrize("name", ["active", "loyal", "brought_back"])
def test_the_figures_of_a_segment_of_a_real_shop_are_those_of_pandas(retail, name):
    expected = retail.segments[name].oracle(retail.of)
    bought = retail.of.bought[retail.of.bought.who.isin(expected)]
    back = retail.of.returned[retail.of.returned.who.isin(expected)]
    copied(retail.shop)
    gross, returns = int(bought.pence.sum()), int(back.pence.sum())

    told = retail.shop.api("GET", f"/api/v1/segments/{name}/figures")

    assert told["known"], told["why_not"]
    assert (told["members"], told["people"]) == (len(expected), len(retail.of.people))
    assert told["purchases"] == len(bought)
    assert told["buyers"] == bought.who.nunique()
    (money,) = told["money"]
    assert (money["gross_minor"], money["returns_minor"]) == (gross, returns)
    assert money["net_minor"] == gross - returns
    assert money["net_minor_per_member"] == round(
        Fraction(gross - returns, len(expected))
    )


@pytest.mark.feature("C3")
def test_a_count_of_a_real_shop_is_one_query_of_the_copy(retail):
    copied(retail.shop)
    for name, golden in retail.segments.items():
        body = {"condition": golden.condition}
        told = retail.shop.api("POST", "/api/v1/segments/preview", body)

        assert told["count"] == len(golden.oracle(retail.of)), name
        assert told["by"] == "copy", name

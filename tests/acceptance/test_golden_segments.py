"""Segments in words on real shops, person by person equal to pandas: C1, C3."""

from datetime import UTC, datetime

import pytest

from tests.acceptance.golden.checked import DATA, Running, need
from tests.acceptance.golden.electronics import ELECTRONICS
from tests.acceptance.golden.journey import JOURNEY, Journey
from tests.acceptance.golden.reach import Reach
from tests.acceptance.golden.retail_segments import retail_segments
from tests.acceptance.golden.shops import electronics as electronics_shop
from tests.acceptance.golden.shops import retail_year, taken_in
from tests.acceptance.shop import Shop

# Which there are does not depend on the day.
RETAIL = retail_segments(datetime(2026, 1, 1, tzinfo=UTC)).keys()
pytestmark = pytest.mark.proof("S01")


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
    assert retail.check(name)


@need("complete-journey")
@pytest.mark.feature("C1")
@pytest.mark.parametrize("name", JOURNEY)
def test_a_segment_of_a_grocers_households_is_that_of_pandas(journey, name):
    assert journey.check(name)


@need("global-electronics")
@pytest.mark.feature("C1")
@pytest.mark.parametrize("name", ELECTRONICS)
def test_a_segment_of_customers_online_and_in_stores_is_that_of_pandas(
    electronics, name
):
    assert electronics.check(name)


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


def test_there_are_thirty_and_more(figure):
    figure("segments of real shops", len(RETAIL) + len(JOURNEY) + len(ELECTRONICS))
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
    retail.check_figures(retail.reach, lambda people: money_of(retail.of, people))


def money_of(of, people):
    """Give purchases, buyers, money bought and brought back by pandas, of pounds."""
    bought = of.bought[of.bought.who.isin(people)]
    back = of.returned[of.returned.who.isin(people)]
    sums = (int(bought.pence.sum()), int(back.pence.sum()))
    return [("GBP", len(bought), bought.who.nunique(), *sums)]


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

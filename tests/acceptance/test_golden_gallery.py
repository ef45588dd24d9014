"""The gallery's own segments, person by person equal to pandas: C12.

The year of a real shop fills what asks for purchases, returns and answers alone, sales
online and in stores what asks for channels, categories and birthdays; the small shop
that is made up fills all of them. On each of the three all are asked for.
"""

from typing import NamedTuple

import pytest

from habitue.segment.gallery import templates
from tests.acceptance.golden import gallery_shops
from tests.acceptance.golden.asking import Golden
from tests.acceptance.golden.checked import DATA, Running, need
from tests.acceptance.golden.gallery import ORACLES
from tests.acceptance.golden.reach import Reach

pytestmark = [pytest.mark.feature("C12"), pytest.mark.proof("S01")]

# What data of others tell enough for: somebody of theirs is in, and somebody is not.
OF_A_YEAR = (
    *("active", "big-basket", "big-spenders", "bought-once", "bring-back-often"),
    *("fading", "frequent", "lapsed", "never-bring-back", "new", "reachable-by-email"),
    *("second-purchase-due", "store-only", "subscribed-not-bought", "vip", "win-back"),
)
OF_CHANNELS = (
    *("active", "big-basket", "big-spenders", "birthday-7-days", "both-channels"),
    *("bought-once", "broad", "fading", "lapsed", "new", "store-only"),
)


class Asked(NamedTuple):
    """A shop with the whole gallery on it, and who of it is reached."""

    running: Running
    reach: Reach


def asked(shop, of, reach, kind="customer_id"):
    """Define all that the server's gallery has, as it has them."""
    told = shop.api("GET", "/api/v1/segments/templates")["templates"]
    segments = {
        one["id"]: Golden(one["name"], one["condition"], ORACLES[one["id"]])
        for one in told
    }
    assert segments.keys() == ORACLES.keys()
    return Asked(Running(shop, of, segments, kind), reach)


@pytest.fixture(scope="module")
def retail(tmp_path_factory):
    shop, of, reach = gallery_shops.retail(tmp_path_factory, "gallery")
    yield asked(shop, of, reach)
    assert shop.stop() == 0


@pytest.fixture(scope="module")
def electronics(tmp_path_factory):
    data = DATA / "global-electronics"
    shop, of, reach = gallery_shops.electronics(tmp_path_factory, "moved", data)
    yield asked(shop, of, reach)
    assert shop.stop() == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    shop, of, reach = gallery_shops.made(tmp_path_factory, "made")
    yield asked(shop, of, reach, kind="user_id")
    assert shop.stop() == 0


def test_no_segment_of_the_gallery_is_left_out():
    assert ORACLES.keys() == templates("GBP").keys()
    assert len(ORACLES) == 32


def tells(one, names):
    """Say which of these everybody is in, or nobody: none, or nothing is shown."""
    found = one.running.expected
    return {name for name in names if found[name] in (set(), one.running.of.people)}


def test_of_each_the_made_shop_has_somebody_inside_and_somebody_outside(made, figure):
    figure("segments of the gallery, members and figures by pandas", len(ORACLES))
    assert tells(made, ORACLES) == set()


def test_so_has_the_year_of_what_it_fills(retail, figure):
    people = len(retail.running.of.people)
    figure("people of a real year", people)
    # At its till everybody bought who bought.
    assert tells(retail, OF_A_YEAR) == set()


@need("global-electronics")
def test_so_have_sales_online_and_in_stores(electronics, figure):
    figure("people online and in stores", len(electronics.running.of.people))
    assert tells(electronics, OF_CHANNELS) == set()


@pytest.mark.parametrize("name", ORACLES)
def test_a_segment_of_the_gallery_is_that_of_pandas(made, name):
    made.running.check(name)


@pytest.mark.parametrize("name", ORACLES)
def test_so_it_is_on_a_year_of_a_real_shop(retail, name):
    retail.running.check(name)


@need("global-electronics")
@pytest.mark.parametrize("name", ORACLES)
def test_so_it_is_online_and_in_stores(electronics, name):
    electronics.running.check(name)


def test_who_is_asked_for_one_by_one_is_in_what_pandas_says(made):
    made.running.check_one_by_one()


def test_so_are_customers_of_a_real_shop(retail):
    retail.running.check_one_by_one()


@need("global-electronics")
def test_so_are_customers_online_and_in_stores(electronics):
    electronics.running.check_one_by_one()


def test_the_figures_of_the_gallery_are_those_of_pandas(made):
    made.running.check_figures(made.reach, made.running.of.money)


def test_so_are_those_of_a_real_shop(retail):
    retail.running.check_figures(retail.reach, retail.running.of.money)


@need("global-electronics")
def test_so_are_those_in_five_currencies(electronics):
    electronics.running.check_figures(electronics.reach, electronics.running.of.money)


def test_a_count_of_the_gallery_is_one_query_of_the_copy(made):
    made.running.check_counts()


def test_so_is_one_of_a_real_shop(retail):
    retail.running.check_counts()


@need("global-electronics")
def test_so_is_one_of_customers_online_and_in_stores(electronics):
    electronics.running.check_counts()

"""A shop on a server and its segments, held to what pandas says of them."""

import os
from fractions import Fraction
from pathlib import Path

import pytest

from tests.acceptance.copying import copied
from tests.acceptance.golden.running import (
    answered,
    customers_of,
    define,
    inside,
    members,
)

ROOT = Path(__file__).parent.parent.parent.parent
DATA = Path(os.environ.get("HABITUE_SHARED", ROOT.parent / "shared")) / "data"
# Who is asked one by one, unless there is time for everybody.
ASKED_STEP = 1 if os.environ.get("HABITUE_TORTURE") else 16


def need(name):
    """Skip what needs data that may not be copied, where they are not."""
    return pytest.mark.skipif(
        not (DATA / name).is_dir(), reason=f"{name} is not there: set HABITUE_SHARED"
    )


class Running:
    """A server with a shop in it, what pandas has of it, and who is who."""

    def __init__(self, shop, of, segments, kind="customer_id"):
        """kind: of the identifier that pandas knows people by."""
        self.shop = shop
        self.of = of
        self.segments = segments
        self.customers = customers_of(shop, kind)
        define(shop, segments)
        self.expected = {name: one.oracle(of) for name, one in segments.items()}
        someone = next(iter(self.expected.values()))
        persons = (one for one, who in self.customers.items() if who in someone)
        answered(shop, next(persons))

    def check(self, name):
        """Hold members to pandas, person by person, and give them."""
        found = members(self.shop, name)

        assert len(found) == len(set(found))
        assert {self.customers[one] for one in found} == self.expected[name]
        return found

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

    def check_figures(self, reach, money):
        """Hold what each segment is worth, who is reached, and its trend to pandas.

        money: gives of people purchases, buyers, money bought and brought back, by
        currency.
        """
        copied(self.shop)
        for name, expected in self.expected.items():
            told = self.shop.api("GET", f"/api/v1/segments/{name}/figures?days=2")

            assert told["known"], told["why_not"]
            whole = (told["members"], told["people"])
            assert whole == (len(expected), len(self.of.people)), name
            bought = self.of.bought[self.of.bought.who.isin(expected)]
            sums = (told["purchases"], told["buyers"])
            assert sums == (len(bought), bought.who.nunique()), name
            assert worth(told) == _worth_by(money(expected), len(expected)), name
            assert reached(told) == reach.of(expected), name
            self._check_trend(name, told["trend"]["days"], len(expected))

    def _check_trend(self, name, days, count):
        # They were in it when it began: nobody came or left since, nothing is known
        # of the day before.
        *before, last = days
        known = [one for one in (*before, last) if one["members"] is not None]
        assert sum(one["entered"] - one["left"] for one in known) == count
        assert last["members"] == count, name
        assert not any(one["left"] for one in known), name


SUMS = ("purchases", "buyers", "gross_minor", "returns_minor")
NETS = ("net_minor", "net_minor_per_member")


def worth(told):
    """Give what figures tell of money, by currency."""
    return [
        tuple(one[key] for key in ("currency", *SUMS, *NETS)) for one in told["money"]
    ]


def _worth_by(money, count):
    found = []
    for currency, purchases, buyers, gross, returns in money:
        net = gross - returns
        each = round(Fraction(net, count))
        found.append((currency, purchases, buyers, gross, returns, net, each))
    return found


def reached(told):
    return {
        one["channel"]: (one["known"], one["granted"], one["reachable"])
        for one in told["channels"]
    }

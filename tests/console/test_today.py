"""The first screen: sums that are right, and what is worth a look."""

from habitue.console.look import Look
from habitue.console.today.routes import alerts, by_currency, usual_of
from tests.console.fake import FixedReading, source
from tests.console.served import NOW_US


def sold(kind: str, minor: int, objects: int = 1, **told: object) -> dict:
    base = {
        "kind": kind,
        "currency": "PLN",
        "amount_minor": minor,
        "objects": objects,
        "known_buyer": True,
        "simulated": False,
    }
    return base | told


def test_returns_come_off_and_are_no_purchases() -> None:
    rows = [sold("order", 10_000, 2), sold("receipt", 500), sold("return", 1_000)]

    assert by_currency(rows)["PLN"] == {
        "amount_minor": 9_500,
        "objects": 3,
        "known": 3,
        "simulated": 0,
    }


def test_a_sum_that_is_partly_played_says_so() -> None:
    rows = [sold("order", 1), sold("order", 2, simulated=True)]

    assert by_currency(rows)["PLN"]["simulated"]


def test_currencies_are_never_added_up() -> None:
    rows = [sold("order", 1), sold("order", 2, currency="KZT")]

    assert {code: one["amount_minor"] for code, one in by_currency(rows).items()} == {
        "PLN": 1,
        "KZT": 2,
    }


def test_a_source_that_is_silent_or_of_little_use_is_worth_a_look() -> None:
    bad = {
        "received": 100,
        "stored": 90,
        "duplicate": 0,
        "quarantined": 10,
        "refused": 0,
    }
    told = [
        source("silent", 5, last_at="2026-11-15T13:00:00Z"),
        source("broken", 5, outcomes=bad, last_at="2026-11-20T13:59:00Z"),
        source("good", 5, last_at="2026-11-20T13:59:00Z"),
        source("new"),
    ]

    found = alerts({"sources": told}, Look(now_us=NOW_US))

    assert [one["name"] for one in found] == ["silent", "broken"]
    assert "hours" in found[0]["text"]
    assert found[1]["text"] == "10 of 100 items can't be used"


def test_what_comes_late_is_worth_a_look() -> None:
    fresh = "2026-11-20T13:59:00Z"
    told = [
        source("slow", 5, last_at=fresh, arrival={"p50_ms": 90_000, "p95_ms": 600_000}),
        source("quick", 5, last_at=fresh, arrival={"p50_ms": 500, "p95_ms": 59_999}),
    ]
    missing = [{"watch": "erp", "at": "2026-11-20T05:00:00Z"}]

    found = alerts({"sources": told, "missing": missing}, Look(now_us=NOW_US))

    assert [(one["name"], one["link"]) for one in found] == [
        ("erp", ""),
        ("slow", "/console/sources/slow"),
    ]
    assert found[0]["text"].startswith("no file came by")
    assert "95 of 100 within 10 min" in found[1]["text"]


class Weeks(FixedReading):
    """A shop that sold so much on each of some days, and began on one."""

    def __init__(self, since: int | None, days: dict[int, int]) -> None:
        super().__init__([], [])
        self.since, self.days = since, days

    def sales_since(self) -> int | None:
        return self.since

    def sales(self, day: int) -> list[dict]:
        return [sold("order", self.days[day])] if day in self.days else []


def test_the_usual_is_the_mean_of_the_weeks_that_are_known() -> None:
    young = Weeks(90, {93: 600, 86: 1_000})
    old = Weeks(0, {93: 600, 86: 1_000})
    new = Weeks(100, {100: 500})

    # Of a shop that began a week ago one week is known; a day without sales is known.
    assert usual_of(young, 100) == {"PLN": (600, 1)}
    assert usual_of(old, 100) == {"PLN": (400, 0)}
    assert usual_of(new, 100) == usual_of(Weeks(None, {}), 100) == {}

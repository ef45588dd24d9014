"""Charts: what is told to them is made visible, and they say what the tables say."""

import html
import json
import re

from hypothesis import given
from hypothesis import strategies as st

from habitue.console.figures import Place
from habitue.console.geo.charts import LINES_MAX, lines_chart
from habitue.console.journeys.charts import (
    months_chart,
    network_chart,
    reached_chart,
    ways_chart,
)
from habitue.console.journeys.shown import ways
from habitue.console.kpis.charts import DAYS_MAX, calendar_chart, cohorts_chart
from habitue.console.look import Look, Visitor
from habitue.console.render import render
from tests.console.test_said import look

LOOK = Look(visitor=Visitor("anna", "administrator", "key"))
HOSTILE = "\u202e\"'><img src=x onerror=alert(1)>"


WISHED = {"window_days": None, "paths": 20, "after_days": 90, "currency": ""}


def path(purchases: int, *channels: str) -> dict:
    told = {"channels": list(channels), "purchases": purchases, "amount_minor": 100}
    return {**told, "cell": {"what": "way", "channels": list(channels)}}


def view(*paths: dict) -> dict:
    after = {"after_days": 90, "after": [], "first_contact": []}
    return {"paths": list(paths), "places": [], "currency": "EUR", **after}


def test_what_somebody_told_stays_text_in_a_chart_and_is_visible() -> None:
    shown = ways(view(path(3, "email", HOSTILE)), LOOK)

    told = {"screen": "ways", "since": "", "until": "", "wished": WISHED}
    place = Place(there=True)
    page = render("journeys/ways.html", LOOK, worked=place, **told, **shown)

    assert "<img src=x" not in page
    assert "\u202e" not in page
    (drawn,) = re.findall(r'data-chart="([^"]*)"', page)
    chart = json.loads(html.unescape(drawn))
    assert chart == shown["chart"]
    assert any("[U+202E]" in one["label"] for one in chart["nodes"])


def test_ribbons_lead_to_the_purchase_and_never_back() -> None:
    chart = ways_chart(
        view(path(2, "email", "email", "direct"), path(1, *"abcdef")), LOOK
    )

    assert chart is not None
    places = {one["name"]: number(one["name"]) for one in chart["nodes"]}
    for link in chart["links"]:
        assert places[link["source"]] < places[link["target"]]
    into = [link for link in chart["links"] if link["target"] == "bought"]
    assert sum(link["value"] for link in into) == 3
    assert {link["source"] for link in into} == {"-1 direct", "-1 f"}


def number(name: str) -> int:
    return 0 if name == "bought" else int(name.split(" ", maxsplit=1)[0])


def test_of_nothing_no_chart_is_drawn() -> None:
    none = {"intents": [{"intent": "buy", "steps": 0}], "transitions": []}

    assert ways_chart(view(), LOOK) is None
    assert network_chart(none, LOOK) is None
    assert reached_chart({"reached": [{"intent": "search", "people": 0}]}, LOOK) is None
    assert months_chart([], {"yes": "Yes"}, LOOK) is None


def test_a_loop_is_told_beside_its_circle() -> None:
    names = ("search", "compare", "recommend", "buy", "use")
    told = {
        "intents": [{"intent": name, "steps": 5} for name in names],
        "transitions": [{"from": "compare", "to": "compare", "count": 4}],
    }

    chart = network_chart(told, LOOK)

    assert chart is not None
    assert chart["nodes"][1]["label"] == "Compare ↻ 4"


def test_a_calendar_is_of_a_year_at_most_and_of_days_on_which_was_bought() -> None:
    days = [{"day": day, "purchases": 3} for day in ("2024-01-01", "2026-03-01")]

    chart = calendar_chart(
        {"from": "2024-01-01", "to": "2026-03-31", "days": days}, LOOK
    )

    assert chart is not None
    assert [one["value"] for one in chart["days"]] == [["2026-03-01", 3]]
    assert chart["from"] == "2025-03-31"
    assert DAYS_MAX == 366
    empty = {"from": "2026-03-01", "to": "2026-03-31", "days": []}
    assert calendar_chart(empty, LOOK) is None


def test_cohorts_are_drawn_by_the_month_and_by_how_many_later() -> None:
    def month(name: str, *shares: float) -> dict:
        told = [{"after": at, "share": share} for at, share in enumerate(shares)]
        return {"month": name, "months": told}

    chart = cohorts_chart(
        [month("2026-01", 1, 0.5, 0.2), month("2026-02", 1, 0.1)], LOOK
    )

    assert chart is not None
    assert (chart["months"], chart["after"]) == (["Jan 2026", "Feb 2026"], ["+1", "+2"])
    told = [one["value"] for one in chart["cells"]]
    assert told == [[0, 0, 0.5], [1, 0, 0.2], [0, 1, 0.1]]
    assert cohorts_chart([month("2026-01", 1, 0.5)], LOOK) is None


def told_of(*sums: tuple[int, int], days: int = 1) -> dict:
    told = [
        {"day": f"2026-11-{at:02}", "observed": sold, "expected": expected}
        for at, (sold, expected) in enumerate(sums, 1)
    ]
    return {"days_told": told, "days": days, "currency": "PLN"}


def test_an_action_is_drawn_over_axes_that_say_days_and_sums() -> None:
    chart = lines_chart(told_of((90_000, 80_000), (120_000, 100_000)), look("pl"))

    assert chart is not None
    assert (chart["day"], chart["sold"]) == ("Dzień", "Sprzedaż na dzień i region")
    assert chart["days"] == ["1 lis 2026", "2 lis 2026"]
    assert (chart["low"], chart["step"]) == (0, 50_000)
    assert plain(chart["sums"]) == [
        "0,00 zł",
        "500,00 zł",
        "1 000,00 zł",
        "1 500,00 zł",
    ]
    assert chart["action"] == {"name": "akcja", "from": 1}
    sold, expected = chart["series"]
    assert [one["value"] for one in sold["values"]] == [90_000, 120_000]
    assert [one["value"] for one in expected["values"]] == [80_000, 100_000]
    (told,) = plain([sold["values"][1]["told"]])
    assert told == "2 lis 2026\nSprzedano: 1 200,00 zł\nOczekiwane: 1 000,00 zł"
    assert lines_chart(told_of(), LOOK) is None


def plain(told: list[str]) -> list[str]:
    """Write each space as the one that is on a keyboard."""
    return [one.replace("\xa0", " ") for one in told]


@given(st.lists(st.integers(-(10**9), 10**12), min_size=1, max_size=9))
def test_every_sum_lies_between_the_first_line_across_and_the_last(
    sums: list[int],
) -> None:
    chart = lines_chart(told_of(*((one, -one) for one in sums)), LOOK)

    assert chart is not None
    high = chart["low"] + chart["step"] * (len(chart["sums"]) - 1)
    assert chart["low"] <= -max(map(abs, sums))
    assert high >= max(map(abs, sums))
    # One more at most where nothing does not lie on the first.
    assert 2 <= len(chart["sums"]) <= LINES_MAX + 1
    assert str(chart["step"]).rstrip("0") in {"1", "2", "5"}

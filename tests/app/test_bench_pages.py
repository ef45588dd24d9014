"""All pages of the console are measured, and what is too slow is named."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest

from habitue.app.bench.pages import (
    Reader,
    Took,
    figures,
    figures_after,
    read_all,
    refused,
)
from habitue.app.bench.screens import (
    BAIT,
    COUNT,
    KEPT_TEST,
    SCREENS,
    builder_form,
    furnish,
)
from habitue.app.bench.sessions import KINDS, SHOP
from habitue.app.calling.gateway import connect
from habitue.base.clock import ManualClock
from habitue.base.errors import HabitueError
from habitue.base.ids import new_secret
from habitue.base.settings import load
from habitue.console.segments.building import drafted
from habitue.console.segments.form import take
from habitue.console.session import Sessions
from tests.console.fake import FixedReading
from tests.console.served import NOW_US, console_app

# What is no page of somebody signed in, and what is of one file or one cell.
APART = (
    *("/", "/console/join", "/console/sign-in", "/console/start", "/console/stream"),
    *("/console/static/", "/console/imports/", "/console/digests/"),
    "/console/kpis/people",
)


def test_every_page_of_the_console_is_measured() -> None:
    clock = ManualClock(NOW_US)
    app = console_app(FixedReading([], []), Sessions(clock, new_secret), clock)
    pages = [
        path
        for route in app.routes
        for path in route.paths
        if "GET" in route.http_methods and not is_apart(path)
    ]

    read = [path.partition("?")[0] for path in SCREENS]
    ways = {one: re.sub(r"\\?\{[^}]+\\?\}", "[^/]+", one) for one in pages}
    missed = [
        one for one, way in ways.items() if not any(re.fullmatch(way, p) for p in read)
    ]

    assert len(pages) > 40
    assert missed == []


# The API's routes name the body as Litestar 2 takes it.
@pytest.mark.filterwarnings("ignore:.*Reserved kwarg")
def test_there_is_something_on_pages_that_an_empty_shop_has_nothing_for(
    tmp_path: Path,
) -> None:
    with connect(load({"data.folder": tmp_path / "data"}, environ={})) as client:
        keys = {
            name: client.post("/api/v1/sources", {"name": name, "kind": kind})["key"]
            for name, kind in KINDS.items()
        }

        furnish(SimpleNamespace(client=lambda: client), keys[SHOP], NOW_US)

        (bait,) = client.get("/api/v1/baits")["baits"]
        assert (bait["name"], bait["reads"]) == (BAIT["name"], 0)
        assert client.get(f"/api/v1/insights/geo/tests/{KEPT_TEST}")["regions"]
        assert client.get("/api/v1/quarantine")["items"]


def is_apart(path: str) -> bool:
    return path in APART or path.startswith(APART[5:8])


def test_pages_above_the_bar_are_counted_and_named_the_slowest_first() -> None:
    found = [Took("/quick", [20.0]), Took("/slow", [300.0]), Took("/slower", [400.0])]

    slowest, above, card, count = figures(
        "SQLite", "note", found, Took("a person", [30.0]), Took(COUNT, [1_500.0])
    )

    assert (slowest.value, slowest.note) == (400, "note: /slower")
    assert (above.value, above.meets) == (2, False)
    assert above.note == "/slower 400 ms, /slow 300 ms"
    assert (card.meets, count.meets) == (True, False)


def test_the_builder_is_asked_to_count_a_whole_condition() -> None:
    taken = take(drafted(builder_form()))

    assert taken.condition is not None
    assert taken.faults == {}


def test_figures_that_come_after_their_page_have_a_row_of_their_own() -> None:
    (row,) = figures_after("SQLite", 60, [Took("/a", [900.0]), Took("/b", [2_000.0])])

    assert (row.value, row.bar) == (2_000, None)
    assert "/b 2,000 ms, /a 900 ms" in row.note
    assert figures_after("SQLite", 60, []) == []


class Refuses(Reader):
    """Somebody of whom one page is told not to be had."""

    def __init__(self) -> None:
        pass

    def read(self, page: str, paths: Sequence[str]) -> Took:
        if page == "/wrong":
            raise HabitueError(f"The page {paths[0]} answered 422.")
        return Took(page, [20.0])

    def follow(self, path: str, move: Callable[[], None]) -> Took | None:
        return None


def test_a_page_that_is_refused_costs_no_other_its_time_and_is_named() -> None:
    addresses = {"/a": "/a", "/wrong": "/wrong?x=1", "/b": "/b"}

    found = read_all(Refuses(), addresses, lambda: None)
    row = refused("SQLite", found)

    assert [one.page for one in found.screens] == ["/a", "/b"]
    assert (row.name, row.value, row.meets) == (
        "SQLite: console, pages of 3 that could not be shown",
        1,
        False,
    )
    assert row.note == "The page /wrong?x=1 answered 422."

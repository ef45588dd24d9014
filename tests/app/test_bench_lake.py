"""A server is measured beside heavy questions to a copy that it really stands on."""

from collections.abc import Iterator

import pytest
from msgspec import structs

from habitue.app.bench import gallery, lake_beside
from habitue.app.bench.ground import ground
from habitue.app.bench.lake_beside import Asking
from habitue.app.bench.prepared import Cache, Kept
from habitue.app.bench.servers import Product
from habitue.base.clock import SystemClock
from habitue.base.errors import HabitueError

EVENTS = 3_000


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cache, Kept]:
    cache = Cache(tmp_path_factory.mktemp("kept"))
    now_us = SystemClock().now_us()
    made = cache.prepare(gallery.NAME, EVENTS, now_us, gallery.make_copy)
    return cache, made


@pytest.fixture(scope="module")
def server(kept: tuple[Cache, Kept]) -> Iterator[Product]:
    with ground() as on:
        settings = on.fresh()
        lake_beside.stand(settings, *kept, SystemClock().now_us())
        with Product(settings, more=lake_beside.CONFIG) as server:
            yield server


def test_requests_wait_beside_two_who_ask_a_prepared_copy(
    kept: tuple[Cache, Kept],
) -> None:
    with ground() as on:
        half, most = lake_beside.measure(
            on, SystemClock(), lambda _: None, kept, seconds=1
        )

    assert most.name == "lake: 500 requests/s beside a heavy query, p99"
    assert half.value <= most.value
    assert most.floor
    assert "2 ask at a time, one after another: all 3,000 events joined" in most.note


def test_the_server_stands_on_the_copy_with_its_sessions_kept(
    server: Product, kept: tuple[Cache, Kept]
) -> None:
    asking = Asking(server, kept[1])
    asking.begin(1)
    took_s = asking.end()

    told = server.client().get("/api/v1/lake")
    body = b'{"sql": "SELECT count(*) AS n FROM person_events"}'
    found = server.client().raw("POST", "/api/v1/lake/query", body).json()
    assert took_s
    assert told["sealed_events"] == EVENTS
    assert (told["sessions_kept"], told["people_stale"]) == (True, 0)
    assert found["n"] == EVENTS


def test_another_copy_than_the_one_that_was_lent_is_not_measured(
    server: Product, kept: tuple[Cache, Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake_beside, "READY_S", 0.1)

    with pytest.raises(HabitueError, match="not asked"):
        Asking(server, structs.replace(kept[1], rows=EVENTS + 1))


def test_of_a_query_that_is_not_answered_there_is_no_figure(
    server: Product, kept: tuple[Cache, Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake_beside, "HEAVY", "SELECT nobody FROM lines")
    asking = Asking(server, kept[1])
    asking.begin(1)

    with pytest.raises(HabitueError, match="was not answered: 4"):
        asking.end()

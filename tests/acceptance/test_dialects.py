"""Dialects on a real server: a stranger's beside ours, and nothing where nothing is."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.shop import Shop
from tests.collect.dialects import stranger


@pytest.fixture
def visited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop whose Habitué has the package of docs/dialects.md beside it."""
    import os

    packages = stranger.install(tmp_path / "packages")
    paths = [str(packages), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    shop = Shop(tmp_path / "data").start()
    yield shop
    if shop.process.poll() is None:
        shop.stop()


@pytest.mark.feature("A1")
def test_a_strangers_dialect_is_installed_beside_and_brings_events(
    visited: Shop,
) -> None:
    key = visited.source("web", "public")["key"]
    hit = {"n": "Tea Poured", "u": "https://shop.example/tea", "d": key}

    for told in (hit, {**hit, "p": "no object"}):
        status, _, body = visited.request("POST", "/api/event", json.dumps(told))
        assert (status, body) == (202, b"ok")

    outcomes = visited.outcomes("web")
    assert (outcomes["stored"], outcomes["quarantined"]) == (1, 1)


@pytest.mark.feature("A4", partly="no alert is sent")
def test_an_item_of_a_dialect_is_mended_and_replayed_through_it(visited: Shop) -> None:
    key = visited.source("web", "public")["key"]
    hit = {"n": "Tea Poured", "u": "u", "d": key, "p": "no object"}
    visited.request("POST", "/api/event", json.dumps(hit))
    [kept] = visited.api("GET", "/api/v1/quarantine")["items"]
    assert key not in kept["original"]

    mended = kept["original"].replace('"no object"', '{"cup": 2}')
    path = f"/api/v1/quarantine/{kept['quarantine_id']}/replay"
    first = visited.api("POST", path, {"original": mended})
    second = visited.api("POST", path, {"original": mended})

    assert (first["outcome"], second["outcome"]) == ("stored", "duplicate")
    assert visited.outcomes("web")["stored"] == 1


@pytest.mark.feature("A1")
@pytest.mark.parametrize(
    "path", ["/v1/nonsense", "/v1", "/v1/batch/x", "/sourceconfig", "/analytics.js"]
)
def test_where_nothing_is_there_is_404(shop: Shop, path: str) -> None:
    for method in ("GET", "POST"):
        status, headers, _ = shop.request(method, path, b"{}")
        assert status == 404
        assert headers["content-type"].startswith("application/problem+json")

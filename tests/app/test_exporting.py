"""An export holds what the log holds, also what has not been applied yet."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.shop import Shop, track


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    running = Shop(tmp_path / "data").start()
    running.source("web", "public")
    yield running
    running.stop()


def test_what_is_not_applied_yet_is_exported_without_a_person(shop: Shop) -> None:
    asked = {"authorization": f"Bearer {shop.token()}"}
    rows: list[dict] = []
    for turn in range(5):
        visits = [track("Seen", anonymousId=f"d{turn}-{n}") for n in range(400)]
        told = shop.send("web", *visits, wait=False)
        # At once, while most of them have still to be folded.
        path = f"/api/v1/export/events?cursor={told[0]['offset'] - 1}"
        status, _, raw = shop.request("GET", path, headers=asked)
        assert status == 200, raw
        rows += [json.loads(line) for line in raw.splitlines()]

    assert len(rows) == 2_000
    assert None in {one["person_id"] for one in rows}

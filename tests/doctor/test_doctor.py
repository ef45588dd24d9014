"""habitue doctor, with and without a server: sentences, JSON, an exit code."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.shop import Shop, track
from tests.acceptance.test_running import habitue


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    running = Shop(tmp_path_factory.mktemp("doctor") / "data").start()
    running.source("till")
    running.send("till", track("X", userId="u"))
    yield running
    if running.process.poll() is None:
        running.stop()


def found(shop: Shop, *words: str, code: int = 0) -> dict[str, dict[str, Any]]:
    told = habitue("doctor", *words, "--data", shop.folder, "--json")
    assert told[0] == code, told
    return {one["what"]: one for one in json.loads(told[1])}


@pytest.mark.feature("K4")
@pytest.mark.parametrize("runs", [True, False], ids=["running", "stopped"])
def test_it_finds_a_healthy_installation_well(shop: Shop, runs: bool) -> None:
    if not runs and shop.process.poll() is None:
        assert shop.stop() == 0

    told = found(shop)

    asked = {"disk", "reserve", "flush", "clock", "files", "proxy", "backups"}
    assert asked | {"readiness", "lag", "log's time", "source till"} <= told.keys()
    assert "wrong" not in {one["grade"] for one in told.values()}
    assert told["readiness"]["grade"] == "good"
    assert told["source till"]["grade"] == "good"
    assert all(one["text"].endswith(".") for one in told.values())


@pytest.mark.feature("K4")
def test_where_something_is_wrong_it_says_the_way_out_and_ends_with_1(
    shop: Shop,
) -> None:
    shop.folder.chmod(0o755)
    try:
        code, out, errors = habitue("doctor", "--data", shop.folder)
    finally:
        shop.folder.chmod(0o700)

    assert code == 1
    assert "chmod -R go=" in " ".join(out.split())
    assert errors.startswith("habitue: Something is wrong")


@pytest.mark.feature("K4")
def test_backups_are_looked_at_where_they_are_said_to_lie(
    shop: Shop, tmp_path: Path
) -> None:
    told = found(shop, "--backups", str(tmp_path), code=1)

    assert told["backups"]["grade"] == "wrong"


def test_a_folder_that_is_not_there_is_told_and_not_made(tmp_path: Path) -> None:
    code, out, _ = habitue("doctor", "--data", tmp_path / "no", "--json")

    assert code == 1
    assert [one["what"] for one in json.loads(out)] == ["folder"]
    assert not (tmp_path / "no").exists()

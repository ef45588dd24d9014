"""habitue doctor attack: nothing where guards stand, and each hole that is made."""

import fcntl
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from habitue.app.calling.gateway import Answer
from habitue.app.doctor.attack import bodies, doors
from habitue.app.doctor.attack.target import CLOSED, HUNG
from tests.acceptance.shop import Shop, identify
from tests.acceptance.test_running import habitue
from tests.doctor.holed import HOLES

pytestmark = pytest.mark.proof("T28")
GROUPS = {
    *("credentials", "routes", "console", "files", "claims", "tokens", "queries"),
    "requests",
}


class Holed(Shop):
    """A shop whose guards are taken away."""

    def _begin(self, log: int) -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-m", "tests.doctor.holed", ",".join(HOLES), "serve"]
        words += ["--data", str(self.folder), "--port", str(self.port)]
        return subprocess.Popen(words, stdout=log, stderr=log)


@pytest.fixture(params=[Shop, Holed])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    running: Shop = request.param(tmp_path / "data").start()
    yield running
    if running.process.poll() is None:
        running.kill()


def attacked(shop: Shop, code: int) -> tuple[list[dict[str, Any]], str]:
    found, out, errors = habitue("doctor", "attack", "--data", shop.folder, "--json")
    assert found == code, (out, errors)
    return json.loads(out), errors


@pytest.mark.parametrize("shop", [Shop], indirect=True)
def test_nothing_comes_in_and_nothing_of_it_is_left(shop: Shop, figure) -> None:
    shop.source("till")
    shop.send("till", identify({"name": "Anna"}, userId="anna"))
    before = shop.person("user_id:anna")["traits"]

    tried, _ = attacked(shop, code=0)

    assert {one["fate"] for one in tried} == {"held"}
    assert {one["group"] for one in tried} == GROUPS
    assert len(tried) > 400
    figure("attacks", len(tried))
    # Again: the sources are there, and their former keys open nothing.
    sources = shop.api("GET", "/api/v1/sources")["sources"]
    made = [one for one in sources if one["name"].startswith("attack-")]
    assert [key["holds"] for one in made for key in one["keys"]] == [False] * 3
    assert shop.person("user_id:anna")["traits"] == before
    assert shop.api("GET", "/api/v1/totals")["rows"] == []
    people = [json.loads(line) for line in exported(shop)]
    assert [one["traits"]["name"]["value"] for one in people] == ["Anna"]
    assert shop.command("doctor").count("attack-") == 0


@pytest.mark.parametrize("shop", [Holed], indirect=True)
def test_each_hole_that_is_made_is_found_and_told(shop: Shop) -> None:
    tried, errors = attacked(shop, code=1)

    came = Counter(one["group"] for one in tried if one["fate"] == "in")
    assert came.keys() == HOLES.keys()
    assert came["routes"] > 100
    assert all(one["text"].endswith(".") for one in tried if one["fate"] == "in")
    assert errors.startswith("habitue: An attack came in")


@pytest.mark.parametrize("host", ["192.0.2.1", "shop.example", "8.8.8.8", "::ffff:1"])
def test_what_is_not_reached_over_loopback_is_refused(
    tmp_path: Path, host: str
) -> None:
    with (tmp_path / "owner.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        json.dump({"host": host, "port": 80}, lock)
        lock.flush()
        code, out, errors = habitue("doctor", "attack", "--data", tmp_path)

    assert (code, out) == (1, "")
    assert f"listens on {host} alone" in errors


def test_a_folder_without_a_server_is_refused(tmp_path: Path) -> None:
    code, out, errors = habitue("doctor", "attack", "--data", tmp_path / "nothing")

    assert (code, out) == (1, "")
    assert "No server runs on the folder" in errors
    assert not (tmp_path / "nothing").exists()


def test_an_answer_that_tells_harms_as_one_that_opens() -> None:
    asked = doors.Request("x", "GET", "/x", {})
    told = Answer(404, {}, b"not found: token-1")

    assert doors.fault_of(asked, Answer(404, {}, b""), ("token-1",)) == ""
    assert "nobody may read" in doors.fault_of(asked, told, ("token-1",))
    assert "answered 200" in doors.fault_of(asked, Answer(200, {}, b""), ())
    assert "answered 500" in doors.fault_of(asked, Answer(500, {}, b""), ())


def test_to_refuse_or_to_hang_up_is_no_harm_and_to_hang_is() -> None:
    for status in (400, 413, CLOSED):
        assert bodies.fault_of(Answer(status, {}, b""), well=True) == ""
    for status in (500, HUNG):
        assert bodies.fault_of(Answer(status, {}, b""), well=True)
    assert bodies.fault_of(Answer(200, {}, b'{"outcome":"stored"}'), well=True)
    assert bodies.fault_of(Answer(400, {}, b""), well=False)


def exported(shop: Shop) -> list[bytes]:
    headers = {"authorization": f"Bearer {shop.token()}"}
    return shop.request("GET", "/api/v1/export/people", None, headers)[2].splitlines()

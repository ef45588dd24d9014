"""The week in figures, written by itself, once, and when somebody asks for it."""

import csv
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.shop import Shop, track

PATH = "/api/v1/digests"
NAME = '=HYPERLINK("http://x")'


def receipt(number: int, days: float, **who: Any) -> dict[str, Any]:
    moment = datetime.now(UTC) - timedelta(days=days)
    told = {"receipt_id": f"R{number}", "total": "12.50", "currency": "EUR"}
    goods = track("Receipt Issued", {**told, "store_id": NAME}, **who)
    return {**goods, "timestamp": moment.isoformat()}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop whose digest was due yesterday, in Polish."""
    shop = Shop(tmp_path_factory.mktemp("digest") / "data").start()
    shop.source("till")
    shop.send(
        "till",
        *(receipt(at, 3, userId=f"u{at % 3}") for at in range(4)),
        receipt(9, 3),
        *(receipt(20 + at, 11, userId="u0") for at in range(2)),
    )
    shop.stop()
    patch = pytest.MonkeyPatch()
    day = (datetime.now(UTC) - timedelta(days=1)).strftime("%A").lower()
    patch.setenv("HABITUE_DIGEST__WEEKDAY", day)
    patch.setenv("HABITUE_DIGEST__HOUR", "0")
    patch.setenv("HABITUE_DIGEST__LANGUAGE", "pl")
    shop.start()
    yield shop
    if shop.process is not None and shop.process.poll() is None:
        shop.stop()
    patch.undo()


def digests(shop: Shop, count: int) -> list[dict[str, Any]]:
    """Wait until there are so many digests."""
    deadline = time.monotonic() + 60
    found: list[dict[str, Any]] = []
    while time.monotonic() < deadline:
        found = shop.api("GET", PATH)["digests"]
        if len(found) >= count:
            return found
        time.sleep(0.3)
    raise AssertionError((found, shop.log.read_text()[-2000:]))


@pytest.mark.feature("I6")
def test_a_digest_is_written_when_it_is_due_and_once_also_after_a_restart(
    told: Shop,
) -> None:
    (made,) = digests(told, 1)

    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    assert made["id"] == yesterday
    folder = told.folder / "digests" / yesterday
    files = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert files.keys() == {"digest.html", "digest.txt", "digest.csv"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.iterdir())
    text = files["digest.txt"].decode()
    assert "Znanych osób, które kupiły: 3, w tym po raz pierwszy: 2." in text
    assert "1 z 5 zakupów zrobiły osoby, których nikt nie zna" in text
    rows = list(csv.reader(files["digest.csv"].decode().splitlines()))
    assert ["Sprzedaż", "Zakupy", "5", "2", "'+150 %"] in rows
    # What a stranger named is no formula, and no markup.
    assert any(cell == f"'{NAME}" for row in rows for cell in row)
    assert b"&#34;http://x&#34;" in files["digest.html"]

    told.stop()
    told.start()
    told.send("till", receipt(99, 3, userId="u9"))
    # It is looked after again soon after the start, and nothing is written anew.
    time.sleep(8)
    assert [one["id"] for one in told.api("GET", PATH)["digests"]] == [yesterday]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == files


@pytest.mark.feature("I6")
def test_a_digest_is_made_now_by_command_and_read_by_all_doors(told: Shop) -> None:
    made = json.loads(told.command("digest", "--json"))

    assert made["id"] > "2026"
    shown = told.command("digest", "show", made["id"])
    assert shown.startswith("Tydzień w liczbach")
    assert made["id"] in told.command("digest", "list")
    headers = {"authorization": f"Bearer {told.token()}"}
    for form in made["forms"]:
        status, about, body = told.request(
            "GET", f"{PATH}/{made['id']}/{form}", None, headers
        )
        assert status == 200
        assert about["content-disposition"].startswith("attachment")
        assert (
            body
            == Path(
                told.folder / "digests" / made["id"] / f"digest.{form}"
            ).read_bytes()
        )


@pytest.mark.parametrize(
    "name", ["2020-01-01/html", "2020-01-01/exe", "..%2F..%2Fx/txt"]
)
def test_what_is_no_digest_is_not_given(told: Shop, name: str) -> None:
    headers = {"authorization": f"Bearer {told.token()}"}
    status, _, _ = told.request("GET", f"{PATH}/{name}", None, headers)

    assert status in {400, 404}

"""The shop's zone and currency are the log's: begun by settings, changed by command."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from habitue.app.projection.rebuild import verify
from habitue.base.settings import load
from tests.acceptance import forking
from tests.acceptance.shop import Shop, track

REPORT = "/api/v1/channels/report?from=2026-05-31&to=2026-06-01"
BOUGHT = {"order_id": "o1", "total": "10.00", "currency": "PLN"}
# In Warsaw it is the first of June already.
LATE = "2026-05-31T22:30:00Z"


@pytest.fixture
def warsaw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop begun in Warsaw, with an order late in the evening; now in Lima."""
    monkeypatch.setenv("HABITUE_SHOP__TIME_ZONE", "Europe/Warsaw")
    monkeypatch.setenv("HABITUE_SHOP__CURRENCY", "PLN")
    running = Shop(tmp_path / "warsaw").start()
    running.source("erp")
    running.send("erp", track("Order Completed", BOUGHT, userId="u1", timestamp=LATE))
    monkeypatch.setenv("HABITUE_SHOP__TIME_ZONE", "America/Lima")
    monkeypatch.setenv("HABITUE_SHOP__CURRENCY", "PEN")
    yield running
    if running.process.poll() is None:
        assert running.stop() == 0


def days(shop: Shop) -> tuple[str, list[str]]:
    told = shop.api("GET", REPORT)
    return told["time_zone"], [one["day"] for one in told["days"]]


def shown(shop: Shop) -> dict[str, tuple[str, str]]:
    rows = json.loads(shop.command("config", "show", "--origin", "--json"))
    return {name: (value, origin) for name, value, origin in rows}


@pytest.mark.feature("K5")
def test_a_backup_restored_under_other_settings_reports_the_same_days(
    warsaw: Shop, tmp_path: Path
) -> None:
    wanted = days(warsaw)
    assert wanted == ("Europe/Warsaw", ["2026-06-01"])
    warsaw.command("backup", str(tmp_path / "copy.tar"))
    assert warsaw.stop() == 0
    new = Shop(tmp_path / "new")

    new.command("restore", str(tmp_path / "copy.tar"))
    new.start()

    assert days(new) == wanted
    told = new.log.read_text()
    assert "shop.time_zone is 'America/Lima' by HABITUE_SHOP__TIME_ZONE" in told
    assert "habitue shop set --time-zone America/Lima" in told
    assert shown(new)["shop.time_zone"] == ("Europe/Warsaw", "the log, version 1")
    assert new.stop() == 0
    assert shown(new)["shop.currency"] == ("PLN", "the log, version 1")
    assert verify(load({"data.folder": new.folder}))["equal"]


@pytest.mark.feature("K5")
def test_another_zone_is_set_by_command_and_holds_for_all_days_at_the_next_start(
    warsaw: Shop,
) -> None:
    shop = warsaw
    said = shop.command("shop", "set", "--time-zone", "UTC", "--currency", "EUR")
    assert "The time zone takes effect at the next start" in " ".join(said.split())
    assert days(shop) == ("Europe/Warsaw", ["2026-06-01"])
    told = json.loads(shop.command("shop", "show", "--json"))
    assert told == {
        "time_zone": "UTC",
        "currency": "EUR",
        "version": 2,
        "days_in": "Europe/Warsaw",
    }
    # Money of reports is of now.
    suggested = shop.api("GET", "/api/v1/segments/templates")
    assert "EUR" in json.dumps(suggested)
    entries = shop.api("GET", "/api/v1/audit")["entries"]
    assert "settings:write" in [one["action"] for one in entries]

    assert shop.stop() == 0
    shop.start()

    assert days(shop) == ("UTC", ["2026-05-31"])
    assert shop.api("GET", "/api/v1/shop")["days_in"] == "UTC"
    assert shop.stop() == 0
    assert verify(load({"data.folder": shop.folder}))["equal"]


@pytest.mark.feature("K5")
def test_what_is_no_zone_or_currency_is_refused_with_what_it_must_be(
    warsaw: Shop,
) -> None:
    for wanted, must in (
        ({"time_zone": "../../etc/passwd"}, "the name of a time zone"),
        ({"currency": "euro"}, "three capital letters"),
    ):
        told = warsaw.api("PATCH", "/api/v1/shop", wanted, status=422)
        assert must in told["detail"]
    warsaw.api("PATCH", "/api/v1/shop", {"name": "x"}, status=400)
    done = forking.run(["shop", "set", "--data", str(warsaw.folder)])
    assert (done.returncode, "--time-zone, --currency, or both" in done.stderr) == (
        1,
        True,
    )
    assert warsaw.api("GET", "/api/v1/shop")["version"] == 1

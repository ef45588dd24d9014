"""Days and money go by the log: whatever the settings say, on both backends."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from habitue.app.backup.make import back_up
from habitue.app.backup.restore import restore
from habitue.app.projection.defined import policy_in_force
from habitue.app.projection.reading_fold import ReadingFold
from habitue.app.projection.rebuild import (
    digest,
    open_fold,
    rebuild,
    replay,
    verify,
)
from habitue.app.projection.reckoned import (
    RECKONING,
    Held,
    as_shown,
    held_in,
    overruled,
)
from habitue.backends.postgres.state import PostgresState
from habitue.backends.postgres.state_reading import ReadingState
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import ManualClock
from habitue.base.errors import StorageError
from habitue.base.sections import Shop
from habitue.base.settings import Settings, load, load_with_origins
from habitue.identity.defining import SHOP
from habitue.log.port import Entry, Truth
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from habitue.model.reckoning import Reckoning
from habitue.state.port import StateBackend
from tests.identity.live import MemoryState

SRC = Path(__file__).parent.parent.parent / "src"
# Half past ten in the evening: in Warsaw it is the next day already.
LATE_US = 1_780_266_600_000_000
WARSAW, LIMA = "Europe/Warsaw", "America/Lima"


def buys(number: int) -> Entry:
    event = Event(
        type="track",
        name="Order Completed",
        at_us=LATE_US,
        verified=True,
        identifiers=(Identifier("user_id", "anna"),),
        properties={"order_id": f"o{number}", "total": 10, "currency": "PLN"},
    )
    return Entry(source="erp", message_id=f"m{number}", body=msgspec.json.encode(event))


def reckon(truth: Truth, zone: str) -> None:
    body = msgspec.json.encode(Reckoning(time_zone=zone, currency="PLN"))
    truth.define(RECKONING, SHOP, body, LATE_US)


@pytest.fixture
def truth(tmp_path: Path) -> Iterator[Truth]:
    with closing(SqliteTruth(tmp_path / "data" / "truth.db")) as made:
        made.commit([buys(1)], LATE_US)
        yield made


def folded(truth: Truth, unsaid: str, backend: StateBackend | None = None) -> str:
    """Fold a log; give the digest. unsaid: the zone that the settings say."""
    backend = backend or MemoryState()
    fold = open_fold(truth, backend, 1_000, unsaid)
    replay(fold, truth, backend, truth.head())
    return digest(fold)


def test_state_goes_by_the_zone_of_its_log_whatever_the_settings_say(
    truth: Truth, new_state_backend: Callable[[], StateBackend]
) -> None:
    unsaid = {zone: folded(truth, zone) for zone in ("UTC", WARSAW)}
    assert len(set(unsaid.values())) == 2
    in_lima = folded(truth, LIMA, new_state_backend())

    reckon(truth, WARSAW)

    assert in_lima != folded(truth, LIMA, new_state_backend())
    assert folded(truth, LIMA, new_state_backend()) == folded(truth, "UTC")


def test_another_zone_is_one_for_all_of_history(
    truth: Truth, new_state_backend: Callable[[], StateBackend]
) -> None:
    reckon(truth, WARSAW)
    folded(truth, "UTC", new_state_backend())
    truth.commit([buys(2)], LATE_US)
    live = folded(truth, "UTC", new_state_backend())

    reckon(truth, LIMA)
    fold = open_fold(truth, new_state_backend(), 1_000)
    assert (fold.offset, fold.zone) == (0, LIMA)
    changed = folded(truth, "UTC", new_state_backend())

    assert changed != live
    assert changed == folded(truth, "UTC")


def where(folder: Path, zone: str, **more: str) -> Settings:
    told = {"data.folder": folder, "shop.time_zone": zone, "shop.currency": "PEN"}
    return load({**told, **more}, environ={})


def test_a_backup_restored_under_other_settings_gives_the_same_state(
    truth: Truth, tmp_path: Path
) -> None:
    reckon(truth, WARSAW)
    truth.commit([buys(2)], LATE_US)
    truth.close()
    ours, theirs = where(tmp_path / "data", WARSAW), where(tmp_path / "new", LIMA)
    wanted = rebuild(ours)["sha256"]
    back_up(ours, tmp_path / "copy.tar", ManualClock(LATE_US))

    restored = restore(theirs, tmp_path / "copy.tar", ManualClock(LATE_US))

    assert restored.state_sha256 == wanted
    assert rebuild(theirs)["sha256"] == wanted
    assert verify(theirs)["equal"]


@pytest.mark.postgres
def test_and_so_does_one_restored_into_postgresql(
    truth: Truth, tmp_path: Path, postgres_url: str
) -> None:
    reckon(truth, WARSAW)
    truth.commit([buys(2)], LATE_US)
    truth.close()
    ours = where(tmp_path / "data", WARSAW)
    theirs = where(tmp_path / "new", LIMA, **{"database.url": postgres_url})
    wanted = rebuild(ours)["sha256"]
    back_up(ours, tmp_path / "copy.tar", ManualClock(LATE_US))

    restore(theirs, tmp_path / "copy.tar", ManualClock(LATE_US))

    assert rebuild(theirs)["sha256"] == wanted
    assert verify(theirs)["equal"]


@pytest.mark.postgres
def test_a_follower_goes_by_the_leaders_zone_until_that_one_begins_anew(
    truth: Truth, postgres_url: str
) -> None:
    reckon(truth, WARSAW)
    policy, zones = policy_in_force(truth), [WARSAW]
    with closing(PostgresState(postgres_url)) as state:
        folded(truth, "UTC", state)
    with closing(ReadingState(postgres_url)) as reading:
        follower = ReadingFold(reading, truth, 1_000, lambda: policy, lambda: zones[-1])
        follower.look()
        reckon(truth, LIMA)
        zones.append(LIMA)

        follower.look()
        assert follower.zone == WARSAW
        reading.rest()
        with closing(PostgresState(postgres_url)) as state:
            folded(truth, "UTC", state)
        follower.look()
        assert follower.zone == LIMA

        zones.append("UTC")
        late = ReadingFold(reading, truth, 1_000, lambda: policy, lambda: "UTC")
        with pytest.raises(StorageError, match="another version"):
            late.look()


def test_a_setting_that_the_log_overrules_is_told_with_the_way_out() -> None:
    shop, held = Shop(time_zone=LIMA, currency="PLN"), Reckoning(WARSAW, "PLN")

    told = list(overruled(shop, held, {"shop.time_zone": "habitue.toml"}))

    assert len(told) == 1
    assert "'America/Lima' by habitue.toml, but the log says 'Europe/Warsaw'" in told[0]
    assert told[0].endswith("habitue shop set --time-zone America/Lima")
    assert list(overruled(Shop(), held, {"shop.time_zone": "default"})) == []
    assert list(overruled(shop, Reckoning(LIMA, "PLN"), {})) == []


def test_what_is_shown_is_what_the_log_says_with_its_version(truth: Truth) -> None:
    told = load_with_origins({"shop.time_zone": LIMA}, environ={})
    assert held_in(truth) is None
    shown = {name: rest for name, *rest in as_shown(told, None)}
    assert shown["shop.time_zone"] == [LIMA, "flag, for a new log"]

    reckon(truth, "UTC")
    reckon(truth, WARSAW)
    held = held_in(truth)

    assert held == Held(Reckoning(WARSAW, "PLN"), 2)
    shown = {name: rest for name, *rest in as_shown(told, held)}
    assert shown["shop.time_zone"] == [WARSAW, "the log, version 2"]
    assert shown["shop.currency"] == ["PLN", "the log, version 2"]
    assert shown["shop.name"] == ["My shop", "default"]


def test_nothing_reads_the_settings_of_zone_and_currency_but_for_a_new_log() -> None:
    reads = re.compile(r"shop\.(time_zone|currency)\b")
    found = {
        path.relative_to(SRC / "habitue").as_posix()
        for path in SRC.rglob("*.py")
        if reads.search(path.read_text("utf-8"))
    }

    assert found == {
        # What a log without a definition is folded by that nobody has led yet.
        *("app/projection/rebuild.py", "app/backup/rebuilt.py"),
        "app/operation/preparing.py",
        # What is told of a page and a digest is of shop_of(), which is the log's.
        *("console/page.py", "app/insights/digest.py"),
    }

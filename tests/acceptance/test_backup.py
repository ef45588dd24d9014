"""Backup and restore as an operator does them: by command, the server running."""

import json
from pathlib import Path

import pytest

from tests.acceptance import forking
from tests.acceptance.shop import Shop, card, identify, track


def habitue(*words):
    """Run a command; give (exit code, output, errors)."""
    done = forking.run([*map(str, words)])
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def copied(shop, tmp_path):
    """Give a shop with Anna and Ben, and a backup made while it runs."""
    shop.source("web")
    shop.send("web", identify({"name": "Anna"}, userId="anna"))
    shop.send("web", identify({"name": "Ben"}, userId="ben"))
    shop.send("web", track("Seen", userId="ben"))
    shop.command("backup", str(tmp_path / "copy.tar"), "--digest")
    return shop, tmp_path / "copy.tar"


@pytest.mark.feature("K4")
def test_a_shop_that_lost_its_disk_goes_on_from_its_backup(copied, tmp_path):
    shop, backup = copied
    anna, key = shop.person("user_id:anna"), shop.keys["web"]
    shop.kill()
    shop.folder.rename(tmp_path / "lost")

    shop.command("restore", str(backup))
    shop.start()

    assert shop.keys["web"] == key
    assert shop.person("user_id:anna")["person_id"] == anna["person_id"]
    shop.send("web", track("Seen", userId="anna"))
    assert shop.names("user_id:anna")[-1] == "Seen"


@pytest.mark.feature("K4")
def test_a_backup_is_proved_by_restoring_it(copied):
    _, backup = copied

    code, out, _ = habitue("backup", "verify", backup, "--json")

    told = json.loads(out)
    assert code == 0
    assert told["compared"] is True
    assert len(told["state_sha256"]) == 64


@pytest.mark.feature("K4")
def test_a_damaged_backup_is_refused_with_the_way_out(copied, tmp_path):
    _, backup = copied
    raw = bytearray(backup.read_bytes())
    raw[len(raw) // 2] ^= 1
    backup.write_bytes(raw)

    for words in (
        ("backup", "verify", backup),
        ("restore", backup, "--data", tmp_path / "new"),
    ):
        code, _, told = habitue(*words)
        assert code == 1
        assert "damaged" in told
        assert "Use another backup." in told
    assert not (tmp_path / "new").exists()


@pytest.mark.feature("K4")
def test_a_shop_goes_back_to_before_a_mistake(copied, tmp_path):
    shop, _ = copied
    before = shop.send("web", track("Seen", userId="ben"))[0]["offset"]
    shop.send("web", identify({"name": "Wrong"}, userId="ben"))
    shop.command("backup", str(tmp_path / "later"))
    new = Shop(tmp_path / "new")

    new.command("restore", str(tmp_path / "later"), "--until", str(before))
    new.start()

    assert shop.person("user_id:ben")["name"] == "Wrong"
    assert new.person("user_id:ben")["name"] == "Ben"
    assert new.stop() == 0


@pytest.mark.feature("K4")
def test_a_restore_writes_over_nothing(copied):
    shop, backup = copied

    code, _, told = habitue("restore", backup, "--data", shop.folder)

    assert code == 1
    assert "is not empty" in told
    assert shop.person("user_id:anna") is not None


@pytest.mark.feature("K4")
def test_common_mistakes_get_one_sentence(tmp_path: Path):
    for words, told in (
        (("backup", tmp_path / "x", "--data", tmp_path / "none"), "There is no log"),
        (("backup", "verify", tmp_path / "none.tar"), "There is no backup"),
        (
            ("restore", tmp_path / "none", "--data", tmp_path / "n"),
            "There is no backup",
        ),
    ):
        code, out, errors = habitue(*words)
        assert (code, out) == (1, "")
        assert len(errors.splitlines()) == 1
        assert told in errors


@pytest.mark.feature("K4")
def test_everything_exported_makes_an_equal_system(shop, tmp_path):
    shop.source("web")
    bought = {"order_id": "o1", "total": "24.95", "currency": "GBP"}
    shop.send("web", identify({"name": "Anna"}, userId="anna", anonymousId="d1"))
    shop.send("web", track("Order Completed", bought, userId="anna"))
    shop.command("export", str(tmp_path / "out"), "--all")
    new = Shop(tmp_path / "new")

    new.command("import", str(tmp_path / "out"), "--all")
    new.start()

    for who in ("user_id:anna", "anonymous_id:d1"):
        assert card(new.person(who)) == card(shop.person(who))
    assert new.timeline("user_id:anna") == shop.timeline("user_id:anna")
    new.keys, new.count = shop.keys, shop.count
    assert new.send("web", track("Seen", userId="anna"))[0]["outcome"] == "stored"
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"log.jsonl", "events.parquet", "people.csv", "purchases.csv"} <= names
    assert new.stop() == 0

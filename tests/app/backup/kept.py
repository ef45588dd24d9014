"""A small shop's data folder, to be copied, damaged and restored."""

from pathlib import Path
from typing import Any

import msgspec

from habitue.access.secrets import FileSecrets
from habitue.app.backup.make import back_up
from habitue.app.projection.rebuild import rebuild
from habitue.app.serving.owner import operator_token
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.backends.sqlite.truth_contents import SqliteContents
from habitue.base.clock import MINUTE_US, ManualClock
from habitue.base.settings import Settings, load
from habitue.log.port import Entry, Truth
from habitue.model.event import Event
from habitue.model.identifier import Identifier

NOW_US = 1_700_000_000_000_000
CLOCK = ManualClock(NOW_US + 60 * MINUTE_US)
CANARY = b"canary-of-anna"


def at(folder: Path, **more: str) -> Settings:
    return load({"data.folder": folder, **more})


def event(message_id: str, who: str, **traits: Any) -> Entry:
    told = Event(
        type="identify",
        name="identify",
        at_us=NOW_US,
        identifiers=(Identifier(kind="user_id", value=who),),
        traits=traits,
    )
    return Entry(source="web", message_id=message_id, body=msgspec.json.encode(told))


def write(truth: Truth) -> None:
    """Five customers in minutes 0 and 1: offsets 3 to 8, and what is not stored."""
    truth.define("source", "web", b'{"name":"web","kind":"server"}', NOW_US)
    truth.define(
        "source", "web", b'{"name":"web","kind":"server","priority":1}', NOW_US
    )
    for number in range(3):
        truth.commit([event(f"m{number}", f"u{number}", n=number)], NOW_US + number)
    truth.commit([event("m0", "u0", n=0)], NOW_US + 3)
    bad = Entry(source="web", message_id="b", body=b"bad", reason="late", detail="")
    truth.commit([bad], NOW_US + 4)
    anna = event("m3", "anna", name=CANARY.decode())
    truth.commit([anna], NOW_US + MINUTE_US)
    truth.commit([event("m4", "u4")], NOW_US + MINUTE_US + 1)
    truth.commit([event("m4", "u4")], NOW_US + MINUTE_US + 2)
    truth.define(
        "source", "web", b'{"name":"web","kind":"public"}', NOW_US + MINUTE_US + 3
    )
    truth.mark_replayed(1, 7)


ANNA, LAST = 6, 8


def make(folder: Path) -> Settings:
    """Make a data folder with a log, secrets and a webhook file of its own."""
    folder.mkdir(mode=0o700)
    operator_token(folder)
    FileSecrets(folder / "secrets").put("signing-web", b"\x00\xff")
    (folder / "webhooks").mkdir()
    (folder / "webhooks" / "own.toml").write_text("title = 'Own'\n")
    truth = SqliteTruth(folder / "truth.db")
    write(truth)
    truth.close()
    return at(folder)


def erase_anna(folder: Path) -> None:
    truth = SqliteTruth(folder / "truth.db")
    truth.erase([ANNA], "asked for", NOW_US + 5 * MINUTE_US)
    truth.close()


def backed_up(tmp_path: Path, name: str = "copy", **how: bool) -> Path:
    target = tmp_path / name
    back_up(make(tmp_path / "data"), target, CLOCK, **how)
    return target


def state_of(settings: Settings) -> str:
    return str(rebuild(settings)["sha256"])


def contents(folder: Path) -> SqliteContents:
    return SqliteContents(folder / "truth.db")


def bytes_of(folder: Path) -> bytes:
    """All bytes of all files under a folder."""
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())

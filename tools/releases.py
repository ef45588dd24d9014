"""Keep a small log as this release writes it, for later releases to be tried on.

usage: python -m tools.releases

Plays a few days of a shop through the API, and keeps its log in
tests/data/releases/VERSION, with what it holds and what is known of its people: of a
folder its truth.db, compressed; of a database its tables, in postgres below it. Each is
made once for a release and never again: what was written can't be changed.
"""

import gzip
import hashlib
import json
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from habitue import __version__
from habitue.app.backup.logs import open_database, open_file
from habitue.app.calling.gateway import Client, LocalGateway, connect
from habitue.app.projection.due import tick_entry
from habitue.app.projection.evidence import event_of
from habitue.app.projection.rebuild import rebuild
from habitue.app.projection.storage import open_storage
from habitue.app.serving.local import LocalServer
from habitue.backends.sqlite.truth_fill import copy_file
from habitue.base.settings import Settings, load
from habitue.log.carried import carried_entry
from habitue.log.contents import Contents
from habitue.log.port import Truth
from habitue.model.record import Record
from habitue.privacy.thin import asked_for, thin
from tools import release_tables

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "releases"
HOLDS = "holds.json"
TABLES = "postgres"
# Of these items the first is forgotten, and of the second the text expires.
FORGOTTEN, EXPIRED = "m9", "m0"
# The last of them is forgotten.
PEOPLE = (
    *("user_id:anna", "user_id:ben", "loyalty_card:4711", "email:eve@example.com"),
    "user_id:forgotten",
)

# What the first release kept: a later one may keep more, and never less.
RECORD = (
    *("offset", "received_us", "kind", "source", "message_id", "body", "salt"),
    *("digest", "chain"),
)
QUARANTINED = (
    *("quarantine_id", "received_us", "source", "message_id", "reason", "detail"),
    *("original", "replayed_offset"),
)
COUNT = ("source", "minute_us", "fate", "reason", "items")
DEFINITION = ("kind", "name", "version", "offset", "body")

Item = dict[str, Any]
Person = dict[str, Any]


def order(number: int, total: str, currency: str, **who: Any) -> Item:
    properties = {"order_id": f"o{number}", "total": total, "currency": currency}
    return {
        "type": "track",
        "event": "Order Completed",
        "properties": properties,
        **who,
    }


def receipt(number: int, total: str, card: str) -> Item:
    properties = {
        "receipt_id": f"r{number}",
        "store_id": "old-market",
        "currency": "GBP",
        "total": total,
    }
    item = {"type": "track", "event": "Receipt Issued", "properties": properties}
    return item | {"identifiers": {"loyalty_card": card}}


ITEMS: tuple[Item, ...] = (
    {"type": "page", "name": "Home", "anonymousId": "d1"},
    {
        "type": "identify",
        "userId": "anna",
        "anonymousId": "d1",
        "traits": {"name": "Anna"},
    },
    order(1, "24.95", "GBP", userId="anna"),
    order(2, "10.00", "EUR", userId="anna"),
    order(1, "29.95", "GBP", userId="anna"),
    {"type": "identify", "userId": "ben", "traits": {"name": "Ben", "city": "Łódź"}},
    receipt(1, "5.50", "4711"),
    {
        "type": "identify",
        "identifiers": {"email": "eve@example.com", "loyalty_card": "4712"},
        "traits": {"name": "Ева"},
    },
    receipt(2, "7.25", "4712"),
    {"type": "identify", "userId": "forgotten", "traits": {"name": "Nobody"}},
    {"type": "track", "userId": "ben", "properties": {"event": "has no name"}},
)


def main() -> int:
    """Write what this release writes; 1 if all of it was written before."""
    into = FOLDER / __version__
    missing = [
        keep
        for keep, found in ((of_folder, HOLDS), (of_database, f"{TABLES}/{HOLDS}"))
        if not (into / found).exists()
    ]
    if not missing:
        print(f"{into} is there already: what a release wrote is never made anew.")
        return 1
    for keep in missing:
        with TemporaryDirectory() as scratch:
            keep(into, Path(scratch))
    return 0


def of_folder(into: Path, scratch: Path) -> None:
    """Keep the log of a data folder: its file, compressed."""
    settings = load({"data.folder": scratch / "data"})
    played(settings)
    copy = scratch / "truth.db"
    copy_file(scratch / "data" / "truth.db", copy)
    into.mkdir(parents=True, exist_ok=True)
    (into / "truth.db.gz").write_bytes(gzip.compress(copy.read_bytes(), 9, mtime=0))
    hold(into, {**describe(open_file(copy)), "people": read(settings)})


def of_database(into: Path, scratch: Path) -> None:
    """Keep the log of a database: its tables, as files."""
    with release_tables.cluster() as url:
        settings = load({"data.folder": scratch / "data", "database.url": url})
        played(settings)
        release_tables.write(url, into / TABLES)
        told = describe(open_database(url))
        hold(into / TABLES, {**told, "people": read(settings)})


def hold(into: Path, told: dict[str, Any]) -> None:
    text = json.dumps(told, ensure_ascii=False, indent=2)
    (into / HOLDS).write_text(text + "\n", "utf-8")


def played(settings: Settings) -> None:
    """Have happened in a new log whatever a log tells of."""
    play(settings)
    storage = open_storage(settings)
    try:
        forget(storage.truth)
    finally:
        storage.close()


def play(settings: Settings) -> None:
    """Send the items, one of them twice; merge two people, part them, look at one."""
    with LocalServer(settings) as server:
        operator = Client(LocalGateway(server), server.token)
        made = operator.post("/api/v1/sources", {"name": "shop", "kind": "server"})
        till = Client(LocalGateway(server), made["key"])
        named = [{"messageId": f"m{at}", **item} for at, item in enumerate(ITEMS)]
        till.post("/api/v1/events?wait=applied", {"batch": [*named, named[0]]})
        both = {"reason": "tried"}
        for side, who in zip(("left", "right"), PEOPLE[:2], strict=True):
            both[side] = (person(operator, who) or {})["person_id"]
        merged = operator.post("/api/v1/people/merge", both)
        operator.post(f"/api/v1/commands/{merged['command']}/undo", {})
        # Which the audit tells of.
        looked = f"/api/v1/people/{both['right']}/reveal"
        operator.post(looked, {"reason": "tried"})


def forget(truth: Truth) -> None:
    """Erase an item, have another expire, and the clock tick.

    The API has no word for the first, and the second is done of what is old.
    """
    now_us = truth.read(truth.head() - 1, 1)[0].received_us
    truth.erase([stored(truth, FORGOTTEN).offset], "asked for", now_us)
    expired = stored(truth, EXPIRED)
    event = event_of(expired)
    if event is None:
        raise RuntimeError("The item to expire is no event.")
    carried = [carried_entry(expired, thin(event, asked_for(truth)))]
    truth.erase([expired.offset], "retention", now_us, carried=carried)
    truth.commit([tick_entry(truth.head())], now_us)


def stored(truth: Truth, message_id: str) -> Record:
    offset = truth.find("shop", message_id)
    record = None if offset is None else truth.get(offset)
    if record is None:
        raise RuntimeError(f"The item {message_id} was not stored.")
    return record


def read(settings: Settings) -> dict[str, Any]:
    """Say what is known of the people, computed from the log alone."""
    rebuild(settings)
    with connect(settings) as client:
        return known(lambda who: person(client, who))


def person(client: Client, who: str) -> Person | None:
    found = client.get("/api/v1/people", identifier=who)["people"]
    return found[0] if found else None


def known(find: Callable[[str], Person | None]) -> dict[str, Any]:
    """Say of each person what no later release may say otherwise."""
    return {who: _brief(find(who)) for who in PEOPLE}


def _brief(person: Person | None) -> Person | None:
    if person is None:
        return None
    computed = person["computed"]
    revenue = computed.get("revenue", {})
    return {
        "name": person["name"],
        "events": computed["events"],
        "orders": computed.get("orders", 0),
        "net": {currency: sums["net"] for currency, sums in revenue.items()},
    }


def describe(log: Contents) -> dict[str, Any]:
    """Say what a log holds, and close it: its end and its checksum."""
    with closing(log) as contents:
        head = contents.head()
        return {
            "head": head.offset,
            "chain": head.chain.hex(),
            "contents_sha256": checksum(contents),
        }


def checksum(contents: Contents) -> str:
    """Give SHA-256 over all that a log holds, whatever store it lies in."""
    found = hashlib.sha256(contents.secret())
    for pages, names in (
        (contents.records(), RECORD),
        (contents.quarantined(), QUARANTINED),
        (contents.counts(), COUNT),
        ([contents.definitions()], DEFINITION),
    ):
        for one in (one for page in pages for one in page):
            held = [getattr(one, name) for name in names]
            found.update(msgspec.msgpack.encode(held))
    return found.hexdigest()


if __name__ == "__main__":
    sys.exit(main())

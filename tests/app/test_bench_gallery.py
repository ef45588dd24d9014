"""The gallery is measured on a copy as the product writes it of the same events."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from habitue.app.bench import gallery, gallery_rows
from habitue.app.bench.gallery_people import KINDS, STRANDS
from habitue.app.bench.ground import ground
from habitue.app.bench.prepared import Cache
from habitue.backends.duckdb.lake import DuckLake
from habitue.base.clock import SystemClock, to_us
from habitue.lake.port import Question, Tail
from habitue.log.port import Entry
from habitue.model.event import Event
from habitue.model.identifier import Identifier
from tests.identity.histories import POLICY
from tests.lake.kept import Kept

NOW_US = 1_772_366_400_000_000
EVENTS = 1_500
TABLES = (
    *("events", "lines", "holding", "facts", "allowed", "purchases", "purchase_lines"),
)

# Where an event says itself where it was done; else its name tells.
SAID = ("web", "app", "store")

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> Rows:
    folder = tmp_path_factory.mktemp("laid")
    lake = DuckLake(folder / "lake.duckdb", folder / "days")
    lake.open()
    gallery_rows.fill(lake, NOW_US, EVENTS)
    asking = lake.begin(Tail(lake.offset))
    found = {
        one: asking.answer(
            Question(sql=f"SELECT * FROM {one}", rows_max=100_000, trusted=True)
        ).table.to_pylist()
        for one in TABLES
    }
    asking.close()
    lake.close()
    return found


def test_the_product_writes_the_same_rows_of_the_same_events(
    laid_out: Rows, tmp_path: Path
) -> None:
    written = asyncio.run(_written(tmp_path, _told(laid_out)))

    expected, found = _named(laid_out), _named(written)
    assert len(expected["events"]) == EVENTS
    for table in TABLES:
        assert found[table] == expected[table], table


def test_the_gallery_is_counted_by_sort_and_its_steps_beside_plain_sql(
    tmp_path: Path,
) -> None:
    names = ("broad", "vip", "cart-to-store")

    with ground() as on:
        plain, ordered, steps = gallery.measure(
            on,
            SystemClock(),
            lambda _: None,
            events=6_000,
            cache=Cache(tmp_path),
            names=names,
        )

    assert plain.note.partition(";")[0] in {"broad", "vip"}
    assert "2 segments, each 3 times: p50" in plain.note
    assert ordered.note.startswith("cart-to-store; 1 segments")
    assert "300 people, 6,000 events" in plain.note
    # By steps and by joins of all with all it is the same people.
    ours, joined = re.findall(r"([\d,]+)(?: people)? by", steps.note)
    assert ours == joined != "0"
    assert "times as long" in plain.note


def test_all_segments_of_the_gallery_are_of_one_sort() -> None:
    ordered = {
        name for name, one in gallery.conditions().items() if gallery.is_ordered(one)
    }

    assert len(gallery.conditions()) == 32
    assert len(ordered) == 8
    assert ordered > {"cart-left", "wishlist-waiting", "online-to-store-pickup"}


async def _written(folder: Path, entries: list[Entry]) -> Rows:
    kept = Kept(folder, POLICY)
    try:
        kept.write([])
        kept.truth.commit(entries, NOW_US)
        kept.apply()
        return {
            one: (await kept.ask(f"SELECT * FROM {one}")).table.to_pylist()
            for one in TABLES
        }
    finally:
        await kept.close()


# -- what was told, by the rows ----------------------------------------------------


def _told(rows: Rows) -> list[Entry]:
    """Tell a log what the rows say was told."""
    lines: dict[int, list[dict[str, Any]]] = {}
    for line in rows["lines"]:
        lines.setdefault(line["log_offset"], []).append(line)
    traits = _traits(rows)
    kinds = {(one["person_id"], one["identifier_kind"]) for one in rows["holding"]}
    entries = []
    for row in sorted(rows["events"], key=lambda one: one["log_offset"]):
        told = json.loads(row["properties"])
        if row["object"]:
            told["products"] = [_product(one) for one in lines[row["log_offset"]]]
        person, place = divmod(row["strand"], STRANDS)
        wanted = {
            "identify": KINDS,
            "email": ("user_id", "email"),
        }.get(row["type"] if row["type"] == "identify" else _of(row), ())
        names = wanted or (KINDS[place],)
        event = Event(
            type=row["type"],
            name=row["name"],
            at_us=to_us(row["happened_at"]),
            identifiers=tuple(
                Identifier(one, _value(one, person))
                for one in names
                if (person, one) in kinds
            ),
            properties=told,
            traits=traits.get(person, {}) if row["type"] == "identify" else {},
            context=({"channel": row["channel"]} if row["channel"] in SAID else {}),
        )
        entries.append(
            Entry(
                source=row["source"],
                message_id=str(row["log_offset"]),
                body=msgspec.json.encode(event),
            )
        )
    return entries


def _of(row: dict[str, Any]) -> str:
    return "email" if row["name"].startswith("Consent") else ""


def _value(kind: str, person: int) -> str:
    return f"u{person}@mail.example" if kind == "email" else f"u{person}"


def _traits(rows: Rows) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for fact in rows["facts"]:
        name = fact["name"].removeprefix("trait.")
        told = fact["text"] or (fact["day"] and f"1990-{fact['day']}")
        person = fact["person_id"]
        found.setdefault(person, {})[name] = told or _value("email", person)
    return found


def _product(line: dict[str, Any]) -> dict[str, Any]:
    told = {"product_id": line["product"], "price": line["price_minor"] / 100}
    told["quantity"] = line["quantity_milli"] / 1000
    return told | {at: line[at] for at in ("category", "brand") if line[at]}


# -- what does not depend on how people and strands are numbered --------------------


def _named(rows: Rows) -> Rows:
    """Name people by who signed up first, strands by whose they are, and of what."""
    of = {one["strand"]: one for one in rows["holding"]}
    signed = {
        of[one["strand"]]["person_id"]: one["log_offset"]
        for one in rows["events"]
        if one["type"] == "identify"
    }

    def named(row: dict[str, Any]) -> dict[str, Any]:
        told = {key: one for key, one in row.items() if key != "received_at"}
        if "strand" in told:
            held = of[told["strand"]]
            told["strand"] = signed[held["person_id"]], held["identifier_kind"]
        if "person_id" in told:
            told["person_id"] = signed[told["person_id"]]
        return told

    return {
        table: sorted(map(named, _copied(table, those)), key=repr)
        for table, those in rows.items()
    }


def _copied(table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if table != "facts":
        return rows
    return [one for one in rows if one["name"].startswith("trait.")]

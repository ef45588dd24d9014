"""Imports of files: receipts, contacts and events, until the last is in a profile."""

import time

from msgspec import Struct

from habitue.app.bench.figure import Figure, Say, more
from habitue.app.bench.ground import Ground
from habitue.app.bench.servers import Product
from habitue.app.bench.sessions import Shop
from habitue.app.bulk.format import ImportTerms, encode
from habitue.app.calling.importing import CHILD, Importer, ensure_source
from habitue.base.clock import HOUR_US, Clock
from habitue.collect.files import ImportPlan, look, packets
from habitue.collect.limits import Limits
from habitue.identity.kinds import default_policy
from habitue.model.source import Source, Writer

IMPORT_BAR = 100_000
SOURCE = "bench-history"
FLOOR = "floor: the same file read, made ready and thrown away"
_SEED = 20_261_125
# So many customers make the visits of an event file.
_EVENTS_A_CUSTOMER = 3


class _Took(Struct, frozen=True):
    """An import: its lines and events, its seconds, and what the server spent."""

    lines: int
    events: int
    took_s: float
    cpu_s: float
    rss_mb: float

    @property
    def spent(self) -> str:
        cpu_us = self.cpu_s / max(1, self.events) * 1e6
        busy = self.cpu_s / self.took_s
        return f"{cpu_us:.0f} us of CPU an event ({busy:.0%} of a core)"


def measure_history(ground: Ground, say: Say, plan: ImportPlan) -> list[Figure]:
    """Import a history of receipts."""
    say("import: receipts")
    floor = _floor(plan)
    took = _imported(ground, plan)
    name = f"{ground.backend}: import of a history, resolved and folded"
    return [
        more(
            f"{name}, lines",
            took.lines / took.took_s,
            "lines/s",
            floor=floor.lines / floor.took_s,
            note=f"{took.lines:,} lines in {took.took_s:.1f} s,"
            f" {took.rss_mb:.0f} MB; {FLOOR}",
        ),
        more(
            f"{name}, events",
            took.events / took.took_s,
            "events/s",
            floor=floor.events / floor.took_s,
            bar=IMPORT_BAR * ground.share,
            note=f"{took.events:,} receipts of"
            f" {took.lines / max(1, took.events):.0f} lines each, {took.spent}",
        ),
    ]


def measure_contacts(ground: Ground, say: Say, *, lines: int) -> list[Figure]:
    """Import contacts, a line an event: what many new people cost."""
    path = ground.folder / "contacts.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("customer_id,email,first_name,last_name,loyalty_card\n")
        for number in range(lines):
            file.write(
                f"{900_000 + number},c{number}@post.example,Ada{number % 97},"
                f"Lovelace{number % 89},LC{number:09d}\n"
            )
    say("import: contacts")
    return [_one_event_a_line(ground, look(path), "contacts", "new people")]


def measure_events(
    ground: Ground, say: Say, clock: Clock, *, lines: int
) -> list[Figure]:
    """Import ordinary events as JSON lines: visits of which a third are of known."""
    path = ground.folder / "events.jsonl"
    customers = max(1, lines // _EVENTS_A_CUSTOMER)
    shop = Shop(_SEED, customers=customers, now_us=clock.now_us() - HOUR_US)
    with path.open("wb") as file:
        for told in shop.stream(lines):
            file.write(told.raw + b"\n")
    say("import: events")
    return [_one_event_a_line(ground, look(path), "events", "events of visits")]


def _one_event_a_line(ground: Ground, plan: ImportPlan, of: str, what: str) -> Figure:
    floor = _floor(plan)
    took = _imported(ground, plan)
    return more(
        f"{ground.backend}: import of {of}, a line an event",
        took.events / took.took_s,
        "events/s",
        floor=floor.events / floor.took_s,
        bar=IMPORT_BAR * ground.share,
        note=f"{took.events:,} {what}, {took.spent}, {took.rss_mb:.0f} MB; {FLOOR}",
    )


def _imported(ground: Ground, plan: ImportPlan) -> _Took:
    """Import a file into an empty deployment, until all of it is in the profiles."""
    with Product(ground.fresh()) as server:
        client = server.client()
        wanted = {"kind": "server", "historical": True, "timeZone": "Europe/London"}
        ensure_source(client, SOURCE, wanted)
        cpu_s, began = server.cpu_s(), time.perf_counter()
        summary = Importer(client, SOURCE).run(plan, None, lambda done, total: None)
        took_s = server.settle() - began
        return _Took(
            summary.lines["stored"],
            summary.items["stored"],
            took_s,
            server.cpu_s() - cpu_s,
            server.rss_mb(),
        )


def _floor(plan: ImportPlan) -> _Took:
    """Read a file and make it ready, for nobody."""
    terms = ImportTerms(
        source=Source(name=SOURCE, historical=True),
        writer=Writer.SERVER,
        operator=None,
        limits=Limits(),
        policy=default_policy(),
    )
    lines = events = 0
    began = time.perf_counter()
    for packet in packets(plan, encode(terms), CHILD):
        events += packet.items
        lines += packet.lines_built
    return _Took(lines, events, time.perf_counter() - began, 0.0, 0.0)

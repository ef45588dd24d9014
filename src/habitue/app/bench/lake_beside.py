"""What those who send wait while heavy questions are put to a large copy.

The copy is one that was prepared: a server is made to stand at the end of it, as if
all of it had come in by its own door. Without a query and with them it is the same.
"""

import shutil
import threading
import time
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import duckdb
import msgspec

from habitue.app.bench import gallery, load, wire
from habitue.app.bench.conditions import conditions
from habitue.app.bench.figure import Figure, Say, less, number, quantile
from habitue.app.bench.folding import SEGMENTS, under_segments
from habitue.app.bench.ground import Ground
from habitue.app.bench.journey_asking import asked_at
from habitue.app.bench.prepared import Cache, DataSet, Kept
from habitue.app.bench.servers import Product
from habitue.app.bench.sessions import Shop
from habitue.app.calling.gateway import Client
from habitue.app.projection.storage import lake_file, open_storage
from habitue.backends.duckdb.lake import DuckLake
from habitue.base.clock import DAY_US, Clock, to_iso
from habitue.base.errors import HabitueError
from habitue.base.settings import Settings
from habitue.journey.asking import sessions
from habitue.lake.port import Seal, Tail

SEED = 11
RATE_PER_S = 500
CONNECTIONS = 64
ASKERS = 2
# All events by what was done and what whoever did it is known by; and of a month, in
# the order of each person's time, how long it took from goods to goods.
MONTH_DAYS = 30
HEAVY = """
WITH done AS (
  SELECT e.name, h.identifier_kind AS kind, count(*) AS events,
    sum(e.amount_minor) AS amount, sum(length(e.properties)) AS told
  FROM events AS e JOIN holding AS h USING (strand) GROUP BY ALL),
stepped AS (
  SELECT l.category, l.amount_minor AS amount,
    epoch(e.happened_at - lag(e.happened_at) OVER (
      PARTITION BY e.person_id ORDER BY e.happened_at)) AS since_s
  FROM person_events AS e JOIN lines AS l USING (log_offset)
  WHERE e.happened_at >= TIMESTAMP '{since}')
SELECT name, kind, events, amount, told AS more FROM done
UNION ALL SELECT category, 'goods', count(*), sum(amount), avg(since_s)
FROM stepped GROUP BY category
"""
# The copy's days lie in the past and would all be written at once; and two that ask
# have a core between them.
CONFIG = "[lake]\ndaily_parquet = false\nquery_seconds_max = 120\n"
_QUERY, READY_S = "/api/v1/lake/query", 60.0


class Beside(NamedTuple):
    """What was waited for at the door, and how long each question took beside it."""

    latencies_ms: list[float]
    asked_s: list[float]
    rss_mb: float


def measure(
    ground: Ground, clock: Clock, say: Say, kept: tuple[Cache, Kept], seconds: int
) -> list[Figure]:
    """Send at a fixed rate, first alone and then with heavy queries beside it."""
    say("lake: single requests, without a query and with heavy ones")
    alone, beside = (
        _sent(ground, clock, kept, seconds, askers) for askers in (0, ASKERS)
    )
    rows = kept[1].rows
    note = (
        f"{ASKERS} ask at a time, one after another: all {rows:,} events joined with"
        f" who holds them, and those of {MONTH_DAYS} days with their lines, in the"
        f" order of each person's time ({_cost(beside)}; {number(beside.rss_mb)} MB at"
        " the end);"
        " floor: the same without a query"
    )
    return [
        less(
            f"lake: {RATE_PER_S} requests/s beside a heavy query, p{at * 100:.0f}",
            quantile(beside.latencies_ms, at),
            "ms",
            floor=quantile(alone.latencies_ms, at),
            note=note,
        )
        for at in (0.5, 0.99)
    ]


def prepared(
    ground: Ground, clock: Clock, say: Say, cache: Cache, events: int
) -> tuple[Cache, Kept]:
    """Give the copy, and who keeps it: the gallery's own, made if it isn't there."""
    wanted = DataSet(gallery.NAME, events, clock.now_us(), gallery.make_copy)
    return cache.taken(Cache(ground.folder / "made"), wanted, say)


def stand(settings: Settings, cache: Cache, kept: Kept, now_us: int) -> None:
    """Have a deployment that holds nothing yet stand at the end of a copy.

    Its log is short: what it numbers anew are people who signed up in the copy, and
    who have changed since, as known customers have.
    """
    under_segments(settings, list(islice(conditions(), SEGMENTS)), now_us)
    storage = open_storage(settings)
    try:
        record = storage.truth.get(storage.truth.head())
    finally:
        storage.close()
    if record is None:
        raise HabitueError("The log of the deployment holds nothing.")
    path = lake_file(settings)
    lent = path.with_name("lent")
    cache.lend(kept, lent)
    (lent / path.name).replace(path)
    shutil.rmtree(lent)
    lake = DuckLake(path, path.with_name("lake"))
    lake.open()
    try:
        mark = record.chain.hex()
        lake.seal(Seal(Tail(record.offset), mark, record.offset))
    finally:
        lake.close()
    _have_sessions(path, now_us)


def _have_sessions(path: Path, now_us: int) -> None:
    """Say that sessions are kept, as they are of a shop that runs for long.

    None is: the questions that are put here read no sessions, and to make them would
    take a core for minutes, of which nothing is to be measured here.
    """
    with duckdb.connect(str(path)) as db:
        db.execute("DELETE FROM kept_stale")
        db.execute("DELETE FROM kept_rules")
        stamp = sessions(asked_at(now_us)).stamp
        db.execute("INSERT INTO kept_rules VALUES (?)", [stamp])


def _sent(
    ground: Ground, clock: Clock, kept: tuple[Cache, Kept], seconds: int, askers: int
) -> Beside:
    settings, items = ground.fresh(), RATE_PER_S * seconds
    stand(settings, *kept, clock.now_us())
    shop = Shop(SEED, customers=max(100, items // 30), now_us=clock.now_us())
    with Product(settings, more=CONFIG) as server:
        requests = wire.singles(shop.stream(items), server.keys())
        sent = wire.write(ground.folder / "lake.req", requests)
        asking = Asking(server, kept[1])
        asking.begin(askers)
        plan = load.Plan(
            port=server.port,
            path=str(sent.path),
            connections=CONNECTIONS,
            rate_per_s=RATE_PER_S,
        )
        report = load.send(sent, plan)
        rss_mb = server.rss_mb()
        return Beside(report.latencies_ms, asking.end(), rss_mb)


def _cost(beside: Beside) -> str:
    took = beside.asked_s
    return f"{len(took)} asked, {quantile(took, 0.5):.1f} s each"


class Asking:
    """Asks heavy queries one after another, from before the load until its end."""

    def __init__(self, server: Product, kept: Kept) -> None:
        """Have the copy opened, before anything is measured."""
        since = to_iso(kept.now_us - MONTH_DAYS * DAY_US)[:19]
        self._body = msgspec.json.encode({"sql": HEAVY.format(since=since)})
        self._server = server
        self._ends = threading.Event()
        self._took_s: list[float] = []
        self._failed: list[str] = []
        self._threads: list[threading.Thread] = []
        _await_copy(server.client(), kept)

    def begin(self, askers: int) -> None:
        """Begin; the first answer is waited for, as it reads what lies on the disk."""
        if askers:
            self._ask(self._server.client())
        for _ in range(askers):
            thread = threading.Thread(target=self._run, daemon=True)
            self._threads.append(thread)
            thread.start()

    def end(self) -> list[float]:
        """Give how long each took; HabitueError if any was not answered."""
        self._ends.set()
        for thread in self._threads:
            thread.join()
        if self._failed:
            raise HabitueError(f"A heavy query was not answered: {self._failed[0]}")
        return self._took_s

    def _run(self) -> None:
        client = self._server.client()
        while not (self._ends.is_set() or self._failed):
            self._ask(client)

    def _ask(self, client: Client) -> None:
        began = time.perf_counter()
        answer = client.raw("POST", _QUERY, self._body)
        if answer.status == 200 and answer.body:
            self._took_s.append(time.perf_counter() - began)
        else:
            self._failed.append(f"{answer.status} {answer.body[:300]!r}")


def _await_copy(client: Client, kept: Kept) -> None:
    """Have the copy opened; HabitueError if it is not the one that was lent."""
    until = time.perf_counter() + READY_S
    client.raw("POST", _QUERY, b'{"sql": "SELECT 1"}')
    while True:
        told = client.get("/api/v1/lake")
        if told["ready"] and (told["sealed_events"] or 0) >= kept.rows:
            return
        if told["fault"] or time.perf_counter() > until:
            raise HabitueError(f"The copy that was lent is not asked: {told}")
        time.sleep(0.05)

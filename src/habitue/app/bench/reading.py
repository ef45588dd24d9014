"""How soon an event is seen, how soon a profile is read, and a cold start."""

import time
from collections.abc import Iterator, Sequence
from urllib.parse import quote

import msgspec
import numpy as np

from habitue.app.bench import load, wire
from habitue.app.bench.figure import Figure, Say, less, quantile
from habitue.app.bench.ground import Ground
from habitue.app.bench.servers import FloorServer, Product
from habitue.app.bench.sessions import (
    SHOP,
    Shop,
    card,
    email,
    identify,
    in_batches,
    user,
)
from habitue.app.bench.stages import SEED, arrivals
from habitue.app.rebuild import open_fold, save
from habitue.app.storage import open_storage
from habitue.base.clock import Clock
from habitue.base.settings import Settings
from habitue.collect.pipeline import take

VISIBLE_PER_S, READS_PER_S = 2_000, 1_000
VISIBLE_BAR_MS, READ_BAR_MS, START_BAR_S = 25, 10, 5
CONNECTIONS = 64
HEAVY, HEAVY_IDENTIFIERS = "heavy", 2_000
_BUILD_ITEMS = 20_000


def measure(
    ground: Ground, clock: Clock, say: Say, *, profiles: int, seconds: int
) -> list[Figure]:
    """Build so many profiles, start over them, and measure at a fixed rate."""
    say(f"reading: building {profiles:,} profiles")
    settings = ground.fresh()
    build(settings, clock.now_us(), profiles)
    say("reading: cold start")
    began = time.perf_counter()
    with Product(settings) as server:
        first = f"{user(profiles // 2)}"
        server.client().get("/api/v1/people", identifier=f"user_id:{first}")
        start_s = time.perf_counter() - began
        rss_mb = server.rss_mb()
        say("reading: profiles by identifier")
        reads = _reads(ground, server, profiles, seconds)
        heavy = _heavy_reads(ground, server)
        say("reading: event to visible")
        visible, prepared = _visible(ground, server, clock, seconds)
    say("reading: the floor")
    floor = _floor(ground, prepared)
    return [
        *_visible_figures(ground, visible, floor, profiles),
        *_read_figures(ground, reads, floor, profiles),
        less(
            f"{ground.backend}: read one of {HEAVY_IDENTIFIERS:,} identifiers, p50",
            quantile(heavy.latencies_ms, 0.5),
            "ms",
            note="one at a time, the whole person as JSON",
        ),
        less(
            f"{ground.backend}: cold start to the first answer",
            start_s,
            "s",
            bar=START_BAR_S,
            note=f"{profiles:,} profiles; {rss_mb:.0f} MB afterwards",
        ),
    ]


def build(settings: Settings, now_us: int, profiles: int) -> None:
    """Fill log and state with people, and one of 2,000 identifiers, as imports do."""
    arrival = arrivals(now_us)[SHOP]
    encode = msgspec.json.Encoder().encode
    storage = open_storage(settings)
    fold = open_fold(storage.truth, storage.state, settings.state.rows_max)
    try:
        for batch in in_batches(_people(profiles), _BUILD_ITEMS):
            entries = [take(encode(item), arrival).entry for item in batch]
            storage.truth.commit(entries, now_us)
            for record in storage.truth.fresh():
                fold.apply(record)
            save(fold, storage.state)
    finally:
        storage.close()


def _people(profiles: int) -> Iterator[dict[str, object]]:
    for number in range(profiles):
        yield {**identify(number), "messageId": f"p{number}"}
    for number in range(HEAVY_IDENTIFIERS - 1):
        yield {
            "type": "page",
            "messageId": f"h{number}",
            "userId": HEAVY,
            "anonymousId": f"heavy-device-{number}",
        }


# -- at a rate ------------------------------------------------------------------


def _reads(ground: Ground, server: Product, profiles: int, seconds: int) -> load.Report:
    chance = np.random.default_rng(SEED)
    numbers = chance.integers(0, profiles, READS_PER_S * seconds).tolist()
    names = (_name(at, number) for at, number in enumerate(numbers))
    prepared = wire.write(
        ground.folder / "reads.req",
        ((wire.get(_find(name), server.token), 1) for name in names),
    )
    plan = load.Plan(
        port=server.port,
        path=str(prepared.path),
        connections=CONNECTIONS,
        rate_per_s=READS_PER_S,
    )
    return load.send(prepared, plan)


def _name(at: int, customer: int) -> str:
    """Give one of a customer's names, each kind in its turn."""
    names = (
        f"user_id:{user(customer)}",
        f"email:{email(customer)}",
        f"loyalty_card:{card(customer)}",
        f"customer_id:{700_000 + customer}",
    )
    return names[at % len(names)]


def _find(name: str) -> str:
    return f"/api/v1/people?identifier={quote(name)}"


def _heavy_reads(ground: Ground, server: Product) -> load.Report:
    names = [f"user_id:{HEAVY}"] * 5
    names += [f"anonymous_id:heavy-device-{number * 97}" for number in range(15)]
    prepared = wire.write(
        ground.folder / "heavy.req",
        ((wire.get(_find(name), server.token), 1) for name in names),
    )
    plan = load.Plan(port=server.port, path=str(prepared.path), connections=1)
    return load.send(prepared, plan)


def _visible(
    ground: Ground, server: Product, clock: Clock, seconds: int
) -> tuple[load.Report, wire.Prepared]:
    items = VISIBLE_PER_S * seconds
    shop = Shop(SEED, customers=max(100, items // 30), now_us=clock.now_us())
    prepared = wire.write(
        ground.folder / "visible.req",
        wire.singles(shop.stream(items), server.keys(), wire.APPLIED),
    )
    return load.send(prepared, _paced(server.port, prepared)), prepared


def _paced(port: int, prepared: wire.Prepared) -> load.Plan:
    return load.Plan(
        port=port,
        path=str(prepared.path),
        connections=CONNECTIONS,
        rate_per_s=VISIBLE_PER_S,
    )


def _floor(ground: Ground, prepared: wire.Prepared) -> load.Report:
    with FloorServer(ground.fresh()) as server:
        return load.send(prepared, _paced(server.port, prepared))


# -- figures --------------------------------------------------------------------


def _visible_figures(
    ground: Ground, report: load.Report, floor: load.Report, profiles: int
) -> list[Figure]:
    name = f"{ground.backend}: event to visible, {VISIBLE_PER_S:,} events/s"
    late = (
        f"{report.not_applied} not applied within 1 s, " if report.not_applied else ""
    )
    late += f"{report.waits} answers 429"
    return _pair(
        name,
        report.latencies_ms,
        floor.latencies_ms,
        VISIBLE_BAR_MS,
        f"{profiles:,} profiles; {late}; floor: answers after the flush",
    )


def _read_figures(
    ground: Ground, report: load.Report, floor: load.Report, profiles: int
) -> list[Figure]:
    name = f"{ground.backend}: profile by identifier, {READS_PER_S:,} requests/s"
    note = f"{profiles:,} profiles; floor: that of event to visible"
    return _pair(name, report.latencies_ms, floor.latencies_ms, READ_BAR_MS, note)


def _pair(
    name: str, took: Sequence[float], floor: Sequence[float], bar: float, note: str
) -> list[Figure]:
    return [
        less(
            f"{name}, p50",
            quantile(list(took), 0.5),
            "ms",
            floor=quantile(list(floor), 0.5),
            note=note,
        ),
        less(
            f"{name}, p99",
            quantile(list(took), 0.99),
            "ms",
            floor=quantile(list(floor), 0.99),
            bar=bar,
        ),
    ]

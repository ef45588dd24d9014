"""The whole server, acknowledged and applied, under as much as it takes."""

from collections.abc import Iterator

from habitue.app.bench import load, wire
from habitue.app.bench.figure import Figure, Say, less, more, quantile
from habitue.app.bench.ground import Ground
from habitue.app.bench.servers import FloorServer, Product
from habitue.app.bench.sessions import Shop, Told
from habitue.app.bench.stages import SEED
from habitue.base.clock import Clock

BATCH_ITEMS, BATCH_CONNECTIONS = 100, 8
SINGLE_CONNECTIONS = 64
BATCH_BAR, SINGLE_BAR, SINGLE_P99_BAR_MS = 30_000, 10_000, 15


def measure_batches(
    ground: Ground, clock: Clock, say: Say, *, items: int
) -> list[Figure]:
    """Measure batches of 100: stored, and in the profiles."""
    settings = ground.fresh()
    with Product(settings) as server:
        say(f"batches: making {items:,} items")
        prepared = warmed(ground, server, clock, items)
        say("batches: Habitué")
        cpu_s = server.cpu_s()
        report = load.send(prepared, plan(server.port, prepared))
        applied_s = server.settle() - report.began
        cpu_s = server.cpu_s() - cpu_s
        rss_mb = server.rss_mb()
    say("batches: the floor")
    floor, floor_us = _floor(ground, prepared, BATCH_CONNECTIONS)
    stored = report.items / (report.ended - report.began)
    name = f"{ground.backend}: batches of {BATCH_ITEMS}, acknowledged and applied"
    return [
        more(
            name,
            report.items / applied_s,
            "events/s",
            floor=_rate(floor),
            bar=BATCH_BAR * ground.share,
            note=f"{report.items:,} events, acknowledged at {stored:,.0f}/s,"
            f" {cpu_s / report.items * 1e6:.0f} us of CPU an event"
            f" (floor {floor_us:.0f}), {report.waits} answers 429, {rss_mb:.0f} MB",
        )
    ]


def measure_singles(
    ground: Ground, clock: Clock, say: Say, *, items: int
) -> list[Figure]:
    """Measure single events over 64 connections: how many, and how soon answered."""
    settings = ground.fresh()
    with Product(settings) as server:
        say(f"singles: making {items:,} items")
        keys = server.keys()
        stream = _stream(items + items // 10, clock)
        warm = _singles(ground, "warm", _first(stream, items // 10), keys)
        prepared = _singles(ground, "singles", stream, keys)
        load.send(warm, plan(server.port, warm, SINGLE_CONNECTIONS))
        server.settle()
        say("singles: Habitué")
        cpu_s = server.cpu_s()
        report = load.send(prepared, plan(server.port, prepared, SINGLE_CONNECTIONS))
        applied_s = server.settle() - report.began
        cpu_s = server.cpu_s() - cpu_s
    say("singles: the floor")
    floor, floor_us = _floor(ground, prepared, SINGLE_CONNECTIONS)
    name = f"{ground.backend}: single requests, {SINGLE_CONNECTIONS} connections"
    took, floor_took = report.latencies_ms, floor.latencies_ms
    return [
        more(
            name,
            report.items / applied_s,
            "events/s",
            floor=_rate(floor),
            bar=SINGLE_BAR * ground.share,
            note=f"{report.items:,} events, {cpu_s / report.items * 1e6:.0f} us of CPU"
            f" an event (floor {floor_us:.0f}), {report.waits} answers 429",
        ),
        less(
            f"{name}, p50",
            quantile(took, 0.5),
            "ms",
            floor=quantile(floor_took, 0.5),
            note="as fast as answers come, so the queue is always full",
        ),
        less(
            f"{name}, p99",
            quantile(took, 0.99),
            "ms",
            floor=quantile(floor_took, 0.99),
            bar=SINGLE_P99_BAR_MS,
        ),
    ]


def warmed(ground: Ground, server: Product, clock: Clock, items: int) -> wire.Prepared:
    """Have a server take batches of a tenth as many items; give those to measure."""
    keys = server.keys()
    stream = _stream(items + items // 10, clock)
    warm = _batches(ground, "warm", _first(stream, items // 10), keys)
    prepared = _batches(ground, "batches", stream, keys)
    load.send(warm, plan(server.port, warm))
    server.settle()
    return prepared


def plan(
    port: int, prepared: wire.Prepared, connections: int = BATCH_CONNECTIONS
) -> load.Plan:
    """Say how requests are sent: over so many connections, as fast as answers come."""
    return load.Plan(port=port, path=str(prepared.path), connections=connections)


def _stream(items: int, clock: Clock) -> Iterator[Told]:
    shop = Shop(SEED, customers=max(100, items // 30), now_us=clock.now_us())
    return iter(shop.stream(items))


def _first(stream: Iterator[Told], count: int) -> Iterator[Told]:
    return (told for _, told in zip(range(count), stream, strict=False))


def _batches(
    ground: Ground, name: str, stream: Iterator[Told], keys: dict[str, str]
) -> wire.Prepared:
    return wire.write(
        ground.folder / f"{name}.req", wire.batches(stream, keys, BATCH_ITEMS)
    )


def _singles(
    ground: Ground, name: str, stream: Iterator[Told], keys: dict[str, str]
) -> wire.Prepared:
    return wire.write(ground.folder / f"{name}.req", wire.singles(stream, keys))


def _floor(
    ground: Ground, prepared: wire.Prepared, connections: int
) -> tuple[load.Report, float]:
    """Give the floor's report, and its microseconds of CPU an event."""
    with FloorServer(ground.fresh()) as server:
        cpu_s = server.cpu_s()
        report = load.send(prepared, plan(server.port, prepared, connections))
        return report, (server.cpu_s() - cpu_s) / report.items * 1e6


def _rate(report: load.Report) -> float:
    return report.items / (report.ended - report.began)

"""A till that waits for its customer's card, alone and beside a large import."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from habitue.app.bench import load, wire
from habitue.app.bench.figure import Figure, Say, less, more, quantile
from habitue.app.bench.ground import Ground
from habitue.app.bench.servers import Product
from habitue.app.bench.sessions import TILL
from habitue.app.calling.importing import Importer, ensure_source
from habitue.collect.files import look

SOURCE = "bench-archive"
LINES_A_RECEIPT = 10
CALLS_PER_S = 20
_CUSTOMERS, _PRODUCTS = 20_000, 4_000


def measure(ground: Ground, say: Say, *, rows: int, seconds: int) -> list[Figure]:
    """Ask for customers at a till, then once more while so many rows are imported."""
    say(f"till: writing {rows:,} rows of receipts")
    file = ground.folder / "archive.csv"
    _write(file, rows)
    with Product(ground.fresh()) as server:
        key = server.keys()[TILL]
        say("till: alone")
        alone = _call(ground, server.port, key, "alone", seconds)
        say("till: beside the import")
        client = server.client()
        ensure_source(client, SOURCE, {"kind": "server", "historical": True})
        with ThreadPoolExecutor(1) as threads:
            calls = threads.submit(_call, ground, server.port, key, "beside", seconds)
            began = time.perf_counter()
            summary = Importer(client, SOURCE).run(
                look(file), None, lambda done, total: None
            )
            took_s = server.settle() - began
            beside = calls.result()
    stored = summary.lines["stored"]
    name = f"{ground.backend}: a till's call while {stored:,} rows are imported"
    note = (
        f"{beside.items} calls, {CALLS_PER_S} a second, each waiting until it is"
        f" applied; {beside.waits} answers 429; floor: the same till alone"
    )
    return [
        less(
            f"{name}, p{share}",
            quantile(beside.latencies_ms, share / 100),
            "ms",
            floor=quantile(alone.latencies_ms, share / 100),
            note=note,
        )
        for share in (50, 99)
    ] + [
        more(
            f"{ground.backend}: import beside a till, lines",
            stored / took_s,
            "lines/s",
            note=f"{stored:,} lines in {took_s:.1f} s, {LINES_A_RECEIPT} a receipt",
        )
    ]


def _write(file: Path, rows: int) -> None:
    with file.open("w", encoding="utf-8") as out:
        out.write("receipt_id,customer_id,time,product_id,quantity,price,currency\n")
        for number in range(rows // LINES_A_RECEIPT):
            customer = 500_000 + number * 7919 % _CUSTOMERS
            day = f"2025-{1 + number % 12:02d}-{1 + number % 28:02d}T10:00:00Z"
            for line in range(LINES_A_RECEIPT):
                product = (number * 31 + line * 97) % _PRODUCTS
                out.write(
                    f"A{number},{customer},{day},p{product},{1 + line % 3},"
                    f"{1 + product % 50}.99,EUR\n"
                )


def _call(ground: Ground, port: int, key: str, name: str, seconds: int) -> load.Report:
    requests = _receipts(name, CALLS_PER_S * seconds)
    prepared = wire.write(
        ground.folder / f"till-{name}.req",
        ((wire.post(wire.APPLIED, key, raw), 1) for raw in requests),
    )
    plan = load.Plan(
        port=port,
        path=str(prepared.path),
        connections=4,
        rate_per_s=CALLS_PER_S,
        limit_s=seconds + 60,
    )
    return load.send(prepared, plan)


def _receipts(name: str, count: int) -> Iterator[bytes]:
    for number in range(count):
        yield msgspec.json.encode(
            {
                "type": "track",
                "event": "Receipt Issued",
                "messageId": f"{name}-{number}",
                "identifiers": {"loyalty_card": f"T{number % 50}"},
                "properties": {
                    "receipt_id": f"{name}-{number}",
                    "total": 5,
                    "currency": "EUR",
                },
            }
        )

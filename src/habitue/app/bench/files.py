"""A file import: the real history the package brings, through the door and folded."""

import time

from habitue.app.bench.figure import Figure, Say, more
from habitue.app.bench.ground import Ground
from habitue.app.bench.servers import Product
from habitue.app.importing import Importer, ensure_source
from habitue.collect.files import Built, ImportPlan, look, stream

IMPORT_BAR = 100_000
SOURCE = "bench-history"


def measure_history(ground: Ground, say: Say, plan: ImportPlan) -> list[Figure]:
    """Import a history of receipts; until the last one is in the profiles."""
    say("import: parsing alone, the floor")
    floor_s, floor_lines, floor_events = _parse(plan)
    with Product(ground.fresh()) as server:
        say("import: through the door")
        client = server.client()
        wanted = {"kind": "server", "historical": True, "timeZone": "Europe/London"}
        ensure_source(client, SOURCE, wanted)
        began = time.perf_counter()
        summary = Importer(client, SOURCE).run(plan, None, lambda done, total: None)
        took_s = server.settle() - began
        rss_mb = server.rss_mb()
    events = summary.items["stored"]
    lines = summary.lines["stored"]
    name = f"{ground.backend}: import of a history, resolved and folded"
    return [
        more(
            f"{name}, lines",
            lines / took_s,
            "lines/s",
            floor=floor_lines / floor_s,
            note=f"{lines:,} lines in {took_s:.1f} s, {rss_mb:.0f} MB; floor: the"
            " same file parsed and thrown away",
        ),
        more(
            f"{name}, events",
            events / took_s,
            "events/s",
            floor=floor_events / floor_s,
            bar=IMPORT_BAR * ground.share,
            note=f"{events:,} receipts of {lines / max(1, events):.0f} lines each",
        ),
    ]


def measure_contacts(ground: Ground, say: Say, *, lines: int) -> list[Figure]:
    """Import contacts, a line an event: what many small events cost."""
    path = ground.folder / "contacts.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("customer_id,email,first_name,last_name,loyalty_card\n")
        for number in range(lines):
            file.write(
                f"{900_000 + number},c{number}@post.example,Ada{number % 97},"
                f"Lovelace{number % 89},LC{number:09d}\n"
            )
    plan = look(path, "contacts")
    say("import: contacts")
    floor_s, floor_lines, _ = _parse(plan)
    with Product(ground.fresh()) as server:
        client = server.client()
        ensure_source(client, SOURCE, {"kind": "server", "historical": True})
        began = time.perf_counter()
        summary = Importer(client, SOURCE).run(plan, None, lambda done, total: None)
        took_s = server.settle() - began
    events = summary.items["stored"]
    return [
        more(
            f"{ground.backend}: import of contacts, a line an event",
            events / took_s,
            "events/s",
            floor=floor_lines / floor_s,
            bar=IMPORT_BAR * ground.share,
            note=f"{events:,} new people; floor: the same file parsed and thrown away",
        )
    ]


def _parse(plan: ImportPlan) -> tuple[float, int, int]:
    began = time.perf_counter()
    lines = events = 0
    for batch in stream(plan):
        built = [one for one in batch.parsed if isinstance(one, Built)]
        events += len(built)
        lines += sum(len(one.lines) for one in built)
    return time.perf_counter() - began, lines, events

"""Batches under many segments beside batches under few, whose leaves are the same."""

from habitue.app.bench import load, whole
from habitue.app.bench.figure import Figure, Say, more
from habitue.app.bench.ground import Ground
from habitue.app.bench.servers import Product
from habitue.base.clock import Clock

# Ten times the segments over the same leaves may cost half of the rate.
FEW, MANY, SHARE_BAR = 50, 500, 0.5


def measure(
    ground: Ground, clock: Clock, say: Say, *, items: int, few: int = FEW
) -> list[Figure]:
    """Measure the rate of batches under 500 segments beside that under 50.

    few: how many are few; ten times as many are many.
    """
    many = few * MANY // FEW
    less, rate = (_rate(ground, clock, say, items, number) for number in (few, many))
    return [
        more(
            f"{ground.backend}: batches of {whole.BATCH_ITEMS} under {many} segments",
            rate,
            "events/s",
            floor=less,
            bar=less * SHARE_BAR,
            note=f"{items:,} events, applied; floor: under {few} segments over the same"
            f" leaves, after as much warming up; bar: {SHARE_BAR:g} of it",
        )
    ]


def _rate(ground: Ground, clock: Clock, say: Say, items: int, segments: int) -> float:
    """Give how many items a second are applied, once a tenth as many were."""
    say(f"batches: {items:,} items under {segments} segments")
    with Product(ground.fresh(), segments) as server:
        sent = whole.warmed(ground, server, clock, items)
        report = load.send(sent, whole.plan(server.port, sent))
        return report.items / (server.settle() - report.began)

"""The console over a whole shop: a season of its people is built, each page read."""

from habitue.app.bench import pages, reading
from habitue.app.bench.figure import Figure, Say
from habitue.app.bench.ground import Ground
from habitue.app.bench.history import buyers
from habitue.app.bench.servers import Product
from habitue.app.bench.sessions import SHOP
from habitue.base.clock import Clock


def measure(
    ground: Ground, clock: Clock, say: Say, *, size: reading.Size
) -> list[Figure]:
    """Build so many profiles, and read the pages that show them."""
    settings, now_us = ground.fresh(), clock.now_us()
    profiles = reading.build(settings, now_us, size, say)
    with Product(settings) as server:
        say(f"pages: over {profiles:,} profiles")
        return pages.measure(
            server,
            backend=ground.backend,
            profiles=profiles,
            people=buyers(profiles, now_us, pages.TIMES),
            key=server.keys()[SHOP],
            now_us=now_us,
        )

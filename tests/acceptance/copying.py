"""Waits until a server's copy for analysis answers."""

import time

from tests.acceptance.shop import Shop

WITHIN_S = 60.0


def copied(shop: Shop) -> None:
    """Wait until the copy is ready: it is opened a while after the start."""
    until = time.monotonic() + WITHIN_S
    while not shop.api("GET", "/api/v1/lake")["ready"]:
        assert time.monotonic() < until
        time.sleep(0.1)

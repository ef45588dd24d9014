"""Recorded requests, sent to a shop's doors with no key but the one they bring."""

from tests.collect.dialects.recorded import Recorded, recorded
from tests.collect.driver import Reply
from tests.collect.shop import Shop


def one(client: str, name: str) -> Recorded:
    """Give one request of a client by the beginning of its name."""
    return next(found for found in recorded(client) if found.name.startswith(name))


def resend(shop: Shop, told: Recorded, **headers: str) -> Reply:
    return shop.send(
        told.wire,
        key="",
        method=told.method,
        path=told.path,
        query=told.query,
        headers={**told.headers, **headers},
    )

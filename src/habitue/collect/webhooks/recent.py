"""The last proved deliveries of each source, in memory, to try a mapping on.

They are never written down: a restart forgets them, and so does whoever erases.
"""

from collections import deque

from msgspec import Struct

from habitue.collect.webhooks import path, place
from habitue.collect.webhooks.delivery import Delivery
from habitue.collect.webhooks.provider import Provider

A_SOURCE_MAX = 5
SOURCES_MAX = 40
BYTES_MAX = 64 * 1024
_HIDDEN = "…"
# What carries secrets wherever it stands, and what says nothing of a delivery.
_DROPPED = frozenset(
    {"authorization", "proxy-authorization", "cookie", "host", "content-length"}
)


class Recent(Struct, frozen=True):
    """A delivery as it came, with what it was proved by."""

    delivery: Delivery
    provider: Provider
    received_us: int


class RecentDeliveries:
    """Keeps a few deliveries of each source, as far as they are small."""

    def __init__(self) -> None:
        self._held: dict[str, deque[Recent]] = {}

    def add(self, source: str, one: Recent) -> None:
        """Keep a delivery; the oldest of its source makes way."""
        if len(one.delivery.body) > BYTES_MAX:
            return
        held = self._held.pop(source, None) or deque(maxlen=A_SOURCE_MAX)
        held.append(one)
        # The source that was heard last stands last.
        self._held[source] = held
        while len(self._held) > SOURCES_MAX:
            del self._held[next(iter(self._held))]

    def of(self, source: str) -> list[Recent]:
        """Give what is kept of a source, the newest first."""
        return list(reversed(self._held.get(source, ())))

    def forget(self) -> None:
        """Keep nothing of what came so far."""
        self._held.clear()


class Shown(Struct, frozen=True):
    """A delivery as it may be shown: without what proved it."""

    document: object
    headers: dict[str, str]


def without_proof(one: Recent) -> Shown:
    """Give a delivery without signatures and secrets, wherever these stood."""
    at = [place.parse(text) for each in one.provider.signatures for text in each.at]
    proofs = {where.name for where in at if where.kind == "header"}
    headers = {
        name: value
        for name, value in one.delivery.headers.items()
        if name not in proofs and name not in _DROPPED
    }
    document = one.delivery.tidy()
    for where in at:
        if where.kind == "body":
            document = _hide(document, path.parse(where.name).steps)
    return Shown(document, headers)


def _hide(value: object, steps: tuple[object, ...]) -> object:
    """Give a copy of a document in which one value is hidden."""
    if not steps:
        return _HIDDEN
    step = steps[0]
    if isinstance(value, dict) and isinstance(step, str) and step in value:
        return {**value, step: _hide(value[step], steps[1:])}
    return value

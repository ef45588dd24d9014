"""Goods and stores that were looked up in the catalogue for what people did.

Where the catalogue says something else of one of them, what was noted of people may be
another; of goods that nobody touched nothing can be.
"""

from functools import lru_cache
from hashlib import sha256

from habitue.segment.port_live import Rows, Tables
from habitue.state.port import TableSpec

SEEN = TableSpec(name="segment_goods", key=int, value=bool)


class Seen:
    """Kept by a number made of kind and name: a name may be anything that was told."""

    def __init__(self, store: Tables) -> None:
        self._rows: Rows[bool] = store.table(SEEN)

    def add(self, kind: str, name: str) -> None:
        number = _number(kind, name)
        if self._rows.get(number) is None:
            self._rows.put(number, True)

    def has(self, kind: str, name: str) -> bool:
        return self._rows.get(_number(kind, name)) is not None


@lru_cache(maxsize=16_384)
def _number(kind: str, name: str) -> int:
    """Give a number that hardly any two names share; who does is noted anew in vain."""
    told = f"{kind}\x1f{name}".encode("utf-8", "surrogatepass")
    return int.from_bytes(sha256(told).digest()[:8], "big") >> 1

"""What is delicate: goods of categories that the shop names so.

It is told by the event itself or by the catalogue, and never said as an opening.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from habitue.catalog.read import Reading
from habitue.profile.parse import text

View = dict[str, Any]
# "Health > Intimate", "health/intimate": what lies in a delicate one is delicate.
_LEVELS = re.compile(r"[>/|»]")
_SEARCHED = ("query", "search", "term")
_NAMED_BY = ("product_id", "sku")


class Delicate:
    """Says of events whether what they are of is delicate."""

    def __init__(self, categories: Iterable[str], read: Callable[[], Reading]) -> None:
        """categories: as the shop names them, whatever the case of their letters."""
        self._categories = {" ".join(one.split()).casefold() for one in categories} - {
            ""
        }
        self._read = read

    def is_delicate(self, event: View) -> bool:
        """Say whether an event, as it is shown, is of goods of a delicate category."""
        if not self._categories:
            return False
        told = event.get("properties") or {}
        return any(
            self._is_category(category)
            for one in _goods(told)
            for category in self._categories_of(one, event["source"])
        ) or any(self._has_word(told.get(name)) for name in _SEARCHED)

    def _categories_of(self, one: View, source: str) -> Iterator[object]:
        yield one.get("category")
        for name in _NAMED_BY:
            product_id = text(one.get(name))
            if product_id:
                yield self._read().fields(product_id, source).get("category")

    def _is_category(self, told: object) -> bool:
        if isinstance(told, list | tuple):
            return any(self._is_category(one) for one in told)
        levels = (one.strip() for one in _LEVELS.split(text(told).casefold()))
        whole = text(told).casefold()
        return bool(self._categories & {whole, *levels})

    def _has_word(self, told: object) -> bool:
        words = text(told).casefold()
        return any(one in words for one in self._categories)


def _goods(told: View) -> Iterator[View]:
    """Give what an event is of: itself, as it may name a product, and its lines."""
    yield told
    lines = told.get("products")
    for one in lines if isinstance(lines, list) else ():
        if isinstance(one, dict):
            yield one

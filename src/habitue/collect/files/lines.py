"""The lines of a receipt as products: what each is worth, and whether it counts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from habitue.collect.files.building import Facts
from habitue.collect.files.fields import LINE
from habitue.collect.files.nouns import ImportPlan
from habitue.collect.files.rows import Group
from habitue.collect.files.values import MICRO, number

_TEXTS = tuple(field.name for field in LINE if field.type == "text")
_NUMBERS = ("quantity", "price", "discount", "line_total")
_REPEATED_MAX = 200_000


class Lines(NamedTuple):
    """The lines of a receipt: as products, the sum of those that count, how many do."""

    products: list[dict[str, Any]]
    # Price times quantity, each in millionths: nothing is rounded before the sum.
    amount: int
    counting: int


# One line: its product, its amount, and 1 if it counts.
_Line = tuple[dict[str, Any], int, int]


class LineBuilder:
    """Makes products of lines; lines that say the same share one."""

    def __init__(self, plan: ImportPlan, facts: Facts) -> None:
        self._facts = facts
        self._names = [name for name in _TEXTS if facts.has(name)]
        self._sku = self._names.index("sku") if "sku" in self._names else None
        self._non_products = frozenset(plan.mapping.non_products)
        self._made: dict[tuple[Any, ...], _Line] = {}
        self.any = any(facts.has(name) for name in (*_TEXTS, *_NUMBERS))

    def lines(self, group: Group) -> Lines:
        """Give the lines of a group, in their order."""
        columns = [self._facts.column(group, name) for name in self._names]
        columns += [self._facts.column(group, name) for name in _NUMBERS]
        if len(self._made) > _REPEATED_MAX:
            self._made.clear()
        made = self._made
        products, total, counting = [], 0, 0
        for cells in zip(*columns, strict=True):
            line = made.get(cells)
            if line is None:
                line = made[cells] = self._line(cells)
            product, amount, counts = line
            if product:
                products.append(product)
            total += amount
            counting += counts
        return Lines(products, total, counting)

    def _line(self, cells: tuple[Any, ...]) -> _Line:
        if all(cell is None for cell in cells):
            # A document's head alone: it has no line.
            return {}, 0, 0
        words, (quantity, price, discount, told) = cells[:-4], cells[-4:]
        units = MICRO if quantity is None else quantity
        product = {
            name: word
            for name, word in zip(self._names, words, strict=True)
            if word is not None
        }
        product["quantity"] = number(units)
        for name, micro in zip(_NUMBERS[1:], (price, discount, told), strict=True):
            if micro is not None:
                product[name] = number(micro)
        if self._sku is not None and words[self._sku] in self._non_products:
            product["product"] = False
        reason = _uncounted(units, price, told)
        if reason:
            product["counts"], product["reason"] = False, reason
            return product, 0, 0
        return product, _amount(units, price, discount, told), 1


def _amount(
    units: int, price: int | None, discount: int | None, told: int | None
) -> int:
    if told is not None:
        return told * MICRO
    return units * (price or 0) - (discount or 0) * MICRO


def _uncounted(units: int, price: int | None, told: int | None) -> str | None:
    if not price and not told:
        return "no price"
    return None if units else "no quantity"


def returned(products: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Turn what left the shop below zero into what came back above it."""
    return [
        {
            name: -value if name in {"quantity", "discount", "line_total"} else value
            for name, value in product.items()
        }
        for product in products
    ]

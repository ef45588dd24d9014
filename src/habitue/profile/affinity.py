"""What a person buys most: products, categories, brands."""

from collections.abc import Iterable
from heapq import nsmallest
from typing import Any

from habitue.profile.rows import SEP, StrandState, SumRow, SumRows
from habitue.profile.sums import add_sum

TOP_MAX = 20
_NO_NAME = (0, "")


# What orders it, the currency, the name, the sums.
Ranked = tuple[int, int, str, str, SumRow]


def _top(told: Iterable[tuple[str, SumRows | None]]) -> list[Ranked]:
    """Give what was bought most often, of sums by currency; most often first."""
    # What only came back, from before our time, was not bought here.
    return nsmallest(
        TOP_MAX,
        (
            (-row.times, -row.amount, currency, name, row)
            for currency, rows in told
            for name, row in (rows or {}).items()
            if row.times > 0
        ),
    )


def _sums(row: SumRow) -> dict[str, int]:
    return {
        "times": row.times,
        "milli": row.milli,
        "amount": row.amount,
        "back_milli": row.back_milli,
        "back_amount": row.back_amount,
    }


def categories(state: StrandState) -> list[dict[str, Any]]:
    """Give the categories bought from most often."""
    told = ((coin, sums.categories) for coin, sums in (state.sums or {}).items())
    return _shown("category", _top(told))


def brands(state: StrandState) -> list[dict[str, Any]]:
    """Give the brands bought most often."""
    told = ((coin, sums.brands) for coin, sums in (state.sums or {}).items())
    return _shown("brand", _top(told))


def _shown(word: str, ranked: list[Ranked]) -> list[dict[str, Any]]:
    return [
        {word: name, "currency": currency, **_sums(row)}
        for _, _, currency, name, row in ranked
    ]


def products(state: StrandState) -> list[dict[str, Any]]:
    """Give the products bought most often, each with the name it had most often."""
    if not state.sums:
        return []
    names: dict[str, tuple[int, str]] = {}
    told = [
        (coin, _by_product(sums.products, names)) for coin, sums in state.sums.items()
    ]
    return [
        {
            "product": product,
            "name": names.get(product, _NO_NAME)[1],
            "currency": currency,
            **_sums(row),
        }
        for _, _, currency, product, row in _top(told)
    ]


def _by_product(rows: SumRows | None, names: dict[str, tuple[int, str]]) -> SumRows:
    """Add up a product sold under several names: it is one; notes its best name."""
    found: SumRows = {}
    for key, row in (rows or {}).items():
        product, _, name = key.partition(SEP)
        if name:
            best = names.get(product)
            if best is None or _names_better(row.times, name, best):
                names[product] = row.times, name
        held = found.get(product)
        found[product] = row if held is None else add_sum(held, row)
    return found


def _names_better(times: int, name: str, best: tuple[int, str]) -> bool:
    return times > best[0] or (times == best[0] and name < best[1])

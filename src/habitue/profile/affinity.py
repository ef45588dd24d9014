"""What a person buys most: products, categories, brands."""

from collections.abc import Callable
from typing import Any, NamedTuple

from habitue.profile.rows import SEP, StrandState

TOP_MAX = 20


class Sums(NamedTuple):
    """Sums of one product, category or brand in one currency."""

    times: int
    milli: int
    amount: int
    back_milli: int
    back_amount: int


def ranked(state: StrandState, sort: str) -> list[tuple[str, str, Sums]]:
    """Give (currency, name, sums) of a sort, most often bought first."""
    found: dict[tuple[str, str], list[int]] = {}
    for part, sums in state.sums.items():
        kind, _, currency = part.partition(SEP)
        for key, numbers in sums.items() if kind == sort else ():
            # A product sold under two names is one product.
            held = found.setdefault((currency, key.partition(SEP)[0]), [0] * 5)
            for at, number in enumerate(numbers):
                held[at] += number
    # What only came back, from before our time, was not bought here.
    bought = [
        (currency, name, Sums(*numbers))
        for (currency, name), numbers in found.items()
        if numbers[0] > 0
    ]
    bought.sort(key=lambda each: (-each[2].times, -each[2].amount, *each[:2]))
    return bought


def affinity(sort: str, word: str) -> Callable[[StrandState], list[dict[str, Any]]]:
    """Make the reading of the categories (c) or brands (b) bought most often."""

    def read(state: StrandState) -> list[dict[str, Any]]:
        return [
            {word: name, "currency": currency, **sums._asdict()}
            for currency, name, sums in ranked(state, sort)[:TOP_MAX]
        ]

    return read


def products(state: StrandState) -> list[dict[str, Any]]:
    """Give the products bought most often, each with its name."""
    names = _product_names(state)
    return [
        {
            "product": product,
            "name": names.get(product, ""),
            "currency": currency,
            **sums._asdict(),
        }
        for currency, product, sums in ranked(state, "p")[:TOP_MAX]
    ]


def _product_names(state: StrandState) -> dict[str, str]:
    """Give each product the name it was most often bought under."""
    best: dict[str, tuple[int, str]] = {}
    for part, sums in sorted(state.sums.items()):
        for key in sorted(sums) if part.startswith("p") else ():
            product, _, name = key.partition(SEP)
            if name and sums[key][0] > best.get(product, (-1, ""))[0]:
                best[product] = (sums[key][0], name)
    return {product: name for product, (_, name) in best.items()}

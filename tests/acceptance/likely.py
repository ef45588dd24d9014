"""Customers of a shop of whom some were entered twice, in Latin and in Cyrillic."""

from collections.abc import Mapping

from tests.acceptance.shop import Shop, identify
from tests.app.duplicates.planted import traits

FEW = 30
# Entered twice: the numbers of the customers, and of their doubles.
TWINS = {4: 104, 6: 106, 12: 112}
LIMIT = 50


def enter(shop: Shop, twins: Mapping[int, int] = TWINS) -> None:
    """Import customers and their doubles, each with a number and an e-mail."""
    latin = [_customer(number, number, 0) for number in range(1, FEW + 1)]
    cyrillic = [_customer(double, one, 1) for one, double in twins.items()]
    shop.send("crm", *latin, *cyrillic)


def find(shop: Shop) -> dict:
    """Look for duplicates until the look has ended."""
    told = shop.api("POST", "/api/v1/duplicates/find?wait_s=30", {})
    while told["running"]:
        told = shop.api("GET", "/api/v1/duplicates/look?wait_s=30")
    assert told["fault"] is None
    return told


def suggested(shop: Shop) -> set[tuple[str, str]]:
    """Give the couples that wait to be judged, by their customers' numbers."""
    told = shop.api("GET", f"/api/v1/duplicates?limit={LIMIT}")["duplicates"]
    couples = set()
    for pair in told:
        left, right = sorted(_numbers(pair[side])[0] for side in ("left", "right"))
        couples.add((left, right))
    return couples


def couple(one: int) -> tuple[str, str]:
    """Name a customer and their double as suggested() does."""
    left, right = sorted((f"c{one}", f"c{TWINS[one]}"))
    return left, right


def ids(shop: Shop, one: int) -> tuple[int, int]:
    """Give the persons of a customer and of their double."""
    return shop.id(f"customer_id:c{one}"), shop.id(f"customer_id:c{TWINS[one]}")


def _customer(number: int, alike: int, letters: int) -> dict:
    told = traits(alike, letters) | {"email": f"c{number}@example.com"}
    return identify(told, identifiers={"customer_id": f"c{number}"})


def _numbers(side: dict) -> list[str]:
    return [one["value"] for one in side["identifiers"] if one["kind"] == "customer_id"]

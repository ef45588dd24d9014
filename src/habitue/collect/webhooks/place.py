"""Places in a delivery where a signature, its time or its key may stand.

header:Name, query:name, body:path; behind a # the field of a header that lists
name=value, as in header:Stripe-Signature#v1.
"""

from functools import lru_cache
from typing import Any, NamedTuple

from habitue.base.errors import InvalidError
from habitue.collect.identify import as_text
from habitue.collect.webhooks import path
from habitue.collect.webhooks.delivery import Delivery

KINDS = ("header", "query", "body", "claim")
_PAIRS_MAX = 32


class Place(NamedTuple):
    """A place taken apart: which part of a delivery, and what in it."""

    kind: str
    name: str
    field: str


@lru_cache(maxsize=1024)
def parse(text: str) -> Place:
    """Take a place apart; raises InvalidError with the way out.

    >>> parse("header:Stripe-Signature#v1")
    Place(kind='header', name='stripe-signature', field='v1')
    """
    kind, colon, name = text.partition(":")
    if kind not in KINDS or not colon or not name:
        raise InvalidError(
            f"'{text[:80]}' is no place; write header:NAME, query:NAME or body:PATH."
        )
    if kind == "body":
        path.parse(name)
        return Place(kind, name, "")
    name, _, field = name.partition("#")
    return Place(kind, name.lower() if kind == "header" else name, field)


def told(place: Place, delivery: Delivery, claims: dict[str, Any]) -> list[str]:
    """Give the texts that stand at a place; none if it is empty."""
    match place.kind:
        case "header":
            found = delivery.headers.get(place.name, "")
        case "query":
            found = delivery.query.get(place.name, "")
        case "claim":
            found = as_text(claims.get(place.name)) or ""
        case _:
            found = as_text(_in_body(place.name, delivery)) or ""
    if not found:
        return []
    return [found] if not place.field else _of_pairs(found, place.field)


def _in_body(name: str, delivery: Delivery) -> Any:
    return path.get(path.parse(name), (delivery.document,))


def _of_pairs(text: str, field: str) -> list[str]:
    pairs = (one.strip().partition("=") for one in text.split(",", _PAIRS_MAX))
    return [value for name, equals, value in pairs if name == field and equals]


def first(places: tuple[str, ...], delivery: Delivery, claims: dict[str, Any]) -> str:
    """Give the text at the first place that has one; empty if none has."""
    for one in places:
        found = told(parse(one), delivery, claims)
        if found:
            return found[0]
    return ""


def holds(
    wanted: dict[str, str], delivery: Delivery, claims: dict[str, Any] | None = None
) -> bool:
    """Say whether each place says what is wanted of it; * for anything, - for nothing.

    >>> holds({"query:a": "1", "query:b": "-"}, Delivery(query="a=1"))
    True
    """
    for where, text in wanted.items():
        found = first((where,), delivery, claims or {})
        if text == "-" and found:
            return False
        if text == "*" and not found:
            return False
        if text not in {"-", "*"} and found != text:
            return False
    return True

"""What is carried of an event that expires: what state is made of, and no more.

Kept are who it names, what it is called, when it was, traits (they are the profile's),
what channels, campaigns and days are counted by, what goods and money it was about, and
each property that a segment ever asked for. Gone are addresses of pages, referrers,
searches, texts of forms, the browser and its address: all else that was told.

The law: fold(carried) = fold(whole), in every table of state.
"""

from collections.abc import Collection, Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from habitue.log.port import (
    DEFINITION_SOURCE,
    DefinitionText,
    Truth,
    definition_id,
)
from habitue.model.event import Event
from habitue.profile.parse import first_name
from habitue.segment.definition import SEGMENT, decode
from habitue.segment.walk import properties_in

# What it was about, as totals of the copy for analysis and segments' words read it.
GOODS = frozenset(
    {
        "channel", "currency", "store_id", "products", "returned_products", "total",
        "revenue", "value",
    }
)  # fmt: skip
# Of the one product that an event is about.
PRODUCT = frozenset(
    {
        "product_id", "sku", "name", "category", "brand", "price", "quantity",
        "line_total", "amount", "counts", "product",
    }
)  # fmt: skip
_LINES = "products"
# What of the surroundings is told on in words of its own.
SURROUNDINGS = frozenset({"channel", "locale", "timezone", "campaign", "consents"})
# Of these only that they were told: an event came from a page, or from an app.
PLACES = frozenset({"page", "app", "device"})

_text = msgspec.json.Decoder(DefinitionText).decode


def thin(event: Event, asked: Collection[str]) -> Event:
    """Give what is carried of an event; asked: properties that segments look at.

    Those of a line ("products.colour") are, where no products are listed, the event's
    own: it is about one product.
    """
    told, context = event.properties, event.context
    wanted = GOODS.union(asked)
    if first_name(told, "product_id", "sku"):
        wanted |= PRODUCT.union(_of_lines(asked))
    kept: dict[str, Any] = {
        name: value for name, value in context.items() if name in SURROUNDINGS
    }
    kept |= {name: {} for name in PLACES.intersection(context)}
    if "consents" in context and "traits" in context:
        # An address that a consent may be meant for.
        kept["traits"] = context["traits"]
    return replace(
        event,
        told_at=None,
        operator=None,
        breaches=(),
        properties={name: value for name, value in told.items() if name in wanted},
        context=kept,
    )


def asked_for(truth: Truth) -> frozenset[str]:
    """Give the properties that segments ask for, or ever asked for, at their tops.

    Of one of a line its first two words: products.colour.

    Those of former versions, too: what they found is in state, and a rebuild finds it
    in what is carried.
    """
    return frozenset(_top(name) for one in _versions(truth) for name in _names(one))


def _top(name: str) -> str:
    """Give the first word of a path, or of one to a line's property the first two.

    >>> _top("shipping.method"), _top("products.colour.name")
    ('shipping', 'products.colour')
    """
    words = name.split(".")
    return ".".join(words[: 2 if words[0] == _LINES else 1])


def _of_lines(asked: Collection[str]) -> set[str]:
    paths = (name.split(".") for name in asked)
    return {words[1] for words in paths if words[0] == _LINES and len(words) > 1}


def _versions(truth: Truth) -> Iterator[bytes]:
    for definition in truth.definitions(SEGMENT):
        for version in range(1, definition.version + 1):
            called = definition_id(SEGMENT, definition.name, version)
            at = truth.find(DEFINITION_SOURCE, called)
            record = None if at is None else truth.get(at)
            if record is not None and record.body is not None:
                yield bytes(_text(record.body).body)


def _names(body: bytes) -> Iterator[str]:
    segment = decode(body)
    return iter(()) if segment is None else properties_in(segment.condition)

"""Puts a text into every field by which an event can bring one to a screen.

They are those of the vocabulary's schemas, of the wire, of the kinds and of the traits
that have a name; only a context has no schema, and a test holds it to what is read.
"""

import re
from pathlib import Path
from typing import Any, get_args

import habitue
from habitue.collect.vocabulary.schema import schemas
from habitue.collect.wire import TRAIT_NAMES, WIRE_NAMES, Wire
from habitue.console.traits import FIELDS
from habitue.model.event import EventType
from habitue.model.kind import DEFAULT_KINDS
from tests.acceptance.shop import identify, track

Item = dict[str, Any]

SCHEMAS = schemas()
# All but the account, which says whose card it is.
KINDS = tuple(kind.name for kind in DEFAULT_KINDS if kind.name != "user_id")
TRAITS = (*FIELDS, *TRAIT_NAMES)
# As Segment's clients write it: the names of what holds a text by itself, and of what
# has parts.
TEXTS = (
    *("ip", "locale", "timezone", "userAgent", "channel", "purpose", "groupId"),
    *("marked", "historical", "sharedDevice", "reset", "token", "updated_at"),
)
PARTS = {
    "app": ("name", "version", "build", "namespace"),
    "campaign": ("name", "source", "medium", "term", "content", "id", "campaign"),
    "device": ("id", "type", "name", "model", "manufacturer", "version"),
    "library": ("name", "version"),
    "location": ("city", "country", "region"),
    "network": ("carrier", "bluetooth"),
    "os": ("name", "version"),
    "page": ("path", "title", "url", "referrer", "search", "keywords"),
    "referrer": ("id", "type", "name", "url", "link"),
    "screen": ("width", "density"),
    "traits": TRAITS,
}
# Lists of such, and whoever acted in a customer's place.
LISTS = {
    "consents": ("purpose", "channel", "text", "text_version", "granted"),
    "externalIds": ("id", "type", "encoding"),
}
ACTED = "impersonated"
# How the product reads a context; benchmarks and other vendors' items aside.
_READ = re.compile(r'context\.get\("(\w+)"|context\["(\w+)"\]|"(\w+)" in context')
_APART = ("bench", "dialects")


def read_of_contexts() -> set[str]:
    """Name the fields of a context that the product looks at."""
    root = Path(habitue.__file__).parent
    found = set()
    for path in root.rglob("*.py"):
        if not set(_APART) & set(path.relative_to(root).parts):
            found |= {"".join(one) for one in _READ.findall(path.read_text())}
    return found


def context_of(text: str) -> Item:
    """Give a context that holds a text in each of its fields."""
    told: Item = dict.fromkeys(TEXTS, text)
    told |= {name: dict.fromkeys(parts, text) for name, parts in PARTS.items()}
    told |= {name: [dict.fromkeys(parts, text)] for name, parts in LISTS.items()}
    # Of the collection that is read where none is named.
    told["externalIds"] += [{"id": text, "type": kind} for kind in KINDS]
    return told


def known_event(schema: Item, text: str, **who: Any) -> Item:
    """Give an event of the vocabulary with a text in all that its schema names."""
    told = schema["properties"]["properties"]
    return track(schema["title"], filled_in(told, text), **who)


def filled_in(schema: Item, text: str) -> Any:
    """Put a text wherever a schema has room for one.

    >>> filled_in({"type": "array", "items": {"properties": {"sku": {}}}}, "x")
    [{'sku': 'x'}]
    """
    if "properties" in schema:
        return {name: filled_in(of, text) for name, of in schema["properties"].items()}
    if "array" in schema.get("type", ()):
        return [filled_in(schema.get("items", {}), text)]
    return text


def wired(text: str, **who: Any) -> list[Item]:
    """Give an item of each type with a text in all fields, and some to be refused."""
    fields = {WIRE_NAMES.get(name, name): text for name in Wire.__struct_fields__}
    objects = {
        "properties": {text[:40]: text, "name": text, "title": text, "url": text},
        "traits": {**dict.fromkeys(TRAITS, text), text[:40]: text},
        "context": context_of(text),
        "identifiers": dict.fromkeys((*KINDS, text[:40]), text),
    }
    acted = {ACTED: {"operator": text, "identifiers": dict.fromkeys(KINDS, text)}}
    del fields["message_id"]
    taken = [
        {**fields, **objects, "type": kind, "messageId": f"{kind}{text}"[:200], **who}
        for kind in get_args(EventType)
    ]
    kinds = dict.fromkeys(KINDS, text)
    return [
        *taken,
        identify(dict.fromkeys(TRAITS, text), context=acted, identifiers=kinds),
        track(text, userId=text, anonymousId=text),
        {**fields, "messageId": f"all{text}"[:200]},
        # What is no object where one has to be.
        *(
            {**taken[0], "messageId": f"{part}{text}"[:200], part: text}
            for part in objects
        ),
    ]

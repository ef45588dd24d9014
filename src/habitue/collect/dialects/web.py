"""What several families' items share: read leniently, and seen through a browser."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import msgspec

from habitue.collect.dialect import Call, Quarantined, quarantine
from habitue.collect.limits import Limits
from habitue.collect.reason import shown
from habitue.collect.sniff import fields_of
from habitue.collect.survey import clean, fault, may_hold_long_numbers
from habitue.collect.wire import NOT_STRICT, decode_loosely

Fields = dict[str, Any]

_DEPTH_MAX = Limits().depth_max
_UTM = {"utm_campaign": "name"} | {
    f"utm_{name}": name for name in ("source", "medium", "term", "content", "id")
}
_URL_CHARS_MAX = 4_096
_decode = msgspec.json.Decoder().decode


def read_object(raw: bytes) -> Fields | Quarantined:
    """Read an item, strictly first and then as well as it goes; or say what it is.

    >>> read_object(b'{"a": 1}'), read_object(b'{"a": NaN}').reason
    ({'a': 1}, 'number_out_of_range')
    """
    try:
        value = _loosely(raw) if may_hold_long_numbers(raw) else _decode(raw)
    except NOT_STRICT:
        value = _loosely(raw)
    if isinstance(value, (dict, Quarantined)):
        return value
    return quarantine("not_an_object", shown=shown(value))


def _loosely(raw: bytes) -> Any:
    try:
        value = decode_loosely(raw)
    except UnicodeDecodeError:
        return quarantine("not_utf8")
    except RecursionError:
        return quarantine("too_deep", limit=_DEPTH_MAX)
    except ValueError:
        return quarantine("not_json")
    found = fault(value, _DEPTH_MAX)
    # Cleaned here, for no strict writer takes half of a letter.
    return quarantine(found, limit=_DEPTH_MAX) if found else clean(value)


def as_batch(name: str) -> Callable[[Call, bytes], bytes]:
    """Make what calls the list of a body 'batch', as it is called at our own door.

    What reads a batch spares the others where one of its items is broken.
    """
    told = f'"{name}"'.encode()

    def unwrap(_call: Call, body: bytes) -> bytes:
        return body.replace(told, b'"batch"', 1)

    return unwrap


def present(fields: Fields) -> Fields:
    """Leave out what is not told.

    >>> present({"a": None, "b": "", "c": 0, "d": {}})
    {'c': 0}
    """
    return {
        name: value
        for name, value in fields.items()
        if value is not None and value not in ("", {}, [])
    }


def objects(told: object) -> list[Fields]:
    """Give the objects of a list, and nothing of anything else."""
    if not isinstance(told, list):
        return []
    return [one for one in told if isinstance(one, dict)]


def fields_in(told: object) -> Fields:
    """Give an object as it is, and an empty one for anything else."""
    return told if isinstance(told, dict) else {}


def campaign_of(url: object) -> Fields:
    """Give the campaign that an address names.

    >>> campaign_of("https://shop.example/?utm_source=mail&utm_campaign=may")
    {'source': 'mail', 'name': 'may'}
    """
    if not isinstance(url, str) or "utm_" not in url or len(url) > _URL_CHARS_MAX:
        return {}
    try:
        query = urlsplit(url).query
    except ValueError:
        return {}
    told = fields_of(query.encode("utf-8", "replace"))
    return present({_UTM[name]: told[name] for name in told if name in _UTM})


def by_browser(call: Call) -> bool:
    """Say whether a browser sent it: only browsers tell these."""
    return b"origin" in call.headers or b"sec-fetch-site" in call.headers


def agent_of(call: Call) -> str | None:
    """Name the visitor's browser; a server that sends for visitors has none."""
    told = call.headers.get(b"user-agent")
    return told.decode("latin-1") if told and by_browser(call) else None

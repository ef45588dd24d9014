"""An event of Snowplow's tracker protocol becomes an item in our own shape."""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from habitue.collect.dialect import Quarantined, Told, quarantine
from habitue.collect.dialects.snowplow_schemas import Described, tell
from habitue.collect.dialects.web import (
    Fields,
    campaign_of,
    fields_in,
    objects,
    present,
    read_object,
)
from habitue.collect.sniff import from_base64

_NAME = "snowplow"
_SCHEMA = re.compile(r"iglu:([^/]+)/([^/]+)/[^/]+/\d+-\d+-\d+")
_CHANNELS = {"web": "web", "mob": "app", "app": "app"}
_SIZE = re.compile(r"(\d{1,5})x(\d{1,5})")
_OFFSETS = {"pp_mix": "min_x", "pp_max": "max_x", "pp_miy": "min_y", "pp_may": "max_y"}
_STRUCTURED = {
    "se_ca": "category", "se_ac": "action", "se_la": "label",
    "se_pr": "property", "se_va": "value",
}  # fmt: skip
_ORDER = {
    "tr_id": "order_id", "tr_af": "affiliation", "tr_tt": "total", "tr_tx": "tax",
    "tr_sh": "shipping", "tr_cu": "currency", "tr_ci": "city", "tr_st": "state",
    "tr_co": "country",
}  # fmt: skip
_LINE = {
    "ti_id": "order_id", "ti_sk": "sku", "ti_nm": "name", "ti_ca": "category",
    "ti_pr": "price", "ti_qu": "quantity", "ti_cu": "currency",
}  # fmt: skip
# Told as text, as everything is; money stays so, for it is read exactly.
_NUMBERS = frozenset({*_OFFSETS, "se_va", "ti_qu"})
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?")
_encode = msgspec.json.Encoder().encode


class _Hit(NamedTuple):
    """An event, what it describes itself as, and entities by their schema's name."""

    fields: Fields
    described: Fields
    entities: dict[str, list[Fields]]

    def first(self, name: str) -> Fields:
        """Give the first entity of a name, or nothing."""
        return next(iter(self.entities.get(name, ())), {})


def translate(raw: bytes, told: Told) -> bytes | Quarantined:
    """Make an item of an event in the fields of the tracker protocol."""
    fields = read_object(raw)
    if isinstance(fields, Quarantined):
        return fields
    make = _MAKERS.get(str(fields.get("e")))
    if make is None:
        return quarantine("untranslatable", dialect=_NAME)
    described = fields_in(_attached(fields, "ue_pr", "ue_px").get("data"))
    hit = _Hit(fields, described, _entities(fields))
    item = {
        "messageId": fields.get("eid"),
        **_when(fields),
        **_who(hit, told),
        **make(hit),
        "context": _context(hit, told),
    }
    return _encode(present(item))


def _when(fields: Fields) -> Fields:
    true = fields.get("ttm")
    if true is not None:
        return {"timestamp": true}
    made, sent = fields.get("dtm"), fields.get("stm")
    # Some trackers cut the time of sending to the second, before that of the event.
    if _is_later(made, sent):
        sent = made
    return {"timestamp": made, "sentAt": sent}


def _is_later(made: object, sent: object) -> bool:
    return (
        isinstance(made, str)
        and isinstance(sent, str)
        and (len(made), made) > (len(sent), sent)
    )


def _who(hit: _Hit, told: Told) -> Fields:
    fields = hit.fields
    device = fields.get("duid") or hit.first("client_session").get("userId")
    network = told.get("nuid") or fields.get("tnuid")
    devices = [one for one in (device, network) if one]
    who = {"userId": fields.get("uid"), "anonymousId": devices[0] if devices else None}
    if len(devices) > 1:
        who["identifiers"] = {"anonymous_id": devices}
    return who


# -- what happened --------------------------------------------------------------------


def _viewed(hit: _Hit) -> Fields:
    page = _page(hit.fields)
    return {"type": "page", "name": hit.fields.get("page"), "properties": page}


def _pinged(hit: _Hit) -> Fields:
    said = {**_page(hit.fields), **_named(hit.fields, _OFFSETS)}
    return {"type": "track", "event": "Page Pinged", "properties": said}


def _structured(hit: _Hit) -> Fields:
    said = _named(hit.fields, _STRUCTURED)
    return {"type": "track", "event": said.get("action"), "properties": said}


def _ordered(hit: _Hit) -> Fields:
    said = _named(hit.fields, _ORDER)
    return {"type": "track", "event": "Order Completed", "properties": said}


def _order_line(hit: _Hit) -> Fields:
    # Told beside its order, each on its own: it must not take the place of the order.
    said = _named(hit.fields, _LINE)
    return {"type": "track", "event": "Transaction Item", "properties": said}


def _described(hit: _Hit) -> Fields:
    vendor, name = _schema_of(hit.described)
    data = hit.described.get("data")
    said = data if isinstance(data, dict) else present({"data": data})
    return tell(Described(vendor, name, said, hit.entities))


_MAKERS: dict[str, Callable[[_Hit], Fields]] = {
    "pv": _viewed,
    "pp": _pinged,
    "se": _structured,
    "ue": _described,
    "tr": _ordered,
    "ti": _order_line,
}


# -- what is around it ----------------------------------------------------------------


def _context(hit: _Hit, told: Told) -> Fields:
    fields, session = hit.fields, hit.first("client_session")
    found = present(
        {
            "userAgent": fields.get("ua") or told.get("ua"),
            "locale": fields.get("lang"),
            "timezone": fields.get("tz"),
            "channel": _CHANNELS.get(str(fields.get("p"))),
            "sessionId": fields.get("sid") or session.get("sessionId"),
            "page": present({**_page(fields), "id": hit.first("web_page").get("id")}),
            "campaign": campaign_of(fields.get("url")),
            "library": present({"name": _NAME, "version": fields.get("tv")}),
            "app": present({"id": fields.get("aid")}),
            "screen": _screen(fields.get("res")),
            "entities": _others(hit),
            "schema": hit.described.get("schema"),
        }
    )
    ip = fields.get("ip")
    return found if ip is None else {**found, "ip": ip}


def _others(hit: _Hit) -> Fields:
    """Give what is attached, but for what has a place of its own."""
    return {
        name: found
        for name, found in hit.entities.items()
        if name not in {"web_page", "client_session"}
    }


def _page(fields: Fields) -> Fields:
    return present(
        {
            "url": fields.get("url"),
            "title": fields.get("page"),
            "referrer": fields.get("refr"),
        }
    )


def _screen(told: object) -> Fields:
    found = _SIZE.fullmatch(told) if isinstance(told, str) else None
    return {"width": int(found[1]), "height": int(found[2])} if found else {}


def _entities(fields: Fields) -> dict[str, list[Fields]]:
    found: dict[str, list[Fields]] = {}
    for one in objects(_attached(fields, "co", "cx").get("data")):
        data = one.get("data")
        if isinstance(data, dict):
            found.setdefault(_schema_of(one)[1], []).append(data)
    return found


def _attached(fields: Fields, plain: str, packed: str) -> Fields:
    """Read the JSON in a field, plain or in base64; raises if it is none."""
    told: Any = fields.get(plain)
    if told is None and isinstance(fields.get(packed), str):
        told = from_base64(fields[packed].encode())
        if told is None:
            raise ValueError(packed)
    if told is None:
        return {}
    value = told if isinstance(told, dict) else msgspec.json.decode(told)
    return fields_in(value)


def _schema_of(described: Fields) -> tuple[str, str]:
    """Give vendor and name of a schema: iglu:com.acme/store_visit/jsonschema/1-0-0."""
    found = _SCHEMA.fullmatch(str(described.get("schema")))
    if found is None:
        raise ValueError("no schema")
    return found[1], found[2]


def _named(fields: Fields, names: dict[str, str]) -> Fields:
    return {
        name: _number(fields[told]) if told in _NUMBERS else fields[told]
        for told, name in names.items()
        if fields.get(told) is not None
    }


def _number(told: Any) -> Any:
    """Read a number told as text; anything else stays as it is.

    >>> _number("2"), _number("2.5"), _number("two")
    (2, 2.5, 'two')
    """
    found = _NUMBER.fullmatch(told) if isinstance(told, str) else None
    if found is None:
        return told
    return float(told) if found[1] else int(told)

"""What the audit says of each route that is written down: a sentence, with its values.

A value stands in the route's path, or in what was sent: in its query (?name), or in its
body (@name), if that is one that the route takes. What is not there is told as '?': the
entry is written before anything is looked at, of what is refused, too.
"""

import re
from collections.abc import Callable, Mapping, Sized
from typing import Any, NamedTuple

import msgspec
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler
from msgspec import UNSET, Struct, structs

from habitue.access.deeds import Deed, Object, deed

UNKNOWN = "?"
VALUE_MAX = 100
_TYPE = re.compile(r":\w+\}")


class Telling(NamedTuple):
    """A sentence, where each of its values stands, and of which bodies it is said."""

    deed: Deed
    places: Mapping[str, str]
    when: Callable[[object], bool] | None = None

    @property
    def asks_the_body(self) -> bool:
        return self.when is not None or any(
            one[0] == "@" for one in self.places.values()
        )


def _by(
    sentence: Deed, when: Callable[[object], bool] | None = None, /, **places: str
) -> Telling:
    return Telling(sentence, places, when)


def _sets(body: object) -> dict[str, object]:
    """Give what a body that changes something sets."""
    told = structs.asdict(body) if isinstance(body, Struct) else {}
    return {name: value for name, value in told.items() if value is not UNSET}


_SOMEBODY = (_by(Deed.PERSON, person="@person_id"), _by(Deed.SOMEBODY))
# Of several the first that has all its values, else the last.
TOLD: Mapping[str, tuple[Telling, ...]] = {
    "POST /people/merge": (_by(Deed.JOINED, person="@left", other="@right"),),
    "POST /people/{person_id}/unmerge": (_by(Deed.PARTED, person="person_id"),),
    "POST /commands/{command}/undo": (_by(Deed.COMMAND_UNDONE, command="command"),),
    "POST /duplicates/find": (_by(Deed.DUPLICATES_SOUGHT),),
    "POST /duplicates/judge": (
        _by(Deed.DUPLICATE, left="@left", right="@right", verdict="@verdict"),
    ),
    "POST /sources": (_by(Deed.SOURCE_ADDED, source="@name"),),
    "PATCH /sources/{name}": (_by(Deed.SOURCE_CHANGED, source="name"),),
    "POST /sources/{name}/keys": (_by(Deed.KEY_MADE, source="name"),),
    "POST /sources/{name}/keys/{key_id}/revoke": (
        _by(Deed.KEY_REVOKED, source="name", key="key_id"),
    ),
    "POST /sources/{name}/signing-secrets": (_by(Deed.SIGNING_MADE, source="name"),),
    "PUT /sources/{name}/plan": (_by(Deed.PLAN_KEPT, source="name", count="@events"),),
    "DELETE /sources/{name}/plan": (_by(Deed.PLAN_REMOVED, source="name"),),
    "POST /sources/{name}/oauth-clients": (_by(Deed.CLIENT_ADDED, source="name"),),
    "POST /sources/{name}/oauth-clients/{client_id}/revoke": (
        _by(Deed.CLIENT_REVOKED, source="name", client="client_id"),
    ),
    "PUT /sources/{name}/mappings/{mapping}": (
        _by(Deed.MAPPING_KEPT, source="name", mapping="mapping"),
    ),
    "DELETE /sources/{name}/mappings/{mapping}": (
        _by(Deed.MAPPING_DROPPED, source="name", mapping="mapping"),
    ),
    "PUT /sources/{name}/webhook": (
        _by(Deed.DELIVERIES, source="name", provider="@provider"),
        _by(Deed.DELIVERIES_CHANGED, source="name"),
    ),
    "GET /sources/{name}/webhook/samples": (_by(Deed.DELIVERIES_READ, source="name"),),
    "POST /sources/{name}/webhook/secrets": (
        _by(Deed.DELIVERIES_SIGNED, source="name"),
    ),
    "PUT /watches/{name}": (_by(Deed.FOLDER_WATCHED, name="name"),),
    "DELETE /watches/{name}": (_by(Deed.FOLDER_LEFT, name="name"),),
    "POST /catalog/products": (_by(Deed.PRODUCTS_FED, source="?source"),),
    "POST /catalog/prices": (_by(Deed.PRICES_FED, source="?source"),),
    "POST /catalog/stock": (_by(Deed.STOCK_FED, source="?source"),),
    "POST /catalog/stores": (_by(Deed.STORES_FED, source="?source"),),
    "POST /imports": (_by(Deed.FILE_TAKEN_IN, source="@source"),),
    "POST /imports/{import_id}/end": (_by(Deed.IMPORT_ENDED, run="import_id"),),
    "POST /imports/{import_id}/undo": (_by(Deed.IMPORT_UNDONE, run="import_id"),),
    "POST /imports/{import_id}/redo": (_by(Deed.IMPORT_REDONE, run="import_id"),),
    "POST /quarantine/{quarantine_id}/replay": (
        _by(Deed.ITEM, number="quarantine_id"),
    ),
    "POST /operators": (_by(Deed.MEMBER_ADDED, name="@name", role="@role"),),
    "PATCH /operators/{name}": (
        _by(
            Deed.MEMBER_ROLE,
            lambda told: _sets(told).keys() == {"role"},
            name="name",
            role="@role",
        ),
        _by(
            Deed.MEMBER_OUT, lambda told: _sets(told) == {"disabled": True}, name="name"
        ),
        _by(
            Deed.MEMBER_IN, lambda told: _sets(told) == {"disabled": False}, name="name"
        ),
        _by(Deed.MEMBER_CHANGED, name="name"),
    ),
    "POST /operators/{name}/reset": (_by(Deed.MEMBER_RESET, name="name"),),
    "PUT /kinds/{name}": (_by(Deed.KIND_DEFINED, kind="name"),),
    "PATCH /identity-policy": (_by(Deed.POLICY_CHANGED),),
    # Whom it names may be erased one day: the list says it, the audit does not.
    "PUT /staff": (_by(Deed.STAFF_ADDED),),
    "DELETE /staff": (_by(Deed.STAFF_REMOVED),),
    "PATCH /shop": (
        _by(Deed.SHOP_RECKONS, zone="@time_zone", currency="@currency"),
        _by(Deed.SHOP_CURRENCY, currency="@currency"),
        _by(Deed.SHOP_ZONE, zone="@time_zone"),
    ),
    "PUT /channels": (_by(Deed.RULES_SET, count="@rules"),),
    "PUT /channels/costs": (_by(Deed.COSTS, count="@costs"),),
    "PUT /insights/geo/tests/{name}": (_by(Deed.REGION_TEST, name="name"),),
    "POST /insights/geo/tests/{name}/end": (_by(Deed.REGION_TEST_ENDED, name="name"),),
    "PUT /scores/rules": (_by(Deed.SCORE_RULES),),
    "POST /scores/cuts": (_by(Deed.SCORE_CUTS),),
    "POST /segments": (_by(Deed.SEGMENT_DEFINED, segment="@id"),),
    "POST /insights/kpis/segments": (_by(Deed.SEGMENT_DEFINED, segment="@id"),),
    "PUT /segments/{segment_id}": (_by(Deed.SEGMENT_DEFINED, segment="segment_id"),),
    "DELETE /segments/{segment_id}": (_by(Deed.SEGMENT_ENDED, segment="segment_id"),),
    "PUT /segments/{segment_id}/subscriptions/{name}": (
        _by(Deed.LISTENS, segment="segment_id", name="name"),
    ),
    "DELETE /segments/{segment_id}/subscriptions/{name}": (
        _by(Deed.LISTENS_NO_MORE, segment="segment_id", name="name"),
    ),
    "POST /baits": (
        _by(Deed.BAIT_MARKED, person="@person_id"),
        _by(Deed.BAIT_INVENTED),
    ),
    "DELETE /baits/{bait}": (_by(Deed.BAIT_REMOVED, person="bait"),),
    "GET /export/{what}": (_by(Deed.ALL_TAKEN_OUT, what="what"),),
    "GET /reconciliation/documents": (_by(Deed.DOCUMENTS_TAKEN_OUT),),
    "POST /privacy/erase": _SOMEBODY,
    "POST /privacy/export": _SOMEBODY,
    "POST /privacy/suppressions/{erasure_id}/lift": (
        _by(Deed.SUPPRESSION_LIFTED, erasure="erasure_id"),
    ),
    "POST /privacy/requests/{request_id}/answer": (
        _by(Deed.REQUEST_ANSWERED, request="request_id"),
    ),
    "PUT /privacy/retention/{name}": (
        _by(Deed.TEXT_EXPIRES, name="name", days="@days"),
    ),
    "DELETE /privacy/retention/{name}": (_by(Deed.TEXT_KEPT, name="name"),),
    "POST /privacy/retention/run": (_by(Deed.EXPIRED),),
    "POST /privacy/scrub": (_by(Deed.SCRUBBED),),
}


def told_of(method: str, route: BaseRouteHandler) -> tuple[Telling, ...]:
    """Give what can be said of a route by one of its methods; nothing of another's."""
    path = _TYPE.sub("}", min(route.paths)).removeprefix("/api/v1")
    return TOLD.get(f"{method} {path}", ())


async def deed_of(
    connection: ASGIConnection[Any, Any, Any, Any], route: BaseRouteHandler
) -> Object:
    """Say what is about to be done, as the audit tells it."""
    tellings = told_of(str(connection.scope.get("method", "GET")), route)
    body = None
    if any(one.asks_the_body for one in tellings):
        body = await _body(connection, route)
    for one in tellings:
        if one.when is not None and not one.when(body):
            continue
        values = {
            name: _value(place, connection, body) for name, place in one.places.items()
        }
        if None not in values.values() or one is tellings[-1]:
            return deed(one.deed, **{k: v or UNKNOWN for k, v in values.items()})
    raise KeyError(f"{connection.scope['path']} has no sentence in the audit")


async def _body(
    connection: ASGIConnection[Any, Any, Any, Any], route: BaseRouteHandler
) -> object:
    """Give a body that the route takes; of another nothing is told, but '?'."""
    field = route.parsed_data_field if isinstance(route, HTTPRouteHandler) else None
    if field is None or not isinstance(connection, Request):
        return None
    try:
        return msgspec.json.decode(await connection.body(), type=field.annotation)
    except (msgspec.ValidationError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def _value(
    place: str, connection: ASGIConnection[Any, Any, Any, Any], body: object
) -> str | None:
    held: object
    if place[0] == "@":
        held = getattr(body, place[1:], None)
    elif place[0] == "?":
        held = connection.query_params.get(place[1:])
    else:
        held = connection.path_params.get(place)
    return _shown(held)


def _shown(held: object) -> str | None:
    """Show a value: a text cut, of a list how many it has, and nothing of no value.

    >>> _shown("pos"), _shown(7), _shown(["a", "b"]), _shown(None)
    ('pos', '7', '2', None)
    """
    match held:
        case str():
            return held[:VALUE_MAX]
        case int():
            return str(held)
        case Sized():
            return str(len(held))
    return None

"""An event of PostHog's clients becomes an item in our own shape."""

from typing import Any

import msgspec

from habitue.collect.dialect import Quarantined, Told, quarantine
from habitue.collect.dialects.web import (
    Fields,
    campaign_of,
    fields_in,
    present,
    read_object,
)
from habitue.collect.reason import shown

_TYPES = {
    "$pageview": "page",
    "$screen": "screen",
    "$identify": "identify",
    "$set": "identify",
    "$groupidentify": "group",
    "$create_alias": "alias",
    "$merge_dangerously": "alias",
}
# Stands for everybody without cookies, so for nobody.
_NOBODY = "$posthog_cookieless"
_NO_REFERRER = "$direct"
# Where else a property is kept, and what says nothing of the visit.
_MOVED = frozenset({
    "token", "distinct_id", "$device_id", "$user_id", "$anon_distinct_id",
    "$set", "$set_once", "$insert_id", "$time", "$ip", "$geoip_disable",
    "$raw_user_agent", "$browser_language", "$timezone", "$session_id", "$window_id",
    "$lib", "$lib_version", "$current_url", "$pathname", "$referrer",
    "$process_person_profile", "$is_identified",
    "$group_type", "$group_key", "$group_set", "$os", "$os_version",
    "$screen_width", "$screen_height", "$screen_name", "$config_defaults",
    "$initialization_time", "$configured_session_timeout_ms",
    "$lib_rate_limit_remaining_tokens", "$recording_status", "$lib_custom_api_host",
})  # fmt: skip
_NOISE = ("$sdk_debug", "$session_entry_")
_encode = msgspec.json.Encoder().encode


def translate(raw: bytes, told: Told) -> bytes | Quarantined:
    """Make an item of an event, as a client for a browser, an app or a server sends."""
    hit = read_object(raw)
    if isinstance(hit, Quarantined):
        return hit
    said = hit.get("properties")
    if said is not None and not isinstance(said, dict):
        return quarantine("field_not_an_object", field="properties", shown=shown(said))
    hit["properties"] = said = {**_options(hit), **(said or {})}
    name = "$set" if told.get("kind") == "person" else hit.get("event")
    kind = _TYPES.get(name, "track") if isinstance(name, str) else "track"
    common = {
        "type": kind,
        "messageId": hit.get("uuid") or said.get("$insert_id"),
        "timestamp": hit.get("timestamp") or said.get("$time"),
        "context": _context(said, told, kind),
    }
    return _encode(present({**common, **_of_type(kind, name, hit)}))


def _options(hit: Fields) -> Fields:
    """Give what newer clients tell beside the properties under its older name."""
    options = fields_in(hit.get("options"))
    return present(
        {
            "$process_person_profile": options.get("process_person_profile"),
            "$session_id": hit.get("session_id"),
        }
    )


def _of_type(kind: str, name: Any, hit: Fields) -> Fields:
    said = hit["properties"]
    distinct = _distinct(hit)
    match kind:
        case "alias":
            return {"userId": said.get("alias"), "previousId": distinct}
        case "group":
            # A server makes a name up where it is told none: that is nobody's.
            who = {} if said.get("$is_server") else _who(distinct, said, name)
            return {
                **who,
                "groupId": said.get("$group_key"),
                "traits": said.get("$group_set"),
                "properties": present({"group_type": said.get("$group_type")}),
            }
        case "page" | "screen":
            called = said.get("title" if kind == "page" else "$screen_name")
            who = {**_who(distinct, said, name), "name": called}
        case _:
            who = _who(distinct, said, name)
            if kind == "track":
                who["event"] = name
    return {**who, "traits": _traits(hit), "properties": _properties(hit, kind)}


def _distinct(hit: Fields) -> Any:
    told = (hit.get("distinct_id"), hit.get("$distinct_id"))
    found = next((one for one in told if one is not None), None)
    return hit["properties"].get("distinct_id") if found is None else found


def _who(distinct: Any, said: Fields, name: Any) -> Fields:
    """Say whom a distinct_id names: a person who was identified, or a device."""
    device, before = said.get("$device_id"), said.get("$anon_distinct_id")
    if distinct == _NOBODY:
        return {}
    if name != "$identify" and _is_anonymous(distinct, device, said):
        return {"anonymousId": distinct}
    devices = [one for one in dict.fromkeys((before, device)) if one]
    devices = [one for one in devices if one != distinct]
    who: Fields = {"userId": distinct}
    if devices:
        who["anonymousId"] = devices[0]
    if len(devices) > 1:
        who["identifiers"] = {"anonymous_id": devices}
    return who


def _is_anonymous(distinct: Any, device: Any, said: Fields) -> bool:
    # After a reset the client calls its visitor by a new name, though the device is
    # the same: what comes then is not the former visitor's.
    return (
        distinct == device
        or said.get("$process_person_profile") is False
        or said.get("$is_identified") is False
    )


def _traits(hit: Fields) -> Fields:
    return {**fields_in(hit.get("$set")), **fields_in(hit["properties"].get("$set"))}


def _properties(hit: Fields, kind: str) -> Fields:
    said = hit["properties"]
    kept = {
        name: value
        for name, value in said.items()
        if value is not None and name not in _MOVED and not name.startswith(_NOISE)
    }
    once = {**fields_in(hit.get("$set_once")), **fields_in(said.get("$set_once"))}
    named = _page(said) if kind == "page" else {}
    # No trait here holds the first value it was told, so these stay with the event.
    return {**named, **kept, **present({"set_once": present(once)})}


def _page(said: Fields) -> Fields:
    referrer = said.get("$referrer")
    return present(
        {
            "url": said.get("$current_url"),
            "path": said.get("$pathname"),
            "title": said.get("title"),
            "referrer": None if referrer == _NO_REFERRER else referrer,
        }
    )


def _context(said: Fields, told: Told, kind: str) -> Fields:
    ip = said.get("$ip")
    if ip is None and said.get("$geoip_disable") is True and told.get("userAgent"):
        ip = ""
    found = present(
        {
            "userAgent": said.get("$raw_user_agent") or told.get("userAgent"),
            "locale": said.get("$browser_language"),
            "timezone": said.get("$timezone"),
            "sessionId": said.get("$session_id"),
            "page": None if kind == "screen" else _page(said),
            # Of the address, for the client repeats a campaign it once saw.
            "campaign": campaign_of(said.get("$current_url")),
            "library": _pair(said, "$lib", "$lib_version"),
            "os": _pair(said, "$os", "$os_version"),
            "screen": present(
                {
                    "width": said.get("$screen_width"),
                    "height": said.get("$screen_height"),
                }
            ),
            "historical": told.get("historical"),
        }
    )
    ip = told.get("ip", ip)
    return found if ip is None else {**found, "ip": ip}


def _pair(said: Fields, name: str, version: str) -> Fields:
    return present({"name": said.get(name), "version": said.get(version)})

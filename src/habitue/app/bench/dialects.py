"""Each dialect beside the JSON door: the same visits, told as its clients tell them."""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import msgspec

from habitue.app.bench import load, wire
from habitue.app.bench.figure import Figure, Say, more
from habitue.app.bench.ground import Ground
from habitue.app.bench.servers import Product
from habitue.app.bench.sessions import WEB, Shop, in_batches
from habitue.app.bench.stages import SEED
from habitue.base.clock import Clock

Item = dict[str, Any]

_CONNECTIONS = 8
_SCHEMA = "iglu:com.example/{}/jsonschema/1-0-0"
_UE = "iglu:com.snowplowanalytics.snowplow/unstruct_event/jsonschema/1-0-0"
_encode = msgspec.json.Encoder().encode


class Spoken(NamedTuple):
    """A dialect: how many items a request of it holds, and how one is written."""

    name: str
    items: int
    write: Callable[[list[Item], str], bytes]


def measure(ground: Ground, clock: Clock, say: Say, *, items: int) -> list[Figure]:
    """Measure how many events of each dialect are acknowledged and applied."""
    shop = Shop(SEED, customers=max(100, items // 30), now_us=clock.now_us())
    of_web = (told.raw for told in shop.stream(items * 2) if told.source == WEB)
    told = [msgspec.json.decode(raw) for raw in islice(of_web, items)]
    figures: list[Figure] = []
    floor: float | None = None
    for spoken in SPOKEN:
        say(f"dialects: {spoken.name}")
        figures.append(_measure(ground, spoken, told, floor))
        floor = floor or figures[0].value
    return figures


def _measure(
    ground: Ground, spoken: Spoken, told: list[Item], floor: float | None
) -> Figure:
    with Product(ground.fresh()) as server:
        key = server.keys()[WEB]
        prepared = wire.write(
            ground.folder / "dialect.req", _requests(spoken, told, key)
        )
        plan = load.Plan(
            port=server.port, path=str(prepared.path), connections=_CONNECTIONS
        )
        cpu_s = server.cpu_s()
        report = load.send(prepared, plan)
        applied_s = server.settle() - report.began
        cpu_us = (server.cpu_s() - cpu_s) / report.items * 1e6
    return more(
        f"{ground.backend}: {spoken.name}, batches of {spoken.items}",
        report.items / applied_s,
        "events/s",
        floor=floor,
        note=f"{report.items:,} events, {cpu_us:.0f} us of CPU an event,"
        f" {report.waits} answers 429; the floor is our own door",
    )


def _requests(
    spoken: Spoken, told: Iterable[Item], key: str
) -> Iterator[tuple[bytes, int]]:
    for batch in in_batches(told, spoken.items):
        yield spoken.write(batch, key), len(batch)


# -- how each is written --------------------------------------------------------------


def _own(items: list[Item], key: str) -> bytes:
    return wire.post(wire.EVENTS, key, _encode({"batch": items}))


def _segment(items: list[Item], key: str) -> bytes:
    return wire.post("/v1/batch", key, _encode({"batch": items}))


def _rudderstack(items: list[Item], key: str) -> bytes:
    batch = [_rudderstack_message(one) for one in items]
    return wire.post("/v1/batch", key, _encode({"batch": batch}))


def _rudderstack_message(item: Item) -> Item:
    # A person's traits stand in the context, whatever the type.
    plain = {name: item[name] for name in item.keys() - {"timestamp", "traits"}}
    return {
        **plain,
        "channel": "web",
        "userId": item.get("userId", ""),
        "originalTimestamp": item["timestamp"],
        "integrations": {"All": True},
        "context": {
            **item["context"],
            "traits": item.get("traits", {}),
            "sessionId": 1,
            "library": {"name": "RudderLabs JavaScript SDK", "version": "3.34.1"},
        },
    }


def _posthog(items: list[Item], key: str) -> bytes:
    batch = [_posthog_event(one) for one in items]
    return _bare("/batch/", {"api_key": key, "batch": batch})


def _posthog_event(item: Item) -> Item:
    context = item["context"]
    page = context["page"]
    return {
        "event": item.get("event", "$pageview"),
        "uuid": item["messageId"],
        "distinct_id": item.get("userId", item["anonymousId"]),
        "timestamp": item["timestamp"],
        "properties": {
            **item.get("properties", {}),
            "$device_id": item["anonymousId"],
            "$is_identified": "userId" in item,
            "$current_url": page["url"],
            "$pathname": page["path"],
            "$referrer": page["referrer"],
            "$browser_language": context["locale"],
            "$raw_user_agent": context["userAgent"],
            "$lib": "web",
            "$lib_version": "1.449.2",
        },
    }


def _snowplow(items: list[Item], key: str) -> bytes:
    data = [_snowplow_event(one, key) for one in items]
    body = {"schema": _SCHEMA.format("payload_data"), "data": data}
    return _bare("/com.snowplowanalytics.snowplow/tp2", body)


def _snowplow_event(item: Item, key: str) -> Item:
    context = item["context"]
    what = {"e": "pv", "page": item.get("name")}
    if item["type"] == "track":
        name = item["event"].replace(" ", "_").lower()
        inner = {"schema": _SCHEMA.format(name), "data": item["properties"]}
        packed = urlsafe_b64encode(_encode({"schema": _UE, "data": inner}))
        what = {"e": "ue", "ue_px": packed.decode()}
    return {
        **what,
        "eid": item["messageId"],
        "aid": key,
        "p": "web",
        "tv": "js-4.10.1",
        "ttm": item["timestamp"],
        "duid": item["anonymousId"],
        "uid": item.get("userId"),
        "url": context["page"]["url"],
        "refr": context["page"]["referrer"],
        "lang": context["locale"],
        "ua": context["userAgent"],
    }


def _ga4(items: list[Item], key: str) -> bytes:
    # All events of a request are one visitor's: that of the first.
    events = [
        {
            "name": item.get("event", "page_view").replace(" ", "_").lower(),
            "params": {
                **item.get("properties", {}),
                "page_location": item["context"]["page"]["url"],
                "session_id": 1,
            },
        }
        for item in items
    ]
    body = {"client_id": items[0]["anonymousId"], "events": events}
    return _bare(f"/mp/collect?measurement_id=G-1&api_secret={key}", body)


def _cloudevents(items: list[Item], key: str) -> bytes:
    batch = [
        {
            "specversion": "1.0",
            "id": item["messageId"],
            "source": "/bench",
            "type": item.get("event", "Page Viewed"),
            "time": item["timestamp"],
            "data": {
                **item.get("properties", {}),
                "anonymousId": item["anonymousId"],
                "userId": item.get("userId"),
            },
        }
        for item in items
    ]
    return wire.post("/events", key, _encode(batch))


def _bare(path: str, value: Any) -> bytes:
    """Write a POST whose key stands in its body or its address."""
    body = _encode(value)
    return (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


# The door that the others are held to comes first.
SPOKEN = (
    Spoken("our own JSON door", 100, _own),
    Spoken("Segment", 100, _segment),
    Spoken("RudderStack", 100, _rudderstack),
    Spoken("PostHog", 100, _posthog),
    Spoken("Snowplow", 100, _snowplow),
    Spoken("Google Analytics 4", 25, _ga4),
    Spoken("CloudEvents", 100, _cloudevents),
)

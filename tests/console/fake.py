"""A console over fixed data: what its tests look at."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from habitue.access.operators import Operators
from habitue.access.scope import Sees, Sight
from habitue.access.searches import Searches
from habitue.base.clock import Clock
from habitue.base.errors import ConflictError, NotFoundError
from habitue.console.port import Ports
from habitue.log.port import Definition
from habitue.model.operator import Scope
from habitue.model.plan import TrackingPlan
from habitue.segment.texts import Texts

View = dict[str, Any]
Views = list[View]
Names = dict[str, list[str]]


BOUGHT: View = {"type": "did", "event": "$purchase"}
LAST_US = 1_794_842_400_000_000
COMPUTED: View = {
    "identified": True,
    "purchases": 8,
    "revenue": {"GBP": {"gross": 219_226, "returns": 495, "net": 218_731}},
    "revenue_by_channel": {"web": {"GBP": {"gross": 1, "returns": 0, "net": 1}}},
    "first_purchase_us": LAST_US - 300 * 86_400_000_000,
    "last_purchase_us": LAST_US,
    "average_basket": {"GBP": 27_403},
    "returned_share": {"GBP": 23},
    "days_between_orders": 4129,
    "favourite_store": "Old Market",
    "channels": {"web": {"events": 1204, "first_us": 1, "last_us": LAST_US}},
    "stores": [{"store": "Old Market", "purchases": 5}],
    "claimed_purchases": 0,
    "products": [
        {
            "product": "22697",
            "name": "Green Regency teacup and saucer",
            "currency": "GBP",
            "times": 3,
            "amount": 4_425,
        }
    ],
}
UNITS = {
    "revenue_by_channel": "minor units",
    "first_purchase_us": "us since 1970",
    "returned_share": "hundredths of a percent",
    "days_between_orders": "hundredths of a day",
    "channels": "count and us since 1970",
    "stores": "count",
}


def event(offset: int, name: str = "Product Viewed", **told: Any) -> View:
    base: View = {
        "offset": offset,
        "at": f"2026-11-20T13:{offset % 60:02}:09Z",
        "name": name,
        "source": "shop",
        "simulated": False,
        "historical": False,
        "summary": "Regency cake stand",
        "identifiers": ["email:anna@example.com"],
        "person_id": 33,
        "person": "Anna Nowak",
    }
    return base | told


def person(**told: Any) -> View:
    base: View = {
        "person_id": 33,
        "shared": False,
        "known": True,
        "identifiers": [
            _identifier("customer_id", "13862", since="2026-01-12T09:00:00Z"),
            _identifier("email", "anna@example.com", since="2026-01-12T09:00:00Z"),
            _identifier("phone", "+447700900123"),
            _identifier("anonymous_id", "7f3c-91", verified=False, held_by=["c", 1]),
        ],
        "joined": [
            {
                "left": "customer_id:13862",
                "right": "email:anna@example.com",
                "grade": "verified",
                "evidence": _evidence("Order Completed", "erp"),
            }
        ],
        "joined_total": 3,
        "refused": [
            {
                "left": "email:piotr@example.com",
                "right": "customer_id:13862",
                "reason": "claim",
                "evidence": _evidence("Signed In", "shop"),
            }
        ],
        "traits": {
            "name": _trait("Anna Nowak", "erp"),
            "city": _trait("Kraków", "erp"),
            "favourite_colour": _trait("green", "shop", verified=False),
        },
        "computed": COMPUTED,
        "units": UNITS,
        "consents": [
            _consent("granted", "newsletter", "email"),
            _consent("withdrawn", "offers", "sms"),
            _consent("pending", "offers", "push"),
        ],
        "orders": [
            _order("536401", "128.40 GBP", status="completed"),
            _order("412-000871", "24.95 GBP", simulated=True, conflict=True),
            _order("412-000899", "4.95 GBP", kind="return"),
        ],
        "freshness": [
            {"source": "erp", "at": "2026-11-19T22:00:00Z", "simulated": False},
            {"source": "till", "at": "2026-11-20T13:40:00Z", "simulated": True},
        ],
        "warnings": ["The identifier guest was not used: it names nobody."],
    }
    return base | told


def _evidence(event: str, source: str) -> View:
    at = "2026-01-12T09:00:00Z"
    return {"source": source, "message_id": "m-1", "event": event, "at": at}


def _identifier(kind: str, value: str, **told: Any) -> View:
    base = {"since": None, "until": None, "verified": True, "held_by": None}
    return {"kind": kind, "value": value, **base, **told}


def _trait(value: str, source: str, *, verified: bool = True) -> View:
    rule = "verified" if verified else "only"
    at = "2026-11-19T22:00:00Z"
    return {
        "value": value,
        "source": source,
        "at": at,
        "verified": verified,
        "rule": rule,
    }


def _consent(state: str, purpose: str, channel: str) -> View:
    contact = "email:anna@example.com" if channel == "email" else None
    entry = {"contact": contact, "at_us": LAST_US, "source": "shop"}
    reason = "The latest word for this address."
    told = {"state": state, "purpose": purpose, "channel": channel}
    return {**told, "reason": reason, "entry": entry}


def _order(name: str, amount: str, **told: Any) -> View:
    base = {
        "name": name,
        "kind": "order",
        "at": "2026-11-16T15:20:00Z",
        "channel": "store",
        "store": "Old Market",
        "amount": amount,
        "status": "issued",
    }
    return base | told


class FixedReading:
    """Reads what it was given."""

    def __init__(
        self, events: list[View], people: list[View], found: list[View] | None = None
    ) -> None:
        self.events = events
        self.people = {view["person_id"]: view for view in people}
        self.found = found or []

    def applied(self) -> int:
        return max((e["offset"] for e in self.events), default=0)

    def recent(
        self, limit: int, after: int = 0, before: int | None = None, source: str = ""
    ) -> list[View]:
        newer = [
            e
            for e in self.events
            if after < e["offset"] < (before or 2**62) and source in {"", e["source"]}
        ]
        return sorted(newer, key=lambda e: -e["offset"])[:limit]

    @contextmanager
    def follow(self, person_id: int) -> Iterator[Callable[[], int]]:
        yield lambda: max(
            (e["offset"] for e in self.events if e["person_id"] == person_id), default=0
        )

    def search(self, text: str, sees: Sees | None = None) -> list[View]:
        return self.found

    def person(self, person_id: int, at_us: int | None = None) -> View | None:
        return self.people.get(person_id)

    def evidence(
        self, person_id: int, cursor: str | None
    ) -> tuple[View, str | None] | None:
        view = self.person(person_id)
        if view is None:
            return None
        told = {name: view[name] for name in ("person_id", "joined", "joined_total")}
        return {**told, "joined_before": 0}, "1:2"

    def refusals(
        self, person_id: int, cursor: str | None
    ) -> tuple[View, str | None] | None:
        view = self.person(person_id)
        if view is None:
            return None
        return {"person_id": view["person_id"], "refused": view["refused"]}, "1:2"

    def timeline(
        self, person_id: int, cursor: str | None
    ) -> tuple[list[View], str | None]:
        hers = [e for e in self.recent(1000) if e["person_id"] == person_id]
        return hers, None

    def overview(self) -> View:
        return {
            "people": len(self.people),
            "strangers": 1_234,
            "outcomes": {
                "received": 541_912,
                "stored": 541_909,
                "duplicate": 2,
                "quarantined": 1,
                "refused": 0,
            },
            "sources": [source("history", 541_000), source("till-old-market", 909)],
        }

    def sales_since(self) -> int | None:
        return 0

    def sales(self, day: int) -> list[View]:
        return [
            {
                "kind": "receipt",
                "currency": "GBP",
                "channel": "store",
                "known_buyer": True,
                "simulated": False,
                "objects": 12,
                "amount_minor": 123_456,
            }
        ]


def source(name: str, stored: int = 0, **told: Any) -> View:
    outcomes = {"stored": stored, "duplicate": 0, "quarantined": 0, "refused": 0}
    base: View = {
        "name": name,
        "kind": "server",
        "mode": None,
        "simulated": name.startswith("till"),
        "outcomes": {"received": stored, **outcomes},
        "reasons": {},
        "per_minute": 1.2,
        "last_hour": 7,
        "last_at": "2026-11-20T13:00:00Z" if stored else None,
        "silent_after_s": 86_400,
        "keys": [
            {
                "key_id": "a1b2c3d4e5",
                "made_at": "2026-11-01T00:00:00Z",
                "holds": True,
                "scopes": (),
            }
        ],
    }
    return base | told


class Noted:
    """What was written down, and what was asked to be done."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str, str, str]] = []

    async def write(
        self, who: Any, action: str, what: str = "", reason: str = ""
    ) -> None:
        self.entries.append((who.name, str(action), what, reason))

    def page(self, cursor: str | None, limit: int) -> tuple[list[View], str | None]:
        told = [
            {
                "at": "2026-11-20T13:00:00Z",
                "operator": who,
                "role": "administrator",
                "action": action,
                "object": what,
                "reason": reason,
            }
            for who, action, what, reason in reversed(self.entries)
        ]
        return told, None

    def verify(self) -> View:
        return {"records": 10, "entries": len(self.entries), "intact": True}


class FixedReveals:
    """Notes reveals where all is noted."""

    def __init__(self, noted: Noted) -> None:
        self._noted = noted

    async def note(self, who: Any, person_id: int, reason: str) -> None:
        await self._noted.write(who, "people:reveal", f"person {person_id}", reason)


class FixedSources:
    """Sources as they were given."""

    def __init__(self, told: Sequence[View]) -> None:
        self.told = list(told)

    def list(self) -> list[View]:
        return self.told

    async def add(self, wanted: View) -> View:
        self.told.append(source(wanted["name"], kind=wanted["kind"]))
        return {"source": wanted["name"], "key": "sk_shown-once"}

    async def issue(self, name: str, *, bulk: bool, scopes: Sequence[str]) -> View:
        return {"source": name, "key": "sk_shown-once"}


class FixedQuarantine:
    """What needs fixing, as it was given."""

    def __init__(self, items: Sequence[View]) -> None:
        self.items = list(items)

    def page(self, after: int, limit: int) -> tuple[list[View], int | None]:
        return self.items, None

    def item(self, quarantine_id: int) -> View | None:
        found = (i for i in self.items if i["quarantine_id"] == quarantine_id)
        return next(found, None)


class FixedNotes:
    """Notes, kept as they were told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, str, str]] = []

    async def add(self, person_id: int, text: str, operator: str) -> View:
        self.told.append((person_id, text, operator))
        return {"person_id": person_id, "offset": 77}


CLAUSE: View = {
    "clause": "at least one purchase",
    "holds": True,
    "found": "8 times",
    "offsets": [12],
}


class Exported(NamedTuple):
    """A file, and how many people stand in it."""

    body: bytes
    people: int


class FixedSegments:
    """Segments, as they were given; the gallery has one template."""

    def __init__(self, segments: Sequence[View] = ()) -> None:
        self.segments = {one["id"]: one for one in segments}
        self.listening: list[str] = []

    def list(self) -> Views:
        return [*self.segments.values()]

    def get(self, segment_id: str) -> View:
        return self.segments[segment_id]

    def templates(self) -> Views:
        return [
            {
                "id": "buyers",
                "name": "Buyers",
                "description": "Who bought.",
                "tags": [],
                "words": "People with at least one purchase.",
                "condition": BOUGHT,
            }
        ]

    async def of_person(self, person_id: int, texts: Texts) -> View:
        told = {"since": "2026-11-01T10:00:00Z", "because": [CLAUSE]}
        found = [{**one, **told} for one in self.segments.values()]
        return {"person_id": person_id, "segments": found}

    async def why(self, person_id: int, segment_id: str, texts: Texts) -> View:
        name = self.segments[segment_id]["name"]
        told = {"segment": segment_id, "name": name, "in": False}
        return {**told, "because": [{**CLAUSE, "holds": False}]}

    async def figures(self, segment_id: str, purpose: str, days: int) -> View:
        unknown = ("offset", "members", "purchases", "buyers", "money", "channels")
        return {
            "known": False,
            **dict.fromkeys(unknown),
            "trend": {"known": False, "days": None},
        }

    def size(self, segment_id: str) -> int | None:
        return self.segments[segment_id].get("size")

    async def page(
        self, segment_id: str, after: int, limit: int, *, named: bool
    ) -> tuple[Views, int | None]:
        return [{"person_id": 33, "name": "Anna" if named else None}], None

    async def put(self, segment_id: str, told: View) -> View:
        self.segments[segment_id] = segment(segment_id, **told)
        return self.segments[segment_id]

    async def add(self, segment_id: str, told: View) -> View:
        if segment_id in self.segments:
            raise ConflictError(f"There is a segment '{segment_id}'.")
        return await self.put(segment_id, told)

    async def delete(self, segment_id: str) -> View:
        return self.segments.pop(segment_id)

    async def count(self, told: Any, sample: int, *, named: bool) -> View:
        first = {"person_id": 33, "name": "Anna" if named else None}
        return {
            "known": True,
            "count": 1_234,
            "people": 5_678,
            "offset": 90,
            "as_of": "2026-11-20T13:00:00Z",
            "by": "copy",
            "sample": [first][:sample],
        }

    async def overlap(self, segment_ids: Sequence[str]) -> View:
        parts = [{"in": [], "count": 5}, {"in": list(segment_ids), "count": 7}]
        return {"offset": 90, "as_of": "2026-11-20T13:00:00Z", "parts": parts}

    async def export(
        self, who: Any, segment_id: str, form: str, *, named: bool
    ) -> Exported:
        return Exported(b"person_id,name\r\n33,\r\n", 1)

    async def left(self, who: Any) -> int:
        return 4_321

    def used(self, segment_id: str) -> Views:
        return [{"id": "best", "name": "The best"}]

    def listeners(self, segment_id: str) -> Views:
        told = {"entered": True, "left": False, "marked": False}
        return [{"name": name, **told} for name in self.listening]

    async def listen(self, segment_id: str, name: str, told: View) -> View:
        self.listening.append(name)
        return {"name": name, **told}

    async def unlisten(self, segment_id: str, name: str) -> View:
        self.listening.remove(name)
        return {"name": name}

    async def known(self, wait_s: float) -> Names:
        return {
            **{name: [] for name in KNOWN_NAMES},
            "events": ["Tea Poured", '"><script>own()</script>'],
            "properties": ["plan"],
        }


KNOWN_NAMES = (
    *("events", "properties", "traits", "computed", "sources", "channels", "stores"),
    *("regions", "categories", "brands", "currencies", "purposes", "consent_channels"),
)


def segment(segment_id: str, **told: Any) -> View:
    base = {
        "id": segment_id,
        "name": "VIP",
        "description": "Our best.",
        "words": "People with at least ten purchases.",
        "tags": ["value"],
        "condition": BOUGHT,
        "version": 2,
        "defined_at": "2026-11-20T13:00:00Z",
        "size": 7,
    }
    return base | told


class FixedViews:
    """Views as they were given; whoever looks for something finds the same people."""

    def __init__(self, reading: Any, held: Sequence[View] = ()) -> None:
        self._reading = reading
        self.held = {one["id"]: one for one in held}

    def list(self, who: Any) -> Views:
        return [*self.held.values()]

    def get(self, who: Any, view_id: str) -> View:
        if view_id not in self.held:
            raise NotFoundError(f"There is no view '{view_id}'.")
        return self.held[view_id]

    async def add(self, who: Any, wanted: View) -> View:
        view_id = f"v{len(self.held) + 1}"
        self.held[view_id] = saved_view(view_id, owner=who.name, **wanted)
        return self.held[view_id]

    async def change(self, who: Any, view_id: str, wanted: View) -> View:
        self.held[view_id] = {**self.held[view_id], **wanted}
        return self.held[view_id]

    async def remove(self, who: Any, view_id: str) -> View:
        return self.held.pop(view_id)

    async def find(self, who: Any, text: str, segment: str) -> Views:
        found: Views = self._reading.search(text)
        return found


def saved_view(view_id: str, **told: Any) -> View:
    base = {"id": view_id, "name": "Novaks", "owner": "anna", "own": True}
    return {**base, "shared": False, "text": "novak", "segment": None, **told}


class FixedChannels:
    """One rule, and a report of one line."""

    def __init__(self) -> None:
        self.held: Views = [{"channel": "email", "medium": ("email",)}]

    def rules(self) -> View:
        return {"own": False, "rules": self.held}

    async def set_rules(self, told: Views) -> View:
        self.held = told
        return self.rules()

    def try_url(self, url: str, referrer: str) -> View:
        return {"channel": "email", "rule": 1}

    async def set_costs(self, told: Views) -> View:
        return {"rows": len(told), "changed": len(told)}

    async def report(self, since: str, until: str) -> View:
        money = {"currency": "GBP", "revenue": "9.00", "cost": "3.00", "roi": "2.0000"}
        line = {"channel": "email", "visits": 2, "people": 1, "orders": 1}
        rows = [{**line, "money": [money]}]
        days = [{"day": since, **one} for one in rows]
        return {"time_zone": "Europe/London", "days": days, "channels": rows}


class FixedMapping:
    """A till's deliveries: one sample, one kind, a mapping as it was given."""

    def __init__(self, mapping: str = "") -> None:
        self.mapping = mapping
        self.put_with: list[View] = []

    async def providers(self) -> Views:
        return [{"provider": "signed", "title": "Any system", "key": "ours"}]

    def show(self, name: str) -> View | None:
        if name != "till":
            return None
        told = {"source": name, "path": f"/hooks/{name}", "url": None}
        return {
            **told,
            "provider": "signed",
            "currency": "GBP",
            "mapping": self.mapping,
        }

    def samples(self, name: str) -> Views:
        at = "2026-11-20T13:00:00Z"
        return [{"at": at, "body": '{"caller": "600"}', "headers": {"x-event": "up"}}]

    def kinds(self) -> list[str]:
        return ["phone"]

    async def try_sample(self, name: str, mapping: str, sample: View) -> View:
        return {"topic": "", "events": [], "warnings": []}

    async def put(self, name: str, wanted: View) -> View:
        self.put_with.append(wanted)
        return {"path": f"/hooks/{name}", "url": None, "secret": "made-here"}


class FixedPlans:
    """A till without a plan, until one is put in force."""

    def __init__(self) -> None:
        self.plan: TrackingPlan | None = None

    def held(self, source: str) -> TrackingPlan | None:
        return self.plan

    async def put(self, source: str, plan: TrackingPlan) -> View:
        self.plan = plan
        return {}

    async def remove(self, source: str) -> View:
        self.plan = None
        return {}

    def try_event(self, plan: TrackingPlan, told: View) -> View:
        lacks = told["event"] in plan.events and not told["properties"]
        breaches = ["order_id: is required"] if lacks else []
        return {"outcome": "quarantined" if lacks else "stored", "breaches": breaches}


class FixedSeen:
    """One event, whose total is told in two ways, and once not at all."""

    async def seen(self, source: str) -> View:
        at = "2026-11-20T13:00:00Z"
        total = {"name": "total", "types": {"number": 17, "string": 2}, "events": 19}
        order = {"name": "order_id", "types": {"string": 20}, "events": 20}
        broken = {"property": "total", "marked": 2, "quarantined": 3}
        event = {
            "event": "Order Completed",
            "events": 1_234,
            "looked_at": 20,
            "last_at": at,
            "properties": [{**one, "last_at": at} for one in (order, total)],
            "breaches": [broken, {**broken, "property": ""}],
        }
        return {"source": source, "offset": 9, "events": [event], "more": False}


class FixedTeam:
    """Team members, as they were given."""

    def __init__(self, members: Sequence[View] = ()) -> None:
        self.members = list(members)

    def list(self) -> list[View]:
        return self.members


class FixedInstallation:
    """Settings and health, as they are."""

    def settings(self) -> list[View]:
        return [
            {
                "name": "server.port",
                "value": "8460",
                "origin": "default",
                "text": "The port.",
            }
        ]

    def shop(self) -> View:
        return {
            "time_zone": "Europe/Warsaw",
            "currency": "PLN",
            "version": 2,
            "days_in": "UTC",
        }

    async def change_shop(self, wanted: View) -> View:
        return {**self.shop(), **wanted}

    async def health(self) -> list[View]:
        return [{"what": "lag", "value": 0, "grade": "good"}]


class MemoryDefinitions:
    """Definitions, in memory."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], Definition] = {}

    async def define(self, kind: str, name: str, body: bytes) -> Definition:
        old = self.held.get((kind, name))
        version = 1 if old is None else old.version + 1
        made = Definition(kind=kind, name=name, version=version, offset=1, body=body)
        self.held[kind, name] = made
        return made

    def definitions(self, kind: str) -> list[Definition]:
        return [one for (of, _), one in self.held.items() if of == kind]


class MemorySecrets:
    """Secrets, in memory."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def get(self, name: str) -> bytes | None:
        return self.held.get(name)

    def put(self, name: str, secret: bytes) -> None:
        self.held[name] = secret

    def names(self) -> list[str]:
        return sorted(self.held)


class FixedKpis:
    """Says of any days that one store sold something, under a name of an attacker's."""

    async def report(
        self, first: str, last: str, segment: str, **told: str
    ) -> dict[str, Any]:
        store = {
            "store": "<img src=x onerror=alert(1)>",
            "purchases": 3,
            "unknown": 1,
            "buyers": 2,
            "cells": {"buyers": {"what": "buyers"}},
        }
        step = {"people": 2, "cell": {"what": "step"}}
        return {"all": store, "stores": [store], "steps": {"all": [step]}}


class Everywhere:
    """Lets everybody come to every store."""

    def comes_to(self, person_id: int, scope: Scope) -> bool:
        return True


class FixedToday:
    """A day of seven visitors, and of receipts of which nothing is known."""

    async def figures(self, day: str) -> View:
        figure = {"count": 7, "usual": 12, "weeks": 4, "simulated": False}
        nothing = {"count": None, "usual": None, "weeks": 0, "simulated": False}
        cell = {"what": "visitors", "since": day, "until": day}
        visitors = {**figure, "cell": cell}
        return {"day": day, "offset": 9, "visitors": visitors, "receipts": nothing}

    async def sold(self, day: str, sort: str, cursor: str, limit: int) -> View:
        row = {
            "object": "r/412-000871",
            "kind": "receipt",
            "at": "2026-11-20T13:00:00Z",
            "source": "till",
            "channel": "pos",
            "store": "Old Market",
            "currency": "GBP",
            "amount_minor": 2_495,
            "returned_minor": 0,
            "simulated": False,
            "person_id": 33,
        }
        back = {**row, "object": "t/7", "kind": "return", "person_id": None}
        return {"day": day, "offset": 9, "sold": [row, back], "next_cursor": None}


def ports(reading: Any, clock: Clock, **told: Any) -> Ports:
    """Fill the console's ports with fixed things; what is told stands in for them."""
    noted = Noted()
    team = Operators(MemoryDefinitions(), MemorySecrets(), clock)
    base = {
        "reading": reading,
        "judging": None,
        "notes": FixedNotes(),
        "sources": FixedSources(reading.overview().get("sources", [])),
        "quarantine": FixedQuarantine([]),
        "segments": FixedSegments([segment("vip")]),
        "views": FixedViews(reading),
        "channels": FixedChannels(),
        "mapping": FixedMapping(),
        "plans": FixedPlans(),
        "seen": FixedSeen(),
        "insights": None,
        "duplicates": None,
        "imports": None,
        "wizard": None,
        "kpis": FixedKpis(),
        "today": FixedToday(),
        "digests": None,
        "geo": None,
        "scores": None,
        "privacy": None,
        "requests": None,
        "retention": None,
        "scrubbing": None,
        "operators": FixedTeam(),
        "team": team,
        "sight": Sight(team, Everywhere()),
        "audit": noted,
        "searches": Searches(clock, noted, 0),
        "reveals": FixedReveals(noted),
        "audit_log": noted,
        "installation": FixedInstallation(),
    }
    return Ports(**(base | told))

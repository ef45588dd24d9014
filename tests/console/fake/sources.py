"""Sources and what becomes of their items."""

from collections.abc import Sequence
from typing import Any

from habitue.model.plan import TrackingPlan

View = dict[str, Any]
Views = list[View]


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

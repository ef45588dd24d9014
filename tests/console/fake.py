"""A page over fixed data: what the page's tests and its screenshots look at."""

from typing import Any

View = dict[str, Any]


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
                "sentence": "customer_id:13862 with email:anna@example.com: 'Order"
                " Completed' of erp at 2026-01-12T09:00:00Z names both; this was told"
                " by the shop's own systems."
            }
        ],
        "joined_total": 3,
        "refused": [
            {
                "sentence": "email:piotr@example.com from customer_id:13862: 'Signed"
                " In' of shop names both, but a browser's word alone never joins two"
                " people that the shop knows."
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


def _identifier(kind: str, value: str, **told: Any) -> View:
    base = {"since": None, "until": None, "verified": True, "held_by": None}
    return {"kind": kind, "value": value, **base, **told}


def _trait(value: str, source: str, *, verified: bool = True) -> View:
    rule = "verified before claimed" if verified else "only a browser said so"
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

    def recent(self, limit: int, after: int = 0) -> list[View]:
        newer = [e for e in self.events if e["offset"] > after]
        return sorted(newer, key=lambda e: -e["offset"])[:limit]

    def search(self, text: str) -> list[View]:
        return self.found

    def person(self, person_id: int) -> View | None:
        return self.people.get(person_id)

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
            "sources": [
                {"name": "history", "stored": 541_000, "at": "2026-11-20T13:00:00Z"},
                {
                    "name": "till-old-market",
                    "stored": 909,
                    "at": "2026-11-20T13:58:00Z",
                    "simulated": True,
                },
            ],
        }

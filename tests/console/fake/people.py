"""What a person and an event look like, as the core tells them."""

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

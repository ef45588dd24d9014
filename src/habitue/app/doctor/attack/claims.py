"""What a page's key may be made to say of somebody whom the shop knows."""

from typing import Any, NamedTuple

Item = dict[str, Any]
LATER = "2199-01-01T00:00:00Z"


class Victim(NamedTuple):
    """Whom an attack is about, another customer, who is none, and its device."""

    user_id: str
    other: str
    stranger: str
    device: str
    email: str
    phone: str
    order_id: str


class Known(NamedTuple):
    """What no browser may change: who somebody is, and what is known for sure."""

    person_id: int
    traits: dict[str, Any]
    orders: list[Any]
    consents: dict[tuple[str, str], str]
    other_id: int

    @classmethod
    def of(cls, person: dict[str, Any], other_id: int) -> "Known":
        """Read it of a person as the API gives them; other_id: who the other one is."""
        return cls(
            person["person_id"],
            {
                name: (one["value"], one.get("undeliverable"))
                for name, one in person["traits"].items()
                if one["verified"]
            },
            [
                (one["name"], one["amount"], one["status"], one["conflict"])
                for one in person["orders"]
                if not one["claimed"]
            ],
            {
                (one["purpose"], one["channel"]): one["state"]
                for one in person["consents"]
            },
            other_id,
        )


def changed(before: Known, after: Known) -> str:
    """Say what a claim changed that it may not; empty if nothing."""
    kept = {key: after.consents.get(key) for key in before.consents}
    granted = {key for key, state in after.consents.items() if state == "granted"}
    faults = {
        "who they are": before.person_id != after.person_id,
        "a verified trait": before.traits != after.traits,
        "an order": before.orders != after.orders,
        "a consent": kept != before.consents,
        "a consent that nobody gave": not granted <= before.consents.keys(),
        "who another customer is": before.other_id != after.other_id,
        "two customers into one": after.other_id == after.person_id,
    }
    found = [name for name, holds in faults.items() if holds]
    return f"A page's key changed {', '.join(found)}." if found else ""


def identify(traits: dict[str, Any] | None = None, **item: Any) -> Item:
    return {"type": "identify", "traits": traits or {}, **item}


def track(name: str, properties: dict[str, Any] | None = None, **item: Any) -> Item:
    return {"type": "track", "event": name, "properties": properties or {}, **item}


def claims(of: Victim) -> dict[str, Item]:
    """Give every claim about a victim, by what it tries."""
    return {**_traits(of), **_joins(of), **_consents(of), **_orders(of)}


def _traits(of: Victim) -> dict[str, Item]:
    evil = {"name": "Evil", "email": "evil@x.example"}
    return {
        "overwrites e-mail and phone": identify(
            {**evil, "phone": "+442079460999"},
            userId=of.user_id,
            anonymousId=of.device,
        ),
        "tells the traits anew from the future": identify(
            evil, userId=of.user_id, timestamp=LATER
        ),
        "says it is verified": identify(
            {"name": "Evil"}, userId=of.user_id, verified=True, writer="server"
        ),
        "says it is an operator": identify(
            {"name": "Evil"},
            userId=of.user_id,
            context={"impersonated": {"operator": "root"}, "operator": "root"},
        ),
        "floods with traits": identify(
            {f"aa{n}": n for n in range(199)}, userId=of.user_id
        ),
    }


def _joins(of: Victim) -> dict[str, Item]:
    return {
        "joins two known people": identify(
            identifiers={"user_id": [of.user_id, of.other]}, anonymousId=of.device
        ),
        "joins them by an address": identify(
            identifiers={"user_id": of.other, "email": of.email}
        ),
        "joins them by alias": {
            "type": "alias",
            "userId": of.other,
            "previousId": of.user_id,
        },
        "joins them by alias the other way": {
            "type": "alias",
            "userId": of.user_id,
            "previousId": of.other,
        },
    }


def _consents(of: Victim) -> dict[str, Item]:
    return {
        "grants consent": track(
            "Consent Granted",
            {"purpose": "sms-ads", "channel": "sms", "contact": of.phone},
            userId=of.user_id,
        ),
        "takes back consent for the e-mail": track(
            "Unsubscribed",
            {"channel": "email", "contact": of.email},
            userId=of.user_id,
            identifiers={"email": of.email},
        ),
        "marks mail as spam": track(
            "Email Marked as Spam", {"email": of.email}, userId=of.user_id
        ),
        "takes back consent in the context": track(
            "Viewed",
            userId=of.user_id,
            context={"consents": [{"granted": False, "channel": "email"}]},
        ),
        "bounces the address": track(
            "Email Bounced", {"email": of.email, "type": "hard"}, userId=of.user_id
        ),
    }


def _orders(of: Victim) -> dict[str, Item]:
    order = {"order_id": of.order_id}
    returned = {"return_id": f"{of.order_id}-r", "total": "50", "currency": "GBP"}
    return {
        "cancels the order": track("Order Cancelled", order, userId=of.user_id),
        "changes the order's total": track(
            "Order Completed",
            {**order, "total": "99999", "currency": "GBP"},
            userId=of.user_id,
            timestamp=LATER,
        ),
        "refunds the order": track("Order Refunded", order, userId=of.user_id),
        "returns the order": track(
            "Return Received", {**order, **returned}, userId=of.user_id
        ),
    }

"""A profile as the API and the page show it."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from habitue.base.clock import to_iso
from habitue.base.money import to_text
from habitue.model.consent import ConsentEntry
from habitue.model.order import Purchase
from habitue.model.profile import Profile
from habitue.model.trait import Told, Trait

View = dict[str, Any]

# A view tells a few moments many times.
iso = lru_cache(maxsize=10_000)(to_iso)


def profile_view(profile: Profile) -> View:
    """Give traits with provenance, computed traits, consents, purchases, freshness."""
    return {
        "as_of": to_iso(profile.as_of_us),
        "name": name_of(profile),
        "traits": {name: _trait(trait) for name, trait in profile.traits.items()},
        "computed": {name: one.value for name, one in profile.computed.items()},
        "units": {name: one.unit for name, one in profile.computed.items()},
        "consents": [msgspec.to_builtins(one) for one in profile.consents],
        "ledger": [_entry(entry) for entry in profile.ledger],
        "freshness": [
            {
                "source": one.source,
                "at": iso(one.last_at_us),
                "received_at": iso(one.last_received_us),
                "events": one.events,
                "simulated": one.simulated,
            }
            for one in profile.freshness
        ],
        "orders": [purchase_view(one) for one in profile.purchases],
        "warnings": [f"{one.code}: {one.detail}" for one in profile.warnings],
    }


def name_of(profile: Profile) -> str | None:
    """Give the name a person goes by; None if nobody told one."""
    return called(profile.traits)


def called(traits: Mapping[str, Trait]) -> str | None:
    """Give the name that traits tell; None if they tell none."""
    whole = _text(traits.get("name"))
    if whole:
        return whole
    parts = [
        _text(traits.get(first)) or _text(traits.get(other))
        for first, other in (("first_name", "firstName"), ("last_name", "lastName"))
    ]
    return " ".join(part for part in parts if part) or None


def purchase_view(one: Purchase) -> View:
    """Give an order, receipt or return; money as text with its currency."""
    return {
        "key": one.key.replace("\x1f", "/"),
        "name": one.key.split("\x1f")[-1],
        "kind": one.kind.value,
        "at": iso(one.at_us),
        "channel": one.channel,
        "store": one.store,
        "amount": f"{to_text(one.amount_minor, one.currency)} {one.currency}",
        "amount_minor": one.amount_minor,
        "currency": one.currency,
        "status": one.status,
        "counted": one.counted,
        "because": one.because,
        "claimed": one.claimed,
        "conflict": one.conflict,
        "over_returned": one.over_returned,
        "simulated": one.simulated,
        "of": one.of.replace("\x1f", "/"),
        "lines": [msgspec.to_builtins(line) for line in one.lines],
    }


def _text(trait: Trait | None) -> str:
    value = None if trait is None else trait.told.value
    return value.strip() if isinstance(value, str) else ""


def _trait(trait: Trait) -> View:
    view = {**_told(trait.told), "rule": trait.rule}
    if trait.others:
        view["others"] = [_told(told) for told in trait.others]
    if trait.undeliverable:
        view["undeliverable"] = True
    return view


def _told(told: Told) -> View:
    return {
        "value": told.value,
        "source": told.source,
        "at": iso(told.at_us),
        "verified": told.verified,
        "message_id": told.message_id,
        "offset": told.offset,
    }


def _entry(entry: ConsentEntry) -> View:
    view: View = msgspec.to_builtins(entry)
    view["at"] = iso(view.pop("at_us"))
    return view

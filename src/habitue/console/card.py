"""From a person's view to what the card shows; what is missing is not shown."""

from itertools import groupby
from typing import Any

from habitue.base.clock import to_iso
from habitue.console import computed
from habitue.console.port import View
from habitue.console.text import (
    ago,
    clock_time,
    day,
    flat,
    moment,
    short_date,
    visible,
    words,
)

# What a view's name may be made of, where it brings none of its own.
NAMELESS = "Known, but not by name"
NAME_TRAITS = ("name", "full_name", "first_name", "last_name")
# The rules of survivorship, as the profile names them, in words.
RULE_WORDS = {
    "only": "nobody told another",
    "verified": "verified before claimed",
    "priority": "by the rank of its source",
    "recency": "the latest",
    "tie": "told at one time with another",
}
# Who did what no customer did, in words.
MARKS = {
    "bot": "robot, not counted",
    "scanner": "mail scanner, not counted",
    "staff": "staff, not counted",
}
CONSENT_TONES = {"granted": "good", "withdrawn": "bad", "pending": "wait"}


class Look:
    """How one page is written: for which shop, in which time zone, at what time.

    address is where the page was asked for, as in https://customers.shop.example.
    """

    def __init__(
        self, shop: str, zone: str, theme: str, now_us: int, *, address: str = ""
    ) -> None:
        self.shop = shop
        self.zone = zone
        self.theme = theme
        self.now_us = now_us
        self.address = address


def card(view: View, events: list[View], look: Look) -> dict[str, Any]:
    """Make what the card shows of a person's view and a page of the timeline."""
    name = name_of(view)
    told = view.get("computed", {})
    known = bool(view.get("known", name))
    return {
        "person_id": view["person_id"],
        "name": name or NAMELESS,
        "initials": _initials(name),
        "known": known,
        "shared": bool(view.get("shared")),
        "simulated": any(e.get("simulated") for e in view.get("freshness", ())),
        "warnings": view.get("warnings", ()),
        "tiles": computed.tiles(told, look.zone, look.now_us),
        "identifiers": [_identifier(item, known, look) for item in view["identifiers"]],
        "joined": view.get("joined", ()),
        "joined_more": _more(view, "joined"),
        "refused": view.get("refused", ()),
        "refused_more": _more(view, "refused"),
        "traits": traits(view.get("traits", {}), look),
        "computed": computed.rows(told, view.get("units", {}), look.zone),
        "likes": computed.likes(told),
        "consents": [_consent(item, look) for item in view.get("consents", ())],
        "orders": [_order(item, look) for item in view.get("orders", ())],
        "freshness": [_fresh(item, look) for item in view.get("freshness", ())],
        "days": days(events, look),
    }


def name_of(view: View) -> str:
    """Find what to call a person; empty if nobody said."""
    if view.get("name"):
        return str(view["name"])
    traits = view.get("traits", {})
    told = {key: _value(traits[key]) for key in NAME_TRAITS if key in traits}
    whole = told.get("name") or told.get("full_name")
    parts = (told.get("first_name", ""), told.get("last_name", ""))
    return str(whole or " ".join(str(part) for part in parts if part))


def traits(told: dict[str, Any], look: Look) -> list[dict[str, Any]]:
    """Give a row a trait, with where its value comes from."""
    rows = []
    for name, trait in told.items():
        source = trait if isinstance(trait, dict) and "value" in trait else {}
        rows.append(
            {
                "name": words(name),
                "value": flat(_value(trait)),
                "source": source.get("source"),
                "at": moment(source.get("at"), look.zone),
                "verified": source.get("verified"),
                "rule": RULE_WORDS.get(str(source.get("rule")), source.get("rule")),
            }
        )
    return rows


def days(events: list[View], look: Look) -> list[dict[str, Any]]:
    """Group a page of events by the shop's days."""
    rows = [row(event, look) for event in events]
    return [
        {"day": name, "events": list(group)}
        for name, group in groupby(rows, key=lambda item: item["day"])
    ]


def row(event: View, look: Look) -> dict[str, Any]:
    """Make what a line of the stream or the timeline shows of an event."""
    return {
        "offset": int(event["offset"]),
        "day": day(event["at"], look.zone),
        "date": short_date(event["at"], look.zone, look.now_us),
        "time": clock_time(event["at"], look.zone),
        "at": moment(event["at"], look.zone),
        "name": words(event["name"]),
        "source": visible(event["source"]),
        "summary": visible(event.get("summary")),
        "simulated": bool(event.get("simulated")),
        "historical": bool(event.get("historical")),
        "marked": MARKS.get(event.get("marked") or "", ""),
        "identifiers": [visible(i) for i in event.get("identifiers", ())][:8],
        "person_id": event.get("person_id"),
        "person": visible(event.get("person") or _nameless(event)),
    }


def _nameless(event: View) -> str:
    return NAMELESS if event.get("known") else "Stranger"


def overview(view: View, look: Look) -> dict[str, Any]:
    """Make what the live page shows beside the stream."""
    sources = [
        {**source, "ago": ago(source.get("at"), look.now_us)}
        for source in view.get("sources", ())
    ]
    return {
        "people": view.get("people"),
        "strangers": view.get("strangers"),
        "outcomes": view.get("outcomes", {}),
        "sources": sources,
        "missing": [
            {"watch": one["watch"], "due": moment(one["at"], look.zone)}
            for one in view.get("missing", ())
        ],
    }


def _identifier(item: View, known: bool, look: Look) -> dict[str, Any]:
    since, until = item.get("since"), item.get("until")
    spans = [f"since {moment(since, look.zone)}"] if since else []
    spans += [f"until {moment(until, look.zone)}"] if until else []
    return {
        "name": f"{item['kind']}:{item['value']}",
        "kind": words(item["kind"]),
        "value": item["value"],
        "verified": bool(item.get("verified")),
        # A stranger is nothing but a device; others hold theirs by a login.
        "held": bool(item.get("held_by")) or not known,
        "span": ", ".join(spans),
    }


def _consent(item: View, look: Look) -> dict[str, Any]:
    state = str(item.get("state", ""))
    entry = item.get("entry") or item
    at_us = entry.get("at_us")
    at = to_iso(at_us) if isinstance(at_us, int) else entry.get("at")
    channel = item.get("channel")
    return {
        "purpose": item.get("purpose"),
        "channel": "every channel" if channel == "*" else channel,
        "contact": entry.get("contact"),
        "source": entry.get("source"),
        "reason": item.get("reason"),
        "state": state,
        "tone": CONSENT_TONES.get(state, "wait"),
        "at": moment(at, look.zone) if at else "",
    }


def _order(item: View, look: Look) -> dict[str, Any]:
    keys = ("name", "kind", "channel", "store", "amount", "returned", "status")
    notes = [
        word
        for flag, word in (
            ("claimed", "only a browser said so"),
            ("conflict", "two reports differ"),
            ("over_returned", "more came back than was bought"),
        )
        if item.get(flag)
    ]
    if item.get("counted") is False:
        notes.append(f"not counted: {item.get('because') or 'no reason told'}")
    return {
        **{key: item.get(key) for key in keys},
        "back": item.get("kind") == "return",
        "notes": notes,
        "at": moment(item.get("at"), look.zone),
        "simulated": bool(item.get("simulated")),
    }


def _fresh(item: View, look: Look) -> dict[str, Any]:
    return {
        "source": item.get("source"),
        "simulated": bool(item.get("simulated")),
        "ago": ago(item.get("at"), look.now_us),
        "at": moment(item.get("at"), look.zone),
    }


def _more(view: View, key: str) -> int:
    shown = len(view.get(key, ()))
    return max(0, int(view.get(f"{key}_total", shown)) - shown)


def _value(trait: Any) -> Any:
    return trait["value"] if isinstance(trait, dict) and "value" in trait else trait


def _initials(name: str) -> str:
    found = [part[0] for part in name.split() if part[0].isalpha()]
    return "".join(found[:1] + found[1:][-1:]).upper() or "?"

"""From a person's view to what the card shows; what is missing is not shown."""

from collections.abc import Iterable
from typing import Any

from habitue.base.clock import to_iso
from habitue.console import said
from habitue.console.channel_names import channel_named
from habitue.console.kind_names import kind_named
from habitue.console.language import later
from habitue.console.live.overview import silence
from habitue.console.live.row import days, nameless
from habitue.console.look import Look
from habitue.console.people import computed, graph, why
from habitue.console.port import View
from habitue.console.statuses import status_named
from habitue.console.traits import trait_named, trait_value

# What a view's name may be made of, where it brings none of its own.
NAME_TRAITS = ("name", "full_name", "first_name", "last_name")
# The rules of survivorship, as the profile names them, in words.
RULES = {
    "only": later("nobody told anything else"),
    "verified": later("verified before claimed"),
    "priority": later("by the rank of its source"),
    "recency": later("the latest"),
    "tie": later("told at one time with another"),
}
TONES = {"granted": "good", "withdrawn": "bad", "pending": "wait"}
STATES = {
    "granted": later("granted"),
    "withdrawn": later("withdrawn"),
    "pending": later("pending"),
    "unknown": later("not asked"),
}


def card(view: View, events: list[View], look: Look) -> dict[str, Any]:
    """Make what the card shows of a person's view and a page of the timeline."""
    name = name_of(view)
    told = view.get("computed", {})
    known = bool(view.get("known", name))
    identifiers = [_identifier(item, known, look) for item in view["identifiers"]]
    joined = [why.joined(edge, look) for edge in view.get("joined", ())]
    return {
        "person_id": view["person_id"],
        "name": name or nameless({"known": True}, look),
        "initials": _initials(name),
        "known": known,
        "shared": bool(view.get("shared")),
        "masked": bool(view.get("masked")),
        "simulated": any(e.get("simulated") for e in view.get("freshness", ())),
        "warnings": [said.warning(one, look) for one in view.get("warnings", ())],
        "tiles": computed.tiles(told, look),
        "identifiers": identifiers,
        "graph": graph.draw(identifiers, joined),
        "joined": joined,
        "joined_more": _more(view, "joined"),
        "refused": [why.refused(one, look) for one in view.get("refused", ())],
        "refused_more": _more(view, "refused"),
        "traits": traits(view.get("traits", {}), look),
        "computed": computed.rows(told, view.get("units", {}), look),
        "likes": computed.likes(told, look),
        "consents": [_consent(item, look) for item in view.get("consents", ())],
        "orders": [_order(item, look) for item in view.get("orders", ())],
        "freshness": [_fresh(item, look) for item in view.get("freshness", ())],
        "days": days(events, look),
    }


def name_of(view: View) -> str:
    """Find what to call a person; empty if nobody said."""
    if view.get("name"):
        return str(view["name"])
    told = view.get("traits", {})
    found = {key: _value(told[key]) for key in NAME_TRAITS if key in told}
    whole = found.get("name") or found.get("full_name")
    parts = (found.get("first_name", ""), found.get("last_name", ""))
    return str(whole or " ".join(str(part) for part in parts if part))


def traits(told: dict[str, Any], look: Look) -> list[dict[str, Any]]:
    """Give a row a trait, with where its value comes from and what else was told."""
    rows = []
    for name, trait in told.items():
        source = trait if isinstance(trait, dict) and "value" in trait else {}
        rule = RULES.get(str(source.get("rule")))
        rows.append(
            {
                "name": trait_named(name, look),
                "value": trait_value(_value(trait), look),
                "source": source.get("source"),
                "at": look.moment(source.get("at")),
                "verified": source.get("verified"),
                "rule": look.say(rule) if rule else source.get("rule"),
                "others": [_other(one, look) for one in source.get("others", ())],
            }
        )
    return rows


def _other(told: View, look: Look) -> dict[str, Any]:
    return {
        "value": trait_value(_value(told), look),
        "source": told.get("source"),
        "at": look.moment(told.get("at")),
    }


def _identifier(item: View, known: bool, look: Look) -> dict[str, Any]:
    since, until = item.get("since"), item.get("until")
    spans = [look.say("since %(date)s", date=look.date(since))] if since else []
    spans += [look.say("until %(date)s", date=look.date(until))] if until else []
    return {
        "name": f"{item['kind']}:{item['value']}",
        "kind": kind_named(item["kind"], look),
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
    return {
        "purpose": item.get("purpose"),
        "channel": channel_named(item.get("channel"), look),
        "contact": entry.get("contact"),
        "source": entry.get("source"),
        "reason": said.consent_reason(str(item.get("reason") or ""), look),
        "state": look.say(STATES[state]) if state in STATES else state,
        "tone": TONES.get(state, "wait"),
        "at": look.moment(at) if at else "",
    }


def _order(item: View, look: Look) -> dict[str, Any]:
    keys = ("name", "kind", "store", "returned")
    notes = [
        look.say(text)
        for flag, text in (
            ("claimed", later("only a browser said so")),
            ("conflict", later("two reports differ")),
            ("over_returned", later("more came back than was bought")),
        )
        if item.get(flag)
    ]
    if item.get("counted") is False:
        because = said.uncounted(str(item.get("because") or ""), look)
        because = because or look.say("no reason told")
        notes.append(look.say("not counted: %(because)s", because=because))
    minor = item.get("amount_minor")
    amount = look.money(minor, str(item.get("currency", "")))
    return {
        **{key: item.get(key) for key in keys},
        "status": status_named(item.get("status"), look),
        "amount": item.get("amount") if minor is None else amount,
        "channel": channel_named(item.get("channel"), look),
        "back": item.get("kind") == "return",
        "notes": notes,
        "at": look.moment(item.get("at")),
        "simulated": bool(item.get("simulated")),
    }


def _fresh(item: View, look: Look) -> dict[str, Any]:
    return {
        "source": item.get("source"),
        "simulated": bool(item.get("simulated")),
        "ago": look.ago(item.get("at")),
        "at": look.moment(item.get("at")),
    }


def aged(fresh: list[View], sources: Iterable[View], look: Look) -> list[View]:
    """Say beside each source how long it has been silent for everybody."""
    silent = {one["name"]: silence(one, look) for one in sources}
    return [{**one, "silence": silent.get(one["source"], "")} for one in fresh]


def _more(view: View, key: str) -> int:
    shown = len(view.get(key, ()))
    return max(0, int(view.get(f"{key}_total", shown)) - shown)


def _value(trait: Any) -> Any:
    return trait["value"] if isinstance(trait, dict) and "value" in trait else trait


def _initials(name: str) -> str:
    found = [part[0] for part in name.split() if part[0].isalpha()]
    return "".join(found[:1] + found[1:][-1:]).upper() or "?"

"""From what stands of erasures and retention to what the page shows."""

from datetime import datetime
from typing import Any, get_args

from habitue.base.clock import to_us
from habitue.base.errors import InvalidError
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.said import event_named, holds
from habitue.console.text import visible
from habitue.model.event import EventType
from habitue.model.retention import RetentionClass
from habitue.privacy.said import HOLDS

Shown = dict[str, Any]
# Where of somebody something was kept, by the name that certificates have for it.
STORES = {
    "log": later("the log"),
    "quarantine": later("what needs fixing"),
    "state": later("what is known of people"),
    "lake": later("the copy for analysis"),
    "definitions": later("what was set up"),
    "watched folders": later("files of watched folders"),
    "answers": later("answers to other systems"),
    "exports": later("exported files"),
    "backups": later("backups"),
}
STATUSES = {
    "begun": later("under way"),
    "done": later("done"),
}
ASKS = {
    "access": later("to be told what is kept"),
    "erasure": later("to be forgotten"),
}
# More digits are no person's number.
_DIGITS_MAX = 15


def who_of(text: str, look: Look) -> View:
    """Read whom somebody means: a person's number, or an identifier as kind:value."""
    told = text.strip()
    if told.isascii() and told.isdigit() and len(told) <= _DIGITS_MAX:
        return {"person_id": int(told), "identifier": None}
    if ":" in told:
        return {"person_id": None, "identifier": told}
    raise InvalidError(
        look.say(
            "Write the number on the person's card, or an identifier as kind:value,"
            " for example email:anna@example.com."
        )
    )


def certificate(one: View, look: Look) -> Shown:
    """Show an erasure: when, by whom and why, and what went."""
    status = STATUSES.get(one["status"])
    done = one["done_at"]
    return {
        **one,
        "asked": look.moment(one["asked_at"]),
        "done": look.moment(done) if done else "",
        "status": look.say(status) if status else one["status"],
        "is_done": bool(done),
        "records": look.number(one["records"]),
        "quarantined": look.number(one["quarantined"]),
        "stores": [
            {"name": _store(name, look), **_held(told, look)}
            for name, told in one["stores"].items()
        ],
    }


def _store(name: str, look: Look) -> str:
    known = STORES.get(name)
    return visible(name) if known is None else look.say(known)


def _held(told: str, look: Look) -> Shown:
    """Say what holds; what is not known is English, or the database's own."""
    return {"holds": holds(told, look), "lang": "" if told in HOLDS else "en"}


def scrubbed(told: View, look: Look) -> Shown:
    """Show what may lie in the database's files still, and what was done of it."""
    last = told["last"]
    return {
        "needed": told["needed"],
        "waiting": look.number(len(told["waiting"])),
        "expired": ", ".join(told["expired"]),
        "is_clean": not (told["waiting"] or told["expired"]),
        "last": look.moment(last["began_at"]) if last else "",
        "by": last["by"] if last else "",
        "left": [_held(one, look) for one in last["left"]] if last else [],
    }


def waiting(page: View, look: Look) -> Shown:
    """Show who asked for what and waits for an answer."""
    rows = [_request(one, look) for one in page["requests"]]
    return {"rows": rows, "more": page["next_cursor"] is not None}


def _request(one: View, look: Look) -> Shown:
    asked = ASKS.get(one["asks"])
    by_us = to_us(datetime.fromisoformat(one["answer_by"]))
    return {
        **one,
        "asks": look.say(asked) if asked else one["asks"],
        "received": look.moment(one["received_at"]),
        "answer_by": look.moment(one["answer_by"]),
        "is_late": by_us < look.now_us,
    }


def suppression(one: View, look: Look) -> Shown:
    """Show who is kept from coming back, and whether they were let in again."""
    lifted = one["lifted_at"]
    return {
        **one,
        "at": look.moment(one["at"]),
        "identifiers": look.number(one["identifiers"]),
        "lifted": look.moment(lifted) if lifted else "",
    }


def retention(one: View, expires: dict[str, int], look: Look) -> Shown:
    """Show a class: what it keeps for how long, and what a run would take away."""
    run = one["last_run"]
    return {
        "name": one["name"],
        "days": look.number(one["days"]),
        "what": ", ".join(
            event_named(name, look) for name in (*one["types"], *one["events"])
        ),
        "expires": look.number(expires[one["name"]]) if one["name"] in expires else "",
        "ran": look.moment(run["at"]) if run else "",
        "expired": look.number(run["expired"]) if run else "",
    }


def class_of(told: dict[str, str], types: list[str], look: Look) -> RetentionClass:
    """Read a form for a class; InvalidError says what is wrong with it."""
    name, days = told.get("name", "").strip(), told.get("days", "").strip()
    if not name.replace("-", "").replace("_", "").isalnum() or not name.isascii():
        raise InvalidError(look.say("A class is named by letters, digits, - and _."))
    if not days.isdigit():
        raise InvalidError(look.say("Say for how many days the text is kept."))
    events = (one.strip() for one in told.get("events", "").splitlines())
    return RetentionClass(
        name=name.lower()[:64],
        days=int(days[:6]),
        events=tuple(one for one in events if one),
        types=tuple(one for one in get_args(EventType) if one in types),
    )

"""Why identifiers are one person, or are not, in a sentence of the reader's."""

from typing import Any

from habitue.console.kind_names import identifier_named, kind_named
from habitue.console.language import later
from habitue.console.look import Look
from habitue.console.port import View
from habitue.console.said import event_named

# By how much each is worth.
GRADES = {
    "same": later("somebody judged them to be the same"),
    "verified": later("the shop's own systems told so"),
    "claim": later("a browser claims so, nobody verified it"),
}
REASONS = {
    "claim": later("a browser's word alone never joins two people that the shop knows"),
    "not_same": later("somebody judged them not to be the same"),
    "flood": later("too many browsers claimed one of them"),
}


def joined(edge: View, look: Look) -> dict[str, Any]:
    """Make what is shown of an edge: both ends, what joins them, what that is worth."""
    evidence = edge.get("evidence") or {}
    grade = GRADES.get(str(edge.get("grade")), "")
    return {
        "left": edge.get("left", ""),
        "right": edge.get("right", ""),
        "ends": _ends(edge, look),
        "grade": edge.get("grade", ""),
        "text": told(evidence, look),
        "worth": look.say(grade) if grade else "",
        "source": evidence.get("source", ""),
        "message_id": evidence.get("message_id", ""),
    }


def refused(refusal: View, look: Look) -> dict[str, Any]:
    """Make what is shown of what was not joined, and why."""
    return {
        "ends": _ends(refusal, look),
        "text": told(refusal.get("evidence") or {}, look),
        "worth": _reason(str(refusal.get("reason", "")), look),
    }


def _ends(edge: View, look: Look) -> list[View]:
    """Call the two identifiers that are meant."""
    return [identifier_named(edge.get(side), look) for side in ("left", "right")]


def told(evidence: View, look: Look) -> str:
    """Say what names both."""
    if not evidence.get("event"):
        source = evidence.get("source", "")
        return look.say("A judgement of %(source)s names both", source=source)
    return look.say(
        "“%(event)s” of %(source)s names both, %(at)s",
        event=event_named(evidence["event"], look),
        source=evidence.get("source"),
        at=look.moment(evidence.get("at")),
    )


def _reason(reason: str, look: Look) -> str:
    if reason.startswith("limit "):
        kind = kind_named(reason.removeprefix("limit "), look)
        return look.say("a person has no more of this kind: %(kind)s", kind=kind)
    known = REASONS.get(reason)
    if known is None:
        return look.say("the contact stays with who had it first")
    return look.say(known)

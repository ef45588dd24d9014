"""Who somebody is, as the API and the page show it: identifiers, and why joined."""

from collections.abc import Callable
from typing import Any

from habitue.app.fold import event_of
from habitue.base.clock import to_iso
from habitue.log.port import Truth
from habitue.model.evidence import Key
from habitue.model.identifier import Identifier
from habitue.model.person import Edge, Grade, Moment, Person, Refusal, RefusedBy

View = dict[str, Any]
Name = Callable[[int], Identifier | None]
Told = dict[Key, View]

# Beyond this many edges or refusals a view tells their number, not each one.
SHOWN_MAX = 200

_WHY = {
    "claim": "a browser's word alone never joins two people that the shop knows",
    "not_same": "somebody judged them not to be the same",
    "flood": "too many browsers claimed one of them",
}


class GraphView:
    """Turns a person's graph into a view, with a sentence for each edge."""

    def __init__(self, truth: Truth) -> None:
        self._truth = truth

    def view(self, person: Person) -> View:
        """Give identifiers, edges and refusals of a person."""
        names = {node.strand: node.identifier for node in person.nodes}
        told: Told = {}
        return {
            "shared": person.shared is not None,
            "identifiers": _identifiers(person),
            "joined": [
                self._edge(edge, names.get, told) for edge in person.edges[:SHOWN_MAX]
            ],
            "joined_total": len(person.edges),
            "refused": [
                self._refusal(refusal, names.get, told)
                for refusal in person.refusals[:SHOWN_MAX]
            ],
            "refused_total": len(person.refusals),
        }

    def _edge(self, edge: Edge, name: Name, told: Told) -> View:
        left, right = name(edge.left), name(edge.right)
        evidence = self._told(edge.key, told)
        by = {
            Grade.SAME: "was judged the same",
            Grade.VERIFIED: "was told by the shop's own systems",
            Grade.CLAIM: "is a browser's claim, not verified",
        }[edge.grade]
        return {
            "left": str(left),
            "right": str(right),
            "grade": edge.grade.name.lower(),
            "evidence": evidence,
            "sentence": f"{left} with {right}: {_named(evidence)}; this {by}.",
        }

    def _refusal(self, refusal: Refusal, name: Name, told: Told) -> View:
        evidence = self._told(refusal.key, told)
        reason = refusal.reason
        why = _WHY.get(reason)
        if reason.startswith("limit "):
            why = f"a person has no more of {reason.removeprefix('limit ')}"
        if refusal.by is RefusedBy.TENURE:
            why = "the contact stays with who had it first"
        left = name(refusal.left) or "somebody else"
        right = name(refusal.right) or "somebody else"
        return {
            "left": str(left),
            "right": str(right),
            "reason": reason,
            "evidence": evidence,
            "sentence": f"{left} from {right}: {_named(evidence)}, but {why}.",
        }

    def _told(self, key: Key, told: Told) -> View:
        # One item often joins many: it is read once a view.
        found = told.get(key)
        if found is None:
            found = told[key] = self._read(key)
        return found

    def _read(self, key: Key) -> View:
        offset = self._truth.find(key.source, key.message_id)
        record = None if offset is None else self._truth.get(offset)
        event = None if record is None else event_of(record)
        return {
            "source": key.source,
            "message_id": key.message_id,
            "offset": offset,
            "event": None if event is None else event.name or event.type,
            "at": None if event is None else to_iso(event.at_us),
        }


def _named(told: View) -> str:
    if told["event"] is None:
        return f"a judgement of {told['source']}"
    at = f"{told['at'][:10]} {told['at'][11:16]} UTC"
    return f"'{told['event']}' of {told['source']} on {at} names both"


def _identifiers(person: Person) -> list[View]:
    found = [
        {
            "kind": node.identifier.kind,
            "value": node.identifier.value,
            "verified": node.verified,
            "held_by": None,
            **_bounds(node.since, node.until),
        }
        for node in person.nodes
    ]
    found += [
        {
            "kind": stretch.identifier.kind,
            "value": stretch.identifier.value,
            "verified": False,
            "held_by": None if stretch.login is None else list(stretch.login),
            **_bounds(stretch.since, stretch.until),
        }
        for stretch in person.stretches
    ]
    if person.shared is not None:
        found.append(
            {
                "kind": person.shared.kind,
                "value": person.shared.value,
                "verified": False,
                "held_by": None,
                **_bounds(None, None),
            }
        )
    return found


def _bounds(since: Moment | None, until: Moment | None) -> View:
    return {
        "since": None if since is None else to_iso(since.at_us),
        "until": None if until is None else to_iso(until.at_us),
    }


def brief(person: Person) -> View:
    """Give who a person is without why: for lists."""
    return {
        "shared": person.shared is not None,
        "identifiers": _identifiers(person),
        "joined_total": len(person.edges),
        "refused_total": len(person.refusals),
    }

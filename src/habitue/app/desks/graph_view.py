"""Who somebody is, as the API and the page show it: identifiers, and why joined."""

from collections.abc import Iterable, Sequence
from typing import Any

from habitue.app.desks.edge_evidence import EdgeEvidence
from habitue.app.desks.profile_view import iso
from habitue.base.errors import InvalidError
from habitue.base.settings import People
from habitue.log.port import Truth
from habitue.model.evidence import Key
from habitue.model.identifier import IDENTIFIERS_MAX
from habitue.model.person import (
    Edge,
    Grade,
    Moment,
    Node,
    Person,
    Refusal,
    RefusedBy,
    Stretch,
)
from habitue.profile.said import warning
from habitue.state.pieces import ALL_AT_ONCE, Making

View = dict[str, Any]
Nodes = dict[int, Node]

# Beyond this many edges or refusals a view tells their number, not each one.
SHOWN_MAX = 200

_WHY = {
    "claim": "a browser's word alone never joins two people that the shop knows",
    "not_same": "somebody judged them not to be the same",
    "flood": "too many browsers claimed one of them",
}


class GraphView:
    """Turns a person's graph into a view, with a sentence for each edge."""

    def __init__(
        self, truth: Truth, limits: People, making: Making = ALL_AT_ONCE
    ) -> None:
        """limits: from when on a person shows a warning; making: of very many parts."""
        self._making = making
        self._truth = truth
        self._limits = limits

    def view(self, person: Person) -> View:
        """Give identifiers, edges and refusals of a person."""
        nodes = {node.strand: node for node in person.nodes}
        edges, refusals = person.edges[:SHOWN_MAX], person.refusals[:SHOWN_MAX]
        told = self._read(edges, refusals, nodes)
        return {
            "shared": person.shared is not None,
            "identifiers": _identifiers(person, self._making),
            "joined": [self._edge(edge, nodes, told) for edge in edges],
            "joined_total": len(person.edges),
            "refused": [self._refusal(one, nodes, told) for one in refusals],
            "refused_total": _refused(person),
        }

    def evidence(
        self, person: Person, cursor: str | None, limit: int
    ) -> tuple[View, str | None]:
        """Give a page of a person's edges, lightest first, and where the next begins.

        identifiers: those that the page's edges join, for a mask to know what to hide.
        """
        before = _before(person.edges, cursor)
        page = person.edges[before : before + limit]
        nodes = {node.strand: node for node in person.nodes}
        told = self._read(page, (), nodes)
        view = {
            "person_id": person.person_id,
            "identifiers": _joined(page, nodes),
            "joined": [self._edge(edge, nodes, told) for edge in page],
            "joined_before": before,
            "joined_total": len(person.edges),
        }
        more = before + limit < len(person.edges)
        return view, _cursor(page[-1]) if more else None

    def warnings(self, person: Person) -> list[str]:
        """Say in a sentence each where a person is larger than people are."""
        found = []
        identifiers = len(person.nodes) + len(person.stretches)
        if identifiers > self._limits.many_identifiers:
            found.append(_warned("many_identifiers", identifiers))
        if _refused(person) > self._limits.many_refusals:
            found.append(_warned("many_refusals", _refused(person)))
        return found

    def refusals(self, person: Person, page: Sequence[Refusal]) -> View:
        """Give a page of what was not joined to a person, and why."""
        nodes = {node.strand: node for node in person.nodes}
        told = self._read((), page, nodes)
        ends = {end for one in page for end in (one.left, one.right) if end in nodes}
        named = dict.fromkeys(nodes[end].identifier for end in sorted(ends))
        return {
            "person_id": person.person_id,
            "identifiers": [{"kind": one.kind, "value": one.value} for one in named],
            "refused": [self._refusal(one, nodes, told) for one in page],
            "refused_total": _refused(person),
        }

    def _edge(self, edge: Edge, nodes: Nodes, told: EdgeEvidence) -> View:
        ends = nodes[edge.left], nodes[edge.right]
        left, right = (node.identifier for node in ends)
        evidence = told.told(edge.key)
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

    def _refusal(self, refusal: Refusal, nodes: Nodes, told: EdgeEvidence) -> View:
        evidence = told.told(refusal.key)
        reason = refusal.reason
        why = _WHY.get(reason)
        if reason.startswith("limit "):
            why = f"a person has no more of {reason.removeprefix('limit ')}"
        if refusal.by is RefusedBy.TENURE:
            why = "the contact stays with who had it first"
        left, right = (_named_end(nodes, one) for one in (refusal.left, refusal.right))
        return {
            "left": left,
            "right": right,
            "reason": reason,
            "evidence": evidence,
            "sentence": f"{left} from {right}: {_named(evidence)}, but {why}.",
        }

    def _read(
        self, edges: Sequence[Edge], refusals: Sequence[Refusal], nodes: Nodes
    ) -> EdgeEvidence:
        """Read what edges and refusals rest on, each item once: one joins many."""
        likely: dict[Key, int] = {}
        for edge in edges:
            births = (nodes[end].birth for end in (edge.left, edge.right))
            # What joined the two is most often what first named the later of them.
            likely.setdefault(edge.key, max(births) // IDENTIFIERS_MAX)
        for refusal in refusals:
            likely.setdefault(refusal.key, 0)
        return EdgeEvidence(self._truth, likely)


def _cursor(edge: Edge) -> str:
    return f"{edge.left}:{edge.right}"


def _before(edges: Sequence[Edge], cursor: str | None) -> int:
    """Count the edges up to the one that a cursor names."""
    if cursor is None:
        return 0
    for number, edge in enumerate(edges, 1):
        if _cursor(edge) == cursor:
            return number
    raise InvalidError(
        f"'{cursor}' is no cursor here, or what it stood at joins these no more; begin"
        " again without one."
    )


def _joined(edges: Iterable[Edge], nodes: Nodes) -> list[View]:
    ends = sorted({end for edge in edges for end in (edge.left, edge.right)})
    found = dict.fromkeys(nodes[end].identifier for end in ends)
    return [{"kind": one.kind, "value": one.value} for one in found]


def _named_end(nodes: Nodes, strand: int) -> str:
    return str(nodes[strand].identifier) if strand in nodes else "somebody else"


def _named(told: View) -> str:
    if told["event"] is None:
        return f"a judgement of {told['source']}"
    at = f"{told['at'][:10]} {told['at'][11:16]} UTC"
    return f"'{told['event']}' of {told['source']} on {at} names both"


def _identifiers(person: Person, making: Making = ALL_AT_ONCE) -> list[View]:
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
    found += making.together("shown", (person.stretches,), _devices)
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


def _devices(parts: Sequence[tuple[Stretch, ...]]) -> list[View]:
    return [
        {
            "kind": stretch.identifier.kind,
            "value": stretch.identifier.value,
            "verified": False,
            "held_by": None if stretch.login is None else list(stretch.login),
            **_bounds(stretch.since, stretch.until),
        }
        for stretches in parts
        for stretch in stretches
    ]


def _bounds(since: Moment | None, until: Moment | None) -> View:
    return {
        "since": None if since is None else iso(since.at_us),
        "until": None if until is None else iso(until.at_us),
    }


def brief(person: Person) -> View:
    """Give who a person is without why: for lists."""
    return {
        "shared": person.shared is not None,
        "identifiers": _identifiers(person),
        "joined_total": len(person.edges),
        "refused_total": _refused(person),
    }


def _refused(person: Person) -> int:
    return len(person.refusals) + person.refusals_more


def _warned(code: str, count: int) -> str:
    return f"{code}: {warning(code, count=count)}"

"""Two people who are not one: what is judged so that they never become one."""

from collections.abc import Sequence

from habitue.base.errors import InvalidError
from habitue.identity.commands import Command
from habitue.model.evidence import Verb, Verdict
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy, Role
from habitue.model.person import Person


def plan_apart(
    left: Person, right: Person, command: Command, *, policy: KindPolicy
) -> list[Verdict]:
    """Judge two persons not the same, by as little as holds for good.

    Of who has accounts the accounts are judged, of others the addresses: so a
    telephone may still be passed on between two customers who are told apart.
    """
    lefts, rights = _names(left, policy), _names(right, policy)
    pairs = [(one, other) for one in lefts for other in rights if one != other]
    if not pairs:
        raise InvalidError(
            f"Persons {left.person_id} and {right.person_id} have nothing by which they"
            " could be told apart: one of them is an unknown visitor or an address that"
            " nobody owns."
        )
    return [command.verdict(Verb.NOT_SAME, pair=pair) for pair in pairs]


def _names(person: Person, policy: KindPolicy) -> Sequence[Identifier]:
    told = sorted({node.identifier for node in person.nodes})
    anchors = [one for one in told if policy.kind(one.kind).role is Role.ANCHOR]
    return anchors or told

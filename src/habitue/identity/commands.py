"""What an operator's word about people becomes: verdicts, undone by one command.

Plans only: who calls writes the verdicts to the log as judgement records. Named
`COMMAND:0`, `COMMAND:1`.. by message_id they are found again, for undo(), without
an index.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from habitue.base.errors import InvalidError
from habitue.model.evidence import Key, Verb, Verdict
from habitue.model.identifier import Identifier
from habitue.model.kind import KindPolicy, Move, Role
from habitue.model.person import Node, Person


class Command(Struct, frozen=True, kw_only=True):
    """One act of an operator: its name, who did it, when and why."""

    command: str
    operator: str
    at_us: int
    reason: str = ""

    def verdict(
        self,
        verb: Verb,
        *,
        pair: tuple[Identifier | None, Identifier | None] = (None, None),
        target: Key | None = None,
        at_us: int | None = None,
    ) -> Verdict:
        """Put one verdict of this command in words."""
        return Verdict(
            verb=verb,
            left=pair[0],
            right=pair[1],
            target=target,
            at_us=self.at_us if at_us is None else at_us,
            operator=self.operator,
            reason=self.reason,
            command=self.command,
        )


def plan_merge(
    left: Person,
    right: Person,
    command: Command,
    *,
    policy: KindPolicy,
    parted: Iterable[Key] = (),
) -> list[Verdict]:
    """Make two persons one.

    parted: the judgements not_same in force between the two, which are retracted
    (Resolver.parted). Anchors of one kind are judged the same, so that their limits
    do not keep the persons apart; the two oldest nodes are, so that they are joined.
    """
    _check_merge(left, right)
    verdicts = [command.verdict(Verb.RETRACT, target=key) for key in parted]
    told: set[frozenset[Identifier]] = set()
    for one in _anchors(left, policy):
        for two in _anchors(right, policy):
            if one.kind == two.kind:
                told.add(frozenset((one, two)))
                verdicts.append(command.verdict(Verb.SAME, pair=(one, two)))
    one_node, two_node, at_us = _oldest(left, right, command.at_us)
    pair = (one_node.identifier, two_node.identifier)
    if frozenset(pair) not in told:
        verdicts.append(command.verdict(Verb.SAME, pair=pair, at_us=at_us))
    return verdicts


def plan_unmerge(
    person: Person,
    moved: Sequence[Identifier],
    command: Command,
    *,
    policy: KindPolicy,
) -> list[Verdict]:
    """Part identifiers from a person: they are judged another's than those that stay.

    A contact that was passed on between the two sides has tenures in both and is
    left to the evidence, unless it is itself named. A device is judged not the
    person's.
    """
    going = set(moved)
    nodes = list(dict.fromkeys(node.identifier for node in person.nodes))
    devices = {stretch.identifier for stretch in person.stretches}
    _check_unmerge(going, nodes, devices)
    stays = [one for one in nodes if one not in going]
    between = _passed_on(person, going, policy)
    pairs = [
        (one, other)
        for one in nodes
        if one in going
        for other in stays
        if other not in between
    ]
    pairs += [(device, one) for device in sorted(devices & going) for one in stays]
    return [command.verdict(Verb.NOT_SAME, pair=pair) for pair in pairs]


def plan_retract(evidence: Key, command: Command) -> list[Verdict]:
    """Take an item out of the evidence: what it joined is parted."""
    return [command.verdict(Verb.RETRACT, target=evidence)]


def undo(told: Iterable[tuple[Key, Verdict]], command: Command) -> list[Verdict]:
    """Take back all verdicts of a command; an undo is undone the same way.

    told: the verdicts as they lie in the log, each with its record's key.
    """
    verdicts = []
    for key, verdict in told:
        if verdict.verb is Verb.RETRACT:
            back = command.verdict(Verb.RESTORE, target=verdict.target)
        elif verdict.verb is Verb.RESTORE:
            back = command.verdict(Verb.RETRACT, target=verdict.target)
        else:
            back = command.verdict(Verb.RETRACT, target=key)
        verdicts.append(back)
    return verdicts


def _passed_on(
    person: Person, going: set[Identifier], policy: KindPolicy
) -> set[Identifier]:
    """Find the contacts that move on, and that evidence gives to both sides."""
    of = {node.strand: node.identifier for node in person.nodes}
    sides: dict[Identifier, set[bool]] = {}
    for edge in person.edges:
        left, right = of[edge.left], of[edge.right]
        for one, other in ((left, right), (right, left)):
            if policy.kind(other.kind).role is Role.ANCHOR:
                sides.setdefault(one, set()).add(other in going)
    return {
        one
        for one, seen in sides.items()
        if len(seen) > 1 and policy.kind(one.kind).move is Move.MOVE
    }


def _check_merge(left: Person, right: Person) -> None:
    if left.person_id == right.person_id:
        raise InvalidError(f"Person {left.person_id} can't be merged with itself.")
    for person in (left, right):
        if not person.nodes:
            what = "a contact nobody owns" if person.shared else "an unknown visitor"
            raise InvalidError(
                f"Person {person.person_id} is {what}: there is no account or address"
                " to merge by. Send an event that names one together with it."
            )


def _check_unmerge(
    going: set[Identifier], nodes: Sequence[Identifier], devices: set[Identifier]
) -> None:
    unknown = sorted(going - set(nodes) - devices)
    if unknown:
        raise InvalidError(
            f"{unknown[0]} is not an identifier of this person; read the person again."
        )
    if not going:
        raise InvalidError("Say which identifiers are to be parted.")
    if not set(nodes) - going:
        raise InvalidError("Nothing would stay; leave one identifier or more.")


def _anchors(person: Person, policy: KindPolicy) -> list[Identifier]:
    return [
        node.identifier
        for node in person.nodes
        if policy.kind(node.identifier.kind).role is Role.ANCHOR
    ]


def _oldest(left: Person, right: Person, now_us: int) -> tuple[Node, Node, int]:
    """Find the two oldest nodes that a judgement can name at one time.

    A contact is judged in the tenure it has at the judgement's time, so the time
    must lie in the tenures of both.
    """
    lefts, rights = (
        sorted(person.nodes, key=lambda node: node.birth) for person in (left, right)
    )
    pairs = sorted(
        (
            (at + to, one, two)
            for at, one in enumerate(lefts)
            for to, two in enumerate(rights)
        ),
        key=lambda pair: pair[0],
    )
    for _, one, two in pairs:
        at_us = _common(one, two, now_us)
        if at_us is not None:
            return one, two, at_us
    raise InvalidError(
        f"Persons {left.person_id} and {right.person_id} were never known at one time;"
        " send an event that names identifiers of both."
    )


def _common(one: Node, two: Node, now_us: int) -> int | None:
    """Give a time that lies in the tenures of both nodes."""
    since = max(
        (node.since.at_us + 1 for node in (one, two) if node.since is not None),
        default=None,
    )
    until = min(
        (node.until.at_us - 1 for node in (one, two) if node.until is not None),
        default=None,
    )
    at_us = now_us if since is None else max(now_us, since)
    if until is not None:
        at_us = min(at_us, until)
    return at_us if since is None or at_us >= since else None

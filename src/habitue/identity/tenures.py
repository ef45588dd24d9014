"""Whose a contact was, and when: tenures, refusals, sharing (rules 6 to 9)."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence

from msgspec import Struct

from habitue.identity.fitting import Fitting, Group
from habitue.identity.history import moment_of, ranked
from habitue.model.evidence import Evidence, Key
from habitue.model.identifier import Identifier
from habitue.model.kind import Move, Role
from habitue.model.person import Moment

# A contact opening this many tenures is passed around rather than passed on.
TENURES_SHARED = 4
# So many different names were refused: an address of the house, not of one.
REFUSED_NAMES_SHARED = 3
# More e-mails and phones than a person has, seen with one contact and no account.
OTHERS_MAX = 5


class Tenures(Struct, frozen=True):
    """The tenures of a contact: where each after the first opens, what it refused.

    The first reaches back to the beginning. A shared contact has none.
    """

    shared: bool = False
    opens: tuple[Moment, ...] = ()
    # Items from which no edge leads to the contact, with the reason.
    refused: dict[Key, str] = {}

    def at(self, moment: Moment) -> int:
        """Give the ordinal of the tenure in which a moment lies."""
        return bisect_right(self.opens, moment)

    def bounds(self, ordinal: int) -> tuple[Moment | None, Moment | None]:
        return bounds(self.opens, ordinal)


def bounds(
    opens: Sequence[Moment], ordinal: int
) -> tuple[Moment | None, Moment | None]:
    """Give since and until of a span, by where the spans after the first open."""
    return (
        opens[ordinal - 1] if ordinal else None,
        opens[ordinal] if ordinal < len(opens) else None,
    )


def tenures(
    contact: Identifier, items: Sequence[Evidence], fitting: Fitting
) -> Tenures:
    """Part a contact's time into tenures.

    items: the verified items in force that carry the contact, by (t, key), those
    without anchors too. Claims never open, extend, refuse or share.
    """
    moves = fitting.policy.kind(contact.kind).move is Move.MOVE
    line = _Line(contact, fitting)
    for item in items:
        line.take(item, moves)
        # What is shared stays shared: the shop's own phone is on every order.
        if line.is_shared():
            return Tenures(shared=True)
    if _others(contact, items, fitting) > OTHERS_MAX:
        return Tenures(shared=True)
    return Tenures(opens=tuple(line.opens), refused=line.refused)


class _Line:
    """The tenures of one contact as they grow, item by item."""

    def __init__(self, contact: Identifier, fitting: Fitting) -> None:
        self.contact = contact
        self.fitting = fitting
        self.groups: list[Group] = []
        self.opens: list[Moment] = []
        self.refused: dict[Key, str] = {}
        self.refused_names: set[Identifier] = set()
        self.came_back = False

    def take(self, item: Evidence, moves: bool) -> None:
        told = told_anchors(self.contact, item, self.fitting)
        if not told.identifiers:
            return
        if not self.groups:
            self.groups.append(told)
            return
        misfit = self.fitting.misfit(self.groups[-1], told)
        if misfit is None:
            self.groups[-1] = self.fitting.add(self.groups[-1], told)
        elif moves:
            self._open(item, told)
        else:
            self._refuse(item, misfit)

    def is_shared(self) -> bool:
        return (
            self.came_back
            or len(self.groups) >= TENURES_SHARED
            or len(self.refused_names) >= REFUSED_NAMES_SHARED
        )

    def _open(self, item: Evidence, told: Group) -> None:
        names = told.all_names()
        # Any tenure before the new one counts, the one it ends included.
        self.came_back |= any(names & held.all_names() for held in self.groups)
        self.opens.append(moment_of(item))
        self.groups.append(told)

    def _refuse(self, item: Evidence, misfit: str) -> None:
        self.refused[item.key] = misfit
        highest = ranked(anchors(item, self.fitting), self.fitting.policy)[0]
        self.refused_names.add(self.fitting.names.of(highest))


def anchors(item: Evidence, fitting: Fitting) -> list[Identifier]:
    """Give the anchors of an item, as they come."""
    kind = fitting.policy.kind
    return [one for one in item.identifiers if kind(one.kind).role is Role.ANCHOR]


def told_anchors(contact: Identifier, item: Evidence, fitting: Fitting) -> Group:
    """Collect whom an item says a contact belongs to.

    The anchors not judged another's than the contact, by rank, each with its head,
    as far as they fit those taken before.
    """
    told = Group()
    for anchor in ranked(anchors(item, fitting), fitting.policy):
        if fitting.verdicts.apart(contact, anchor):
            continue
        pair = fitting.group((anchor, fitting.names.head(anchor)))
        if fitting.misfit(told, pair) is None:
            told = fitting.add(told, pair)
    return told


def _others(contact: Identifier, items: Iterable[Evidence], fitting: Fitting) -> int:
    """Count the other e-mails and phones named with a contact and no anchor."""
    kind = fitting.policy.kind
    others = {
        one
        for item in items
        if not anchors(item, fitting)
        for one in item.identifiers
        if kind(one.kind).form in {"email", "phone"}
    }
    return len(others - {contact})

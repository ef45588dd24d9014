"""Kinds of identifiers and their policy, as data."""

from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from habitue.base.clock import DAY_US, MINUTE_US
from habitue.model.source import WRITERS, Writer


class Role(StrEnum):
    """What an identifier of a kind may do."""

    ANCHOR = "anchor"
    CONTACT = "contact"
    DEVICE = "device"


class Move(StrEnum):
    """Whether a contact stays with its first holder or moves on with the next."""

    STAY = "stay"
    MOVE = "move"


class Form(StrEnum):
    """How a value of a kind is brought into its one form."""

    TEXT = "text"
    CARD = "card"
    EMAIL = "email"
    PHONE = "phone"


# What a rank may be, by role: every anchor stands above every contact, every contact
# above every device. State holds ranks, so a kind keeps its own when others come.
RANKS = {
    Role.ANCHOR: range(1, 45),
    Role.CONTACT: range(45, 75),
    Role.DEVICE: range(75, 100),
}
_RANKS_END = 100


class Kind(Struct, frozen=True):
    """A kind of identifier with its policy: role, rank, limit a person and form."""

    name: str
    role: Role
    # 1 is the highest; no two kinds have the same.
    rank: int
    limit: int = 1
    move: Move = Move.STAY
    form: Form = Form.TEXT
    # The least of the writers, from public to operator, who may tell one.
    claim: Writer = Writer.PUBLIC
    # Nobody may tell one any more; those told stay what they are.
    closed: bool = False
    # Values that are never one, beside those of all kinds; * stands for anything.
    blocked: tuple[str, ...] = ()


class IdentityPolicy(Struct, frozen=True, kw_only=True):
    """What a shop sets for all kinds: values that name nobody, spans and a limit."""

    # Whole values, without regard to case; * stands for anything.
    blocked: tuple[str, ...] = ()
    # How long a device stays with its holder without an event; None: without end.
    hold_us: int | None = None
    # How far back a first login takes a device's anonymous history.
    adopt_us: int = 30 * DAY_US
    # The hold of a device that a shared-device source has reported.
    shared_hold_us: int = 30 * MINUTE_US
    # So many claims may name one identifier before more of them join nobody.
    claim_edges_max: int = 100


class KindPolicy(Struct, frozen=True):
    """All kinds in order of rank, highest first, and what is never an identifier."""

    kinds: tuple[Kind, ...]
    # Values and regular expressions of our own, for every shop and kind.
    blocked_values: frozenset[str] = frozenset()
    blocked_patterns: tuple[str, ...] = ()
    hold_us: int | None = None
    adopt_us: int = 30 * DAY_US
    shared_hold_us: int = 30 * MINUTE_US
    claim_edges_max: int = 100
    # The shop's own, as in IdentityPolicy.
    blocked: tuple[str, ...] = ()

    def barred(self, writer: Writer) -> frozenset[str]:
        """Give the kinds that a writer may not tell."""
        last = WRITERS.index(writer)
        return frozenset(
            kind.name for kind in self.kinds if WRITERS.index(kind.claim) > last
        )

    def rank(self, kind: str) -> int:
        """Give the rank of a kind (1 is the highest); raises KeyError if unknown."""
        return _named(self)[kind].rank

    def kind(self, name: str) -> Kind:
        """Give a kind by its name; raises KeyError if unknown."""
        return _named(self)[name]

    def at(self, rank: int) -> Kind:
        """Give the kind of a rank; raises KeyError if there is none."""
        for kind in self.kinds:
            if kind.rank == rank:
                return kind
        raise KeyError(rank)

    def limits(self) -> list[int]:
        """Give the limit a person by rank; 0 where no kind has the rank."""
        found = [0] * _RANKS_END
        for kind in self.kinds:
            found[kind.rank] = kind.limit
        return found


def with_kind(policy: KindPolicy, kind: Kind) -> KindPolicy:
    """Give the policy with a kind added, or in place of the one of its name."""
    others = [one for one in policy.kinds if one.name != kind.name]
    kinds = sorted([*others, kind], key=lambda one: one.rank)
    return replace(policy, kinds=tuple(kinds))


_NAMED: dict[int, tuple[KindPolicy, dict[str, Kind]]] = {}
_POLICIES_MAX = 64


def _named(policy: KindPolicy) -> dict[str, Kind]:
    # Keyed by identity and holding the policy, so that the number can't be reused.
    held = _NAMED.get(id(policy))
    if held is None:
        if len(_NAMED) >= _POLICIES_MAX:
            _NAMED.clear()
        held = (policy, {kind.name: kind for kind in policy.kinds})
        _NAMED[id(policy)] = held
    return held[1]


DEFAULT_KINDS = (
    Kind("user_id", Role.ANCHOR, 10),
    Kind("customer_id", Role.ANCHOR, 20),
    Kind("loyalty_card", Role.ANCHOR, 30, form=Form.CARD),
    Kind("external_id", Role.ANCHOR, 40),
    Kind("email", Role.CONTACT, 50, limit=5, form=Form.EMAIL),
    Kind("phone", Role.CONTACT, 60, limit=5, move=Move.MOVE, form=Form.PHONE),
    Kind("card_token", Role.CONTACT, 70, limit=10),
    Kind("device_id", Role.DEVICE, 80),
    Kind("anonymous_id", Role.DEVICE, 90),
)
# The devices among them; a shop may have more.
DEVICE_KINDS = frozenset(
    kind.name for kind in DEFAULT_KINDS if kind.role is Role.DEVICE
)

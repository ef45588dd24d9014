"""Kinds of identifiers and their policy, as data."""

from enum import StrEnum

from msgspec import Struct


class Role(StrEnum):
    """What an identifier of a kind may do."""

    ANCHOR = "anchor"
    CONTACT = "contact"
    DEVICE = "device"


class Move(StrEnum):
    """Whether a contact stays with its first holder or moves on with the next."""

    STAY = "stay"
    MOVE = "move"


class Kind(Struct, frozen=True):
    """A kind of identifier with its policy: role, limit a person, and its form."""

    name: str
    role: Role
    limit: int = 1
    move: Move = Move.STAY
    # How a value is normalised: text, email, phone, card.
    form: str = "text"


class KindPolicy(Struct, frozen=True):
    """All kinds in order of rank, highest first, and what is never an identifier."""

    kinds: tuple[Kind, ...]
    blocked_values: frozenset[str] = frozenset()
    blocked_patterns: tuple[str, ...] = ()
    hold_us: int | None = None
    adopt_us: int = 30 * 86_400_000_000
    shared_hold_us: int = 30 * 60_000_000
    claim_edges_max: int = 100

    def rank(self, kind: str) -> int:
        """Give the place of a kind (0 is the highest); raises KeyError if unknown."""
        return _ranks(self)[kind]

    def kind(self, name: str) -> Kind:
        """Give a kind by its name; raises KeyError if unknown."""
        return self.kinds[_ranks(self)[name]]


_RANKS: dict[int, tuple[KindPolicy, dict[str, int]]] = {}


def _ranks(policy: KindPolicy) -> dict[str, int]:
    # Keyed by identity and holding the policy, so that the number can't be reused.
    held = _RANKS.get(id(policy))
    if held is None:
        held = (policy, {kind.name: at for at, kind in enumerate(policy.kinds)})
        _RANKS[id(policy)] = held
    return held[1]


DEFAULT_KINDS = (
    Kind("user_id", Role.ANCHOR),
    Kind("customer_id", Role.ANCHOR),
    Kind("loyalty_card", Role.ANCHOR, form="card"),
    Kind("external_id", Role.ANCHOR),
    Kind("email", Role.CONTACT, limit=5, form="email"),
    Kind("phone", Role.CONTACT, limit=5, move=Move.MOVE, form="phone"),
    Kind("card_token", Role.CONTACT, limit=10),
    Kind("device_id", Role.DEVICE),
    Kind("anonymous_id", Role.DEVICE),
)

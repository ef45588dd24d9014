"""Who works here, and what was done by whom."""

from msgspec import Struct


class Scope(Struct, frozen=True, omit_defaults=True):
    """The stores, by id or by region, whose people alone somebody sees; none: all."""

    stores: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()

    @property
    def any(self) -> bool:
        return bool(self.stores or self.regions)


class Operator(Struct, frozen=True, kw_only=True):
    """A team member: who they are and what they may do, as the log defines it."""

    name: str
    role: str
    made_us: int
    # Goes up with whatever ends their sessions: another role, a reset, a stop.
    version: int = 1
    disabled: bool = False
    scope: Scope = Scope()


class AuditEntry(Struct, frozen=True, kw_only=True):
    """What a team member was about to do that others must be able to look up."""

    operator: str
    role: str
    # The permission it took, or a word of ours where none is taken: "session:begin".
    action: str
    # What it was done to, by a name that is nobody's address: "person 33".
    object: str = ""
    reason: str = ""

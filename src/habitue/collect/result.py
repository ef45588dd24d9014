"""What a client is told of its items: an outcome for each, in their order."""

from msgspec import Struct

from habitue.collect.reason import Warned
from habitue.model.outcome import Fate


class Result(Struct, frozen=True, omit_defaults=True, gc=False):
    """What became of one item, as the client reads it."""

    outcome: Fate
    reason: str | None = None
    detail: str | None = None
    offset: int | None = None
    quarantine_id: int | None = None
    warnings: tuple[Warned, ...] = ()


class Results(Struct, frozen=True, omit_defaults=True):
    """The outcomes of a request's items, in their order."""

    results: tuple[Result, ...]
    applied: bool | None = None

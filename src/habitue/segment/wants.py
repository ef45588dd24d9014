"""What of a person's profile conditions ask for, beside things done."""

from collections.abc import Collection
from typing import NamedTuple

from habitue.segment.condition import (
    Condition,
    HasComputed,
    HasConsent,
    HasIdentifier,
    HasTrait,
)


class Wants(NamedTuple):
    """What of a person's profile conditions ask for, beside things done."""

    traits: bool = False
    computed: frozenset[str] = frozenset()
    consents: bool = False
    identifiers: bool = False
    # Orders and receipts, returns, as they stand.
    objects: bool = False

    @property
    def profile(self) -> bool:
        return self.traits or bool(self.computed) or self.consents


def wanted_of(asked: Collection[Condition], *, objects: bool) -> Wants:
    """Say what conditions of the profile ask for. objects: purchases are asked for."""
    return Wants(
        traits=any(isinstance(one, HasTrait) for one in asked),
        computed=frozenset(
            one.name.partition(".")[0] for one in asked if isinstance(one, HasComputed)
        ),
        consents=any(isinstance(one, HasConsent) for one in asked),
        identifiers=any(isinstance(one, HasIdentifier) for one in asked),
        objects=objects,
    )

"""What a process goes by of what the log defines, read anew as the log grows."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Protocol

from msgspec import structs

from habitue.access.oauth import KeysAndTokens, OAuthClients
from habitue.access.sources import Sources
from habitue.app.desks.token_page import token_dialect
from habitue.app.projection.defined import (
    marking_in_force,
    policy_in_force,
    ready_plans,
)
from habitue.app.projection.reckoned import reckoning_in_force
from habitue.app.serving.doors import Doors, limits_of
from habitue.base.errors import StorageError
from habitue.base.ids import new_id
from habitue.base.settings import Settings
from habitue.collect.dialects import all_dialects
from habitue.collect.item import Rules
from habitue.identity.kinds import normalise
from habitue.log.port import Truth

RELOAD_S = 1.0


class Known(Protocol):
    """What is kept of definitions, such as sources and who works here."""

    def reload(self) -> None: ...


class InForce:
    """Kinds, staff, plans, zone and currency, as the log defines them by now."""

    def __init__(self, truth: Truth, settings: Settings) -> None:
        self._truth = truth
        self._settings = settings
        self._reloading: asyncio.Task[None] | None = None
        # The log has grown since what it defines was read.
        self._grown = False
        self.reckon()

    def rules(self, sources: Sources, oauth: OAuthClients) -> Rules:
        """Give the rules that doors begin with."""
        policy = policy_in_force(self._truth)
        return Rules(
            policy=policy,
            marking=marking_in_force(self._truth, policy),
            plans=ready_plans(self._truth, {}),
            normalise=normalise,
            credentials=KeysAndTokens(sources, oauth),
            new_id=new_id,
            limits=limits_of(self._settings),
            dialects=(*all_dialects(), token_dialect(oauth)),
            keeps_ip=self._settings.collect.keeps_ip,
            currency=self.reckoning.currency,
        )

    def keep(self, doors: Doors, known: Sequence[Known]) -> None:
        """Keep doors going by what is in force, and all that knows definitions."""
        self._doors, self._known = doors, known

    def hear(self) -> None:
        """Read anew what is defined: the log has grown, by another process as well."""
        self._grown = True
        if self._reloading is None or self._reloading.done():
            self._reloading = asyncio.create_task(self._reload(), name="reload")

    async def _reload(self) -> None:
        # At most once a second, however fast the log grows; and once more if it has
        # grown since, or what came last would stay unknown until the next record.
        while self._grown:
            self._grown = False
            with contextlib.suppress(StorageError):
                for one in self._known:
                    one.reload()
                self.reload_rules()
            await asyncio.sleep(RELOAD_S)

    def reload_rules(self) -> None:
        """Go by kinds, staff, plans, zone and currency as they are defined now.

        What a door takes by them lies behind their definition in the log, so whoever
        projects knows them by then.
        """
        self.reckon()
        policy = policy_in_force(self._truth)
        marking = marking_in_force(self._truth, policy)
        rules = self._doors.rules
        plans = ready_plans(self._truth, rules.plans)
        told = policy, marking, plans, self.reckoning.currency
        if told != (rules.policy, rules.marking, rules.plans, rules.currency):
            changed = structs.replace(
                rules, policy=policy, marking=marking, plans=plans, currency=told[-1]
            )
            self._doors.go_by(changed)

    def reckon(self) -> None:
        """Read how the shop reckons."""
        self.reckoning = reckoning_in_force(self._truth, self._settings.shop)

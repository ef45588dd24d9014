"""Tracking plans as the API asks for them: show, set, try, take away."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from habitue.access.sources import Sources
from habitue.app.desks.writing import Writing
from habitue.app.projection.defined import TRACKING_PLAN, plans_in_force
from habitue.base.errors import NotFoundError
from habitue.collect.planned import Plan, key_of
from habitue.log.port import Truth
from habitue.model.event import Event, EventType
from habitue.model.plan import TrackingPlan

View = dict[str, Any]

EFFECT = "Holds for what is sent from now on; what is kept aside can be replayed."


class PlanDesk:
    """Answers what a source's events have to hold, and writes what an operator sets."""

    def __init__(
        self,
        truth: Truth,
        writing: Writing,
        sources: Sources,
        changed: Callable[[], None],
    ) -> None:
        """changed: lets this process go by the plans as they are now."""
        self._truth = truth
        self._writing = writing
        self._sources = sources
        self._changed = changed
        self._turn = asyncio.Lock()

    def plan(self, source: str) -> View:
        """Give a source's plan; NotFoundError if it has none."""
        plan = self.held(source)
        if plan is None:
            raise NotFoundError(
                f"'{source}' has no tracking plan: all its events are taken."
            )
        return {"source": source, **msgspec.to_builtins(plan)}

    def held(self, source: str) -> TrackingPlan | None:
        """Give a source's plan; None if it has none."""
        if all(one.name != source for one in self._sources.all()):
            raise NotFoundError(f"There is no source '{source}'.")
        return plans_in_force(self._truth).get(source)

    async def put(self, source: str, plan: TrackingPlan) -> View:
        """Put a plan in force; InvalidError names the place that is at fault."""
        Plan(plan)
        async with self._turn:
            if self.held(source) != plan:
                await self._define(source, plan)
        return {**self.plan(source), "effect": EFFECT}

    async def remove(self, source: str) -> View:
        """Take a source's plan away."""
        async with self._turn:
            held = self.plan(source)
            await self._define(source, None)
        return {**held, "effect": EFFECT}

    async def _define(self, source: str, plan: TrackingPlan | None) -> None:
        body = msgspec.json.encode(plan)
        await self._writing.define(TRACKING_PLAN, source, body)
        self._changed()

    def try_event(self, plan: TrackingPlan, told: View) -> View:
        """Say what would become of an event by a plan that need not be in force."""
        kind: EventType = told["type"]
        event = Event(
            type=kind,
            name=told["event"],
            at_us=0,
            properties=told["properties"],
            traits=told["traits"],
        )
        ready = Plan(plan)
        breaches = ready.breaches(event)
        aside = bool(breaches) and ready.sets_aside(event)
        return {
            "goes_by": key_of(event),
            "breaches": breaches,
            "outcome": "quarantined" if aside else "stored",
        }

"""Mappings of a source's deliveries, as the console has them chosen, tried and kept."""

from collections.abc import Callable
from typing import Any

from habitue.access.sources import Sources
from habitue.app.desks.webhook_desk import WebhookDesk
from habitue.base.errors import NotFoundError
from habitue.collect.item import Rules
from habitue.model.source import Source

View = dict[str, Any]
Views = list[View]


class HookMappingDesk:
    """Gives what a mapping is chosen from, and tries and keeps it."""

    def __init__(
        self,
        webhooks: WebhookDesk,
        sources: Sources,
        rules: Callable[[], Rules],
    ) -> None:
        """rules: gives those the door goes by now."""
        self._webhooks = webhooks
        self._sources = sources
        self._rules = rules

    async def providers(self) -> Views:
        """List who may send deliveries."""
        found: Views = (await self._webhooks.providers())["providers"]
        return found

    def show(self, name: str) -> View | None:
        """Say what a source takes; None if it takes no deliveries yet."""
        self._source(name)
        try:
            return self._webhooks.show(name)
        except NotFoundError:
            return None

    def samples(self, name: str) -> Views:
        """Give the last deliveries that came, newest first, without what proved them.

        They are those since the server's start, and since somebody was erased last.
        """
        return self._webhooks.samples(name)

    def kinds(self) -> list[str]:
        """List the kinds of identifiers that a delivery may name."""
        return [one.name for one in self._rules().policy.kinds]

    async def try_sample(self, name: str, mapping: str, sample: View) -> View:
        """Say what a sample would become by a mapping, in the source's own country."""
        source, held = self._source(name), self._webhooks.show(name)
        return await self._webhooks.try_sample(
            {
                "provider": held["provider"],
                "mapping": mapping,
                "headers": sample["headers"],
                "target": "",
                "url": "",
                "body": sample["body"],
                "secret": "",
                "expect": {},
                "currency": held["currency"],
                "country": source.country,
                "time_zone": source.time_zone,
            }
        )

    async def put(self, name: str, wanted: View) -> View:
        """Set what a source takes; a secret made here is in the answer, this once."""
        if "secrets" in wanted or "provider" in wanted:
            self._webhooks.check(wanted)
        return await self._webhooks.put(name, wanted)

    def _source(self, name: str) -> Source:
        source = self._sources.get(name)
        if source is None:
            raise NotFoundError(f"There is no source '{name}'.")
        return source

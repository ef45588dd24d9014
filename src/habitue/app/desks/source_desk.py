"""Sources as the API asks for them: how each is doing, new ones, their keys."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec

from habitue.access.sources import Sources
from habitue.app.desks.lags import Lags
from habitue.app.desks.tally import Tally
from habitue.app.desks.webhook_desk import WebhookDesk
from habitue.base.clock import HOUR_US, MINUTE_US, Clock, to_iso
from habitue.base.errors import InvalidError, NotFoundError
from habitue.log.port import Count
from habitue.model.outcome import Fate
from habitue.model.source import Mode, Source, Writer

View = dict[str, Any]
Views = list[View]

_WARNINGS = {
    Mode.TRUSTED: "Any visitor can claim to be anybody: what this browser says is"
    " believed as if your own server had said it."
}


class SourceDesk:
    """Answers how each source is doing, and sets sources and keys up."""

    def __init__(
        self,
        sources: Sources,
        tally: Tally,
        lags: Lags,
        clock: Clock,
        webhooks: WebhookDesk | None = None,
    ) -> None:
        self._sources = sources
        self._webhooks = webhooks
        self._tally = tally
        self._lags = lags
        self._clock = clock

    def list(self) -> Views:
        """List sources; received = stored + duplicate + quarantined + refused."""
        return self._views("", None)[0]

    async def page(self, after: str, limit: int) -> tuple[Views, str | None]:
        """Give sources by name and how far each lags, and where the next page begins.

        lag_records: those that are not in state yet; lag_ms: how long the first waits.
        """
        behind = await self._lags.behind()
        views, more = self._views(after, limit)
        lags = [self._lags.view(behind, view["name"]) for view in views]
        return [view | lag for view, lag in zip(views, lags, strict=True)], more

    def _views(self, after: str, limit: int | None) -> tuple[Views, str | None]:
        by_source: defaultdict[str, list[Count]] = defaultdict(list)
        for count in self._tally.counts():
            by_source[count.source].append(count)
        # What the house writes itself is counted, too, under names that nobody set up.
        found = {name: Source(name=name) for name in by_source}
        found |= {source.name: source for source in self._sources.all()}
        names = sorted(name for name in found if name > after)
        shown = names[:limit]
        views = [self._view(found[name], by_source[name]) for name in shown]
        return views, shown[-1] if len(shown) < len(names) else None

    def _view(self, source: Source, counts: Sequence[Count]) -> View:
        now_us = self._clock.now_us()
        warning = _WARNINGS.get(source.mode) if source.kind is Writer.PUBLIC else None
        return {
            "name": source.name,
            "kind": source.kind.value,
            "mode": source.mode.value if source.kind is Writer.PUBLIC else None,
            "warning": warning,
            "simulated": source.simulated,
            "origins": source.origins,
            "outcomes": outcomes(counts),
            "reasons": _reasons(counts),
            "per_minute": _since(counts, now_us - 5 * MINUTE_US) / 5,
            "last_hour": _since(counts, now_us - HOUR_US),
            "last_at": _last(counts),
            "arrival": self._lags.arrival(source.name),
            "silent_after_s": source.silent_after_s,
            "keys": [
                {
                    "key_id": key.key_id,
                    "made_at": to_iso(key.made_us),
                    "holds": key.holds,
                    "scopes": key.scopes,
                    "adopted": key.adopted,
                }
                for key in self._sources.keys(source.name)
            ],
        }

    async def add(self, wanted: View) -> View:
        """Set up a source and give its key, once."""
        kind = Writer(wanted.pop("kind"))
        origins = tuple(wanted.pop("origins", ()))
        scopes = wanted.pop("scopes", ())
        webhook = wanted.pop("webhook", None)
        if webhook is not None:
            self._check_webhook(kind, webhook)
        source = Source(kind=kind, origins=origins, **wanted)
        _, key = await self._sources.add(source, scopes)
        found = self._sources.key(key)
        taken = {}
        if webhook is not None and self._webhooks is not None:
            taken = {"webhook": await self._webhooks.put(source.name, webhook)}
        return {
            **taken,
            "source": source.name,
            "kind": source.kind.value,
            "mode": source.mode.value if kind is Writer.PUBLIC else None,
            "warning": _WARNINGS.get(source.mode) if kind is Writer.PUBLIC else None,
            "key": key,
            "key_id": None if found is None else found.key_id,
        }

    def _check_webhook(self, kind: Writer, webhook: View) -> None:
        if kind is not Writer.SERVER or self._webhooks is None:
            raise InvalidError("Only a server source takes webhooks; leave it out.")
        self._webhooks.check(webhook)

    async def change(self, name: str, wanted: View) -> View:
        """Change what is set of a source, and say how it is set now."""
        if "origins" in wanted:
            wanted["origins"] = tuple(wanted["origins"])
        source = await self._sources.change(name, **wanted)
        view: View = msgspec.to_builtins(source)
        return view

    async def issue(self, name: str, *, bulk: bool, scopes: Sequence[str]) -> View:
        """Give a source one more key; the others hold until they are revoked."""
        key = await self._sources.issue(name, bulk=bulk, scopes=scopes)
        found = self._sources.key(key)
        return {
            "source": name,
            "key": key,
            "key_id": None if found is None else found.key_id,
        }

    async def adopt(self, name: str, told: str) -> View:
        """Take a key that clients of a source hold already."""
        key_id = await self._sources.adopt(name, told)
        return {"source": name, "key": told, "key_id": key_id}

    def new_signing_secret(self, name: str) -> View:
        """Make a secret to sign tokens with; the former one goes on to verify."""
        kid, secret = self._sources.new_signing_secret(name)
        return {"source": name, "kid": kid, "secret": secret}

    async def revoke(self, name: str, key_id: str) -> View:
        """Take a key of a source out of use."""
        if key_id not in {key.key_id for key in self._sources.keys(name)}:
            raise NotFoundError(f"Source '{name}' has no key '{key_id}'.")
        await self._sources.revoke(key_id)
        return {"source": name, "key_id": key_id, "holds": False}


def outcomes(counts: Sequence[Count]) -> dict[str, int]:
    """Sum counts by fate; received is their sum."""
    sums = {fate.value: 0 for fate in Fate}
    for count in counts:
        sums[count.fate] += count.items
    return {"received": sum(sums.values()), **sums}


def _reasons(counts: Sequence[Count]) -> dict[str, int]:
    sums: defaultdict[str, int] = defaultdict(int)
    for count in counts:
        if count.reason:
            sums[f"{count.fate}: {count.reason}"] += count.items
    return dict(sorted(sums.items()))


def _since(counts: Sequence[Count], since_us: int) -> int:
    return sum(count.items for count in counts if count.minute_us >= since_us)


def _last(counts: Sequence[Count]) -> str | None:
    return to_iso(max(count.minute_us for count in counts)) if counts else None

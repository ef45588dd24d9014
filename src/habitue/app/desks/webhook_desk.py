"""Webhooks as the API asks for them: providers, sources that take them, samples."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec import structs

from habitue.access.hooks import Hooked, Hooks, check_secrets
from habitue.base.clock import Clock, to_iso
from habitue.base.errors import NotFoundError
from habitue.collect.item import Rules
from habitue.collect.pipeline import Taken, take
from habitue.collect.port import Credential
from habitue.collect.reason import Warned, sentence
from habitue.collect.webhooks.arrive import Arrived, arrive, raw_of
from habitue.collect.webhooks.delivery import Delivery
from habitue.collect.webhooks.door import PATH, HookDoor
from habitue.collect.webhooks.library import Library
from habitue.collect.webhooks.port import Hook
from habitue.collect.webhooks.provider import NewKind, Provider
from habitue.collect.webhooks.reason import REASONS, unmapped
from habitue.collect.webhooks.recent import Recent, without_proof
from habitue.collect.webhooks.signature import Asked, fault
from habitue.model.event import Event
from habitue.model.kind import RANKS, Role
from habitue.model.source import Source, Writer

View = dict[str, Any]
# Defines a kind of identifier: name and what is wanted of it.
DefineKind = Callable[[str, View], Awaitable[View]]

# A trial shows so many events; a delivery with more is none to look at.
SHOWN_MAX = 50
_TRIAL = "trial"


class WebhookDesk:
    """Sets webhooks up, and shows what a sample would become."""

    def __init__(
        self,
        hooks: Hooks,
        library: Library,
        door: HookDoor,
        rules: Callable[[], Rules],
        clock: Clock,
    ) -> None:
        """rules: gives those the door goes by now."""
        self._hooks = hooks
        self._library = library
        self._door = door
        self._rules = rules
        self._clock = clock
        self.define_kind: DefineKind | None = None

    async def providers(self) -> View:
        """List the providers, and the files that can't be read; files are read anew."""
        providers = await asyncio.to_thread(self._read_files)
        self._hooks.forget_files()
        return {
            "providers": [_provider_view(one) for one in providers],
            "faults": [
                {"provider": name, "detail": told}
                for name, told in sorted(self._library.faults.items())
            ],
            "next_cursor": None,
        }

    def _read_files(self) -> list[Provider]:
        self._library.reload()
        return self._library.all()

    def show(self, name: str) -> View:
        """Say what a source takes; of secrets only how many there are."""
        hooked = self._hooks.get(name)
        return {
            "source": name,
            "path": PATH + name,
            "url": self._url(name, hooked),
            "provider": hooked.provider,
            "mapping": hooked.mapping,
            "expect": hooked.expect,
            # Of amounts that come without one.
            "currency": hooked.currency or self._rules().currency,
            "secrets": self._hooks.count_secrets(name),
            "has_word": self._hooks.has_word(name),
            "confirm_url": self._door.to_confirm.get(name),
            "working": self._hooks.hook(name) is not None,
        }

    def _url(self, name: str, hooked: Hooked) -> str | None:
        if hooked.url:
            return hooked.url
        base = self._door.public_url
        return base.rstrip("/") + PATH + name if base else None

    def samples(self, name: str) -> list[View]:
        """Give the last proved deliveries, newest first, without what proved them."""
        self._hooks.get(name)
        return [_sample(one) for one in self._door.recent.of(name)]

    def check(self, wanted: View) -> None:
        """Refuse what can't be set, before anything is."""
        self._hooks.check(_hooked(wanted, Hooked()))
        check_secrets(wanted.get("secrets", ()))
        check_secrets([wanted["word"]] if "word" in wanted else ())

    async def put(self, name: str, wanted: View) -> View:
        """Set what a source takes; what is left out stays as it is.

        The secret is in the answer where it was made here, and nowhere else.
        """
        held = self._held(name)
        hooked = _hooked(wanted, held or Hooked())
        provider = await self._hooks.put(name, hooked)
        await self._define_kinds(provider)
        if "secrets" in wanted:
            self._hooks.set_secrets(name, wanted["secrets"])
        if wanted.get("word"):
            self._hooks.set_word(name, wanted["word"])
        made = None
        if provider.key == "ours" and not self._hooks.count_secrets(name):
            made = self._hooks.add_secret(name)
        return {**self.show(name), "secret": made, "next": provider.about}

    def _held(self, name: str) -> Hooked | None:
        try:
            return self._hooks.get(name)
        except NotFoundError:
            return None

    def add_secret(self, name: str, secret: str) -> View:
        """Give a webhook another secret; the one before it goes on to verify."""
        told = self._hooks.add_secret(name, secret)
        count = self._hooks.count_secrets(name)
        return {"source": name, "secret": None if secret else told, "secrets": count}

    async def _define_kinds(self, provider: Provider) -> None:
        """Define the kinds of identifiers that deliveries name and nobody has yet."""
        known = {one.name for one in self._rules().policy.kinds}
        for name, kind in provider.kinds.items():
            if name not in known and self.define_kind is not None:
                wanted = {"role": kind.role, "limit": kind.limit}
                await self.define_kind(name, {**wanted, "rank": self._rank(kind)})

    def _rank(self, kind: NewKind) -> int:
        taken = {one.rank for one in self._rules().policy.kinds}
        free = [rank for rank in RANKS[Role(kind.role)] if rank not in taken]
        return min(free, key=lambda rank: abs(rank - kind.rank), default=kind.rank)

    # -- trying a sample --------------------------------------------------------

    async def try_sample(self, wanted: View) -> View:
        """Say what a sample would become; nothing of it is stored."""
        # What is long takes its time: beside the loop.
        hook = await asyncio.to_thread(self._trial_hook, wanted)
        told = {name.lower(): value for name, value in wanted["headers"].items()}
        url = wanted["url"] or wanted["target"]
        delivery = Delivery(
            url=url,
            query=wanted["target"].partition("?")[2],
            headers=told,
            body=wanted["body"].encode(),
        )
        rules = structs.replace(self._rules(), new_id=lambda: _TRIAL)
        now_us = self._clock.now_us()
        arrived = await asyncio.to_thread(arrive, delivery, hook, rules, now_us)
        return {
            "provider": hook.provider.name,
            "signature": self._signature(wanted, hook, delivery),
            **_told(arrived),
        }

    def _trial_hook(self, wanted: View) -> Hook:
        source = Source(
            name=_TRIAL, country=wanted["country"], time_zone=wanted["time_zone"]
        )
        return Hook(
            credential=Credential(source=source, writer=Writer.SERVER, large=True),
            provider=self._library.read(wanted["provider"], wanted["mapping"]),
            expect=wanted["expect"],
            currency=wanted["currency"],
        )

    def _signature(self, wanted: View, hook: Hook, delivery: Delivery) -> str:
        if not wanted["secret"]:
            return "not checked"
        asked = Asked(
            secrets=(wanted["secret"],),
            expect=hook.expect,
            now_us=self._clock.now_us(),
        )
        wrong = fault(hook.provider.signatures, delivery, asked)
        return "right" if wrong is None else REASONS[wrong]


def _hooked(wanted: View, held: Hooked) -> Hooked:
    fields = ("provider", "mapping", "url", "expect", "currency")
    changes = {name: wanted[name] for name in fields if name in wanted}
    return structs.replace(held, **changes)


def _sample(one: Recent) -> View:
    shown = without_proof(one)
    body = msgspec.json.format(msgspec.json.encode(shown.document), indent=2)
    return {
        "at": to_iso(one.received_us),
        "body": body.decode(),
        "headers": shown.headers,
    }


def _provider_view(one: Provider) -> View:
    topics = sorted({topic for rule in one.rules for topic in rule.topics})
    return {
        "provider": one.name,
        "title": one.title,
        "about": one.about,
        "key": one.key,
        "topics": topics,
        "expects": sorted({pin for each in one.signatures for pin in each.pins}),
    }


def _told(arrived: Arrived) -> View:
    told = arrived.translation
    if told is None:
        reason = arrived.fault or "not_json"
        limit = arrived.arrival.rules.limits.depth_max
        return _nothing("", "", Warned(reason, sentence(reason, limit=limit)))
    if told.ignored:
        return _nothing(told.topic, told.id, _warned("topic_ignored"))
    if not told.known:
        why = unmapped(told.topic)
        return _nothing(told.topic, told.id, Warned(why.reason, why.detail))
    warnings = [] if told.made else [_warned("nothing_told")]
    events = [
        _event_view(take(raw_of(one), arrived.arrival), one.empty)
        for one in told.made[:SHOWN_MAX]
    ]
    return {
        "topic": told.topic,
        "delivery_id": told.id,
        "events": events,
        "warnings": [structs.asdict(one) for one in warnings],
    }


def _nothing(topic: str, delivery_id: str, why: Warned) -> View:
    return {
        "topic": topic,
        "delivery_id": delivery_id,
        "events": [],
        "warnings": [structs.asdict(why)],
    }


def _warned(reason: str) -> Warned:
    return Warned(reason, REASONS[reason])


def _event_view(taken: Taken, empty: tuple[str, ...]) -> View:
    entry, event = taken.entry, taken.event
    return {
        "outcome": "stored" if event is not None else "quarantined",
        "reason": entry.reason,
        "detail": entry.detail,
        "message_id": entry.message_id,
        "event": None if event is None else _shown(event),
        "warnings": [structs.asdict(one) for one in taken.warnings],
        # Fields of the mapping for which the sample says nothing.
        "empty": list(empty),
    }


def _shown(event: Event) -> View:
    return {
        "type": event.type,
        "name": event.name,
        "at": to_iso(event.at_us),
        "identifiers": [str(one) for one in event.identifiers],
        "traits": event.traits,
        "properties": event.properties,
        "context": event.context,
    }

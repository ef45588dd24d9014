"""A shop that takes webhooks, the recorded deliveries, and how a provider signs."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from habitue.access.hooks import Hooked, Hooks
from habitue.collect.door import Ports
from habitue.collect.webhooks.door import HookDoor
from habitue.collect.webhooks.library import Library
from habitue.model.source import Source
from tests.collect.driver import Reply, ask
from tests.collect.shop import LoggedDefinitions, MemorySecrets, Shop

DATA = Path(__file__).parents[2] / "data" / "webhooks"
SIGNED_US = 1_795_428_000_000_000
TOPIC = "arn:aws:sns:eu-central-1:123456789012:ses"
EXPECT = {"ses-sns": {"body:TopicArn": TOPIC}}


def deliveries() -> list[Path]:
    """Every recorded delivery."""
    return sorted(DATA.glob("*/*.json"))


def recorded(name: str) -> dict[str, Any]:
    """One recorded delivery: shopify/orders-paid."""
    told: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    return told


class HookShop(Shop):
    """A shop with the door for webhooks beside the one for events."""

    def __init__(self, folder: Path, **limits: int) -> None:
        super().__init__(folder, **limits)
        # Long after most tests' time: when the deliveries were signed.
        self.clock.move(SIGNED_US - self.clock.now_us())
        self.library = Library(folder / "webhooks")
        self.hooks = Hooks(
            LoggedDefinitions(self.truth, self.committer, self.clock),
            MemorySecrets(),
            self.sources,
            self.library,
        )
        ports = Ports(
            appender=self.committer,
            applied=self._applied,
            pressure=lambda: self.pressure,
            clock=self.clock,
        )
        gate, unused = self.collector.gate, self.collector.unused
        self.door = HookDoor(self.rules, ports, gate, unused)
        self.door.hooks = self.hooks

    def take(self, provider: str, *secrets: str, **more: Any) -> None:
        """Let a source of the provider's name take its deliveries."""
        name = more.pop("source", provider)
        word = more.pop("word", "")
        if self.sources.get(name) is None:
            zone = {"country": "PL", "time_zone": "Europe/Warsaw"}
            self.add(Source(name=name, **zone))
        more.setdefault("expect", EXPECT.get(provider, {}))
        hooked = Hooked(provider=provider, **more)
        self.runner.run(self.hooks.put(name, hooked))
        self.hooks.set_secrets(name, secrets)
        if word:
            self.hooks.set_word(name, word)

    def take_recorded(self, told: dict[str, Any], **more: Any) -> None:
        """Let a source take what a recorded delivery's provider sends."""
        if told["method"] == "GET":
            more["word"] = told["secret"]
        secrets = [told["secret"]] if told["secret"] else []
        self.take(told["provider"], *secrets, url=told["url"].split("?")[0], **more)

    def deliver(self, told: dict[str, Any], **changes: Any) -> Reply:
        """Send a recorded delivery, or one that was changed."""
        told = {**told, **changes}
        body = told["body_text"]
        return self.runner.run(
            ask(
                self.door,
                body if isinstance(body, bytes) else body.encode(),
                method=told["method"],
                path=f"/hooks/{told.get('source', told['provider'])}",
                query=told["target"].partition("?")[2],
                headers=told["headers"],
                client=told.get("client", "192.0.2.7"),
            )
        )

    def fates(self, source: str) -> dict[str, int]:
        """How many items of a source met which fate."""
        found: dict[str, int] = {}
        for count in self.truth.counts(0):
            if count.source == source:
                found[count.fate] = found.get(count.fate, 0) + count.items
        return found

    def refused(self, source: str) -> dict[str, int]:
        """How often which reason was counted for a source."""
        found: dict[str, int] = {}
        for count in self.truth.counts(0):
            if count.source == source and count.fate == "refused":
                found[count.reason] = found.get(count.reason, 0) + count.items
        return found


@contextmanager
def open_hook_shop(folder: Path, **limits: int) -> Iterator[HookShop]:
    shop = HookShop(folder, **limits)
    try:
        yield shop
    finally:
        shop.close()


def signed(
    provider: str, body: Any, secret: str, topic: str, delivery_id: str = "d1"
) -> dict[str, Any]:
    """A delivery of a shop's, signed as the shop does."""
    text = body if isinstance(body, str) else json.dumps(body)
    mac = hmac.digest(secret.encode(), text.encode(), hashlib.sha256)
    proof = base64.b64encode(mac).decode()
    names = {
        "woocommerce": ("X-WC-Webhook-Topic", "Signature", "Delivery-ID"),
        "shopify": ("X-Shopify-Topic", "Hmac-Sha256", "Webhook-Id"),
    }[provider]
    stem = "X-WC-Webhook-" if provider == "woocommerce" else "X-Shopify-"
    return {
        "provider": provider,
        "method": "POST",
        "target": f"/hooks/{provider}",
        "headers": {
            "Content-Type": "application/json",
            names[0]: topic,
            stem + names[1]: proof,
            stem + names[2]: delivery_id,
        },
        "body_text": text,
    }

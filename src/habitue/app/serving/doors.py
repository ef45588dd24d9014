"""The ways in: events, imports and webhooks, which go by one set of rules."""

from typing import Any

from habitue.app.bulk.door import BulkDoor
from habitue.base.settings import Settings
from habitue.collect.door import Collector, Ports
from habitue.collect.item import Rules
from habitue.collect.limits import Limits
from habitue.collect.webhooks.door import HookDoor


class Doors:
    """The three doors of a process; a source has one rate and one count at all."""

    def __init__(self, rules: Rules, ports: Ports) -> None:
        self.rules = rules
        self.events = Collector(rules, ports)
        gate, unused = self.events.gate, self.events.unused
        self.bulk = BulkDoor(rules, ports, gate, unused)
        self.hooks = HookDoor(rules, ports, gate, unused)

    def at(self, path: str) -> Any | None:
        """Give the door of a path, an ASGI app; None where there is none."""
        for door in (self.events, self.bulk, self.hooks):
            if door.serves(path):
                return door
        return None

    def go_by(self, rules: Rules) -> None:
        """Take what comes from here on by other rules, of the same limits."""
        self.rules = rules
        for door in (self.events, self.bulk, self.hooks):
            door.go_by(rules)


def limits_of(settings: Settings) -> Limits:
    """Give the doors' limits as they are set."""
    told = settings.collect
    return Limits(
        wire_bytes_max=told.wire_bytes_max,
        inflated_bytes_max=told.inflated_bytes_max,
        batch_items_max=told.batch_items_max,
        event_bytes_max=told.event_bytes_max,
        bodies_bytes_max=told.bodies_bytes_max,
        webhook_bytes_max=told.webhook_bytes_max,
        body_timeout_s=told.body_timeout_s,
        public_items_per_s_max=told.public_items_per_s_max,
        public_quarantined_per_s_max=told.public_quarantined_per_s_max,
        public_items_per_s_per_address_max=told.public_items_per_s_per_address_max,
    )

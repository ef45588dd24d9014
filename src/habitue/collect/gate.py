"""Who may send now: pressure, rates, and tries without a key, each with its answer."""

from collections.abc import Sequence

from habitue.base.clock import Clock
from habitue.collect.http import Fault
from habitue.collect.limits import Limits
from habitue.collect.pace import (
    GIVES_WAY_FROM,
    Addresses,
    Failures,
    Pace,
    gives_way_at,
    is_strangers,
    rate_of,
)
from habitue.collect.pipeline import Taken, is_kept, refuse_unusable
from habitue.collect.port import Credential, Pressure

_OVERLOAD_WAIT_S = 1


class Gate:
    """Lets requests and items through, or raises the Fault that says when to come."""

    def __init__(self, limits: Limits, pressure: Pressure, clock: Clock) -> None:
        self._limits = limits
        self._pressure = pressure
        self._clock = clock
        self._items = Pace()
        self._addresses = Addresses(limits.public_items_per_s_per_address_max)
        self._kept = Pace()
        self._failures = Failures()

    def admit(self, credential: Credential, address: str = "") -> None:
        """Turn away who has to wait anyway, before a body is read.

        address is whom the request came from; empty where it is nobody's.
        """
        self.admit_under_pressure(credential)
        rate = rate_of(credential, self._limits)
        if rate:
            now_us = self._clock.now_us()
            if is_strangers(credential):
                wait_s = self._addresses.wait_s(address, now_us)
                _wait("address_too_fast", wait_s, self._addresses.per_s_max)
            wait_s = self._items.wait_s(credential.source.name, rate, now_us)
            _wait("source_too_fast", wait_s, rate)

    @property
    def is_pressed(self) -> bool:
        """Whether anybody has to give way to others by now."""
        return self._pressure() >= GIVES_WAY_FROM

    def admit_under_pressure(self, credential: Credential) -> None:
        """Turn away whose key gives way to others by now."""
        if self._pressure() >= gives_way_at(credential):
            raise Fault("overloaded", wait_s=_OVERLOAD_WAIT_S)

    def spend(self, credential: Credential, items: int, address: str = "") -> None:
        """Count a request's items before the work on them, or turn it away.

        The address is asked first, so that a flood from one is not the source's.
        """
        rate = rate_of(credential, self._limits)
        if not rate:
            return
        now_us = self._clock.now_us()
        by_address = bool(address) and is_strangers(credential)
        if by_address:
            wait_s = self._addresses.take(address, items, now_us)
            _wait("address_too_fast", wait_s, self._addresses.per_s_max)
        wait_s = self._items.take(credential.source.name, rate, items, now_us)
        if wait_s and by_address:
            self._addresses.give_back(address, items)
        _wait("source_too_fast", wait_s, rate)

    def keep_few(self, taken: Sequence[Taken], credential: Credential) -> list[Taken]:
        """Refuse what a public key sends of unusable items over their rate."""
        if not is_strangers(credential):
            return list(taken)
        rate = self._limits.public_quarantined_per_s_max
        name, now_us = credential.source.name, self._clock.now_us()
        return [
            refuse_unusable(one, rate)
            if is_kept(one) and self._kept.take(name, rate, 1, now_us)
            else one
            for one in taken
        ]

    def count_try(self, address: str, now_us: int) -> None:
        """Count a request without a known key before it is read, or turn it away."""
        _wait("too_many_failures", self._failures.wait_s(address, now_us))
        self._failures.add(address, now_us)

    def forgive_try(self, address: str, now_us: int) -> None:
        """Take back a try that was counted at now_us."""
        self._failures.forgive(address, now_us)


def _wait(reason: str, wait_s: int, limit: int = 0) -> None:
    if wait_s:
        raise Fault(reason, wait_s=wait_s, limit=limit)

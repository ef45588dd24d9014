"""How much a source may send now, and who is turned away first under pressure."""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from habitue.base.clock import MINUTE_US, SECOND_US
from habitue.collect.limits import Limits
from habitue.collect.port import Credential
from habitue.model.source import Writer

# Pressure 1.0 is where refusing begins: bulk at once, tills last.
_BULK_FROM = 1.0
_LAST_FROM = 2.0
_PRIORITY_MAX = 200
_BLOCKS_MAX = 10_000


def gives_way_at(credential: Credential) -> float:
    """Say from which pressure on a key is asked to wait; bulk first, tills last.

    >>> from habitue.model.source import Source
    >>> till = Source(name="till", priority=10)
    >>> usual = Credential(source=till, writer=Writer.SERVER)
    >>> bulk = Credential(source=till, writer=Writer.SERVER, bulk=True)
    >>> gives_way_at(bulk) < gives_way_at(usual)
    True
    """
    source = credential.source
    if source.historical or credential.bulk:
        return _BULK_FROM
    return _LAST_FROM - min(max(source.priority, 0), _PRIORITY_MAX) / _PRIORITY_MAX


def is_strangers(credential: Credential) -> bool:
    """Say whether anybody may hold the key: it stands in the shop's pages."""
    return credential.writer is Writer.PUBLIC and not credential.bulk


def rate_of(credential: Credential, limits: Limits) -> int:
    """Say how many items a second may come with a key; 0 for any number."""
    told = credential.source.events_per_s_max
    if told or not is_strangers(credential):
        return told
    return limits.public_items_per_s_max


class Bucket:
    """Items a second with a store of one second.

    What is larger than the store is let through when the store is full, and owed.
    """

    def __init__(self, per_s_max: int, now_us: int) -> None:
        self.per_s_max = per_s_max
        self._left = float(per_s_max)
        self._at_us = now_us

    def wait_s(self, items: int, now_us: int) -> int:
        """Say how many seconds to wait until so many may be sent; 0 for now."""
        self._fill(now_us)
        lacking = min(items, self.per_s_max) - self._left
        return ceil(lacking / self.per_s_max) if lacking > 0 else 0

    def take(self, items: int, now_us: int) -> int:
        """Spend items if they may be sent now; else say how long to wait."""
        wait_s = self.wait_s(items, now_us)
        if not wait_s:
            self._left -= items
        return wait_s

    def _fill(self, now_us: int) -> None:
        # A request that was long on its way must not turn the clock back.
        passed_us = max(0, now_us - self._at_us)
        filled = self._left + passed_us * self.per_s_max / SECOND_US
        self._left = min(float(self.per_s_max), filled)
        self._at_us += passed_us


class Pace:
    """The rate of every source that has one."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def wait_s(self, source: str, per_s_max: int, now_us: int) -> int:
        """Say how long a source has to wait for one item; 0 if it may send now."""
        return self._bucket(source, per_s_max, now_us).wait_s(1, now_us)

    def take(self, source: str, per_s_max: int, items: int, now_us: int) -> int:
        """Spend a source's items if they may be sent now; else say how long to wait."""
        return self._bucket(source, per_s_max, now_us).take(items, now_us)

    def _bucket(self, source: str, per_s_max: int, now_us: int) -> Bucket:
        bucket = self._buckets.get(source)
        if bucket is None or bucket.per_s_max != per_s_max:
            bucket = self._buckets[source] = Bucket(per_s_max, now_us)
        return bucket


class Failures:
    """Unknown keys by block of addresses: who tries many is made to wait.

    Each try is counted before it is looked at, or many at once would all slip by.
    """

    def __init__(self, per_minute_max: int = 60) -> None:
        self._max = per_minute_max
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def add(self, address: str, now_us: int) -> None:
        """Count a try without a known key; over the limit the oldest is forgotten."""
        block = block_of(address)
        minute = now_us // MINUTE_US
        since, count = self._counts.pop(block, (minute, 0))
        self._counts[block] = (minute, 1 if since != minute else count + 1)
        if len(self._counts) > _BLOCKS_MAX:
            self._counts.popitem(last=False)

    def forgive(self, address: str, now_us: int) -> None:
        """Take back what was counted at now_us: there was a key after all."""
        block = block_of(address)
        minute, count = self._counts.get(block, (0, 0))
        if minute != now_us // MINUTE_US:
            return
        if count > 1:
            self._counts[block] = (minute, count - 1)
        else:
            del self._counts[block]

    def wait_s(self, address: str, now_us: int) -> int:
        """Say how long an address has to wait; 0 if it need not."""
        if not self._counts:
            return 0
        minute, count = self._counts.get(block_of(address), (0, 0))
        if minute != now_us // MINUTE_US or count < self._max:
            return 0
        return ceil(((minute + 1) * MINUTE_US - now_us) / SECOND_US)


def block_of(address: str) -> str:
    """Give the block an address belongs to: /24 of IPv4, /64 of IPv6.

    >>> block_of("192.0.2.7"), block_of("2001:db8::1")
    ('192.0.2.0/24', '2001:db8::/64')
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    length = 64 if isinstance(parsed, IPv6Address) else 24
    return str(ip_network(f"{parsed}/{length}", strict=False))

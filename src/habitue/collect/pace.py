"""How much a source may send now, and who is turned away first under pressure."""

from collections import OrderedDict
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil

from habitue.base.clock import MINUTE_US, SECOND_US
from habitue.model.source import Source

# Pressure 1.0 is where refusing begins: bulk at once, tills last.
_BULK_FROM = 1.0
_LAST_FROM = 2.0
_PRIORITY_MAX = 200
_BLOCKS_MAX = 10_000


def gives_way_at(source: Source) -> float:
    """Say from which pressure on a source is asked to wait; bulk first, tills last.

    >>> till = Source(name="till", priority=10)
    >>> gives_way_at(Source(name="erp", historical=True)) < gives_way_at(till)
    True
    """
    if source.historical:
        return _BULK_FROM
    return _LAST_FROM - min(max(source.priority, 0), _PRIORITY_MAX) / _PRIORITY_MAX


class Bucket:
    """Events a second with a store of one second; a batch may overdraw it once."""

    def __init__(self, per_s_max: int, now_us: int) -> None:
        self._per_s = per_s_max
        self._left = float(per_s_max)
        self._at_us = now_us

    def wait_s(self, now_us: int) -> int:
        """Say how many seconds to wait until something may be sent; 0 for now."""
        passed_us = max(0, now_us - self._at_us)
        self._left = min(self._per_s, self._left + passed_us * self._per_s / SECOND_US)
        self._at_us = now_us
        return 0 if self._left > 0 else ceil((1 - self._left) / self._per_s)

    def spend(self, items: int) -> None:
        self._left -= items


class Pace:
    """The rate of every source that has a limit."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[int, Bucket]] = {}

    def wait_s(self, source: Source, now_us: int) -> int:
        """Say how long a source has to wait; 0 if it may send now."""
        if not source.events_per_s_max:
            return 0
        return self._bucket(source, now_us).wait_s(now_us)

    def spend(self, source: Source, items: int, now_us: int) -> None:
        """Count what a source sent."""
        if source.events_per_s_max:
            self._bucket(source, now_us).spend(items)

    def _bucket(self, source: Source, now_us: int) -> Bucket:
        limit, bucket = self._buckets.get(source.name, (0, None))
        if bucket is None or limit != source.events_per_s_max:
            bucket = Bucket(source.events_per_s_max, now_us)
            self._buckets[source.name] = (source.events_per_s_max, bucket)
        return bucket


class Failures:
    """Unknown keys by block of addresses: who tries many is made to wait."""

    def __init__(self, per_minute_max: int = 60) -> None:
        self._max = per_minute_max
        self._counts: OrderedDict[str, tuple[int, int]] = OrderedDict()

    def add(self, address: str, now_us: int) -> None:
        """Count a key that nobody has; the oldest block is forgotten over the limit."""
        block = block_of(address)
        minute = now_us // MINUTE_US
        since, count = self._counts.pop(block, (minute, 0))
        self._counts[block] = (minute, 1 if since != minute else count + 1)
        if len(self._counts) > _BLOCKS_MAX:
            self._counts.popitem(last=False)

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

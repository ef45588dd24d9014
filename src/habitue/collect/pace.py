"""How much a source may send now, and who is turned away first under pressure."""

from collections import OrderedDict
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from math import ceil

from habitue.base.clock import MINUTE_US, SECOND_US
from habitue.collect.limits import Limits
from habitue.collect.port import Credential
from habitue.model.source import Writer

# Pressure 1.0 is where refusing begins: bulk at once, the usual source at 1.5. A till
# sends little and its customer waits, so it is let in long after: what was taken of a
# crowd in one moment may be far above the bar that the crowd gives way at.
GIVES_WAY_FROM = 1.0
_LAST_FROM = 5.0
_PRIORITY_MAX = 200
_BLOCKS_MAX = 10_000
# What a proxy tells need not be an address, but this long is every one there is.
_ADDRESS_CHARS_MAX = 64


def gives_way_at(credential: Credential) -> float:
    """Say from which pressure on a key is asked to wait; bulk first, tills last.

    >>> from habitue.model.source import Source
    >>> till = Source(name="till", priority=10)
    >>> usual = Credential(source=till, writer=Writer.SERVER)
    >>> bulk = Credential(source=till, writer=Writer.SERVER, bulk=True)
    >>> gives_way_at(bulk), round(gives_way_at(usual), 2)
    (1.0, 4.43)
    """
    source = credential.source
    if source.historical or credential.bulk:
        return GIVES_WAY_FROM
    before = 1 - min(max(source.priority, 0), _PRIORITY_MAX) / _PRIORITY_MAX
    return GIVES_WAY_FROM + (_LAST_FROM - GIVES_WAY_FROM) * before**3


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


class Addresses:
    """The rate of every address that sends with a key anybody may hold.

    The same rule as a bucket's, kept as one number an address: when its store will be
    full again. So asking costs a fraction of a microsecond. Who was silent the longest
    is forgotten first.
    """

    def __init__(self, per_s_max: int) -> None:
        self.per_s_max = per_s_max
        self._item_us = SECOND_US / per_s_max
        # Two halves: the older is dropped whole once the newer has grown full.
        self._full_us: dict[str, float] = {}
        self._older: dict[str, float] = {}
        # Who was turned away, and until when; of most shops nobody.
        self._waiting: dict[str, float] = {}

    def wait_s(self, address: str, now_us: int) -> int:
        """Say how long an address that was turned away still has to wait."""
        if not self._waiting:
            return 0
        house = house_of(address)
        over_us = self._waiting.get(house, now_us) - now_us
        if over_us < 1:
            self._waiting.pop(house, None)
            return 0
        return ceil(over_us / SECOND_US)

    def take(self, address: str, items: int, now_us: int) -> int:
        """Spend items if they may be sent now; else say how long to wait."""
        house, item_us, held = house_of(address), self._item_us, self._full_us
        full_us = held.get(house)
        if full_us is None:
            full_us = self._older.get(house, 0.0)
            if len(held) >= _BLOCKS_MAX // 2:
                self._older, self._full_us = held, {}
                held = self._full_us
        # Comparisons, not max and min: they are half of what this costs.
        if full_us < now_us:  # noqa: PLR1730
            full_us = now_us
        most = self.per_s_max
        room_us = item_us * (items if items < most else most)  # noqa: FURB136
        # Less than a microsecond over is what floats leave.
        if full_us + room_us - now_us - SECOND_US < 1:
            held[house] = full_us + items * item_us
            return 0
        held[house] = full_us
        return self._turn_away(house, full_us, room_us, now_us)

    def give_back(self, address: str, items: int) -> None:
        """Take back what was spent a moment ago: it was turned away after all."""
        self._full_us[house_of(address)] -= items * self._item_us

    def _turn_away(
        self, house: str, full_us: float, room_us: float, now_us: int
    ) -> int:
        if len(self._waiting) >= _BLOCKS_MAX:
            self._waiting.clear()
        self._waiting[house] = full_us + self._item_us - SECOND_US
        return ceil((full_us + room_us - now_us - SECOND_US) / SECOND_US)

    def __len__(self) -> int:
        return len(self._full_us) + len(self._older)


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

    >>> block_of("192.0.2.7"), block_of("2001:db8::1"), block_of("::ffff:192.0.2.7")
    ('192.0.2.0/24', '2001:db8::/64', '192.0.2.0/24')
    """
    parsed = _parse(address)
    if isinstance(parsed, IPv4Address):
        return f"{IPv4Address(int(parsed) >> 8 << 8)}/24"
    return _house(parsed) if parsed else address[:_ADDRESS_CHARS_MAX]


def house_of(address: str) -> str:
    """Give what stands for one sender: an address of IPv4, a /64 of IPv6.

    >>> house_of("2001:db8::1"), house_of("::ffff:192.0.2.7")
    ('2001:db8::/64', '192.0.2.7')
    """
    address = address[:_ADDRESS_CHARS_MAX]
    return _house_of_ipv6(address) if ":" in address else address


@lru_cache(_BLOCKS_MAX)
def _house_of_ipv6(address: str) -> str:
    parsed = _parse(address)
    if isinstance(parsed, IPv6Address):
        return _house(parsed)
    return str(parsed) if parsed else address


def _house(address: IPv6Address) -> str:
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"


def _parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    # Who listens on IPv6 sees the clients of IPv4 so: they are no one's /64.
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return mapped or parsed

"""A device's stretches: the latest in the device's row, those before it by time.

A stretch is called by its birth, the first mention of the device in it. So nothing is
renumbered where a late login parts one of many: what it parts gets a name, the rest
keeps its own. One that nothing was told in has no birth and no row; it is what lies
between the end of one stretch and the beginning of the next.
"""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

from habitue.identity import rows
from habitue.identity.rows import Device, Moment, Stretch
from habitue.state.store import Store
from habitue.state.table import Table

# Looking for one stretch meets few others, reading them all many.
_PAGE_MIN = 4
_PAGE = 1_000

Openings = Iterator[tuple[int, int, int]]


class Past:
    """Finds and keeps the stretches of devices."""

    def __init__(self, store: Store) -> None:
        self._stretches: Table[int, Stretch] = store.table(rows.STRETCHES)
        self._born: Table[int, int] = store.table(rows.BORN)
        self._opens = store.index(rows.OPENS)

    # Finding.

    def device_of(self, birth: int) -> int | None:
        """Say whose the stretch of a birth is; None if it is the device's own, too."""
        return self._born.get(birth)

    def named(self, device: Device, birth: int) -> Stretch | None:
        """Give a device's stretch by its birth, to read; None if it has none such."""
        if device.stretch.birth == birth:
            return device.stretch
        return self._stretches.get(birth)

    def at(self, number: int, device: Device, moment: Moment) -> Stretch:
        """Give the stretch of a device in which a moment lies, to read."""
        latest = device.stretch
        if latest.since is None or latest.since <= moment:
            return latest
        found = self._last(number, moment)
        if found.until is None or moment < found.until:
            return found
        return Stretch(found.until, until=self._next(number, device, found.until))

    def run(
        self, number: int, device: Device, first: Stretch, until: Moment | None
    ) -> list[Stretch]:
        """Give the stretches of a device from one on to the one that ends by then."""
        found = [first]
        while (end := found[-1].until) != until and end is not None:
            found.append(self.at(number, device, end))
        return found

    def all(self, number: int, device: Device) -> list[Stretch]:
        """Give all stretches of a device, in order."""
        births = [birth for _, birth, _ in self._onwards(number, 0, _PAGE)]
        self._stretches.prefetch(births)
        past = sorted((self._row(birth) for birth in births), key=begins)
        found: list[Stretch] = []
        for one in (*past, device.stretch):
            if found and found[-1].until != one.since:
                found.append(Stretch(found[-1].until, until=one.since))
            found.append(one)
        return found

    def _last(self, number: int, moment: Moment) -> Stretch:
        """Give the last row that begins up to a moment."""
        for _, tied in groupby(self._backwards(number, moment), key=itemgetter(0)):
            held = [self._row(birth) for _, birth, _ in tied]
            begun = [one for one in held if begins(one) <= moment]
            if begun:
                return max(begun, key=begins)
        raise KeyError((number, moment))

    def _next(self, number: int, device: Device, moment: Moment) -> Moment | None:
        """Say when the first stretch after a moment begins."""
        openings = self._onwards(number, moment[0], _PAGE_MIN)
        for _, tied in groupby(openings, key=itemgetter(0)):
            since = [begins(self._row(birth)) for _, birth, _ in tied]
            later = [one for one in since if one > moment]
            if later:
                return min(later)
        return device.stretch.since

    def _row(self, birth: int) -> Stretch:
        stretch = self._stretches.get(birth)
        if stretch is None:
            raise KeyError(birth)
        return stretch

    def _onwards(self, number: int, at_us: int, limit: int) -> Openings:
        low = (at_us, 0)
        while True:
            page = self._opens.span(number, low=low, limit=limit)
            yield from page
            if len(page) < limit:
                return
            low = (page[-1][0], page[-1][1] + 1)

    def _backwards(self, number: int, moment: Moment) -> Openings:
        high = (max(0, moment[0]) + 1, 0)
        while True:
            page = self._opens.span(
                number, high=high, limit=_PAGE_MIN, newest_first=True
            )
            yield from page
            if len(page) < _PAGE_MIN:
                return
            high = page[-1][:2]

    # Keeping.

    def bear(self, number: int, stretch: Stretch, birth: int) -> None:
        """Give a stretch that nothing was told in before its birth."""
        stretch.birth = birth
        if birth != number:
            self._born.put(birth, number)

    def pass_by(self, number: int, stretch: Stretch, until: Moment | None) -> None:
        """Put what was the latest stretch with those before, as the next opens."""
        stretch.until = until
        if stretch.birth:
            self._put(number, stretch)

    def settle(self, number: int, stretch: Stretch, birth: int) -> None:
        """Give one between others a birth, and with it a row."""
        self.bear(number, stretch, birth)
        self._put(number, stretch)

    def keep(self, number: int, old: list[Stretch], new: list[Stretch]) -> None:
        """Write the stretches that came, went or changed in a span of time.

        The latest, which has no end, is the device's row's.
        """
        before = {one.birth: one for one in old if one.birth}
        now = {one.birth: one for one in new if one.birth}
        for birth, one in before.items():
            held = now.get(birth)
            if held is None:
                self._born.delete(birth)
            if one.until is not None and one != held:
                self._remove(number, one)
        for birth, one in now.items():
            was = before.get(birth)
            if was is None and birth != number:
                self._born.put(birth, number)
            if one.until is not None and one != was:
                self._put(number, one)

    def _put(self, number: int, stretch: Stretch) -> None:
        self._stretches.put(stretch.birth, stretch)
        self._opens.put(number, _opens_us(stretch), stretch.birth, 0)

    def _remove(self, number: int, stretch: Stretch) -> None:
        self._stretches.delete(stretch.birth)
        self._opens.remove(number, _opens_us(stretch), stretch.birth)


def begins(stretch: Stretch) -> Moment:
    """Say when a stretch begins, in terms that can be compared."""
    return stretch.since or (-(2**62), "", "", 0)


def _opens_us(stretch: Stretch) -> int:
    # What a first login adopts may reach back to before all time.
    return max(0, stretch.since[0]) if stretch.since else 0

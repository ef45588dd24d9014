"""A device's stretches: the latest in the device's row, those before it by time.

A stretch is called by its birth, the first mention of the device in it. So nothing is
renumbered where a late login parts one of many: what it parts gets a name, the rest
keeps its own. One that nothing was told in has no birth and no row; it is what lies
between the end of one stretch and the beginning of the next.
"""

from collections.abc import Iterator

from habitue.base.steps import FEW, MANY, Steps, in_order, parts
from habitue.identity import rows
from habitue.identity.rows import Device, Moment, Stretch, Tied
from habitue.identity.ties import Ties, behind
from habitue.state.index import Entry
from habitue.state.store import Store
from habitue.state.table import Table

_PAGE = 1_000

Openings = Iterator[tuple[int, int, int]]


class Past:
    """Finds and keeps the stretches of devices."""

    def __init__(self, store: Store, tied: Ties) -> None:
        self._stretches: Table[int, Stretch] = store.table(rows.STRETCHES)
        self._born: Table[int, int] = store.table(rows.BORN)
        self._opens = store.index(rows.OPENS)
        self._ties = tied

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

    def all(self, number: int, device: Device) -> Steps[list[Stretch]]:
        """Give all stretches of a device, in order."""
        rows: list[Stretch] = []
        for some in parts(self.births(number), MANY):
            self._stretches.prefetch(some)
            rows += map(self._row, some)
            yield
        past = yield from in_order(rows, begins)
        found: list[Stretch] = []
        for these in parts((*past, device.stretch), MANY):
            for one in these:
                if found and found[-1].until != one.since:
                    found.append(Stretch(found[-1].until, until=one.since))
                found.append(one)
            yield
        return found

    def births(self, number: int) -> Iterator[int]:
        """Give the births of a device's stretches before the latest."""
        return (birth for _, birth, _ in self._onwards(number))

    def _last(self, number: int, moment: Moment) -> Stretch:
        """Give the last row that begins up to a moment."""
        high = (max(0, moment[0]) + 1, 0)
        while page := self._opens.span(number, high=high, limit=2, newest_first=True):
            opens_us, birth, _ = page[0]
            if _is_tie(page):
                tied = self._ties.backwards(_tie(number, opens_us), behind(moment))
                birth = next((one[4] for one in tied), 0)
            if birth and begins(found := self._row(birth)) <= moment:
                return found
            high = (opens_us, 0)
        raise KeyError((number, moment))

    def _next(self, number: int, device: Device, moment: Moment) -> Moment | None:
        """Say when the first stretch after a moment begins."""
        low = (max(0, moment[0]), 0)
        while page := self._opens.span(number, low=low, limit=2):
            opens_us, birth, _ = page[0]
            if _is_tie(page):
                tied = self._ties.onwards(_tie(number, opens_us), behind(moment))
                birth = next((one[4] for one in tied), 0)
            if birth and begins(found := self._row(birth)) > moment:
                return found.since
            low = (opens_us + 1, 0)
        return device.stretch.since

    def _row(self, birth: int) -> Stretch:
        stretch = self._stretches.get(birth)
        if stretch is None:
            raise KeyError(birth)
        return stretch

    def _onwards(self, number: int) -> Openings:
        low = (0, 0)
        while True:
            page = self._opens.span(number, low=low, limit=_PAGE)
            yield from page
            if len(page) < _PAGE:
                return
            low = (page[-1][0], page[-1][1] + 1)

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

    def keep(self, number: int, old: list[Stretch], new: list[Stretch]) -> Steps[None]:
        """Write the stretches that came, went or changed in a span of time.

        The latest, which has no end, is the device's row's.
        """
        before = {one.birth: one for one in old if one.birth}
        now = {one.birth: one for one in new if one.birth}
        for some in parts(before.items(), FEW):
            for birth, one in some:
                self._keep_not(number, one, now.get(birth))
            yield
        for some in parts(now.items(), FEW):
            for birth, one in some:
                self._keep_now(number, one, before.get(birth))
            yield

    def _keep_not(self, number: int, one: Stretch, held: Stretch | None) -> None:
        if held is None:
            self._born.delete(one.birth)
        if one.until is not None and one != held:
            self._remove(number, one)

    def _keep_now(self, number: int, one: Stretch, was: Stretch | None) -> None:
        if was is None and one.birth != number:
            self._born.put(one.birth, number)
        if one.until is not None and one != was:
            self._put(number, one)

    def forget(self, number: int, device: Device) -> list[int]:
        """Keep nothing of a device's stretches; give the births they had."""
        held = list(self._onwards(number))
        births = {birth for _, birth, _ in held} | {device.stretch.birth}
        for opens_us, birth, _ in held:
            self._stretches.delete(birth)
            self._opens.remove(number, opens_us, birth)
            self._ties.drop(_tie(number, opens_us))
        for birth in births:
            self._born.delete(birth)
        return sorted(births)

    def _put(self, number: int, stretch: Stretch) -> None:
        self._stretches.put(stretch.birth, stretch)
        opens_us, own = _opens_us(stretch), stretch.birth
        held = self._at(number, opens_us)
        self._opens.put(number, opens_us, own, 0)
        others = [birth for birth in held if birth != own]
        if len(others) > 1:
            self._ties.enter(_tie(number, opens_us), _tied(stretch))
        elif others == held and others:
            other = _tied(self._row(others[0]))
            self._ties.begin(_tie(number, opens_us), other, _tied(stretch))

    def _remove(self, number: int, stretch: Stretch) -> None:
        self._stretches.delete(stretch.birth)
        opens_us = _opens_us(stretch)
        self._opens.remove(number, opens_us, stretch.birth)
        if self._at(number, opens_us):
            self._ties.leave(_tie(number, opens_us), _tied(stretch))

    def _at(self, number: int, opens_us: int) -> list[int]:
        """Give the births of up to three rows that begin at a time."""
        held = self._opens.span(number, (opens_us, 0), (opens_us + 1, 0), limit=3)
        return [birth for _, birth, _ in held]


def begins(stretch: Stretch) -> Moment:
    """Say when a stretch begins, in terms that can be compared."""
    return stretch.since or (-(2**62), "", "", 0)


def _tied(stretch: Stretch) -> Tied:
    return (*begins(stretch), stretch.birth)


def _tie(number: int, opens_us: int) -> str:
    return f"stretch:{number}:{opens_us}"


def _is_tie(page: list[Entry]) -> bool:
    return len(page) > 1 and page[0][0] == page[1][0]


def _opens_us(stretch: Stretch) -> int:
    # What a first login adopts may reach back to before all time.
    return max(0, stretch.since[0]) if stretch.since else 0

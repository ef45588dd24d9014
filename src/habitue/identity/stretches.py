"""Whose a device was, and when: stretches and adoption (rules 11 and 12).

The stretches part the whole time of a device, without gaps, so that each moment
lies in exactly one. The first begins at the beginning. A new one opens, by the
items of the device in force alone, at

1. a login by another strand than the holder: at the item;
2. an item that ends while the device is held: just behind the item, a stranger's;
3. a gap over `hold` while it is held, known by a later item: as `hold` has run out,
   a stranger's, before that later item is looked at;
4. the first login: where its adoption reaches back to, if an item lies before;
   if none does, the stretch of the first login is the first, from the beginning.

So browsing that is adopted whole keeps its strand, and an end and the next login
have a stranger's stretch between them even if nothing happened in it.
"""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from msgspec import Struct

from habitue.identity.tenures import bounds
from habitue.model.evidence import Key
from habitue.model.person import Moment, Place

_FIRST_KEY = Key("", "")


class Turn(NamedTuple):
    """An item of a device: when, by which strand if it is a login, and if it ends."""

    moment: Moment
    login: Place | None
    ends: bool = False


class Hold(NamedTuple):
    """By whom a device is held, and the login that handed it over."""

    strand: Place
    login: Key


class Stretches(Struct, frozen=True):
    """The stretches of a device: where each after the first opens, and the holders."""

    holds: tuple[Hold | None, ...] = (None,)
    opens: tuple[Moment, ...] = ()

    def at(self, moment: Moment) -> int:
        """Give the ordinal of the stretch in which a moment lies."""
        return bisect_right(self.opens, moment)

    def bounds(self, ordinal: int) -> tuple[Moment | None, Moment | None]:
        return bounds(self.opens, ordinal)


def stretches(
    turns: Iterable[Turn], *, hold_us: int | None, adopt_us: int
) -> Stretches:
    """Part a device's time into stretches.

    turns: the items in force that carry the device, by (t, key), but those decided
    by an identifier judged not the device's.
    """
    line = _Line(hold_us, adopt_us)
    for turn in turns:
        line.take(turn)
    return Stretches(tuple(line.holds), tuple(line.opens))


class _Line:
    """The stretches of one device as they grow, item by item."""

    def __init__(self, hold_us: int | None, adopt_us: int) -> None:
        self.hold_us = hold_us
        self.adopt_us = adopt_us
        self.holds: list[Hold | None] = [None]
        self.opens: list[Moment] = []
        self.fresh_login = True
        self.earliest: Moment | None = None
        self.latest: Moment | None = None
        # What lies before this is not adopted: an end or a gap stands between.
        self.reach: Moment | None = None

    def take(self, turn: Turn) -> None:
        self._lapse(turn)
        if turn.login is not None:
            self._login(turn, Hold(turn.login, turn.moment.key))
        if turn.ends:
            self._release(turn.moment._replace(after=1))
        self.earliest = self.earliest or turn.moment
        self.latest = turn.moment

    def _lapse(self, turn: Turn) -> None:
        if self.hold_us is None or self.latest is None:
            return
        if turn.moment.at_us - self.latest.at_us > self.hold_us:
            self._release(Moment(self.latest.at_us + self.hold_us + 1, _FIRST_KEY))

    def _release(self, moment: Moment) -> None:
        self.reach = moment
        if self.holds[-1] is not None:
            self._open(moment, None)

    def _login(self, turn: Turn, hold: Hold) -> None:
        held = self.holds[-1]
        if self.fresh_login:
            self._adopt(turn, hold)
        elif held is None or held.strand != hold.strand:
            self._open(turn.moment, hold)
        self.fresh_login = False

    def _adopt(self, turn: Turn, hold: Hold) -> None:
        young = Moment(turn.moment.at_us - self.adopt_us + 1, _FIRST_KEY)
        since = min(turn.moment, max(young, self.reach or young))
        if self.earliest is not None and self.earliest < since:
            self._open(since, hold)
        else:
            self.holds[-1] = hold

    def _open(self, moment: Moment, hold: Hold | None) -> None:
        self.opens.append(moment)
        self.holds.append(hold)

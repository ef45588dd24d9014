"""What the API needs of whoever plans and reads tests by region."""

from typing import Protocol

from msgspec import Struct

from habitue.api.port import View


class Planning(Struct, frozen=True, kw_only=True):
    """What is to be seen: so many regions, a lift, how often by chance and at all.

    lengths: days of the action, none for the usual ones; seed: what decides between
    sets that serve equally well.
    """

    count: int = 1
    lift: float = 0.05
    lengths: tuple[int, ...] = ()
    alpha: float = 0.05
    power: float = 0.8
    seed: str = ""
    by: str = "region"
    currency: str = ""


class Looking(Struct, frozen=True, kw_only=True):
    """Which action is read: in regions, from a day on.

    neighbours: regions that it may have reached, too: compared with nobody, and read
    each by itself.
    """

    regions: tuple[str, ...]
    neighbours: tuple[str, ...] = ()
    start: str
    alpha: float = 0.05
    by: str = "region"
    currency: str = ""


class GeoTests(Protocol):
    """Plans and reads tests by region; days are those of the shop's zone."""

    async def design(self, first: str, last: str, wanted: Planning) -> View: ...

    async def read(self, first: str, last: str, wanted: Looking) -> View: ...


class GeoKept(Protocol):
    """Keeps tests by region, each under a name.

    A test: name, regions, neighbours, since, start, until, by, currency, note, ended,
    state (planned, running, ended or withdrawn).
    """

    def list(self) -> list[View]: ...

    def get(self, name: str) -> View: ...

    async def keep(self, name: str, wanted: View) -> View: ...

    async def end(self, name: str, day: str = "") -> View: ...

    async def read(self, name: str) -> View: ...

"""How much disk and memory so many people and events take, known beforehand."""

import re
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from habitue.app.calling.gateway import Client
from habitue.backends.sqlite.size import size_bytes
from habitue.base.errors import InvalidError

MIB = 1024 * 1024
# With fewer records what is measured here says more of empty pages than of events.
EVENTS_MIN = 5_000
# A log's write-ahead log, and state's, at their largest.
WRITE_AHEAD_BYTES = 2 * 64 * MIB
# A 64-bit hash and an offset of each record, in memory: what dedup looks up.
INDEX_BYTES = 16
# Of the copy for analysis at most, with the sessions it keeps: docs/lake.md. How large
# it is here tells nothing: it may still be behind the log, and small ones take more.
COPY_BYTES = 70
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "g": 1_000_000_000}


class Need(Struct, frozen=True):
    """What a store takes for each event and for each person, in bytes."""

    event_bytes: float
    person_bytes: float

    def of(self, people: int, events: int) -> float:
        return self.event_bytes * events + self.person_bytes * people


# Measured by tools/size.py on visits of a shop (about ten events each, two thirds by
# strangers, 0.5 kB an event on the wire); docs/size.md says how far it holds.
REFERENCE: Mapping[str, Need] = {
    "truth.db": Need(820, 0),
    "state.db": Need(112, 1192),
}


class Present(Struct, frozen=True):
    """What a data folder holds: people, events, and the bytes of each store."""

    people: int
    events: int
    bytes_by_store: dict[str, int]

    @property
    def tells(self) -> bool:
        """Whether there is enough of it to go by."""
        return self.events >= EVENTS_MIN


class Forecast(Struct, frozen=True):
    """What one store will take; factor: how the data here differ from the reference."""

    store: str
    bytes: int
    event_bytes: float
    person_bytes: float
    factor: float


def present(folder: Path, client: Client) -> Present:
    """Measure a data folder, whether its server runs or not."""
    told = client.raw("GET", "/metrics").body.decode()
    return Present(
        people=_metric(told, "habitue_people_known"),
        events=_metric(told, "habitue_head_offset"),
        bytes_by_store={name: size_bytes(folder / name) for name in REFERENCE},
    )


def forecast(people: int, events: int, here: Present | None = None) -> list[Forecast]:
    """Say what each store will take, by what is here if that tells, else the reference.

    Of one folder alone it can't be known what is owed to events and what to people: the
    reference says in which parts, the folder how much more or less it is here.
    """
    made = []
    for store, need in REFERENCE.items():
        factor = _factor(need, store, here)
        made.append(
            Forecast(
                store,
                round(need.of(people, events) * factor),
                need.event_bytes * factor,
                need.person_bytes * factor,
                factor,
            )
        )
    return made


def copy_forecast(events: int) -> Forecast:
    """Say what the copy for analysis will take, by the reference alone."""
    return Forecast("lake.duckdb", COPY_BYTES * events, COPY_BYTES, 0, 1)


def number(text: str) -> int:
    """Read a number as people write it.

    >>> number("2M"), number("1.5k"), number("300_000")
    (2000000, 1500, 300000)
    """
    bare = text.strip().lower().replace("_", "")
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([kmg]?)", bare)
    if match is None:
        raise InvalidError(f"'{text}' is no number; write 250000, 250k, 2M or 1.5G.")
    return round(float(match[1]) * _UNITS[match[2]])


def _factor(need: Need, store: str, here: Present | None) -> float:
    if here is None or not here.tells:
        return 1.0
    expected = need.of(here.people, here.events)
    return here.bytes_by_store[store] / expected if expected else 1.0


def _metric(told: str, name: str) -> int:
    match = re.search(rf"(?m)^{name} (\S+)$", told)
    if match is None:
        raise InvalidError(f"The server tells no {name}; ask the one that leads.")
    return round(float(match[1]))

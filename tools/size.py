"""Measure what events and people take on disk: python -m tools.size [EVENTS] [--held].

Fills three folders with made-up shops that differ in how many people come for so many
events, and solves for the bytes of each. What it prints belongs into
src/habitue/app/doctor/size.py and docs/size.md.

With --held it fills one folder, with a person for about twenty events, by the steps of
door, log and fold without requests, and holds what the reference says of it to what is
measured; 1 where that is off by more than a fifth.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np

from habitue.app.bench.sessions import Shop
from habitue.app.doctor.size import REFERENCE, Present, forecast
from tools.size_poured import SOURCE, Say, pour, stream

NOW_US = 1_764_000_000_000_000
SEED = 4711
EVENTS = 60_000
HELD_WITHIN = 0.2

Run = Callable[[list[str]], subprocess.CompletedProcess[str]]


def filled(
    folder: Path,
    events: int,
    customers: int,
    contacts: int = 0,
    *,
    run: Run | None = None,
) -> Present:
    """Fill a data folder, and measure it once its server has ended.

    run: runs a command of habitue; one started in full where it is left out.
    """
    run = run or _started
    folder.mkdir(parents=True)
    path, data = folder / "events.jsonl", folder / "data"
    with path.open("wb") as file:
        for raw in _items(events, customers, contacts):
            file.write(raw + b"\n")
    for words in (["source", "add", SOURCE], ["import", str(path), "--source", SOURCE]):
        run([*words, "--data", str(data)]).check_returncode()
    return measured(data, run)


def measured(data: Path, run: Run | None = None) -> Present:
    """Measure a data folder that nobody has open."""
    words = ["size", "--people", "1", "--events", "1", "--json", "--data", str(data)]
    done = (run or _started)(words)
    done.check_returncode()
    return msgspec.convert(json.loads(done.stdout)["here"], Present)


def poured(
    folder: Path, events: int, customers: int, contacts: int = 0, say: Say = print
) -> Present:
    """Fill a data folder as an import does, without its requests, and measure it."""
    pour(folder, _items(events, customers, contacts), NOW_US, say)
    return measured(folder)


def _items(events: int, customers: int, contacts: int) -> Iterator[bytes]:
    shop = Shop(SEED, customers=customers, now_us=NOW_US)
    return stream(shop, events, customers, contacts)


def _started(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "habitue", *words],
        capture_output=True,
        text=True,
        check=False,
    )


def main() -> int:
    told = [word for word in sys.argv[1:] if word != "--held"]
    events = int(told[0]) if told else EVENTS
    return held(events) if "--held" in sys.argv else solved(events)


def held(events: int) -> int:
    """Fill a folder and hold the forecast to it; 1 where it is off by too much."""
    with tempfile.TemporaryDirectory(prefix="habitue-size-") as folder:
        found = poured(Path(folder) / "held", events, events // 20, events // 40)
    print(f"{found.events:,} events, {found.people:,} people")
    for one in forecast(found.people, found.events):
        is_bytes = found.bytes_by_store[one.store]
        said, there = one.bytes / 1e6, is_bytes / 1e6
        share = one.bytes / is_bytes - 1
        print(f"{one.store}: said {said:,.1f} MB, measured {there:,.1f}, {share:+.1%}")
    print(f"all: off by {off(found):+.1%}")
    return int(abs(off(found)) > HELD_WITHIN)


def off(large: Present, here: Present | None = None) -> float:
    """Say by which part the bytes of all stores are forecast wrongly.

    here: a folder that the forecast goes by; the reference where it is left out.
    """
    told = forecast(large.people, large.events, here)
    stores = sum(large.bytes_by_store.values())
    return sum(one.bytes for one in told) / stores - 1


def solved(events: int) -> int:
    """Fill three folders and print the bytes of an event and of a person."""
    with tempfile.TemporaryDirectory(prefix="habitue-size-") as folder:
        root = Path(folder)
        found = [
            filled(root / "few", events, events // 100),
            filled(root / "many", events, events),
            filled(root / "contacts", events // 2, events // 100, events // 4),
        ]
    for one in found:
        print(one)
    amounts = np.array([[one.events, one.people] for one in found], float)
    for store in REFERENCE:
        sizes = np.array([one.bytes_by_store[store] for one in found], float)
        # Where people come out below nothing, nothing is what they take: contacts are
        # smaller records than visits. Each folder weighs the same, whatever its size.
        weights = 1 / sizes
        solved = np.linalg.lstsq(
            amounts * weights[:, None], sizes * weights, rcond=None
        )
        event_bytes, person_bytes = solved[0]
        off = amounts @ solved[0] / sizes - 1
        print(f'"{store}": Need({event_bytes:.0f}, {person_bytes:.0f}),  off {off}')
    return 0


if __name__ == "__main__":
    sys.exit(main())

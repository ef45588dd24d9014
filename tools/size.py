"""Measure what events and people take on disk: python -m tools.size [EVENTS].

Fills three folders with made-up shops that differ in how many people come for so many
events, and solves for the bytes of each. What it prints belongs into
src/habitue/app/doctor/size.py and docs/size.md.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np

from habitue.app.bench.sessions import Shop, identify
from habitue.app.doctor.size import REFERENCE, Present

NOW_US = 1_764_000_000_000_000
SEED = 4711
EVENTS = 60_000


def filled(
    folder: Path,
    events: int,
    customers: int,
    contacts: int = 0,
    *,
    run: Callable[[list[str]], subprocess.CompletedProcess[str]] | None = None,
) -> Present:
    """Fill a data folder, and measure it once its server has ended.

    run: runs a command of habitue; one started in full where it is left out.
    """
    run = run or _started
    folder.mkdir(parents=True)
    path = folder / "events.jsonl"
    shop = Shop(SEED, customers=customers, now_us=NOW_US)
    with path.open("wb") as file:
        for number in range(contacts):
            told = {**identify(customers + number), "messageId": f"contact-{number}"}
            file.write(_line({**told, "timestamp": "2025-11-01T00:00:00Z"}))
        for item in shop.stream(events):
            file.write(item.raw + b"\n")
    data = folder / "data"
    told = ""
    for words in (
        ["source", "add", "made-up"],
        ["import", str(path), "--source", "made-up"],
        ["size", "--people", "1", "--events", "1", "--json"],
    ):
        done = run([*words, "--data", str(data)])
        done.check_returncode()
        told = done.stdout
    return msgspec.convert(json.loads(told)["here"], Present)


def _started(words: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "habitue", *words],
        capture_output=True,
        text=True,
        check=False,
    )


def _line(item: dict[str, object]) -> bytes:
    return msgspec.json.encode(item) + b"\n"


def main() -> int:
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
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

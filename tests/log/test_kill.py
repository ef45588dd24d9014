"""Kill -9: what was acknowledged is in the log, and nothing is there twice."""

import os
import select
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.log.port import Truth

pytestmark = pytest.mark.proof("T01")

APPENDER = Path(__file__).with_name("appender.py")
LONG = bool(os.environ.get("HABITUE_TORTURE"))
ROUNDS = 200 if LONG else 20
RECOVERS_S = 5
Figure = Callable[[str, Any], None]


def live(where: str, seed: int, lifetime_s: float) -> tuple[dict[str, int], float]:
    """Let an appender live for so long after its first answer.

    Gives what it told, and after how many seconds it answered first.
    """
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, APPENDER, where, str(seed)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        first = os.read(child.stdout.fileno(), 1 << 16)
        answered_s = time.monotonic() - began
        if not first:
            pytest.fail(child.stderr.read().decode())
        try:
            told = first + read_for(child.stdout.fileno(), lifetime_s)
        finally:
            child.kill()
        told += child.stdout.read()
    # A line that the kill cut off told nothing.
    lines = told.decode().rpartition("\n")[0].splitlines()
    pairs = (line.split() for line in lines)
    return {name: int(offset) for name, offset in pairs}, answered_s


def read_for(pipe: int, lifetime_s: float) -> bytes:
    """Read on, so that the child never waits for us."""
    told, end = b"", time.monotonic() + lifetime_s
    while (left := end - time.monotonic()) > 0:
        if select.select([pipe], [], [], left)[0]:
            told += os.read(pipe, 1 << 16)
    return told


def check(truth: Truth, told: dict[str, int]) -> None:
    held: dict[str, int] = {}
    names: Counter[str] = Counter()
    while records := truth.read(len(held), 5_000):
        held |= {record.message_id or "": record.offset for record in records}
        names.update(record.message_id or "" for record in records)
    assert {name: held.get(name) for name in told} == told
    assert max(names.values()) == 1
    assert truth.verify() == len(held)


def kill_again_and_again(
    where: str, rounds: int, seed: int, figure: Figure
) -> dict[str, int]:
    chance = Random(seed)
    told: dict[str, int] = {}
    answered_s = []
    for number in range(rounds):
        news, first_s = live(where, number, chance.uniform(0.0, 0.15))
        # An item told in two lives has one place in both.
        assert {name: told.get(name, at) for name, at in news.items()} == news
        told |= news
        answered_s.append(first_s)
    late_s = sorted(answered_s)[int(0.95 * rounds)]
    figure("kills", rounds)
    figure("acknowledged", len(told))
    figure("p95 until a killed writer answers again, s", round(late_s, 2))
    assert late_s <= RECOVERS_S or not LONG
    return told


def test_no_acknowledged_item_is_lost_or_doubled_by_kills(
    tmp_path: Path, seed: int, figure: Figure
) -> None:
    path = tmp_path / "truth.db"

    told = kill_again_and_again(str(path), ROUNDS, seed, figure)

    truth = SqliteTruth(path)
    check(truth, told)
    truth.close()


@pytest.mark.postgres
def test_nor_by_kills_of_a_process_on_postgresql(
    postgres_url: str, seed: int, figure: Figure
) -> None:
    told = kill_again_and_again(postgres_url, ROUNDS // 4, seed, figure)

    truth = PostgresTruth(postgres_url)
    check(truth, told)
    truth.close()

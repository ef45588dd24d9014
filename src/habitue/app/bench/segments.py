"""What live segments cost: an event with none, fifty and five hundred, and a person."""

import sys
import time
from collections.abc import Sequence
from itertools import islice

from habitue.app.bench import concerned, flips, joining, leaving
from habitue.app.bench.conditions import conditions
from habitue.app.bench.figure import Figure, Say, less
from habitue.app.bench.folding import SEGMENTS, folding
from habitue.app.bench.ground import Ground
from habitue.app.bench.sessions import Shop
from habitue.app.bench.stages import SEED, arrivals, at_rest
from habitue.app.projection.fold import Fold
from habitue.base.clock import Clock
from habitue.collect.pipeline import take
from habitue.log.port import Entry
from habitue.segment.live_rows import MemberRow

NUMBERS = (0, 50, 500)
# What DESIGN allows a person under 500 segments, all of them together, in bytes: so
# much, and so much more a fact that is noted of them.
PERSON_BYTES, FACT_BYTES = 150, 16


def measure(ground: Ground, clock: Clock, say: Say, *, items: int) -> list[Figure]:
    """Measure the fold of so many items of sessions under more and more segments."""
    now_us = clock.now_us()
    say(f"segments: making {items:,} items of sessions")
    shop = Shop(SEED, customers=max(100, items // 30), now_us=now_us)
    arriving = arrivals(now_us)
    entries = [take(raw, arriving[one]).entry for one, raw in shop.stream(items)]
    found: list[Figure] = []
    floor_us: float | None = None
    for number in NUMBERS:
        say(f"segments: {number} of them")
        figures, took_us = _under(ground, entries, number, now_us, floor_us)
        floor_us = took_us if floor_us is None else floor_us
        found += figures
    found.append(_of_a_segment(found, items))
    found += concerned.measure(ground, now_us, say, items=items // 3)
    some, others = entries[: items // 2], list(islice(conditions(), SEGMENTS))
    found += joining.measure(ground, clock, say, entries=some, others=others)
    found += flips.measure(ground, now_us, say, people=items // 3)
    # Five seconds of them.
    return [*found, *leaving.measure(ground, clock, say, people=items * 5 // 6)]


def _of_a_segment(found: Sequence[Figure], items: int) -> Figure:
    """Say what one segment more takes of each person, by what so many take."""
    fewer, more = (
        next(one.value for one in found if one.name == _memory(number))
        for number in NUMBERS[1:]
    )
    return less(
        "memory of one live segment more",
        (more - fewer) / (NUMBERS[2] - NUMBERS[1]),
        "bytes/person",
        note=f"people of {items:,} items of sessions; leaves are shared",
    )


def _memory(number: int) -> str:
    return f"memory of a person under {number} segments"


def _under(
    ground: Ground,
    entries: Sequence[Entry],
    number: int,
    now_us: int,
    floor_us: float | None,
) -> tuple[list[Figure], float]:
    wanted = list(islice(conditions(), number))
    with folding(ground, entries, wanted, now_us) as (fold, told):
        at_rest()
        began = time.process_time()
        for one in told:
            fold.apply(*one)
        took_us = (time.process_time() - began) / len(told) * 1e6
        figures = [
            less(
                f"{ground.backend}: a record through the fold, {number} segments",
                took_us,
                "us/event",
                floor=floor_us,
                note="time of the processor" + "; floor: with none" * (number > 0),
            )
        ]
        if number:
            figures += _of_people(fold, number, now_us)
        return figures, took_us


def _of_people(fold: Fold, number: int, now_us: int) -> list[Figure]:
    """Measure what a person takes, and how long judging one lasts."""
    live = fold.segments.live
    people = fold.identity.people(0, 2_000)
    strands = [live.strands(one) for one in people]
    began = time.perf_counter()
    for one in strands:
        live.judged(one, now_us)
    judged_us = (time.perf_counter() - began) / len(people) * 1e6
    facts = _facts(fold, strands) / len(people)
    return [
        less(
            _memory(number),
            _bytes(fold, people, strands) / len(people),
            "bytes",
            bar=PERSON_BYTES + FACT_BYTES * facts if number == NUMBERS[-1] else None,
            note=f"notes and memberships of all {number} together; bar:"
            f" {PERSON_BYTES} bytes a person, whatever the segments, and {FACT_BYTES}"
            f" for each of {facts:.1f} facts",
        ),
        less(f"a person judged by {number} segments", judged_us, "us"),
        less(f"the predicate of {number} segments", _predicate_us(fold), "us"),
    ]


def _bytes(fold: Fold, people: Sequence[int], strands: Sequence[Sequence[int]]) -> int:
    notes = fold.store.tables["segment_fact"]
    members = fold.store.tables["membership"]
    rows = [notes.get(strand) for one in strands for strand in one]
    found = sum(sys.getsizeof(row) for row in rows if row is not None)
    for one in people:
        row: MemberRow | None = members.get(one)
        if row is not None:
            parts = (row, row.bits, row.spans)
            found += sum(sys.getsizeof(part) for part in parts)
    return found


def _facts(fold: Fold, strands: Sequence[Sequence[int]]) -> int:
    noted = fold.segments.live.noted
    return sum(
        len(entries or ())
        for one in strands
        for held in noted(one)
        for entries in held.values()
    )


def _predicate_us(fold: Fold, times: int = 2_000) -> float:
    program = fold.segments.live.library.program
    answers = program.answers()
    predicate = program.bits.predicate
    began = time.perf_counter()
    for _ in range(times):
        predicate(answers)
    return (time.perf_counter() - began) / times * 1e6

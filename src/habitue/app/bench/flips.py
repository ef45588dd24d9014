"""How many people a second leave segments by time alone, each at their own instant."""

import time

from habitue.app.bench.concerned import NAME, conditions, entries_of
from habitue.app.bench.figure import Figure, Say, more
from habitue.app.bench.folding import SEGMENTS, folding
from habitue.app.bench.ground import Ground
from habitue.app.bench.stages import at_rest
from habitue.app.projection.due import tick_entry
from habitue.app.projection.fold import Fold
from habitue.base.clock import DAY_US
from habitue.segment.condition import Did, Window
from habitue.segment.together import last_of

OTHER = "Review Submitted"


def measure(ground: Ground, now_us: int, say: Say, *, people: int) -> list[Figure]:
    """Let a day go by for so many people who did something, under fifty segments."""
    say(f"segments: {people:,} people who leave one of {SEGMENTS} by time alone")
    wanted = [Did(event=NAME, within=Window(days=1))]
    others = conditions(OTHER)
    entries = list(entries_of(people, people, now_us))
    with folding(
        ground, entries, [*wanted, *(next(others) for _ in range(SEGMENTS - 1))], now_us
    ) as (fold, told):
        for one in told:
            fold.apply(*one)
        live = fold.segments.live
        members, _ = live.asking.page("s0", 0, people) or ([], None)
        fold.truth.commit([tick_entry(fold.offset)], now_us + DAY_US)
        ticks = fold.truth.fresh()
        at_rest()
        began = time.process_time()
        for tick in ticks:
            fold.apply(tick)
        took_s = time.process_time() - began
        left = len(members) - (live.asking.size("s0") or 0)
        right = sum(_left_in_time(fold, one) for one in members)
    return [
        more(
            "people who leave a segment by time alone",
            left / took_s,
            "people/s",
            bar=5_000.0,
            note=f"{right:,} of {left:,} at the very microsecond; {SEGMENTS} segments",
        )
    ]


def _left_in_time(fold: Fold, person_id: int) -> bool:
    """Say whether somebody left a day after what they did last, by time."""
    live = fold.segments.live
    noted = live.noted(live.strands(person_id))
    last_us = last_of([times for held in noted for times in held.values() if times])
    spans = live.members.spans(person_id)
    return any(until_us == last_us + DAY_US for _, _, until_us, _, _ in spans)

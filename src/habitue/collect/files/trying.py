"""A dry run: what the lines of a planned file would become, and nothing is sent."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from habitue.collect.files.nouns import Batch, Built

# Farther than so many lines a dry run does not read.
LINES_MAX = 100_000
EVENTS_SHOWN = 3
PROBLEMS_SHOWN = 20


class Trial(Struct):
    """What the lines of a file would become."""

    lines_read: int
    lines_total: int
    events: int
    first: list[dict[str, Any]]
    # (line, why) of the first that would be rejected; how many have each reason.
    problems: list[tuple[int, str]]
    reasons: Counter[str]


def try_out(batches: Iterable[Batch]) -> Trial:
    """Sum up what comes of a file's lines."""
    trial = Trial(0, 0, 0, [], [], Counter())
    for batch in batches:
        for one in batch.parsed:
            if isinstance(one, Built):
                trial.events += 1
                if len(trial.first) < EVENTS_SHOWN:
                    trial.first.append(one.item)
            else:
                trial.reasons[one.reason] += 1
                if len(trial.problems) < PROBLEMS_SHOWN:
                    trial.problems.append((one.line, one.reason))
        trial.lines_read, trial.lines_total = batch.lines_done, batch.lines_total
        if trial.lines_read >= LINES_MAX:
            break
    trial.problems.sort()
    return trial

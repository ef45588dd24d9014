"""A process that appends and says on stdout what was acknowledged, until it is killed.

Arguments: the truth (a path, or postgresql://..), a seed. Ids come again and again, so
that restarts and retries meet what an earlier life has stored.
"""

import asyncio
import os
import random
import sys
from pathlib import Path

from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.base.clock import SystemClock
from habitue.log.commit import Committer
from habitue.log.port import Entry, Truth

TASKS = 16
IDS = 200_000


def open_truth(where: str) -> Truth:
    if where.startswith("postgresql:"):
        return PostgresTruth(where)
    return SqliteTruth(Path(where), recent_max=500)


async def append(committer: Committer, chance: random.Random) -> None:
    while True:
        names = [f"m{chance.randrange(IDS)}" for _ in range(chance.randint(1, 30))]
        items = [Entry(source="web", message_id=n, body=n.encode()) for n in names]
        outcomes = await committer.append(items)
        lines = [
            f"{name} {outcome.offset}\n"
            for name, outcome in zip(names, outcomes, strict=True)
        ]
        # One write, past all buffers: what is told is told.
        os.write(1, "".join(lines).encode())


async def main(where: str, seed: int) -> None:
    committer = Committer(open_truth(where), SystemClock(), wait_s=0.001)
    chances = [random.Random(f"{seed} {task}") for task in range(TASKS)]
    await asyncio.gather(*(append(committer, chance) for chance in chances))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))

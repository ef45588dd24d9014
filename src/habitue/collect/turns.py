"""How many items of a source are taken in one turn of the loop, beside others'."""

import asyncio
from collections import defaultdict


class Turns:
    """Has what a source sends at once wait for the loop's next turns.

    Who sends little is served with each turn, however many requests of one source came
    in with theirs: without that they would wait until all of these were taken.
    """

    def __init__(self, items_max: int) -> None:
        """items_max: a source that had so many in a turn has no more in it."""
        self._items_max = items_max
        # By source, what was taken in this turn, and the line of those that wait.
        self._had: dict[str, int] = {}
        self._lines: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def wait(self, source: str, items: int) -> None:
        """Wait until so many items of a source may be taken; first come first."""
        had = self._had
        async with self._lines[source]:
            # The next turn of the loop is what it waits for.
            while had.get(source, 0) >= self._items_max:  # noqa: ASYNC110
                await asyncio.sleep(0)
            if not had:
                asyncio.get_running_loop().call_soon(had.clear)
            had[source] = had.get(source, 0) + items

"""Makes ready what the first readers would wait for, while the loop has time for it.

It takes some seconds of the interpreter, in a thread beside the loop. Whoever asks the
server meanwhile has half of a core: at a thousand reads a second they would queue.
"""

import asyncio
import threading
import time
from collections.abc import Callable

from habitue.app.lake.load import WINDOW_S, Load

# A start has done its own by then.
AFTER_S = 10.0
# Between two things made ready.
REST_S = 0.03

Rest = Callable[[], None]


class Warming:
    """Has a thread of its own make things ready, one after the other."""

    def __init__(
        self,
        make: Callable[[Rest], None],
        is_busy: Callable[[], bool] | None = None,
        look_s: float = WINDOW_S,
    ) -> None:
        """make: makes all of it, and calls what it is given before each thing.

        is_busy: whether the loop has much to do, asked in its thread, once in look_s.
        """
        self._make = make
        self._is_busy = is_busy or Load().is_high
        self._look_s = look_s
        self._calm = threading.Event()

    def begin(self) -> None:
        """Begin, on the loop that runs; what is left at its end is not made."""
        self._running = asyncio.create_task(self.run(), name="warm")

    async def run(self, after_s: float = AFTER_S) -> None:
        """Have all made ready; ends once it is."""
        await asyncio.sleep(after_s)
        thread = threading.Thread(
            target=self._make, args=(self._rest,), name="warm", daemon=True
        )
        thread.start()
        while thread.is_alive():
            if self._is_busy():
                self._calm.clear()
            else:
                self._calm.set()
            await asyncio.sleep(self._look_s)

    def _rest(self) -> None:
        time.sleep(REST_S)
        self._calm.wait()

"""Who uses a server meanwhile: a till that sends receipts, who reads cards."""

import itertools
import json
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Self

from tests.acceptance.shop import Shop, track

PAUSE_S = 0.05


class Beside(ABC):
    """Asks again and again in a thread of its own, and notes how it fares."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.took_s: list[float] = []
        # How often one was told to come back, and how often it failed for good.
        self.waited = self.failed = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _go_on(self) -> None:
        for number in itertools.count(1):
            if self._over.wait(PAUSE_S):
                return
            started = time.monotonic()
            status = self.ask(number)
            self.took_s.append(time.monotonic() - started)
            self.waited += status == 429
            self.failed += status not in (200, 429)

    @abstractmethod
    def ask(self, number: int) -> int:
        """Ask once, for the so manyth time; give the answer's status."""

    @property
    def slowest_s(self) -> float:
        return max(self.took_s, default=0.0)

    def most_ms(self) -> int:
        return round(self.slowest_s * 1000)

    def ms(self, percent: int) -> int:
        """Give what so many of a hundred answers took at the most."""
        return round(sorted(self.took_s)[len(self.took_s) * percent // 100] * 1000)

    def told(self) -> str:
        """Give half of the answers' time and that of 99 of 100."""
        return f"{self.ms(50)}, {self.ms(99)}"


class Tills(Beside):
    """Sends receipts."""

    def __init__(self, shop: Shop, *, source: str = "crm", waits: bool = False) -> None:
        """waits: until a receipt is applied, as a till does that shows points."""
        super().__init__(shop)
        self.outcomes: list[str] = []
        # Stored, but not applied within the second that a call may wait.
        self.late = 0
        self._key = shop.keys[source]
        self._path = "/api/v1/events" + ("?wait=applied" if waits else "")

    def ask(self, number: int) -> int:
        item = {
            **track("Receipt Issued", {"receipt_id": f"R{number}", "total": 1}),
            "userId": f"regular-{number % 20}",
            "messageId": f"till-{time.monotonic_ns()}",
        }
        headers = {"authorization": f"Bearer {self._key}"}
        body = json.dumps(item).encode()
        status, _, raw = self.shop.request("POST", self._path, body, headers)
        if status == 200:
            told = json.loads(raw)
            self.outcomes += [one["outcome"] for one in told["results"]]
            self.late += told.get("applied") is False
        return status


class Readers(Beside):
    """Reads the cards of some people in turn."""

    def __init__(self, shop: Shop, people: Sequence[int]) -> None:
        super().__init__(shop)
        self._people = people
        self._token = shop.token()

    def ask(self, number: int) -> int:
        person_id = self._people[number % len(self._people)]
        headers = {"authorization": f"Bearer {self._token}"}
        path = f"/api/v1/people/{person_id}"
        return self.shop.request("GET", path, None, headers)[0]

"""The moment in which the plug is pulled while events pour in."""

import json
import threading
import time
from typing import Any

from habitue.demo.saying import FATES, track, wait_applied
from habitue.demo.stage import Stage


def pull_the_plug(stage: Stage) -> None:
    """7:40: kill -9 while events pour in; nothing acknowledged is lost."""
    stage.source("beacons", "server")
    before = _outcomes(stage, "beacons")
    pouring = Pouring(stage)
    pouring.start()
    time.sleep(1.0)
    stage.kill()
    began = time.perf_counter()
    stage.start()
    took_s = time.perf_counter() - began
    time.sleep(0.5)
    pouring.end()
    wait_applied(stage)
    after = _outcomes(stage, "beacons")
    stored = after["stored"] - before["stored"]
    stage.check("acknowledged = stored", stored, len(pouring.acknowledged))
    parts = sum(after[fate] for fate in FATES)
    stage.check("received = the sum of outcomes", parts, after["received"])
    stage.say(
        "killed, back in %(seconds)s s; %(retried)s batches were sent again",
        seconds=round(took_s, 1),
        retried=pouring.retried,
    )
    stage.say(
        "%(acknowledged)s acknowledged = %(new)s stored; received %(received)s ="
        " %(stored)s stored + %(duplicate)s duplicate + %(quarantined)s quarantined +"
        " %(refused)s refused",
        acknowledged=len(pouring.acknowledged),
        new=stored,
        **{fate: after[fate] for fate in ("received", *FATES)},
    )


class Pouring(threading.Thread):
    """A beacon gateway that sends until told to stop, and sends again what failed."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(daemon=True)
        self._stage = stage
        self._ending = threading.Event()
        self.acknowledged: set[str] = set()
        self.retried = 0

    def run(self) -> None:
        while not self._ending.is_set():
            batch = [
                {
                    **track("Beacon Detected", {"beacon_key": "b1", "rssi": -60}),
                    "messageId": self._stage.new_id(),
                    "identifiers": {"device_id": f"phone-{n}"},
                }
                for n in range(50)
            ]
            while not self._post(batch):
                self.retried += 1
                time.sleep(0.05)
            self.acknowledged |= {item["messageId"] for item in batch}

    def _post(self, batch: list[dict[str, Any]]) -> bool:
        body = json.dumps({"batch": batch}).encode()
        try:
            answer = self._stage.client().raw(
                "POST", "/api/v1/events", body, self._stage.keys["beacons"]
            )
        except Exception:  # noqa: BLE001 - whatever broke, the batch is sent again
            return False
        return answer.status == 200

    def end(self) -> None:
        self._ending.set()
        self.join(30)


def _outcomes(stage: Stage, name: str) -> dict[str, int]:
    sources = stage.client().every("/api/v1/sources", "sources")
    found: dict[str, int] = next(s["outcomes"] for s in sources if s["name"] == name)
    return found

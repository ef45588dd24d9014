"""A process that keeps house: it stores, writes state down, fills the copy and erases.

Arguments: the data folder, the key of its source, how many people, and what is done:
"live" has them all told of, "forget" has every other one of them erased again. Each
line on stdout is what was answered: "stored NAME OFFSET", "erasing WHO" as it is asked
for, or "erased WHO".
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from habitue.app.calling.gateway import Client, LocalGateway
from habitue.app.serving.local import LocalServer
from habitue.base.settings import Settings, load

EVENTS = 3
SOURCE = "till"
LIVE, FORGET = "live", "forget"
COUNT = "SELECT count(*) AS n FROM events"


class House(NamedTuple):
    """A data folder that is open: as the operator has it, and as the till does."""

    operator: Client
    till: Client

    def counted(self) -> int:
        """Count the events of the copy, which is opened and filled for it."""
        number: int = self.operator.post("/api/v1/lake/query", {"sql": COUNT})["n"]
        return number


def settings_of(folder: Path) -> Settings:
    return load({"data.folder": folder, "data.reserve_mb": 1})


def canary(who: str) -> str:
    """Give the words that only this person's events hold, and their traits."""
    return f"zq-{who}-qz"


def furnish(folder: Path) -> str:
    """Make a data folder with its source, so that its tables are there; give the key.

    Who dies later does so at what a house is kept by, not at what it is built by.
    """
    with LocalServer(settings_of(folder)) as server:
        operator = Client(LocalGateway(server), server.token)
        made = operator.post("/api/v1/sources", {"name": SOURCE, "kind": "server"})
        House(operator, operator).counted()
    key: str = made["key"]
    return key


@contextmanager
def opened(folder: Path, key: str) -> Iterator[House]:
    with LocalServer(settings_of(folder)) as server:
        gateway = LocalGateway(server)
        yield House(Client(gateway, server.token), Client(gateway, key))


def main(folder: Path, key: str, people: int, work: str) -> None:
    with opened(folder, key) as house:
        if work == FORGET:
            for number in range(0, people, 2):
                forget(house.operator, f"u{number}")
        else:
            for number in range(people):
                live(house.till, f"u{number}")
            house.counted()


def live(till: Client, who: str) -> None:
    known = {
        "type": "identify",
        "messageId": f"{who}-known",
        "userId": who,
        "traits": {"words": canary(who)},
    }
    batch: list[dict[str, Any]] = [known] + [
        {
            "type": "track",
            "event": "Product Viewed",
            "messageId": f"{who}-{at}",
            "userId": who,
            "properties": {"product_id": f"p{at}", "words": canary(who)},
        }
        for at in range(EVENTS)
    ]
    told = till.post("/api/v1/events?wait=applied", {"batch": batch})["results"]
    for item, one in zip(batch, told, strict=True):
        tell(f"stored {item['messageId']} {one['offset']}")


def forget(operator: Client, who: str) -> None:
    asked = {"identifier": f"user_id:{who}", "reason": "asked for", "suppress": False}
    tell(f"erasing {who}")
    told = operator.post("/api/v1/privacy/erase", asked)
    assert told["status"] == "done"
    tell(f"erased {who}")


def tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4])

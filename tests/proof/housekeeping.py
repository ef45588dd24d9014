"""A process that keeps house: it stores, writes state down, fills the copy and erases.

Arguments: the data folder, how many people. Each line on stdout is what was answered:
"stored NAME OFFSET" or "erased WHO". Every other person is erased again.
"""

import os
import sys
from pathlib import Path
from typing import Any

from habitue.app.calling.gateway import Client, LocalGateway
from habitue.app.serving.local import LocalServer
from habitue.base.settings import Settings, load

EVENTS = 3
SOURCE = "till"


def settings_of(folder: Path) -> Settings:
    return load({"data.folder": folder, "data.reserve_mb": 1})


def canary(who: str) -> str:
    """Give the words that only this person's events hold, and their traits."""
    return f"zq-{who}-qz"


def main(folder: Path, people: int) -> None:
    with LocalServer(settings_of(folder)) as server:
        operator = Client(LocalGateway(server), server.token)
        made = operator.post("/api/v1/sources", {"name": SOURCE, "kind": "server"})
        till = Client(LocalGateway(server), made["key"])
        for number in range(people):
            live(till, f"u{number}")
            if number % 2:
                forget(operator, f"u{number - 1}")


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
    told = operator.post("/api/v1/privacy/erase", asked)
    assert told["status"] == "done"
    tell(f"erased {who}")


def tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))

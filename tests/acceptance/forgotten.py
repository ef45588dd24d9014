"""Somebody who comes to be forgotten, in a shop with others, and where they lie."""

import time
from pathlib import Path

from tests.acceptance.shop import Shop, identify, track

# Stands in all that is told of who is to be erased, and nowhere else.
CANARY = "zqcanary"


def email(n: int) -> str:
    return f"{CANARY}{n}@person.example"


def in_traits(n: int) -> dict:
    return {"traits": {"email": email(n)}}


def live_through(shop: Shop, n: int) -> list[dict]:
    """One person through all doors; gives the outcomes."""
    device = f"{CANARY}-device-{n}"
    web = shop.send(
        "web",
        # Before anybody knows them: no index of identity has it.
        track("Page Crawled", context={"marked": "bot"}, anonymousId=device),
        track("Product Viewed", {"name": f"{CANARY} socks"}, anonymousId=device),
        identify(
            {"email": email(n), "firstName": CANARY},
            userId=f"{CANARY}-{n}",
            anonymousId=device,
            messageId=f"{CANARY}-m{n}",
        ),
        {"type": "track", "properties": {"email": email(n)}},
        wait=False,
    )
    crm = shop.send(
        "crm",
        identify(
            {"email": email(n), "phone": f"+44 7700 90{n:04}"}, userId=f"{CANARY}-{n}"
        ),
        track(
            "Order Completed",
            {"order_id": f"{CANARY}-o{n}", "total": 20, "currency": "EUR"},
            userId=f"{CANARY}-{n}",
        ),
        # Marked, and kept under somebody else who is known better.
        track(
            "Till Tried",
            {"canary": CANARY},
            userId="k0",
            context={"marked": "staff", **in_traits(n)},
        ),
        # On the shop's tablet, as others.
        track("Store Visited", userId=f"{CANARY}-{n}", anonymousId=f"tablet{n // 20}"),
        wait=False,
    )
    return [*web, *crm]


def others(shop: Shop) -> None:
    for n in range(3):
        shop.send(
            "crm",
            identify({"email": f"keeper{n}@shop.example"}, userId=f"k{n}"),
            track("Store Visited", userId=f"k{n}", anonymousId="tablet0"),
            track(
                "Order Completed",
                {"order_id": f"k{n}", "total": 10, "currency": "EUR"},
                userId=f"k{n}",
            ),
        )


def contacts(folder: Path, count: int, told: str = "") -> Path:
    file = folder / f"contacts{told}.csv"
    rows = [f"{email(n)},{CANARY} {n}{told}" for n in range(count)]
    file.write_text("\n".join(["email,first name", *rows, "nonsense,x", ""]))
    return file


def files_with(folder: Path, text: str) -> list[str]:
    """Name the files that hold a text in any byte of theirs."""
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file() and text.encode() in path.read_bytes()
    ]


def opened(shop: Shop) -> Shop:
    shop.source("web", "public", mode="trusted")
    shop.source("crm")
    others(shop)
    return shop


def sealed_in_copy(shop: Shop) -> None:
    """Wait until the lake's file holds what was told."""
    deadline = time.monotonic() + 60
    while True:
        told = shop.api("GET", "/api/v1/lake")
        if told["ready"] and told["sealed_offset"] == told["offset"]:
            return
        assert time.monotonic() < deadline, told
        time.sleep(0.1)


def erasures(shop: Shop) -> list[dict]:
    return shop.api("GET", "/api/v1/privacy/erasures")["erasures"]


def wait_for(holds, seconds=30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return False

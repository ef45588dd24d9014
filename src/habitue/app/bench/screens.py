"""The pages of the console that are measured: all that show something."""

import json
import time
from typing import Any
from urllib.parse import quote

from habitue.app.bench.servers import Product
from habitue.app.bench.sessions import CATEGORIES, SHOP, TILL
from habitue.base.clock import DAY_US, to_datetime
from habitue.base.errors import HabitueError
from habitue.console.segments.draft import fields_of
from habitue.console.segments.form import put
from habitue.segment.check import read

COPY_S_MAX = 1_200.0

# Stands for somebody who bought, whatever their number is in this run.
PERSON = "PERSON"
HOOKED = "bench-hooked"
KEPT_TEST = "bench-billboards"
# Nobody else is called so, or each page that shows them would raise an alarm.
BAIT = {"name": "Bait", "email": "bait@bench.example", "reason": "measured with one"}
# Stand for the season that was built, from its first day through yesterday.
DAYS = "from=FIRST&to=LAST"
SEASON_DAYS, ACTION_DAYS = 85, 28
STORES, REGIONS = 20, ("north", "east", "south", "west", "centre", "coast")
_BASE = "/console"
SCREENS = (
    *(_BASE, f"{_BASE}/today/places", f"{_BASE}/today/sold"),
    *(f"{_BASE}/live", f"{_BASE}/live/overview"),
    # Of a made-up name there is one in a thousand people.
    *(f"{_BASE}/people", f"{_BASE}/people?q=Name17", f"{_BASE}/people?segment=s0"),
    *(f"{_BASE}/people/{PERSON}", f"{_BASE}/people/{PERSON}/evidence"),
    *(f"{_BASE}/people/{PERSON}/refusals", f"{_BASE}/people/{PERSON}/segments"),
    f"{_BASE}/search?q=Name17",
    *(f"{_BASE}/sources", f"{_BASE}/sources/new", f"{_BASE}/sources/{SHOP}"),
    *(f"{_BASE}/sources/{SHOP}/events", f"{_BASE}/sources/{SHOP}/plan"),
    *(f"{_BASE}/sources/{SHOP}/first", f"{_BASE}/sources/{HOOKED}/mapping"),
    *(f"{_BASE}/imports", f"{_BASE}/fixing", f"{_BASE}/fixing/1"),
    f"{_BASE}/duplicates",
    *(f"{_BASE}/segments", f"{_BASE}/segments/s0", f"{_BASE}/segments/s0?with=s1"),
    *(f"{_BASE}/segments/builder/draft", f"{_BASE}/segments/builder/draft?segment=s0"),
    *(f"{_BASE}/segments/s0/versions", f"{_BASE}/segments/builder/lists"),
    f"{_BASE}/exports",
    *(f"{_BASE}/channels", f"{_BASE}/channels/rules", f"{_BASE}/channels/rules/1"),
    f"{_BASE}/channels/rules/new",
    *(f"{_BASE}/journeys", f"{_BASE}/journeys/ropo", f"{_BASE}/journeys/channels"),
    *(f"{_BASE}/journeys/influence", f"{_BASE}/journeys/intent"),
    f"{_BASE}/journeys/rows",
    *(f"{_BASE}/journeys/experiments", f"{_BASE}/journeys/handovers?{DAYS}"),
    *(f"{_BASE}/kpis", f"{_BASE}/digests", f"{_BASE}/geo", f"{_BASE}/geo/read"),
    *(f"{_BASE}/geo/tests", f"{_BASE}/geo/tests/{KEPT_TEST}"),
    *(f"{_BASE}/scores", f"{_BASE}/scores/parts?category={quote(CATEGORIES[0])}"),
    *(f"{_BASE}/scores/moves", f"{_BASE}/scores/rules"),
    *(f"{_BASE}/privacy", f"{_BASE}/privacy/retention"),
    *(
        f"{_BASE}/team",
        f"{_BASE}/baits",
        f"{_BASE}/audit",
        f"{_BASE}/settings",
        f"{_BASE}/health",
    ),
)

# What whoever builds a segment is told beside the form: how many there are by now.
COUNT = f"{_BASE}/segments/builder/count"
COUNTED = {
    "type": "all",
    "of": [
        {"type": "did", "event": "Product Viewed", "within": {"days": 30}},
        {"type": "did_not", "event": "$purchase", "within": {"days": 7}},
    ],
}


def at(screen: str, person_id: int, now_us: int) -> str:
    """Give a screen's address for a person, and for the season before now.

    >>> at("/console/people/PERSON", 7, 0), at("/console?" + DAYS, 7, 90 * DAY_US)
    ('/console/people/7', '/console?from=1970-01-06&to=1970-03-31')
    """
    days = {"FIRST": _day(now_us, SEASON_DAYS), "LAST": _day(now_us, 1)}
    told = screen.replace(PERSON, str(person_id))
    for name, day in days.items():
        told = told.replace(f"={name}", f"={day}")
    return told


def _day(now_us: int, days_ago: int) -> str:
    return to_datetime(now_us - days_ago * DAY_US).date().isoformat()


def furnish(server: Product, key: str, now_us: int) -> None:
    """Have something on every page: a hooked source, an item that needs fixing.

    And stores in regions, with a test by region that is kept, and somebody who is bait.

    key: the shop's.
    """
    client: Any = server.client()
    hook = {"provider": "secret", "secrets": ["a-secret"]}
    client.post("/api/v1/sources", {"name": HOOKED, "kind": "server", "webhook": hook})
    stores = [
        {"store_id": f"store-{one}", "region": REGIONS[one % len(REGIONS)]}
        for one in range(STORES)
    ]
    client.post(f"/api/v1/catalog/stores?source={TILL}", {"items": stores})
    test = {
        "regions": [REGIONS[0]],
        "since": _day(now_us, SEASON_DAYS),
        "start": _day(now_us, ACTION_DAYS),
        "until": _day(now_us, 1),
    }
    client.put(f"/api/v1/insights/geo/tests/{KEPT_TEST}", test)
    client.post("/api/v1/baits", {**BAIT, "source": SHOP})
    wrong = {"batch": [{"type": "trak", "messageId": "bench-wrong"}]}
    client.raw("POST", "/api/v1/events", json.dumps(wrong).encode(), key)


def await_copy(server: Product) -> None:
    """Wait until the copy for analysis answers: until then pages say so, and no more.

    HabitueError if it does not in 20 minutes.
    """
    client: Any = server.client()
    deadline = time.perf_counter() + COPY_S_MAX
    while not _is_whole(client.get("/api/v1/lake")):
        if time.perf_counter() > deadline:
            raise HabitueError(f"There is no copy to ask after {COPY_S_MAX:.0f} s.")
        time.sleep(1)


def _is_whole(copy: dict[str, Any]) -> bool:
    return bool(copy["ready"] and copy["sessions_kept"])


def builder_form() -> dict[str, str]:
    """Give the fields that tell the builder the condition that is counted.

    >>> builder_form()["c-type"]
    'all'
    """
    return fields_of(put(read(COUNTED)))

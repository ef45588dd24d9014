"""The page in a real browser: whatever events say, nothing of it runs."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.console.fake import (
    FixedInstallation,
    FixedMapping,
    FixedQuarantine,
    FixedReading,
    FixedSegments,
    FixedSources,
    FixedTeam,
    FixedToday,
    FixedViews,
    Noted,
    event,
    person,
    saved_view,
    segment,
    source,
)
from tests.console.hostile import PAYLOADS
from tests.console.served import served, start

pytestmark = pytest.mark.proof("T22")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context()
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture(params=["with the policy", "without the policy"])
def either(
    request: pytest.FixtureRequest, browser: Browser
) -> Iterator[BrowserContext]:
    """A browser that keeps to the policy, and one that does not: escaping is enough."""
    context = browser.new_context(bypass_csp=request.param == "without the policy")
    context.set_default_timeout(10_000)
    yield context
    context.close()


class Watch:
    """Notes what a page must not do: run a payload, break the policy, fail."""

    def __init__(self, page: Page) -> None:
        self.seen: list[str] = []
        page.add_init_script(
            "window.own = () => console.error('OWNED');"
            "addEventListener('securitypolicyviolation',"
            " e => console.error('CSP ' + e.violatedDirective + ' ' + e.blockedURI));"
        )
        page.on("console", self._told)
        page.on("pageerror", lambda error: self.seen.append(str(error)))
        page.on("dialog", self._asked)

    def _asked(self, dialog: Any) -> None:
        self.seen.append(f"OWNED {dialog.message}")
        # A page that asks waits, and its browser with it.
        dialog.dismiss()

    def _told(self, message: Any) -> None:
        if message.type in {"error", "warning"}:
            self.seen.append(message.text)


# So many to a page that a heading still shows each of them whole.
TOGETHER = 6


def hostile_people() -> list[dict[str, Any]]:
    """Put each payload into every place of a view that a customer can fill."""
    chunks = [PAYLOADS[at : at + TOGETHER] for at in range(0, len(PAYLOADS), TOGETHER)]
    return [_hostile(number, texts) for number, texts in enumerate(chunks)]


def _hostile(number: int, texts: tuple[str, ...]) -> dict[str, Any]:
    def each(*keys: str) -> list[dict[str, Any]]:
        return [dict.fromkeys(keys, text) for text in texts]

    return person(
        person_id=number,
        name=" ".join(texts),
        identifiers=each("kind", "value", "since", "until"),
        joined=_edges(texts),
        refused=_edges(texts),
        traits={t: _trait(t) for t in texts},
        computed={
            **{text: {text: [text, None]} for text in texts},
            "purchases": texts[0],
            "revenue": {text: {"net": text, "returns": text} for text in texts},
            "favourite_store": texts[0],
            "products": each("name", "times", "amount", "currency"),
            "channels": {text: each(text, "last_us")[0] for text in texts},
        },
        units={"channels": "count and us since 1970"},
        consents=[
            dict.fromkeys(("state", "purpose", "channel", "reason"), text)
            | {"entry": dict.fromkeys(("contact", "source", "at"), text)}
            for text in texts
        ],
        orders=[
            {**order, "counted": False, "conflict": True}
            for order in each("name", "amount", "store", "channel", "status", "because")
        ],
        freshness=each("source", "at"),
        warnings=list(texts),
    )


def _edges(texts: tuple[str, ...]) -> list[dict[str, Any]]:
    ends = ("left", "right", "grade", "reason")
    told = ("source", "message_id", "event", "at")
    return [
        {**dict.fromkeys(ends, text), "evidence": dict.fromkeys(told, text)}
        for text in texts
    ]


def _trait(text: str) -> dict[str, Any]:
    told = dict.fromkeys(("value", "source", "at", "rule"), text)
    return {**told, "others": [told]}


def hostile_events(first: int) -> list[dict[str, Any]]:
    told = ("name", "source", "summary", "person", "at")
    return [
        event(
            first + number,
            **dict.fromkeys(told, text),
            identifiers=[text],
            person_id=number // TOGETHER,
        )
        for number, text in enumerate(PAYLOADS)
    ]


# The page keeps the newest alone: of so many, each was on it once.
COUNT_SHOWN = """
window.shown = 0;
new MutationObserver((changes) => {
  for (const one of changes) window.shown += one.addedNodes.length;
}).observe(document.getElementById("events"), { childList: true });
"""


def enter(page: Page, address: str, sessions: Any) -> None:
    page.goto(address + start(sessions))
    page.goto(address + "/console/live")
    page.wait_for_selector('#pulse[data-state="live"]')


def test_nothing_in_a_persons_card_runs(either: BrowserContext) -> None:
    people = hostile_people()
    with served(FixedReading(hostile_events(1), people)) as (address, sessions):
        page = either.new_page()
        watch = Watch(page)
        enter(page, address, sessions)

        for number in range(len(people)):
            page.goto(f"{address}/console/people/{number}")
            page.evaluate(
                "document.querySelectorAll('details').forEach(d => d.open = 1)"
            )
            page.wait_for_timeout(50)
            assert page.locator("h1").count() == 1

        assert watch.seen == []


def test_nothing_in_the_live_stream_runs(either: BrowserContext) -> None:
    reading = FixedReading(hostile_events(1), [])
    with served(reading) as (address, sessions):
        page = either.new_page()
        watch = Watch(page)
        enter(page, address, sessions)
        page.evaluate(COUNT_SHOWN)

        for event_told in hostile_events(1000):
            reading.events.append(event_told)
            if event_told["offset"] % 15 == 0:
                page.wait_for_timeout(300)
        page.wait_for_selector("li.is-new")
        page.wait_for_timeout(600)

        assert page.evaluate("window.shown") == len(PAYLOADS)
        assert watch.seen == []


def test_nothing_in_a_search_runs(either: BrowserContext) -> None:
    found = [
        {"person_id": number, "name": text, "identifiers": [text]}
        for number, text in enumerate(PAYLOADS)
    ]
    with served(FixedReading([], [], found)) as (address, sessions):
        page = either.new_page()
        watch = Watch(page)
        enter(page, address, sessions)

        for text in PAYLOADS[::6]:
            page.goto(f"{address}/console/people")
            page.fill("#q", text)
            page.press("#q", "Enter")
            page.wait_for_selector("main .found")
            page.press("body", "Control+k")
            page.fill("#finder-text", text)
            page.wait_for_selector("#finder .found .name")

        assert watch.seen == []


def test_nothing_on_the_other_screens_runs(either: BrowserContext) -> None:
    items = [
        {
            **dict.fromkeys(("source", "message_id", "reason", "detail"), text),
            "original": text,
            "quarantine_id": number,
            "received_at": text,
            "replayed_offset": None,
        }
        for number, text in enumerate(PAYLOADS)
    ]
    noted = Noted()
    noted.entries = [(text, text, text, text) for text in PAYLOADS]
    told = {
        "quarantine": FixedQuarantine(items),
        "audit": noted,
        "audit_log": noted,
        "sources": FixedSources(
            [source("till", 1, reasons=dict.fromkeys(PAYLOADS, 1), last_at=text)
             for text in PAYLOADS[:1]]
        ),
    }  # fmt: skip
    with served(FixedReading([], []), **told) as (address, sessions):
        page = either.new_page()
        watch = Watch(page)
        page.goto(address + start(sessions))

        for path in ("fixing", "audit", "sources", "sources/till"):
            page.goto(f"{address}/console/{path}")
            page.wait_for_timeout(50)
        for number in range(0, len(PAYLOADS), 3):
            page.goto(f"{address}/console/fixing/{number}")
            assert page.input_value("#original") or not PAYLOADS[number]

        assert watch.seen == []


def test_nothing_that_a_team_or_a_till_names_runs(
    either: BrowserContext, figure: Callable[[str, object], None]
) -> None:
    """What colleagues write, and systems: views, segments, stores, roles, settings."""
    texts = list(PAYLOADS)
    segments = FixedSegments(
        [
            segment(
                f"s{at}", name=text, description=text, tags=[text], condition=did(text)
            )
            for at, text in enumerate(texts)
        ]
    )
    views = [
        saved_view(f"v{at}", name=text, owner=text, text=text, shared=True, own=at % 2)
        for at, text in enumerate(texts)
    ]
    reading = FixedReading([], [], [{"person_id": 1, "name": "x", "identifiers": []}])
    told = {
        "segments": segments,
        "views": FixedViews(reading, views),
        "today": HostileToday(),
        "operators": FixedTeam([member(text) for text in texts]),
        "installation": HostileInstallation(),
        "mapping": FixedMapping(mapping="\n".join(texts)),
    }
    paths = [
        *("people", "segments", "today/sold"),
        *("team", "settings", "health"),
        *("sources/till/mapping", "segments/builder/draft?segment=s1"),
        *(f"segments/s{at}" for at in range(0, len(texts), TOGETHER)),
        *(f"people?view=v{at}" for at in range(0, len(texts), TOGETHER)),
    ]
    with served(reading, **told) as (address, sessions):
        page = either.new_page()
        watch = Watch(page)
        page.goto(address + start(sessions))
        for path in paths:
            answer = page.goto(f"{address}/console/{path}")
            assert answer is not None
            assert answer.status == 200, path
            page.wait_for_timeout(20)
        page.goto(f"{address}/console")
        page.wait_for_selector("#places-title ~ div dl.tiles")

        assert watch.seen == []
    figure("texts", len(texts))


def did(text: str) -> dict[str, Any]:
    where = {"property": "plan", "op": "is", "value": text}
    return {"type": "did", "event": text, "where": [where]}


def member(text: str) -> dict[str, Any]:
    told = {"name": text, "role": "agent", "made_at": text, "tokens": 1}
    return {
        **told,
        "disabled": False,
        "needs_code": True,
        "has_code": True,
        "scope": {"stores": [], "regions": []},
    }


class HostileToday(FixedToday):
    """A day on which tills name their receipts and stores as an attacker does."""

    async def sold(self, *told: Any) -> dict[str, Any]:
        base = await super().sold(*told)
        names = ("object", "kind", "source", "channel", "store", "currency", "at")
        rows = [
            {**base["sold"][0], **dict.fromkeys(names, text), "object": f"r/{text}"}
            for text in PAYLOADS
        ]
        return {**base, "sold": rows, "next_cursor": f"1:{PAYLOADS[1]}"}


class HostileInstallation(FixedInstallation):
    """Settings whose values and sentences are an attacker's."""

    def settings(self) -> list[dict[str, Any]]:
        return [dict.fromkeys(("name", "value", "origin", "text"), t) for t in PAYLOADS]

    def shop(self) -> dict[str, Any]:
        return dict(zip(("time_zone", "currency", "days_in"), PAYLOADS, strict=False))

    async def health(self) -> list[dict[str, Any]]:
        return [dict.fromkeys(("what", "grade", "value"), text) for text in PAYLOADS]


def test_the_watch_sees_what_runs(context: BrowserContext) -> None:
    with served(FixedReading([], [])) as (address, sessions):
        page = context.new_page()
        watch = Watch(page)
        enter(page, address, sessions)

        page.evaluate("document.body.append(document.createElement('script'))")
        page.evaluate(
            "() => { const i = new Image(); i.src = 'data:image/gif,x';"
            " document.body.append(i); try { document.body.innerHTML = '<b>'; }"
            " catch (e) { console.error('TT'); } }"
        )
        page.wait_for_timeout(200)

        assert any("img-src" in line for line in watch.seen)
        assert any("TT" in line for line in watch.seen)


def test_an_event_appears_within_two_seconds(context: BrowserContext) -> None:
    reading = FixedReading([event(1)], [person()])
    with served(reading) as (address, sessions):
        page = context.new_page()
        enter(page, address, sessions)

        reading.events.append(event(2, "Receipt Issued"))

        page.get_by_text("Receipt Issued").wait_for(timeout=2000)


def test_an_open_card_shows_a_new_event_without_a_reload(
    context: BrowserContext,
) -> None:
    reading = FixedReading([event(1)], [person()])
    with served(reading) as (address, sessions):
        page = context.new_page()
        enter(page, address, sessions)
        page.goto(f"{address}/console/people/33")
        page.locator("summary").first.click()
        page.evaluate("window.same = true")
        page.wait_for_timeout(400)

        reading.events.append(event(2, "Receipt Issued"))

        page.get_by_text("Receipt Issued").wait_for(timeout=2000)
        assert page.evaluate("window.same")
        assert page.locator("details[open]").count() == 1


def test_who_writes_a_note_sees_what_comes_and_loses_no_word(
    context: BrowserContext,
) -> None:
    reading = FixedReading([event(1)], [person()])
    with served(reading) as (address, sessions):
        page = context.new_page()
        enter(page, address, sessions)
        page.goto(f"{address}/console/people/33")
        page.get_by_text("Add a note").click()
        page.locator("#note").press_sequentially("She likes ")

        reading.events.append(event(2, "Receipt Issued"))

        page.get_by_text("Receipt Issued").wait_for(timeout=2000)
        page.keyboard.type("green")
        assert page.input_value("#note") == "She likes green"
        reading.events.append(event(3, "Cart Viewed"))
        page.get_by_text("Cart Viewed").wait_for(timeout=2000)
        assert page.input_value("#note") == "She likes green"


def test_a_filter_of_the_stream_is_the_servers(context: BrowserContext) -> None:
    """A quiet source is seen through a flood, and its past is there when chosen."""
    reading = FixedReading([event(1, "Weighed", source="till-old-market")], [])
    reading.events += [event(n) for n in range(2, 300)]
    with served(reading) as (address, sessions):
        page = context.new_page()
        enter(page, address, sessions)
        assert page.get_by_text("Weighed").count() == 0

        page.select_option("#filter-source", "till-old-market")
        page.get_by_text("Weighed").wait_for()
        assert page.locator("#events li").count() == 1
        page.fill("#filter-text", "moved")
        page.locator("#none").wait_for()
        reading.events += [event(n) for n in range(300, 600)]
        reading.events.append(event(600, "Moved", source="till-old-market"))
        reading.events += [event(n) for n in range(601, 700)]

        page.get_by_text("Moved").wait_for(timeout=2000)
        assert page.locator("#events li").count() == 1


def test_dark_is_remembered(context: BrowserContext) -> None:
    with served(FixedReading([], [])) as (address, sessions):
        page = context.new_page()
        enter(page, address, sessions)
        page.click(".menu > summary")
        page.click("#theme")
        chosen = page.evaluate("document.documentElement.dataset.bsTheme")

        page.goto(address + "/console")

        assert f'data-bs-theme="{chosen}"' in page.content()
        assert chosen == "dark"

"""axe on every screen: light and dark, narrow and wide; and all by keyboard."""

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from habitue.base.clock import ManualClock
from habitue.base.ids import new_secret
from habitue.console.session import Sessions
from tests.acceptance.console.conftest import Desk, anna
from tests.acceptance.console.looking import (
    bare_days,
    lengthen,
    note_parts,
    open_all,
    settle,
    unfit,
    violations,
)
from tests.acceptance.shop import Shop, identify, track
from tests.acceptance.test_insights import ask
from tests.console.fake import FixedReading
from tests.console.served import NOW_US, console_app

# All that there is to see, by an address of each kind.
SCREENS = (
    *("/console", "/console/live", "/console/people", "/console/people?q=nobody"),
    *("/console/people?q=4711&segment=vip", "/console/people?segment=vip"),
    "/console/today/sold",
    *("/console/sources", "/console/sources/new", "/console/sources/till"),
    *("/console/sources/web", "/console/imports"),
    *("/console/fixing", "/console/fixing/1"),
    *("/console/duplicates", "/console/segments", "/console/segments/vip"),
    *("/console/segments/builder/draft", "/console/segments/builder/draft?segment=all"),
    *("/console/sources/till/events", "/console/today/places"),
    *("/console/sources/till/plan", "/console/segments/vip?with=all&days=30"),
    *("/console/sources/hooked/mapping", "/console/sources/till/mapping"),
    "/console/channels?from=2026-11-20&to=2026-11-27&url=https://shop.example/",
    *("/console/channels/rules", "/console/channels/rules/1"),
    "/console/channels/rules/new",
    *("/console/journeys", "/console/journeys/ropo", "/console/journeys/channels"),
    *("/console/journeys/influence", "/console/journeys/intent"),
    "/console/journeys/experiments",
    "/console/journeys/handovers?from=2026-03-01&to=2026-05-31",
    *("/console/kpis", "/console/digests", "/console/geo", "/console/geo/read"),
    *("/console/geo/tests", "/console/geo/tests/boards"),
    *("/console/scores", "/console/scores/moves", "/console/scores/rules"),
    "/console/scores/parts?category=Tea",
    *("/console/privacy", "/console/privacy/retention?count=yes"),
    *("/console/team", "/console/audit", "/console/settings", "/console/health"),
    "/console/baits",
    *("/console/people/PERSON", "/console/people/PERSON/evidence"),
    *("/console/people/PERSON/refusals", "/console/exports"),
    "/console/people/PERSON/segments?segment=vip",
    *("/console/people/PERSON?on=2026-11-01", "/console/people/PERSON?source=till"),
    "/console/people/999999",
)
# Seen elsewhere, or part of one of these, or no page.
APART = {
    **dict.fromkeys(
        ("/", "/console/start", "/console/sign-in", "/console/join"), "entry"
    ),
    "/console/static/{digest:str}/{name:str}": "a file",
    "/console/stream": "a stream",
    "/console/search": "what the finder shows, seen by its test",
    "/console/live/overview": "a part of Live",
    "/console/sources/{name:str}/first": "a part of a source that is set up",
    "/console/segments/builder/lists": "a part of the builder",
    "/console/kpis/people": "seen with what comes of forms",
    **dict.fromkeys(
        (
            "/console/imports/new/{upload_id:str}",
            "/console/imports/{import_id:str}",
            "/console/imports/{import_id:str}/part",
        ),
        "of an import, seen by test_imports",
    ),
    "/console/imports/{import_id:str}/rejects": "a file",
    "/console/digests/{name:str}/{form:str}": "a file",
}
# A condition that has every field the builder can show.
EVERY_FIELD = {
    "type": "any",
    "of": [
        {"type": "did", "event": ["Product Viewed", "page"], "within": {"days": 7},
         "count": {"op": ">=", "value": 2},
         "where": [{"property": "$total", "op": ">", "value": 5, "currency": "GBP"},
                   {"property": "$brand", "op": "one_of", "value": ["a", "b"]}]},
        {"type": "not", "of": {"type": "all", "of": [
            {"type": "did_not", "event": "$purchase", "within": {"since":
                "2026-03-01"}},
            {"type": "trait", "name": "birthday", "op": "anniversary", "value": 7}]}},
        {"type": "sequence", "then_not": {"event": "$return", "lasting": {"days": 1},
                                          "alike": [{"property": "$product"}]},
         "steps": [{"event": "page"},
                   {"event": "$purchase", "after": {"least": {"hours": 1}},
                    "alike": [{"property": "number", "of": "order_id", "step": 1}],
                    "without": [{"event": "Product Added"}]}]},
        {"type": "consent", "purpose": "marketing", "channel": "email",
         "state": "granted"},
        {"type": "identifier", "kind": "email", "known": False},
        {"type": "in_segment", "segment": "vip"},
        {"type": "trait", "name": "note", "op": "is", "value": " as it is "},
    ],
}  # fmt: skip
# Colours do not depend on the width: all four are seen by the torture.
ALL = ((320, "light"), (320, "dark"), (1280, "light"), (1280, "dark"))
VIEWS = ALL if os.environ.get("HABITUE_TORTURE") else (ALL[0], ALL[3])
# The screens people are on all day are seen in all four by everybody's tests, too.
MAIN = frozenset(
    {"/console", "/console/live", "/console/people", "/console/people/PERSON"}
    | {"/console/segments", "/console/segments/vip", "/console/duplicates"}
    | {"/console/imports", "/console/fixing", "/console/sources", "/console/kpis"}
    | {"/console/segments/builder/draft?segment=all"}
)


@pytest.fixture(scope="module")
def filled(shop: Shop) -> int:
    shop.send("till", {"type": "trak", "messageId": "bad"})
    bought = {"type": "did", "event": "$purchase"}
    shop.api("PUT", "/api/v1/segments/vip", {"name": "VIP", "condition": bought})
    shop.api("PUT", "/api/v1/segments/all", {"condition": EVERY_FIELD})
    shop.api("PUT", "/api/v1/segments/all/subscriptions/crm", {})
    shop.source("hooked", webhook={"provider": "secret", "secrets": ["a-secret"]})
    call = {"type": "up", "caller": "+48600100200", "lines": [{"sku": "a"}]}
    headers = {"authorization": "Bearer a-secret", "content-type": "application/json"}
    shop.request("POST", "/hooks/hooked", json.dumps(call).encode(), headers)
    asked = track("Erasure Requested", {"request_id": "r1"}, userId="asks")
    shop.send("crm", asked)
    shop.api("POST", "/api/v1/operators", {"name": "x", "role": "agent"}, status=201)
    invented = {"name": "Wanda Zych", "email": "wanda@shop.example", "source": "crm"}
    bait = shop.api("POST", "/api/v1/baits", {**invented, "reason": "x y"}, status=201)
    # So that there is an alarm to be seen.
    shop.api("GET", f"/api/v1/people/{bait['person_id']}")
    shop.send("crm", identify({"name": "Gone"}, userId="gone"))
    told = {"identifier": "user_id:gone", "reason": "asked"}
    shop.api("POST", "/api/v1/privacy/erase", told)
    shop.api("PUT", "/api/v1/privacy/retention/pages", {"days": 30, "types": ["page"]})
    regions_sold(shop)
    # Until the copy for analysis answers, the screens of journeys would say so alone.
    ask(shop, "journeys")
    read = shop.api("GET", "/api/v1/insights/geo/tests/boards/result")
    assert len(read["neighbours"]) == 1
    return anna(shop)


def regions_sold(shop: Shop) -> None:
    """Let stores of six regions sell for seven weeks, and keep a test of one."""
    names = [f"Region {at}" for at in range(6)]
    stores = [{"store_id": f"s{at}", "region": one} for at, one in enumerate(names)]
    shop.api("POST", "/api/v1/catalog/stores?source=till", {"items": stores})
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=at) for at in range(49, 0, -1)]
    sold = [
        track(
            "Receipt Issued",
            {
                "receipt_id": f"{day}-{at}",
                "store_id": f"s{at}",
                "total": f"{90 + 7 * at + day.day * (at + 3) % 11}.00",
                "currency": "GBP",
            },
            timestamp=f"{day}T12:00:00Z",
        )
        for day in days
        for at in range(len(names))
    ]
    shop.send("till", *sold)
    spans = {"since": days[0], "start": days[35], "until": days[-1]}
    told = {name: day.isoformat() for name, day in spans.items()}
    told |= {"note": "on the ring road"}
    lists = {"regions": names[:1], "neighbours": names[1:2]}
    shop.api("PUT", "/api/v1/insights/geo/tests/boards", {**told, **lists})


@pytest.fixture(scope="module", params=["light", "dark"])
def seeing(
    request: pytest.FixtureRequest, browser: Browser, shop: Shop
) -> Iterator[Desk]:
    """A browser in which axe may run; the policy itself is tested elsewhere."""
    desk = Desk(browser, shop, bypass_csp=True, color_scheme=request.param)
    yield desk.by_link()
    desk.close()


def test_there_is_no_screen_that_is_not_looked_at() -> None:
    clock = ManualClock(NOW_US)
    app = console_app(FixedReading([], []), Sessions(clock, new_secret), clock)
    paths = {
        path
        for handler in app.routes
        if "GET" in handler.http_methods
        for path in handler.paths
    }
    seen = [one.partition("?")[0] for one in SCREENS]

    unseen = {path for path in paths if not any(map(_pattern(path).fullmatch, seen))}

    assert unseen == APART.keys()


def _pattern(path: str) -> re.Pattern[str]:
    """Give what addresses of a route look like."""
    return re.compile(re.sub(r"\{\w+:\w+\}", "[^/]+", path))


@pytest.mark.feature("K5")
def test_every_screen_is_accessible(
    browser: Browser, shop: Shop, filled: int, node_clients: str
) -> None:
    desk = Desk(browser, shop, bypass_csp=True).by_link()
    note_parts(desk.page)
    found = []
    for path in SCREENS:
        desk.open(path.replace("PERSON", str(filled)))
        settle(desk.page)
        open_all(desk.page)
        for width, scheme in ALL if path in MAIN else VIEWS:
            desk.page.emulate_media(color_scheme=scheme)
            told = unfit(desk.page, width)
            told += violations(desk, node_clients)
            found += [f"{path} {width} {scheme} {one}" for one in told]
        lengthen(desk.page)
        for width in (320, 1280):
            told = unfit(desk.page, width)
            found += [f"{path} {width} longer {one}" for one in told]
    desk.close()
    assert found == []


def test_the_stream_fits_a_telephone_while_it_is_being_connected(
    browser: Browser, shop: Shop
) -> None:
    desk = Desk(browser, shop).by_link()
    desk.page.set_viewport_size({"width": 320, "height": 800})
    # It never gets further than "connecting", and then than "reconnecting".
    desk.page.route("**/console/stream*", lambda route: route.abort())
    desk.open("/console/live")

    expect(desk.page.locator("#pulse")).to_have_text("reconnecting")
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 320
    desk.close()


@pytest.mark.feature("K5")
@pytest.mark.parametrize("code", ["pl", "ru", "kk"])
def test_every_language_fits_a_telephone(
    browser: Browser, shop: Shop, filled: int, code: str
) -> None:
    desk = Desk(browser, shop).by_link()
    note_parts(desk.page)
    desk.page.click(".menu > summary")
    desk.page.locator(f'button[value="{code}"]').click()
    found = []

    for path in SCREENS:
        desk.open(path.replace("PERSON", str(filled)))
        settle(desk.page)
        open_all(desk.page)
        assert desk.page.evaluate("document.documentElement.lang") == code
        found += [f"{path} {one}" for one in bare_days(desk.page)]
        for width in (320, 1280):
            found += [f"{path} {width} {one}" for one in unfit(desk.page, width)]
    desk.close()
    assert found == []


def test_the_entry_is_accessible(
    browser: Browser, shop: Shop, node_clients: str
) -> None:
    body = {"name": "entering", "role": "steward"}
    made = shop.api("POST", "/api/v1/operators", body, status=201)
    desk = Desk(browser, shop, bypass_csp=True)
    found = []
    desk.open("/console/sign-in")
    found += violations(desk, node_clients)
    desk.page.goto(made["invitation"])
    found += violations(desk, node_clients)
    desk.page.fill("#password", "lamp river copper tango")
    desk.page.fill("#again", "lamp river copper tango")
    desk.page.click("main .btn-primary")
    desk.page.wait_for_selector("#secret")
    found += violations(desk, node_clients)
    desk.close()
    assert found == []


def test_what_comes_of_forms_is_accessible(
    browser: Browser, shop: Shop, filled: int, node_clients: str
) -> None:
    desk = Desk(browser, shop, bypass_csp=True).by_link()
    page, found = desk.page, []

    def look(sign: str) -> None:
        page.wait_for_selector(sign)
        for width in (320, 1280):
            told = [*unfit(page, width), *violations(desk, node_clients)]
            found.extend(f"{sign} {width} {one}" for one in told)

    desk.open("/console/sources/new")
    page.fill("#source-name", "seen-by-axe")
    page.check("#sort-site")
    page.click("main .btn-primary")
    look("#key")
    desk.open("/console/team")
    page.fill("#member", "seen")
    page.check("#new-store")
    page.click("main .btn-primary")
    look("#invitation")
    desk.open(f"/console/privacy?who={filled}")
    page.click("button[formaction]")
    look("#erase-title")
    desk.open("/console/fixing/1")
    page.click("main .btn-primary")
    look("main [role=status]")
    desk.open("/console/segments/builder/draft?segment=all")
    page.fill("#name", "")
    page.click("button[value=save]")
    look("main [role=alert]")
    desk.open("/console/kpis")
    page.locator("a[href*='people?cell=']").first.click()
    look("h1")
    # Of who is in none of these: a wrong password.
    page.context.clear_cookies()
    desk.open("/console/sign-in")
    page.fill("#name", "nobody")
    page.fill("#password", "wrong horse battery")
    page.click("main .btn-primary")
    look("main [role=alert]")
    desk.close()
    assert found == []


def test_the_finder_is_accessible_and_works_by_keyboard(
    seeing: Desk, filled: int, node_clients: str
) -> None:
    page = seeing.page
    page.set_viewport_size({"width": 1280, "height": 900})
    seeing.open("/console")
    page.keyboard.press("Control+k")
    page.keyboard.type("kowalska")
    page.wait_for_selector("#finder .found .codes")
    assert violations(seeing, node_clients) == []

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Anna Kowalska")
    # Segments by their names, and screens by what people call them.
    for typed, name, path in (
        ("vip", "VIP", "/console/segments/vip"),
        ("duplikaty", "Duplicates", "/console/duplicates"),
    ):
        page.keyboard.press("Control+k")
        page.fill("#finder-text", typed)
        found = page.locator(f'#finder [data-text="{typed}"] .found .name')
        expect(found.first).to_have_text(name)
        page.keyboard.press("Enter")
        page.wait_for_url("**" + path)


def test_the_menus_of_the_bar_are_accessible_and_open_and_shut_by_keyboard(
    seeing: Desk, node_clients: str
) -> None:
    seeing.open("/console")
    page = seeing.page
    menus = page.locator(".nav-main details")
    menus.nth(0).locator("summary").focus()
    page.keyboard.press("Enter")
    expect(menus.nth(0)).to_have_attribute("open", "")
    assert violations(seeing, node_clients) == []

    page.keyboard.press("Escape")
    expect(menus.nth(0)).not_to_have_attribute("open", "")
    page.keyboard.press("Enter")
    menus.nth(1).locator("summary").click()
    expect(menus.nth(0)).not_to_have_attribute("open", "")
    menus.nth(1).get_by_role("link", name="Health", exact=True).click()
    expect(page.locator("h1")).to_have_text("Health")
    expect(menus.nth(1).locator("[aria-current]")).to_have_text("Health")


def test_the_first_tab_leads_to_the_content(seeing: Desk) -> None:
    seeing.open("/console/live")
    seeing.page.keyboard.press("Tab")
    seeing.page.keyboard.press("Enter")

    assert seeing.page.evaluate("document.activeElement.id") == "main"

"""axe on every screen: light and dark, narrow and wide; and all by keyboard."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from habitue.base.clock import ManualClock
from habitue.base.ids import new_secret
from habitue.console.language import LANGUAGES
from habitue.console.session import Sessions
from tests.acceptance.console.conftest import PASSWORD, Desk, code_of
from tests.acceptance.console.filling import fill
from tests.acceptance.console.looking import (
    WIDTHS,
    bare_days,
    choose,
    dress,
    faults,
    onlooker,
    open_all,
    settle,
    unfit,
    unscripted,
    violations,
)
from tests.acceptance.shop import Shop
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
    "/console/segments/vip/versions",
    *("/console/segments/builder/draft", "/console/segments/builder/draft?segment=all"),
    *("/console/sources/till/events", "/console/today/places"),
    *("/console/sources/till/plan", "/console/segments/vip?with=all&days=30"),
    *("/console/sources/hooked/mapping", "/console/sources/till/mapping"),
    "/console/channels?from=2026-11-20&to=2026-11-27&url=https://shop.example/",
    *("/console/channels/rules", "/console/channels/rules/1"),
    "/console/channels/rules/new",
    *("/console/journeys", "/console/journeys/ropo", "/console/journeys/channels"),
    *("/console/journeys/influence", "/console/journeys/intent"),
    "/console/journeys/rows?table=touchpoints",
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
# What is not there, and what cannot be asked so, is answered with a page of its own.
STATUSES = {"/console/people/999999": 404}


@pytest.fixture(scope="module")
def filled(shop: Shop) -> int:
    return fill(shop)


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
    desk = onlooker(browser, shop).by_link()
    found = []
    for path in SCREENS:
        desk.open(path.replace("PERSON", str(filled)))
        found += [f"{path} {one}" for one in faults(desk, node_clients)]
    desk.close()
    assert found == []


def test_an_open_page_is_light_or_dark_as_the_machine_is_until_somebody_chooses(
    desk: Desk,
) -> None:
    """By what is seen: a page that only says it is dark is looked at in vain."""
    page = desk.by_link().page
    ground = "getComputedStyle(document.body).backgroundColor"
    desk.open("/console")
    dress(page, "light")
    light = page.evaluate(ground)

    dress(page, "dark")
    assert page.evaluate(ground) != light
    page.click(".menu > summary")
    page.click("#theme")
    page.emulate_media(color_scheme="light")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(100)
    assert page.evaluate(ground) == light


@pytest.mark.feature("K5")
def test_every_screen_is_there_at_once_without_a_script(
    browser: Browser, shop: Shop, filled: int
) -> None:
    desk = Desk(browser, shop, java_script_enabled=False).by_link()
    found, ways = [], set()
    for path in SCREENS:
        answer = desk.open(path.replace("PERSON", str(filled)))
        lacks, leads = unscripted(desk.page)
        found += [f"{path} {one}" for one in lacks]
        if answer.status != STATUSES.get(path, 200):
            found.append(f"{path} {answer.status}")
        ways.update(leads)
    # What would come by itself comes by its link, and then waits for nothing more.
    for way in sorted(ways):
        follow = desk.read if "figures=now" in way else desk.open
        follow(way)
        lacks, leads = unscripted(desk.page)
        found += [f"{way} {one}" for one in (*lacks, *leads)]
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
    browser: Browser, shop: Shop, filled: int, code: str, node_clients: str
) -> None:
    desk = onlooker(browser, shop).by_link()
    choose(desk.page, code)
    found = []

    for path in SCREENS:
        desk.open(path.replace("PERSON", str(filled)))
        settle(desk.page)
        open_all(desk.page)
        assert desk.page.evaluate("document.documentElement.lang") == code
        found += [f"{path} {one}" for one in bare_days(desk.page)]
        for width in WIDTHS:
            found += [f"{path} {width} {one}" for one in unfit(desk.page, width)]
        found += [f"{path} {one}" for one in violations(desk, node_clients)]
    desk.close()
    assert found == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_entry_is_accessible(
    browser: Browser, shop: Shop, node_clients: str, code: str
) -> None:
    name = f"entering-{code}"
    body = {"name": name, "role": "steward"}
    made = shop.api("POST", "/api/v1/operators", body, status=201)
    desk = onlooker(browser, shop)
    page, found = desk.page, []

    def look(sign: str) -> None:
        page.wait_for_selector(sign)
        assert page.evaluate("document.documentElement.lang") == code
        found.extend(f"{sign} {one}" for one in faults(desk, node_clients))

    def send(**fields: str) -> None:
        for field, text in fields.items():
            page.fill(f"#{field}", text)
        page.click("main .btn-primary")

    desk.open("/console/sign-in")
    choose(page, code)
    look("#name")
    send(name=f"nobody-{code}", password="wrong horse battery")
    look("main [role=alert]")
    page.goto(made["invitation"])
    look("#again")
    send(password=PASSWORD, again=f"{PASSWORD} twice")
    look("main [role=alert]")
    send(password=PASSWORD, again=PASSWORD)
    look("#secret")
    send(code=code_of((page.text_content("#secret") or "").replace(" ", "")))
    page.wait_for_url(f"{desk.address}/console")
    desk.context.clear_cookies()
    # Somewhere inside, where one has to come in first.
    desk.open("/console/people")
    choose(page, code)
    desk.open("/console/people")
    look("#password")
    send(name=name, password=PASSWORD)
    look("#code")
    send(code="000000")
    look("main [role=alert]")
    page.goto(made["invitation"])
    look("h1")
    desk.close()
    assert found == []


def test_what_comes_of_forms_is_accessible(
    browser: Browser, shop: Shop, filled: int, node_clients: str
) -> None:
    desk = onlooker(browser, shop).by_link()
    page, found = desk.page, []

    def look(sign: str) -> None:
        page.wait_for_selector(sign)
        found.extend(f"{sign} {one}" for one in faults(desk, node_clients))

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
    # Segments and sources by their names, and screens by what people call them.
    for typed, name, path in (
        ("vip", "VIP", "/console/segments/vip"),
        ("duplikaty", "Duplicates", "/console/duplicates"),
        ("crm", "crm", "/console/sources/crm"),
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

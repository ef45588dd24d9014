"""The browser's script under strict policies, without third-party cookies."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Playwright

from tests.acceptance.browser.conftest import chromium
from tests.acceptance.browser.site import (
    AGENT,
    Site,
    Visit,
    arrive,
    home,
    names,
    told,
)
from tests.acceptance.shop import Shop

pytestmark = pytest.mark.feature("A5")
Element = Callable[..., str]


def test_it_works_under_a_strict_policy_without_inline_script(
    visit: Visit, site: Site, element: Element, shop: Shop
) -> None:
    ours = f"http://127.0.0.1:{shop.port}"
    site.policy = (
        f"default-src 'none'; script-src {ours}; connect-src {ours};"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    )
    home(site, element(consent="assumed"))

    arrive(visit)
    events = told(visit, "page")

    assert names(events) == ["page"]
    assert visit.said == []


def test_it_works_under_a_policy_with_nonces_and_does_what_was_called_before(
    visit: Visit, site: Site, element: Element, shop: Shop
) -> None:
    site.policy = (
        "default-src 'none'; script-src 'nonce-n1' 'strict-dynamic';"
        f" connect-src http://127.0.0.1:{shop.port}"
    )
    stub = (
        '<script nonce="n1">window.habitue = window.habitue || function () {'
        " (habitue.q = habitue.q || []).push(arguments); };"
        "habitue('track', 'Product Viewed', {sku: 'a'});</script>"
    )
    script = element(consent="assumed").replace("<script", '<script nonce="n1"')
    home(site, stub + script)

    arrive(visit)
    events = told(visit, "page", "Product Viewed")

    assert names(events) == ["page", "Product Viewed"]
    assert visit.said == []


@pytest.fixture(scope="module")
def blocking(
    playwright: Playwright, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserContext]:
    """A browser whose settings block third-party cookies, with names of its own."""
    folder = tmp_path_factory.mktemp("profile")
    (folder / "Default").mkdir()
    (folder / "Default" / "Preferences").write_text(
        '{"profile": {"block_third_party_cookies": true, "cookie_controls_mode": 1}}'
    )
    context = playwright.chromium.launch_persistent_context(
        folder,
        # Its settings are those of a whole one.
        executable_path=chromium(),
        user_agent=AGENT,
        args=[
            *("--no-sandbox", "--disable-dev-shm-usage"),
            "--host-resolver-rules=MAP *.shop.test 127.0.0.1",
        ],
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def blocked(blocking: BrowserContext, site: Site, shop: Shop) -> Visit:
    return Visit(blocking, site, shop)


def test_it_works_with_third_party_cookies_blocked(
    blocked: Visit, site: Site, element: Element
) -> None:
    framed = site.address.replace("localhost", "127.0.0.1")
    home(site, element(consent="assumed"), f'<iframe src="{framed}/frame"></iframe>')
    first = arrive(blocked)

    events = told(blocked, "page")
    second = arrive(blocked)

    # That they are blocked shows in a frame of another site: it has no storage.
    frame = blocked.page.frames[1]
    assert (
        frame.evaluate(
            "(() => { try { return !localStorage } catch (e) { return e.name } })()"
        )
        == "SecurityError"
    )
    assert first == second
    assert names(events) == ["page"]
    assert [
        one for one in blocked.context.cookies() if one["domain"] != "localhost"
    ] == []


def test_with_a_cookie_the_subdomains_of_a_shop_know_one_device(
    blocked: Visit, site: Site, shop: Shop
) -> None:
    shop.source("subdomains", "public")
    port = site.address.rpartition(":")[2]
    home(
        site,
        f'<script src="http://127.0.0.1:{shop.port}/habitue.js" async'
        f' data-key="{shop.keys["subdomains"]}" data-consent="assumed"'
        ' data-cookie="shop.test"></script>',
    )
    found = []
    for name in ("www", "m"):
        site.address = f"http://{name}.shop.test:{port}"
        found.append(arrive(blocked))

    assert found[0] == found[1] != ""
    blocked.call("consent", "withdrawn")
    assert [one for one in blocked.context.cookies() if one["value"] == found[0]] == []

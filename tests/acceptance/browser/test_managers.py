"""Consent managers themselves, unmodified, under a strict policy: all follows them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.browser.following import come, heard, ledger_says
from tests.acceptance.browser.managers import (
    COOKIECONSENT,
    OREJIME,
    TARTEAUCITRON,
    Manager,
)
from tests.acceptance.browser.site import Site, Visit, names, stored, until
from tests.acceptance.shop import Shop

pytestmark = pytest.mark.feature("A18")
Element = Callable[..., str]
MANAGERS = {
    "cookieconsent": COOKIECONSENT,
    "orejime": OREJIME,
    "tarteaucitron": TARTEAUCITRON,
}


@pytest.fixture(params=MANAGERS)
def manager(
    request: pytest.FixtureRequest,
    site: Site,
    shop: Shop,
    element: Element,
    node_clients: str,
) -> Manager:
    """A page with a manager and our script, and nothing inline allowed."""
    one = MANAGERS[request.param]
    ours = f"http://127.0.0.1:{shop.port}"
    site.policy = (
        f"default-src 'none'; script-src 'self' {ours}; connect-src {ours};"
        " style-src 'self'; img-src 'self'"
    )
    head = one.place(Path(node_clients) / "node_modules", site.files)
    follows = {f"consent_{name}": told for name, told in one.follows.items()}
    script = element(consent="required", **follows)
    site.pages["/"] = f"<!doctype html><title>Tea</title>{head}{script}"
    return one


def ours(visit: Visit) -> list[str]:
    """Name what is kept of us: a manager keeps its own answer."""
    return [name for name in visit.kept() if "habitue" in name]


def is_silent(visit: Visit) -> bool:
    """Wait a while; say whether nothing of ours was sent and nothing is kept."""
    before = len(visit.posts)
    visit.page.wait_for_timeout(1_500)
    return len(visit.posts) == before and ours(visit) == []


def test_who_refuses_in_a_manager_leaves_no_trace(
    visit: Visit, manager: Manager, shop: Shop, source: str
) -> None:
    come(visit)
    assert is_silent(visit)

    manager.refuse(visit.page)

    assert is_silent(visit)
    come(visit)
    assert is_silent(visit)
    assert shop.outcomes(source)["received"] == 0
    assert visit.said == []


def test_what_is_granted_and_taken_back_in_a_manager_holds_at_once(
    visit: Visit, manager: Manager
) -> None:
    come(visit)
    manager.accept(visit.page)
    device = until(visit.find_device, visit.page)
    heard(visit, "page")
    # What was sent leaves the queue once the answer is there, a moment after the log.
    until(lambda: ours(visit) == ["habitue"], visit.page)
    assert ledger_says(visit, analytics="pending", marketing="pending")
    told = names(stored(visit.shop, device)).count("Consent Granted")

    # The manager remembers, and asks no more.
    come(visit)
    until(lambda: visit.find_device() == device, visit.page)
    until(lambda: names(stored(visit.shop, device)).count("page") == 2, visit.page)
    assert names(stored(visit.shop, device)).count("Consent Granted") == told

    until(lambda: ours(visit) == ["habitue"], visit.page)
    manager.withdraw(visit.page)

    until(lambda: ours(visit) == [], visit.page)
    visit.device = device
    heard(visit, "Consent Withdrawn")
    assert ledger_says(visit, analytics="withdrawn", marketing="withdrawn")
    assert is_silent(visit)
    come(visit)
    assert is_silent(visit)
    assert visit.said == []

"""What follows a visitor's answer: what is kept, asked, and in the ledger."""

from typing import Any

from tests.acceptance.browser.site import LOADED, Visit, names, stored, until


def come(visit: Visit, path: str = "/") -> None:
    visit.goto(path)
    visit.page.wait_for_function(LOADED)


def quiet(visit: Visit) -> bool:
    """Wait a while; say whether nothing was sent and nothing is kept."""
    before = len(visit.posts)
    visit.page.wait_for_timeout(1_500)
    return len(visit.posts) == before and visit.kept() == []


def ledger(visit: Visit) -> dict[tuple[str, str], str]:
    """Give what the shop's ledger holds of the device, by purpose and channel."""
    person = visit.shop.person(f"anonymous_id:{visit.device}")
    if person is None:
        return {}
    return {
        (one["purpose"], one["channel"]): one["state"] for one in person["consents"]
    }


def ledger_says(visit: Visit, **states: str) -> bool:
    wanted = {(purpose, "web"): state for purpose, state in states.items()}
    until(lambda: ledger(visit) == wanted, visit.page)
    return True


def heard(visit: Visit, name: str) -> list[dict[str, Any]]:
    """Wait until the log holds an event of this name of the device; give all."""

    def there() -> list[dict[str, Any]] | None:
        events = stored(visit.shop, visit.device)
        return events if name in names(events) else None

    return until(there, visit.page)

"""Consent by a consent manager: its answers are followed, mid-visit too."""

from collections.abc import Callable

import pytest

from tests.acceptance.browser.following import come, heard, ledger_says, quiet
from tests.acceptance.browser.site import Site, Visit, names, stored, until

pytestmark = pytest.mark.feature("A18")
Element = Callable[..., str]

GTAG = (
    "window.dataLayer = window.dataLayer || [];"
    "function gtag() { dataLayer.push(arguments); }"
)
DENIED = (
    "gtag('consent', 'default', {analytics_storage: 'denied', ad_storage: 'denied'});"
)


# -- Google consent mode -------------------------------------------------------


def test_google_consent_mode_opens_and_shuts_the_gate_mid_visit(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = f"<script>{GTAG}{DENIED}</script>" + element(
        consent="required", consent_from="google"
    )
    come(visit)
    assert quiet(visit)

    visit.page.evaluate(
        "gtag('consent', 'update',"
        " {analytics_storage: 'granted', ad_storage: 'denied'})"
    )
    visit.find_device()

    heard(visit, "page")
    # What was sent leaves the queue once the answer is there, a moment after the log.
    until(lambda: visit.kept() == ["habitue"], visit.page)
    assert ledger_says(visit, analytics="pending", marketing="withdrawn")

    visit.page.evaluate("gtag('consent', 'update', {analytics_storage: 'denied'})")

    heard(visit, "Consent Withdrawn")
    assert quiet(visit)
    assert ledger_says(visit, analytics="withdrawn", marketing="withdrawn")


def test_a_default_that_grants_opens_nothing(
    visit: Visit, site: Site, element: Element
) -> None:
    granted = "gtag('consent', 'default', {analytics_storage: 'granted'});"
    site.pages["/"] = f"<script>{GTAG}{granted}</script>" + element(
        consent="required", consent_from="google"
    )
    come(visit)

    assert quiet(visit)


def test_a_default_that_denies_takes_no_earlier_yes_back(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = f"<script>{GTAG}{DENIED}</script>" + element(
        consent="required", consent_from="google"
    )
    come(visit)
    yes = (
        "gtag('consent', 'update',"
        " {analytics_storage: 'granted', ad_storage: 'granted'})"
    )
    visit.page.evaluate(yes)
    device = visit.find_device()
    heard(visit, "page")

    come(visit)
    before = visit.find_device()
    visit.page.evaluate(yes)
    after = visit.find_device()

    # Until it is answered again the gate is shut, and nothing is forgotten.
    assert (before, after) == ("", device)
    visit.device = device
    until(lambda: names(stored(visit.shop, device)).count("page") == 2, visit.page)
    assert "Consent Withdrawn" not in names(stored(visit.shop, device))
    assert names(stored(visit.shop, device)).count("Consent Granted") == 1


def test_an_answer_to_another_purpose_makes_no_answer_of_a_default(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = f"<script>{GTAG}{DENIED}</script>" + element(
        consent="required", consent_from="google"
    )
    come(visit)
    visit.page.evaluate("gtag('consent', 'update', {analytics_storage: 'granted'})")
    device = visit.find_device()
    heard(visit, "page")

    # Some managers tell each purpose by an update of its own.
    come(visit)
    visit.page.evaluate("gtag('consent', 'update', {ad_storage: 'granted'})")
    visit.page.evaluate("gtag('consent', 'update', {analytics_storage: 'granted'})")

    assert visit.find_device() == device
    visit.device = device
    until(lambda: names(stored(visit.shop, device)).count("page") == 2, visit.page)
    assert "Consent Withdrawn" not in names(stored(visit.shop, device))


def test_a_default_that_denies_keeps_shut_what_would_be_assumed(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = f"<script>{GTAG}{DENIED}</script>" + element(
        consent="assumed", consent_from="google"
    )
    come(visit)

    assert quiet(visit)


def test_what_is_pushed_still_reaches_the_data_layer(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = f"<script>{GTAG}</script>" + element(
        consent="required", consent_from="google"
    )
    come(visit)

    length = visit.page.evaluate(
        "dataLayer.push({event: 'a'}, null, ['consent'], ['consent', 'update', null])"
    )

    assert length == 4
    assert visit.said == []


# -- TCF -----------------------------------------------------------------------

# What a consent manager of the IAB's framework offers to pages.
MANAGER = """
const listeners = [];
const told = {gdprApplies: true, eventStatus: 'cmpuishown', purpose: {consents: {}}};
window.__tcfapi = (command, version, listener) => {
  if (command !== 'addEventListener' || version !== 2) return listener(null, false);
  listeners.push(listener);
  listener({...told, listenerId: listeners.length}, true);
};
window.answer = (...purposes) => {
  told.eventStatus = 'useractioncomplete';
  told.purpose = {consents: Object.fromEntries(purposes.map(one => [one, true]))};
  listeners.forEach((one, at) => one({...told, listenerId: at + 1}, true));
};
"""


def test_tcf_answers_are_followed_by_purpose(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = element(consent="required", consent_from="tcf")
    come(visit)
    # The manager comes after the script, as it may.
    visit.page.evaluate(MANAGER)
    assert quiet(visit)

    visit.page.evaluate("answer(2, 7, 9)")
    assert quiet(visit)
    visit.page.evaluate("answer(1, 7, 8, 3, 4)")
    visit.find_device()

    heard(visit, "page")
    assert ledger_says(
        visit, analytics="pending", marketing="pending", personalization="withdrawn"
    )

    visit.page.evaluate("answer()")

    heard(visit, "Consent Withdrawn")
    assert quiet(visit)


# -- any other consent manager -------------------------------------------------


def test_a_manager_is_followed_by_its_variable_and_its_events(
    visit: Visit, site: Site, element: Element
) -> None:
    site.files["/manager.js"] = (
        "window.Manager = {consent:"
        " {necessary: true, statistics: false, marketing: false}};"
        "window.choose = (statistics, marketing) => {"
        "  Object.assign(Manager.consent, {statistics, marketing});"
        "  document.dispatchEvent(new Event('ManagerAnswered'));"
        "};"
    )
    site.pages["/"] = "<script src='/manager.js'></script>" + element(
        consent="required",
        consent_from="Manager.consent",
        consent_event="ManagerReady ManagerAnswered",
    )
    come(visit)
    assert quiet(visit)

    visit.page.evaluate("choose(true, false)")
    visit.find_device()

    heard(visit, "page")
    assert ledger_says(visit, analytics="pending", marketing="withdrawn")

    visit.page.evaluate("choose(false, false)")

    heard(visit, "Consent Withdrawn")
    assert quiet(visit)


def test_a_function_of_the_page_may_give_the_answers(
    visit: Visit, site: Site, element: Element
) -> None:
    function = (
        "window.groups = '';"
        "window.habitueConsent = () => ({analytics: groups.includes('C2')});"
    )
    site.pages["/"] = f"<script>{function}</script>" + element(consent="required")
    come(visit)
    assert quiet(visit)

    visit.page.evaluate(
        "groups = ',C1,C2,'; dispatchEvent(new Event('habitue:consent'))"
    )
    visit.find_device()

    heard(visit, "page")


def test_the_answers_may_come_with_the_event_itself(
    visit: Visit, site: Site, element: Element
) -> None:
    site.pages["/"] = element(consent="required")
    come(visit)
    send = "one => dispatchEvent(new CustomEvent('habitue:consent', {detail: one}))"

    visit.page.evaluate(send, {"analytics": "granted"})
    visit.find_device()
    heard(visit, "page")
    visit.page.evaluate(send, {"analytics": "denied"})

    heard(visit, "Consent Withdrawn")
    assert quiet(visit)

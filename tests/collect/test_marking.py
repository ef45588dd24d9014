"""Which events are marked at the door, and as whose."""

from typing import Any

import pytest
from msgspec import structs

from habitue.collect.agents import AGENT_CHARS_MAX, WORDS, agent_of
from habitue.collect.marking import (
    MONEY_EVENTS,
    READ_US_MIN,
    Marking,
    marked,
    marking_of,
)
from habitue.model.event import Event, Unused
from habitue.model.identifier import Identifier
from habitue.model.source import Writer
from habitue.model.staff import StaffEntry, StaffList
from habitue.profile.ledger import CONSENT_EVENTS
from habitue.profile.report import PURCHASE_EVENTS

NOW_US = 1_772_366_400_000_000
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/126.0.0.0 Safari/537.36"
)
STAFF = marking_of(
    StaffList(
        (
            StaffEntry("identifier", "device_id:till-4"),
            StaffEntry("identifier", "user_id:ola"),
            StaffEntry("domain", "@shop.example"),
            StaffEntry("network", "192.0.2.0/24"),
            StaffEntry("network", "2001:db8::/48"),
        )
    )
)
TILL, ANNA = Identifier("device_id", "till-4"), Identifier("loyalty_card", "L1")


def event(*who: Identifier, name: str = "Product Viewed", **fields: Any) -> Event:
    return Event(type="track", name=name, at_us=NOW_US, identifiers=who, **fields)


def by_agent(agent: object, writer: Writer = Writer.PUBLIC, **fields: Any) -> str:
    told = event(writer=writer, context={"userAgent": agent}, **fields)
    return marked(told, Marking()).marked


def mail(name: str = "Email Link Clicked", **properties: Any) -> str:
    return marked(event(name=name, properties=properties), Marking()).marked


@pytest.mark.parametrize(
    "agent",
    [
        CHROME,
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
        " (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
        "Mozilla/5.0 (Linux; Android 13; CUBOT X70) Chrome/120.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 YaBrowser/24.6"
        " YaApp_Android/24.61 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15"
        " [FBAN/FBIOS;FBAV/463.0.0.37.108;FBDV/iPhone15,2]",
        "Mozilla/5.0 (Linux; Android 14) Chrome/126.0 Mobile Safari/537.36 Instagram"
        " 334.0.0.42.95 Android",
        "Mozilla/5.0 (Windows NT 10.0) Chrome/124.0 Safari/537.36 Edg/124.0",
        "Dalvik/2.1.0 (Linux; U; Android 14; SM-S918B)",
        "okhttp/4.12.0",
        "",
    ],
)
def test_a_persons_browser_or_app_is_not_marked(agent: str) -> None:
    assert by_agent(agent) == ""


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; YandexImages/3.0; +http://yandex.com/bots)",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Chrome-Lighthouse",
        "python-requests/2.31",
        "curl/8.5.0",
        "WhatsApp/2.23.20.0 A",
    ],
)
def test_crawlers_headless_browsers_and_tools_are_robots(agent: str) -> None:
    assert by_agent(agent) == "bot"


def test_a_scanner_of_links_is_one_whatever_it_follows() -> None:
    assert by_agent("Mozilla/5.0 Chrome/120.0 BingPreview/1.0b") == "scanner"
    assert by_agent("Barracuda Sentinel (EE)") == "scanner"


def test_a_servers_own_library_says_nothing_and_a_crawler_it_tells_of_does() -> None:
    assert by_agent("python-requests/2.31", Writer.SERVER) == ""
    assert by_agent("Googlebot/2.1", Writer.SERVER) == "bot"


@pytest.mark.parametrize("name", sorted(MONEY_EVENTS))
def test_money_that_the_shops_systems_tell_of_is_never_a_robots(name: str) -> None:
    assert by_agent("Googlebot/2.1", Writer.SERVER, name=name) == ""
    assert by_agent("Googlebot/2.1", Writer.PUBLIC, name=name) == "bot"


def test_money_events_are_those_that_profiles_reckon_with() -> None:
    assert MONEY_EVENTS == PURCHASE_EVENTS


@pytest.mark.parametrize("told", [None, 7, ["Googlebot"], {"a": 1}])
def test_a_user_agent_that_is_no_text_says_nothing(told: object) -> None:
    assert by_agent(told) == ""


def test_of_an_endless_user_agent_only_the_beginning_is_looked_at() -> None:
    assert agent_of("x" * AGENT_CHARS_MAX + "Googlebot") == ""


def test_the_words_are_small_letters_and_none_stands_twice() -> None:
    words = [word for each in WORDS.values() for word in each]

    assert words == [word.lower() for word in words]
    assert len(words) == len(set(words)) > 150


@pytest.mark.parametrize("told", ["prefetch", "Prefetch", "prefetch;prerender"])
def test_a_page_that_a_browser_fetches_ahead_is_nobodys_visit(told: str) -> None:
    page = Event(type="page", name="", at_us=NOW_US, context={"purpose": told})

    assert marked(page, Marking()).marked == "bot"


# Mail.


@pytest.mark.parametrize(
    "told",
    [
        {"method": "HEAD"},
        {"sg_machine_open": True},
        {"is_bot": True},
        {"user_agent": "Mozilla/5.0 BingPreview/1.0b"},
        {"user_agent": "python-requests/2.31"},
        {"delivered_at": (NOW_US - READ_US_MIN + 1) / 1e6},
        {"sent_at": NOW_US / 1e6},
    ],
)
@pytest.mark.parametrize("name", ["Email Link Clicked", "Email Opened", "Unsubscribed"])
def test_what_a_machine_makes_of_a_mail_is_a_scanners(name: str, told: dict) -> None:
    assert mail(name, **told) == "scanner"


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"method": "GET"},
        {"is_bot": "no"},
        {"user_agent": CHROME},
        {"delivered_at": (NOW_US - READ_US_MIN) / 1e6},
        # Its clock is wrong, which says nothing of who clicked.
        {"delivered_at": (NOW_US + READ_US_MIN) / 1e6},
        {"delivered_at": "soon"},
    ],
)
def test_what_a_reader_makes_of_a_mail_is_not(told: dict) -> None:
    assert mail(**told) == ""


def test_every_way_to_withdraw_that_a_link_can_lead_to_is_looked_at() -> None:
    for name in CONSENT_EVENTS & {"Unsubscribed", "Consent Withdrawn"}:
        assert mail(name, method="HEAD") == "scanner"


# Staff.


@pytest.mark.parametrize(
    "told",
    [
        event(TILL, writer=Writer.PUBLIC),
        event(Identifier("user_id", "ola"), writer=Writer.PUBLIC),
        event(Identifier("user_id", "ola"), writer=Writer.SERVER),
        event(Identifier("email", "ola@shop.example"), writer=Writer.SERVER),
        event(context={"ip": "192.0.2.77"}, writer=Writer.PUBLIC),
        event(context={"ip": "2001:db8::5"}, writer=Writer.PUBLIC),
        event(context={"ip": "::ffff:192.0.2.77"}, writer=Writer.PUBLIC),
        # A staff phone on which a customer is looked up.
        event(ANNA, TILL, writer=Writer.PUBLIC),
        event(TILL, writer=Writer.SERVER),
    ],
)
def test_what_the_shops_own_do_is_marked(told: Event) -> None:
    assert marked(told, STAFF).marked == "staff"
    assert marked(told, Marking()).marked == ""


@pytest.mark.parametrize(
    "told",
    [
        event(ANNA, writer=Writer.PUBLIC),
        event(Identifier("email", "a@shop.example.org"), writer=Writer.PUBLIC),
        event(Identifier("user_id", "x@shop.example"), writer=Writer.PUBLIC),
        event(context={"ip": "192.0.3.1"}, writer=Writer.PUBLIC),
        event(context={"ip": "nowhere"}, writer=Writer.PUBLIC),
        event(context={"ip": 3221225985}, writer=Writer.PUBLIC),
    ],
)
def test_what_others_do_is_not(told: Event) -> None:
    assert marked(told, STAFF) is told


def test_a_visitors_own_address_counts_though_nobody_tells_it() -> None:
    told = event(writer=Writer.PUBLIC)

    assert marked(told, STAFF, "192.0.2.1").marked == "staff"
    assert marked(told, STAFF, "198.51.100.1").marked == ""


@pytest.mark.parametrize(
    "told",
    [
        event(ANNA, TILL, name="Receipt Issued"),
        event(TILL, name="Receipt Issued"),
        event(ANNA, TILL, name="Card Scanned"),
    ],
)
def test_a_till_by_which_the_shops_systems_tell_of_a_customer_is_set_aside(
    told: Event,
) -> None:
    found = marked(told, STAFF)

    assert found.marked == ""
    assert TILL not in found.identifiers
    assert found.unused == (Unused("device_id", "till-4", "staff"),)


def test_a_receipt_from_the_network_of_a_store_is_its_customers() -> None:
    told = event(ANNA, name="Receipt Issued", context={"ip": "192.0.2.5"})

    assert marked(told, STAFF) is told


def test_a_sender_that_knows_may_say_so() -> None:
    assert marked(event(ANNA, context={"marked": "staff"}), STAFF).marked == "staff"
    assert marked(event(ANNA, context={"marked": "vip"}), STAFF).marked == ""
    assert marked(event(ANNA, context={"marked": ["bot"]}), STAFF).marked == ""


def test_staff_goes_before_robots() -> None:
    told = event(TILL, writer=Writer.PUBLIC, context={"userAgent": "Googlebot"})

    assert marked(told, STAFF).marked == "staff"


def test_a_mark_that_somebody_else_set_is_taken_off() -> None:
    told = structs.replace(event(ANNA), marked="bot")

    assert marked(told, STAFF).marked == ""


def test_what_is_marked_stays_as_it_is() -> None:
    once = marked(event(TILL, writer=Writer.PUBLIC), STAFF)

    assert marked(once, STAFF) is once

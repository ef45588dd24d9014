"""What pages say that watch over the shop: the audit's chain, a budget used up."""

import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from habitue.console.language import language
from tests.acceptance.console.conftest import Desk
from tests.acceptance.console.looking import choose
from tests.acceptance.shop import Shop, identify

BUDGET, PEOPLE = 4, 3


@pytest.fixture
def own(tmp_path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A server whose log may be spoilt, and whose marketers take out few people."""
    monkeypatch.setenv("HABITUE_EXPORTS__MARKETER_PEOPLE_PER_DAY", str(BUDGET))
    running = Shop(tmp_path / "data").start()
    running.source("crm")
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.mark.feature("K3")
@pytest.mark.parametrize("code", ["en", "ru"])
def test_the_audits_button_says_if_it_stands_as_it_was_written(
    own: Shop, browser: Browser, code: str
) -> None:
    say = language(code).say
    check = say("Check that it stands as written")
    for at in range(3):
        own.source(f"to-be-changed-{at}")
    desk = Desk(browser, own).by_link()
    choose(desk.page, code)

    desk.open("/console/audit")
    desk.page.get_by_role("button", name=check).click()

    stands = desk.page.get_by_role("status")
    expect(stands).to_contain_text(end_of_stood(say))
    expect(desk.page.get_by_role("alert")).to_have_count(0)
    desk.close()

    spoil(own)
    again = Desk(browser, own).by_link()
    choose(again.page, code)
    again.open("/console/audit")
    again.page.get_by_role("button", name=check).click()

    said = again.page.get_by_role("alert")
    expect(said).to_contain_text(say("The log is not as it was written:"))
    expect(again.page.locator(".done-line")).to_have_count(0)
    again.close()


def end_of_stood(say) -> str:
    """Give what is said of a log in which all stands, behind how much it is."""
    text = "%(entries)s entries in %(records)s records: all stand as they were written."
    return say(text, entries="", records="#").rpartition("#")[2]


def spoil(shop: Shop) -> None:
    """Change what the audit says somebody did, in the log's file."""
    assert shop.stop() == 0
    with sqlite3.connect(shop.folder / "truth.db") as log:
        log.execute(
            "UPDATE record SET body = CAST(replace(CAST(body AS TEXT),"
            " 'sources', 'nothing') AS BLOB) WHERE kind = 'audit'"
        )
    log.close()
    shop.start()


@pytest.mark.feature("K3", partly="data-use labels; approval of big sends")
@pytest.mark.parametrize("code", ["en", "kk"])
def test_who_has_used_up_their_budget_gets_a_sentence_and_no_file(
    own: Shop, browser: Browser, code: str
) -> None:
    own.send("crm", *(identify({}, userId=f"member-{at}") for at in range(PEOPLE)))
    own.api("PUT", "/api/v1/segments/all", {"condition": {"type": "all", "of": []}})
    desk = Desk(browser, own, accept_downloads=True)
    desk.join("marta", "marketer")
    page, say = desk.page, language(code).say
    choose(page, code)
    files = []
    page.on("download", lambda file: files.append(file.suggested_filename))
    desk.open("/console/segments/all")
    with page.expect_download():
        page.get_by_role("button", name=say("As CSV")).click()

    page.get_by_role("button", name=say("As CSV")).click()

    told = page.locator("main")
    expect(told).to_contain_text(refusal(code, left=BUDGET - PEOPLE))
    assert files == ["all.csv"]
    done = own.api("GET", "/api/v1/audit")["entries"]
    taken = [one["object"] for one in done if one["action"] == "segments:export"]
    assert taken == [f"{PEOPLE} people of all as csv"]
    desk.close()


def refusal(code: str, left: int) -> str:
    """Give what somebody is told whose segment is too large for what is left."""
    text = (
        "'{segment}' is of more people than you may take out now: {left} of the"
        " {budget} that your role may in 24 hours. Take a smaller segment, wait, or"
        " have an administrator take it out."
    )
    said = language(code).say(text)
    return said.format(segment="all", left=left, budget=BUDGET)

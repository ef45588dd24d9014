"""A marketer takes a broken list in, puts its lines right, and takes it back."""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from habitue.console.language import LANGUAGES, language
from tests.acceptance.console.conftest import Desk
from tests.acceptance.console.looking import choose, faults, onlooker
from tests.acceptance.shop import Shop, identify
from tests.collect.files.sheets import number, of_rows

HEADS = {
    "en": "E-mail;Full name;City",
    "pl": "Adres e-mail;Imię i nazwisko;Miasto",
    "ru": "Электронная почта;ФИО;Город",
}
# What a spreadsheet of the country writes its letters in, a city, and a name.
LETTERS = {"ru": "windows-1251"}
CITIES, NAMES = {"ru": "Казань"}, {"ru": "Жанна Щедрина"}
LINES = 60
# A file is read by processes of their own, which take a second each to start.
PATIENCE_MS = 60_000


@pytest.mark.feature("A6", partly="100,000 rows in the torture alone")
@pytest.mark.parametrize("code", ["en", "pl", "ru"])
def test_a_marketer_imports_the_broken_file_then_undoes_it(
    shop: Shop, browser: Browser, tmp_path: Path, code: str
) -> None:
    say, city = language(code).say, CITIES.get(code, "Łódź")
    known = f"known-{code}@shop.example"
    shop.send("crm", identify({"email": known, "city": "Gdynia"}))
    desk = Desk(browser, shop, accept_downloads=True)
    desk.join(f"marta-{code}", "marketer")
    desk.context.set_default_timeout(PATIENCE_MS)
    page = desk.page
    choose(page, code)

    desk.open("/console/imports")
    page.set_input_files("#file", broken(tmp_path, code, known))
    page.get_by_role("button", name=say("Upload and look")).click()
    expect(page.locator("#columns-title")).to_be_visible(timeout=PATIENCE_MS)
    assumed_is_said(page, say, code)
    chosen = [one.input_value() for one in page.locator("td select").all()]
    assert chosen == ["email", "name", "city"]
    expect(page.get_by_text(city).first).to_be_visible()

    try_and_take(page, say)

    link = page.get_by_role("link", name=say("The lines to put right, with why"))
    expect(link).to_be_visible(timeout=PATIENCE_MS)
    before = page.url
    person = shop.person(f"email:{known}")
    assert person["traits"]["city"]["value"] == city
    with page.expect_download() as coming:
        link.click()
    mended = mend(Path(coming.value.path()), tmp_path, code)
    take(desk, mended, say)
    assert shop.id(f"email:mended-{code}@shop.example") is not None

    page.goto(before)
    page.get_by_text(say("Take all of it back")).click()
    page.fill("#reason", "the wrong fair")
    page.get_by_role("button", name=say("Take it back"), exact=True).click()

    expect(page.locator("#outcome .tag")).to_have_text(say("taken back"))
    assert shop.person(f"email:{known}")["traits"]["city"]["value"] == "Gdynia"
    assert shop.id(f"email:p5-{code}@shop.example") is None
    assert shop.id(f"email:mended-{code}@shop.example") is not None
    entries = shop.api("GET", "/api/v1/audit")["entries"]
    assert ("imports:undo", "the wrong fair") in {
        (one["action"], one["reason"]) for one in entries
    }
    # Its name may be somebody's, and nobody is ever taken out of the audit.
    assert not any(".csv" in one["object"] for one in entries)
    assert desk.faults == []
    desk.close()


def assumed_is_said(page: Page, say, code: str) -> None:
    """See how the file is read, told as all else is."""
    told = page.locator("main")
    expect(told).to_contain_text(LETTERS.get(code, "windows-1250"))
    expect(told).to_contain_text(say("Amounts have a decimal point."))
    assert code == "en" or "is read as" not in told.inner_text()


def try_and_take(page: Page, say) -> None:
    """Try the file first, then take it in with tags and a consent for all."""
    page.get_by_role("button", name=say("Try it: take nothing in")).click()
    said = say("Nothing was taken in.")
    expect(page.get_by_role("status")).to_contain_text(said, timeout=PATIENCE_MS)
    page.fill("#tags", "fair")
    page.get_by_label(say("E-mail"), exact=True).check()
    page.fill("#consent_at", "2026-01-05")
    page.fill("#consent_where", "stand 5")
    page.get_by_role("button", name=say("Take it in"), exact=True).click()


def broken(folder: Path, code: str, known: str) -> Path:
    """Write a list as a spreadsheet of the country does, in which one is bad."""
    city, name = CITIES.get(code, "Łódź"), NAMES.get(code, "Żaneta Źdźbło")
    lines = [HEADS[code], f"{known};{name};{city}", f";{name};{city}"]
    lines += [f"p{at}-{code}@shop.example;{name};{city}" for at in range(LINES)]
    path = folder / f"list-{code}.csv"
    path.write_bytes("\r\n".join(lines).encode(LETTERS.get(code, "windows-1250")))
    return path


def mend(rejects: Path, folder: Path, code: str) -> Path:
    with rejects.open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert [row[head.index("_line")] for row in rows] == ["3"]
    rows[0][0] = f"mended-{code}@shop.example"
    path = folder / f"mended-{code}.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def take(desk: Desk, file: Path, say) -> None:
    """Take a file in as it is."""
    desk.open("/console/imports")
    desk.page.set_input_files("#file", file)
    desk.page.get_by_role("button", name=say("Upload and look")).click()
    desk.page.get_by_role("button", name=say("Take it in"), exact=True).click()
    expect(desk.page.locator("#outcome .tag")).to_have_text(
        say("taken in"), timeout=PATIENCE_MS
    )


def test_the_form_works_without_javascript_and_refuses_what_is_no_file(
    shop: Shop, browser: Browser, tmp_path: Path
) -> None:
    plain = without_scripts(browser, shop)
    file = tmp_path / "two.csv"
    file.write_text("email,name\ntwo@shop.example,Two\n")

    plain.open("/console/imports")
    plain.page.set_input_files("#file", file)
    plain.page.click("main .btn-primary")
    plain.page.click("button[value=start]")
    expect(plain.page.locator("h1")).to_have_text("two.csv")
    for _ in range(60):
        if shop.id("email:two@shop.example") is not None:
            break
        plain.page.wait_for_timeout(500)
        plain.page.reload()
    assert shop.id("email:two@shop.example") is not None

    empty = tmp_path / "empty.csv"
    empty.write_text("")
    plain.open("/console/imports")
    plain.page.set_input_files("#file", empty)
    plain.page.click("main .btn-primary")
    expect(plain.page.get_by_role("alert")).to_have_text("The file is empty.")
    plain.close()


def without_scripts(browser: Browser, shop: Shop) -> Desk:
    """Come in with scripts, as the link asks for them, and go on without."""
    desk = Desk(browser, shop).by_link()
    state = desk.context.storage_state()
    desk.close()
    return Desk(browser, shop, java_script_enabled=False, storage_state=state)


@pytest.mark.feature("A6", partly="100,000 rows in the torture alone")
def test_a_spreadsheet_is_looked_at_taken_in_put_right_and_taken_back(
    shop: Shop, browser: Browser, tmp_path: Path
) -> None:
    plain = without_scripts(browser, shop)
    page, born = plain.page, number(32874, 2)
    head = ["E-mail", "Imię i nazwisko", "Miasto", "Data urodzenia"]
    file = tmp_path / "fair.xlsx"
    file.write_bytes(
        of_rows(
            head,
            ["x1@shop.example", "Żaneta Źdźbło", "Łódź", born],
            [None, "Жанна Щедрина", "Казань", born],
        )
    )

    plain.open("/console/imports")
    page.set_input_files("#file", file)
    page.click("main .btn-primary")
    chosen = [one.input_value() for one in page.locator("td select").all()]
    assert chosen == ["email", "name", "city", "birthday"]
    columns = page.locator("tbody")
    expect(columns).to_contain_text("Żaneta Źdźbło · Жанна Щедрина")
    expect(columns).to_contain_text("1990-01-01")
    # A spreadsheet says itself how its letters are written.
    expect(page.locator("#encoding")).to_have_count(0)
    page.click("button[value=start]")
    ended(page, "taken in")
    person = shop.person("email:x1@shop.example")
    assert person["traits"]["city"]["value"] == "Łódź"
    assert person["traits"]["birthday"]["value"] == "1990-01-01"

    before, link = page.url, page.locator("a[href$=rejects]")
    told = page.request.get(plain.address + (link.get_attribute("href") or "")).text()
    row = next(csv.DictReader(told.splitlines()))
    assert (row["Imię i nazwisko"], row["_line"]) == ("Жанна Щедрина", "3")
    file.write_bytes(
        of_rows(head, ["x2@shop.example", "Жанна Щедрина", "Казань", born])
    )
    plain.open("/console/imports")
    page.set_input_files("#file", file)
    page.click("main .btn-primary")
    page.click("button[value=start]")
    ended(page, "taken in")
    assert shop.person("email:x2@shop.example")["traits"]["city"]["value"] == "Казань"

    page.goto(before)
    page.click("main summary")
    page.fill("#reason", "the wrong fair")
    page.click("main details button")
    ended(page, "taken back")
    assert shop.id("email:x1@shop.example") is None
    assert shop.id("email:x2@shop.example") is not None
    plain.close()


def ended(page: Page, how: str) -> None:
    """Look again until an import has ended, as who has no scripts does."""
    for _ in range(PATIENCE_MS // 500):
        tag = page.locator("#outcome .tag").first
        if tag.count() and tag.inner_text() == how:
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError(page.locator("main").inner_text())


def test_the_screens_of_an_import_are_accessible_and_fit_a_telephone(
    shop: Shop, browser: Browser, tmp_path: Path, node_clients: str
) -> None:
    desk = onlooker(browser, shop).by_link()
    desk.context.set_default_timeout(PATIENCE_MS)
    page, found = desk.page, []

    def look(step: str) -> None:
        found.extend(f"{step} {one}" for one in faults(desk, node_clients))

    for code in LANGUAGES:
        choose(page, code)
        desk.open("/console/imports")
        look("the form")
        file = broken(tmp_path, "pl", f"a11y-{code}@shop.example")
        page.set_input_files("#file", file)
        page.click("main .btn-primary")
        expect(page.locator("#columns-title")).to_be_visible(timeout=PATIENCE_MS)
        look("columns")
        page.click("button[value=try]")
        expect(page.locator("#tried-title")).to_be_visible(timeout=PATIENCE_MS)
        look("tried")
        page.click("button[value=start]")
        expect(page.locator("#outcome .tag-good")).to_be_visible(timeout=PATIENCE_MS)
        look("outcome")
    assert found == []
    desk.close()

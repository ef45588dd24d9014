"""Coming in: password and code, and everything that must not let anybody in."""

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import PASSWORD, Desk, code_of, printed_link
from tests.acceptance.shop import Shop

START_LINK = "/api/v1/sessions/start-link"
pytestmark = pytest.mark.proof("T30")


@pytest.mark.feature("K3", partly="data-use labels; approval of big sends")
def test_an_administrator_signs_in_with_password_and_code(
    browser: Browser, shop: Shop, desk: Desk
) -> None:
    first = Desk(browser, shop)
    secret = first.join("olga", "administrator")
    first.close()

    desk.open("/console/audit")
    desk.page.fill("#name", "olga")
    desk.page.fill("#password", PASSWORD)
    desk.page.click("main .btn-primary")
    # A code is good once: the one that set it up is used.
    desk.page.fill("#code", code_of(secret, later=1))
    desk.page.click("main .btn-primary")

    expect(desk.page.locator("h1")).to_contain_text("Today")
    desk.open("/console/audit")
    expect(desk.page.locator("tbody tr").first).to_contain_text("signed in")


def test_a_password_alone_lets_nobody_in_who_may_take_data_out(
    browser: Browser, shop: Shop, desk: Desk
) -> None:
    first = Desk(browser, shop)
    first.join("piotr", "steward")
    first.close()
    desk.open("/console/sign-in")
    desk.page.fill("#name", "piotr")
    desk.page.fill("#password", PASSWORD)
    desk.page.click("main .btn-primary")

    desk.page.fill("#code", "000000")
    desk.page.click("main .btn-primary")

    expect(desk.page.get_by_role("alert")).to_contain_text("not right")
    answer = desk.open("/console")
    assert answer.status == 401


def test_a_role_that_only_reads_needs_no_code(desk: Desk) -> None:
    assert desk.join("zofia", "analyst") == ""

    assert desk.open("/console/live").status == 200
    assert desk.open("/console/team").status == 403


def test_an_invitation_works_once(browser: Browser, shop: Shop, desk: Desk) -> None:
    body = {"name": "once", "role": "store"}
    made = shop.api("POST", "/api/v1/operators", body, status=201)
    for text in ("short", "password1234", PASSWORD):
        desk.page.goto(made["invitation"])
        desk.page.evaluate("document.querySelector('main form').noValidate = true")
        desk.page.fill("#password", text)
        desk.page.fill("#again", text)
        desk.page.click("main .btn-primary")
    desk.page.wait_for_url(f"{desk.address}/console")

    other = Desk(browser, shop)
    assert other.page.goto(made["invitation"]).status == 401
    other.close()


def test_who_is_taken_out_is_out_at_once(shop: Shop, desk: Desk) -> None:
    desk.join("leaver", "store")
    assert desk.open("/console").status == 200

    shop.command("operator", "disable", "leaver")

    assert desk.open("/console").status == 401
    assert "leaver" in shop.command("operator", "list")


def test_another_role_ends_the_session_and_the_token(shop: Shop, desk: Desk) -> None:
    body = {"name": "mover", "role": "director"}
    token = shop.api("POST", "/api/v1/operators", body, status=201)["token"]
    first, second = (start_link(shop, token) for _ in range(2))
    desk.page.goto(first)
    assert desk.open("/console").status == 200

    shop.api("PATCH", "/api/v1/operators/mover", {"role": "store"})

    shop.api("GET", "/api/v1/people", key=token, status=401)
    assert desk.open("/console").status == 401
    assert desk.page.goto(second).status == 401


def test_a_session_ends_when_who_began_it_is_reset(shop: Shop, desk: Desk) -> None:
    body = {"name": "forgetful", "role": "director"}
    token = shop.api("POST", "/api/v1/operators", body, status=201)["token"]
    desk.page.goto(start_link(shop, token))
    assert desk.open("/console").status == 200

    shop.api("POST", "/api/v1/operators/forgetful/reset", {})

    assert desk.open("/console").status == 401


@pytest.mark.parametrize("role", ["administrator", "marketer", "agent", "steward"])
def test_a_token_is_no_second_factor(shop: Shop, role: str) -> None:
    body = {"name": f"hasty-{role}", "role": role}
    token = shop.api("POST", "/api/v1/operators", body, status=201)["token"]

    told = shop.api("POST", START_LINK, {}, key=token, status=403)

    assert "password and a code" in told["detail"]


def start_link(shop: Shop, token: str) -> str:
    link: str = shop.api("POST", START_LINK, {}, key=token, status=201)["link"]
    return link


def test_guessing_is_made_to_wait(shop: Shop) -> None:
    shop.api(
        "POST", "/api/v1/operators", {"name": "guessed", "role": "store"}, status=201
    )
    answers = [sign_in(shop, "guessed", f"guess number {n}") for n in range(7)]

    assert [status for status, _ in answers[:5]] == [401] * 5
    assert answers[5][0] == 429
    assert int(answers[5][1]["retry-after"]) > 10


def sign_in(shop: Shop, name: str, password: str, **headers: str):
    from urllib.parse import urlencode

    told = {"content-type": "application/x-www-form-urlencoded", **headers}
    body = urlencode({"name": name, "password": password}).encode()
    status, answered, _ = shop.request("POST", "/console/sign-in", body, told)
    return status, answered


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_a_form_of_another_site_is_refused(shop: Shop, headers) -> None:
    assert sign_in(shop, "olga", "whatever it is", **headers)[0] == 403


def test_a_form_without_the_sessions_own_key_does_nothing(
    shop: Shop, desk: Desk
) -> None:
    desk.by_link()

    made = desk.page.request.post(
        f"{desk.address}/console/team",
        form={"name": "intruder", "role": "administrator"},
    )

    assert made.status == 403
    names = [one["name"] for one in shop.api("GET", "/api/v1/operators")["operators"]]
    assert "intruder" not in names


@pytest.mark.feature("K4")
def test_the_link_of_the_terminal_opens_the_console_once(
    browser: Browser, shop: Shop, desk: Desk
) -> None:
    link = printed_link(shop)
    desk.page.goto(link)
    expect(desk.page.locator("h1")).to_contain_text("Today")

    other = Desk(browser, shop)
    assert other.page.goto(link).status == 401
    other.close()


def test_who_signs_out_is_out(desk: Desk) -> None:
    desk.by_link()
    desk.page.click(".menu > summary")
    desk.page.get_by_role("button", name="Sign out").click()

    expect(desk.page.locator("h1")).to_have_text("Sign in")
    assert desk.open("/console").status == 401

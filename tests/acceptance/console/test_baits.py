"""Bait on a real server: by page and by command, told at once, and over a restart."""

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.acceptance.console.conftest import Desk
from tests.acceptance.shop import Shop

PARTLY = "data-use labels; approval of big sends"
WANDA = ("bait", "add", "--name", "Wanda Zych", "--email", "wanda@shop.example")


def member(shop: Shop, name: str, role: str) -> str:
    told = {"name": name, "role": role}
    return str(shop.api("POST", "/api/v1/operators", told, status=201)["token"])


@pytest.mark.feature("K3", partly=PARTLY)
def test_who_reads_bait_is_seen_on_today_at_once_and_only_by_administrators(
    browser: Browser, shop: Shop
) -> None:
    keeper, agent = Desk(browser, shop).by_link(), Desk(browser, shop)
    agent.join("ben", "agent")
    page = keeper.page
    keeper.open("/console/baits")
    page.fill("#bait-name", "Bogna Lis")
    page.fill("#bait-email", "bogna.lis@shop.example")
    page.select_option("#bait-source", "crm")
    page.fill("#bait-why", "lists that were sold")
    page.get_by_role("button", name="Invent", exact=True).click()
    expect(page.locator("td", has_text="by nobody yet")).to_have_count(1)

    # Found by name, as any customer is, by who has no reason to look.
    agent.open("/console/people?q=Bogna")
    expect(agent.page.locator("h1")).to_contain_text("Bogna Lis")
    assert "bait" not in agent.page.content().casefold()
    agent.open("/console")
    assert "Bogna" not in agent.page.locator("main").inner_text()

    keeper.open("/console")
    alarm = page.locator("section", has_text="Bait was read")
    expect(alarm).to_contain_text("Bogna Lis")
    expect(alarm).to_contain_text("last by ben")
    keeper.open("/console/health")
    expect(page.locator("dl.traits > div", has_text="Baits")).to_contain_text("wrong")
    keeper.open("/console/audit")
    expect(page.locator("tr", has_text="read bait")).to_contain_text("ben")
    keeper.open("/console/baits")
    page.get_by_role("button", name="Bait no more").click()
    expect(page.locator("main")).to_contain_text("Nobody is bait yet.")
    keeper.open("/console")
    assert page.locator("section", has_text="Bait was read").count() == 0
    assert keeper.faults == agent.faults == []
    keeper.close()
    agent.close()


@pytest.mark.feature("K3", partly=PARTLY)
def test_bait_is_kept_by_command_and_its_alarm_is_told_over_a_restart(
    empty: Shop,
) -> None:
    shop = empty
    shop.source("crm")
    told = shop.command(*WANDA, "--source", "crm", "--reason", "sold lists", "--json")
    person = json.loads(told)["person_id"]
    assert "Wanda Zych" in shop.command("bait", "list")
    bare = shop.command("doctor", "--json")
    assert finding(bare, "bait")["grade"] == "good"

    # By who works at the machine, and by the shop's own team.
    shop.command("person", "email:wanda@shop.example")
    shop.api("GET", f"/api/v1/people/{person}", key=member(shop, "ben", "agent"))
    entries = shop.api("GET", "/api/v1/audit")["entries"]
    read = [one["operator"] for one in entries if one["action"] == "baits:alarm"]
    assert read == ["ben", "operator"]
    metrics = shop.request("GET", "/metrics")[2].decode()
    assert "habitue_bait_alarms_total 2.0" in metrics

    shop.stop()
    # Without a server, too: the folder is opened by the command itself.
    found = finding(shop.command("doctor", "--json", status=1), "bait")
    assert found["grade"] == "wrong"
    assert "last by ben" in found["text"]
    shop.start()
    (one,) = shop.api("GET", "/api/v1/baits")["baits"]
    assert (one["reads"], one["reader"], one["alarm"]) == (2, "ben", True)
    shop.command("bait", "remove", str(person))
    shop.api("GET", f"/api/v1/people/{person}")
    assert shop.api("GET", "/api/v1/baits")["baits"] == []
    audit = shop.api("GET", "/api/v1/audit", key=member(shop, "kim", "auditor"))
    assert "bait" not in json.dumps(audit)


def finding(told: str, what: str) -> dict[str, str]:
    (found,) = (one for one in json.loads(told) if one["what"] == what)
    return dict(found)

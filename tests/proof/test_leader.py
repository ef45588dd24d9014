"""PostgreSQL, end to end: one process leads, another follows and takes over."""

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.shop import Shop, card, identify, track
from tests.acceptance.test_running import token
from tests.proof.conftest import end
from tests.proof.ledger import check_rebuild

pytestmark = [pytest.mark.postgres, pytest.mark.proof("T07")]
# The lease lasts ten seconds, and is looked at every two; then the log is replayed.
TAKES_OVER_S = 10 + 2 + 48
# What a follower reads is two seconds old at the most.
OLD_S = 3
Figure = Callable[[str, Any], None]
MAIL = "email:anna@shop.example"
ANNA = {"customer_id": "c1", "email": "anna@shop.example"}


@pytest.fixture
def leader(tmp_path: Path, postgres_url: str) -> Iterator[Shop]:
    shop = Shop(tmp_path / "one", "--database", postgres_url).start()
    yield shop
    end(shop)


@pytest.fixture
def follower(tmp_path: Path, postgres_url: str, leader: Shop) -> Iterator[Shop]:
    """A process on the same database, with a folder of its own."""
    leader.source("till")
    shop = Follower(leader, tmp_path / "two", postgres_url).start()
    yield shop
    end(shop)


class Follower(Shop):
    """A shop that has no lag of its own to wait for: its leader's is waited for."""

    def __init__(self, leader: Shop, folder: Path, url: str) -> None:
        super().__init__(folder, "--database", url)
        self.keys, self.count = leader.keys, leader.count
        self.leader = leader
        self.waited_in_vain = 0

    def settle(self) -> None:
        self.waited_in_vain += 1
        self.leader.settle()
        time.sleep(OLD_S)


def buy(shop: Shop, order_id: str, wait: bool = True) -> list[dict]:
    bought = {"order_id": order_id, "total": "5.00", "currency": "GBP"}
    return shop.send(
        "till", track("Order Completed", bought, identifiers=ANNA), wait=wait
    )


def lead(shop: Shop, within_s: float = TAKES_OVER_S) -> float:
    """Wait until a process leads; give how long it took."""
    began = time.monotonic()
    while time.monotonic() - began < within_s:
        if json.loads(shop.request("GET", "/healthz")[2]).get("leads") is not False:
            return time.monotonic() - began
        time.sleep(0.1)
    raise AssertionError(f"does not lead after {within_s} s")


def test_events_become_a_person_who_is_the_same_after_a_restart_and_a_rebuild(
    leader: Shop, postgres_url: str
) -> None:
    leader.source("till")
    leader.send("till", identify({"name": "Anna"}, identifiers=ANNA))
    buy(leader, "o1")
    before = card(leader.person(MAIL))
    assert (before["name"], before["computed"]["orders"]) == ("Anna", 1)

    assert leader.stop() == 0
    told = check_rebuild(leader, "--database", postgres_url)
    leader.start()

    assert card(leader.person(MAIL)) == before
    assert told["records"] >= 3


def test_a_follower_collects_and_answers_about_people(
    leader: Shop, follower: Shop
) -> None:
    sent = buy(follower, "o1", wait=False)
    leader.settle()
    time.sleep(OLD_S)

    assert [one["outcome"] for one in sent] == ["stored"]
    assert follower.request("GET", "/healthz")[0] == 200
    on_both = [shop.person(MAIL) for shop in (leader, follower)]
    assert [one["computed"]["orders"] for one in on_both] == [1, 1]
    assert card(on_both[0]) == card(on_both[1])


def test_who_waits_at_a_follower_reads_there_what_was_applied(
    leader: Shop, follower: Follower
) -> None:
    for at in range(1, 20):
        buy(follower, f"o{at}")
        assert follower.person(MAIL)["computed"]["orders"] == at
    # Beside a crowd a call may wait in vain; not each.
    assert follower.waited_in_vain < 10


def test_judged_at_a_follower_holds_everywhere(leader: Shop, follower: Shop) -> None:
    buy(follower, "o1")
    person_id = follower.person(MAIL)["person_id"]
    part = {"identifiers": [MAIL], "reason": "a shared mailbox"}

    path = f"/api/v1/people/{person_id}/unmerge"
    follower.api("POST", path, part)

    for shop in (leader, follower):
        assert shop.id("customer_id:c1") != shop.id(MAIL)


def test_a_follower_names_who_has_the_page(leader: Shop, follower: Shop) -> None:
    status, headers, raw = follower.request("GET", "/console")

    assert status == 503
    assert headers["content-type"] == "application/problem+json"
    assert int(headers["retry-after"]) > 0
    assert "another one, which leads" in json.loads(raw)["detail"]


def test_a_token_signed_with_a_secret_made_at_one_is_verified_at_the_other(
    leader: Shop, follower: Shop
) -> None:
    leader.source("web", kind="public", mode="signed")
    made = leader.api("POST", "/api/v1/sources/web/signing-secrets", {}, status=201)
    good = token("user_id:42", made["secret"], "web", made["kid"])
    item = identify({"name": "Ola"}, userId="42", context={"token": good})

    # What another process defines is read once a second.
    time.sleep(OLD_S)
    follower.keys["web"] = leader.keys["web"]
    told = follower.send("web", item)[0]

    assert "warnings" not in told
    assert follower.person("user_id:42")["traits"]["name"]["value"] == "Ola"


def test_a_follower_takes_over_from_a_leader_that_was_stopped(
    leader: Shop, follower: Shop
) -> None:
    buy(leader, "o1")
    before = card(leader.person(MAIL))

    assert leader.stop() == 0

    # The lease was given up, so nobody waits for it to run out.
    assert lead(follower) < 8
    assert card(follower.person(MAIL)) == before


def test_a_follower_takes_over_from_a_leader_that_was_killed(
    leader: Shop, follower: Shop, postgres_url: str, figure: Figure
) -> None:
    buy(leader, "o1")

    leader.kill()
    assert [one["outcome"] for one in buy(follower, "o2", wait=False)] == ["stored"]
    figure("until another leads after a kill, s", round(lead(follower), 1))

    buy(follower, "o3")
    assert follower.person(MAIL)["computed"]["orders"] == 3
    # Who was killed comes back and follows.
    leader.start()
    assert json.loads(leader.request("GET", "/healthz")[2])["leads"] is False
    time.sleep(OLD_S)
    assert leader.person(MAIL)["computed"]["orders"] == 3
    assert leader.stop() == 0
    assert follower.stop() == 0
    check_rebuild(follower, "--database", postgres_url)


def test_a_leader_that_slept_through_its_lease_ends_and_writes_nothing_more(
    leader: Shop, follower: Shop, postgres_url: str, figure: Figure
) -> None:
    buy(leader, "o1")

    leader.process.send_signal(signal.SIGSTOP)
    figure("until another leads after a pause, s", round(lead(follower), 1))
    buy(follower, "o2")
    leader.process.send_signal(signal.SIGCONT)

    # It must be started again, and follows then.
    assert leader.process.wait(15) == 1
    buy(follower, "o3")
    assert follower.person(MAIL)["computed"]["orders"] == 3
    assert follower.stop() == 0
    check_rebuild(follower, "--database", postgres_url)

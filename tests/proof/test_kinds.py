"""Kinds as data with two processes on PostgreSQL: they agree on what there is."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.shop import Shop, card, identify
from tests.proof.conftest import end
from tests.proof.ledger import check_rebuild

pytestmark = pytest.mark.postgres
# A process reads definitions again at most once a second after it has heard of some.
AGREE_S = 20
MEMBER = {"role": "anchor", "rank": 25}


@pytest.fixture
def leader(tmp_path: Path, postgres_url: str) -> Iterator[Shop]:
    shop = Shop(tmp_path / "one", "--database", postgres_url).start()
    shop.source("till")
    yield shop
    end(shop)


def follow(leader: Shop, folder: Path, postgres_url: str) -> Shop:
    """Start a process on the same database, with a folder of its own."""
    shop = Shop(folder, "--database", postgres_url).start()
    shop.keys, shop.count = leader.keys, leader.count
    return shop


def put(shop: Shop, **kind) -> dict:
    return shop.api("PUT", "/api/v1/kinds/membership_no", kind)


def tell(shop: Shop, number: str, mail: str, *, wait: bool = False) -> dict:
    told = {"membership_no": number, "email": mail}
    return shop.send("till", identify(identifiers=told), wait=wait)[0]


def test_a_follower_takes_a_new_kind_that_the_leader_knows_by_then(
    leader: Shop, tmp_path: Path, postgres_url: str
) -> None:
    follower = follow(leader, tmp_path / "two", postgres_url)
    try:
        assert "warnings" in tell(follower, "M0", "a@shop.example")
        put(leader, **MEMBER)
        began = time.monotonic()
        while "warnings" in tell(follower, "M1", "a@shop.example"):
            assert time.monotonic() - began < AGREE_S
            time.sleep(0.1)
    finally:
        end(follower)

    tell(leader, "M4", "c@shop.example", wait=True)
    assert leader.id("membership_no:M1") == leader.id("email:a@shop.example")
    assert leader.id("membership_no:M0") is None
    assert leader.stop() == 0
    check_rebuild(leader, "--database", postgres_url)


def test_who_takes_over_goes_by_what_was_changed_before(
    leader: Shop, tmp_path: Path, postgres_url: str
) -> None:
    put(leader, **MEMBER)
    for number in ("M1", "M2"):
        assert "warnings" not in tell(leader, number, "a@shop.example", wait=True)
    assert leader.id("membership_no:M1") != leader.id("membership_no:M2")
    put(leader, limit=2)
    # A process that starts now knows the new limit, and the leader the old one.
    follower = follow(leader, tmp_path / "two", postgres_url)
    try:
        tell(follower, "M3", "b@shop.example")
        # What comes after it is applied after it.
        tell(leader, "M4", "c@shop.example", wait=True)
        assert leader.id("membership_no:M3") == leader.id("email:b@shop.example")
        before = card(leader.person("membership_no:M3"))
        assert leader.stop() == 0
        began = time.monotonic()
        while follower.request("GET", "/api/v1/kinds")[0] == 503:
            assert time.monotonic() - began < AGREE_S
            time.sleep(0.1)

        assert follower.id("membership_no:M1") == follower.id("membership_no:M2")
        assert card(follower.person("membership_no:M3")) == before
    finally:
        end(follower)

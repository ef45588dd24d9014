"""A server that may read and write rows alone lives a whole life on PostgreSQL."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.database import files_with_it, rows_with
from tests.acceptance.shop import Shop, identify, track

pytestmark = pytest.mark.postgres

ROLE, CANARY = "habitue_of_a_life", "zqcanary"
VIP = {"type": "did", "event": "$purchase", "count": {"op": ">=", "value": 1}}


@pytest.fixture
def shop(postgres_url: str, tmp_path: Path) -> Iterator[Shop]:
    """A shop whose address is that of a role that nothing is made for yet."""
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute(f"CREATE ROLE {ROLE} LOGIN")
    shop = Shop(tmp_path / "data", "--database", as_role(postgres_url))
    yield shop
    if shop.process is not None and shop.process.poll() is None:
        shop.stop()
    with psycopg.connect(postgres_url, autocommit=True) as db:
        db.execute(f"DROP OWNED BY {ROLE}")
        db.execute(f"DROP ROLE {ROLE}")


def as_role(url: str) -> str:
    return url.replace("postgres@", f"{ROLE}@")


def prepare(shop: Shop, owner: str) -> str:
    return shop.command("database", "prepare", "--for", ROLE, "--database", owner)


def erase(shop: Shop) -> dict:
    asked = {"identifier": f"email:{CANARY}@x.example", "reason": "request 1"}
    return shop.api("POST", "/api/v1/privacy/erase", asked)


def bought(n: int) -> dict:
    order = {"order_id": f"o{n}", "total": "10", "currency": "EUR"}
    return track("Order Completed", order, userId=f"u{n}")


def test_it_lives_a_whole_life(shop: Shop, postgres_url: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=f"database prepare .* --for {ROLE}"):
        shop.start()
    assert "changes no table" in prepare(shop, postgres_url)

    shop.start()
    shop.source("crm")
    shop.api("PUT", "/api/v1/segments/vip", {"condition": VIP})
    known = identify({"email": f"{CANARY}@x.example"}, userId="u1")
    shop.send("crm", known, bought(1), *(bought(n) for n in range(2, 30)))
    shop.until(lambda: counted(shop) == 29)
    looked = {one["what"]: one for one in looked_over(shop)}
    assert looked["database"]["grade"] == "good"

    # Another time zone is another stamp: state is emptied, not made, at the next start.
    shop.api("PATCH", "/api/v1/shop", {"time_zone": "Asia/Almaty"})
    shop.stop()
    shop.start()
    shop.settle()
    assert counted(shop) == 29
    told = erase(shop)
    assert told["status"] == "done"
    assert "by their owner" in told["stores"]["log"]
    assert shop.person("user_id:u1") is None
    assert rows_with(postgres_url, CANARY) == []

    refused = shop.api("POST", "/api/v1/privacy/scrub", {}, status=409)
    assert f"'{ROLE}' can't rewrite" in refused["detail"]
    assert "habitue privacy scrub --database postgresql://OWNER@" in refused["detail"]
    backup = tmp_path / "backup"
    shop.command("backup", str(backup), "--database", as_role(postgres_url))
    shop.stop()

    # As the sentence says: by the owner, while no server runs; then it goes on.
    assert files_with_it(postgres_url, CANARY)
    scrubbed = shop.command("privacy", "scrub", "--json", "--database", postgres_url)
    assert json.loads(scrubbed)["waiting"] == []
    assert files_with_it(postgres_url, CANARY) == []
    for words in (["rebuild"], ["rebuild", "--verify"]):
        shop.command(*words, "--json", "--database", as_role(postgres_url))
    shop.start()
    shop.send("crm", bought(30))
    shop.until(lambda: counted(shop) == 29)
    assert shop.api("GET", "/api/v1/log/verify")


def test_what_expires_a_backup_and_a_process_that_follows_are_no_more_to_it(
    shop: Shop, postgres_url: str, postgres_cluster: str, tmp_path: Path
) -> None:
    prepare(shop, postgres_url)
    shop.start()
    shop.source("crm")
    shop.send("crm", *(bought(n) for n in range(1, 6)))
    old = {"type": "page", "name": "Article", "userId": "u1", "historical": True}
    shop.send("crm", {**old, "timestamp": "2020-01-01T00:00:00Z"})
    follows = Shop(tmp_path / "two", *shop.extra)
    follows.keys = shop.keys
    follows.start()
    follows.send("crm", {**bought(7), "messageId": "of-two"}, wait=False)
    follows.until(lambda: follows.person("user_id:u7") is not None)
    retention = "/api/v1/privacy/retention"
    shop.api("PUT", f"{retention}/visits", {"days": 90, "types": ["page"]})
    shop.api("POST", f"{retention}/run", {})
    follows.stop()
    backup = tmp_path / "backup"
    shop.command("backup", str(backup), "--database", shop.extra[1])
    head = shop.api("GET", "/api/v1/log/verify")

    with psycopg.connect(postgres_cluster, autocommit=True) as db:
        db.execute("CREATE DATABASE restored_for_a_role")
    other = postgres_cluster.replace("/postgres?", "/restored_for_a_role?")
    prepare(Shop(tmp_path / "three"), other)
    restored = Shop(tmp_path / "three", "--database", as_role(other))
    restored.command("restore", str(backup), "--database", as_role(other))
    restored.start()
    restored.settle()

    assert restored.person("user_id:u7")["computed"]["purchases"] == 1
    assert restored.api("GET", "/api/v1/log/verify")["records"] >= head["records"]
    restored.stop()
    with psycopg.connect(postgres_cluster, autocommit=True) as db:
        db.execute("DROP DATABASE restored_for_a_role WITH (FORCE)")


def counted(shop: Shop) -> int:
    asked = {"condition": VIP, "sample": 0}
    return shop.api("POST", "/api/v1/segments/preview", asked)["count"]


def looked_over(shop: Shop) -> list[dict]:
    words = ["doctor", "--json", "--database", shop.extra[1]]
    return json.loads(shop.command(*words))


def test_what_an_owner_runs_the_doctor_warns_of(
    shop: Shop, postgres_url: str, tmp_path: Path
) -> None:
    owner = Shop(tmp_path / "owner", "--database", postgres_url).start()

    told = {one["what"]: one for one in looked_over(owner)}["database"]

    assert told["grade"] == "look"
    assert "it is a superuser" in told["text"]
    assert "habitue database prepare --for" in told["text"]
    owner.stop()

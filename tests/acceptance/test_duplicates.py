"""Duplicates over a real server: suggested, judged, and never back once refused."""

import json
from collections.abc import Iterator

import pytest

from tests.acceptance.likely import TWINS, couple, enter, find, ids, suggested
from tests.acceptance.shop import Shop, card
from tests.acceptance.test_roles import member


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    running = Shop(tmp_path_factory.mktemp("duplicates") / "data").start()
    running.source("crm")
    enter(running)
    yield running
    assert running.stop() == 0


def judge(shop: Shop, one: int, verdict: str, status: int = 200) -> dict:
    left, right = ids(shop, one)
    body = {"left": left, "right": right, "verdict": verdict, "reason": "asked them"}
    return shop.api("POST", "/api/v1/duplicates/judge", body, status=status)


def cards(shop: Shop) -> list[dict]:
    """Read the twins whole, each by themselves."""
    numbers = [number for one in TWINS for number in ids(shop, one)]
    return [card(shop.api("GET", f"/api/v1/people/{one}")) for one in numbers]


@pytest.mark.feature("B4")
def test_twins_are_suggested_and_what_is_judged_of_them_lasts(shop: Shop) -> None:
    before = cards(shop)

    told = find(shop)

    # Doubles in Latin and in Cyrillic, and nobody else.
    assert suggested(shop) == {couple(one) for one in TWINS}
    assert (told["found"], told["trained"]) == (len(TWINS), False)
    # Nobody is joined by a look.
    assert cards(shop) == before

    joined, apart = judge(shop, 4, "same"), judge(shop, 6, "not_same")
    assert judge(shop, 12, "later")["command"] is None

    assert len(set(ids(shop, 4))) == 1
    assert len(set(ids(shop, 6))) == 2
    assert suggested(shop) == set()

    # Neither a new look nor a restart brings the refused ones back.
    find(shop)
    assert suggested(shop) == set()
    assert shop.stop() == 0
    shop.start()
    assert suggested(shop) == set()
    assert find(shop)["found"] == 1

    # Each is undone by one command, exactly, and then suggested again.
    for made in (joined, apart):
        shop.api("POST", made["undo"], {})
    find(shop)
    assert suggested(shop) == {couple(4), couple(6)}
    assert cards(shop) == before


@pytest.mark.feature("B4")
def test_the_command_line_looks_lists_and_judges(shop: Shop) -> None:
    told = json.loads(shop.command("duplicates", "find", "--json"))
    found = json.loads(shop.command("duplicates", "list", "--json"))
    left, right = ids(shop, 4)

    assert told["people"] == 33
    assert "Морозов" in shop.command("duplicates", "list")
    assert {one["likely"] for one in found["duplicates"]} == {"almost_certain"}
    words = ("duplicates", "judge", str(left), str(right), "not_same")
    command = shop.command(*words).split()[-1]
    assert couple(4) not in suggested(shop)
    # What is judged once can't be judged so again.
    shop.command(*words, status=1)
    shop.command("duplicates", "undo", command)
    assert couple(4) in suggested(shop)


def test_who_may_not_judge_sees_nobody_s_names_and_judges_nothing(shop: Shop) -> None:
    key = member(shop, "marketer")

    shown = shop.api("GET", "/api/v1/duplicates", key=key)

    assert shown["duplicates"]
    told = json.dumps(shown, ensure_ascii=False)
    for secret in ("Marina", "Соболев", "c6@example.com", "1956-"):
        assert secret not in told
    left, right = ids(shop, 6)
    body = {"left": left, "right": right, "verdict": "same"}
    shop.api("POST", "/api/v1/duplicates/judge", body, key=key, status=403)


def test_who_was_erased_is_suggested_no_more(shop: Shop) -> None:
    left, _ = ids(shop, 6)
    body = {"person_id": left, "reason": "she asked"}
    shop.api("POST", "/api/v1/privacy/erase", body)

    assert couple(6) not in suggested(shop)

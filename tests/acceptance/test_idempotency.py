"""`Idempotency-Key`: what is asked for twice is done once, over restarts, too."""

import json
import threading
import time

import pytest

from habitue.api.idempotency import METHODS, TELLING
from tests.acceptance.shop import Shop, identify

KEY = "0192f3c4-5d6e-7f80-9a1b-{:012d}"


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Start one server that this module's tests share."""
    running = Shop(tmp_path_factory.mktemp("once") / "data").start()
    yield running
    assert running.stop() == 0


def ask(shop, method, path, body=None, *, key=None, token=None):
    """Give (status, headers, body) of a request with an idempotency key."""
    headers = {"authorization": f"Bearer {token or shop.token()}"}
    if key is not None:
        headers["idempotency-key"] = key
    if body is not None:
        headers["content-type"] = "application/json"
    return shop.request(
        method, path, None if body is None else json.dumps(body).encode(), headers
    )


def sources(shop):
    return [one["name"] for one in shop.api("GET", "/api/v1/sources")["sources"]]


def made(name):
    return {"name": name, "kind": "server"}


def test_a_change_is_made_once_and_answered_alike(shop):
    key = KEY.format(1)
    first = ask(shop, "POST", "/api/v1/sources", made("once"), key=key)

    again = ask(shop, "POST", "/api/v1/sources", made("once"), key=key)

    assert first[0] == again[0] == 201
    assert first[2] == again[2]
    assert "idempotency-replayed" not in first[1]
    assert again[1]["idempotency-replayed"] == "true"
    assert again[1]["cache-control"] == "no-store"
    assert sources(shop).count("once") == 1


def test_keys_are_made_once_and_lie_nowhere_in_clear(shop):
    shop.source("tilled")
    key, path = KEY.format(2), "/api/v1/sources/tilled/keys"

    answers = [ask(shop, "POST", path, {}, key=key) for _ in range(3)]

    assert {answer[0] for answer in answers} == {201}
    told = {json.loads(answer[2])["key"] for answer in answers}
    assert len(told) == 1
    held = [one for one in shop.folder.rglob("*") if one.is_file()]
    kept = [one for one in held if one.parent.parent.name == "repeats"]
    assert kept
    assert all(one.stat().st_mode & 0o77 == 0 for one in kept)
    for secret in (told.pop(), key):
        assert not [one for one in held if secret.encode() in one.read_bytes()]


def test_the_same_key_with_another_request_is_422(shop):
    key = KEY.format(3)
    ask(shop, "POST", "/api/v1/sources", made("third"), key=key)

    for method, path, body in (
        ("POST", "/api/v1/sources", made("fourth")),
        ("POST", "/api/v1/sources?a=b", made("third")),
        ("PATCH", "/api/v1/sources/third", {"simulated": True}),
    ):
        status, _, told = ask(shop, method, path, body, key=key)
        assert status == 422
        assert "another request" in json.loads(told)["detail"]
    assert "fourth" not in sources(shop)


def test_a_key_is_its_callers_own(shop):
    body = {"name": "anna", "role": "administrator"}
    anna = json.loads(ask(shop, "POST", "/api/v1/operators", body)[2])["token"]
    key = KEY.format(4)

    mine = ask(shop, "POST", "/api/v1/sources", made("mine"), key=key)
    hers = ask(shop, "POST", "/api/v1/sources", made("hers"), key=key, token=anna)

    assert (mine[0], hers[0]) == (201, 201)
    assert {"mine", "hers"} <= set(sources(shop))


def test_who_may_do_it_no_more_is_not_told_what_it_came_to(shop):
    body = {"name": "bert", "role": "administrator"}
    bert = json.loads(ask(shop, "POST", "/api/v1/operators", body)[2])["token"]
    key = KEY.format(5)
    ask(shop, "POST", "/api/v1/sources", made("berts"), key=key, token=bert)

    shop.api("PATCH", "/api/v1/operators/bert", {"disabled": True})
    status, _, told = ask(
        shop, "POST", "/api/v1/sources", made("berts"), key=key, token=bert
    )

    assert status in (401, 403)
    assert b"berts" not in told


def test_what_was_turned_away_may_be_sent_again(shop):
    key = KEY.format(6)
    status, _, _ = ask(shop, "POST", "/api/v1/sources", {"name": 7}, key=key)
    assert status in (400, 422)

    assert ask(shop, "POST", "/api/v1/sources", made("mended"), key=key)[0] == 201


def test_a_conflict_is_answered_alike(shop):
    shop.source("held")
    key = KEY.format(7)

    answers = [
        ask(shop, "POST", "/api/v1/sources", made("held"), key=key) for _ in range(2)
    ]

    assert [answer[0] for answer in answers] == [409, 409]
    assert json.loads(answers[0][2]) == json.loads(answers[1][2])


@pytest.mark.parametrize("key", ["short", "x" * 201, "with a space in the middle", ""])
def test_a_key_that_can_be_none_is_refused(shop, key):
    status, _, told = ask(shop, "POST", "/api/v1/sources", made("bad"), key=key)

    assert status == 422
    assert "16 to 200" in json.loads(told)["detail"]
    assert "bad" not in sources(shop)


def test_of_many_at_once_one_is_done(shop):
    key, statuses = KEY.format(8), []
    shop.source("crowd")

    def send():
        path = "/api/v1/sources/crowd/keys"
        statuses.append(ask(shop, "POST", path, {}, key=key)[0])

    before = len(_keys(shop, "crowd"))
    senders = [threading.Thread(target=send) for _ in range(12)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert len(_keys(shop, "crowd")) == before + 1
    assert set(statuses) <= {201, 409}
    assert 201 in statuses


def _keys(shop, name):
    listed = shop.api("GET", "/api/v1/sources")["sources"]
    return next(one["keys"] for one in listed if one["name"] == name)


def test_what_only_tells_is_told_anew(shop):
    shop.source("web")
    shop.send("web", identify({"name": "Anna"}, userId="u1"))
    path = f"/api/v1/people/{shop.id('user_id:u1')}/reveal"
    key = KEY.format(9)

    for number in range(2):
        told = ask(shop, "POST", path, {"reason": f"asked {number}"}, key=key)
        assert told[0] == 200
        assert "idempotency-replayed" not in told[1]

    reasons = [one["reason"] for one in shop.api("GET", "/api/v1/audit")["entries"]]
    assert {"asked 0", "asked 1"} <= set(reasons)


def test_the_document_names_the_header_where_it_is_taken(shop):
    paths = shop.api("GET", "/api/v1/schema/openapi.json")["paths"]

    named = {
        (method.upper(), path)
        for path, ways in paths.items()
        for method, told in ways.items()
        if any(one["name"] == "Idempotency-Key" for one in told.get("parameters", ()))
    }

    changing = {
        (method.upper(), path)
        for path, ways in paths.items()
        for method in ways
        if method.upper() in METHODS
    }
    assert {path for _, path in changing} >= TELLING
    assert named == {
        one for one in changing if one[1] not in TELLING and one[1] != "/api/v1/events"
    }


def test_a_restart_forgets_nothing(shop):
    key, path = KEY.format(10), "/api/v1/people/merge"
    shop.source("web2")
    for user in ("m1", "m2"):
        shop.send("web2", identify({"name": user}, userId=user))
    body = {"left": shop.id("user_id:m1"), "right": shop.id("user_id:m2")}
    first = ask(shop, "POST", path, body, key=key)
    assert first[0] == 200

    shop.kill()
    shop.start()
    again = ask(shop, "POST", path, body, key=key)

    assert again[0] == 200
    assert again[2] == first[2]
    assert again[1]["idempotency-replayed"] == "true"


@pytest.mark.postgres
def test_of_two_processes_on_postgresql_one_does_it_and_both_answer(
    tmp_path, postgres_url
):
    one = Shop(tmp_path / "one", "--database", postgres_url).start()
    two = Shop(tmp_path / "two", "--database", postgres_url).start()
    try:
        _check_shared(one, two)
    finally:
        for shop in (one, two):
            shop.kill()


def _check_shared(one, two):
    """Two processes do once what either is sent, and know it after a restart."""
    one.source("web")
    body = {"name": "anna", "role": "administrator"}
    anna = json.loads(ask(one, "POST", "/api/v1/operators", body)[2])["token"]
    key, path = KEY.format(11), "/api/v1/sources/web/keys"
    _until(lambda: ask(two, "GET", "/api/v1/sources", token=anna)[0] == 200)
    answers = []

    def send(shop):
        answers.append(ask(shop, "POST", path, {}, key=key, token=anna))

    senders = [
        threading.Thread(target=send, args=(one, two)[n % 2 :][:1]) for n in range(8)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()

    assert {answer[0] for answer in answers} <= {201, 409}
    assert len({answer[2] for answer in answers if answer[0] == 201}) == 1
    # The other process may have done it: this one hears of it a moment later.
    _until(lambda: len(_keys(one, "web")) == 2)
    two.kill()
    two.start()
    again = [ask(shop, "POST", path, {}, key=key, token=anna) for shop in (one, two)]
    assert {answer[0] for answer in again} == {201}
    assert again[0][2] == again[1][2]
    assert {answer[1]["idempotency-replayed"] for answer in again} == {"true"}
    assert len(_keys(one, "web")) == len(_keys(two, "web")) == 2
    other = ask(two, "POST", path, {"a": 1}, key=key, token=anna)
    assert other[0] == 422
    assert "another request" in json.loads(other[2])["detail"]


def _until(is_so, within_s=20):
    deadline = time.monotonic() + within_s
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)

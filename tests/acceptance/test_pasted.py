"""Secrets pasted into notes and reasons reach no file, and who pasted them is told."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import quote

import pytest

from habitue.console.language import language
from tests.acceptance.shop import Shop, identify
from tests.access.pasting import secrets

COUNT, AT_ONCE = 1_000, 8
PASTED = "password: kotek7!zq, card 4111 1111 1111 1111"
KEPT = "password: •••, card •••"
KINDS = ["password", "card"]
CANARY = "zqordinary"
VIP = {"type": "did", "event": "$purchase", "count": {"op": ">=", "value": 2}}


@pytest.fixture(scope="module")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    shop = Shop(tmp_path_factory.mktemp("pasted") / "data").start()
    shop.source("crm")
    people = [identify({"email": f"p{n}@x.example"}, userId=f"u{n}") for n in range(12)]
    shop.send("crm", *people)
    shop.send("crm", {"type": "track", "event": "Erasure Requested", "userId": "u9"})
    yield shop
    if shop.process.poll() is None:
        shop.stop()


def test_of_a_thousand_secrets_none_is_in_any_file(
    shop: Shop, seed: int, figure: Any
) -> None:
    shop.source("crm")
    shop.send("crm", identify({"name": "Anna"}, userId="u1"))
    path, chance = f"/api/v1/people/{shop.id('user_id:u1')}", Random(seed)
    tried = secrets(chance, COUNT)
    for at in range(0, COUNT, AT_ONCE):
        texts = [text for text, _ in tried[at : at + AT_ONCE]]
        # Half as notes, half as reasons, which are shorter.
        note, reason = "\n".join(texts[:4])[:1000], texts[4:]
        body = {"text": f"{CANARY} {note}"[:1000]}
        shop.api("POST", f"{path}/notes", body, status=201)
        for one in reason:
            shop.api("POST", f"{path}/reveal", {"reason": f"{CANARY} {one}"[:500]})

    assert in_files(shop.folder, CANARY)
    before = left(shop.folder, tried)
    shop.stop()
    figure("secrets", len(tried))
    assert before == left(shop.folder, tried) == []
    assert [one for one in secrets_of(tried) if one in shop.log.read_text()] == []


def left(folder: Path, tried: list[tuple[str, str]]) -> list[str]:
    held = b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())
    return [one for one in secrets_of(tried) if one.encode() in held]


def secrets_of(tried: list[tuple[str, str]]) -> list[str]:
    return [secret for _, secret in tried]


def in_files(folder: Path, text: str) -> bool:
    return bool(left(folder, [("", text)]))


def by_api(shop: Shop) -> list[tuple[str, str, dict[str, Any], str, int]]:
    """Give each way to write a free text: how, where, what, and the text's name."""
    ids = [shop.id(f"user_id:u{n}") for n in range(8)]
    shop.api("PUT", "/api/v1/segments/few", {"condition": VIP})
    return [
        ("POST", f"people/{ids[0]}/notes", {}, "text", 201),
        ("POST", f"people/{ids[0]}/reveal", {}, "reason", 200),
        ("POST", "people/merge", {"left": ids[0], "right": ids[1]}, "reason", 200),
        (
            *("POST", f"people/{ids[0]}/unmerge"),
            *({"identifiers": ["user_id:u1"]}, "reason", 200),
        ),
        (
            *("POST", "duplicates/judge"),
            {"left": ids[2], "right": ids[3], "verdict": "not_same"},
            *("reason", 200),
        ),
        ("POST", "privacy/erase", {"person_id": ids[4]}, "reason", 200),
        ("POST", "segments/few/export/requests", {}, "reason", 201),
        ("PUT", "staff", {"what": "192.0.2.0/24"}, "note", 200),
        ("PUT", "segments/vip", {"condition": VIP}, "description", 200),
        (
            *("PUT", "insights/geo/tests/spring"),
            {
                "regions": ["Mazowsze"],
                "since": "2025-01-01",
                "start": "2025-03-01",
                "until": "2025-03-31",
            },
            *("note", 200),
        ),
    ]


def test_each_way_to_write_something_masks_it_and_says_so(crm: Shop) -> None:
    for method, path, body, name, status in by_api(crm):
        told = crm.api(method, f"/api/v1/{path}", {**body, name: PASTED}, status=status)

        assert told["secrets_masked"]["kinds"] == KINDS, path
        assert "a password" in told["secrets_masked"]["detail"], path
        assert told.get(name, KEPT) == KEPT, path
    assert in_files(crm.folder, KEPT.replace("•••", "\\u2022")) or in_files(
        crm.folder, KEPT
    )
    assert not in_files(crm.folder, "kotek7!zq")
    assert not in_files(crm.folder, "4111 1111 1111 1111")


def test_an_answer_about_what_is_no_secret_says_nothing_of_it(crm: Shop) -> None:
    path = f"/api/v1/people/{crm.id('user_id:u5')}/notes"

    told = crm.api("POST", path, {"text": "Card 2901234567896, order 1"}, status=201)

    assert "secrets_masked" not in told
    noted = crm.timeline("user_id:u5")[0]
    assert noted["properties"]["note"] == "Card 2901234567896, order 1"


def test_an_import_taken_back_and_a_request_answered_are_masked_too(crm: Shop) -> None:
    begun = crm.api(
        "POST", "/api/v1/imports", {"source": "crm", "file": "a.csv"}, status=201
    )
    run = f"/api/v1/imports/{begun['import_id']}"
    crm.api("POST", f"{run}/end", {})
    for verb in ("undo", "redo"):
        told = crm.api("POST", f"{run}/{verb}", {"reason": PASTED})
        assert told["secrets_masked"]["kinds"] == KINDS, verb
    assert not in_files(crm.folder, "kotek7!zq")


def test_a_command_says_on_the_terminal_what_was_masked(
    crm: Shop, capfd: pytest.CaptureFixture[str]
) -> None:
    from tests.acceptance import forking

    words = ["note", "user_id:u6", PASTED, "--data", str(crm.folder)]
    done = forking.run(words, crm.starts + 1)

    assert done.returncode == 0
    assert "a password, the number of a payment card" in done.stderr
    assert crm.timeline("user_id:u6")[0]["properties"]["note"] == KEPT


SAID = (
    "What looks like a secret was masked (%(kinds)s), since what you write is kept and"
    " others read it. If it was one, change it where it is used."
)


@pytest.mark.parametrize("code", ["en", "pl", "ru", "kk"])
def test_the_console_says_so_in_the_language_of_who_wrote(crm: Shop, code: str) -> None:
    there = f"/console/people/{crm.id('user_id:u7')}"
    cookies = f"{signed_in(crm)}; habitue_language={code}"
    _, _, page = crm.request("GET", there, headers={"cookie": cookies})

    # A note is cut where it is too long, and what is cut in two is masked before.
    long = "x" * 960 + " " + PASTED + " ghp_" + "aB3" * 12
    status, headers, _ = write(crm, f"{there}/notes", page, cookies, note=long)

    assert status == 303
    assert "masked=key,password,card#event-" in headers["location"]
    address = headers["location"].partition("#")[0]
    _, _, after = crm.request("GET", address, headers={"cookie": cookies})
    say = language(code).say
    kinds = ("a key to a service", "a password", "the number of a payment card")
    assert say(SAID, kinds=", ".join(map(say, kinds))) in after.decode()
    noted = crm.timeline("user_id:u7")[0]["properties"]["note"]
    assert KEPT in noted
    assert "aB3" not in noted


def test_the_console_masks_why_somebody_is_shown_and_says_so(crm: Shop) -> None:
    there, cookies = f"/console/people/{crm.id('user_id:u7')}", signed_in(crm)
    _, _, page = crm.request("GET", there, headers={"cookie": cookies})

    status, _, told = write(crm, f"{there}/reveal", page, cookies, reason=PASTED)

    assert status == 200
    assert "What looks like a secret was masked (a password, the" in told.decode()
    assert "kotek7!zq" not in told.decode()


def signed_in(shop: Shop) -> str:
    """Come in by a link, as who works at the machine; give the cookie."""
    link = shop.api("POST", "/api/v1/sessions/start-link", {}, status=201)["link"]
    path = "/console/" + link.partition("/console/")[2]
    _, headers, _ = shop.request("GET", path)
    return headers["set-cookie"].partition(";")[0]


def write(shop: Shop, path: str, page: bytes, cookies: str, **told: str):
    """Send a form of a page."""
    key = re.search(rb'name="form_key" value="([^"]+)"', page)[1].decode()
    parts = {"form_key": key, **told}
    body = "&".join(f"{name}={quote(text)}" for name, text in parts.items())
    headers = {
        "cookie": cookies,
        "content-type": "application/x-www-form-urlencoded",
    }
    return shop.request("POST", path, body, headers)

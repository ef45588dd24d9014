"""Members of a segment taken out: within the role's budget, and written down."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from tests.acceptance.shop import Shop, identify

ARROW = "application/vnd.apache.arrow.stream"


def take_out(shop: Shop, key: str, accept: str = "text/csv"):
    """Take out everybody; give the status, headers and body."""
    headers = {"authorization": f"Bearer {key}", "accept": accept}
    return shop.request("GET", "/api/v1/segments/all/export", headers=headers)


@pytest.mark.feature("K3", partly="data-use labels; approval of big sends")
def test_a_role_takes_out_no_more_people_a_day_than_its_budget(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HABITUE_EXPORTS__MARKETER_PEOPLE_PER_DAY", "4")
    shop = Shop(tmp_path / "data").start()
    shop.source("crm")
    named = [identify({"name": f"={n}"}, userId=str(n)) for n in (1, 2, 3)]
    shop.send("crm", *named)
    everybody = {"condition": {"type": "all", "of": []}}
    shop.api("PUT", "/api/v1/segments/all", everybody)
    keys = {
        role: shop.api(
            "POST", "/api/v1/operators", {"name": role, "role": role}, status=201
        )["token"]
        for role in ("marketer", "analyst")
    }

    status, told, body = take_out(shop, keys["marketer"])
    assert (status, told["x-people"]) == (200, "3")
    # A marketer is told no names.
    assert [line.partition(",")[2] for line in body.decode().splitlines()] == [
        "name", "", "", ""
    ]  # fmt: skip
    assert take_out(shop, keys["analyst"])[0] == 403
    status, _, body = take_out(shop, keys["marketer"], ARROW)
    assert (status, b"1 of the 4" in body) == (422, True)

    # A restart gives nobody more.
    shop.kill()
    shop.start()
    assert take_out(shop, keys["marketer"])[0] == 422
    told, body = take_out(shop, shop.token(), ARROW)[1:]
    assert told["content-type"] == ARROW
    names = pa.ipc.open_stream(body).read_all()["name"].to_pylist()
    assert names == ["=1", "=2", "=3"]
    file = tmp_path / "all.csv"
    shop.command("segment", "export", "all", str(file))
    assert file.read_text().splitlines()[1].endswith(",'=1")

    entries = shop.api("GET", "/api/v1/audit")["entries"]
    taken = [
        (one["operator"], one["object"])
        for one in entries
        if one["action"] == "segments:export"
    ]
    assert taken == [
        ("operator", "3 people of all as csv"),
        ("operator", "3 people of all as arrow"),
        ("marketer", "3 people of all as csv"),
    ]
    assert shop.stop() == 0


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop where more than one person is taken out with a second one's yes alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HABITUE_EXPORTS__APPROVAL_PEOPLE", "1")
        shop = Shop(tmp_path_factory.mktemp("asked") / "data").start()
        yield shop
        assert shop.stop() == 0


@pytest.mark.feature("K3", partly="data-use labels; approval of big sends")
def test_many_people_are_asked_for_and_answered_by_command(
    asked: Shop, tmp_path: Path
) -> None:
    shop = asked
    shop.source("crm")
    shop.send("crm", *(identify({}, userId=f"many-{n}") for n in (1, 2)))
    shop.api("PUT", "/api/v1/segments/all", {"condition": {"type": "all", "of": []}})
    marketer = shop.api(
        "POST", "/api/v1/operators", {"name": "mia", "role": "marketer"}, status=201
    )["token"]
    path = "/api/v1/segments/all/export/requests"
    by_no, by_yes = (
        shop.api("POST", path, {"reason": reason}, marketer, status=201)["id"]
        for reason in ("the spring mailing", "the autumn mailing")
    )
    assert take_out(shop, marketer)[0] == 409

    told = shop.command("segment", "answer-export", by_no, "no", "--reason", "too many")
    assert told.strip() == f"{by_no} is refused."
    assert take_out(shop, marketer)[0] == 409
    told = shop.command("segment", "answer-export", by_yes, "yes")
    assert told.strip() == f"{by_yes} is approved."
    assert take_out(shop, marketer)[0] == 200
    shop.command("segment", "answer-export", by_yes, "no", status=1)

    # One's own is for somebody else to answer.
    told = shop.command("segment", "ask-export", "all", "--reason", "for the post")
    own = told.split()[0]
    assert told.strip() == f"{own} waits for a yes: 2 people."
    shop.command("segment", "answer-export", own, "yes", status=1)
    answer = f"/api/v1/export-requests/{own}/approve"
    assert shop.api("POST", answer, {}, marketer)["state"] == "approved"
    listed = json.loads(shop.command("segment", "export-requests", "--json"))
    states = {one["id"]: (one["state"], one["decided_by"]) for one in listed}
    assert states == {
        by_no: ("refused", "operator"),
        by_yes: ("taken", "operator"),
        own: ("approved", "mia"),
    }
    assert "mia" in shop.command("segment", "export-requests")
    # Who works at the machine needs nobody's yes.
    shop.command("segment", "export", "all", str(tmp_path / "all.csv"))


def test_who_listens_is_set_by_api_and_command(asked: Shop) -> None:
    shop = asked
    shop.api("PUT", "/api/v1/segments/all", {"condition": {"type": "all", "of": []}})
    shop.api("PUT", "/api/v1/segments/other", {"condition": {"type": "all", "of": []}})
    path = "/api/v1/segments/all/subscriptions"

    shop.command("segment", "listen", "all", "crm", "--only-entered")
    shop.api("PUT", f"{path}/mail", {"marked": True})

    told = [
        (one["name"], one["entered"], one["left"], one["marked"])
        for one in shop.api("GET", path)["subscriptions"]
    ]
    assert told == [("crm", True, False, False), ("mail", True, True, True)]
    other = "/api/v1/segments/other/subscriptions/crm"
    assert "listens to" in shop.api("PUT", other, {}, status=409)["detail"]
    nothing = {"entered": False, "left": False}
    shop.api("PUT", f"{path}/none", nothing, status=422)
    shop.api("DELETE", other, status=404)
    shop.command("segment", "unlisten", "all", "crm")
    assert "mail" in shop.command("segment", "listeners", "all")
    shop.api("DELETE", f"{path}/mail")
    assert shop.api("GET", path)["subscriptions"] == []

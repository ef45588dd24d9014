"""Segments on a running server: defined, counted, explained, as files: C1, C3, C12."""

import json
import time
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from tests.acceptance.shop import Shop, identify, track

SEGMENTS = "/api/v1/segments"
BOUGHT = {"type": "did", "event": "$purchase"}


def lately(days=30, **more):
    return {**BOUGHT, "within": {"days": days}, **more}


def ago(days: float) -> dict:
    at = datetime.now(UTC) - timedelta(days=days)
    return {"timestamp": at.isoformat().replace("+00:00", "Z")}


def order(number: str, total: float, **item):
    told = {"order_id": number, "total": total, "currency": "PLN"}
    return track("Order Completed", {**told, **item.pop("told", {})}, **item)


def lived(shop: Shop) -> None:
    """Anna bought last week, Jan last year, Ewa never; they all have a name."""
    shop.source("crm")
    shop.send(
        "crm",
        identify({"name": "Anna", "city": "Łódź"}, userId="anna", **ago(400)),
        identify({"name": "Jan", "city": "Kraków"}, userId="jan", **ago(400)),
        identify({"name": "Ewa", "city": "Łódź"}, userId="ewa", **ago(400)),
        order("1", 120, userId="anna", **ago(7)),
        order("2", 80, userId="jan", **ago(300)),
    )
    shop.settle()


def preview(shop: Shop, condition: dict, sample: int = 10) -> dict:
    body = {"condition": condition, "sample": sample}
    return shop.api("POST", f"{SEGMENTS}/preview", body)


def who(shop: Shop, condition: dict) -> set[str]:
    """Give the names of all who satisfy a condition, and check that they are all."""
    told = preview(shop, condition, 100)
    assert len(told["sample"]) == told["count"]
    return {one["name"] for one in told["sample"]}


def put(shop: Shop, called: str, condition: dict, status=200, **more) -> dict:
    body = {"condition": condition, **more}
    return shop.api("PUT", f"{SEGMENTS}/{called}", body, status=status)


def inside(shop: Shop, name: str) -> list[str]:
    page = shop.api("GET", f"{SEGMENTS}/{name}/members")
    return [one["name"] for one in page["members"]]


def names_of(shop: Shop, identifier: str) -> list[str]:
    path = f"/api/v1/people/{shop.id(identifier)}/segments"
    return [one["id"] for one in shop.api("GET", path)["segments"]]


@pytest.mark.feature("C3")
def test_a_preview_counts_exactly_and_names_some(shop: Shop):
    lived(shop)

    told = preview(shop, lately())

    assert (told["count"], told["people"]) == (1, 3)
    assert [one["name"] for one in told["sample"]] == ["Anna"]
    assert told["words"] == "People with at least one purchase in the last 30 days."
    assert told["offset"] == shop.api("GET", "/healthz")["applied"]


@pytest.mark.feature("C1")
def test_traits_purchases_and_their_absence_join_with_and_or_and_not(shop: Shop):
    lived(shop)
    in_lodz = {"type": "trait", "name": "city", "op": "is", "value": "Łódź"}

    assert who(shop, {"type": "all", "of": [in_lodz, BOUGHT]}) == {"Anna"}
    assert who(shop, {"type": "any", "of": [in_lodz, BOUGHT]}) == {"Anna", "Jan", "Ewa"}
    assert who(shop, {"type": "not", "of": in_lodz}) == {"Jan"}
    assert who(shop, {"type": "did_not", "event": "$purchase"}) == {"Ewa"}


@pytest.mark.feature("C1")
def test_an_order_told_three_times_is_bought_once(shop: Shop):
    lived(shop)
    shop.source("erp")
    shop.send("erp", order("1", 120, userId="anna", **ago(7)))
    shop.send("crm", order("1", 130, userId="anna", **ago(6)))

    assert who(shop, {**BOUGHT, "count": {"op": ">=", "value": 2}}) == set()
    events = {"type": "did", "event": "Order Completed"}
    assert who(shop, {**events, "count": {"op": ">=", "value": 3}}) == {"Anna"}


@pytest.mark.feature("C1")
def test_what_does_not_count_was_not_bought(shop: Shop):
    lived(shop)
    shop.source("web", "public")
    shop.send("web", order("77", 10, userId="ewa", anonymousId="d1"))
    assert who(shop, BOUGHT) == {"Anna", "Jan"}

    shop.send("crm", track("Order Cancelled", {"order_id": "2"}, userId="jan"))

    assert who(shop, BOUGHT) == {"Anna"}


@pytest.mark.feature("C1")
def test_categories_and_regions_are_the_catalogues_even_if_told_late(shop: Shop):
    lived(shop)
    tea = {"property": "$category", "op": "is", "value": "Tea"}
    north = {"property": "$region", "op": "is", "value": "north"}
    bought = {**BOUGHT, "where": [tea, north]}
    reported = {**bought, "event": "Order Completed"}
    put(shop, "bought", bought)
    put(shop, "reported", reported)
    put(shop, "all", {"type": "all", "of": []})
    line = {"product_id": "p1", "quantity": 1, "price": 12}
    told = {"products": [line], "store_id": "s1"}
    shop.send("crm", order("3", 12, userId="ewa", told=told, **ago(1)))
    settled(shop)
    assert inside(shop, "bought") == inside(shop, "reported") == []

    tell_of(shop, "stores", {"store_id": "s1", "name": "Old Town", "region": "north"})
    tell_of(shop, "products", {"product_id": "p1", "name": "Sencha", "category": "Tea"})

    assert who(shop, bought) == who(shop, reported) == {"Ewa"}
    assert inside(shop, "bought") == inside(shop, "reported") == ["Ewa"]
    settled(shop)
    assert inside(shop, "bought") == inside(shop, "reported") == ["Ewa"]
    assert names_of(shop, "user_id:ewa") == ["all", "bought", "reported"]

    tell_of(shop, "products", {"product_id": "p1", "name": "Sencha", "category": "Cup"})
    settled(shop)
    assert inside(shop, "bought") == inside(shop, "reported") == []


def tell_of(shop: Shop, what: str, item: dict) -> None:
    shop.api("POST", f"/api/v1/catalog/{what}?source=crm", {"items": [item]})


def settled(shop: Shop) -> None:
    """Wait until memberships are kept as all is now, and not judged when asked for."""
    shop.settle()
    deadline = time.monotonic() + 30
    path = f"/api/v1/people/{shop.id('user_id:ewa')}/segments"
    while not all(one["since"] for one in shop.api("GET", path)["segments"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.feature("C1")
def test_consent_and_identifiers_are_asked_for(shop: Shop):
    lived(shop)
    shop.send(
        "crm",
        identify({"email": "anna@example.com"}, userId="anna",
                 identifiers={"email": "anna@example.com"}),
        track("Consent Granted", {"purpose": "marketing", "channel": "email",
                                  "contact": "anna@example.com"}, userId="anna"),
    )  # fmt: skip
    allowed = {"type": "consent", "purpose": "marketing", "channel": "email"}

    assert who(shop, {**allowed, "state": "granted"}) == {"Anna"}
    assert who(shop, {**allowed, "state": "unknown"}) == {"Jan", "Ewa"}
    assert who(shop, {"type": "identifier", "kind": "email"}) == {"Anna"}


@pytest.mark.feature("C1")
def test_a_segment_is_defined_changed_and_deleted_and_its_versions_are_kept(shop: Shop):
    lived(shop)
    body = {"id": "active", "name": "Active", "condition": lately()}
    made = shop.api("POST", SEGMENTS, body, status=201)
    shop.api("POST", SEGMENTS, body, status=409)

    changed = put(shop, "active", lately(365), name="Active in a year")

    assert (made["version"], changed["version"]) == (1, 2)
    assert inside(shop, "active") == ["Anna", "Jan"]
    assert shop.api("GET", f"{SEGMENTS}/active") == changed
    shop.api("DELETE", f"{SEGMENTS}/active")
    shop.api("GET", f"{SEGMENTS}/active", status=404)
    assert shop.api("GET", SEGMENTS)["segments"] == []
    versions = shop.api("GET", f"{SEGMENTS}/active/versions")["versions"]
    assert [one["deleted"] for one in versions] == [False, False, True]
    assert versions[0]["condition"] == lately()
    told = shop.command("segment", "versions", "active", "--json")
    assert json.loads(told) == versions
    assert "deleted" in shop.command("segment", "versions", "active")


def test_segments_outlive_the_process(shop: Shop):
    lived(shop)
    made = put(shop, "active", lately())
    shop.kill()
    shop.start()

    assert shop.api("GET", f"{SEGMENTS}/active") == made
    assert inside(shop, "active") == ["Anna"]


@pytest.mark.feature("C1")
def test_a_broken_definition_is_refused_with_the_place_and_the_reason(shop: Shop):
    bad = {"type": "all", "of": [BOUGHT, {"type": "trait", "name": "age", "op": ">",
                                          "value": "old"}]}  # fmt: skip

    told = put(shop, "bad", bad, status=422)

    assert told["errors"] == [
        {"key": "/of/1/value", "message": "'>' is compared with a number."}
    ]
    assert shop.api("GET", SEGMENTS)["segments"] == []


@pytest.mark.feature("C1")
def test_segments_ask_for_one_another_and_never_in_a_circle(shop: Shop):
    lived(shop)
    put(shop, "active", lately())
    put(
        shop, "rest", {"type": "not", "of": {"type": "in_segment", "segment": "active"}}
    )

    assert inside(shop, "rest") == ["Jan", "Ewa"]
    circle = {"type": "in_segment", "segment": "rest"}
    assert "circle" in put(shop, "active", circle, status=422)["detail"]
    gone = put(shop, "x", {"type": "in_segment", "segment": "nobody"}, status=422)
    assert gone["errors"][0]["key"] == "/segment"
    kept = shop.api("DELETE", f"{SEGMENTS}/active", status=409)
    assert "'rest'" in kept["detail"]
    ewa = f"/api/v1/people/{shop.id('user_id:ewa')}/segments?segment=rest"
    (clause,) = shop.api("GET", ewa)["because"]
    assert (clause["place"], clause["found"]) == ("/of", "is not in it")
    put(shop, "active", lately(365))
    assert inside(shop, "rest") == ["Ewa"]


@pytest.mark.feature("C3")
def test_why_in_and_why_out_name_the_clause_and_the_facts(shop: Shop):
    lived(shop)
    in_lodz = {"type": "trait", "name": "city", "op": "is", "value": "Łódź"}
    put(shop, "locals", {"type": "all", "of": [in_lodz, lately()]})

    def why(name):
        path = f"/api/v1/people/{shop.id(f'user_id:{name}')}/segments?segment=locals"
        return shop.api("GET", path)

    anna, ewa, jan = why("anna"), why("ewa"), why("jan")
    assert [one["in"] for one in (anna, ewa, jan)] == [True, False, False]
    assert [one["place"] for one in anna["because"]] == ["/of/0", "/of/1"]
    assert [one["place"] for one in ewa["because"]] == ["/of/1"]
    assert [one["place"] for one in jan["because"]] == ["/of/0", "/of/1"]
    assert jan["because"][0]["found"] == "Kraków"
    (offset,) = anna["because"][1]["offsets"]
    events = shop.timeline("user_id:anna")
    assert [one["name"] for one in events if one["offset"] == offset] == [
        "Order Completed"
    ]
    assert (
        "no segment 'none'"
        in shop.api(
            "GET",
            f"/api/v1/people/{shop.id('user_id:anna')}/segments?segment=none",
            status=404,
        )["detail"]
    )


@pytest.mark.feature("C3")
def test_a_persons_segments_follow_merge_un_merge_and_late_events(shop: Shop):
    lived(shop)
    put(shop, "both", {**BOUGHT, "count": {"op": ">=", "value": 2}})
    assert names_of(shop, "user_id:anna") == []

    merge = {"left": shop.id("user_id:anna"), "right": shop.id("user_id:jan")}
    merged = shop.api("POST", "/api/v1/people/merge", merge)
    assert names_of(shop, "user_id:jan") == ["both"]
    shop.api("POST", f"/api/v1/commands/{merged['command']}/undo", {})
    assert names_of(shop, "user_id:anna") == names_of(shop, "user_id:jan") == []

    shop.send("crm", order("9", 10, userId="jan", **ago(200)))
    assert names_of(shop, "user_id:jan") == ["both"]


@pytest.mark.feature("C3")
def test_an_overlap_parts_people_by_the_segments_they_are_in(shop: Shop):
    lived(shop)
    put(shop, "buyers", BOUGHT)
    put(shop, "locals", {"type": "trait", "name": "city", "op": "is", "value": "Łódź"})

    told = shop.api("POST", f"{SEGMENTS}/overlap", {"segments": ["buyers", "locals"]})

    counts = {tuple(one["in"]): one["count"] for one in told["parts"]}
    assert counts == {(): 0, ("buyers",): 1, ("locals",): 1, ("buyers", "locals"): 1}
    shown = shop.command("segment", "overlap", "buyers", "locals")
    assert "none of them" in shown
    assert "buyers, locals" in shown
    as_json = shop.command("segment", "overlap", "buyers", "locals", "--json")
    assert json.loads(as_json)["parts"] == told["parts"]


def test_members_come_in_pages_and_in_the_form_that_is_asked_for(shop: Shop):
    lived(shop)
    shop.send("crm", identify({"name": "=cmd()"}, userId="mallory"))
    put(shop, "all", {"type": "all", "of": []})
    path = f"{SEGMENTS}/all/members"
    headers = {"authorization": f"Bearer {shop.token()}"}

    first = shop.api("GET", f"{path}?limit=3")
    rest = shop.api("GET", f"{path}?limit=3&cursor={first['next_cursor']}")
    whole = [*first["members"], *rest["members"]]
    assert [one["name"] for one in whole] == ["Anna", "Jan", "Ewa", "=cmd()"]
    assert rest["next_cursor"] is None

    _, told, raw = shop.request("GET", path, headers={**headers, "accept": "text/csv"})
    assert told["content-type"].startswith("text/csv")
    assert raw.decode().splitlines()[-1].endswith(",'=cmd()")

    arrow = "application/vnd.apache.arrow.stream"
    _, told, raw = shop.request("GET", path, headers={**headers, "accept": arrow})
    assert told["content-type"] == arrow
    assert pa.ipc.open_stream(raw).read_all().to_pylist() == whole


def test_who_may_read_segments_and_no_people_gets_counts_alone(shop: Shop):
    lived(shop)
    put(shop, "active", lately())
    analyst = shop.api(
        "POST", "/api/v1/operators", {"name": "ola", "role": "analyst"}, status=201
    )["token"]
    agent = shop.api(
        "POST", "/api/v1/operators", {"name": "jo", "role": "agent"}, status=201
    )["token"]

    shop.api("GET", SEGMENTS, key=analyst)
    shop.api("GET", f"{SEGMENTS}/active/members", key=analyst)
    body = {"condition": lately()}
    shop.api("PUT", f"{SEGMENTS}/active", body, key=analyst, status=403)
    shop.api("DELETE", f"{SEGMENTS}/active", key=analyst, status=403)
    shop.api("POST", f"{SEGMENTS}/preview", body, key=agent, status=403)
    person = shop.id("user_id:anna")
    shop.api("GET", f"/api/v1/people/{person}/segments", key=agent)


@pytest.mark.feature("C12")
def test_a_segment_is_begun_from_a_template(shop: Shop):
    lived(shop)
    templates = shop.api("GET", f"{SEGMENTS}/templates")["templates"]
    lapsed = next(one for one in templates if one["id"] == "lapsed")

    put(shop, "lapsed", lapsed["condition"], name=lapsed["name"])

    assert len(templates) == 32
    assert inside(shop, "lapsed") == ["Jan"]


# -- the command line ----------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "segments"
    made.mkdir()
    (made / "active.toml").write_text(
        'name = "Active"\n[condition]\ntype = "did"\nevent = "$purchase"\n'
        "within = { days = 30 }\n"
    )
    (made / "a-rest.toml").write_text(
        '[condition]\ntype = "not"\nof = { type = "in_segment", segment = "active" }\n'
    )
    return made


@pytest.mark.feature("C1")
def test_a_folder_of_files_is_shown_first_and_then_applied(shop: Shop, folder: Path):
    lived(shop)
    shown = shop.command("segment", "apply", str(folder))
    assert '+  "name": "Active"' in shown
    assert "Nothing is applied yet" in shown
    assert shop.api("GET", SEGMENTS)["segments"] == []

    shop.command("segment", "apply", str(folder), "--yes")
    assert inside(shop, "active") == ["Anna"]
    again = json.loads(shop.command("segment", "apply", str(folder), "--yes", "--json"))
    assert again == {"changed": [], "deleted": [], "same": 2, "applied": True}

    file = folder / "active.toml"
    file.write_text(file.read_text().replace("30", "365"))
    shown = shop.command("segment", "apply", str(folder))
    assert '-      "days": 30' in shown or '-    "days": 30' in shown
    shop.command("segment", "apply", str(folder), "--yes")
    assert inside(shop, "active") == ["Anna", "Jan"]


def test_segments_that_the_folder_has_not_go_only_where_that_is_said(
    shop: Shop, folder: Path
):
    lived(shop)
    shop.command("segment", "apply", str(folder), "--yes")
    for file in folder.glob("*.toml"):
        file.unlink()

    shop.command("segment", "apply", str(folder), "--yes")
    assert len(shop.api("GET", SEGMENTS)["segments"]) == 2
    told = shop.command("segment", "apply", str(folder), "--yes", "--prune", "--json")
    assert json.loads(told)["deleted"] == ["a-rest", "active"]
    assert shop.api("GET", SEGMENTS)["segments"] == []


def test_a_broken_file_is_named_with_the_place_and_nothing_is_applied(
    shop: Shop, folder: Path
):
    (folder / "bad.toml").write_text('[condition]\ntype = "did"\nevent = ""\n')

    shop.command("segment", "apply", str(folder), "--yes", status=1)

    assert shop.api("GET", SEGMENTS)["segments"] == []


def test_the_commands_list_show_count_and_explain(shop: Shop, folder: Path):
    lived(shop)
    shop.command("segment", "apply", str(folder), "--yes")

    listed = json.loads(shop.command("segment", "list", "--json"))
    assert [one["id"] for one in listed] == ["a-rest", "active"]
    shown = tomllib.loads(shop.command("segment", "show", "active"))
    assert shown["condition"] == lately()
    counted = shop.command("segment", "preview", str(folder / "active.toml"))
    assert "1 of 3 people" in counted
    told = shop.command("segment", "members", "a-rest", "--form", "csv")
    assert [one.partition(",")[2] for one in told.split()] == ["name", "Jan", "Ewa"]
    why = shop.command("segment", "why", "active", "user_id:jan")
    assert "is not in active" in why
    assert "found 0 times" in why
    shop.command("segment", "delete", "a-rest")
    assert len(json.loads(shop.command("segment", "list", "--json"))) == 1


@pytest.mark.feature("C12")
def test_each_template_is_printed_as_a_file_that_says_the_same(
    shop: Shop, tmp_path: Path
):
    gallery = tmp_path / "gallery"
    gallery.mkdir()
    told = shop.api("GET", f"{SEGMENTS}/templates")["templates"]
    for name in ("vip", "unhappy", "researched-online"):
        text = shop.command("segment", "show", name, "--template")
        (gallery / f"{name}.toml").write_text(text)

    shop.command("segment", "apply", str(gallery), "--yes")

    for one in told:
        if one["id"] in ("vip", "unhappy", "researched-online"):
            held = shop.api("GET", f"{SEGMENTS}/{one['id']}")
            assert held["condition"] == one["condition"]
            assert held["description"] == one["description"]


# -- what somebody was in -------------------------------------------------------------


def left(shop: Shop) -> str:
    """Have Anna be in a segment and leave it; give the path of what she is in."""
    lived(shop)
    put(shop, "active", lately(), name="Active")
    put(shop, "everybody", {"type": "all", "of": []})
    settled(shop)
    shop.send("crm", track("Order Cancelled", {"order_id": "1"}, userId="anna"))
    return f"/api/v1/people/{shop.id('user_id:anna')}/segments"


@pytest.mark.feature("C3")
def test_who_was_in_a_segment_when_and_why_is_told(shop: Shop):
    path = left(shop)

    told = shop.api("GET", f"{path}?past=true")

    assert [one["id"] for one in told["segments"]] == ["everybody"]
    (was,) = told["past"]
    assert (was["id"], was["name"], was["version"]) == ("active", "Active", 1)
    assert (was["cause"], was["ended_by"]) == ("backfill", "event")
    assert was["since"] < was["until"] <= told["as_of"]
    assert (was["goes_on"], was["former_id"]) == (False, None)
    assert "past" not in shop.api("GET", path)
    # Of one segment that is told of them alone.
    one = shop.api("GET", f"{path}?past=true&segment=active")
    assert (one["in"], one["past"]) == (False, [was])
    assert shop.api("GET", f"{path}?past=true&segment=everybody")["past"] == []


def test_what_somebody_was_in_is_called_as_it_was_then(shop: Shop):
    path = left(shop)
    put(shop, "active", lately(), name="Very active")
    put(shop, "active", lately(365), name="Active in a year")
    settled(shop)
    shop.api("DELETE", f"{SEGMENTS}/active")

    past = shop.api("GET", f"{path}?past=true")["past"]

    # Called otherwise it meant the same: the newest that did is told.
    assert [(one["version"], one["name"]) for one in past] == [(2, "Very active")]


def test_a_command_lists_what_somebody_is_in_and_was_in(shop: Shop):
    path = left(shop)

    told = json.loads(shop.command("segment", "of", "user_id:anna", "--json"))
    assert told["segments"] == shop.api("GET", path)["segments"]
    assert "past" not in told
    words = ("segment", "of", "user_id:anna", "--past")
    told = json.loads(shop.command(*words, "--json"))
    assert told["past"] == shop.api("GET", f"{path}?past=true")["past"]
    shown = shop.command(*words)
    assert "everybody" in shown
    assert "active" in shown
    shop.command("segment", "of", "user_id:nobody", status=1)


def test_who_sees_no_names_is_told_what_somebody_was_in_as_the_card_does(shop: Shop):
    path = f"{left(shop)}?past=true"
    analyst = shop.api(
        "POST", "/api/v1/operators", {"name": "ola", "role": "analyst"}, status=201
    )["token"]
    key = shop.keys["crm"]

    masked = shop.api("GET", path, key=analyst)

    assert masked["masked"] is True
    assert masked["past"] == shop.api("GET", path)["past"]
    assert "Anna" not in json.dumps(masked)
    shop.api("GET", path, key=key, status=403)


@pytest.mark.feature("K2")
def test_what_somebody_was_in_goes_with_them(shop: Shop):
    path = f"{left(shop)}?past=true"
    person = shop.id("user_id:anna")
    why = {"identifier": "user_id:anna", "reason": "asked for it"}

    shop.api("POST", "/api/v1/privacy/erase", why)

    shop.api("GET", path, status=404)
    assert person not in [one["person_id"] for one in members_of(shop, "everybody")]


def members_of(shop: Shop, name: str) -> list[dict]:
    return shop.api("GET", f"{SEGMENTS}/{name}/members")["members"]


def test_versions_tell_who_wrote_them_and_when(shop: Shop):
    made = put(shop, "active", lately())
    marketer = shop.api(
        "POST", "/api/v1/operators", {"name": "mia", "role": "marketer"}, status=201
    )["token"]
    body = {"condition": lately(365)}
    shop.api("PUT", f"{SEGMENTS}/active", body, key=marketer)
    # One that is refused is nobody's version.
    shop.api("PUT", f"{SEGMENTS}/active", {"condition": {}}, key=marketer, status=422)
    shop.api("DELETE", f"{SEGMENTS}/active")

    versions = shop.api("GET", f"{SEGMENTS}/active/versions")["versions"]

    first = versions[0]["by"]
    assert [one["by"] for one in versions] == [first, "mia", first]
    assert first not in (None, "mia")
    assert versions[0]["defined_at"] == made["defined_at"]
    times = [one["defined_at"] for one in versions]
    assert times == sorted(times)
    assert "mia" in shop.command("segment", "versions", "active")


# -- one file, and a file of members --------------------------------------------------


@pytest.mark.feature("C1")
def test_one_file_is_shown_first_and_then_put(shop: Shop, folder: Path):
    lived(shop)
    file = folder / "active.toml"
    shown = shop.command("segment", "put", str(file))
    assert '+  "name": "Active"' in shown
    assert "Nothing is applied yet" in shown
    assert shop.api("GET", SEGMENTS)["segments"] == []

    shop.command("segment", "put", str(file), "--yes")
    # The other file of the folder is none of its business.
    assert [one["id"] for one in shop.api("GET", SEGMENTS)["segments"]] == ["active"]
    again = json.loads(shop.command("segment", "put", str(file), "--yes", "--json"))
    assert again == {"changed": [], "deleted": [], "same": 1, "applied": True}

    file.write_text(file.read_text().replace("30", "365"))
    assert "365" in shop.command("segment", "put", str(file), "--yes")
    assert shop.api("GET", f"{SEGMENTS}/active")["version"] == 2
    assert inside(shop, "active") == ["Anna", "Jan"]
    file.write_text("name = 5\n")
    shop.command("segment", "put", str(file), "--yes", status=1)


def test_a_command_writes_members_as_a_file_in_each_form(shop: Shop, tmp_path: Path):
    lived(shop)
    put(shop, "everybody", {"type": "all", "of": []})
    whole = members_of(shop, "everybody")
    words = ("segment", "members", "everybody", "--form")

    for form in ("arrow", "csv", "json"):
        shop.command(*words, form, "--to", str(tmp_path / form))

    told = pa.ipc.open_stream((tmp_path / "arrow").read_bytes()).read_all()
    assert told.to_pylist() == whole
    assert json.loads((tmp_path / "json").read_text()) == whole
    lines = (tmp_path / "csv").read_text().splitlines()
    assert [one.partition(",")[2] for one in lines[1:]] == ["Anna", "Jan", "Ewa"]
    shop.command("segment", "members", "everybody", "--to", "x", status=1)

"""Running it: one command, clean ends, commands with and without a server."""

import base64
import hashlib
import hmac
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pyarrow.parquet as pq
import pytest

from habitue.app.serving.server import NobodyKeepsItError, _check_keeper
from habitue.base.sections import Server
from tests.acceptance import forking
from tests.acceptance.shop import Shop, identify, track

BAD = {"type": "track", "messageId": "bad-1", "userId": "u9", "properties": {"a": 1}}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Start one server that this module's tests share."""
    shop = Shop(tmp_path_factory.mktemp("running") / "data").start()
    yield shop
    assert shop.stop() == 0


@pytest.fixture(scope="module", params=["running", "stopped"])
def annas(request, tmp_path_factory):
    """Make a shop with Anna and one bad item in it, and say how it is to be."""
    shop = Shop(tmp_path_factory.mktemp("commanded") / "data").start()
    shop.source("web")
    anna = identify(
        {"name": "Anna"}, userId="anna", identifiers={"email": "a@shop.com"}
    )
    assert shop.send("web", anna)[0]["outcome"] == "stored"
    assert shop.send("web", BAD)[0]["outcome"] == "quarantined"
    yield shop, request.param
    if shop.process.poll() is None:
        assert shop.stop() == 0


@pytest.fixture
def commanded(annas):
    """Give Anna's shop, its server running or stopped as the test is to have it."""
    shop, wanted = annas
    runs = shop.process.poll() is None
    if wanted == "running" and not runs:
        shop.start()
    if wanted == "stopped" and runs:
        assert shop.stop() == 0
    return shop


def habitue(*words, **environment):
    """Run a command; give (exit code, output, errors)."""
    done = forking.run([*map(str, words)], **environment)
    return done.returncode, done.stdout, done.stderr


def said(*words, **environment):
    """Run a command and read the JSON it prints."""
    code, out, errors = habitue(*words, "--json", **environment)
    assert code == 0, errors
    return json.loads(out)


def sentence(*words, **environment):
    """Run a command that fails as expected; give its one sentence."""
    code, out, errors = habitue(*words, **environment)
    assert (code, out) == (1, ""), (out, errors)
    assert len(errors.splitlines()) == 1, errors
    assert errors.startswith("habitue: ")
    return errors.removeprefix("habitue: ").strip()


# -- the process -----------------------------------------------------------------------


@pytest.mark.feature("K4")
def test_sigterm_under_load_ends_with_0_and_loses_nothing(tmp_path):
    shop = Shop(tmp_path / "data").start()
    shop.source("till")
    acknowledged, lock = set(), threading.Lock()

    def send(sender):
        for number in range(10_000):
            told = f"{sender}-{number}"
            try:
                item = track("Sold", {"n": number}, userId="u", messageId=told)
                result = shop.send("till", item, wait=False)[0]
            except (OSError, AssertionError):
                return
            if result["outcome"] == "stored":
                with lock:
                    acknowledged.add(told)

    senders = [threading.Thread(target=send, args=(n,)) for n in range(4)]
    for sender in senders:
        sender.start()
    while len(acknowledged) < 200:
        time.sleep(0.01)
    code = shop.stop()
    for sender in senders:
        sender.join()

    assert code == 0
    shop.command("export", str(tmp_path / "out"))
    events = pq.read_table(tmp_path / "out" / "events.parquet").to_pylist()
    kept = [one["message_id"] for one in events if one["name"] == "Sold"]
    assert len(kept) == len(set(kept))
    assert acknowledged <= set(kept)
    computed = json.loads(shop.command("person", "user_id:u", "--json"))["computed"]
    assert computed["events"] == len(kept)


@pytest.mark.feature("K4")
def test_sigint_ends_it_cleanly_too(tmp_path):
    shop = Shop(tmp_path / "data").start()

    shop.process.send_signal(signal.SIGINT)

    assert shop.process.wait(20) == 0


@pytest.mark.proof("T30")
@pytest.mark.feature("K4")
def test_it_listens_on_loopback_only(running):
    listening = [
        line.split()[1].split(":")
        for name in ("tcp", "tcp6")
        if (path := Path("/proc/net", name)).exists()
        for line in path.read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]

    ours = [address for address, port in listening if int(port, 16) == running.port]
    assert ours == ["0100007F"]


@pytest.mark.proof("T30")
@pytest.mark.feature("K4")
def test_before_there_is_an_administrator_it_serves_no_other_machine(tmp_path):
    data = tmp_path / "data"

    code, _, told = habitue("serve", "--data", data, "--host", "0.0.0.0", "--port", "0")

    assert code == 3
    assert "no administrator can sign in yet. Serve without --host first" in told
    assert "Traceback" not in told
    assert "listens on" not in told
    # It ended as any other: the folder is nobody's, and whole.
    assert said("audit", "verify", "--data", data)["intact"] is True


@pytest.mark.parametrize(
    ("server", "keeper", "serves"),
    [
        (Server(), False, True),
        (Server(host="localhost"), False, True),
        (Server(host="::1"), False, True),
        (Server(host="0.0.0.0"), False, False),
        (Server(host="192.0.2.7"), False, False),
        (Server(host="shop.example"), False, False),
        (Server(host="0.0.0.0"), True, True),
        (Server(host="0.0.0.0", keeper_first=False), False, True),
    ],
)
def test_others_are_served_once_somebody_keeps_it_or_where_that_is_wanted(
    server, keeper, serves
):
    team = SimpleNamespace(has_keeper=lambda: keeper)
    engine = SimpleNamespace(operators=team)

    with nullcontext() if serves else pytest.raises(NobodyKeepsItError):
        _check_keeper(engine, server)


@pytest.mark.feature("K4")
def test_files_with_secrets_are_their_owners_alone(running):
    assert (running.folder / "operator.token").stat().st_mode & 0o077 == 0
    assert running.folder.stat().st_mode & 0o077 == 0


@pytest.mark.feature("K4")
def test_a_second_owner_of_the_folder_is_refused(running):
    told = sentence("serve", "--data", running.folder, "--port", 0)

    assert f"The folder {running.folder} is in use" in told
    assert running.request("GET", "/healthz")[0] == 200


@pytest.mark.feature("K4")
def test_a_port_in_use_is_told_with_the_way_out(running, tmp_path):
    told = sentence("serve", "--data", tmp_path, "--port", running.port)

    assert f"Can't listen on 127.0.0.1:{running.port}" in told
    assert "--port" in told


@pytest.mark.feature("K4")
def test_health_and_readiness_are_open_and_a_canary_went_through(running):
    health, _, _ = running.request("GET", "/healthz")
    ready, _, raw = running.request("GET", "/readyz")

    assert (health, ready) == (200, 200)
    told = json.loads(raw)
    assert told["ready"] is True
    assert told["canary_age_s"] < 60
    events = running.api("GET", "/api/v1/sources")["sources"]
    assert any(one["name"] == "habitue" and one["outcomes"]["stored"] for one in events)


@pytest.mark.feature("K4")
def test_metrics_count_items_by_source_and_fate(running):
    running.source("metered")
    running.send("metered", track("X", userId="u"), {"type": "track"})

    status, headers, raw = running.request("GET", "/metrics")

    assert status == 200
    assert headers["content-type"].startswith("text/plain")
    lines = raw.decode().splitlines()
    for fate, items in (("stored", 1), ("quarantined", 1)):
        label = f'habitue_items_total{{fate="{fate}",source="metered"}} {items}.0'
        assert label in lines or label.replace(
            f'fate="{fate}",source="metered"', f'source="metered",fate="{fate}"'
        ) in (lines)
    assert any(line.startswith("habitue_lag_records ") for line in lines)


@pytest.mark.feature("K4")
def test_a_source_lags_while_its_items_wait_and_no_longer(running):
    for name in ("hurried", "idle"):
        running.source(name)

    def lags(name):
        [one] = [one for one in listed(running) if one["name"] == name]
        return one["lag_records"], one["lag_ms"]

    def waits():
        items = (track("X", userId=f"u{n}") for n in range(2_000))
        running.send("hurried", *items, wait=False)
        records, waited_ms = lags("hurried")
        return records > 0 and waited_ms >= 0

    running.until(waits)
    assert lags("idle") == (0, 0)
    running.settle()
    assert lags("hurried") == (0, 0)


@pytest.mark.feature("K4")
def test_sources_are_paged_by_name_without_a_gap(running):
    for name in ("paged-b", "paged-a", "paged-c"):
        running.source(name)
    path, paged, cursor = "/api/v1/sources?limit=2", [], ""
    while cursor is not None:
        page = running.api("GET", f"{path}&cursor={cursor}")
        assert len(page["sources"]) <= 2
        paged += [one["name"] for one in page["sources"]]
        cursor = page["next_cursor"]

    assert paged == sorted(one["name"] for one in listed(running))
    assert {"paged-a", "paged-b", "paged-c"} <= set(paged)


@pytest.mark.feature("B3")
def test_all_that_joins_somebody_is_read_page_by_page(running):
    running.source("joining")
    coupon = {"role": "contact", "rank": 74, "limit": 1000}
    running.api("PUT", "/api/v1/kinds/coupon", coupon)
    coupons = [f"C{n:03d}" for n in range(250)]
    running.send(
        "joining",
        *(identify(userId="joined", identifiers={"coupon": one}) for one in coupons),
    )
    person = running.person("user_id:joined")
    path = f"/api/v1/people/{person['person_id']}/evidence"
    joined, cursor = [], ""
    while cursor is not None:
        page = running.api("GET", f"{path}?limit=60{cursor}")
        assert page["joined_before"] == len(joined)
        assert page["joined_total"] == person["joined_total"] == 250
        joined += page["joined"]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"

    ends = {one for edge in joined for one in (edge["left"], edge["right"])}
    assert ends == {"user_id:joined", *(f"coupon:{one}" for one in coupons)}
    assert len({edge["evidence"]["message_id"] for edge in joined}) == 250
    assert person["joined"] == joined[:200]
    told = said("person", "user_id:joined", "--joined", "--data", running.folder)
    assert told["joined"] == joined
    _, shown, _ = habitue("person", "user_id:joined", "--data", running.folder)
    assert "and 50 more; --joined shows all." in shown
    running.api("GET", f"{path}?cursor=1:2", status=422)
    running.api("GET", "/api/v1/people/4711/evidence", status=404)


@pytest.mark.feature("B3")
def test_all_that_was_not_joined_is_read_page_by_page(running):
    running.source("parting")
    voucher = {"role": "contact", "rank": 73, "limit": 3}
    running.api("PUT", "/api/v1/kinds/voucher", voucher)
    vouchers = [f"V{n:03d}" for n in range(250)]
    running.send(
        "parting",
        *(identify(userId="parted", identifiers={"voucher": one}) for one in vouchers),
    )
    person = running.person("user_id:parted")
    path = f"/api/v1/people/{person['person_id']}/refusals"
    refused, cursor = [], ""
    while cursor is not None:
        page = running.api("GET", f"{path}?limit=60{cursor}")
        assert page["refused_total"] == person["refused_total"] == 247
        assert len(page["refused"]) <= 60
        refused += page["refused"]
        cursor = page["next_cursor"] and f"&cursor={page['next_cursor']}"

    told = {one["evidence"]["message_id"] for one in refused}
    joined = {one["evidence"]["message_id"] for one in person["joined"]}
    assert len(refused) == len(told) == 247
    assert len(person["refused"]) == 200
    assert len(told | joined) == 250
    assert all(one in refused for one in person["refused"])
    assert {one["reason"] for one in refused} == {"limit voucher"}
    running.api("GET", f"{path}?cursor=x", status=422)
    running.api("GET", "/api/v1/people/4711/refusals", status=404)


def test_what_joins_somebody_hides_an_address_of_any_form(running):
    running.source("hiding")
    address = {"email": "o'hara@example.com"}
    running.send("hiding", identify(userId="ohara", identifiers=address))
    member = {"name": "masked", "role": "marketer"}
    key = running.api("POST", "/api/v1/operators", member, status=201)["token"]
    path = f"/api/v1/people/{running.id('user_id:ohara')}/evidence"

    told = running.api("GET", path, key=key)

    assert len(told["joined"]) == 1
    assert told["masked"] is True
    assert "o'" not in json.dumps(told)


def listed(running):
    return running.api("GET", "/api/v1/sources?limit=500")["sources"]


def people_counted(running) -> dict[str, float]:
    raw = running.request("GET", "/metrics")[2].decode()
    told = dict(line.split(" ") for line in raw.splitlines() if line[0] != "#")
    names = ("habitue_people_known", "habitue_strangers")
    return {name: float(told[name]) for name in names}


def test_metrics_count_the_people_who_are_known_and_who_are_not(running):
    running.source("counted")
    before = people_counted(running)
    for item in (
        track("X", anonymousId="counted-1"),
        track("X", anonymousId="counted-2"),
        track("X", userId="counted-u"),
        track("X", anonymousId="counted-1", userId="counted-u"),
    ):
        running.send("counted", item)

    after = people_counted(running)

    assert {name: after[name] - before[name] for name in after} == {
        "habitue_people_known": 1,
        "habitue_strangers": 1,
    }


# -- commands --------------------------------------------------------------------------


@pytest.mark.feature("K4")
def test_a_person_is_shown_with_and_without_a_server(commanded):
    told = said("person", "email:A@Shop.com", "--data", commanded.folder)
    code, shown, _ = habitue("person", told["person_id"], "--data", commanded.folder)

    assert told["name"] == "Anna"
    assert [event["type"] for event in told["events"]] == ["identify"]
    assert code == 0
    assert "email:a@shop.com" in shown
    assert "Anna" in shown


@pytest.mark.feature("K4")
def test_a_source_is_added_listed_and_given_another_key_with_and_without_a_server(
    commanded,
):
    at = ("--data", commanded.folder)
    made = said("source", "add", "till-1", "--kind", "server", *at)
    rotated = said("source", "rotate", "till-1", *at)
    code, _, _ = habitue("source", "revoke", "till-1", made["key_id"], *at)
    listed = said("source", "list", *at)["sources"]

    assert made["source"] == "till-1"
    assert made["key"] != rotated["key"]
    assert code == 0
    [till] = [one for one in listed if one["name"] == "till-1"]
    holds = {key["key_id"]: key["holds"] for key in till["keys"]}
    assert holds == {made["key_id"]: False, rotated["key_id"]: True}
    [web] = [one for one in listed if one["name"] == "web"]
    assert web["outcomes"]["received"] == 2
    assert web["outcomes"]["quarantined"] == 1


@pytest.mark.feature("A4")
def test_a_bad_item_put_right_lands_once_with_and_without_a_server(commanded, tmp_path):
    at = ("--data", commanded.folder)
    [item] = said("quarantine", "list", *at)["items"]
    shown = said("quarantine", "show", item["quarantine_id"], *at)
    fixed = tmp_path / "fixed.json"
    fixed.write_text(json.dumps({**json.loads(shown["original"]), "event": "Mended"}))
    replay = ("quarantine", "replay", item["quarantine_id"], *at)

    as_it_was = said(*replay)
    first = said(*replay, "--fixed", fixed)
    second = said(*replay, "--fixed", fixed)

    assert item["reason"] == "event_without_name"
    assert as_it_was["outcome"] == "quarantined"
    assert first["outcome"] == "stored"
    assert (second["outcome"], second["offset"]) == ("duplicate", first["offset"])
    events = said("person", "user_id:u9", *at)["events"]
    assert [event["name"] for event in events] == ["Mended"]


@pytest.mark.feature("K4")
def test_an_export_is_written_with_and_without_a_server(commanded, tmp_path):
    for form in ("parquet", "csv"):
        commanded.command("export", str(tmp_path / form), "--form", form)

    people = pq.read_table(tmp_path / "parquet" / "people.parquet").to_pylist()
    assert "Anna" in {one["name"] for one in people}
    assert "Anna" in (tmp_path / "csv" / "people.csv").read_text()


@pytest.mark.feature("K4")
def test_state_computed_again_from_the_log_is_the_same(commanded):
    words = ("rebuild", "--verify", "--data", commanded.folder)
    if commanded.process.poll() is None:
        assert "in use" in sentence(*words)
        assert commanded.stop() == 0

    told = said(*words)

    assert told["equal"] is True
    assert told["kept_sha256"] == told["rebuilt_sha256"]
    assert told["records"] > 0


@pytest.mark.feature("K4")
def test_a_rebuild_gives_the_same_person(commanded):
    before = said("person", "user_id:anna", "--data", commanded.folder)
    if commanded.process.poll() is None:
        assert commanded.stop() == 0

    code, _, errors = habitue("rebuild", "--data", commanded.folder)
    after = said("person", "user_id:anna", "--data", commanded.folder)

    assert code == 0, errors
    del before["as_of"], after["as_of"]
    assert after == before


@pytest.mark.feature("K4")
def test_each_setting_tells_who_set_it(tmp_path):
    (tmp_path / "habitue.toml").write_text('[shop]\nname = "Marigold"\n')
    done = subprocess.run(
        [sys.executable, "-m", "habitue", "config", "show", "--origin", "--json"],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env={
            **os.environ,
            "HABITUE_DATA": str(tmp_path / "x"),
            "HABITUE_DATABASE__URL": "postgresql://u:pa55w0rd@h/d",
        },
    )

    told = {name: (value, origin) for name, value, origin in json.loads(done.stdout)}
    assert told["shop.name"] == ("Marigold", "habitue.toml")
    assert told["data.folder"] == (str(tmp_path / "x"), "HABITUE_DATA")
    assert told["server.host"] == ("127.0.0.1", "default")
    assert told["database.url"][1] == "HABITUE_DATABASE__URL"
    assert "pa55w0rd" not in done.stdout


@pytest.mark.feature("K4")
def test_the_folder_may_be_named_by_the_environment(running):
    running.source("environment")

    told = said("source", "list", HABITUE_DATA=str(running.folder))["sources"]

    assert "environment" in {one["name"] for one in told}


@pytest.mark.feature("K4")
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import", "none.csv"), "There is no file none.csv."),
        (("frobnicate",), 'Unknown command "frobnicate".'),
        (("person",), "requires an argument"),
        (("person", "shoe_size:42"), "'shoe_size' is no kind of identifier"),
        (("person", "anna"), "write kind:value"),
        (("person", "email:nobody@shop.com"), "Nobody is known by"),
        (("person", "4711"), "There is no person 4711"),
        (("quarantine", "show", "4711"), "There is no quarantined item 4711."),
        (("quarantine", "replay", "1", "--fixed", "none.json"), "'none.json'"),
        (("source", "add", "Bad Name!"), "name"),
        (("source", "rotate", "nowhere"), "There is no source 'nowhere'."),
        (("export", "/proc/none"), "'/proc/none'"),
        (("serve", "--port", "99999"), "Setting 'server.port' is '99999'"),
        (("serve", "--config", "none.toml"), "'none.toml' can't be read"),
    ],
    ids=lambda words: " ".join(words) if isinstance(words, tuple) else "",
)
def test_a_common_mistake_gets_one_sentence(running, words, told):
    assert told in sentence(*words, HABITUE_DATA=str(running.folder))


@pytest.mark.feature("K4")
def test_a_setting_misspelt_in_the_environment_stops_the_start(tmp_path):
    told = sentence("serve", HABITUE_PORT="8000", HABITUE_DATA=str(tmp_path))

    assert told == (
        "There is no setting 'HABITUE_PORT'; did you mean 'HABITUE_SERVER__PORT'?"
    )


@pytest.mark.feature("K4")
def test_a_wrong_key_is_told_what_to_send(running):
    status, headers, raw = running.request(
        "GET", "/api/v1/people", headers={"authorization": "Bearer wrong"}
    )

    assert status == 401
    assert headers["www-authenticate"] == "Bearer"
    assert "Authorization: Bearer" in json.loads(raw)["detail"]


@pytest.mark.feature("K4")
def test_a_command_with_another_folders_token_is_refused_with_a_sentence(tmp_path):
    shop = Shop(tmp_path / "data").start()
    other = "the-token-of-another-folder-altogether"
    (tmp_path / "data" / "operator.token").write_text(other + "\n")

    assert "Authorization: Bearer" in sentence("source", "list", "--data", shop.folder)

    assert shop.stop() == 0


# -- signed tokens ---------------------------------------------------------------------


def part(told):
    raw = told if isinstance(told, bytes) else json.dumps(told).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def token(subject, secret, source, kid=None, lives_s=600):
    """Make a signed token as a shop's back end does, by the letter of RFC 7519."""
    header = {"alg": "HS256", "typ": "JWT"} | ({"kid": kid} if kid else {})
    claims = {"sub": subject, "aud": source, "exp": int(time.time()) + lives_s}
    signed = f"{part(header)}.{part(claims)}"
    mac = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{part(mac)}"


def signed_source(running, name):
    """Set up a public source in mode signed by commands; give its secret."""
    at = ("--data", running.folder)
    words = ("--kind", "public", "--mode", "signed")
    running.keys[name] = said("source", "add", name, *words, *at)["key"]
    return said("source", "secret", name, *at)


@pytest.mark.feature("B2")
def test_a_signed_token_names_a_person_and_a_bare_word_does_not(running):
    made = signed_source(running, "app")
    good = token("user_id:s1", made["secret"], "app", made["kid"])

    bare = running.send("app", identify({"a": 1}, userId="s1", anonymousId="d1"))[0]
    nobody = running.person("user_id:s1")
    told = running.send(
        "app",
        identify({"a": 1}, userId="s1", anonymousId="d1", context={"token": good}),
    )[0]

    assert [one["reason"] for one in bare["warnings"]] == ["unsigned"]
    assert nobody is None
    assert "warnings" not in told
    assert running.id("user_id:s1") == running.id("anonymous_id:d1")
    assert good not in running.log.read_text()


@pytest.mark.feature("B2")
@pytest.mark.parametrize(
    ("forged", "reason"),
    [
        (
            lambda who, good: token(f"user_id:{who}", "guessed", "web2"),
            "token_signature",
        ),
        (lambda who, good: token(f"user_id:{who}", good, "other"), "token_audience"),
        (
            lambda who, good: token(f"user_id:{who}", good, "web2", lives_s=-60),
            "token_expired",
        ),
        (
            lambda who, good: token(f"user_id:{who}", good, "web2", lives_s=9e4),
            "token_lifetime",
        ),
        (
            lambda who, good: token(f"user_id:{who}", good, "web2", kid="no"),
            "token_key",
        ),
    ],
    ids=["signature", "audience", "expired", "lifetime", "key"],
)
def test_a_token_that_is_not_good_is_worth_nothing(running, forged, reason):
    if "web2" not in running.keys:
        running.web2 = signed_source(running, "web2")["secret"]
    context = {"token": forged(reason, running.web2)}

    item = identify(userId=reason, anonymousId="d", context=context)
    told = running.send("web2", item)

    assert told[0]["outcome"] == "stored"
    assert reason in {one["reason"] for one in told[0]["warnings"]}
    assert running.person(f"user_id:{reason}") is None


@pytest.mark.feature("B2")
def test_of_the_secrets_of_a_source_the_last_two_verify(running):
    secrets = [signed_source(running, "web3")]
    for _ in range(2):
        path = "/api/v1/sources/web3/signing-secrets"
        secrets.append(running.api("POST", path, {}, status=201))

    warned = []
    for at, made in enumerate(secrets):
        good = token(f"user_id:w{at}", made["secret"], "web3", made["kid"])
        item = identify(userId=f"w{at}", anonymousId=f"e{at}", context={"token": good})
        result = running.send("web3", item)[0]
        warned.append({one["reason"] for one in result.get("warnings", ())})

    assert warned == [{"token_key", "unsigned"}, set(), set()]


@pytest.mark.feature("B2")
def test_a_secret_for_tokens_needs_a_public_source_and_the_operator(running):
    key = running.source("back-office")["key"]
    path = "/api/v1/sources/back-office/signing-secrets"

    told = running.api("POST", path, {}, status=422)["detail"]
    running.api("POST", path, {}, key=key, status=403)

    assert told == "Source 'back-office' is not public, so it needs no tokens."
    at = ("--data", running.folder)
    assert "There is no source 'nowhere'" in sentence(
        "source", "secret", "nowhere", *at
    )


@pytest.mark.feature("K4")
def test_a_busy_port_is_not_taken_from_its_owner(tmp_path):
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = held.getsockname()[1]

        assert "Can't listen" in sentence("serve", "--data", tmp_path, "--port", port)


def test_a_server_that_is_broken_off_says_where_it_stood(shop: Shop) -> None:
    told = shop.stood()

    assert "Fatal Python error: Aborted" in told
    # Each thread by itself: the loop, and those that wait for work.
    assert "Current thread" in told
    assert "/habitue/app/serving/" in told

"""The analytic copy as analysts and notebooks ask it, on a real server."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

import habitue
from habitue.base.errors import HabitueError
from tests.acceptance.shop import Shop

ARROW = "application/vnd.apache.arrow.stream"


def query(shop: Shop, sql: str, accept: str = "", key: str | None = None, **more):
    """Ask; give status, headers and body."""
    headers = {
        "authorization": f"Bearer {key or shop.token()}",
        "content-type": "application/json",
        "accept": accept or "application/x-ndjson",
    }
    body = json.dumps({"sql": sql, **more}).encode()
    return shop.request("POST", "/api/v1/lake/query", body, headers)


def rows(shop: Shop, sql: str) -> list[dict]:
    status, _, body = query(shop, sql)
    assert status == 200, body
    return [json.loads(line) for line in body.splitlines()]


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory):
    """A shop that has sold, which the tests only ask."""
    made = Shop(tmp_path_factory.mktemp("sold") / "data").start()
    sell(made)
    yield made
    made.kill()


@pytest.fixture
def selling(shop: Shop) -> Shop:
    """A shop that has sold, for one test alone."""
    sell(shop)
    return shop


def sell(shop: Shop) -> None:
    """Sell two orders, the second to somebody who had browsed before."""
    shop.source("till")
    shop.source("web", "public", mode="trusted")
    shop.send("web", {"type": "page", "anonymousId": "d1"})
    for number, user in enumerate(("u1", "u2"), 1):
        shop.send(
            "till",
            {
                "type": "track",
                "event": "Order Completed",
                "userId": user,
                "properties": {
                    "order_id": f"A{number}",
                    "total": "12.50",
                    "currency": "EUR",
                    "email": "anna@shop.example",
                    "first_name": "Annamaria",
                    "comment": "Please ring twice at the yellow door",
                    "products": [
                        {
                            "product_id": "p1",
                            "category": "shoes",
                            "brand": "Acme",
                            "price": "6.25",
                            "quantity": 2,
                        }
                    ],
                },
            },
        )
    shop.send("web", {"type": "identify", "anonymousId": "d1", "userId": "u2"})


def test_what_was_acknowledged_as_applied_is_in_the_next_answer(sold: Shop) -> None:
    told = rows(sold, "SELECT name, count(*) AS n FROM events GROUP BY ALL")

    assert {"name": "Order Completed", "n": 2} in told


def test_events_are_whose_the_api_says_they_are(sold: Shop) -> None:
    told = rows(sold, "SELECT person_id, count(*) AS n FROM person_events GROUP BY ALL")

    assert {row["person_id"]: row["n"] for row in told} == {
        sold.id("user_id:u1"): 1,
        sold.id("user_id:u2"): 3,
    }


def test_an_un_merge_is_seen_at_once(sold: Shop) -> None:
    one, other = sold.id("user_id:u1"), sold.id("user_id:u2")
    sql = "SELECT count(DISTINCT person_id) AS n FROM person_events"
    assert rows(sold, sql) == [{"n": 2}]
    merged = sold.api(
        "POST", "/api/v1/people/merge", {"left": one, "right": other, "reason": "one"}
    )
    assert rows(sold, sql) == [{"n": 1}]

    sold.api("POST", f"/api/v1/commands/{merged['command']}/undo", {"reason": "two"})

    assert rows(sold, sql) == [{"n": 2}]


def test_lines_say_what_was_bought(sold: Shop) -> None:
    told = rows(
        sold,
        "SELECT product, category, brand, sum(quantity_milli) AS milli,"
        " sum(amount_minor) AS minor, currency FROM lines GROUP BY ALL",
    )

    assert told == [
        {
            "product": "p1",
            "category": "shoes",
            "brand": "Acme",
            "milli": 4000,
            "minor": 2500,
            "currency": "EUR",
        }
    ]


def test_no_contact_point_name_or_free_text_is_in_the_copy(selling: Shop) -> None:
    told = json.dumps(rows(selling, "SELECT * FROM events"))

    for canary in ("anna@", "Annamaria", "yellow door"):
        assert canary not in told
    assert '\\"order_id\\":\\"A1\\"' in told
    assert selling.stop() == 0
    for path in selling.folder.glob("lake.duckdb*"):
        assert b"Annamaria" not in path.read_bytes()
        assert b"yellow door" not in path.read_bytes()


def test_an_answer_says_of_which_offset_it_is(sold: Shop) -> None:
    status, headers, _ = query(sold, "SELECT 1")

    standing = sold.api("GET", "/api/v1/lake")
    assert status == 200
    assert int(headers["x-offset"]) <= standing["offset"]
    assert headers["x-more"] == "false"


def test_arrow_comes_as_arrow(sold: Shop) -> None:
    status, headers, body = query(sold, "SELECT 1 AS n", accept=ARROW)

    assert (status, headers["content-type"]) == (200, ARROW)
    assert pa.ipc.open_stream(body).read_all().to_pydict() == {"n": [1]}


def test_fewer_rows_may_be_asked_for(sold: Shop) -> None:
    status, headers, body = query(sold, "SELECT * FROM events", rows_max=1)

    assert (status, len(body.splitlines()), headers["x-more"]) == (200, 1, "true")


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("DROP TABLE events", "Only SELECT is taken"),
        ("SELECT * FROM read_csv('/etc/passwd')", "can't be read from here"),
        ("SELECT nonsense FROM events", "nonsense"),
    ],
)
def test_what_is_no_query_is_refused_in_a_sentence(
    sold: Shop, sql: str, says: str
) -> None:
    status, _, body = query(sold, sql)

    assert status == 422
    assert says in json.loads(body)["detail"]


def test_it_takes_the_permission(sold: Shop) -> None:
    agent = sold.api(
        "POST", "/api/v1/operators", {"name": "a", "role": "agent"}, status=201
    )
    analyst = sold.api(
        "POST", "/api/v1/operators", {"name": "b", "role": "analyst"}, status=201
    )

    assert query(sold, "SELECT 1", key=agent["token"])[0] == 403
    assert query(sold, "SELECT 1", key=sold.keys["till"])[0] == 403
    assert query(sold, "SELECT 1", key=analyst["token"])[0] == 200


def test_the_command_asks_the_server_that_runs_and_the_folder_alike(
    selling: Shop, tmp_path: Path
) -> None:
    sql = "SELECT name, count(*) AS n FROM events GROUP BY ALL ORDER BY ALL"
    csv = tmp_path / "found.csv"

    running = selling.command("sql", sql, "--json")
    selling.command("sql", "SELECT '=1+1' AS formula", "--csv", str(csv))
    assert selling.stop() == 0
    alone = selling.command("sql", sql, "--json")

    assert running == alone
    assert '"n": 2' in alone
    assert csv.read_text().splitlines() == ["formula", "'=1+1"]


def test_a_notebook_opens_the_folder_of_a_server_that_runs(sold: Shop) -> None:
    found = habitue.open(sold.folder).sql(
        "SELECT name, count(*) AS n FROM events GROUP BY ALL ORDER BY n"
    )

    assert found.arrow().column_names == ["name", "n"]
    assert found.df()["n"].sum() == 4
    assert found.pl().to_dicts() == found.arrow().to_pylist()
    assert found.offset > 0
    with pytest.raises(HabitueError, match="Only SELECT"):
        habitue.open(sold.folder).sql("DELETE FROM events")


@pytest.mark.filterwarnings("ignore:.*Reserved kwarg")
def test_a_notebook_opens_a_folder_that_no_server_has(selling: Shop) -> None:
    sql = "SELECT name, count(*) AS n FROM events GROUP BY ALL ORDER BY ALL"
    running = habitue.open(selling.folder).sql(sql)
    assert selling.stop() == 0

    alone = habitue.open(selling.folder).sql(sql)

    assert alone.arrow().to_pylist() == running.arrow().to_pylist()
    assert alone.df()["n"].sum() == alone.pl()["n"].sum() == 4
    assert alone.offset >= running.offset

    async def cell() -> int:
        """Ask within a loop, as the cells of a notebook do."""
        return len(habitue.open(selling.folder).sql(sql))

    assert asyncio.run(cell()) == len(alone)
    # It is let go again: a server can have it.
    selling.start()
    assert habitue.open(selling.folder).sql(sql).df()["n"].sum() == 4


def test_without_a_copy_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HABITUE_LAKE__ENABLED", "false")
    shop = Shop(tmp_path / "data").start()
    try:
        status, _, body = query(shop, "SELECT 1")
    finally:
        shop.kill()

    assert status == 503
    assert "lake.enabled" in json.loads(body)["detail"]


def test_serving_loads_no_engine_before_it_is_needed() -> None:
    """A command answers sooner for it."""
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, habitue.app.serving.engine;"
            " print([one for one in ('duckdb', 'pyarrow') if one in sys.modules])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert loaded.stdout.strip() == "[]"


@pytest.mark.postgres
def test_a_process_that_follows_says_whom_to_ask(
    tmp_path: Path, postgres_url: str
) -> None:
    leads = Shop(tmp_path / "one", "--database", postgres_url).start()
    follows = Shop(tmp_path / "two", "--database", postgres_url)
    try:
        follows.start()
        assert query(leads, "SELECT count(*) FROM events")[0] == 200

        status, _, body = query(follows, "SELECT count(*) FROM events")

        assert status == 503
        assert "follows another one" in json.loads(body)["detail"]
    finally:
        for one in (leads, follows):
            if one.process is not None and one.process.poll() is None:
                one.kill()


@pytest.mark.parametrize("enabled", [True, False])
def test_the_engine_is_loaded_before_anybody_is_served(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enabled: bool
) -> None:
    # Started in full: who is forked has loaded it in any case.
    monkeypatch.setenv("HABITUE_TORTURE", "1")
    monkeypatch.setenv("HABITUE_LAKE__ENABLED", str(enabled).lower())
    shop = Shop(tmp_path / "data").start()

    loaded = Path("/proc", str(shop.process.pid), "maps").read_text()

    assert ("_duckdb" in loaded) is enabled
    shop.stop()

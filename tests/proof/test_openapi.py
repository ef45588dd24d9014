"""schemathesis over the API of a running server, with the operator's token."""

import json
import math
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.acceptance.shop import Shop, identify, track

pytestmark = pytest.mark.proof("T20")

# Each run has a time budget, so a slow machine makes fewer cases in it: there are runs
# until there are enough, and one that came to every operation: longer ones until then,
# and then as long as what is missing takes. What the first phase tries again it tries
# on a changed shop.
RUN_S, LATER_S_MIN = 50, 15
RUNS_MAX = 8
CASES_WANTED = 20_000 if os.environ.get("HABITUE_TORTURE") else 2_000
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
# How long what is made is read, changed and deleted in turn, by the document's links;
# again and again until so many of these were followed.
IN_TURN_S = 300 if os.environ.get("HABITUE_TORTURE") else 10
LINKS_WANTED = 60 if os.environ.get("HABITUE_TORTURE") else 15
# In CI of few things, so that it comes far with these: tests/api/test_links.py has all.
ONLY = (
    "/"
    if os.environ.get("HABITUE_TORTURE")
    else "/api/v1/(views|sources|operators)(/|$)"
)
# What was deleted is gone, and what was made is there.
CHECKS_IN_TURN = (*CHECKS, "use_after_free", "ensure_resource_availability")
CONFIG = """
headers = {{ Authorization = "Bearer {token}" }}

[dictionaries.people]
values = {people}

[dictionaries.kinds]
values = ["events", "people", "purchases"]

[parameters]
"path.person_id" = {{ dictionary = "people", probability = 0.6 }}
"path.what" = {{ dictionary = "kinds", probability = 0.6 }}

[[operations]]
# Which tells of deleted ones, too.
include-path = "/api/v1/segments/{{segment_id}}/versions"
checks.use_after_free.enabled = false

[[operations]]
include-path = "/api/v1/events"
headers = {{ Authorization = "Bearer {key}" }}
"""
# The links of the document alone, and no guesses; what is asked for is well formed, so
# that most is made and something is there to be changed: the fuzz asks for the rest.
IN_TURN = """
[phases.stateful.generation]
mode = "positive"

[phases.stateful.inference]
algorithms = []
"""


def furnish(shop: Shop) -> list[int]:
    """Put people, orders and a quarantined item into the shop; give the people's ids.

    So reads find something, and don't all end with 404.
    """
    shop.source("crm")
    people = []
    for who in ("u1", "u2", "u3"):
        named = {"user_id": who, "email": f"{who}@shop.example"}
        bought = {"order_id": who, "total": "5.00", "currency": "GBP"}
        shop.send("crm", identify({"name": who}, identifiers=named))
        shop.send("crm", track("Order Completed", bought, userId=who), {"type": "?"})
        people.append(shop.id(f"user_id:{who}"))
    return people


class Run(NamedTuple):
    """A run of schemathesis: its phases, what it looks at, and how long it goes on."""

    phases: str
    checks: tuple[str, ...]
    seed: int
    within_s: int
    # Of the routes those alone whose path begins so; a pattern.
    only: str = "/"
    # Where each case is told, if it is.
    cases: Path | None = None
    # The document to go by, if it is not the server's own.
    document: Path | None = None


def run_schemathesis(shop: Shop, folder: Path, config: str, run: Run) -> dict:
    """Let schemathesis try the API; give its report."""
    path = folder / "schemathesis.toml"
    path.write_text(config)
    report = folder / "report.json"
    cases = () if run.cases is None else ("--report-ndjson-path", run.cases)
    server = f"http://127.0.0.1:{shop.port}"
    document = run.document or f"{server}/api/v1/schema/openapi.json"
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("schemathesis"), "--config-file", path),
            *("run", document, "--url", server),
            *("--phases", run.phases, "--checks", ",".join(run.checks)),
            *("--max-examples", "40", "--max-time", str(run.within_s), "--no-shrink"),
            *(
                "--seed",
                str(run.seed),
                "--include-path-regex",
                run.only,
                "--report-json-path",
                report,
            ),
            *cases,
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=run.within_s + 120,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-8_000:]
    return json.loads(report.read_text())


def long_enough(cases: int, spent_s: int) -> int:
    """Say how long the next run is to be, by what those before it came to."""
    missing_s = math.ceil((CASES_WANTED - cases) / cases * spent_s)
    return min(RUN_S, max(LATER_S_MIN, missing_s))


def test_schemathesis_finds_no_server_error_and_nothing_undocumented(
    shop: Shop, tmp_path: Path
) -> None:
    people = furnish(shop)
    config = CONFIG.format(token=shop.token(), key=shop.keys["crm"], people=people)

    cases = runs = spent_s = 0
    came_to_all = False
    runs_max = RUNS_MAX * CASES_WANTED // 2_000
    while (cases < CASES_WANTED or not came_to_all) and runs < runs_max:
        within_s = long_enough(cases, spent_s) if came_to_all else RUN_S * (runs + 1)
        run = Run("examples,coverage,fuzzing", CHECKS, 20260301 + runs, within_s)
        report = run_schemathesis(shop, tmp_path, config, run)
        told, operations = report["test_cases"], report["operations"]
        assert told["with_failures"] == told["errored"] == 0
        came_to_all |= operations["tested"] == operations["total"] >= 20
        cases, runs = cases + told["generated"], runs + 1
        spent_s += within_s

    print(f"schemathesis made {cases} cases in {runs} runs, {spent_s} s in all")
    assert cases >= CASES_WANTED
    assert came_to_all
    # And the one that counts: it still works.
    assert shop.request("GET", "/readyz")[0] == 200
    # Somebody new: one of the others may have been erased, and is refused since.
    shop.send("crm", track("Tea Poured", userId="newcomer"))
    assert shop.names("user_id:newcomer")[-1] == "Tea Poured"
    assert shop.stop() == 0


def test_what_is_made_is_read_and_deleted_in_turn_as_the_documents_links_say(
    shop: Shop, tmp_path: Path, seed: int, figure: Callable[[str, Any], None]
) -> None:
    people = furnish(shop)
    config = CONFIG.format(token=shop.token(), key=shop.keys["crm"], people=people)

    config += IN_TURN
    document = without_repeats(shop, tmp_path)
    links, requests, runs = Counter[str](), 0, 0
    while len(links) < LINKS_WANTED and runs < RUNS_MAX:
        cases = tmp_path / f"cases{runs}.ndjson"
        seeded = (seed + runs) % 2**31
        within_s = IN_TURN_S * (runs + 1)
        run = Run("stateful", CHECKS_IN_TURN, seeded, within_s, ONLY, cases, document)
        report = run_schemathesis(shop, tmp_path, config, run)
        told = report["test_cases"]
        assert told["with_failures"] == told["errored"] == 0
        links.update(followed(cases))
        requests, runs = requests + told["generated"], runs + 1

    figure("requests in turn", requests)
    figure("links followed", f"{len(links)}, {sum(links.values())} times")
    assert len(links) >= LINKS_WANTED


def without_repeats(shop: Shop, folder: Path) -> Path:
    """Keep the document without a header that has a request answered as one before.

    The fuzz sends one key over and over: what was made with it is told as made anew,
    though it was deleted since.
    """
    found = shop.api("GET", "/api/v1/schema/openapi.json")
    for path in found["paths"].values():
        for told in path.values():
            told["parameters"] = [
                one
                for one in told.get("parameters", [])
                if one.get("name") != "Idempotency-Key"
            ]
    kept = folder / "openapi.json"
    kept.write_text(json.dumps(found))
    return kept


def followed(cases: Path) -> Iterator[str]:
    """Name the document's links by which a request was made, each time."""
    for line in cases.read_text("utf-8").splitlines():
        told = json.loads(line).get("ScenarioFinished", {}).get("recorder", {})
        for case in told.get("cases", {}).values():
            if case["is_transition_applied"]:
                yield case["transition"]["id"]

"""schemathesis over the API of a running server, with the operator's token."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.shop import Shop, identify, track

pytestmark = pytest.mark.proof("T20")

# Each run has a time budget, so a slow machine makes fewer cases in it: there are runs
# until there are enough. What the first phase tries again it tries on a changed shop.
RUN_S = 50
RUNS_MAX = 8
CASES_WANTED = 20_000 if os.environ.get("HABITUE_TORTURE") else 2_000
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
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
include-path = "/api/v1/events"
headers = {{ Authorization = "Bearer {key}" }}
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


def run_schemathesis(shop: Shop, folder: Path, config: str, seed: int) -> dict:
    """Let schemathesis try the API; give its report."""
    path = folder / "schemathesis.toml"
    path.write_text(config)
    report = folder / "report.json"
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("schemathesis"), "--config-file", path),
            *("run", f"http://127.0.0.1:{shop.port}/api/v1/schema/openapi.json"),
            *("--phases", "coverage,fuzzing", "--checks", ",".join(CHECKS)),
            *("--max-examples", "40", "--max-time", str(RUN_S), "--no-shrink"),
            *("--seed", str(seed), "--report-json-path", report),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=RUN_S + 120,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-8_000:]
    return json.loads(report.read_text())


def test_schemathesis_finds_no_server_error_and_nothing_undocumented(
    shop: Shop, tmp_path: Path
) -> None:
    people = furnish(shop)
    config = CONFIG.format(token=shop.token(), key=shop.keys["crm"], people=people)

    cases = runs = 0
    while cases < CASES_WANTED and runs < RUNS_MAX * CASES_WANTED // 2_000:
        report = run_schemathesis(shop, tmp_path, config, seed=20260301 + runs)
        told = report["test_cases"]
        assert told["with_failures"] == told["errored"] == 0
        assert report["operations"]["tested"] == report["operations"]["total"] >= 20
        cases, runs = cases + told["generated"], runs + 1

    print(f"schemathesis made {cases} cases in {runs} runs of {RUN_S} s")
    assert cases >= CASES_WANTED
    # And the one that counts: it still works.
    assert shop.request("GET", "/readyz")[0] == 200
    # Somebody new: one of the others may have been erased, and is refused since.
    shop.send("crm", track("Tea Poured", userId="newcomer"))
    assert shop.names("user_id:newcomer")[-1] == "Tea Poured"
    assert shop.stop() == 0

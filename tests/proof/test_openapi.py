"""schemathesis over the API of a running server, with the operator's token."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.acceptance.shop import Shop, identify, track

# A time budget, not a count: a slow machine makes fewer cases, and says how many.
RUN_S = 600 if os.environ.get("HABITUE_TORTURE") else 60
CASES_MIN = 20_000 if os.environ.get("HABITUE_TORTURE") else 500
CASES_WANTED = 2_000
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
CONFIG = """
headers = {{ Authorization = "Bearer {token}" }}

[[operations]]
include-path = "/api/v1/events"
headers = {{ Authorization = "Bearer {key}" }}
"""


def furnish(shop: Shop) -> None:
    """Put people, orders and a quarantined item into the shop, so that reads find."""
    shop.source("crm")
    for who in ("u1", "u2", "u3"):
        named = {"user_id": who, "email": f"{who}@shop.example"}
        bought = {"order_id": who, "total": "5.00", "currency": "GBP"}
        shop.send("crm", identify({"name": who}, identifiers=named))
        shop.send("crm", track("Order Completed", bought, userId=who), {"type": "?"})


def run_schemathesis(shop: Shop, folder: Path) -> dict:
    """Let schemathesis try the API; give its report."""
    config = folder / "schemathesis.toml"
    config.write_text(CONFIG.format(token=shop.token(), key=shop.keys["crm"]))
    report = folder / "report.json"
    done = subprocess.run(
        [
            *(Path(sys.executable).with_name("schemathesis"), "--config-file", config),
            *("run", f"http://127.0.0.1:{shop.port}/api/v1/schema/openapi.json"),
            *("--phases", "coverage,fuzzing", "--checks", ",".join(CHECKS)),
            *("--max-examples", "40", "--max-time", str(RUN_S), "--no-shrink"),
            *("--seed", "20260301", "--report-json-path", report),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=RUN_S + 120,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-8_000:]
    print(done.stdout[-1_500:])
    return json.loads(report.read_text())


def test_schemathesis_finds_no_server_error_and_nothing_undocumented(
    shop: Shop, tmp_path: Path
) -> None:
    furnish(shop)

    report = run_schemathesis(shop, tmp_path)

    print(json.dumps(report)[:3000])

"""The programs of examples/ do what they say, each as a newcomer runs it."""

import os
import subprocess
import sys
from pathlib import Path

from tests.acceptance.shop import Shop

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def run(name: str, *words: object, key: str = "") -> str:
    done = subprocess.run(
        [sys.executable, EXAMPLES / name, *map(str, words)],
        env={**os.environ, "HABITUE_KEY": key},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_example_runs(shop: Shop) -> None:
    shop.source("shop", scopes=["events:write", "people:read"])
    order = ("send_an_order.py", f"http://127.0.0.1:{shop.port}")

    first, again = (run(*order, key=shop.keys["shop"]) for _ in range(2))
    asked = run("ask_with_sql.py", shop.folder)

    assert first.splitlines()[0] == "order 1001: stored"
    assert again == first.replace("stored", "duplicate")
    assert again.count("order of 24.95 GBP") == 1
    assert "1 x Order Completed, 1 people" in asked


def test_there_is_no_other_example() -> None:
    names = {path.name for path in EXAMPLES.iterdir() if path.is_file()}

    assert names == {"send_an_order.py", "ask_with_sql.py"}

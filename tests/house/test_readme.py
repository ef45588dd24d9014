"""The README's commands, run as they stand on a clean checkout.

This clones what is committed and makes an environment of its own, so it runs in CI
and where HABITUE_README=1 asks for it. `make test` itself is what runs this test.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")
WANTED = bool(os.environ.get("CI") or os.environ.get("HABITUE_README"))
slow = pytest.mark.skipif(not WANTED, reason="slow: runs in CI, or HABITUE_README=1")


def blocks(label: str) -> list[str]:
    """Give the shell blocks of the README that carry a label."""
    return re.findall(rf"<!-- run: {label} -->\n```sh\n(.*?)```", README, re.DOTALL)


def commands() -> list[str]:
    """Give every command line of the README's shell blocks."""
    found = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [line for block in found for line in block.splitlines()]


def test_the_two_commands_stand_in_the_readme() -> None:
    assert "make demo" in commands()
    assert "make test" in commands()


def test_every_habitue_command_named_in_the_readme_exists() -> None:
    named = set(re.findall(r"\bhabitue ([a-z]+)", README))
    told = subprocess.run(
        [sys.executable, "-m", "habitue", "--help"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    assert {"serve", "source", "person", "import", "demo"} <= named
    for name in named:
        assert re.search(rf"\b{name}\b", told), name


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("readme") / "habitue"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@slow
@pytest.mark.feature("K4")
def test_the_readmes_commands_work_on_a_clean_checkout(checkout: Path) -> None:
    demo = _run("make demo ARGS=--once", checkout)
    assert demo.returncode == 0, demo.stdout[-3000:] + demo.stderr[-3000:]

    first = _run(_first_event(), checkout)
    assert first.returncode == 0, first.stdout[-3000:] + first.stderr[-3000:]
    assert '"outcome":"stored"' in first.stdout.replace(" ", "")
    assert "anna@example.com" in first.stdout


def _first_event() -> str:
    """Join the two terminals into one script that waits for the server between."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    server, client = blocks("first event")
    server = re.sub(r"(?m)^(habitue serve.*)$", r"\1 >serve.log 2>&1 &", server)
    script = f"""
set -euo pipefail
trap 'kill $(jobs -p); wait' EXIT
{server}
for _ in $(seq 100); do
  curl --fail --silent http://127.0.0.1:8460/healthz >/dev/null && break
  sleep 0.2
done
{client}
"""
    return script.replace("8460", port)


def _run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=_clean(),
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


def _clean() -> dict[str, str]:
    """Leave out what this run set: its own environment, pytest's and make's."""
    ours = ("HABITUE_", "VIRTUAL_ENV", "PYTEST_", "MAKE", "MFLAGS", "COV_")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    bin_folder = str(ROOT / ".venv" / "bin")
    parts = [p for p in kept["PATH"].split(os.pathsep) if p != bin_folder]
    return {**kept, "PATH": os.pathsep.join(parts)}

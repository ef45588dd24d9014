"""What the tests of the README share: its blocks, a clean clone, a bare environment."""

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener

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


def run(
    script: str, folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a script as a newcomer's shell does."""
    return subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env={**clean(), **environment},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@contextmanager
def beside(
    command: list[str | Path], folder: Path, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command beside the test, without a terminal; nothing of it is left."""
    with log.open("wb") as told:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=clean(),
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=told,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def child(pid: int) -> int:
    """Give the process that another one started."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def pins(lock: Path) -> str:
    """Give the versions of a lock as constraints: a test is not to judge newer ones."""
    lines = lock.read_text("utf-8").splitlines()
    return "\n".join(line.rstrip("\\ ") for line in lines if "==" in line)


def clean() -> dict[str, str]:
    """Leave out what this run set: its own environment, pytest's and make's."""
    ours = (
        "HABITUE_",
        "VIRTUAL_ENV",
        "PYTEST_",
        "PYTHON",
        "MAKE",
        "MFLAGS",
        "COV_",
        "ARGS",
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
    bin_folder = str(ROOT / ".venv" / "bin")
    parts = [p for p in kept["PATH"].split(os.pathsep) if p != bin_folder]
    return {**kept, "PATH": os.pathsep.join(parts)}


def read_pages(link: str, *paths: str) -> list[str]:
    """Come in by a start link as a browser does, and read pages of the console."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    address = link.partition("/console/")[0]
    found = []
    for place in (link, *(address + path for path in paths)):
        with browser.open(place, timeout=30) as answer:
            found.append(answer.read().decode())
    return found[1:]

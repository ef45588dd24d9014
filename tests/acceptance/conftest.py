"""A real server for each test."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.shop import Shop

# Programs of their own, that a test starts: importing one would run it.
collect_ignore_glob = ["clients/*_server.py", "senders/*.py"]

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    running = Shop(tmp_path / "data").start()
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture(scope="session")
def node_clients() -> str:
    """Where the clients are that run on node."""
    found = subprocess.run(
        [ROOT / "tools" / "clients.sh"], capture_output=True, text=True, check=False
    )
    if found.returncode:
        pytest.skip(found.stderr.strip())
    return found.stdout.strip()

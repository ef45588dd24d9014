"""Folders of tests lie in memory where there is room; the torture's on the disk."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools import memory

ROOT = Path(__file__).parent.parent.parent
SUITE = """
from pathlib import Path

def test_somewhere(tmp_path):
    assert tmp_path.is_relative_to("{place}")
"""
AT_ALL = pytest.mark.skipif(
    memory.room() < memory.ROOM_BYTES, reason="There is too little memory here."
)


def run(folder: Path, place: Path, **environment: str) -> str:
    """Run a test that wants its folder in a place, in a worker."""
    (folder / "test_suite.py").write_text(SUITE.format(place=place))
    (folder / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\n")
    words = ("-q", "-n", "1", "-p", "xdist", "-p", "tools.memory")
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=folder,
        env={
            "PYTHONPATH": str(ROOT),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "TMPDIR": str(folder),
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    ).stdout


@AT_ALL
def test_the_folders_of_tests_lie_in_memory_also_in_a_worker(tmp_path: Path) -> None:
    assert "1 passed" in run(tmp_path, memory.MEMORY)


def test_in_the_torture_they_lie_on_the_disk(tmp_path: Path) -> None:
    assert "1 passed" in run(tmp_path, tmp_path, HABITUE_TORTURE="1")


def test_without_room_they_lie_where_they_did(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(memory.PLACE, raising=False)
    monkeypatch.delenv("HABITUE_TORTURE", raising=False)
    monkeypatch.setattr(memory, "ROOM_BYTES", memory.room() + memory.ROOM_BYTES)

    memory.pytest_configure()

    assert memory.PLACE not in memory.os.environ

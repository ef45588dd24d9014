"""What is collected once is set aside; what tests leave behind is collected as ever."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SUITE = """
import gc, weakref

class Link: ...

KEPT = Link()

def test_what_was_collected_is_set_aside():
    assert not any(one is KEPT for one in gc.get_objects())

def test_what_a_test_leaves_behind_is_not():
    assert gc.isenabled()
    link = Link()
    link.to, gone = link, weakref.ref(link)
    del link
    gc.collect()
    assert gone() is None
"""


def test_only_what_was_collected_is_set_aside_also_in_a_worker(tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\n")

    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n", "1"),
            *("-p", "xdist", "-p", "tools.frozen"),
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert "2 passed" in run.stdout, run.stdout + run.stderr

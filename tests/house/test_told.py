"""What a test measured in passing is printed when the run ends."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SUITE = "def test_it(told): told('a person is read after 7 s')\n"


def test_what_a_worker_was_told_is_printed_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "test_suite.py").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text(f"[pytest]\npythonpath = {ROOT}\n")

    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n", "1"),
            *("-p", "xdist", "-p", "tools.told"),
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stdout.count("a person is read after 7 s") == 1, run.stdout + run.stderr

"""Examples are found where there are some, and tests in any file."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
EXAMPLE = '"""Add.\n\n>>> 1 + 1\n{told}\n"""\n'
TEST = "def test_it(): pass\n"


def run(folder: Path, **files: str) -> str:
    """Run the tests and examples of files, by their names; give what is said of it."""
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    words = ("-q", "-p", "tools.examples", "--doctest-modules", "--rootdir", folder)
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words, "-p", "no:cacheprovider", folder],
        cwd=ROOT,
        env={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def test_an_example_of_any_file_is_tried(tmp_path: Path) -> None:
    right, wrong = EXAMPLE.format(told=2), EXAMPLE.format(told=3)

    told = run(tmp_path, sums=wrong, test_sums=right + TEST, test_plain=TEST)

    assert "1 failed, 3 passed" in told
    assert "sums.py" in told

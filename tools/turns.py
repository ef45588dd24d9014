"""A pytest plugin: the files that take longest are taken first.

The workers of a run take file after file; one of minutes that comes last keeps one of
them busy while the others have nothing left. xdist by itself takes the files with the
most tests first (so it is told --no-loadscope-reorder), and what takes minutes are
mostly a few tests over a server. The order is that of a run with --durations=0; it
decides about nothing but how long the suite takes.
"""

from collections import Counter

import pytest

# More than about a minute, longest first.
LONGEST = (
    "tests/acceptance/test_golden_segments.py",
    "tests/acceptance/test_golden_gallery.py",
    "tests/house/test_readme.py",
    "tests/acceptance/test_reconcile.py",
    "tests/proof/test_leader.py",
    "tests/acceptance/test_files_rows.py",
    "tests/acceptance/console/test_accessible.py",
    "tests/proof/test_rebuild.py",
    "tests/proof/test_openapi.py",
    "tests/app/test_bench.py",
)
# Then those whose tests run servers; what takes a moment fills the gaps at the end.
SERVED = (
    *("tests/proof/", "tests/acceptance/", "tests/lake/", "tests/attack/"),
    "tests/doctor/",
)
_RANK = {file: rank for rank, file in enumerate(LONGEST)}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    counts = Counter(_file(item) for item in items)
    items.sort(key=lambda item: turn(_file(item), counts[_file(item)]))


def turn(file: str, tests: int) -> tuple[int, bool, int]:
    """Give the turn of a file with so many tests.

    >>> proof, unit = turn("tests/proof/test_kill.py", 2), turn("tests/a.py", 90)
    >>> turn(LONGEST[-1], 1) < proof < unit < turn("src/habitue/b.py", 1)
    True
    """
    return _RANK.get(file, len(LONGEST)), not file.startswith(SERVED), -tests


def _file(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]

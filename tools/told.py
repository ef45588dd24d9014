"""A pytest plugin: what a test measured in passing is printed when the run ends.

No test fails for a time (docs/benchmarks.md has the figures); but what the README
promises a newcomer ought to be seen by whoever runs the tests. Workers print to
nowhere, so a test tells it by the fixture `told`, and its report carries it.
"""

from collections.abc import Callable
from typing import Any

import pytest

MARK = "told"


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Tells a sentence that is printed at the end of the run."""
    return lambda text: request.node.user_properties.append((MARK, text))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    for reports in list(terminalreporter.stats.values()):
        for report in reports:
            if getattr(report, "when", "") == "call":
                for text in (t for n, t in report.user_properties if n == MARK):
                    terminalreporter.write_line(text)

"""How an error came about, without a word of what it says."""

import traceback
from collections import deque
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
# An endless recursion goes through a thousand.
LINES_MAX = 12


def trail(error: BaseException) -> str:
    """Give an error's type and the lines that it came through, the last ones last.

    Its message is left out: it may quote the data at hand, and a line of the
    process's log outlives an erasure.

    >>> try:
    ...     int("zoe@shop.example")
    ... except ValueError as error:
    ...     trail(error).split()[0]
    'ValueError'
    """
    steps = deque(traceback.walk_tb(error.__traceback__), maxlen=LINES_MAX)
    lines = [f"{_short(step.f_code.co_filename)}:{line}" for step, line in steps]
    return " ".join([type(error).__name__, "by", *lines])


def _short(file: str) -> str:
    path = Path(file)
    if path.is_relative_to(PACKAGE):
        return str(path.relative_to(PACKAGE.parent))
    return path.name

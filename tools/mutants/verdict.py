"""What a run of tests says of a mutant: caught, survived, or nothing."""

import re
from collections.abc import Sequence
from typing import NamedTuple

CAUGHT, SURVIVED, UNCLEAR = "caught", "survived", "unclear"
_LINE = re.compile(
    r"^(PASSED|FAILED|ERROR|SKIPPED) (\S+::.+?)(?: - .*)?$", re.MULTILINE
)


class Ran(NamedTuple):
    """A run of pytest that has ended: its code (None: out of time) and its words."""

    code: int | None
    output: str
    seconds: float

    def tests(self, fate: str) -> list[str]:
        """Give the tests that the summary names with a fate (PASSED, FAILED, ERROR)."""
        return [name for word, name in _LINE.findall(self.output) if word == fate]


class Verdict(NamedTuple):
    """What came of a mutant, the test that told, and a sentence where none did."""

    word: str
    test: str = ""
    why: str = ""


def judge(ran: Ran, *, may_hang: bool = False) -> Verdict:
    """Say what a run over a broken tree came to.

    Caught is what a test has failed over. A break that keeps the tests from being
    collected or set up shows nothing of them, and neither does one that hangs, unless
    it is known to.

    >>> judge(Ran(1, "FAILED tests/test_a.py::test_b - assert 1 == 2", 1.0)).word
    'caught'
    """
    if ran.code is None:
        if may_hang:
            return Verdict(CAUGHT, "out of time")
        return Verdict(UNCLEAR, why="The tests ran out of time.")
    failed, errors = ran.tests("FAILED"), ran.tests("ERROR")
    if ran.code == 1 and failed:
        return Verdict(CAUGHT, failed[0])
    if ran.code == 0:
        return Verdict(SURVIVED, why="All its tests passed.")
    named = f": {errors[0]}" if errors else ""
    return Verdict(
        UNCLEAR, why=f"pytest ended with {ran.code} and no test failed{named}."
    )


def not_shown(tests: Sequence[str], ran: Ran) -> list[str]:
    """Give the tests, of those wanted, that a run over the whole tree did not pass.

    A test with parameters is passed where one of them was and none failed.
    """
    passed = ran.tests("PASSED")
    bad = [*ran.tests("FAILED"), *ran.tests("ERROR")]
    return [
        test
        for test in tests
        if not _has(test, passed) or _has(test, bad) or ran.code != 0
    ]


def _has(test: str, names: Sequence[str]) -> bool:
    return any(
        name == test or name.startswith((f"{test}[", f"{test}::")) for name in names
    )

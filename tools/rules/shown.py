"""A rule on the tests that show a feature."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tools.rules.code import Rule

# Where tests drive what a shop runs, or what it is given: a server, the command line,
# a browser, the checkout, the files that install it.
REAL = ("acceptance", "deploy", "house")
# What drives the product elsewhere: who has none of these calls functions.
DRIVERS = frozenset(
    {"tests.acceptance.shop", "tests.acceptance.test_running"}
    | {"habitue.app.serving.local"}
)
MARK = "pytest.mark.feature"


def features_are_shown_on_the_real_thing(root: Path) -> Iterator[str]:
    """Only what drives the product itself bears the mark of a feature.

    Guards against: a row that was said to work by tests of functions alone.
    """
    for path in sorted((root / "tests").rglob("test_*.py")):
        if path.relative_to(root / "tests").parts[0] in REAL:
            continue
        tree = ast.parse(path.read_text("utf-8"))
        if DRIVERS.isdisjoint(_imported(tree)):
            for line in _marks(tree):
                yield f"{path}:{line}: marks a feature and drives nothing real."


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{one.name}" for one in node.names)
        elif isinstance(node, ast.Import):
            yield from (one.name for one in node.names)


def _marks(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) == MARK:
            yield node.lineno


SHOWN_RULES: tuple[Rule, ...] = (features_are_shown_on_the_real_thing,)

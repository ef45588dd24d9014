"""Print the lengths of functions and files against the house's measures."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FUNCTION_LINES_P95 = 40
FILE_LINES = 300


def function_lengths(path: Path) -> Iterator[tuple[int, str]]:
    """Give (lines, place) of every function in a file."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield lines, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


def report(folder: Path) -> str:
    """Say how long the functions and files of a folder are, the longest by name."""
    files = sorted(folder.rglob("*.py"))
    functions = sorted(
        (f for path in files for f in function_lengths(path)), reverse=True
    )
    lengths = sorted(lines for lines, _ in functions)
    sizes = sorted(len(path.read_text("utf-8").splitlines()) for path in files)
    if not lengths:
        return f"{folder.relative_to(ROOT)}: no functions"
    p95 = lengths[int(len(lengths) * 0.95)]
    rows = [
        f"{folder.relative_to(ROOT)}: {len(files)} files, {sum(sizes)} lines; "
        f"median {statistics.median(sizes):.0f}, longest {sizes[-1]} "
        f"(bar {FILE_LINES})",
        f"  {len(lengths)} functions; median {statistics.median(lengths):.0f}, "
        f"95th percentile {p95} (bar {FUNCTION_LINES_P95}), longest {lengths[-1]}",
    ]
    rows += [f"  {lines:4} {place}" for lines, place in functions[:5]]
    return "\n".join(rows)


if __name__ == "__main__":
    print(report(ROOT / "src"))
    print(report(ROOT / "tests"))

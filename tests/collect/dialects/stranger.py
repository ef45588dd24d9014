"""The package that docs/dialects.md shows, installed into a folder."""

import re
from pathlib import Path

DOC = Path(__file__).parents[3] / "docs" / "dialects.md"


def example() -> str:
    """Give the file that the page shows."""
    found = re.search(r"```python\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
    assert found
    return found.group(1)


def entry_points() -> str:
    """Give the entry points that the page shows, as an installer writes them."""
    found = re.search(
        r'\[project\.entry-points\."(.+?)"\]\n(\w+) = "(.+?)"', DOC.read_text("utf-8")
    )
    assert found
    group, name, value = found.groups()
    return f"[{group}]\n{name} = {value}\n"


def install(folder: Path, source: str | None = None, points: str | None = None) -> Path:
    """Install the package into a folder, as pip would; give the folder."""
    info = folder / "habitue_plausible-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "habitue_plausible.py").write_text(source or example(), "utf-8")
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: habitue-plausible\nVersion: 1.0\n"
    )
    (info / "entry_points.txt").write_text(points or entry_points())
    return folder

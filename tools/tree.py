"""Names the tree that something was run on, and says what is in it."""

import hashlib
import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent


def name() -> str:
    """Name the commit, with a + where code or tests were changed since."""
    changed = _git("status", "--porcelain", "--", "src", "tests")
    return _git("rev-parse", "--short", "HEAD").strip() + ("+" if changed else "")


def files() -> list[str]:
    """Give the files of the checkout, by path from its root, ignored ones left out."""
    told = _git("ls-files", "-z", "--cached", "--others", "--exclude-standard")
    names = sorted({name for name in told.split("\0") if name})
    return [name for name in names if (ROOT / name).is_file()]


def digest(*folders: str) -> str:
    """Give a hash over the names and contents of all files in some folders."""
    found = hashlib.sha256()
    for path in files():
        if path.startswith(tuple(f"{folder}/" for folder in folders)):
            content = (ROOT / path).read_bytes()
            found.update(f"{path}\0{len(content)}\0".encode() + content)
    return found.hexdigest()[:16]


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout

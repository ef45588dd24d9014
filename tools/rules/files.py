"""Rules on all files of the house."""

import hashlib
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tools.rules.code import Rule

# Written in parts, so that this file keeps its own rule.
MACHINE = re.compile(
    "|".join(
        (
            r"(?<![\w.])/(?:work|root)/\w",
            r"(?<![\w.])/home/[a-z]+/",
            r"pythonhosted\.or" + "g",
            r"pypi\.or" + "g",
            r"registry\.npmj" + "s",
            r"--(?:extra-)?index-ur" + "l",
        )
    )
)
TEXT = {".py", ".md", ".toml", ".sh", ".lock", ".sql", ".html", ".js", ".css", ".json"}


def files(root: Path) -> list[Path]:
    """Give the files of the checkout, ignored ones left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        check=True,
    ).stdout
    names = sorted({name for name in listed.decode().split("\0") if name})
    return [path for name in names if (path := root / name).is_file()]


def names_no_machine(root: Path) -> Iterator[str]:
    """No file names a machine's own folders or where packages are fetched from.

    Guards against: a lock that named an index could be installed on one network only.
    """
    for path in files(root):
        if (path.suffix not in TEXT and path.suffix) or "vendor" in path.parts:
            continue
        if path.is_relative_to(root / "tests" / "data"):
            continue
        for number, line in enumerate(_lines(path), 1):
            if MACHINE.search(line):
                yield f"{path}:{number}: names a machine or an index."


def locks_hold_hashes(root: Path) -> Iterator[str]:
    """Every locked version has its hashes, and no lock names an address.

    Guards against: one line without a hash let the rest be replaced unseen.
    """
    for lock in sorted(root.glob("requirements*.lock")):
        for entry in lock.read_text("utf-8").replace("\\\n", " ").splitlines():
            addressed = re.search(r"https?:|file:|find-links|index", entry)
            if addressed or "--hash=sha256:" not in entry or "==" not in entry:
                yield f"{lock}: '{entry[:60]}' lacks a hash or names an address."


def vendored_files_are_what_they_were(root: Path) -> Iterator[str]:
    """Files of others are kept unchanged, each with its checksum and licence.

    Guards against: a mended copy of a library was lost at its next update.
    """
    for sums in sorted((root / "src").rglob("SHA256SUMS")):
        listed = dict(reversed(line.split("  ", 1)) for line in _lines(sums))
        held = {p.name for p in sums.parent.iterdir()} - {"SHA256SUMS"}
        for name in sorted(held ^ listed.keys()):
            yield f"{sums}: '{name}' is not both listed and there."
        for name in sorted(held & listed.keys()):
            found = hashlib.sha256((sums.parent / name).read_bytes()).hexdigest()
            if found != listed[name]:
                yield f"{sums.parent / name}: is not what SHA256SUMS says."


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        return []


FILE_RULES: tuple[Rule, ...] = (
    names_no_machine,
    locks_hold_hashes,
    vendored_files_are_what_they_were,
)

"""A copy of the tree, in which one break after another is made and taken back."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools import tree


class ApplyError(Exception):
    """A patch does not fit the tree any more."""


@contextmanager
def copy() -> Iterator[Path]:
    """Give a folder with a copy of the tree in it; gone at the end."""
    with tempfile.TemporaryDirectory(prefix="habitue-mutants-") as made:
        folder = Path(made)
        for name in tree.files():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            # With its times: compiled files go by them.
            shutil.copy2(tree.ROOT / name, folder / name)
        yield folder


@contextmanager
def broken(folder: Path, patch: Path) -> Iterator[None]:
    """Break the tree in a folder by a patch, and mend it at the end."""
    apply(folder, patch)
    try:
        yield
    finally:
        apply(folder, patch, "--reverse")


def apply(folder: Path, patch: Path, *options: str) -> None:
    """Apply a patch to the tree in a folder; raises ApplyError where it does not fit.

    options: --check looks whether it fits and changes nothing, --reverse takes it back.
    """
    done = subprocess.run(
        ["git", "apply", *options, str(patch)],
        cwd=folder,
        # A checkout further up must not take the paths for its own.
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ApplyError(
            f"{patch.name} does not fit the tree any more: {done.stderr.strip()} "
            "Make the same break in the code as it is now, and write its diff anew."
        )

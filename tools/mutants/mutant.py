"""What a mutant is: a patch, with a head that says what it breaks and who finds it."""

import hashlib
from pathlib import Path
from typing import NamedTuple

PATCHES = Path(__file__).with_name("patches")
FIELDS = frozenset({"guarantee", "promise", "test", "timeout"})
_DIFF = "diff --git "


class BadPatchError(Exception):
    """A patch has a head that can't be read."""


class Mutant(NamedTuple):
    """One break: of which guarantee and promise, and the tests that must find it."""

    name: str
    guarantee: str
    promise: str
    tests: tuple[str, ...]
    # The break makes something hang, so that running out of time finds it, too.
    may_hang: bool
    path: Path

    @property
    def digest(self) -> str:
        """Give a hash of the whole patch: another patch is another mutant."""
        return hashlib.sha256(self.path.read_bytes()).hexdigest()[:16]


def read(path: Path) -> Mutant:
    """Read a patch's head: lines of "field: value" before the diff begins."""
    head = path.read_text("utf-8").partition(_DIFF)[0]
    told: dict[str, list[str]] = {}
    for line in head.splitlines():
        field, colon, value = line.partition(": ")
        if not colon or field not in FIELDS:
            raise BadPatchError(
                f"{path.name}: '{line}' is no line of a head. Write one of "
                f"{', '.join(sorted(FIELDS))}, a colon, a space and the value."
            )
        told.setdefault(field, []).append(value.strip())
    for field in ("guarantee", "promise", "test"):
        if field not in told:
            raise BadPatchError(f"{path.name}: the head lacks a line '{field}: ...'.")
    return Mutant(
        path.stem,
        told["guarantee"][0],
        told["promise"][0],
        tuple(told["test"]),
        "yes" in told.get("timeout", ()),
        path,
    )


def read_all() -> list[Mutant]:
    """Read all mutants, by promise and name."""
    found = [read(path) for path in PATCHES.glob("*.patch")]
    return sorted(found, key=lambda one: (int(one.promise[1:]), one.name))

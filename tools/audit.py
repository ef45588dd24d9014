"""Hold what is locked to advisories: python -m tools.audit FOLDER [LOCK].

FOLDER holds advisories as osv.dev writes them, a JSON file each, or in archives as it
gives them out for a whole register (PyPI/all.zip). Nothing is fetched: somebody brings
them, and what this finds is as new as they are. Exit code 1 where a locked version is
affected, 2 where there is nothing to go by.
"""

import json
import operator
import sys
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from tools.locks import ROOT, Locked, read

ECOSYSTEM = "PyPI"
LOCK = ROOT / "requirements-postgres.lock"
Advisory = dict[str, Any]
# When a range is over, by what ends it.
_ENDS = {"fixed": operator.ge, "last_affected": operator.gt}


class Found(NamedTuple):
    """A locked version that an advisory is about."""

    locked: Locked
    advisory: str
    summary: str


def advisories(folder: Path) -> Iterator[Advisory]:
    """Give the advisories of a folder that were not withdrawn, archives included."""
    for path in sorted(folder.rglob("*.json")):
        yield from _in_force(path.read_bytes())
    for path in sorted(folder.rglob("*.zip")):
        with zipfile.ZipFile(path) as packed:
            for name in packed.namelist():
                if name.endswith(".json"):
                    yield from _in_force(packed.read(name))


def _in_force(raw: bytes) -> Iterator[Advisory]:
    told = json.loads(raw)
    if not told.get("withdrawn"):
        yield told


def audit(locked: Iterable[Locked], told: Iterable[Advisory]) -> Iterator[Found]:
    """Give each locked version that an advisory says is affected."""
    names = {canonicalize_name(one.name): one for one in locked}
    for advisory in told:
        for affected in advisory.get("affected", ()):
            package = affected.get("package", {})
            if package.get("ecosystem") != ECOSYSTEM:
                continue
            one = names.get(canonicalize_name(package["name"]))
            if one is not None and affects(affected, one.version):
                yield Found(one, advisory["id"], advisory.get("summary", ""))
                break


def affects(affected: Advisory, version: str) -> bool:
    """Say whether a version is among those that are listed, or within a range.

    https://ossf.github.io/osv-schema/#evaluation
    """
    if version in affected.get("versions", ()):
        return True
    return any(
        _is_within(told["events"], Version(version))
        for told in affected.get("ranges", ())
        # Of a repository's commits no version of ours says anything.
        if told["type"] == "ECOSYSTEM"
    )


def _is_within(events: Iterable[dict[str, str]], version: Version) -> bool:
    """Go through a range in order: what was introduced holds until it was mended."""
    inside = False
    for event in sorted(events, key=_place):
        ((what, at),) = event.items()
        if what == "introduced" and version >= _version(at):
            inside = True
        elif what in _ENDS and _ENDS[what](version, _version(at)):
            inside = False
    return inside


def _place(event: dict[str, str]) -> tuple[Version, bool]:
    ((what, at),) = event.items()
    # Of one version it is mended before it is introduced anew.
    return _version(at), what == "introduced"


def _version(told: str) -> Version:
    try:
        return Version(told)
    except InvalidVersion:
        # Older than all: one that can't be read leaves its range as wide as can be.
        return Version("0.dev0")


def main() -> int:
    if len(sys.argv) not in {2, 3}:
        print(__doc__)
        return 2
    lock = Path(sys.argv[2]) if len(sys.argv) == 3 else LOCK
    told = list(advisories(Path(sys.argv[1])))
    if not told:
        print(f"There are no advisories in {sys.argv[1]}: bring some of osv.dev first.")
        return 2
    locked = read(lock)
    found = list(audit(locked, told))
    for one in found:
        print(f"{one.locked.name} {one.locked.version}: {one.advisory} {one.summary}")
    newest = max(one.get("modified", "") for one in told)
    print(
        f"{len(found)} of {len(locked)} locked parts are affected, by {len(told)}"
        f" advisories, the newest of {newest or 'an unknown day'}."
    )
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())

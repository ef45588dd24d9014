"""An environment that is lent from another what a package declares, and no more."""

from collections.abc import Iterator
from importlib.metadata import Distribution, distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def lend(package: str, borrower: Path, lender: Path) -> None:
    """Link into one site-packages, from another, what a package of that one needs."""
    for needed in _needed(package, lender):
        for name in _top_level(needed):
            if not (borrower / name).exists():
                (borrower / name).symlink_to(lender / name)


def _needed(package: str, lender: Path) -> Iterator[Distribution]:
    """Give what a package requires, and what that requires, and so on."""
    held = {
        canonicalize_name(one.name): one for one in distributions(path=[str(lender)])
    }
    seen = {(canonicalize_name(package), "")}
    left = list(seen)
    while left:
        name, extra = left.pop()
        for told in map(Requirement, held[name].requires or ()):
            if told.marker and not told.marker.evaluate({"extra": extra}):
                continue
            needed = canonicalize_name(told.name)
            wanted = {(needed, one) for one in ("", *told.extras)} - seen
            seen |= wanted
            left += wanted
            if wanted:
                yield held[needed]


def _top_level(dist: Distribution) -> set[str]:
    """Give what of a package lies in site-packages itself; programs lie elsewhere."""
    return {file.parts[0] for file in dist.files or ()} - {"..", "__pycache__"}

"""Check the licences of what the product installs: python -m tools.licences.

Goes by what the installed distributions say of themselves. GPL and AGPL are not for a
product under Apache-2.0; LGPL is, for a library that is unchanged and named here.
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata

from tools.locks import ROOT, read

LOCK = ROOT / "requirements-postgres.lock"
_STRONG = re.compile(
    r"(?<!L)(?<!Lesser )\bA?GPL|(?<!Lesser )General Public License", re.IGNORECASE
)
_WEAK = re.compile(r"LGPL|Lesser General Public|MPL|Mozilla Public", re.IGNORECASE)
# Used unchanged, replaceable, each with the reason why it may be there.
WEAK_ALLOWED = {
    "certifi": "MPL-2.0: a list of certificates, unchanged",
    "pathspec": "MPL-2.0: builds the package, not part of it",
    "psycopg": "LGPL-3.0: the driver of PostgreSQL, an extra",
    "psycopg-binary": "LGPL-3.0: the driver of PostgreSQL, an extra",
}
# What says nothing readable of itself, and what its LICENSE file says.
KNOWN: dict[str, str] = {}


def licence(name: str) -> str | None:
    """Say under which licence an installed distribution is; None if not installed."""
    try:
        told = metadata(name)
    except PackageNotFoundError:
        return None
    classifiers = [
        one.rpartition(" :: ")[2]
        for one in told.get_all("Classifier") or ()
        if one.startswith("License ::") and one != "License :: OSI Approved"
    ]
    own = told.get("License-Expression") or " / ".join(classifiers)
    # Some put the whole text there: its first line names it.
    text = (told.get("License") or "").strip().split("\n")[0]
    return own or text or KNOWN.get(name, "")


def fault(name: str, told: str) -> str | None:
    """Say what is wrong with a licence; None if nothing is."""
    if not told:
        return f"{name}: says nothing of its licence; look, and enter it in KNOWN."
    if _STRONG.search(told) and not _or_weaker(told):
        return f"{name}: {told} is not for a product under Apache-2.0."
    if _WEAK.search(told) and name not in WEAK_ALLOWED:
        return f"{name}: {told}; enter why it may be used, or use something else."
    return None


def _or_weaker(told: str) -> bool:
    """Say whether one may choose another licence instead."""
    ways = re.split(r"\s+OR\s+", told)
    return any(not _STRONG.search(way) for way in ways)


def main() -> int:
    names = sorted({one.name for one in read(LOCK)})
    told = {name: licence(name) for name in names}
    faults = [
        f for name, how in told.items() if how is not None and (f := fault(name, how))
    ]
    for line in faults:
        print(line)
    looked = sum(how is not None for how in told.values())
    print(f"Licences: {looked} of {len(names)} looked at, {len(faults)} faults.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

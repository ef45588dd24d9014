"""Files that hold secrets or people: who may read them."""

import resource
from collections.abc import Iterator
from pathlib import Path

from habitue.app.doctor.finding import Finding, good, look, wrong
from habitue.base.settings import Settings

OTHERS = 0o077
DESCRIPTORS_MIN = 4_096
_PRIVATE = (
    "operator.token",
    "truth.db",
    "state.db",
    "lake.duckdb",
    "secrets",
    "secrets/*",
)


def readable_by_others(folder: Path) -> Finding:
    """Say whether anybody but the owner can read what is private."""
    paths = [folder, *(path for name in _PRIVATE for path in folder.glob(name))]
    exposed = [path for path in paths if path.stat().st_mode & OTHERS]
    # Where nobody else may enter the folder, nobody reads what is in it.
    secret = [one for one in exposed if one.name == "operator.token" or _secret(one)]
    if folder in exposed or secret:
        named = ", ".join(str(one) for one in exposed)
        return wrong(
            "files",
            f"Other users of this machine can read {named}. Run: chmod -R go= {folder}",
        )
    return good("files", f"Only their owner can read what is in {folder}.")


def sealed(settings: Settings) -> Finding:
    """Say whether secrets are sealed with a key from elsewhere."""
    if settings.secrets.sealing_key:
        return good("secrets", "They are sealed with a key that the settings tell.")
    return look(
        "secrets",
        "They lie unsealed: who reads the folder, or the database, can use them. Tell a"
        " key that lies elsewhere, by HABITUE_SECRETS__SEALING_KEY_FILE, and start"
        " again.",
    )


def descriptors() -> Iterator[Finding]:
    """Say whether enough connections can be open."""
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < DESCRIPTORS_MIN:
        yield look(
            "connections",
            f"A process may open {soft} files here, connections among them. Allow more:"
            " LimitNOFILE=65536 in its unit, or ulimit -n 65536.",
        )


def _secret(path: Path) -> bool:
    return path.parent.name == "secrets"

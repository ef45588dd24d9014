"""What tests of several folders share: PostgreSQL, backends, property profiles."""

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import psycopg
import pytest

from habitue.backends.postgres.state import PostgresState
from habitue.backends.sqlite.state import SqliteState
from habitue.state.port import StateBackend
from tools.memory import MEMORY, PLACE

TOOL = Path(__file__).parent.parent / "tools" / "postgres.sh"
_SLOW_MACHINES = [hypothesis.HealthCheck.too_slow]

hypothesis.settings.register_profile(
    "ci",
    max_examples=60,
    deadline=None,
    # As the seeds of other tests by chance: tools/proofs.py.
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=_SLOW_MACHINES,
)
hypothesis.settings.register_profile(
    "torture", max_examples=2_000, deadline=None, suppress_health_check=_SLOW_MACHINES
)
# Over a product that was broken on purpose: that it fails is enough, however simply.
hypothesis.settings.register_profile(
    "broken",
    parent=hypothesis.settings.get_profile("ci"),
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)
_PROFILES = {"HABITUE_TORTURE": "torture", "HABITUE_BROKEN": "broken"}
_CHOSEN = (name for asked, name in _PROFILES.items() if os.environ.get(asked))
hypothesis.settings.load_profile(next(_CHOSEN, "ci"))

# What is written survives any process: a power cut alone would lose it, and none cuts
# that of this machine. To wait for the disk is most of what a new database takes.
_UNSYNCED = "-c fsync=off -c full_page_writes=off -c max_wal_size=256MB"

_numbers = itertools.count(1)


@pytest.fixture
def memory_path(tmp_path: Path) -> Iterator[Path]:
    """A small folder in memory: for files whose safe keeping proves nothing."""
    if not os.access("/dev/shm", os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="hab.", dir="/dev/shm") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """A cluster of one's own, reached by a socket; gives its URL."""
    if not list(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        pytest.skip("PostgreSQL is not installed: run tools/postgres.sh install.")
    # The server's user must get in, and a socket's path is short: so not tmp_path.
    _stop_orphans()
    where = os.environ.get(PLACE, "/tmp")
    folder = tempfile.mkdtemp(prefix=f"hab.{os.getpid()}.", dir=where)
    try:
        started = _run("start", folder, _UNSYNCED)
        yield started.strip()
    finally:
        _run("stop", folder)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_cluster: str) -> str:
    """The database that each test gets a copy of."""
    with psycopg.connect(postgres_cluster, autocommit=True) as connection:
        connection.execute("CREATE DATABASE template_habitue")
    return "template_habitue"


@pytest.fixture
def postgres_url(postgres_cluster: str, postgres_template: str) -> Iterator[str]:
    """An empty database for one test; gives its URL."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgres_cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {postgres_template}")
        yield postgres_cluster.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgres_role(postgres_cluster: str, postgres_url: str) -> Iterator[str]:
    """A role without any attribute but to log in."""
    name = f"app_{next(_numbers)}"
    with psycopg.connect(postgres_cluster, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
    yield name
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {name}")
        connection.execute(f"DROP ROLE {name}")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def new_state_backend(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], StateBackend]]:
    """Makes state backends, one after the other, over the same kept state."""
    made: list[StateBackend] = []
    make: Callable[[], StateBackend]
    if request.param == "sqlite":
        make = _sqlite(tmp_path)
    else:
        make = _postgres(request.getfixturevalue("postgres_url"))

    def remember() -> StateBackend:
        made.append(make())
        return made[-1]

    yield remember
    for backend in made:
        backend.close()


def _sqlite(folder: Path) -> Callable[[], StateBackend]:
    return lambda: SqliteState(folder / "state.db")


def _postgres(url: str) -> Callable[[], StateBackend]:
    return lambda: PostgresState(url)


def _stop_orphans() -> None:
    """Stop the clusters of test runs that were killed."""
    for folder in (*Path("/tmp").glob("hab.*.*"), *MEMORY.glob("hab.*.*")):
        if not Path("/proc", folder.name.split(".")[1]).exists():
            _run("stop", folder)


def _run(*arguments: Any) -> str:
    done = subprocess.run(
        [TOOL, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode:
        raise RuntimeError(f"{TOOL.name} {arguments}: {done.stderr}")
    return done.stdout

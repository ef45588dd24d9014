"""Logs with the state folded from them, on either backend, for the laws."""

import functools
import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import msgspec
import psycopg

from habitue.app.projection.fold import Fold
from habitue.app.projection.rebuild import replay
from habitue.backends.postgres.state import PostgresState
from habitue.backends.postgres.truth import PostgresTruth
from habitue.backends.sqlite.truth import SqliteTruth
from habitue.identity.commands import Command, plan_merge, undo
from habitue.identity.kinds import default_policy
from habitue.log.port import Truth
from habitue.model.evidence import Key, Verdict
from habitue.model.kind import KindPolicy
from habitue.model.person import Person
from habitue.state.port import StateBackend
from tests.identity.histories import T_MAX
from tests.identity.live import MemoryState
from tests.profile.shop import NOON_US
from tests.proof.logbook import STEPS_US, Line, dump, stand, verdict_entry, write
from tests.proof.views import timeless

Tables = dict[str, list[bytes]]
# After all that a log tells: of two verdicts on one thing the later one holds.
AFTER_US = NOON_US + (T_MAX + 1) * max(STEPS_US)
_numbers = itertools.count()


class Book:
    """A real log and the state folded from it, which go on together."""

    def __init__(
        self, truth: Truth, state: StateBackend, policy: KindPolicy, rows_max: int
    ) -> None:
        self.truth = truth
        self.state = state
        self.fold: Fold = stand(truth, state, policy, rows_max)
        self.policy = policy

    def go_on(self, lines: list[Line]) -> None:
        write(self.truth, lines)
        replay(self.fold, self.truth, self.state, self.truth.head())

    def judge(self, command: str, verdicts: list[Verdict]) -> None:
        self.go_on(
            [
                verdict_entry("operator", f"{command}/{at}", verdict)
                for at, verdict in enumerate(verdicts)
            ]
        )

    def merge(self, one: Person, other: Person) -> list[tuple[Key, Verdict]]:
        """Merge two people; give the judgements that did it."""
        parted = self.fold.identity.parted(one, other)
        command = Command(command="c1", operator="anna", at_us=AFTER_US)
        verdicts = plan_merge(one, other, command, policy=self.policy, parted=parted)
        self.judge("c1", verdicts)
        return [(Key("operator", f"c1/{at}"), one) for at, one in enumerate(verdicts)]

    def undo(self, told: list[tuple[Key, Verdict]]) -> None:
        command = Command(command="c2", operator="anna", at_us=AFTER_US)
        self.judge("c2", undo(told, command))

    def people(self) -> list[dict]:
        assert list(self.fold.faults.items()) == []
        return timeless(self.fold)

    def totals(self) -> list:
        return list(self.fold.profiles.totals().rows)

    def tables(self) -> Tables:
        """Give the canonical dump, parted by table."""
        found: Tables = {}
        for encoded in dump(self.fold):
            found.setdefault(msgspec.msgpack.decode(encoded)[0], []).append(encoded)
        return found


Open = Callable[..., AbstractContextManager[list[Book]]]


@contextmanager
def books(folder: Path, policy: KindPolicy, *logs: list[Line]) -> Iterator[list[Book]]:
    """Open a book for each log, on SQLite; they are closed again."""
    with ExitStack() as opened:
        made = []
        for lines in logs:
            truth = SqliteTruth(folder / str(next(_numbers)) / "truth.db")
            opened.callback(truth.close)
            made.append(Book(truth, MemoryState(), policy, rows_max=1_000))
            made[-1].go_on(lines)
        yield made


def on_postgres(cluster: str, template: str) -> Open:
    """Give what opens books on PostgreSQL, each in a database of its own.

    Few rows are kept in memory, so most of what is asked comes from there.
    """
    ready = _ready(cluster, template)

    @contextmanager
    def opening(policy: KindPolicy, *logs: list[Line]) -> Iterator[list[Book]]:
        with ExitStack() as opened:
            made = []
            for lines in logs:
                url = opened.enter_context(database(cluster, ready))
                truth, state = PostgresTruth(url), PostgresState(url)
                opened.callback(truth.close)
                opened.callback(state.close)
                made.append(Book(truth, state, policy, rows_max=5))
                made[-1].go_on(lines)
            yield made

    return opening


@functools.cache
def _ready(cluster: str, template: str) -> str:
    """Name a database with all tables and nothing in them: they take long to make."""
    name = f"law_{next(_numbers)}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    url = _url(cluster, name)
    truth, state = PostgresTruth(url), PostgresState(url)
    Book(truth, state, default_policy(), rows_max=5)
    state.close()
    truth.close()
    return name


@contextmanager
def database(cluster: str, template: str) -> Iterator[str]:
    name = f"law_{next(_numbers)}"
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        yield _url(cluster, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _url(cluster: str, name: str) -> str:
    return cluster.replace("/postgres?", f"/{name}?")

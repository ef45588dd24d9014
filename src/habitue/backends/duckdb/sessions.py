"""Sessions of people, kept till they change: made of the copy's rows, some at a time.

A row of somebody who is not stale is what it would be, were it made now. Whatever
changes rows of events, or who holds a strand, says in the same transaction who is
stale by it (writing.py).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from habitue.backends.duckdb import columns
from habitue.backends.duckdb.writing import ALL_SESSIONS, Writing
from habitue.base.sql import named_statements, read_sql
from habitue.lake.port import Sessions, Tail

_VIEWS = named_statements(read_sql(__package__, "views.sql"))


def begin_anew(writing: Writing, stamp: str) -> None:
    """Have nobody's sessions be as they would be, within a transaction."""
    for name in (*ALL_SESSIONS, "stale_all"):
        writing.run(name)
    writing.run("keep_rules", stamp)


def make(writing: Writing, made: Sessions, people_max: int) -> None:
    """Make those of so many of the stale, within a transaction."""
    writing.run("turn", people_max)
    writing.run("forget_sessions")
    with _views(writing):
        writing.connection.execute(
            f"INSERT INTO kept_session BY NAME {made.sql}", dict(made.values)
        )
    writing.run("not_stale")
    writing.run("turned")


@contextmanager
def _views(writing: Writing) -> Iterator[None]:
    """Lay out what queries see, of what is sealed alone and whose turn it is."""
    made = [name for name in _VIEWS if name != "stale_person"]
    with writing.registered(**columns.tails(Tail(0))):
        for name in made:
            writing.connection.execute(_VIEWS[name])
        writing.run("turn_person")
        yield
        for name in ("stale_person", *reversed(made)):
            writing.connection.execute(f"DROP VIEW {name}")

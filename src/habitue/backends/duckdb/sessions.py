"""Sessions of people, kept till they change: made of the copy's rows, some at a time.

So are, of those who bought, what they looked at, since when they are seen on a side and
what led to it; and of everybody when they did what.
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
# What queries see of whose turn it is: all of it is read once, for all that is made.
_OF_TURN = {
    "stale_person": "see_person",
    "events": "see_events",
    "lines": "see_lines",
    "reports": "see_reports",
    "holding": "see_holding",
}
# So many events, or nearly, are gone through in one turn, however few people did them.
EVENTS_MAX = 600_000

_FORGET = (
    *("forget_sessions", "forget_looks", "forget_sides"),
    *("forget_walks", "forget_deeds"),
)
_READ = ("turn_holding", "turn_event", "turn_line", "turn_report")
_TURNED = (
    *("not_stale", "turned_report", "turned_line"),
    *("turned_event", "turned_holding", "turned"),
)


def begin_anew(writing: Writing, stamp: str) -> None:
    """Have nobody's sessions be as they would be, within a transaction."""
    for name in (*ALL_SESSIONS, "stale_all"):
        writing.run(name)
    writing.run("keep_rules", stamp)


def make(writing: Writing, made: Sessions, people_max: int) -> None:
    """Make those of so many of the stale, within a transaction; fewer who do much."""
    writing.run("turn", min(people_max, _people_doing(writing, EVENTS_MAX)))
    for name in (*_FORGET, *_READ):
        writing.run(name)
    with _views(writing):
        for kept, one in made.rows.items():
            writing.connection.execute(
                f"INSERT INTO kept_{kept} BY NAME {one.sql}", dict(one.values)
            )
    for name in _TURNED:
        writing.run(name)


def _people_doing(writing: Writing, events: int) -> int:
    """Say how many people do so many events on the whole; one at least."""
    (people,), (rows,) = writing.one("people"), writing.one("count")
    return max(1, int(people * events // max(1, rows)))


@contextmanager
def _views(writing: Writing) -> Iterator[None]:
    """Lay out what queries see, of what is sealed alone and whose turn it is."""
    with writing.registered(**columns.tails(Tail(0))):
        for name, view in _VIEWS.items():
            if name in _OF_TURN:
                writing.run(_OF_TURN[name])
            else:
                writing.connection.execute(view)
        yield
        for name in reversed(_VIEWS):
            writing.connection.execute(f"DROP VIEW {name}")

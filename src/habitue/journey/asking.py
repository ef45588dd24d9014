"""Queries over the copy for analysis, made of named tables that build on each other."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct, structs

from habitue.base.sql import named_statements, read_sql
from habitue.journey.acts import (
    ACT_TYPES,
    ONLINE,
    OURS,
    REPORTS,
    SPOKEN,
    SPOKEN_NAMES,
    WINDOW_US,
    SessionRules,
)
from habitue.journey.cleared_sql import sums
from habitue.journey.intent_sql import expressions
from habitue.journey.ropo import FOUND, LOOKED, OFFLINE, TRIED, RopoRules
from habitue.lake.port import Making, Sessions

_FILES = (
    *("journey.sql", "ropo.sql", "tally.sql", "influence.sql"),
    *("experiment.sql", "intent.sql", "handover.sql", "today.sql", "people.sql"),
)
_WORDS = {
    "online": ONLINE,
    "offline": OFFLINE,
    "spoken": SPOKEN,
    "spoken_names": SPOKEN_NAMES,
    "act_types": ACT_TYPES,
    "ours": OURS,
    "reports": REPORTS,
    "looked": LOOKED,
    "tried": TRIED,
    # The farthest tie is the first, the closest the last.
    "answers": FOUND[::-1],
}
# Read more than once, and dear: made once.
_ONCE = frozenset(
    {
        *("stale", "acted", "way", "signed", "session_anew"),
        *("purchase", "bought", "journey", "path"),
        *("buyer", "wanted", "wanted_strand", "looked"),
        *("sold", "fitted", "closest", "variation", "assigned", "goal", "spent"),
        *("purchase_in", "meant", "intent_step", "moved", "handover"),
        *("intent_sums", "unlisted", "told_of", "handover_gathered"),
        # Of a part alone: elsewhere they are as they lie.
        "reports",
    }
)
# Where it is read but once, it is cheaper as a part of what reads it.
_INLINE = frozenset({"journey"})
# What is kept of people, till they change: by the table that it is kept in.
KEPT = {
    "session": "SELECT * FROM session_anew",
    "look": "SELECT * FROM look_anew",
    "side": "SELECT * FROM side_anew",
    "walk": "SELECT * FROM walk_anew ORDER BY person_id",
    "did": "SELECT * FROM did_anew ORDER BY name, channel, person_id",
}
# Of all whose turn it is, not of buyers of some days alone.
_TURN = {"wanted": "stale_person"}
# Sessions of theirs are made by then, and kept.
_TURNS = {"walk": {**_TURN, "session_anew": "session_kept"}}
_NAMED = re.compile(r"(?:FROM|JOIN)\s+(\w+)")
_NAME = re.compile(r"\$(\w+)")
_WORD = re.compile(r"@(\w+)@")


class Span(NamedTuple):
    """From which id of a person to which."""

    first: int
    last: int


# Whoever there is.
ALL_IDS = Span(-(2**63), 2**63 - 1)


class Asked(Struct, frozen=True, kw_only=True):
    """Of what a question is: a span, rules, and the rules for channels as SQL.

    since_us, until_us: microseconds since 1970, the first in the span, the second
    behind it; channel: an expression over `way`'s columns, values: what it binds.
    """

    since_us: int
    until_us: int
    rules: SessionRules = SessionRules()
    ropo: RopoRules = RopoRules()
    window_us: int = WINDOW_US
    channel: str = "''"
    values: Mapping[str, Any] = {}
    # Sources whose browsers' orders count, and sources that are simulated.
    trusting: tuple[str, ...] = ()
    played: tuple[str, ...] = ()
    # Of which people alone (journey/part.sql).
    people: Span = ALL_IDS
    # Tables that are read instead of others.
    instead: Mapping[str, str] = {}
    more: Mapping[str, Any] = {}


class Query(Struct, frozen=True):
    """A query and the values of its names."""

    sql: str
    values: dict[str, Any]


@cache
def _tables() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in _FILES:
        found |= named_statements(read_sql("habitue.journey", name))
    return found


@cache
def _of_part() -> dict[str, str]:
    return named_statements(read_sql("habitue.journey", "part.sql"))


def tables(last: str) -> dict[str, str]:
    """Give the named tables that a SELECT is made of, by their names."""
    held = _tables()
    return {name: held[name] for name in _needed(last, held)}


def query(asked: Asked, last: str) -> Query:
    """Make a query of a last SELECT over the named tables, and those that it needs."""
    made = _made(asked, last)
    if "session_stamp" not in _NAME.findall(made.sql):
        return made
    return Query(made.sql, {**made.values, "session_stamp": stamp(asked)})


def sessions(asked: Asked) -> Sessions:
    """Say how what is kept is made: the same for whatever span is asked."""
    by = {name: query(_turned(asked, name), last) for name, last in KEPT.items()}
    rows = {name: Making(one.sql, one.values) for name, one in by.items()}
    return Sessions(rows, stamp(asked))


def stamp(asked: Asked) -> str:
    """Give what tells apart what is kept by other rules, or by another query."""
    made = [_made(_turned(asked, name), last) for name, last in KEPT.items()]
    told = msgspec.json.encode([(one.sql, sorted(one.values.items())) for one in made])
    return hashlib.sha256(told).hexdigest()


def _turned(asked: Asked, kept: str) -> Asked:
    instead = _TURNS.get(kept, _TURN)
    return structs.replace(asked, instead=instead, people=ALL_IDS)


def _made(asked: Asked, last: str) -> Query:
    others = {name: f"SELECT * FROM {one}" for name, one in asked.instead.items()}
    part = {} if asked.people == ALL_IDS else _of_part()
    # What others build on goes before them.
    views = {name: sql for name, sql in part.items() if name not in _tables()}
    named = {**views, **_tables(), **part, **others}
    needed = _needed(last, named)
    read = _NAMED.findall(" ".join((last, *(named[name] for name in needed))))
    told = [
        f"{name} AS {_materialized(name, read)}({named[name]})"
        for name in named
        if name in needed
    ]
    sql = f"WITH {', '.join(told)} {last}" if told else last
    sql = _WORD.sub(lambda found: _worded(found[1], asked), sql)
    rules = asked.rules
    values = {
        "since_us": asked.since_us,
        "until_us": asked.until_us,
        "first_person": asked.people.first,
        "last_person": asked.people.last,
        "window_us": asked.window_us,
        "idle_us": rules.idle_us,
        "on_campaign": rules.on_campaign,
        "at_midnight": rules.at_midnight,
        "zone": rules.zone,
        "trusting": sorted(asked.trusting),
        "played": sorted(asked.played),
        **{f"by_{one}": one in asked.ropo.by for one in FOUND},
        **asked.values,
        **asked.more,
    }
    used = set(_NAME.findall(sql))
    return Query(sql, {name: one for name, one in values.items() if name in used})


def _materialized(name: str, read: Sequence[str]) -> str:
    once = name in _ONCE and (name not in _INLINE or read.count(name) > 1)
    return "MATERIALIZED " if once else "NOT MATERIALIZED "


def _needed(text: str, tables: Mapping[str, str]) -> set[str]:
    found: set[str] = set()
    waiting = [text]
    while waiting:
        for name in _named(waiting.pop(), tables) - found:
            found.add(name)
            waiting.append(tables[name])
    return found


def _named(text: str, tables: Iterable[str]) -> set[str]:
    return set(_NAMED.findall(text)).intersection(tables)


def _worded(name: str, asked: Asked) -> str:
    if name == "channel":
        return asked.channel
    if name == "cleared_sums":
        return sums()
    if name.startswith("intent_"):
        return expressions()[name]
    # Our own words, none of which holds a quote.
    return ", ".join(f"'{one}'" for one in _WORDS[name])

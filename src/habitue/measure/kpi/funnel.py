"""Steps one after the other, as tables: who came how far, and by what they began."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from msgspec import Struct, structs

from habitue.measure.kpi.way import WAY, by_way

# By which channel of contact somebody took the first step, if by nothing else.
CHANNEL = "channel"
# A purchase as it stands, as a step.
PURCHASE = "$purchase"
# Events that may have no name: their type is asked for.
UNNAMED = frozenset({"track", "identify", "page", "screen", "alias", "group"})


class Deed(NamedTuple):
    """What one person did, when, and by what the first step is told apart."""

    at_us: int
    name: str
    part: str


def steps_taken(steps: Sequence[str], deeds: Iterable[Deed]) -> dict[str, int]:
    """Say how many steps one person took, each after the one before, by the part.

    This is what steps mean; the tables must agree with it.

    >>> steps_taken(("a", "b"), [Deed(1, "b", ""), Deed(2, "a", "x"), Deed(3, "b", "")])
    {'x': 2}
    """
    done = sorted(deeds)
    return {
        part: _taken(steps, done, began_us)
        for part, began_us in _began(steps[0], done).items()
    }


def _began(first: str, done: Sequence[Deed]) -> dict[str, int]:
    return {one.part: one.at_us for one in reversed(done) if one.name == first}


def _taken(steps: Sequence[str], done: Sequence[Deed], at_us: int) -> int:
    for taken, name in enumerate(steps[1:], 1):
        after = (one.at_us for one in done if one.name == name and one.at_us > at_us)
        found_us = next(after, None)
        if found_us is None:
            return taken
        at_us = found_us
    return len(steps)


class Apart(Struct, frozen=True):
    """How a way of steps is told apart.

    by: a property of the first step; "channel" is the channel of contact of it, "$way"
    the one that led there. same: a property that has to be the same in all steps, as a
    campaign's id; then ways are counted beside people, since one person may go several.
    meant: of the people of `meant` alone.
    """

    by: str = CHANNEL
    same: str = ""
    meant: bool = False

    @property
    def by_contact(self) -> bool:
        """Whether no property tells ways apart, but the contact, or what led to it."""
        return self.by in {CHANNEL, WAY}

    @property
    def by_path(self) -> str:
        """Where the property lies in an event; empty: it is none."""
        return "" if self.by_contact else f"$.{self.by}"

    @property
    def same_path(self) -> str:
        return f"$.{self.same}" if self.same else ""


def reached(steps: Sequence[str], apart: Apart) -> dict[str, str]:
    """Give tables: what steps are made of, who took each after those before, and sums.

    Each name is a table of its own, so that nothing is read but what a step is about;
    a name that comes twice is one. Who came how far of all is whoever did by any part:
    the earliest way of a person goes on earliest, too. What is kept of when people did
    what is read, except where events have to tell something besides.
    """
    found: dict[str, str] = {}
    for at in range(len(steps)):
        found[f"done_{_code(steps, at)}"] = _done(steps, at, apart)
        found[f"did_{_code(steps, at)}"] = _did(steps, at, apart)
    found["reached_0"] = _first(apart)
    for at in range(1, len(steps)):
        found[f"reached_{at}"] = _next(at, _code(steps, at), apart)
    found["step"] = " UNION ALL ".join(
        one for at in range(len(steps)) for one in _counted(at, apart)
    )
    return found


def _first(apart: Apart) -> str:
    if apart.by == CHANNEL and not apart.same:
        return (
            "SELECT * FROM (SELECT part, person_id,"
            f" {_after('$before_us')} AS at_us FROM did_0) WHERE at_us <= $last_us"
        )
    key = _key(apart)
    told = " WHERE same IS NOT NULL" if apart.same else ""
    return f"SELECT part, {key}, min(at_us) AS at_us FROM done_0{told} GROUP BY ALL"


def _next(at: int, code: int, apart: Apart) -> str:
    """Give who took a step after those before it, and when first."""
    if apart.same:
        return (
            "SELECT r.part, person_id, same, min(d.at_us) AS at_us"
            f" FROM reached_{at - 1} AS r JOIN done_{code} AS d USING (person_id, same)"
            " WHERE d.at_us > r.at_us GROUP BY ALL"
        )
    return (
        "SELECT part, person_id, min(at_us) AS at_us FROM ("
        f"SELECT r.part, person_id, {_after('r.at_us')} AS at_us"
        f" FROM reached_{at - 1} AS r JOIN did_{code} AS d USING (person_id))"
        " WHERE at_us <= $last_us GROUP BY part, person_id"
    )


def _after(moment: str) -> str:
    """Give the first of `times` after a moment; most have it at the beginning."""
    return (
        f"CASE WHEN times[1] > {moment} THEN times[1] WHEN times[-1] > {moment}"
        f" THEN list_filter(times, lambda one: one > {moment})[1] END"
    )


def _key(apart: Apart) -> str:
    return "person_id, same" if apart.same else "person_id"


def _counted(at: int, apart: Apart) -> tuple[str, str]:
    """Count who took a step, by part and of all: a row of it is a way of a part."""
    people = "count(DISTINCT person_id)"
    ways = "count(DISTINCT (person_id, same))" if apart.same else people
    of_part = people if apart.same else "count(*)"
    return (
        f"SELECT {at} AS step, part, count(*) AS ways, {of_part} AS people"
        f" FROM reached_{at} GROUP BY part",
        f"SELECT {at}, NULL, {ways}, {people} FROM reached_{at}",
    )


def _code(steps: Sequence[str], at: int) -> int:
    """Give the number of a step's name: the same for a name that comes twice."""
    return steps.index(steps[at])


def _done(steps: Sequence[str], at: int, apart: Apart) -> str:
    """Give who took a step when, and by what the first one is told apart."""
    code = _code(steps, at)
    told = _taken_by(steps[at], code, apart)
    is_by_way = apart.by == WAY and code == 0
    return by_way(told, same=bool(apart.same)) if is_by_way else told


def _taken_by(name: str, code: int, apart: Apart) -> str:
    """Give who took a step when: events of its name, or of none and its type."""
    if name == PURCHASE:
        part = "channel" if apart.by_contact else "''"
        same = ", '' AS same" if apart.same else ""
        return (
            f"SELECT person_id, at_us, {part} AS part{same} FROM sold"
            " WHERE person_id IS NOT NULL"
        )
    return _told(name, code, apart)


def _did(steps: Sequence[str], at: int, apart: Apart) -> str:
    """Give each moment at which somebody took a step, in order, by the contact.

    It is kept, but of whom has changed since: of them it is found in events.
    """
    name, code = steps[at], _code(steps, at)
    listed = "SELECT person_id, part, list_sort(list(at_us)) AS times"
    if name == PURCHASE:
        sold = "SELECT *, channel AS part FROM sold WHERE person_id IS NOT NULL"
        return f"{listed} FROM ({sold}) GROUP BY ALL"
    by_contact = structs.replace(apart, by=CHANNEL)
    told = _told(name, code, by_contact, "holding SEMI JOIN unkept USING (person_id)")
    whose = " SEMI JOIN meant USING (person_id)" if apart.meant else ""
    return (
        "SELECT person_id, channel AS part, times FROM did_kept"
        f" ANTI JOIN unkept USING (person_id){whose} WHERE name = $step_{code}"
        f" UNION ALL {listed} FROM ({told}) GROUP BY ALL"
    )


def _told(name: str, code: int, apart: Apart, held: str = "holding") -> str:
    """Give the events of a name, or of none and its type."""
    found = _events(f"e.name = $step_{code}", apart, held)
    if name in UNNAMED:
        unnamed = _events(f"e.name = '' AND e.type = $step_{code}", apart, held)
        found = f"{found} UNION ALL {unnamed}"
    return found


def _events(which: str, apart: Apart, held: str) -> str:
    part = "e.channel"
    if not apart.by_contact:
        part = "coalesce(json_extract_string(e.properties, $by_path), '')"
    same = ""
    if apart.same:
        same = ", json_extract_string(e.properties, $same_path) AS same"
    whose = " AND h.person_id IN (SELECT person_id FROM meant)" if apart.meant else ""
    return (
        f"SELECT h.person_id, epoch_us(e.happened_at) AS at_us, {part} AS part{same}"
        f" FROM events AS e JOIN (SELECT strand, person_id FROM {held}) AS h"
        " USING (strand)"
        " WHERE e.strand <> 0 AND e.happened_at >= make_timestamp($since_us)"
        " AND e.happened_at < make_timestamp($until_us)"
        " AND e.happened_at <= make_timestamp($now_us)"
        f" AND {which}{whose}"
    )


def stepped(last: int, part: str | None) -> str:
    """Give a SELECT of who took the last of some steps, of a part or of all (None)."""
    whose = "TRUE" if part is None else "part = $part"
    return f"SELECT DISTINCT person_id FROM reached_{last} WHERE {whose}"

"""Steps one after the other, as tables: who came how far, and by what they began."""

from collections.abc import Sequence

from msgspec import Struct

# By which channel of contact somebody took the first step, if by nothing else.
CHANNEL = "channel"
# A purchase as it stands, as a step.
PURCHASE = "$purchase"
# Events that may have no name: their type is asked for.
UNNAMED = frozenset({"track", "identify", "page", "screen", "alias", "group"})


class Apart(Struct, frozen=True):
    """How a way of steps is told apart.

    by: a property of the first step; "channel" is the channel of contact of it. same:
    a property that has to be the same in all steps, as a campaign's id; then ways are
    counted beside people, since one person may go several. meant: of the people of
    `meant` alone.
    """

    by: str = CHANNEL
    same: str = ""
    meant: bool = False

    @property
    def by_path(self) -> str:
        """Where the property lies in an event; empty: it is the channel."""
        return "" if self.by == CHANNEL else f"$.{self.by}"

    @property
    def same_path(self) -> str:
        return f"$.{self.same}" if self.same else ""


def reached(steps: Sequence[str], apart: Apart) -> dict[str, str]:
    """Give tables: what steps are made of, who took each after those before, and sums.

    Each name is a table of its own, so that nothing is read but what a step is about;
    a name that comes twice is one. Who came how far of all is whoever did by any part:
    the earliest way of a person goes on earliest, too.
    """
    key = "person_id, same" if apart.same else "person_id"
    found = {
        f"done_{_code(steps, at)}": _done(steps, at, apart) for at in range(len(steps))
    }
    told = " WHERE same IS NOT NULL" if apart.same else ""
    found["reached_0"] = (
        f"SELECT part, {key}, min(at_us) AS at_us FROM done_0{told}"
        f" GROUP BY part, {key}"
    )
    for at in range(1, len(steps)):
        found[f"reached_{at}"] = (
            f"SELECT r.part, {key}, min(d.at_us) AS at_us FROM reached_{at - 1} AS r"
            f" JOIN done_{_code(steps, at)} AS d USING ({key})"
            f" WHERE d.at_us > r.at_us GROUP BY r.part, {key}"
        )
    found["step"] = " UNION ALL ".join(
        one for at in range(len(steps)) for one in _counted(at, apart)
    )
    return found


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
    """Give who took a step when: events of its name, or of none and its type."""
    name, code = steps[at], _code(steps, at)
    if name == PURCHASE:
        part = "channel" if apart.by == CHANNEL else "''"
        same = ", '' AS same" if apart.same else ""
        return (
            f"SELECT person_id, at_us, {part} AS part{same} FROM sold"
            " WHERE person_id IS NOT NULL"
        )
    found = _events(f"e.name = $step_{code}", apart)
    if name in UNNAMED:
        unnamed = _events(f"e.name = '' AND e.type = $step_{code}", apart)
        found = f"{found} UNION ALL {unnamed}"
    return found


def _events(which: str, apart: Apart) -> str:
    part = "e.channel"
    if apart.by != CHANNEL:
        part = "coalesce(json_extract_string(e.properties, $by_path), '')"
    same = ""
    if apart.same:
        same = ", json_extract_string(e.properties, $same_path) AS same"
    whose = " AND h.person_id IN (SELECT person_id FROM meant)" if apart.meant else ""
    return (
        f"SELECT h.person_id, epoch_us(e.happened_at) AS at_us, {part} AS part{same}"
        " FROM events AS e JOIN holding AS h USING (strand)"
        " WHERE e.strand <> 0 AND e.happened_at >= make_timestamp($since_us)"
        " AND e.happened_at < make_timestamp($until_us)"
        " AND e.happened_at <= make_timestamp($now_us)"
        f" AND {which}{whose}"
    )


def stepped(last: int, part: str | None) -> str:
    """Give a SELECT of who took the last of some steps, of a part or of all (None)."""
    whose = "TRUE" if part is None else "part = $part"
    return f"SELECT DISTINCT person_id FROM reached_{last} WHERE {whose}"

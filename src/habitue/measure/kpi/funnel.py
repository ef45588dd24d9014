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

    `done` has no column that nobody asks for: to read what events told (properties) and
    to compare names takes longer than all else, so steps are numbers in it. Who came
    how far of all is whoever did by any part: the earliest way of a person goes on
    earliest, too.
    """
    key = "person_id, same" if apart.same else "person_id"
    found = {
        "done": " UNION ALL ".join(_sources(steps, apart)),
        "reached_0": (
            f"SELECT part, {key}, min(at_us) AS at_us FROM done"
            f" WHERE step = {_code(steps, 0)}{_told(apart)} GROUP BY part, {key}"
        ),
    }
    for at in range(1, len(steps)):
        found[f"reached_{at}"] = (
            f"SELECT r.part, {key}, min(d.at_us) AS at_us"
            f" FROM reached_{at - 1} AS r JOIN done AS d USING ({key})"
            f" WHERE d.step = {_code(steps, at)} AND d.at_us > r.at_us"
            f" GROUP BY r.part, {key}"
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


def _told(apart: Apart) -> str:
    return " AND same IS NOT NULL" if apart.same else ""


def _sources(steps: Sequence[str], apart: Apart) -> list[str]:
    """Give what steps are read from: events by name, those of none, purchases."""
    names = {name: at for at, name in reversed(list(enumerate(steps)))}
    bought = names.pop(PURCHASE, None)
    unnamed = {name: at for name, at in names.items() if name in UNNAMED}
    found = []
    if names:
        found.append(_events("e.name", names, apart))
    if unnamed:
        found.append(_events("e.type", unnamed, apart) + " AND e.name = ''")
    if bought is not None:
        part = "channel" if apart.by == CHANNEL else "''"
        same = ", '' AS same" if apart.same else ""
        found.append(
            f"SELECT person_id, at_us, {bought} AS step, {part} AS part{same} FROM sold"
            " WHERE person_id IS NOT NULL"
        )
    return found


def _events(column: str, names: dict[str, int], apart: Apart) -> str:
    codes = " ".join(f"WHEN $step_{at} THEN {at}" for at in names.values())
    told = ", ".join(f"$step_{at}" for at in names.values())
    part = "e.channel"
    if apart.by != CHANNEL:
        part = "coalesce(json_extract_string(e.properties, $by_path), '')"
    same = ""
    if apart.same:
        same = ", json_extract_string(e.properties, $same_path) AS same"
    whose = " AND h.person_id IN (SELECT person_id FROM meant)" if apart.meant else ""
    return (
        "SELECT h.person_id, epoch_us(e.happened_at) AS at_us,"
        f" CASE {column} {codes} END AS step, {part} AS part{same}"
        " FROM events AS e JOIN holding AS h USING (strand)"
        " WHERE e.strand <> 0 AND e.happened_at >= make_timestamp($since_us)"
        " AND e.happened_at < make_timestamp($until_us)"
        " AND e.happened_at <= make_timestamp($now_us)"
        f" AND {column} IN ({told}){whose}"
    )


def stepped(last: int, part: str | None) -> str:
    """Give a SELECT of who took the last of some steps, of a part or of all (None)."""
    whose = "TRUE" if part is None else "part = $part"
    return f"SELECT DISTINCT person_id FROM reached_{last} WHERE {whose}"

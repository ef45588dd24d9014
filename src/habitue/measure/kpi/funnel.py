"""Steps one after the other, as tables: who came how far, and by what they began."""

from collections.abc import Sequence

from msgspec import Struct

# By which channel of contact somebody took the first step, if by nothing else.
CHANNEL = "channel"


class Apart(Struct, frozen=True):
    """How a way of steps is told apart.

    by: a property of the first step; "channel" is the channel of contact of it. same:
    a property that has to be the same in all steps, as a campaign's id; then ways are
    counted beside people, since one person may go several.
    """

    by: str = CHANNEL
    same: str = ""

    @property
    def by_path(self) -> str:
        """Where the property lies in an event; empty: it is the channel."""
        return "" if self.by == CHANNEL else f"$.{self.by}"

    @property
    def same_path(self) -> str:
        return f"$.{self.same}" if self.same else ""


def reached(steps: Sequence[str]) -> dict[str, str]:
    """Give a table a step: who took it after those before, and when first.

    By the part that the first step is of, and by none (NULL) for all of them.
    """
    found = {
        "reached_0": (
            "SELECT part, person_id, same, min(at_us) AS at_us FROM done"
            " WHERE name = $step_0 AND same IS NOT NULL"
            " GROUP BY GROUPING SETS ((person_id, same), (part, person_id, same))"
        )
    }
    for at in range(1, len(steps)):
        found[f"reached_{at}"] = (
            "SELECT r.part, r.person_id, r.same, min(d.at_us) AS at_us"
            f" FROM reached_{at - 1} AS r JOIN done AS d USING (person_id, same)"
            f" WHERE d.name = $step_{at} AND d.at_us > r.at_us"
            " GROUP BY r.part, r.person_id, r.same"
        )
    found["step"] = " UNION ALL ".join(
        f"SELECT {at} AS step, part, count(*) AS ways,"
        f" count(DISTINCT person_id) AS people FROM reached_{at} GROUP BY part"
        for at in range(len(steps))
    )
    return found


def stepped(last: int, part: str | None) -> str:
    """Give a SELECT of who took the last of some steps, of a part or of all (None)."""
    whose = "part IS NULL" if part is None else "part = $part"
    return f"SELECT DISTINCT person_id FROM reached_{last} WHERE {whose}"
